"""The cases that have yet to hear of what was forgiven of their loans."""

from sqlalchemy import func
from sqlmodel import Session, select

from domain.facts import DebtForgiven
from ledger.case_tables import LoanEventRow
from ledger.news import Untold, to_open_cases
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
        for event, file in to_open_cases(session, CHANGED, loan_id, most)
    ]


def _version(session: Session, loan_id: str) -> int:
    """How often the amount has changed: of two that are told the one with more is the newer."""
    mine = select(func.count()).where(LoanEventRow.loan_id == loan_id, LoanEventRow.type == CHANGED)
    return session.exec(mine).one()
