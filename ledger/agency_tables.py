"""The tables of agencies and credit bureaus: commissions, consents, reports and their batches.

They obey the same habits as `ledger/tables.py`.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger
from sqlmodel import Field

from domain.bureau import Bureau, ReportKind
from ledger.tables import Table
from ledger.words import ReportStatus, word


class CommissionRow(Table, table=True):
    """What an agency earned by one money fact, or gave back by its undoing (then negative).

    `withheld_minor` waits for the review of its conduct; `released_at` None: it still waits.
    """

    __tablename__ = "commission"

    key: str = Field(primary_key=True)
    placement_key: str = Field(foreign_key="placement.key", index=True)
    agency: str = Field(index=True)
    loan_id: str = Field(foreign_key="loan.loan_id", index=True)
    payment_id: str
    currency: str = Field(max_length=3)
    recovered_minor: int = Field(sa_type=BigInteger)
    basis_points: int
    payable_minor: int = Field(sa_type=BigInteger)
    withheld_minor: int = Field(sa_type=BigInteger)
    at: datetime
    released_at: datetime | None = None
    released_by: str = ""


class BureauConsentRow(Table, table=True):
    """The borrower agreed in writing to being reported; `reference` is where the paper is."""

    __tablename__ = "bureau_consent"

    borrower_id: str = Field(primary_key=True, foreign_key="borrower.borrower_id")
    given_on: date
    reference: str
    withdrawn_on: date | None = None


class BureauReportRow(Table, table=True):
    """One thing a bureau is told of a loan, from the order to the bureau's answer.

    `rule` says why it was held back; `code` is the bureau's word for why it refused. `notice` is
    the step that told the borrower first, `notice_days` what they had to answer it.
    `first_delinquent` is the start of the delinquency and never moves; `delete_on` is None while
    its clock has not started.
    """

    __tablename__ = "bureau_report"

    key: str = Field(primary_key=True)
    loan_id: str = Field(foreign_key="loan.loan_id", index=True)
    borrower_id: str = Field(foreign_key="borrower.borrower_id", index=True)
    episode: date
    number: int
    bureau: Bureau = Field(sa_type=word(Bureau))
    kind: ReportKind = Field(sa_type=word(ReportKind))
    status: ReportStatus = Field(sa_type=word(ReportStatus), index=True)
    rule: str = ""
    by: str
    notice: str = ""
    notice_days: int = 0
    ordered_at: datetime
    first_delinquent: date
    cured_on: date | None = None
    delete_on: date | None = None
    batch_id: str | None = Field(default=None, foreign_key="bureau_batch.batch_id", index=True)
    answered_at: datetime | None = None
    code: str = ""


class BureauBatchRow(Table, table=True):
    """One file for a bureau; `digest` is that of its exact bytes."""

    __tablename__ = "bureau_batch"

    batch_id: str = Field(primary_key=True)
    bureau: Bureau = Field(sa_type=word(Bureau))
    made_at: datetime
    reports: int
    digest: str
    answered_at: datetime | None = None
