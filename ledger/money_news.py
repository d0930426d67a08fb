"""The cases that have yet to hear of what was forgiven of their loans."""

from sqlmodel import Session

from domain.facts import DebtForgiven
from ledger.news import Untold, to_open_cases
from ledger.waived import CHANGED, version_of, waived_minor


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
                version_of(session, file.loan_id),
                event.received_at,
            ),
        )
        for event, file in to_open_cases(session, CHANGED, loan_id, most)
    ]
