"""What goes on the legal file, and the tasks it settles: nobody is asked for what is done."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from sqlmodel import Session, col, select

from domain.clock import local_date
from domain.legal.court import HANDED_ON
from domain.legal.file import Calendars, LegalFile
from domain.legal.readiness import missing, take
from domain.legal.remedies import Remedy
from ledger import tasks
from ledger.court_standing import OVER
from ledger.legal_events import LegalEvent, record_legal
from ledger.legal_gathering import prepared_of
from ledger.legal_tables import LegalDocumentRow, LegalKind
from ledger.loans import loan_view
from ledger.paper_tasks import HAND_IN, WITHDRAW, handed_in, tell_of_money
from ledger.values import LoanView

Law = tuple[Mapping[str, Mapping[str, Remedy]], Calendars]
"""The remedies by jurisdiction and name, and the rest days by country."""

WANTED = "evidence"
"""Tasks that ask people for what a remedy lacks: evidence-REMEDY-NUMBER."""

FILE = "the legal file"
"""Who has done what was asked when our own filing shows that nothing is missing."""


def put_on_file(session: Session, event: LegalEvent, law: Law) -> bool:
    """Write an event and finish the tasks that it settles; False when it was written before.

    Evidence finishes what asked for it once people need bring nothing more for that remedy; a
    court's `filed` or a letter's `sent` finishes the handing-in, and so does what takes a paper
    back. After each word of a court the tasks about papers follow what is left to claim there.
    Raises LedgerError as `record_legal` does.
    """
    first = record_legal(session, event)
    if event.kind is LegalKind.EVIDENCE:
        for name in _complete(session, event, law):
            settle(session, event.loan_id, f"{WANTED}-{name}", event.by, event.at)
        return first
    if settled := _settled_by(event.what):
        remedy = event.remedy or _last_drawn_up(session, event.loan_id)
        for what in settled:
            settle(session, event.loan_id, f"{what}-{remedy}", event.by, event.at)
        handed_in(session, event, remedy)
    tell_of_money(session, event.loan_id, event.at)
    return first


def _settled_by(word: str) -> tuple[str, ...]:
    """The kinds of tasks of its remedy that a word of a court, or of ours, settles."""
    if word in HANDED_ON:
        return (WANTED, HAND_IN)
    if word in OVER:
        return (HAND_IN, WITHDRAW)
    return ()


def settle(session: Session, loan_id: str, what: str, by: str, at: datetime) -> None:
    """Finish every open task of the loan that is called that, or that with more behind a hyphen."""
    for task in tasks.open_of(session, loan_id, (what,)):
        if task.what == what or task.what.startswith(f"{what}-"):
            tasks.finish(session, task.key, by, at)


def _complete(session: Session, event: LegalEvent, law: Law) -> Iterator[str]:
    """The remedies that people were asked to bring something for, and need bring nothing more."""
    remedies, calendars = law
    view = loan_view(session, event.loan_id)
    assert view is not None, "an event was written about a loan that is in the ledger"
    today = local_date(event.at, view.borrower.calendar_zone)
    whats = [task.what for task in tasks.open_of(session, event.loan_id, (f"{WANTED}-",))]
    for name, remedy in remedies.get(view.borrower.jurisdiction, {}).items():
        asked = any(what.startswith(f"{WANTED}-{name}-") for what in whats)
        if asked and not _wanted(session, view, remedy, today, calendars):
            yield name


def _wanted(
    session: Session, view: LoanView, remedy: Remedy, today: date, calendars: Calendars
) -> bool:
    """Whether people must still bring something; what only has to ripen is not theirs to bring."""
    file = LegalFile()
    take(file, prepared_of(session, view, remedy, today, calendars), today)
    return any(lack.ripe_on is None for lack in missing(remedy, file, today, calendars))


def _last_drawn_up(session: Session, loan_id: str) -> str:
    """The remedy of the newest paper; empty when none was drawn up."""
    mine = select(LegalDocumentRow).where(LegalDocumentRow.loan_id == loan_id)
    newest = session.exec(mine.order_by(col(LegalDocumentRow.drawn_at).desc())).first()
    return newest.remedy if newest is not None else ""
