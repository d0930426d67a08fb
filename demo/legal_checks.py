"""What must be true of papers for courts and of what the credit bureau was told."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import timedelta
from hashlib import sha256

from sqlmodel import Session, col, select

from demo.checking import Check
from demo.story import Story
from domain.bureau import ReportKind
from domain.clock import local_date
from domain.reaching import stem
from domain.strategy import Outcome
from domain.whereabouts import calendar_zone
from ledger.agency_tables import BureauReportRow
from ledger.case_tables import CaseFileRow, ContactRow
from ledger.legal_tables import LegalDocumentRow
from ledger.tables import BorrowerRow
from ledger.words import ContactStatus, ReportStatus

_LEFT = (ReportStatus.BATCHED, ReportStatus.ACCEPTED)
"""Reports that left the house in a batch: what a bureau was really told."""

_KEPT = (ReportStatus.HELD, ReportStatus.WITHDRAWN)
"""Reports that were kept in the house."""


def legal_checks(session: Session, story: Story) -> list[Check]:
    """Papers are on file once, reports come after their notice, and a cure puts them right."""
    papers = session.exec(select(LegalDocumentRow)).all()
    reports = session.exec(select(BureauReportRow)).all()
    adverse = [r for r in reports if r.kind is ReportKind.ADVERSE and r.status not in _KEPT]
    told = [row for row in adverse if row.status in _LEFT]
    corrections = [row for row in reports if row.kind is ReportKind.CURED]
    return [
        _check(
            ("papers_astray", "every paper drawn up is on file once"),
            papers_astray(papers, story),
            f"{len(papers)} papers",
        ),
        _check(
            ("reports_unannounced", "every bureau report came after its notice and its days"),
            [row.key for row in adverse if not _announced(session, row)],
            f"{len(told)} of {len(adverse)} reports sent",
        ),
        _check(
            ("reports_uncorrected", "a cure after a bureau report is followed by a correction"),
            [row.key for row in told if _cured(session, row) and not _corrected(row, corrections)],
            f"{len(corrections)} corrections",
        ),
    ]


def papers_astray(papers: Sequence[LegalDocumentRow], story: Story) -> list[str]:
    """Papers that a case was told of and that are not on file once and whole, or the other way."""
    drawn = Counter(
        number
        for timeline in story.timelines.values()
        for entry in timeline
        if entry.what == "filed"
        for number in entry.detail.partition(": ")[2].split(", ")
    )
    filed = Counter(row.number for row in papers)
    spoilt = [row.number for row in papers if not _whole(row)]
    kinds = Counter((row.loan_id, row.episode, row.remedy, row.paper) for row in papers)
    again = [f"{loan_id} {paper}" for (loan_id, *_, paper), count in kinds.items() if count > 1]
    return [*(drawn - filed), *(filed - drawn), *spoilt, *again]


def _whole(row: LegalDocumentRow) -> bool:
    return row.pdf is not None and sha256(row.pdf).hexdigest() == row.sha256


def _announced(session: Session, report: BureauReportRow) -> bool:
    """Whether the borrower was sent the notice, and had its days, before the report was ordered."""
    sent = select(ContactRow).where(
        ContactRow.loan_id == report.loan_id,
        ContactRow.episode == report.episode,
        ContactRow.status == ContactStatus.SENT,
    )
    borrower = session.get_one(BorrowerRow, report.borrower_id)
    zone = calendar_zone(borrower.zone, borrower.jurisdiction)
    noticed = [
        local_date(row.claimed_at, zone)
        for row in session.exec(sent)
        if stem(row.step) == report.notice
    ]
    days = timedelta(days=report.notice_days)
    return bool(noticed) and min(noticed) + days <= local_date(report.ordered_at, zone)


def _cured(session: Session, report: BureauReportRow) -> bool:
    """Whether the reported delinquency ended in a cure after the report."""
    cure = select(CaseFileRow).where(
        CaseFileRow.loan_id == report.loan_id,
        CaseFileRow.episode == report.episode,
        CaseFileRow.outcome == Outcome.CURED,
        col(CaseFileRow.closed_at) >= report.ordered_at,
    )
    return session.exec(cure).first() is not None


def _corrected(report: BureauReportRow, corrections: Sequence[BureauReportRow]) -> bool:
    """Whether a correction is ordered or sent, with the day of the cure on it."""
    return any(
        row.loan_id == report.loan_id
        and row.episode == report.episode
        and row.ordered_at >= report.ordered_at
        and row.cured_on is not None
        and row.status in (ReportStatus.ORDERED, *_LEFT)
        for row in corrections
    )


def _check(named: tuple[str, str], found: Collection[str], right: str) -> Check:
    """A check that nothing was found, by its key and its name; `right` is said when it holds."""
    some = ", ".join(list(found)[:3]) + (" ..." if len(found) > 3 else "")
    return Check(*named, len(found), some or right)
