"""People's rights: taken down once, withdrawn once, on record and told for every loan."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from sqlmodel import Session, col, select

from domain.gate.words import Party
from domain.rights import BARS, Right, RightKind
from domain.standing import of_right
from ledger import decisions
from ledger.cases import chain_of, open_case_of
from ledger.errors import KeyReused, LedgerError
from ledger.events import LoanEvent, record_event
from ledger.loans import lock_borrower
from ledger.people_tables import RightRow
from ledger.tables import ContactPointRow, LoanRow

WHAT = "right"
"""The kind of a decision about a right."""

CHANGED = "right.changed"
"""The type of the event by which a case is told of a right, or of its withdrawal."""

EXERCISED, WITHDRAWN = "exercised", "withdrawn"

_WEEK = frozenset(range(7))


def exercise(session: Session, right: Right, at: datetime) -> bool:
    """Take down a right; it binds every contact from the commit on. False when it is there.

    Raises LedgerError for an unknown person, a loan or contact point that is not theirs and a right
    that says too little, KeyReused when the id is that of another right.
    """
    lock_borrower(session, right.borrower_id)
    if row := session.get(RightRow, right.right_id, populate_existing=True):
        if _asked(_right(row)) != _asked(right):
            raise KeyReused(f"Right {right.right_id!r} is known with other content.")
        return False
    _check(session, right)
    session.add(_row(right))
    session.flush()
    _spread(session, right, at, EXERCISED, _particulars(right))
    return True


def withdraw(session: Session, right_id: str, by: str, at: datetime) -> bool:
    """End a right from then on; False when it was withdrawn before. LedgerError: no such right."""
    found = session.get(RightRow, right_id)
    if found is None:
        raise LedgerError(f"There is no right {right_id!r}.")
    lock_borrower(session, found.borrower_id)
    row = session.get_one(RightRow, right_id, populate_existing=True)
    if row.withdrawn_at is not None:
        return False
    row.withdrawn_at, row.withdrawn_by = at, by
    session.add(row)
    session.flush()
    _spread(session, _right(row), at, WITHDRAWN, {"by": by})
    return True


def right_of(session: Session, right_id: str) -> Right | None:
    """The right of that id, or None."""
    row = session.get(RightRow, right_id, populate_existing=True)
    return None if row is None else _right(row)


def rights_of(session: Session, borrower_id: str) -> Sequence[Right]:
    """The person's rights, the oldest first, ended and withdrawn ones included."""
    mine = select(RightRow).where(RightRow.borrower_id == borrower_id)
    rows = session.exec(
        mine.order_by(col(RightRow.start), RightRow.right_id).execution_options(
            populate_existing=True
        )
    )
    return [_right(row) for row in rows]


def barred_points(session: Session, borrower_id: str, at: datetime) -> frozenset[int]:
    """The contact points of the person's file that a refusal or an opt-out names."""
    return frozenset(
        right.contact_point_id
        for right in rights_of(session, borrower_id)
        if right.kind in BARS and right.contact_point_id is not None and right.holds_at(at)
    )


def _check(session: Session, right: Right) -> None:
    here = f"Right {right.right_id!r}"
    if right.loan_id is not None:
        loan = session.get(LoanRow, right.loan_id)
        if loan is None or loan.borrower_id != right.borrower_id:
            raise LedgerError(f"{here}: loan {right.loan_id!r} is not this person's.")
    if right.until is not None and right.until <= right.start:
        raise LedgerError(f"{here}: it ends before it begins.")
    point = _point(session, right)
    if wrong := _WRONG.get(right.kind, lambda _right, _point: "")(right, point):
        raise LedgerError(f"{here}: {wrong}")


def _point(session: Session, right: Right) -> ContactPointRow | None:
    if right.contact_point_id is None:
        return None
    point = session.get(ContactPointRow, right.contact_point_id)
    if point is None or point.borrower_id != right.borrower_id:
        raise LedgerError(
            f"Right {right.right_id!r}: contact point {right.contact_point_id} is not of this "
            f"person's file."
        )
    return point


