"""Asking things of a case: promises, plans, holds and the rest; a refusal names its rule."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

import typer

from commands import reading as read
from commands.doors import House, RequestId, now, open_house, os_user
from commands.saying import WRONG_INPUT, AsJson, Failed, refused, show_facts, show_json
from commands.standing import Standing, standing
from commands.waiting import MEND
from domain.agreeing import Evidence
from domain.delinquency import Instalment
from domain.gate.words import Party
from domain.holds import HoldReason
from domain.money import to_major
from domain.plan_law import recording_refusal, unoffered_refusal
from domain.plans import monthly, split_evenly
from domain.refused import Refused
from domain.requests import (
    AgreePlan,
    Assign,
    Close,
    LiftHold,
    Note,
    PlaceHold,
    PromiseToPay,
    Request,
)
from domain.telling import CaseState
from intake.bargaining import law_of
from intake.cases import Cases
from ledger.agreements import holds_of
from ledger.engine import reading, writing
from ledger.notes import Note as WrittenNote
from ledger.notes import add_note
from ledger.plan_evidence import keep_evidence
from policies.packs import load_packs

LoanId = Annotated[str, typer.Argument(metavar="LOAN", help="The loan's id.")]
By = Annotated[str, typer.Option("--by", "--actor", help="Who asks. Default: the OS user.")]
Actor = Annotated[str, typer.Option("--actor", help="Who asks. Default: the OS user.")]


async def promise(
    loan: LoanId,
    amount: Annotated[str, typer.Option("--amount", help="In major units, such as 200.00.")],
    pay_by: Annotated[str, typer.Option("--by", metavar="DATE", help="The promised date.")],
    currency: Annotated[str, typer.Option("--currency", help="Default: the loan's.")] = "",
    actor: Actor = "",
    request_id: RequestId = "",
    as_json: AsJson = False,
) -> int:
    """The borrower promises an amount by a date."""

    def request(where: Standing, key: str, by: str) -> Request:
        code = currency or where.view.loan.currency
        minor = read.amount(amount, "--amount", code)
        return PromiseToPay(key, by, minor, code, read.day(pay_by, "--by"))

    return await _put(loan, request, actor, request_id, as_json)


async def plan(
    loan: LoanId,
    instalments: Annotated[int, typer.Option("--instalments", help="How many.", min=0)] = 0,
    first: Annotated[str, typer.Option("--first", metavar="DATE", help="The first is due.")] = "",
    item: Annotated[
        list[str] | None, typer.Option("--item", metavar="DATE=AMOUNT", help="One instalment.")
    ] = None,
    whole_debt: Annotated[
        bool, typer.Option("--whole-debt", help="Over everything unpaid, not the arrears alone.")
    ] = False,
    recording: Annotated[str, typer.Option("--recording", help="Where the talk is recorded.")] = "",
    signed: Annotated[str, typer.Option("--signed", help="Where the signed paper is.")] = "",
    by: By = "",
    request_id: RequestId = "",
    as_json: AsJson = False,
) -> int:
    """Agree on a plan: N equal monthly instalments, or each by its date and amount."""
    if bool(item) == bool(instalments and first):
        raise Failed("Give --instalments N and --first DATE, or --item DATE=AMOUNT.", WRONG_INPUT)
    house = open_house()
    where = standing(house.engine, loan)
    if over := where.over:
        return refused(over, as_json)
    cases = await house.cases()
    code = where.view.loan.currency
    if item:
        parts = tuple(_item(text, code) for text in item)
    else:
        state = await cases.state(where.case.case_id)
        if isinstance(state, Refused):
            return refused(state, as_json)
        total = state.outstanding_minor if whole_debt else state.arrears_minor
        parts = split_evenly(total, monthly(read.day(first, "--first"), instalments))
    proof = Evidence(recording, signed)
    if unlawful := _unlawful(house, where, len(parts), proof):
        return refused(unlawful, as_json)
    request = AgreePlan(request_id or read.fresh_id(), by or os_user(), code, parts)
    _keep(house, request, loan, proof)
    return await _ask(cases, where, request, as_json)


async def hold(
    loan: LoanId,
    reason: Annotated[HoldReason, typer.Option("--reason", help="Why.")],
    until: Annotated[str, typer.Option("--until", help="Date or time. Default: lifted.")] = "",
    by: By = "",
    request_id: RequestId = "",
    as_json: AsJson = False,
) -> int:
    """Leave the borrower in peace for a reason."""

    def request(where: Standing, key: str, by: str) -> Request:
        zone = where.view.borrower.calendar_zone
        return PlaceHold(key, by, reason, read.instant(until, "--until", zone) if until else None)

    return await _put(loan, request, by, request_id, as_json)


async def lift(
    loan: LoanId,
    hold_id: Annotated[str, typer.Option("--hold", help="Which. Default: the only one.")] = "",
    by: By = "",
    request_id: RequestId = "",
    as_json: AsJson = False,
) -> int:
    """End one hold; the others stay."""
    house = open_house()
    where = standing(house.engine, loan)
    if over := where.over:
        return refused(over, as_json)
    cases = await house.cases()
    if not hold_id:
        state = await cases.state(where.case.case_id)
        if isinstance(state, Refused):
            return refused(state, as_json)
        hold_id = _only_hold(house, where, state.now)
    request = LiftHold(request_id or read.fresh_id(), by or os_user(), hold_id)
    return await _ask(cases, where, request, as_json)


async def assign(
    loan: LoanId,
    to: Annotated[str, typer.Option("--to", help="The collector.")],
    by: By = "",
    request_id: RequestId = "",
    as_json: AsJson = False,
) -> int:
    """Give the case to a collector."""
    return await _put(loan, lambda _, key, who: Assign(key, who, to), by, request_id, as_json)


async def note(
    loan: LoanId,
    text: Annotated[str, typer.Argument(help="What to remember. It stays in the ledger.")],
    by: By = "",
    request_id: RequestId = "",
    as_json: AsJson = False,
) -> int:
    """Write a note: the text goes into the ledger, the case hears its id."""
    if not text.strip():
        raise Failed("The note is empty.", WRONG_INPUT)
    house = open_house()

    def request(where: Standing, key: str, by: str) -> Request:
        written = WrittenNote(key, loan, where.case.episode, by, text, now())
        with writing(house.engine) as session:
            add_note(session, written)
        return Note(key, by, key)

    return await _put(loan, request, by, request_id, as_json)


async def close(
    loan: LoanId,
    reason: Annotated[str, typer.Option("--reason", help="Why.")],
    by: By = "",
    request_id: RequestId = "",
    as_json: AsJson = False,
) -> int:
    """End the case for a reason that only people can know."""
    return await _put(loan, lambda _, key, who: Close(key, who, reason), by, request_id, as_json)


async def _put(
    loan: str,
    make: Callable[[Standing, str, str], Request],
    by: str,
    request_id: str,
    as_json: bool,
) -> int:
    """Ask the loan's open case for what `make` makes of the standing, the id and the asker."""
    house = open_house()
    where = standing(house.engine, loan)
    if over := where.over:
        return refused(over, as_json)
    cases = await house.cases()
    request = make(where, request_id or read.fresh_id(), by or os_user())
    return await _ask(cases, where, request, as_json)


