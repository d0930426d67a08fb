"""The cases that have yet to hear of what was forgiven of their loans."""

from collections.abc import Sequence

from sqlalchemy import func
from sqlmodel import Session, col, select

from domain.facts import DebtForgiven
from ledger.case_tables import CaseFileRow, LoanEventRow
from ledger.news import Untold
from ledger.waived import CHANGED, waived_minor


def untold(session: Session, loan_id: str = "", most: int = 1000) -> list[Untold]:
    """The cases that have yet to hear of it, of one loan or of all, the oldest first.

    The amount is told as it stands now. A case that is over hears nothing.
    """
    return [
        Untold(
            event.event_id,
            file.case_id,
            DebtForgiven(
                event.event_id,
                waived_minor(session, file.loan_id),
                _version(session, file.loan_id),
                event.received_at,
            ),
        )
        for event, file in _waiting(session, loan_id, most)
    ]


def _waiting(
    session: Session, loan_id: str, most: int
) -> Sequence[tuple[LoanEventRow, CaseFileRow]]:
    wanted = (
        select(LoanEventRow, CaseFileRow)
        .join(CaseFileRow, col(LoanEventRow.loan_id) == col(CaseFileRow.loan_id))
        .where(
            col(LoanEventRow.spoken_at).is_(None),
            LoanEventRow.type == CHANGED,
            col(CaseFileRow.closed_at).is_(None),
        )
        .order_by(col(LoanEventRow.received_at), LoanEventRow.event_id)
    )
    if loan_id:
        wanted = wanted.where(LoanEventRow.loan_id == loan_id)
    return session.exec(wanted.limit(most)).all()


def _version(session: Session, loan_id: str) -> int:
    """How often the amount has changed: of two that are told the one with more is the newer."""
    mine = select(func.count()).where(LoanEventRow.loan_id == loan_id, LoanEventRow.type == CHANGED)
    return session.exec(mine).one()
