"""The tables of the legal escalation: what is on file, what courts said, and our papers.

They obey the same habits as `ledger/tables.py`.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, LargeBinary, Text
from sqlmodel import Field

from domain.legal.papers import Paper
from ledger.tables import Table
from ledger.words import word


class LegalKind(StrEnum):
    """Whether a person put something on file, something happened at a court, or an entry is struck.

    A strike names the entry it strikes in its `reference`, and says why in its `text`.
    """

    EVIDENCE = "evidence"
    COURT = "court"
    STRIKE = "strike"


class LegalEventRow(Table, table=True):
    """One thing on the legal file of a loan, as it was told; a mistake is struck and stays.

    `what` is an item of a checklist, a word of the court, or what restarts a limitation.
    `until_date` ends what lasts: a procedure, a suspension, an agreed guarantee. `text` is what
    stays in the ledger, such as the name of the court.
    """

    __tablename__ = "legal_event"

    event_id: str = Field(primary_key=True)
    loan_id: str = Field(foreign_key="loan.loan_id", index=True)
    kind: LegalKind = Field(sa_type=word(LegalKind))
    what: str
    remedy: str = ""
    on_date: date
    until_date: date | None = None
    reference: str = ""
    text: str = Field(default="", sa_type=Text)
    by: str
    at: datetime


class LegalDocumentRow(Table, table=True):
    """One legal paper, numbered; `pdf` is None between the claim and its confirmation.

    `draft` is what it was drawn up from, and `ledger_version` the snapshot of its numbers.
    """

    __tablename__ = "legal_document"

    key: str = Field(primary_key=True)
    number: str = Field(unique=True)
    loan_id: str = Field(foreign_key="loan.loan_id", index=True)
    borrower_id: str = Field(foreign_key="borrower.borrower_id")
    episode: date
    remedy: str
    paper: Paper = Field(sa_type=word(Paper))
    locale: str
    dated: date
    currency: str = Field(max_length=3)
    amount_minor: int = Field(sa_type=BigInteger)
    ledger_version: int
    draft: dict[str, Any] = Field(sa_type=JSON)
    drawn_at: datetime
    confirmed_wall: datetime | None = None
    sha256: str = ""
    pdf: bytes | None = Field(default=None, sa_type=LargeBinary)
