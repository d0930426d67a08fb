"""Batches for credit bureaus: what is ordered is gathered once, and every answer is reconciled."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from domain.bureau import ZONES, Bureau, ReportKind
from domain.clock import local_date
from domain.delinquency import Terms, delinquency
from domain.orders import TaskOrder
from domain.refused import Refused
from ledger import tasks
from ledger.agency_tables import BureauBatchRow, BureauReportRow
from ledger.bureau import (
    LAYOUT,
    decide,
    disputed,
    follow_up,
    hold_back,
    judged,
    still_follows,
    withdraw,
)
from ledger.bureau_held import judge_again
from ledger.errors import LedgerError
from ledger.loans import loan_view
from ledger.snapshots import outstanding
from ledger.values import LoanView
from ledger.words import ReportStatus


@dataclass(frozen=True, slots=True)
class Reported:
    """One report with the loan's numbers as they stand now; money in minor units."""

    row: BureauReportRow
    view: LoanView
    as_of: date
    balance_minor: int
    overdue_minor: int
    overdue_instalments: int
    days_past_due: int
    last_paid: date | None
    disputed: bool


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What came of a file of answers, by the keys of the reports.

    `unknown` were never sent or are answered otherwise; `missing` were sent in the same batches
    and have no answer.
    """

    accepted: tuple[str, ...]
    refused: tuple[str, ...]
    unknown: tuple[str, ...]
    missing: tuple[str, ...]


def due(session: Session, bureau: Bureau, at: datetime) -> list[Reported]:
    """Everything the bureau is to be told now, with what follows by law from earlier reports.

    An adverse report is judged once more: what the law forbids by now is held back, and what was
    held back and is not forbidden any more is told.
    """
    judge_again(session, bureau, at)
    for loan_id in _loans(session, bureau):
        follow_up(session, loan_id, at)
    waiting = select(BureauReportRow).where(
        BureauReportRow.bureau == bureau, BureauReportRow.status == ReportStatus.ORDERED
    )
    rows = session.exec(
        waiting.order_by(col(BureauReportRow.ordered_at), BureauReportRow.key)
    ).all()
    found = []
    for row in rows:
        view = loan_view(session, row.loan_id)
        assert view is not None, "a report is of a loan in the ledger"
        adverse = row.kind is ReportKind.ADVERSE
        if adverse and (refused := judged(session, row, view, at)):
            hold_back(session, row, refused, at)
        elif not still_follows(session, row):
            withdraw(session, row, "bureau-order", at)
        else:
            found.append(_reported(session, row, view, at))
    return found


def batched(
    session: Session, bureau: Bureau, reports: Iterable[Reported], digest: str, at: datetime
) -> BureauBatchRow:
    """Write that these reports leave in one file with that digest, named by its own day."""
    rows = [report.row for report in reports]
    made = select(BureauBatchRow.batch_id).where(BureauBatchRow.bureau == bureau)
    number = len(session.exec(made).all()) + 1
    batch = BureauBatchRow(
        batch_id=f"{bureau}-{local_date(at, ZONES[bureau]):%Y%m%d}-{number}",
        bureau=bureau,
        made_at=at,
        reports=len(rows),
        digest=digest,
    )
    session.add(batch)
    session.flush()
    for row in rows:
        row.status, row.batch_id, row.rule = ReportStatus.BATCHED, batch.batch_id, ""
        session.add(row)
        decide(session, row, at, "batched")
    session.flush()
    return batch


def refuse(session: Session, report: Reported, why: str, at: datetime) -> None:
    """Keep back a report whose values do not fit the file."""
    hold_back(session, report.row, Refused(LAYOUT, why), at)


def reconcile(
    session: Session, answers: Sequence[tuple[str, bool, str]], at: datetime
) -> Reconciled:
    """Take the bureau's answers: key, accepted or not, and its code; the same again adds nothing.

    Each refused report, and each that was left without an answer, is asked of a person.
    """
    accepted: list[str] = []
    refused: list[str] = []
    unknown: list[str] = []
    touched: set[str] = set()
    for key, yes, code in answers:
        row = session.get(BureauReportRow, key)
        status = ReportStatus.ACCEPTED if yes else ReportStatus.REFUSED
        if row is None or row.status not in (ReportStatus.BATCHED, status):
            unknown.append(key)
            continue
        (accepted if yes else refused).append(key)
        touched.add(row.batch_id or "")
        if row.status is ReportStatus.BATCHED:
            _answer(session, row, status, code, at)
    missing = [row for batch_id in sorted(touched) for row in _unanswered(session, batch_id, at)]
    return Reconciled(tuple(accepted), tuple(refused), tuple(unknown), tuple(missing))


def batches(session: Session) -> Sequence[BureauBatchRow]:
    """Every batch, the oldest first."""
    return session.exec(
        select(BureauBatchRow).order_by(col(BureauBatchRow.made_at), BureauBatchRow.batch_id)
    ).all()


def batch_of(session: Session, batch_id: str) -> BureauBatchRow:
    """The batch; raises LedgerError when there is none."""
    row = session.get(BureauBatchRow, batch_id)
    if row is None:
        raise LedgerError(f"{batch_id}: no such batch was made.")
    return row


def _answer(
    session: Session, row: BureauReportRow, status: ReportStatus, code: str, at: datetime
) -> None:
    row.status, row.code, row.answered_at = status, code, at
    session.add(row)
    session.flush()
    decide(session, row, at, status)
    if status is ReportStatus.REFUSED:
        _ask(session, row, f"the bureau refused it: {code or 'no reason'}", at)


def _unanswered(session: Session, batch_id: str, at: datetime) -> list[str]:
    """The reports of a batch without an answer; a batch that has all of them is closed."""
    mine = select(BureauReportRow).where(
        BureauReportRow.batch_id == batch_id, BureauReportRow.status == ReportStatus.BATCHED
    )
    rows = session.exec(mine.order_by(BureauReportRow.key)).all()
    for row in rows:
        _ask(session, row, "the bureau answered its batch without it", at)
    batch = batch_of(session, batch_id)
    if not rows and batch.answered_at is None:
        batch.answered_at = at
        session.add(batch)
        session.flush()
    return [row.key for row in rows]


def _ask(session: Session, row: BureauReportRow, reason: str, at: datetime) -> None:
    what = f"bureau-answer-{row.kind}-{row.number}"
    tasks.ask(session, TaskOrder(row.loan_id, row.episode, what, reason, at))


def _reported(session: Session, row: BureauReportRow, view: LoanView, at: datetime) -> Reported:
    today = local_date(at, view.borrower.calendar_zone)
    late = delinquency(view.schedule, view.credits, (), Terms(), today)
    unpaid = [i for i in view.schedule if late.oldest_due and late.oldest_due <= i.due < today]
    paid = [p.on for p in view.payments if p.reversed_on is None and p.on <= today]
    return Reported(
        row=row,
        view=view,
        as_of=today,
        balance_minor=outstanding(view, today),
        overdue_minor=late.arrears_minor if late.oldest_due else 0,
        overdue_instalments=len(unpaid),
        days_past_due=late.days_past_due,
        last_paid=max(paid, default=None),
        disputed=disputed(session, row.loan_id),
    )


def _loans(session: Session, bureau: Bureau) -> Sequence[str]:
    """The loans of which the bureau was ever to be told."""
    told = select(BureauReportRow.loan_id).where(BureauReportRow.bureau == bureau).distinct()
    return session.exec(told.order_by(BureauReportRow.loan_id)).all()
