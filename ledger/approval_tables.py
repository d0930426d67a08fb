"""The tables of negotiation: reasons, means, offers, agreements, and what a second person decides.

They obey the same habits as `ledger/tables.py`.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger
from sqlmodel import Field

from domain.agreeing import AgreementState, Manner, OfferState
from domain.authority import Action, Answer
from domain.offer_terms import Covers, OfferKind
from domain.reasons import Reason, Vulnerability
from ledger.tables import Table
from ledger.words import word


class ReasonRow(Table, table=True):
    """Why a loan is late, as somebody wrote it; the latest of an episode counts."""

    __tablename__ = "reason"

    reason_id: str = Field(primary_key=True)
    loan_id: str = Field(foreign_key="loan.loan_id", index=True)
    episode: date
    reason: Reason = Field(sa_type=word(Reason))
    by: str
    at: datetime


class VulnerabilityRow(Table, table=True):
    """What makes harm to a person likelier; `withdrawn_at` None: it still does."""

    __tablename__ = "vulnerability"

    flag_id: str = Field(primary_key=True)
    borrower_id: str = Field(foreign_key="borrower.borrower_id", index=True)
    flag: Vulnerability = Field(sa_type=word(Vulnerability))
    by: str
    at: datetime
    withdrawn_at: datetime | None = None
    withdrawn_by: str = ""


class FinancesRow(Table, table=True):
    """An income and expenditure form; `form` has its lines in minor units, by section and name."""

    __tablename__ = "finances"

    finances_id: str = Field(primary_key=True)
    borrower_id: str = Field(foreign_key="borrower.borrower_id", index=True)
    loan_id: str = Field(foreign_key="loan.loan_id")
    currency: str = Field(max_length=3)
    taken_on: date
    form: dict[str, Any] = Field(sa_type=JSON)
    by: str
    at: datetime


class OfferRow(Table, table=True):
    """An offer as it was made, and where it stands; amounts in minor units.

    `definition` is its name@digest; `instalments` the schedule. `ledger_version` is how many money
    facts it was computed from. `approval_id` is the question it waited for, None for none.
    """

    __tablename__ = "offer"

    offer_id: str = Field(primary_key=True)
    loan_id: str = Field(foreign_key="loan.loan_id", index=True)
    borrower_id: str = Field(foreign_key="borrower.borrower_id")
    episode: date
    definition: str
    kind: OfferKind = Field(sa_type=word(OfferKind))
    kindness: int
    currency: str = Field(max_length=3)
    covers: Covers = Field(sa_type=word(Covers))
    debt_minor: int = Field(sa_type=BigInteger)
    waived_minor: int = Field(sa_type=BigInteger)
    interest_minor: int = Field(sa_type=BigInteger)
    annual_bps: int
    percent: int
    instalments: list[dict[str, Any]] = Field(sa_type=JSON)
    expires_on: date
    level: str
    frozen_until: date | None = None
    guarantor: str
    recording: str
    written: bool
    second_look: bool
    check_back_days: int | None = None
    ledger_version: int
    state: OfferState = Field(sa_type=word(OfferState))
    made_at: datetime
    made_by: str
    answered_at: datetime | None = None
    answered_by: str = ""
    approval_id: str | None = None


class AgreementRow(Table, table=True):
    """An accepted offer: how it was agreed, with what evidence, and whether it came to be.

    `plan_id` is the plan in the case. `rule` says why an agreement was undone.
    """

    __tablename__ = "agreement"

    offer_id: str = Field(primary_key=True, foreign_key="offer.offer_id")
    plan_id: str = Field(unique=True)
    loan_id: str = Field(foreign_key="loan.loan_id", index=True)
    state: AgreementState = Field(sa_type=word(AgreementState))
    manner: Manner = Field(sa_type=word(Manner))
    recording: str
    signed: str
    consent: str
    by: str
    at: datetime
    changed_at: datetime
    rule: str = ""


class ApprovalRow(Table, table=True):
    """A question to a second person and what came of it; `answer` None: nobody has answered.

    `subject` is what it is about: an offer's id, what a case asks, or empty. `lent_by` is whose
    authority was used, empty for one's own.
    """

    __tablename__ = "approval"

    approval_id: str = Field(primary_key=True)
    loan_id: str = Field(foreign_key="loan.loan_id", index=True)
    episode: date
    action: Action = Field(sa_type=word(Action))
    subject: str
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str = Field(max_length=3)
    level: str
    asked_by: str
    asked_at: datetime
    over_at: datetime = Field(index=True)
    reminded_at: datetime | None = None
    answer: Answer | None = Field(default=None, sa_type=word(Answer))
    answered_by: str = ""
    answered_at: datetime | None = None
    lent_by: str = ""


class DelegationRow(Table, table=True):
    """Authority lent from one person to another; `withdrawn_at` None: it was not taken back."""

    __tablename__ = "delegation"

    delegation_id: str = Field(primary_key=True)
    giver: str
    taker: str = Field(index=True)
    actions: list[str] = Field(sa_type=JSON)
    start: datetime
    until: datetime
    made_at: datetime
    withdrawn_at: datetime | None = None