async def _ask(cases: Cases, where: Standing, request: Request, as_json: bool) -> int:
    answer = await cases.ask(where.case.case_id, request)
    if isinstance(answer, Refused):
        return refused(answer, as_json)
    if as_json:
        show_json(
            {"request_id": request.request_id, "case_id": where.case.case_id, "state": answer}
        )
    else:
        show_facts(f"Taken: request {request.request_id}", state_facts(answer))
    return 0


def state_facts(state: CaseState) -> list[tuple[str, object]]:
    """Where a case stands, as names and values."""
    code = state.currency
    return [
        ("Loan", state.loan_id),
        ("Stage", state.outcome or state.stage),
        ("Waits for", state.waits_for or ("" if state.outcome else "nothing: it moves on now")),
        ("Until", state.until or ""),
        ("Then", state.then),
        ("To mend it", MEND.get(state.blocked, "")),
        ("Put off", state.put_off),
        ("Arrears", f"{to_major(state.arrears_minor, code)} {code}"),
        ("Outstanding", f"{to_major(state.outstanding_minor, code)} {code}"),
        ("Days past due", f"{state.days_past_due} ({state.bucket})"),
        ("Delinquent days", state.delinquent_days),
        ("Holds", ", ".join(state.holds)),
        ("Promise", state.promise),
        ("Plan", state.plan),
        ("Collector", state.collector),
        ("Strategy", state.strategy),
        ("Case clock", state.now),
    ]


def _unlawful(house: House, where: Standing, instalments: int, proof: Evidence) -> Refused | None:
    """What the law has against a plan of so many instalments that comes from no offer."""
    law = law_of(load_packs(), house.settings.profile, where.view, now())
    guaranteed = any(point.party is Party.GUARANTOR for point in where.view.contact_points)
    if refused := unoffered_refusal(law, instalments, guaranteed):
        return refused
    proved = proof.recording or proof.signed
    return None if proved else recording_refusal(law, where.view.loan.product)


def _keep(house: House, request: AgreePlan, loan: str, proof: Evidence) -> None:
    """Write where the proof of the plan lies, when there is any, before the case is asked."""
    if proof.recording or proof.signed:
        with writing(house.engine) as session:
            keep_evidence(session, loan, request.request_id, proof, request.by, now())


def _item(text: str, currency: str) -> Instalment:
    due, separator, amount = text.partition("=")
    if not separator:
        raise Failed(f"--item: {text!r} is not DATE=AMOUNT, such as 2026-01-31=50.00.", WRONG_INPUT)
    return Instalment(read.day(due, "--item"), read.amount(amount, "--item", currency))


def _only_hold(house: House, where: Standing, at: datetime) -> str:
    with reading(house.engine) as session:
        holds = holds_of(session, where.view.borrower.borrower_id)
    biting = [hold for hold in holds if hold.bites(at)]
    if len(biting) == 1:
        return biting[0].hold_id
    if not biting:
        raise Failed(
            "The ledger has no hold in force on this borrower. One that was placed a moment ago "
            "can be named with --hold: its id is the id of the request that placed it."
        )
    named = "; ".join(f"{hold.hold_id} ({hold.reason})" for hold in biting)
    raise Failed(f"{len(biting)} holds are in force. Name one with --hold: {named}.", WRONG_INPUT)
