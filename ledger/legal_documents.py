"""Legal papers: claimed with their numbers from one snapshot, drawn up outside, and confirmed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from domain.authority import Action
from domain.clock import local_date
from domain.deadlines import period
from domain.delinquency import Terms
from domain.holds import held
from domain.keys import case_id, paper_key, question_id
from domain.legal.figures import Draft, Figures
from domain.legal.file import Calendars, LegalFile
from domain.legal.filing import FileOrder, FileOutcome, Filing
from domain.legal.papers import NOT_WHEN_BARRED, Paper
from domain.legal.readiness import barred, latest, missing, take
from domain.legal.remedies import Evidence, Prepared, Remedy
from domain.orders import TaskOrder
from domain.refused import Refused
from ledger import decisions, tasks
from ledger.agreements import holds_of
from ledger.approval_tables import ApprovalRow
from ledger.approvals import approved
from ledger.errors import LedgerError
from ledger.legal_events import court_events_of, legal_events_of
from ledger.legal_figures import figures_of, penalty_minor
from ledger.legal_gathering import CALCULATION, prepared_of
from ledger.legal_tables import LegalDocumentRow, LegalEventRow, LegalKind
from ledger.legal_tasks import FILE, WANTED, settle
from ledger.loans import loan_view, lock_loan
from ledger.paper_rows import (
    claims_too_much,
    draft_in,
    drawn_last,
    forget,
    key_of,
    number_of,
    row_of,
)
from ledger.paper_tasks import HAND_IN, tell_of_money
from ledger.payments import money_facts, version
from ledger.values import LoanView

TITLE = "title"
COURT = ("court", "venue")
"""Items whose words are the name of the court that the papers are addressed to."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """Papers that are ours to draw up, with the loan as it stands."""

    drafts: tuple[Draft, ...]
    view: LoanView


@dataclass(frozen=True, slots=True)
class Printed:
    """One paper as drawn up."""

    key: str
    pdf: bytes
    sha256: str


def claim_papers(  # noqa: PLR0913  the order, the remedy, the terms, the calendars and the instant
    session: Session,
    order: FileOrder,
    remedy: Remedy,
    terms: Terms,
    calendars: Calendars,
    at: datetime,
) -> Claimed | FileOutcome:
    """Claim the papers of a remedy; what was claimed before is claimed again, just so.

    Papers that nobody has seen are claimed anew when money has moved since or some of their claim
    was forgiven, and those that were taken back before they were handed in are drawn anew under
    other numbers. Refused while anything is missing, when the case has not heard of all money, when
    no second person has approved this and so much, while the borrower is to be left in peace, and
    for ever when nothing is late or the claim is barred. Raises LedgerError for an unknown loan or
    the wrong borrower.
    """
    loan = lock_loan(session, order.loan_id)
    if loan.borrower_id != order.borrower_id:
        raise LedgerError(f"Loan {loan.loan_id!r} is not of borrower {order.borrower_id!r}.")
    view = loan_view(session, order.loan_id)
    assert view is not None, "the loan was locked, so it is in the ledger"
    papers = order.papers or remedy.papers
    nth, known = drawn_last(session, order, papers)
    if known and all(row.pdf is not None for row in known):
        return FileOutcome(Filing.FILED, tuple(row.number for row in known))
    moved = bool(known) and known[0].ledger_version != version(session, order.loan_id)
    if known and not moved and not claims_too_much(session, loan, known[0]):
        return Claimed(tuple(draft_in(row) for row in known), view)
    forget(session, known)
    today = local_date(at, view.borrower.calendar_zone)
    prepared = prepared_of(session, view, remedy, today, calendars)
    figures = figures_of(session, view, remedy, terms, today)
    look = _Look(order, tuple(papers), view, prepared, figures, at, nth)
    if refused := _objection(session, look, calendars):
        _decide(session, look, refused.kind, refused.rule, ())
        return refused
    drafts = tuple(_new(session, look, remedy, paper) for paper in papers)
    _decide(session, look, "allowed", "", drafts)
    return Claimed(drafts, view)


def confirm_papers(
    session: Session, order: FileOrder, printed: Sequence[Printed], wall: datetime
) -> FileOutcome:
    """File the papers as drawn up, and ask a person to hand them in, and for nothing else.

    The same again changes nothing. Raises LedgerError for a paper that was not claimed, or is on
    file with other content.
    """
    lock_loan(session, order.loan_id)
    numbers, fresh = [], False
    for paper in printed:
        row = session.get(LegalDocumentRow, paper.key, populate_existing=True)
        if row is None:
            raise LedgerError(f"{paper.key}: no such paper was claimed.")
        if row.sha256 and row.sha256 != paper.sha256:
            raise LedgerError(f"{paper.key}: is on file with other content.")
        fresh = fresh or row.pdf is None
        row.pdf, row.sha256, row.confirmed_wall = paper.pdf, paper.sha256, wall
        session.add(row)
        numbers.append(row.number)
    what = order.remedy if not order.papers else f"{order.remedy}-{order.papers[0]}"
    said = f"hand in {', '.join(numbers)}" if numbers else f"carry out: {order.remedy}"
    task = TaskOrder(order.loan_id, order.episode, f"{HAND_IN}-{what}", said, order.decided_at)
    if fresh:
        tasks.ask_anew(session, task)
    else:
        tasks.ask(session, task)
    tell_of_money(session, order.loan_id, order.decided_at)
    settle(session, order.loan_id, f"{WANTED}-{order.remedy}", FILE, order.decided_at)
    session.flush()
    return FileOutcome(Filing.FILED, tuple(numbers))


def documents_of(session: Session, loan_id: str) -> Sequence[LegalDocumentRow]:
    """The papers of a loan, the oldest first."""
    mine = select(LegalDocumentRow).where(LegalDocumentRow.loan_id == loan_id)
    return session.exec(mine.order_by(col(LegalDocumentRow.drawn_at), LegalDocumentRow.key)).all()


@dataclass(frozen=True, slots=True)
class _Look:
    """An order with everything its answer is made from, all of one transaction."""

    order: FileOrder
    papers: tuple[Paper, ...]
    view: LoanView
    prepared: Prepared
    figures: Figures
    at: datetime
    nth: int

    @property
    def today(self) -> date:
        return self.figures.as_of


def _objection(session: Session, look: _Look, calendars: Calendars) -> FileOutcome | None:
    order = look.order
    if look.figures.version != order.ledger_version:
        return FileOutcome(Filing.STALE, facts=money_facts(session, order.loan_id))
    if look.figures.arrears_minor == 0:
        return FileOutcome(Filing.REFUSED, rule="nothing-due")
    asked = question_id(order.loan_id, order.episode, order.what, order.number)
    amount = look.figures.claimed_minor - _run_since(session, look, asked)
    given = approved(session, asked, order.loan_id, Action.LEGAL_FILING, amount)
    if isinstance(given, Refused):
        return FileOutcome(Filing.UNAPPROVED, rule=given.rule)
    if hold := held(holds_of(session, order.borrower_id, order.loan_id), look.at):
        return FileOutcome(Filing.HELD, rule=f"hold-{hold.reason}", until=hold.until)
    file = LegalFile()
    take(file, look.prepared, look.today)
    if barred(file, look.today) and NOT_WHEN_BARRED.intersection(look.papers):
        return FileOutcome(Filing.REFUSED, rule="time-barred")
    assert look.prepared.remedy is not None, "papers are claimed for a remedy that is known"
    if not order.papers and missing(look.prepared.remedy, file, look.today, calendars):
        return FileOutcome(Filing.INCOMPLETE, rule="incomplete", prepared=look.prepared)
    return None


def _run_since(session: Session, look: _Look, question: str) -> int:
    """The penalty interest that has run since a second person was asked: a yes is for it too."""
    now = dict(look.figures.claim).get("penalty", 0)
    row = session.get(ApprovalRow, question)
    if row is None or not now:
        return 0
    asked_on = local_date(row.asked_at, look.view.borrower.calendar_zone)
    return max(0, now - penalty_minor(session, look.view, asked_on))


def _new(session: Session, look: _Look, remedy: Remedy, paper: Paper) -> Draft:
    order, today = look.order, look.today
    key = key_of(order, paper, look.nth)
    told = legal_events_of(session, order.loan_id, LegalKind.EVIDENCE)
    shown = _exhibits(look, remedy)
    courts = [row.text for row in told if row.what in COURT and row.text]
    titles = [row.text or row.reference for row in told if row.what == TITLE]
    orders = [e.reference for e in court_events_of(session, order.loan_id) if e.what == "issued"]
    draft = Draft(
        key=key,
        paper=paper,
        number=number_of(key, today),
        dated=today,
        locale="zh_CN" if remedy.jurisdiction == "CN" else "en_GB",
        remedy=remedy.name,
        figures=look.figures,
        court=courts[-1] if courts else "",
        exhibits=tuple((found.item, found.reference) for found in shown),
        exhibit_days=tuple(_day_of(look, told, found) for found in shown),
        title=titles[-1] if titles else "",
        order=orders[-1] if orders else "",
        reply_by=period("house", "letter_reply").end(today, ()),
    )
    session.add(row_of(order, draft))
    session.flush()
    return draft


def _exhibits(look: _Look, remedy: Remedy) -> list[Evidence]:
    """The newest evidence of each item, in the order of the checklist; a court is no exhibit.

    The calculation is the sheet that is drawn up beside the paper, by its number.
    """
    found = look.prepared.found
    newest = [latest(found, item.name) for item in remedy.items if item.name not in COURT]
    sheet = number_of(key_of(look.order, Paper.CALCULATION, look.nth), look.today)
    beside = Paper.CALCULATION in look.papers
    return [
        replace(one, reference=sheet) if beside and one.item == CALCULATION else one
        for one in newest
        if one is not None
    ]


def _day_of(look: _Look, told: Sequence[LegalEventRow], exhibit: Evidence) -> date | None:
    """The day that stands for an exhibit whose reference is a key of ours; None: it says enough."""
    given = {(row.what, row.reference) for row in told}
    if (exhibit.item, exhibit.reference) in given:
        return None
    if exhibit.item == CALCULATION and Paper.CALCULATION in look.papers:
        return None
    return exhibit.on


def _decide(
    session: Session, look: _Look, verdict: str, rule: str, drafts: Sequence[Draft]
) -> None:
    order = look.order
    inputs: dict[str, Any] = {
        "remedy": order.remedy,
        "ledger_version": order.ledger_version,
        "arrears_minor": look.figures.arrears_minor,
        "claimed_minor": look.figures.claimed_minor,
        "currency": look.figures.currency,
        "numbers": [draft.number for draft in drafts],
    }
    case = case_id(order.loan_id, order.episode)
    key = paper_key(order.loan_id, order.episode, order.remedy, "all")
    decisions.append(session, case, look.at, "filing", key, verdict, rule, inputs)
