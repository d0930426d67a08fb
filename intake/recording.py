"""What each type of loan event writes into the ledger, and what its case is to be told."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from domain.books import COMPONENTS
from domain.clock import local_date
from domain.facts import (
    AgencyReported,
    ContactBounced,
    ContactRepaired,
    Fact,
    PaymentReceived,
    PaymentReversed,
)
from domain.money_events import AccountTerms
from intake.envelopes import (
    AgencySaid,
    BorrowerUpdated,
    Bounced,
    Event,
    EventRefused,
    Overdue,
    Paid,
    Reversed,
    TermsAgreed,
    Upcoming,
)
from ledger.accounts import NewTerms, set_terms
from ledger.cases import cases, open_case_of
from ledger.contacts import contacts_of, mark_bounced
from ledger.loans import add_borrower, loan_view, lock_borrower
from ledger.payments import record_payment, record_reversal
from ledger.placements import placements_of
from ledger.values import ContactPoint, LoanView
from ledger.waived import told
from ledger.whereabouts import lives_in

_CODE = re.compile(r"\b(?:[245]\.\d{1,3}\.\d{1,3}|[45]\d\d)\b", re.ASCII)
"""The code of a bounce, such as 5.1.1 or 550."""


@dataclass(frozen=True, slots=True)
class Said:
    """What is to be said: a fact to the open case, and whether the loan may need one opened.

    `also` are facts for other cases of the person, by case id.
    """

    case_id: str = ""
    fact: Fact | None = None
    opens: bool = False
    also: tuple[tuple[str, Fact], ...] = ()


def _upcoming(session: Session, event: Event, at: datetime) -> Said:
    assert isinstance(event.data, Upcoming), "the type of an event decides its data"
    view, due = _loan(session, event.loan_id), event.data.due
    today = local_date(at, view.borrower.calendar_zone)
    if due is not None:
        _scheduled(due, view)
        if due < today:
            raise EventRefused(
                "data.due", f"{due} is over: it is {today} there", "send loan.instalment.overdue"
            )
    return Said(opens=True)


def _overdue(session: Session, event: Event, at: datetime) -> Said:
    assert isinstance(event.data, Overdue), "the type of an event decides its data"
    view, due = _loan(session, event.loan_id), event.data.due
    if due is not None:
        today = local_date(at, view.borrower.calendar_zone)
        _scheduled(due, view)
        if due >= today:
            raise EventRefused(
                "data.due", f"{due} is not over: it is {today} there", "send it the day after"
            )
    return Said(opens=True)


def _paid(session: Session, event: Event, at: datetime) -> Said:
    assert isinstance(event.data, Paid), "the type of an event decides its data"
    data, view = event.data, _loan(session, event.loan_id)
    _not_ahead(data.on, at, view)
    paid_out = view.loan.disbursed_on
    if paid_out is not None and data.on < paid_out:
        raise EventRefused(
            "data.on",
            f"the payment is of {data.on} and the loan was paid out on {paid_out}",
            "send the day on which the money came in",
        )
    if data.currency != view.loan.currency:
        raise EventRefused(
            "data.currency",
            f"the payment is in {data.currency} and the loan in {view.loan.currency}",
            "send the amount in the loan's currency",
        )
    fact = PaymentReceived(event.key, data.payment_id, data.amount_minor, data.on, at)
    record_payment(session, event.loan_id, fact, data.currency, at)
    return Said(_open_case(session, event.loan_id), told(session, event.loan_id, fact))


def _reversed(session: Session, event: Event, at: datetime) -> Said:
    assert isinstance(event.data, Reversed), "the type of an event decides its data"
    data = event.data
    _not_ahead(data.on, at, _loan(session, event.loan_id))
    fact = PaymentReversed(event.key, data.payment_id, data.on, at)
    record_reversal(session, event.loan_id, fact, at)
    fact = told(session, event.loan_id, fact)
    return Said(_open_case(session, event.loan_id), fact, opens=True)


def _restructured(_: Session, __: Event, ___: datetime) -> Said:
    raise EventRefused(
        "type",
        "loan.restructured is not taken yet, because the ledger cannot replace instalments",
        "agree a repayment plan on the case instead",
    )


def _agreed(session: Session, event: Event, at: datetime) -> Said:
    assert isinstance(event.data, TermsAgreed), "the type of an event decides its data"
    data = event.data
    _loan(session, event.loan_id)
    terms = AccountTerms(
        order=tuple(data.order) or COMPONENTS,
        day_count=data.day_count,
        penalty_ppm=data.penalty_ppm,
        compound=data.compound,
        grace_days=data.grace_days,
        late_fee_minor=data.late_fee_minor,
        late_fee_after_days=data.late_fee_after_days,
    )
    parts = tuple((part.interest_minor, part.fee_minor) for part in data.instalments)
    new = NewTerms(terms, tuple(data.order), parts, event.source)
    set_terms(session, event.loan_id, new, at)
    return Said()


def _updated(session: Session, event: Event, at: datetime) -> Said:
    assert isinstance(event.data, BorrowerUpdated), "the type of an event decides its data"
    borrower = lock_borrower(session, event.data.borrower_id)
    points = [
        ContactPoint(point.channel, point.address, party=point.party, person=point.person)
        for point in event.data.contact_points
    ]
    add_borrower(session, borrower, points)
    lives_in(session, borrower.borrower_id, event.data.zone, event.data.region)
    if not points:
        return Said()
    channel = str(points[0].channel)
    return Said(
        also=tuple(
            (file.case_id, ContactRepaired(event.key, channel, at))
            for file in cases(session, borrower_id=borrower.borrower_id)
        )
    )


def _bounced(session: Session, event: Event, at: datetime) -> Said:
    assert isinstance(event.data, Bounced), "the type of an event decides its data"
    _loan(session, event.loan_id)
    step = event.data.step
    sent = [row for row in contacts_of(session, event.loan_id) if row.step == step]
    if not sent:
        raise EventRefused("data.step", f"no contact {step!r} was made", "check `case why`")
    mark_bounced(session, sent[-1].key, bounce_code(event.data.reason), at)
    fact = ContactBounced(event.key, step, sent[-1].channel, at)
    return Said(_open_case(session, event.loan_id), fact)


def bounce_code(said: str) -> str:
    """What may go on record of a mail server's words, which quote addresses: the code alone."""
    code = _CODE.search(said)
    return f"bounced, {code[0]}" if code else "bounced"


