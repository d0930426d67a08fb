"""What is at a court: which remedies were handed in, and which of them it has yet to decide on."""

from sqlmodel import Session

from domain.legal.court import FILED, HANDED_ON, TAKEN_BACK
from ledger.legal_events import court_events_of
from ledger.legal_position import PROCEDURE_ENDS

OVER = (PROCEDURE_ENDS - {"terminated"}) | {TAKEN_BACK}
"""Words after which a paper is at no court; an order that is terminated goes on as a suit."""

DECIDED = OVER | {"issued", "judgment", "terminated", "settled"}
"""Words after which the sum of a claim is no longer ours to change.

The court has said what is owed, or the claim is there no more. What comes after an order or a
judgment is performance of it, which enforcement claims no more; an order that is terminated goes on
as a suit, whose papers are drawn up anew.
"""

APPEALED = "appealed"
"""The word after which a second court decides on the same claim."""


def at_court(session: Session, loan_id: str, remedy: str) -> bool:
    """Whether papers of that remedy were handed in, or sent, and nothing has ended that since."""
    there = False
    for event in court_events_of(session, loan_id):
        if event.remedy == remedy and event.what in HANDED_ON:
            there = True
        elif event.remedy == remedy and event.what in OVER:
            there = False
    return there


def remedies_at_court(session: Session, loan_id: str) -> list[str]:
    """The remedies that are at a court, in the order of their filing; a letter is at none."""
    filed = [e.remedy for e in court_events_of(session, loan_id) if e.what == FILED and e.remedy]
    return [remedy for remedy in dict.fromkeys(filed) if at_court(session, loan_id, remedy)]


def undecided(session: Session, loan_id: str) -> set[str]:
    """The remedies whose claims a court has yet to decide on, in the first or second instance.

    Enforcement decides nothing: it goes on until it has ended.
    """
    waiting: set[str] = set()
    for event in court_events_of(session, loan_id):
        if event.remedy and event.what in (FILED, APPEALED):
            waiting.add(event.remedy)
        elif event.what in DECIDED:
            waiting.discard(event.remedy)
    return waiting
