"""The `ledger` commands: the account of a loan, and what is done to its money beside paying."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

import typer

from commands import reading as read
from commands.asking import LoanId
from commands.doors import RequestId, ending, now, open_house, os_user
from commands.ledger_approving import authority_of, with_second
from commands.ledger_showing import show as show_statement
from commands.ledger_showing import shown, to_json
from commands.ledger_terms import terms
from commands.saying import WRONG_INPUT, AsJson, Failed, show_facts, show_json
from commands.speaking import told as told_of
from commands.standing import standing
from domain.books import OWED_AS
from domain.clock import local_date
from domain.facts import PaymentReceived
from domain.money import to_major
from ledger.accounts import SAID, account_of, amount_of, deal, take_back
from ledger.dealings import Dealing
from ledger.engine import reading, writing
from ledger.payments import record_payment
from ledger.values import LoanView
from ledger.words import MoneyKind
from policies.packs import load_packs

Amount = Annotated[str, typer.Argument(metavar="AMOUNT", help="In major units, such as 200.00.")]
By = Annotated[str, typer.Option("--by", help="Who asks. Default: the OS user.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, in words.")]
On = Annotated[
    str, typer.Option("--on", metavar="DATE", help="From when it counts. Default: today.")
]
ValidUntil = Annotated[str, typer.Option("--valid-until", metavar="DATE", help="The last day.")]


@dataclass(frozen=True, slots=True)
class _Told:
    """What every dealing is told: the loan, how much, by whom, why and from when."""

    loan: str
    amount: str
    by: str
    reason: str
    on: str
    request_id: str
    as_json: bool


def app() -> typer.Typer:
    """The commands about the money of a loan."""
    program = typer.Typer(help="The account of a loan.", no_args_is_help=True)
    program.command("show")(ending(show))
    program.command("quote")(ending(quote))
    program.command("fee")(ending(fee))
    program.command("waive")(ending(waive))
    program.command("settle")(ending(settle))
    program.command("charge-off")(ending(charge_off))
    program.command("recover")(ending(recover))
    program.command("refund")(ending(refund))
    program.command("take-back")(ending(take_back_))
    program.command("terms")(ending(terms))
    return program


def show(
    loan: LoanId,
    as_of: Annotated[str, typer.Option("--as-of", metavar="DATE", help="Default: today.")] = "",
    known_at: Annotated[
        str, typer.Option("--known-at", metavar="TIME", help="As known then. Default: now.")
    ] = "",
    as_json: AsJson = False,
) -> int:
    """The statement of account: as of any day, and as it was known at any instant."""
    house = open_house()
    view = standing(house.engine, loan).view
    zone = view.borrower.calendar_zone
    day = read.day(as_of, "--as-of") if as_of else local_date(now(), zone)
    at = read.instant(known_at, "--known-at", zone) if known_at else None
    pack = load_packs().bases.get(view.borrower.jurisdiction)
    with reading(house.engine) as session:
        found = shown(session, view, pack, day, at)
    if as_json:
        show_json(to_json(found))
    else:
        show_statement(found)
    return 1 if found.statement.differences else 0


async def quote(
    loan: LoanId,
    valid_until: ValidUntil,
    by: By = "",
    reason: Reason = "asked by the borrower",
    request_id: RequestId = "",
    as_json: AsJson = False,
) -> int:
    """The amount that pays the loan off until a day, whatever runs until then."""
    until = read.day(valid_until, "--valid-until")
    told = _Told(loan, "", by, reason, "", request_id, as_json)
    return await _do(MoneyKind.QUOTE, told, until=until)


async def fee(
    loan: LoanId,
    amount: Amount,
    cost: Annotated[bool, typer.Option("--cost", help="A cost, such as a court's.")] = False,
    on: On = "",
    by: By = "",
    reason: Reason = "",
    request_id: RequestId = "",
    as_json: AsJson = False,
) -> int:
    """Charge a fee of the contract, or a cost of realising the claim."""
    told = _Told(loan, amount, by, reason, on, request_id, as_json)
    return await _do(MoneyKind.FEE, told, component="costs" if cost else "fees")


async def waive(
    loan: LoanId,
    amount: Amount,
    component: Annotated[
        str, typer.Option("--component", help=f"One of {', '.join(OWED_AS)}. Default: any.")
    ] = "",
    on: On = "",
    by: By = "",
    reason: Reason = "",
    request_id: RequestId = "",
    as_json: AsJson = False,
) -> int:
    """Forgive a part of what is owed; above one's own authority a second person approves it."""
    told = _Told(loan, amount, by, reason, on, request_id, as_json)
    return await _do(MoneyKind.WAIVER, told, component=component)


