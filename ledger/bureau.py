"""What credit bureaus are told of loans: consents, orders judged by the law, and corrections."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from domain.bureau import BUREAUS, HELD, ReportKind, Standing, delete_on, follows, refusal
from domain.clock import local_date
from domain.delinquency import Terms, delinquency
from domain.gate.words import ContactOutcome
from domain.grievances import GrievanceKind
from domain.keys import bureau_key, case_id
from domain.orders import TaskOrder
from domain.reaching import stem
from domain.refused import Refused
from ledger import decisions, tasks
from ledger.agency_tables import BureauConsentRow, BureauReportRow
from ledger.agreements import holds_of
from ledger.case_tables import ContactRow
from ledger.errors import LedgerError
from ledger.loans import loan_view, lock_borrower
from ledger.people_tables import GrievanceRow
from ledger.values import LoanView
from ledger.words import ContactStatus, ReportStatus

LEDGER = "ledger"
"""Who orders what follows by law from what was reported: corrections, marks, deletions."""

LAYOUT = "bureau-layout"
"""The rule that holds back a report whose values do not fit the file."""

_SAID = (ReportStatus.ORDERED, ReportStatus.BATCHED, ReportStatus.ACCEPTED)
_DISPUTES = (GrievanceKind.DISPUTE, GrievanceKind.RECORD_DISPUTE)


@dataclass(frozen=True, slots=True)
class ReportOrder:
    """Somebody wants a bureau told of a loan; `notice` is the step that told the borrower first."""

    loan_id: str
    episode: date
    kind: ReportKind
    by: str
    at: datetime
    notice: str = ""
    notice_days: int = 0


@dataclass(frozen=True, slots=True)
class Became:
    """What became of a report at one instant; `rule` empty: none said so."""

    at: datetime
    verdict: str
    rule: str


def consent(session: Session, borrower_id: str, given_on: date, reference: str) -> bool:
    """Write that the borrower agreed to being reported (CN-CR-02); False when it is known so.

    Raises LedgerError without a reference to the paper.
    """
    lock_borrower(session, borrower_id)
    if not reference:
        raise LedgerError(f"The consent of {borrower_id!r} needs a reference to the paper.")
    row = session.get(BureauConsentRow, borrower_id)
    if row and (row.given_on, row.reference, row.withdrawn_on) == (given_on, reference, None):
        return False
    session.merge(BureauConsentRow(borrower_id=borrower_id, given_on=given_on, reference=reference))
    session.flush()
    return True


def order(session: Session, asked: ReportOrder) -> BureauReportRow | None:
    """Order a report, or hold it back by the rule that forbids it; None when nothing is to be said.

    The decision goes on record either way, and a person hears of one held back. A cure of what was
    never sent withdraws it. Raises LedgerError for an unknown loan.
    """
    view = loan_view(session, asked.loan_id)
    if view is None:
        raise LedgerError(f"Loan {asked.loan_id!r} is not in the ledger.")
    lock_borrower(session, view.borrower.borrower_id)
    before = reports_of(session, asked.loan_id)
    said = tuple(row.kind for row in before if row.status in _SAID)
    if not follows(said, asked.kind):
        return None
    if asked.kind is ReportKind.CURED and _withdrawn(session, before, asked.at):
        return None
    row = _row(before, view, asked)
    if row is None:
        return None
    session.add(row)
    session.flush()
    if asked.kind is ReportKind.ADVERSE and (refused := judged(session, row, view, asked.at)):
        hold_back(session, row, refused, asked.at)
    else:
        decide(session, row, asked.at, "ordered")
    return row


def judged(session: Session, row: BureauReportRow, view: LoanView, at: datetime) -> Refused | None:
    """Why that adverse report may not leave now, by everything the ledger knows; None if it may."""
    return refusal(standing(session, row, view, at))


def standing(session: Session, row: BureauReportRow, view: LoanView, at: datetime) -> Standing:
    """What the law asks of an adverse report, read from the contact log, holds and consents."""
    zone, today = view.borrower.calendar_zone, local_date(at, view.borrower.calendar_zone)
    told = select(ContactRow).where(ContactRow.loan_id == row.loan_id)
    log = session.exec(told.order_by(col(ContactRow.claimed_at))).all()
    noticed = [
        line.claimed_at
        for line in log
        if stem(line.step) == row.notice
        and line.episode == row.episode
        and line.status is ContactStatus.SENT
    ]
    spoken = [line.claimed_at for line in log if line.outcome is ContactOutcome.CONVERSATION]
    agreed = session.get(BureauConsentRow, view.borrower.borrower_id)
    biting = sorted(
        hold.reason
        for hold in holds_of(session, view.borrower.borrower_id)
        if hold.bites(at) and hold.reason in HELD
    )
    late = delinquency(view.schedule, view.credits, (), Terms(), today)
    return Standing(
        jurisdiction=view.borrower.jurisdiction,
        today=today,
        noticed_on=local_date(noticed[0], zone) if noticed else None,
        notice_days=row.notice_days,
        consent=agreed is not None and agreed.withdrawn_on is None and agreed.given_on <= today,
        spoken_on=local_date(spoken[0], zone) if spoken else None,
        on_hold=biting[0] if biting else "",
        late=late.oldest_due is not None,
    )


def follow_up(session: Session, loan_id: str, at: datetime) -> list[BureauReportRow]:
    """Order whatever must follow what was reported of a loan: mark, correct, delete.

    A dispute is marked while it is open (US-CR-04, CN-CR-04); a debt that is no longer late is
    corrected, whether a case runs or not; an entry whose time is over is deleted.
    """
    view = loan_view(session, loan_id)
    assert view is not None, "a report is of a loan in the ledger"
    today = local_date(at, view.borrower.calendar_zone)
    before = said_of(session, loan_id)
    if not before:
        return []
    late = delinquency(view.schedule, view.credits, (), Terms(), today)
    wanted = [ReportKind.DISPUTED if disputed(session, loan_id) else ReportKind.DISPUTE_OVER]
    if late.oldest_due is None:
        wanted.append(ReportKind.CURED)
    ends = [row.delete_on for row in before if row.delete_on is not None]
    if ends and max(ends) <= today and late.oldest_due is None:
        wanted.append(ReportKind.DELETE)
    last = before[-1]
    orders = [ReportOrder(loan_id, last.episode, kind, LEDGER, at) for kind in wanted]
    return [row for one in orders if (row := order(session, one))]


def disputed(session: Session, loan_id: str) -> bool:
    """Whether the borrower contests the debt or its entry, and nobody has answered yet."""
    contested = select(GrievanceRow.grievance_id).where(
        GrievanceRow.loan_id == loan_id,
        col(GrievanceRow.kind).in_(_DISPUTES),
        col(GrievanceRow.verdict).is_(None),
    )
    return session.exec(contested.limit(1)).first() is not None


def reports_of(session: Session, loan_id: str) -> Sequence[BureauReportRow]:
    """Everything that bureaus are or were to be told of a loan, the oldest first."""
    mine = select(BureauReportRow).where(BureauReportRow.loan_id == loan_id)
    return session.exec(mine.order_by(col(BureauReportRow.ordered_at), BureauReportRow.key)).all()


def course_of(session: Session, row: BureauReportRow) -> list[Became]:
    """What became of a report so far by the record, from the order or the first hold."""
    told = decisions.decisions_of(session, row.loan_id)
    return [Became(one.at, one.verdict, one.rule) for one in told if one.key == row.key]


def said_of(session: Session, loan_id: str) -> list[BureauReportRow]:
    """What bureaus were told of a loan, or will be with the next file, the oldest first."""
    return [row for row in reports_of(session, loan_id) if row.status in _SAID]


def hold_back(session: Session, row: BureauReportRow, refused: Refused, at: datetime) -> None:
    """Keep a report back by that rule, and let a person know; by the same rule again, silently."""
    known = row.rule == refused.rule
    row.status, row.rule = ReportStatus.HELD, refused.rule
    session.add(row)
    session.flush()
    if known:
        return
    decide(session, row, at, "held")
    what = f"bureau-{row.kind}-{row.number}"
    tasks.ask(session, TaskOrder(row.loan_id, row.episode, what, refused.reason, at))


def withdraw(session: Session, row: BureauReportRow, rule: str, at: datetime) -> None:
    """Take back what never left the house, because nothing it says is to be said any more."""
    row.status, row.rule = ReportStatus.WITHDRAWN, rule
    session.add(row)
    session.flush()
    decide(session, row, at, "withdrawn")


def still_follows(session: Session, row: BureauReportRow) -> bool:
    """Whether what came before it still stands: only what was reported is corrected or marked."""
    before = said_of(session, row.loan_id)
    return follows(tuple(r.kind for r in before[: before.index(row)]), row.kind)


def decide(session: Session, row: BureauReportRow, at: datetime, verdict: str) -> None:
    """Put on record what became of a report."""
    case = case_id(row.loan_id, row.episode)
    inputs = {
        "bureau": row.bureau,
        "kind": row.kind,
        "by": row.by,
        "notice": row.notice,
        "first_delinquent": row.first_delinquent,
        "cured_on": row.cured_on,
        "delete_on": row.delete_on,
        "batch_id": row.batch_id,
        "code": row.code,
    }
    decisions.append(session, case, at, "bureau", row.key, verdict, row.rule, inputs)


def _row(
    before: Sequence[BureauReportRow], view: LoanView, asked: ReportOrder
) -> BureauReportRow | None:
    """The report to be; None where no bureau is told of anybody."""
    jurisdiction = view.borrower.jurisdiction
    bureau = BUREAUS.get(jurisdiction)
    if bureau is None:
        return None
    number = 1 + sum((r.episode, r.kind) == (asked.episode, asked.kind) for r in before)
    first = next((r.first_delinquent for r in before if r.episode == asked.episode), asked.episode)
    cured = None
    if asked.kind is ReportKind.CURED:
        cured = _cured_on(view, local_date(asked.at, view.borrower.calendar_zone))
    elif asked.kind is not ReportKind.ADVERSE:
        cured = next((r.cured_on for r in reversed(before) if r.cured_on), None)
    return BureauReportRow(
        key=bureau_key(asked.loan_id, asked.episode, asked.kind, number),
        loan_id=asked.loan_id,
        borrower_id=view.borrower.borrower_id,
        episode=asked.episode,
        number=number,
        bureau=bureau,
        kind=asked.kind,
        status=ReportStatus.ORDERED,
        by=asked.by,
        notice=asked.notice,
        notice_days=asked.notice_days,
        ordered_at=asked.at,
        first_delinquent=first,
        cured_on=cured,
        delete_on=delete_on(jurisdiction, first, cured),
    )


def _cured_on(view: LoanView, today: date) -> date:
    """The day whose money ended the arrears, however late we noticed it."""
    paid = (p.on for p in view.payments if p.reversed_on is None and p.on <= today)
    return max(paid, default=today)


def _withdrawn(session: Session, before: Sequence[BureauReportRow], at: datetime) -> bool:
    """Take back an adverse report that is still in the house; whether there was one."""
    last = [row for row in before if row.kind is ReportKind.ADVERSE and row.status in _SAID][-1]
    if last.status is not ReportStatus.ORDERED:
        return False
    for row in before[before.index(last) :]:
        if row.status is ReportStatus.ORDERED:
            withdraw(session, row, "nothing-due", at)
    return True