def _wrong_hours(right: Right, _: ContactPointRow | None) -> str:
    if right.earliest is None or right.latest is None or not right.weekdays:
        return "named hours have weekdays, a first and a last hour."
    if not right.weekdays <= _WEEK:
        return "weekdays count from 0, Monday, to 6."
    if right.weekdays == _WEEK and right.earliest == right.latest:
        return "that is all the time: it is a request to cease contact."
    return ""


def _wrong_refusal(right: Right, point: ContactPointRow | None) -> str:
    if point is None or point.party is Party.BORROWER:
        return "a refusal names the contact point of a third person."
    return "" if right.until is None else "a refusal has no end."


def _wrong_slot(right: Right, _: ContactPointRow | None) -> str:
    return "an agreed slot has an end." if right.until is None else ""


def _wrong_consent(right: Right, _: ContactPointRow | None) -> str:
    if right.channel is None or not right.reference:
        return "a consent names its channel, and where it is on record."
    return ""


_WRONG = {
    RightKind.INCONVENIENT_HOURS: _wrong_hours,
    RightKind.THIRD_PARTY_REFUSAL: _wrong_refusal,
    RightKind.AGREED_SLOT: _wrong_slot,
    RightKind.CONSENT: _wrong_consent,
}
"""Why a right of that kind says too little, or too much; empty when it does not."""


def _spread(
    session: Session, right: Right, at: datetime, verdict: str, told: dict[str, Any]
) -> None:
    """One record in the chain of every loan of the person, and every open case is to be told.

    What a case is to be told is kept as a loan event, so that it is told later if not now.
    """
    mine = select(LoanRow.loan_id).where(LoanRow.borrower_id == right.borrower_id)
    inputs = {"borrower_id": right.borrower_id, "right": right.said()} | told
    rule = f"right-{right.kind.replace('_', '-')}"
    for loan_id in session.exec(mine.order_by(LoanRow.loan_id)).all():
        chain = chain_of(session, loan_id)
        decisions.append(session, chain, at, WHAT, right.right_id, verdict, rule, inputs)
        if file := open_case_of(session, loan_id):
            key = of_right(right, file.case_id, at).fact_id
            event = LoanEvent(key, CHANGED, right.right_id, loan_id, "")
            record_event(session, event, at)


def _particulars(right: Right) -> dict[str, Any]:
    return {
        "start": right.start,
        "until": right.until,
        "loan_id": right.loan_id,
        "reference": right.reference,
        "by": right.by,
    }


def _asked(right: Right) -> tuple[object, ...]:
    """What makes two requests the same right; when and by whom it was taken down does not."""
    begins = right.start if right.kind is RightKind.AGREED_SLOT else None
    return (right.borrower_id, right.loan_id, right.said(), begins, right.until, right.reference)


def _row(right: Right) -> RightRow:
    return RightRow(
        right_id=right.right_id,
        borrower_id=right.borrower_id,
        kind=right.kind,
        loan_id=right.loan_id,
        channel=right.channel,
        purpose=right.purpose,
        contact_point_id=right.contact_point_id,
        weekdays=sorted(right.weekdays),
        earliest=_shown(right.earliest),
        latest=_shown(right.latest),
        start=right.start,
        until=right.until,
        valid_before=right.valid_before,
        by=right.by,
        reference=right.reference,
    )


def _right(row: RightRow) -> Right:
    told = row.model_dump() | {
        "weekdays": frozenset(row.weekdays),
        "earliest": _clock(row.earliest),
        "latest": _clock(row.latest),
    }
    return Right(**told)


def _shown(clock: time | None) -> str:
    return "" if clock is None else clock.isoformat(timespec="minutes")


def _clock(text: str) -> time | None:
    return time.fromisoformat(text) if text else None
