"""The `offer` commands: what can be offered to a borrower, made, and accepted or not."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import typer
from sqlmodel import Session

from commands import reading as read
from commands.asking import By, LoanId, state_facts
from commands.doors import House, RequestId, ending, now, open_house, os_user
from commands.saying import (
    NOT_DONE,
    AsJson,
    Failed,
    plain,
    refused,
    show_facts,
    show_json,
    show_listed,
    show_table,
)
from commands.standing import standing
from domain.agreeing import Evidence, OfferState
from domain.clock import local_date
from domain.money import to_major
from domain.offer_terms import OfferKind, percent_of
from domain.offers import Offer, Wanted, compose
from domain.refused import Refused
from domain.telling import CaseState
from intake.agreeing import Acceptance, accept
from intake.bargaining import Bargain, Proposal, Table, load_bargain, propose, table_of
from ledger import offers
from ledger.approval_tables import OfferRow
from ledger.engine import reading, writing

OfferId = Annotated[str, typer.Argument(metavar="OFFER_ID", help="`offer list` has it.")]
Asked = Annotated[
    OfferKind | None,
    typer.Option("--asked-for", help="What the borrower asked for by themselves."),
]
At = Annotated[str, typer.Option("--at", help="As of when. Default: now.")]


def app() -> typer.Typer:
    """The commands about offers."""
    program = typer.Typer(
        help="What can be agreed with a borrower, kindest first.", no_args_is_help=True
    )
    program.command("list")(ending(list_))
    program.command("make")(ending(make))
    program.command("accept")(ending(accept_))
    program.command("decline")(ending(decline))
    program.command("withdraw")(ending(withdraw))
    return program


def bargain_of(house: House) -> Bargain:
    """The policies of negotiation, as this house is set."""
    return load_bargain(house.settings.profile, house.settings.authority_file)


def list_(loan: LoanId, asked_for: Asked = None, at: At = "", as_json: AsJson = False) -> int:
    """What can be offered now and what not, each with its reason; and what was offered."""
    house = open_house()
    bargain, instant = bargain_of(house), _instant(house, loan, at)
    with reading(house.engine) as session:
        table = seat(session, house, loan, instant, asked_for)
        if isinstance(table, Refused):
            return refused(table, as_json)
        known = sorted(bargain.definitions.values(), key=lambda d: (d.kindness, d.name))
        can = [(d.name, compose(d, table.situation, table.rules)) for d in known]
        zone = standing(house.engine, loan).view.borrower.calendar_zone
        today = local_date(instant, zone)
        made = [
            (row, offers.standing(session, row, today).shown)
            for row in offers.offers_of(session, loan)
        ]
    if as_json:
        show_json(
            {
                "can": {name: plain(o) for name, o in can if isinstance(o, Offer)},
                "cannot": {name: plain(o) for name, o in can if isinstance(o, Refused)},
                "made": [row.model_dump() | {"state": state} for row, state in made],
            }
        )
        return 0
    columns = (
        "Offer",
        "Instalments",
        "First",
        "Each at most",
        "Forgiven",
        "In all",
        "Valid to",
        "Why not",
    )
    show_table(f"What can be offered on loan {loan}", columns, [_line(n, o) for n, o in can])
    if made:
        rows = [(r.offer_id, r.definition, state, r.expires_on, r.made_by) for r, state in made]
        show_listed("What was offered", ("Id", "Offer", "State", "Valid to", "By"), rows)
    return 0


def make(
    loan: LoanId,
    name: Annotated[str, typer.Argument(metavar="NAME", help="`offer list` has them.")],
    instalments: Annotated[int | None, typer.Option("--instalments", help="How many.")] = None,
    first: Annotated[str, typer.Option("--first", metavar="DATE", help="The first is due.")] = "",
    percent: Annotated[int | None, typer.Option("--percent", help="Of it to forgive.")] = None,
    asked_for: Asked = None,
    by: By = "",
    at: At = "",
    request_id: RequestId = "",
    as_json: AsJson = False,
) -> int:
    """Make an offer: it is computed, and put on record; above authority it waits for approval."""
    house = open_house()
    bargain, instant = bargain_of(house), _past(house, loan, at)
    wanted = Wanted(instalments, read.day(first, "--first") if first else None, percent)
    proposal = Proposal(request_id or read.fresh_id(), name, wanted, by or os_user(), instant)
    with writing(house.engine) as session:
        table = seat(session, house, loan, instant, asked_for)
        answer = table if isinstance(table, Refused) else propose(session, bargain, table, proposal)
    if isinstance(answer, Refused):
        return refused(answer, as_json)
    if as_json:
        show_json(answer.model_dump())
    else:
        show_facts(f"Offer {answer.offer_id}: {answer.state}", _facts(answer))
    return 0


async def accept_(
    loan: LoanId,
    offer_id: OfferId,
    recording: Annotated[str, typer.Option("--recording", help="Where the talk is recorded.")] = "",
    signed: Annotated[str, typer.Option("--signed", help="Where the signed paper is.")] = "",
    consent: Annotated[
        str, typer.Option("--consent", help="Where the guarantor's written consent is.")
    ] = "",
    by: By = "",
    at: At = "",
    as_json: AsJson = False,
) -> int:
    """The borrower accepts: the ledger agrees, the case takes the plan, the letter follows."""
    house = open_house()
    _of_loan(house, loan, offer_id)
    cases = await house.cases()
    proof = Evidence(recording, signed, consent)
    acceptance = Acceptance(offer_id, proof, by or os_user(), _past(house, loan, at))
    answer = await accept(house.engine, cases, acceptance)
    if isinstance(answer, Refused):
        return refused(answer, as_json)
    return _agreed(offer_id, answer, as_json)


def decline(loan: LoanId, offer_id: OfferId, by: By = "") -> int:
    """The borrower does not want it."""
    return _close(loan, offer_id, OfferState.DECLINED, by)


def withdraw(loan: LoanId, offer_id: OfferId, by: By = "") -> int:
    """We take it back before it was accepted."""
    return _close(loan, offer_id, OfferState.WITHDRAWN, by)


def seat(
    session: Session, house: House, loan: str, at: datetime, asked_for: OfferKind | None = None
) -> Table | Refused:
    """The borrower's situation under the strategy of their loan."""
    where = standing(house.engine, loan)
    strategy = house.treatments.chosen(session, where.case.strategy)
    return table_of(session, bargain_of(house), loan, strategy.terms, at, asked_for)


