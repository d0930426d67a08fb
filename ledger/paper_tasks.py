"""Papers and the debt they claim: people are told when it shrank or is nothing."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlmodel import Session, col, func, select

from domain.keys import task_key
from domain.legal.court import FILED, HANDED_ON, TAKEN_BACK
from domain.legal.papers import Paper
from domain.money import to_major
from domain.orders import TaskOrder
from domain.strategy import Outcome
from ledger import tasks
from ledger.case_tables import TaskRow
from ledger.legal_events import LegalEvent, court_events_of
from ledger.legal_position import PROCEDURE_ENDS
from ledger.legal_tables import LegalDocumentRow
from ledger.tables import PaymentRow

HAND_IN = "hand-in"
"""Tasks that ask people to take papers to court: hand-in-REMEDY, or with one paper's name."""

CAME = "; "
"""What parts the papers to hand in from what came since they were drawn."""

WITHDRAW = "withdraw"
"""Tasks that ask people to withdraw at court what claims a debt that is nothing."""

REDUCE = "reduce"
"""Tasks that ask people to claim less at court, because money came before the papers got there."""

NOTHING = "nothing is owed any more"
NOTHING_OWED = NOTHING + ": the end of the case ({})"
"""Who finishes the handing-in of papers that claim nothing."""

OVER = (PROCEDURE_ENDS - {"terminated"}) | {TAKEN_BACK}
"""Words after which a paper is at no court; an order that is terminated goes on as a suit."""


def tell_of_money(session: Session, loan_id: str) -> None:
    """Have each open task to hand in papers say what came since they were drawn, as of now."""
    for task in tasks.open_of(session, loan_id, (f"{HAND_IN}-",)):
        papers = newest_papers(session, loan_id, task.what.removeprefix(f"{HAND_IN}-"))
        if not papers:
            continue
        task.reason = task.reason.partition(CAME)[0]
        if (came := _came_since(session, papers[0])) > 0:
            sum_of = _money(came, papers[0].currency)
            task.reason += (
                f"{CAME}{sum_of} came since; claim what is left: take them back and draw them anew "
                f"(`case court {loan_id} taken_back --remedy {papers[0].remedy}`)"
            )
        session.add(task)
    session.flush()


def handed_in(session: Session, event: LegalEvent, remedy: str, rules: Sequence[str]) -> None:
    """Papers are at the court: people reduce the claim by what came before, or withdraw it all."""
    papers = newest_papers(session, event.loan_id, remedy)
    if event.what != FILED or not papers:
        return
    paper = papers[0]
    asked = session.get(TaskRow, task_key(event.loan_id, paper.episode, f"{HAND_IN}-{remedy}"))
    if asked is not None and asked.done_by.startswith(NOTHING):
        _ask_withdrawal(session, (event.loan_id, paper.episode), remedy, event.at)
    elif (came := _came_since(session, paper)) > 0:
        law = " (CN-PO-01)" if "CN-PO-01" in rules else ""
        said = f"reduce the claim at court by {_money(came, paper.currency)}{law}"
        what = f"{REDUCE}-{remedy}"
        tasks.ask(session, TaskOrder(event.loan_id, paper.episode, what, said, event.at))


def nothing_is_owed(
    session: Session, loan_id: str, episode: date, outcome: Outcome, at: datetime
) -> None:
    """The case ended because the debt is nothing: no paper is to be at court any more."""
    by = NOTHING_OWED.format(outcome)
    for task in tasks.open_of(session, loan_id, (f"{HAND_IN}-", f"{REDUCE}-")):
        tasks.finish(session, task.key, by, at)
    for remedy in _at_court(session, loan_id):
        _ask_withdrawal(session, (loan_id, episode), remedy, at)


def at_court(session: Session, loan_id: str, remedy: str) -> bool:
    """Whether papers of that remedy were handed in, or sent, and nothing has ended that since."""
    there = False
    for event in court_events_of(session, loan_id):
        if event.remedy == remedy and event.what in HANDED_ON:
            there = True
        elif event.remedy == remedy and event.what in OVER:
            there = False
    return there


def newest_papers(session: Session, loan_id: str, remedy: str) -> list[LegalDocumentRow]:
    """The papers of a remedy that were drawn up last, without those that they replace.

    A word that we want no suit claims nothing, and is left out.
    """
    mine = select(LegalDocumentRow).where(
        LegalDocumentRow.loan_id == loan_id,
        LegalDocumentRow.remedy == remedy,
        LegalDocumentRow.paper != Paper.DECLINE_SUIT,
        col(LegalDocumentRow.pdf).is_not(None),
    )
    rows = session.exec(mine.order_by(col(LegalDocumentRow.drawn_at), LegalDocumentRow.key)).all()
    newest = {row.paper: row for row in rows}
    last = max((row.ledger_version for row in newest.values()), default=0)
    return [row for row in newest.values() if row.ledger_version == last]


def _at_court(session: Session, loan_id: str) -> Iterator[str]:
    filed = [e.remedy for e in court_events_of(session, loan_id) if e.what == FILED and e.remedy]
    for remedy in dict.fromkeys(filed):
        if at_court(session, loan_id, remedy):
            yield remedy


def _ask_withdrawal(session: Session, loan: tuple[str, date], remedy: str, at: datetime) -> None:
    said = f"{NOTHING}: withdraw {remedy} at the court, unless it has ended there"
    tasks.ask(session, TaskOrder(*loan, f"{WITHDRAW}-{remedy}", said, at))


def _came_since(session: Session, paper: LegalDocumentRow) -> int:
    """What was paid since the paper was drawn up, in minor units; reversals count against it."""
    paid = select(func.coalesce(func.sum(PaymentRow.amount_minor), 0)).where(
        PaymentRow.loan_id == paper.loan_id, col(PaymentRow.reversed_on).is_(None)
    )
    return int(session.exec(paid).one()) - int(paper.draft["figures"]["paid_minor"])


def _money(minor: int, currency: str) -> str:
    return f"{Decimal(to_major(minor, currency)):,} {currency}"
