"""What statutory notices quote beside the usual numbers: the agreement, the parties, the days."""

from datetime import timedelta
from typing import Any

from sqlmodel import Session

from ledger.loans import loan_view
from ledger.snapshots import Snapshot
from ledger.values import LoanView
from ledger.words import PointChannel, PointStatus

_POST = timedelta(days=2)
"""A default notice counts as served two days after it was posted (first class; M)."""

_DEFAULT = timedelta(days=14)
"""What a default notice gives at least (UK-DN-01)."""

_VALIDATION = timedelta(days=30 + 10)
"""30 days from receipt, which is assumed five business days after sending, never more than ten
days later (US-VAL-01); longer is in the consumer's favour."""


def statutory_facts(session: Session, snapshot: Snapshot) -> dict[str, Any]:
    """`card`, `default_notice` and `validation`, each None where the ledger lacks a part of it."""
    view = loan_view(session, snapshot.loan_id)
    assert view is not None, "a loan with a snapshot is in the ledger"
    return {
        "card": _quoted(view, "agreement", ending="account_ending"),
        "default_notice": _default_notice(view, snapshot),
        "validation": _validation(view, snapshot),
    }


def _quoted(view: LoanView, *names: str, **renamed: str) -> dict[str, Any] | None:
    wanted = {name: name for name in names} | renamed
    said = {name: view.loan.particulars.get(key, "") for name, key in wanted.items()}
    return said if all(said.values()) else None


def _address(view: LoanView) -> str:
    living = (
        point.address
        for point in view.contact_points
        if point.channel is PointChannel.POSTAL and point.status is PointStatus.ACTIVE
    )
    return ", ".join(next(living, "").splitlines())


def _default_notice(view: LoanView, snapshot: Snapshot) -> dict[str, Any] | None:
    said = _quoted(view, "agreement", "term")
    if said is None or not _address(view):
        return None
    served = snapshot.as_of + _POST
    return said | {"address": _address(view), "served_on": served, "act_by": served + _DEFAULT}


def _validation(view: LoanView, snapshot: Snapshot) -> dict[str, Any] | None:
    """The itemization starts at the oldest unpaid due date: what was owed then, and what came."""
    said = _quoted(view, "creditor_then", "creditor_now", "account_ending")
    since = snapshot.oldest_due
    if said is None or since is None or not _address(view):
        return None
    paid = sum(p.amount_minor for p in view.payments if p.on > since and p.reversed_on is None)
    return said | {
        "name": view.borrower.name,
        "address": _address(view),
        "itemization_date": since,
        "amount_then_minor": snapshot.outstanding_minor + paid,
        "interest_minor": 0,
        "fees_minor": 0,
        "payments_minor": paid,
        "credits_minor": 0,
        "ends": snapshot.as_of + _VALIDATION,
    }