def _close(loan: str, offer_id: str, state: OfferState, by: str) -> int:
    house = open_house()
    _of_loan(house, loan, offer_id)
    with writing(house.engine) as session:
        answer = offers.answer(session, offer_id, state, by or os_user(), now())
    if answer is not None:
        return refused(answer, as_json=False)
    print(f"The offer is {state}.")
    return 0


def _agreed(offer_id: str, state: CaseState, as_json: bool) -> int:
    if as_json:
        show_json({"offer_id": offer_id, "state": state})
    else:
        show_facts(f"Agreed: offer {offer_id}", state_facts(state))
    return 0


def _of_loan(house: House, loan: str, offer_id: str) -> None:
    with reading(house.engine) as session:
        if offers.offer_row(session, offer_id).loan_id != loan:
            raise Failed(f"Offer {offer_id!r} is not of loan {loan!r}.", NOT_DONE)


def _instant(house: House, loan: str, at: str) -> datetime:
    zone = standing(house.engine, loan).view.borrower.calendar_zone
    return read.instant(at, "--at", zone) if at else now()


def _past(house: House, loan: str, at: str) -> datetime:
    zone = standing(house.engine, loan).view.borrower.calendar_zone
    return read.past_instant(at, "--at", zone, now())


def _line(name: str, made: Offer | Refused) -> Sequence[object]:
    if isinstance(made, Refused):
        return (name, "", "", "", "", "", "", f"{made.rule}: {made.reason}")
    largest = max(part.amount_minor for part in made.instalments)
    amounts = (largest, made.waived_minor, made.total_minor)
    shown = [to_major(amount, made.currency) for amount in amounts]
    first = made.instalments[0].due
    return (name, len(made.instalments), first, *shown, made.expires_on, "")


def _interest(offer: Offer) -> str:
    if not offer.interest_minor:
        return ""
    amount = to_major(offer.interest_minor, offer.currency)
    return f"{amount} in all, at {percent_of(offer.annual_bps)} percent a year"


def _facts(row: OfferRow) -> list[tuple[str, Any]]:
    offer = offers.offer_of(row)
    parts = [f"{p.due}: {to_major(p.amount_minor, offer.currency)}" for p in offer.instalments]
    needs = (
        ("guarantor's consent", offer.guarantor),
        ("recording of an oral agreement", offer.recording),
        ("agreement in writing", "vulnerability" if offer.written else ""),
    )
    return [
        ("Offer", row.definition),
        ("State", row.state),
        ("Covers", f"{to_major(offer.debt_minor, offer.currency)} {offer.currency}"),
        ("Forgiven", to_major(offer.waived_minor, offer.currency) if offer.waived_minor else ""),
        ("Interest", _interest(offer)),
        ("Instalments", parts),
        ("Valid to", offer.expires_on),
        ("Needs", [f"{what} ({rule})" for what, rule in needs if rule]),
        ("Waits for", row.approval_id or ""),
    ]
