"""The `approval` commands: what waits for a second person, and authority lent for a time."""

from typing import Annotated

import typer

from commands import reading as read
from commands.asking import By, LoanId
from commands.doors import House, RequestId, ending, now, open_house, os_user
from commands.offer import bargain_of, seat
from commands.saying import WRONG_INPUT, AsJson, Failed, plain, refused, show_json, show_listed
from commands.standing import standing
from domain.authority import Action, Delegation, Question
from domain.money import to_major
from domain.refused import Refused
from intake.approving import Said, answer
from intake.bargaining import ask_second
from ledger import approvals
from ledger.approval_tables import ApprovalRow
from ledger.engine import reading, writing
from ledger.questions import question_of

Id = Annotated[str, typer.Argument(metavar="ID", help="`approval list` has it.")]
WHO_ASKS = {
    Action.DISCOUNT: "by `offer make`, with its offer",
    Action.AGREEMENT: "by `offer make`, with its offer",
    Action.LEGAL_FILING: "by the case, when its turn has come",
    Action.PLACEMENT: "by the case, when its turn has come",
    Action.BUREAU_REPORT: "by the case, when its turn has come",
}
"""What cannot be asked for by itself."""


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
    show_listed(f"Approvals: {len(found)}", columns, cells)
    return 0


def ask(
    loan: LoanId,
    what: Annotated[Action, typer.Argument(help="write_off.")],
    amount: Annotated[str, typer.Option("--amount", help="In major units.")],
    by: By = "",
    request_id: RequestId = "",
    as_json: AsJson = False,
) -> int:
    """Ask a second person for a write-off."""
    if what in WHO_ASKS:
        raise Failed(f"{what} is asked for {WHO_ASKS[what]}.", WRONG_INPUT)
    house = open_house()
    code = standing(house.engine, loan).view.loan.currency
    minor = read.amount(amount, "--amount", code)
    question = Question(what, by or os_user(), now(), minor, code)
    with writing(house.engine) as session:
        table = seat(session, house, loan, now())
        if isinstance(table, Refused):
            return refused(table, as_json)
        key = request_id or read.fresh_id()
        row = ask_second(session, bargain_of(house), table, key, question)
    return _said(row, as_json)


async def give(approval_id: Id, by: By = "", as_json: AsJson = False) -> int:
    """Approve, as a second person; a case that asked goes on."""
    return await _answer(open_house(), approval_id, Said(by or os_user(), True, now()), as_json)


async def decline(approval_id: Id, by: By = "", as_json: AsJson = False) -> int:
    """Decline, as a second person."""
    return await _answer(open_house(), approval_id, Said(by or os_user(), False, now()), as_json)


async def of_case(
    loan: LoanId,
    no: Annotated[bool, typer.Option("--no", help="Decline.")] = False,
    what: Annotated[str, typer.Option("--what", help="What was asked.")] = "placement",
    by: By = "",
    as_json: AsJson = False,
) -> int:
    """Answer, as a second person, what the case asked: `approval give` without its id."""
    house = open_house()
    where = standing(house.engine, loan)
    if over := where.over:
        return refused(over, as_json)
    with reading(house.engine) as session:
        row = question_of(session, loan, where.case.episode, what)
        approval_id = row.approval_id if row is not None else ""
    if not approval_id:
        said = f"The case has not asked for approval of {what!r}."
        return refused(Refused("nothing-to-approve", said), as_json)
    return await _answer(house, approval_id, Said(by or os_user(), not no, now()), as_json)


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
        problem = approvals.lend(session, key, lending, authority, at)
    if problem is not None:
        return refused(problem, as_json=False)
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
        problem = approvals.take_back(session, delegation_id, by or os_user(), now())
    if problem is not None:
        return refused(problem, as_json=False)
    print("Taken back.")
    return 0


async def _answer(house: House, approval_id: str, said: Said, as_json: bool) -> int:
    bargain = bargain_of(house)
    return _said(await answer(house.engine, house.cases, bargain, approval_id, said), as_json)


def _said(row: ApprovalRow | Refused, as_json: bool) -> int:
    if isinstance(row, Refused):
        return refused(row, as_json)
    if as_json:
        show_json(row.model_dump())
    else:
        print(f"{row.subject or row.action} {row.approval_id}: {row.answer or 'asked'}.")
    return 0