async def settle(
    loan: LoanId,
    amount: Amount,
    valid_until: ValidUntil,
    on: On = "",
    by: By = "",
    reason: Reason = "",
    request_id: RequestId = "",
    as_json: AsJson = False,
) -> int:
    """Accept less as full, if it is paid by a day; a second person approves it."""
    until = read.day(valid_until, "--valid-until")
    told = _Told(loan, amount, by, reason, on, request_id, as_json)
    return await _do(MoneyKind.SETTLEMENT, told, until=until)


async def charge_off(
    loan: LoanId,
    on: On = "",
    by: By = "",
    reason: Reason = "",
    request_id: RequestId = "",
    as_json: AsJson = False,
) -> int:
    """Take the loan out of the books; it is still owed. A second person approves it."""
    told = _Told(loan, "", by, reason, on, request_id, as_json)
    return await _do(MoneyKind.CHARGE_OFF, told)


async def refund(
    loan: LoanId,
    amount: Amount,
    on: On = "",
    by: By = "",
    reason: Reason = "",
    request_id: RequestId = "",
    as_json: AsJson = False,
) -> int:
    """Give back money that is unapplied."""
    return await _do(MoneyKind.REFUND, _Told(loan, amount, by, reason, on, request_id, as_json))


async def recover(
    loan: LoanId,
    amount: Amount,
    on: On = "",
    request_id: RequestId = "",
    as_json: AsJson = False,
) -> int:
    """Money that came in on a loan that was charged off."""
    house = open_house()
    view = standing(house.engine, loan).view
    day = _day(on, view)
    payment_id = request_id or read.fresh_id()
    minor = read.amount(amount, "AMOUNT", view.loan.currency)
    with writing(house.engine) as session:
        gone = account_of(session, view.loan, day).charged_off_on
        if gone is None:
            raise Failed(f"Loan {loan} is in the books: what comes in is an ordinary payment.")
        fact = PaymentReceived(payment_id, payment_id, minor, day)
        done = record_payment(session, loan, fact, view.loan.currency, now())
    await told_of(house, loan, fact)
    return _say("Recovered", payment_id, done.new, minor, view, as_json)


async def take_back_(
    loan: LoanId,
    of: Annotated[str, typer.Argument(metavar="ID", help="Of the fee, waiver, offer and so on.")],
    by: By = "",
    reason: Reason = "",
    request_id: RequestId = "",
) -> int:
    """Undo a fee, waiver, offer, refund or charge-off, as if it had never been."""
    if not reason:
        raise Failed("--reason: say why it is taken back.", WRONG_INPUT)
    house = open_house()
    key = request_id or read.fresh_id()
    with writing(house.engine) as session:
        done = take_back(session, loan, key, of, by or os_user(), reason, now())
    await told_of(house, loan)
    print(f"{of}: {'taken back' if done.new else 'was taken back before'}.")
    return 0


async def _do(
    kind: MoneyKind,
    told: _Told,
    component: str = "",
    until: date | None = None,
) -> int:
    """Write one dealing and say what came of it; one that waits for a second person says so."""
    house = open_house()
    view = standing(house.engine, told.loan).view
    minor = read.amount(told.amount, "AMOUNT", view.loan.currency) if told.amount else 0
    dealing = Dealing(
        event_id=told.request_id or read.fresh_id(),
        kind=kind,
        on=_day(told.on, view),
        by=told.by or os_user(),
        reason=told.reason,
        amount_minor=minor,
        component=component,
        until=until,
    )
    with writing(house.engine) as session:
        approved = with_second(session, authority_of(house), view, dealing, now())
        done = None if approved is None else deal(session, told.loan, approved, now())
        amount = 0 if done is None else amount_of(session, dealing.event_id)
    if done is None:
        return _waits(dealing.event_id, told.as_json)
    await told_of(house, told.loan)
    return _say(SAID[kind], dealing.event_id, done.new, amount, view, told.as_json)


def _waits(key: str, as_json: bool) -> int:
    if as_json:
        show_json({"waits_for": "second person", "id": key})
        return 1
    print(f"It waits for a second person: `approval give {key}`.")
    print(f"Once it is given, say the same again with `--request-id {key}`.")
    return 1


def _say(what: str, key: str, new: bool, amount_minor: int, view: LoanView, as_json: bool) -> int:
    if as_json:
        show_json({"done": what, "id": key, "new": new, "amount_minor": amount_minor})
        return 0
    amount = f"{to_major(amount_minor, view.loan.currency)} {view.loan.currency}"
    again = "" if new else " (it was written before)"
    show_facts(what + again, [("Id", key), ("Amount", amount if amount_minor else "")])
    return 0


def _day(on: str, view: LoanView) -> date:
    return read.past_day(on, "--on", local_date(now(), view.borrower.calendar_zone))
