"""Opening a case: from everything the ledger has about a loan that is late."""

from datetime import datetime

from domain.case import Case
from domain.clock import Clock, local_date
from domain.delinquency import Instalment, Payment, arrears_of, paid_by
from domain.strategy import Strategy


def open_case(  # noqa: PLR0913 - a case is opened from every fact the ledger has about the loan
    *,
    loan_id: str,
    borrower_id: str,
    currency: str,
    jurisdiction: str,
    zone: str,
    strategy: Strategy,
    at: datetime,
    instalments: list[Instalment],
    payments: list[Payment],
    region: str = "",
    portfolio: str = "",
    clock: Clock | None = None,
    forgiven_minor: int = 0,
) -> Case | None:
    """The case of a loan that is late at `at`, or None when nothing material is.

    Instalments come in any order; the lists are copied, so a case shares nothing.
    """
    today = local_date(at, zone)
    instalments = sorted(instalments, key=lambda instalment: instalment.due)
    credited = paid_by(payments, today) + forgiven_minor
    _, oldest = arrears_of(instalments, credited, strategy.terms, today)
    if oldest is None:
        return None
    case = Case(
        loan_id=loan_id,
        borrower_id=borrower_id,
        episode=oldest,
        currency=currency,
        jurisdiction=jurisdiction,
        zone=zone,
        strategy_id=strategy.id,
        opened_at=at,
        instalments=instalments,
        payments=list(payments),
        now=at,
        anchor=oldest,
        stage_since=at,
        region=region,
        portfolio=portfolio,
        clock=clock or Clock(),
        forgiven_minor=forgiven_minor,
        last_payment=max((p.on for p in payments if p.counts(today)), default=None),
    )
    case.log("opened", f"{(today - oldest).days} days past due")
    return case
