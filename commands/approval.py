"""The `approval` commands: what waits for a second person, and authority lent for a time."""

from typing import Annotated

import typer

from commands import reading as read
from commands.asking import By, LoanId
from commands.doors import House, RequestId, ending, now, open_house, os_user
from commands.offer import bargain_of, seat
from commands.saying import WRONG_INPUT, AsJson, Failed, plain, refused, show_json, show_table
from commands.standing import standing
from domain.authority import Action, Delegation, Question
from domain.money import to_major
from domain.refused import Refused
from intake.bargaining import ask_second
from ledger import approvals
from ledger.approval_tables import ApprovalRow
from ledger.engine import reading, writing

Id = Annotated[str, typer.Argument(metavar="ID", help="`approval list` has it.")]
ASKED = (Action.WRITE_OFF, Action.LEGAL_FILING)
"""What is asked for by itself; a discount is asked for by making its offer."""


def app() -> typer.Typer:
    """The commands about what waits for a second person."""
    program = typer.Typer(help="What waits for a second person.", no_args_is_help=True)
    program.command("list")(ending(list_))
    program.command("ask")(ending(ask))
    program.command("give")(ending(give))
    program.command("decline")(ending(decline))
    program.command("remind")(ending(remind))
    program.command("delegate")(ending(delegate))
    program.command("take-back")(ending(take_back))
    return program


def list_(
    loan: Annotated[str, typer.Option("--loan", help="Of one loan, those answered too.")] = "",
    as_json: AsJson = False,
) -> int:
    """What waits, the oldest first, and until when."""
    house = open_house()
    with reading(house.engine) as session:
        rows = approvals.approvals_of(session, loan) if loan else approvals.waiting(session)
        found = [row.model_dump() for row in rows]
    if as_json:
        show_json([plain(row) for row in found])
        return 0
    columns = ("Id", "Loan", "What", "Amount", "Asked by", "Until", "Answer", "By")
    cells = [
        (
            row["approval_id"],
            row["loan_id"],
            row["action"],
            f"{to_major(row['amount_minor'], row['currency'])} {row['currency']}",
            row["asked_by"],
            row["over_at"],
            row["answer"],
            row["answered_by"],
        )
        for row in found
    ]
    show_table(f"{len(found)} approvals", columns, cells)
    return 0


def ask(
    loan: LoanId,
    what: Annotated[Action, typer.Argument(help="write_off or legal_filing.")],
    amount: Annotated[str, typer.Option("--amount", help="In major units.")],
    by: By = "",
    request_id: RequestId = "",
    as_json: AsJson = False,
) -> int:
    """Ask a second person for a write-off or a legal filing."""
    if what not in ASKED:
        raise Failed(f"{what} is asked for by `offer make`, with its offer.", WRONG_INPUT)
    house = open_house()
    code = standing(house.engine, loan).view.loan.currency
    minor = read.amount(amount, "--amount", code)
    question = Question(what, by or os_user(), now(), minor, code)
    with writing(house.engine) as session:
        table = seat(session, house, loan, now())
        if isinstance(table, Refused):
            return refused(table, as_json)
        key = request_id or read.fresh_id()
        answer = ask_second(session, bargain_of(house), table, key, question)
    return _said(answer, as_json)


def give(approval_id: Id, by: By = "", as_json: AsJson = False) -> int:
    """Approve, as a second person."""
    return _answer(approval_id, True, by, as_json)


def decline(approval_id: Id, by: By = "", as_json: AsJson = False) -> int:
    """Decline, as a second person."""
    return _answer(approval_id, False, by, as_json)


def remind() -> int:
    """Speak again of what waits long, and end what nobody answered in time."""
    house = open_house()
    with writing(house.engine) as session:
        reminded, ended = approvals.sweep(session, bargain_of(house).authority, now())
    print(f"Reminded of {reminded}, ended {ended}.")
    return 0


def delegate(
    to: Annotated[str, typer.Option("--to", help="Who may decide in your place.")],
    until: Annotated[str, typer.Option("--until", help="Date or time, in UTC.")],
    what: Annotated[
        list[Action] | None, typer.Option("--what", help="Only this. Default: everything.")
    ] = None,
    start: Annotated[str, typer.Option("--from", help="Date or time. Default: now.")] = "",
    by: By = "",
    request_id: RequestId = "",
) -> int:
    """Lend your authority to somebody for a time."""
    house = open_house()
    authority = bargain_of(house).authority
    giver, at = by or os_user(), now()
    own = authority.level_of(giver).limits
    lending = Delegation(
        giver,
        to,
        frozenset(what or own),
        read.instant(start, "--from", "UTC") if start else at,
        read.instant(until, "--until", "UTC"),
    )
    key = request_id or read.fresh_id()
    with writing(house.engine) as session:
        answer = approvals.lend(session, key, lending, authority, at)
    if answer is not None:
        return refused(answer, as_json=False)
    print(f"Lent to {to}: {key}")
    return 0


def take_back(
    delegation_id: Annotated[
        str, typer.Argument(metavar="ID", help="`approval delegate` said it.")
    ],
    by: By = "",
) -> int:
    """Take back what you lent."""
    house = open_house()
    with writing(house.engine) as session:
        answer = approvals.take_back(session, delegation_id, by or os_user(), now())
    if answer is not None:
        return refused(answer, as_json=False)
    print("Taken back.")
    return 0


def _answer(approval_id: str, given: bool, by: str, as_json: bool) -> int:
    house: House = open_house()
    authority = bargain_of(house).authority
    with writing(house.engine) as session:
        answer = approvals.answer(session, approval_id, given, by or os_user(), authority, now())
    return _said(answer, as_json)


def _said(answer: ApprovalRow | Refused, as_json: bool) -> int:
    if isinstance(answer, Refused):
        return refused(answer, as_json)
    if as_json:
        show_json(answer.model_dump())
    else:
        print(f"{answer.action} {answer.approval_id}: {answer.answer or 'asked'}.")
    return 0
