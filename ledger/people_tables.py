"""The tables of what people told us: their rights, their grievances and their replies.

They obey the same habits as `ledger/tables.py`.
"""

from datetime import date, datetime

from sqlalchemy import JSON, Index, Text
from sqlmodel import Field

from domain.gate.words import Channel, Purpose
from domain.grievances import GrievanceKind, Verdict
from domain.rights import RightKind
from ledger.tables import Table
from ledger.words import word


class RightRow(Table, table=True):
    """A wish or protection of a person; None in a column that narrows it means all.

    `weekdays` (0 is Monday), `earliest` and `latest` (HH:MM) are named hours; `start` and `until`
    bound it, and an agreed slot is that interval. `withdrawn_at` None: it still holds.
    """

    __tablename__ = "borrower_right"

    right_id: str = Field(primary_key=True)
    borrower_id: str = Field(foreign_key="borrower.borrower_id", index=True)
    kind: RightKind = Field(sa_type=word(RightKind))
    loan_id: str | None = Field(default=None, foreign_key="loan.loan_id")
    channel: Channel | None = Field(default=None, sa_type=word(Channel))
    purpose: Purpose | None = Field(default=None, sa_type=word(Purpose))
    contact_point_id: int | None = Field(default=None, foreign_key="contact_point.id")
    weekdays: list[int] = Field(default_factory=list, sa_type=JSON)
    earliest: str = ""
    latest: str = ""
    start: datetime
    until: datetime | None = None
    valid_before: date | None = None
    by: str
    reference: str = ""
    withdrawn_at: datetime | None = None
    withdrawn_by: str = ""


class GrievanceRow(Table, table=True):
    """A complaint or dispute, its clock, and how it was answered; `verdict` None: it is open.

    `answer_by` is the last local date of the answer under `rule`; `extended_to` a later one.
    """

    __tablename__ = "grievance"

    grievance_id: str = Field(primary_key=True)
    borrower_id: str = Field(foreign_key="borrower.borrower_id", index=True)
    loan_id: str = Field(foreign_key="loan.loan_id", index=True)
    kind: GrievanceKind = Field(sa_type=word(GrievanceKind))
    about: str
    opened_at: datetime
    by: str
    rule: str
    answer_by: date
    extended_to: date | None = None
    verdict: Verdict | None = Field(default=None, sa_type=word(Verdict), index=True)
    evidence: str = ""
    answered_at: datetime | None = None
    answered_by: str = ""


class ReplyRow(Table, table=True):
    """What a person wrote to us; `contact_key` is what it answers, None when that is not known."""

    __tablename__ = "reply"
    __table_args__ = (Index(None, "borrower_id", "at"),)

    reply_id: str = Field(primary_key=True)
    borrower_id: str = Field(foreign_key="borrower.borrower_id")
    loan_id: str | None = Field(default=None, foreign_key="loan.loan_id")
    channel: Channel = Field(sa_type=word(Channel))
    contact_point_id: int | None = Field(default=None, foreign_key="contact_point.id")
    contact_key: str | None = None
    text: str = Field(sa_type=Text)
    opt_out: bool = False
    at: datetime