def _agency(session: Session, event: Event, at: datetime) -> Said:
    assert isinstance(event.data, AgencySaid), "the type of an event decides its data"
    _loan(session, event.loan_id)
    key = event.data.placement_key
    if key not in {row.key for row in placements_of(session, event.loan_id)}:
        raise EventRefused(
            "data.placement_key", f"{key!r} is no placement of the loan", "check the key"
        )
    fact = AgencyReported(event.key, key, event.data.status, at)
    return Said(_open_case(session, event.loan_id), fact)


RECORDERS: Mapping[str, Callable[[Session, Event, datetime], Said]] = {
    "loan.instalment.upcoming": _upcoming,
    "loan.instalment.overdue": _overdue,
    "loan.payment.received": _paid,
    "loan.payment.reversed": _reversed,
    "loan.restructured": _restructured,
    "loan.terms.agreed": _agreed,
    "borrower.updated": _updated,
    "contact.bounced": _bounced,
    "agency.reported": _agency,
}
"""What to write, and what to say, for each type of event."""


def _loan(session: Session, loan_id: str) -> LoanView:
    view = loan_view(session, loan_id)
    if view is None:
        raise EventRefused(
            "data.loan_id", f"loan {loan_id!r} is not in the ledger", "import its tape first"
        )
    return view


def _scheduled(due: date, view: LoanView) -> None:
    if due not in {instalment.due for instalment in view.instalments}:
        raise EventRefused(
            "data.due", f"no instalment of the loan is due on {due}", "check the schedule"
        )


def _not_ahead(on: date, at: datetime, view: LoanView) -> None:
    today = local_date(at, view.borrower.calendar_zone)
    if on > today:
        raise EventRefused(
            "data.on", f"{on} is in the future: it is {today} there", "send it on its day"
        )


def _open_case(session: Session, loan_id: str) -> str:
    mine = open_case_of(session, loan_id)
    return mine.case_id if mine else ""
