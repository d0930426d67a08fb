"""What is done to a loan's money beside paying: charging, forgiving, settling, writing off.

Each is written once under its own id and posted by the same calculator as a payment. What a lender
gives up needs a second person, who is never the one who asks.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlmodel import Session, col, select

from domain.account import account
from domain.books import Account
from domain.interest import DayCount
from domain.keys import follow_key, money_event_id, posting_key
from domain.money_events import AccountTerms, MoneyEvent, MoneyFacts, Portion, problems
from ledger.account_facts import account_of, facts_of, money_event
from ledger.account_pauses import stop_charges
from ledger.account_posting import Cause, lock_account, post_event, post_recount
from ledger.account_tables import LoanTermsRow, MoneyEventRow
from ledger.dealings import Dealing, refuse
from ledger.errors import KeyReused, LedgerError
from ledger.paper_tasks import tell_of_money, tell_of_reversal
from ledger.tables import InstalmentRow, PaymentRow
from ledger.values import Loan, Recorded
from ledger.words import MoneyKind

__all__ = ["account_of", "amount_of", "deal", "set_terms", "take_back"]

SAID = {
    MoneyKind.FEE: "Fee charged",
    MoneyKind.WAIVER: "Waived",
    MoneyKind.QUOTE: "Payoff quoted",
    MoneyKind.SETTLEMENT: "Settlement agreed",
    MoneyKind.REFUND: "Refunded",
    MoneyKind.CHARGE_OFF: "Charged off",
}

_LET_OFF = (MoneyKind.WAIVER, MoneyKind.QUOTE, MoneyKind.SETTLEMENT)
"""What forgives, so that more is owed again once it is taken back."""


@dataclass(frozen=True, slots=True)
class NewTerms:
    """The terms of a loan as its contract says them; `parts` split its instalments.

    `parts` are (interest, fee) of each instalment in the order of due dates, in minor units; empty
    leaves the instalments as they are. An empty `order` means that nothing was agreed.
    """

    terms: AccountTerms
    order: tuple[str, ...] = ()
    parts: tuple[tuple[int, int], ...] = ()
    by: str = "tape"


def deal(session: Session, loan_id: str, dealing: Dealing, known_at: datetime) -> Recorded:
    """Write it and post it; the same again changes nothing.

    Raises LedgerError when the loan or the amounts do not allow it, or a second person is missing,
    and KeyReused for a known id with other content.
    """
    stop_charges(session, loan_id, known_at)
    locked = lock_account(session, loan_id)
    here = f"{SAID[dealing.kind]} {dealing.event_id!r} of loan {loan_id!r}"
    known = _event(session, dealing.event_id)
    if known is not None:
        if (known.loan_id, known.kind, known.on_date) != (loan_id, dealing.kind, dealing.on):
            raise KeyReused(f"{here}: the id is known with other content.")
        return Recorded(False, locked.payments)
    facts = facts_of(session, locked.loan)
    amount = dealing.amount_minor
    if dealing.kind is MoneyKind.QUOTE and dealing.until:
        amount = account(facts, dealing.until).payoff_minor
    refuse(here, dealing, amount, account(facts, dealing.on))
    row = _row(session, loan_id, dealing, amount, known_at)
    event = money_event(row)
    if dealing.kind is MoneyKind.FEE:
        _refuse_uncharged(here, facts, event)
    key = posting_key(dealing.kind, dealing.event_id)
    cause = Cause(dealing.event_id, known_at, key, SAID[dealing.kind], event.event_id)
    post_event(session, locked, event, cause)
    session.add(row)
    session.flush()
    tell_of_money(session, loan_id, known_at)
    return Recorded(True, locked.payments)


def take_back(  # noqa: PLR0913 - what is taken back, by whom and why
    session: Session, loan_id: str, event_id: str, of: str, by: str, reason: str, at: datetime
) -> Recorded:
    """Undo a fee, waiver, offer, refund or charge-off, as if it had never been.

    Raises LedgerError when the loan has no such thing, or it was taken back before.
    """
    locked = lock_account(session, loan_id)
    row = _event(session, of)
    if row is None or row.loan_id != loan_id or row.kind not in SAID:
        raise LedgerError(f"Loan {loan_id!r} has no {of!r} that could be taken back.")
    if undone := _undone(session, of):
        if undone.event_id == event_id:
            return Recorded(False, locked.payments)
        raise LedgerError(f"{undone.event_id!r} has taken back {of!r} already.")
    before = facts_of(session, locked.loan)
    gone = money_event_id(row.kind, of)
    after = _without(before, gone)
    key = posting_key("void", event_id)
    cause = Cause(event_id, at, key, f"{SAID[row.kind]}: taken back", gone)
    post_recount(session, locked, before, after, cause)
    session.add(
        MoneyEventRow(
            event_id=event_id,
            loan_id=loan_id,
            kind=MoneyKind.VOID,
            on_date=row.on_date,
            known_at=at.astimezone(UTC),
            of=of,
            by=by,
            reason=reason,
        )
    )
    session.flush()
    tell = tell_of_reversal if row.kind in _LET_OFF else tell_of_money
    tell(session, loan_id, at)
    return Recorded(True, locked.payments)


def set_terms(session: Session, loan_id: str, new: NewTerms, known_at: datetime) -> bool:
    """Write what the contract says of charges and the order of payments; False if it is known.

    Raises LedgerError for terms that cannot be, and parts that do not fit the instalments.
    """
    if wrong := problems(new.terms):
        raise LedgerError(f"The terms of loan {loan_id!r}: {' '.join(wrong)}")
    locked = lock_account(session, loan_id)
    before = facts_of(session, locked.loan)
    _split(session, locked.loan, new.parts)
    row = _terms_row(loan_id, new, known_at)
    session.add(row)
    session.flush()
    after = facts_of(session, locked.loan)
    same = (before.contract, before.terms) == (after.contract, after.terms)
    if same and _told_before(session, row):
        session.delete(row)
        session.flush()
        return False
    number = str(locked.others + 1)
    fact_id = money_event_id("terms", f"{loan_id}/{number}")
    key = follow_key(fact_id, loan_id, known_at.astimezone(UTC).date())
    cause = Cause(fact_id, known_at, key, "Terms known", "")
    post_recount(session, locked, before, after, cause)
    tell_of_money(session, loan_id, known_at)
    return True


def _terms_row(loan_id: str, new: NewTerms, known_at: datetime) -> LoanTermsRow:
    terms = new.terms
    return LoanTermsRow(
        loan_id=loan_id,
        known_at=known_at.astimezone(UTC),
        by=new.by,
        agreed_order=list(new.order),
        by_instalment=terms.by_instalment,
        day_count=DayCount(terms.day_count),
        penalty_ppm=terms.penalty_ppm,
        compound=terms.compound,
        grace_days=terms.grace_days,
        late_fee_minor=terms.late_fee_minor,
        late_fee_ppm=terms.late_fee_ppm,
        late_fee_after_days=terms.late_fee_after_days,
        cap_ppm=terms.cap_ppm,
        rebate=terms.rebate,
    )


def _told_before(session: Session, row: LoanTermsRow) -> bool:
    """Whether the loan had terms before that row."""
    earlier = select(LoanTermsRow.id).where(
        LoanTermsRow.loan_id == row.loan_id, LoanTermsRow.id != row.id
    )
    return session.exec(earlier.limit(1)).first() is not None


def amount_of(session: Session, event_id: str) -> int:
    """The amount written under that id, in minor units; 0 where nothing was, or it has none."""
    row = _event(session, event_id)
    return row.amount_minor if row else 0


def _refuse_uncharged(here: str, facts: MoneyFacts, event: MoneyEvent) -> None:
    """Raise LedgerError for a fee that could not be charged whole on its day."""
    after = account(replace(facts, events=(*facts.events, event)), event.on)
    charged = -sum(
        amount
        for entry in after.postings
        if entry.source == event.event_id
        for name, amount in entry.lines
        if name is Account.INCOME
    )
    if charged < event.amount_minor:
        cap = facts.terms.cap_rule or "the agreed cap"
        raise LedgerError(
            f"{here}: only {charged} of it may be charged that day; a hold, a plan or {cap} "
            "forbids the rest."
        )


def _split(session: Session, loan: Loan, parts: tuple[tuple[int, int], ...]) -> None:
    rows = session.exec(
        select(InstalmentRow)
        .where(InstalmentRow.loan_id == loan.loan_id)
        .order_by(col(InstalmentRow.number))
    ).all()
    if not parts:
        return
    if len(parts) != len(rows):
        raise LedgerError(f"Loan {loan.loan_id!r}: {len(parts)} parts, {len(rows)} instalments.")
    for row, (interest, fee) in zip(rows, parts, strict=True):
        portion = Portion(row.due, row.amount_minor - interest - fee, interest, fee)
        if min(portion.principal_minor, interest, fee) < 0:
            raise LedgerError(f"Loan {loan.loan_id!r}: the parts of {row.due} do not add up.")
        row.interest_minor, row.fee_minor = interest, fee
        session.add(row)


def _without(facts: MoneyFacts, event_id: str) -> MoneyFacts:
    return replace(facts, events=tuple(e for e in facts.events if e.event_id != event_id))


def _event(session: Session, event_id: str) -> MoneyEventRow | None:
    return session.exec(select(MoneyEventRow).where(MoneyEventRow.event_id == event_id)).first()


def _undone(session: Session, of: str) -> MoneyEventRow | None:
    voids = select(MoneyEventRow).where(
        MoneyEventRow.of == of, MoneyEventRow.kind == MoneyKind.VOID
    )
    return session.exec(voids).first()


def _row(
    session: Session, loan_id: str, dealing: Dealing, amount: int, known_at: datetime
) -> MoneyEventRow:
    """The row to be; an offer names the payments of its first day that were there before it."""
    before: list[str] = []
    if dealing.kind in (MoneyKind.QUOTE, MoneyKind.SETTLEMENT):
        there = select(PaymentRow.payment_id).where(
            PaymentRow.loan_id == loan_id, PaymentRow.on_date == dealing.on
        )
        before = sorted(session.exec(there))
    return MoneyEventRow(
        event_id=dealing.event_id,
        loan_id=loan_id,
        kind=dealing.kind,
        on_date=dealing.on,
        known_at=known_at.astimezone(UTC),
        amount_minor=amount,
        component=dealing.component,
        until=dealing.until,
        before=before,
        by=dealing.by,
        approved_by=dealing.approved_by,
        reason=dealing.reason,
    )
