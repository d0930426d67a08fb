"""What a borrower tells of themselves: why they are late, what they can afford, what harms them."""

from pathlib import Path
from typing import Annotated

import typer

from commands import reading as read
from commands.asking import By, LoanId
from commands.doors import RequestId, now, open_house, os_user
from commands.offer import bargain_of
from commands.saying import AsJson, Failed, show_facts, show_json
from commands.standing import standing
from domain.affordability import means
from domain.money import to_major
from domain.reasons import Reason, Vulnerability, care_of
from ledger import hardship
from ledger.engine import writing
from policies.finance_forms import load_finances


def reason(
    loan: LoanId,
    code: Annotated[Reason, typer.Argument(help="Why the loan is late.")],
    by: By = "",
    request_id: RequestId = "",
) -> int:
    """Write why the loan is late; it decides what can be offered."""
    house = open_house()
    where = standing(house.engine, loan)
    told = hardship.Told(request_id or read.fresh_id(), loan, by or os_user(), now())
    with writing(house.engine) as session:
        first = hardship.add_reason(session, told, where.case.episode, code)
    print("Written." if first else "It was written before.")
    return 0


def vulnerable(
    loan: LoanId,
    flag: Annotated[Vulnerability, typer.Argument(help="What makes harm likelier.")],
    over: Annotated[bool, typer.Option("--over", help="It does no longer.")] = False,
    by: By = "",
    request_id: RequestId = "",
) -> int:
    """Write what makes harm to the borrower likelier; it changes what we agree and how."""
    house = open_house()
    standing(house.engine, loan)
    told = hardship.Told(request_id or read.fresh_id(), loan, by or os_user(), now())
    with writing(house.engine) as session:
        said = hardship.unflag if over else hardship.flag
        first = said(session, told, flag)
    print("Written." if first else "Nothing changed.")
    return 0


def finances(
    loan: LoanId,
    file: Annotated[Path, typer.Argument(help="The income and expenditure form, YAML.")],
    by: By = "",
    request_id: RequestId = "",
    as_json: AsJson = False,
) -> int:
    """Write the borrower's income and expenditure, and say what they can afford."""
    house = open_house()
    person = standing(house.engine, loan).view.borrower
    try:
        form = load_finances(file)
    except OSError as failure:
        raise Failed(f"{file} cannot be read: {failure.strerror}.") from None
    told = hardship.Told(request_id or read.fresh_id(), loan, by or os_user(), now())
    rules = bargain_of(house).hardship
    with writing(house.engine) as session:
        hardship.add_finances(session, told, form)
        flags = hardship.flags_of(session, person.borrower_id)
    household = rules.households.get(person.jurisdiction)
    found = means(form, household, rules.spare_percent, care_of(flags, rules.cares))
    if as_json:
        show_json(found)
        return 0
    amounts = (
        ("Income", found.income_minor),
        ("Housing", found.housing_minor),
        ("Living, at least a household's need", found.living_minor),
        ("Other debts", found.debts_minor),
        ("Surplus", found.surplus_minor),
        ("Can be asked for", found.affordable_minor),
    )
    shown = [(name, f"{to_major(minor, form.currency)} {form.currency}") for name, minor in amounts]
    show_facts(f"A month of the borrower of loan {loan}", shown)
    return 0
