"""The rows of legal papers: their keys and numbers, and which of them others have replaced."""

from collections.abc import Sequence
from datetime import date
from itertools import count

from pydantic import TypeAdapter
from sqlmodel import Session, col, select

from domain.keys import digest, paper_key
from domain.legal.claimed import left_of
from domain.legal.court import TAKEN_BACK
from domain.legal.figures import Draft
from domain.legal.filing import FileOrder
from domain.legal.papers import Paper
from ledger.account_facts import facts_of
from ledger.court_standing import at_court
from ledger.legal_events import court_events_of
from ledger.legal_tables import LegalDocumentRow
from ledger.values import Loan

_DRAFT = TypeAdapter(Draft)


def drawn_last(
    session: Session, order: FileOrder, papers: Sequence[Paper]
) -> tuple[int, list[LegalDocumentRow]]:
    """The papers that stand, and how often they were drawn; those to be drawn have no rows.

    Papers that nobody has handed in are drawn anew once people have taken them back, and when the
    case asks again after money came.
    """
    found: list[LegalDocumentRow] = []
    for nth in count(1):
        rows = [session.get(LegalDocumentRow, key_of(order, paper, nth)) for paper in papers]
        here = [row for row in rows if row is not None]
        if not here:
            break
        found = here
    last = max(1, nth - 1)
    drawn = bool(found) and all(row.pdf is not None for row in found)
    if drawn and not order.papers and _outdated(session, order, found[0], last):
        return last + 1, []
    return last, found


def _outdated(session: Session, order: FileOrder, paper: LegalDocumentRow, nth: int) -> bool:
    said = court_events_of(session, order.loan_id)
    back = sum(event.what == TAKEN_BACK and event.remedy == order.remedy for event in said)
    moved = order.ledger_version > paper.ledger_version
    return (back >= nth or moved) and not at_court(session, order.loan_id, order.remedy)


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


def claims_too_much(session: Session, loan: Loan, row: LegalDocumentRow) -> bool:
    """Whether some of what a paper claims was paid or forgiven since."""
    return left_of(facts_of(session, loan), draft_in(row).figures) < row.amount_minor


def forget(session: Session, rows: Sequence[LegalDocumentRow]) -> None:
    """Take back claims that were never confirmed: nobody has seen the papers."""
    for row in rows:
        session.delete(row)
    session.flush()


def key_of(order: FileOrder, paper: Paper, nth: int) -> str:
    """The key of a paper that is drawn for the `nth` time."""
    return paper_key(order.loan_id, order.episode, order.remedy, paper, nth)


def number_of(key: str, dated: date) -> str:
    """The number that stands on a paper."""
    return f"{dated:%Y%m%d}-{digest(key)[:8].upper()}"


def replaced(rows: Sequence[LegalDocumentRow]) -> set[str]:
    """The keys of those of a loan's papers, the oldest first, that were drawn anew since."""
    newest = {(row.episode, row.remedy, row.paper): row.key for row in rows}
    return {row.key for row in rows} - set(newest.values())


def row_of(order: FileOrder, draft: Draft) -> LegalDocumentRow:
    """A paper as it is claimed."""
    return LegalDocumentRow(
        key=draft.key,
        number=draft.number,
        loan_id=order.loan_id,
        borrower_id=order.borrower_id,
        episode=order.episode,
        remedy=draft.remedy,
        paper=draft.paper,
        locale=draft.locale,
        dated=draft.dated,
        currency=draft.figures.currency,
        amount_minor=draft.figures.claimed_minor,
        ledger_version=draft.figures.version,
        draft=_DRAFT.dump_python(draft, mode="json"),
        drawn_at=order.decided_at,
    )


def draft_in(row: LegalDocumentRow) -> Draft:
    """What a paper was drawn up from."""
    return _DRAFT.validate_python(row.draft)
