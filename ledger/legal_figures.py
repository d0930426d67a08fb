"""The numbers of a legal paper, all from one transaction of the ledger."""

from dataclasses import replace
from datetime import date

from sqlmodel import Session

from domain.delinquency import Terms, delinquency, paid_by
from domain.fees import FeeQuestion, fee
from domain.legal.figures import DueLine, Figures
from domain.legal.remedies import Remedy
from ledger.legal_events import court_events_of
from ledger.payments import version
from ledger.snapshots import outstanding
from ledger.values import LoanView

ENFORCED = "performance_due"
"""What a court says when the time to perform has been set."""


def figures_of(
    session: Session, view: LoanView, remedy: Remedy, terms: Terms, today: date
) -> Figures:
    """The loan's numbers at the end of that day, and what the remedy costs on what is due."""
    late = delinquency(view.schedule, view.credits, (), terms, today)
    arrears = late.arrears_minor
    delay_days = _delay_days(session, view.loan.loan_id, today)
    charged = arrears > 0 and view.loan.currency == "CNY"
    asked = FeeQuestion(arrears, simple=remedy.halved)
    return Figures(
        currency=view.loan.currency,
        as_of=today,
        version=version(session, view.loan.loan_id),
        principal_minor=view.loan.principal_minor,
        arrears_minor=arrears,
        outstanding_minor=outstanding(view, today),
        paid_minor=paid_by(view.payments, today),
        days_past_due=late.days_past_due,
        oldest_due=late.oldest_due,
        late=_late(view, today),
        fees=tuple((rule, fee(rule, asked)) for rule in remedy.fees if charged),
        delay_days=delay_days if charged else 0,
        delay_minor=fee("CN-ENF-02", replace(asked, days=delay_days)) if charged else 0,
    )


def _late(view: LoanView, today: date) -> tuple[DueLine, ...]:
    """The instalments due and not paid in full; credits settle the oldest first."""
    left, lines = paid_by(view.credits, today), []
    for instalment in view.schedule:
        paid = min(left, instalment.amount_minor)
        left -= paid
        if instalment.due < today and paid < instalment.amount_minor:
            lines.append(DueLine(instalment.due, instalment.amount_minor, paid))
    return tuple(lines)


def _delay_days(session: Session, loan_id: str, today: date) -> int:
    """How many days a judgment has not been performed; 0 without one (CN-ENF-02)."""
    due = [event.on for event in court_events_of(session, loan_id) if event.what == ENFORCED]
    return max(0, (today - due[-1]).days) if due else 0
