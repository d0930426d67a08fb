"""What the borrower told us and held against us, as evidence: no more of it than is needed."""

from collections.abc import Iterator

from sqlmodel import Session, col, or_, select

from domain.grievances import GrievanceKind, reaches_all_cases
from ledger.agency_tables import BureauBatchRow, BureauConsentRow
from ledger.approval_tables import FinancesRow, ReasonRow, VulnerabilityRow
from ledger.bureau import reports_of
from ledger.evidence_items import Item, plain, said
from ledger.people_tables import GrievanceRow, ReplyRow, RightRow
from ledger.tables import LoanRow


def people_evidence(session: Session, loan: LoanRow) -> Iterator[Item]:
    """Rights, grievances, replies and circumstances of the person, as far as they bear on the loan.

    What names another loan alone is left out.
    """
    yield from _rights(session, loan)
    yield from _grievances(session, loan)
    yield from _replies(session, loan)
    yield from _circumstances(session, loan)


def bureau_evidence(session: Session, loan: LoanRow) -> Iterator[Item]:
    """What bureaus were told of the loan, each in which file, and the consent it rests on.

    `batch` is the file's digest and its instants, None where the report was in none.
    """
    consent = session.get(BureauConsentRow, loan.borrower_id)
    if consent is not None:
        yield Item(None, "bureau_consent", consent.borrower_id, said(consent))
    for report in reports_of(session, loan.loan_id):
        file = session.get(BureauBatchRow, report.batch_id) if report.batch_id else None
        batch = {"batch": said(file, "batch_id", "bureau", "reports") if file else None}
        yield Item(plain(report.ordered_at), "bureau_report", report.key, said(report) | batch)


def _rights(session: Session, loan: LoanRow) -> Iterator[Item]:
    mine = select(RightRow).where(
        RightRow.borrower_id == loan.borrower_id,
        or_(col(RightRow.loan_id).is_(None), col(RightRow.loan_id) == loan.loan_id),
    )
    for row in session.exec(mine.order_by(col(RightRow.start), RightRow.right_id)):
        yield Item(plain(row.start), "right", row.right_id, said(row))


def _grievances(session: Session, loan: LoanRow) -> Iterator[Item]:
    """Those about the loan, and those of the person for which every loan of theirs rests."""
    everywhere = [kind for kind in GrievanceKind if reaches_all_cases(kind)]
    mine = select(GrievanceRow).where(
        GrievanceRow.borrower_id == loan.borrower_id,
        or_(col(GrievanceRow.loan_id) == loan.loan_id, col(GrievanceRow.kind).in_(everywhere)),
    )
    in_order = mine.order_by(col(GrievanceRow.opened_at), GrievanceRow.grievance_id)
    for row in session.exec(in_order):
        yield Item(plain(row.opened_at), "grievance", row.grievance_id, said(row))


def _replies(session: Session, loan: LoanRow) -> Iterator[Item]:
    """What the person wrote about the loan, word for word, and what was put down to no loan."""
    mine = select(ReplyRow).where(
        ReplyRow.borrower_id == loan.borrower_id,
        or_(col(ReplyRow.loan_id).is_(None), col(ReplyRow.loan_id) == loan.loan_id),
    )
    for row in session.exec(mine.order_by(col(ReplyRow.at), ReplyRow.reply_id)):
        yield Item(plain(row.at), "reply", row.reply_id, said(row))


def _circumstances(session: Session, loan: LoanRow) -> Iterator[Item]:
    """That a reason was given, a vulnerability told and a form taken: when, and to whom.

    Not which, and no figures: a reason may be one of health, and who reads a bundle is to judge
    whether the lender asked and listened. What was said belongs into the borrower's own file.
    """
    reasons = select(ReasonRow).where(ReasonRow.loan_id == loan.loan_id)
    for reason in session.exec(reasons.order_by(col(ReasonRow.at), ReasonRow.reason_id)):
        yield Item(plain(reason.at), "reason", reason.reason_id, said(reason, "reason"))
    flags = select(VulnerabilityRow).where(VulnerabilityRow.borrower_id == loan.borrower_id)
    for flag in session.exec(flags.order_by(col(VulnerabilityRow.at), VulnerabilityRow.flag_id)):
        yield Item(plain(flag.at), "vulnerability", flag.flag_id, said(flag, "flag"))
    forms = select(FinancesRow).where(FinancesRow.borrower_id == loan.borrower_id)
    for form in session.exec(forms.order_by(col(FinancesRow.at), FinancesRow.finances_id)):
        yield Item(plain(form.at), "finances", form.finances_id, said(form, "form"))
