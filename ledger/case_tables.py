"""The tables of the work: contacts, promises, plans, holds, placements, tasks and decisions.

They obey the same habits as `ledger/tables.py`.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Text, UniqueConstraint, text
from sqlmodel import Field

from domain.deliveries import DeliveryStatus
from domain.gate.words import Channel, ContactOutcome, Party
from domain.holds import HoldReason
from domain.promises import PromiseStatus
from domain.steps import MessageClass
from domain.strategy import Outcome
from ledger.tables import Table
from ledger.words import ContactStatus, MessageStatus, PlacementStatus, word


class ContactRow(Table, table=True):
    """The contact log: one row for each contact that was claimed, suppressed or called in.

    `outcome` is what a collector says came of a call (None: not said yet, or a message);
    `contacted_by` the lender or the agency that made it; an `inbound` one the person began.
    `covers` are further loans it spoke of. `provider_id` is the provider's own number of it, and
    `delivery` what the provider last said became of it.
    """

    __tablename__ = "contact"
    __table_args__ = (Index(None, "borrower_id", "claimed_at"),)

    key: str = Field(primary_key=True)
    loan_id: str = Field(foreign_key="loan.loan_id", index=True)
    borrower_id: str = Field(foreign_key="borrower.borrower_id")
    episode: date
    step: str
    channel: Channel = Field(sa_type=word(Channel))
    template: str
    message_class: MessageClass = Field(sa_type=word(MessageClass))
    fingerprint: str
    status: ContactStatus = Field(sa_type=word(ContactStatus), index=True)
    rule: str = ""
    reason: str = ""
    claimed_at: datetime
    claimed_wall: datetime
    confirmed_wall: datetime | None = None
    message_id: str
    contact_point_id: int | None = Field(default=None, foreign_key="contact_point.id")
    snapshot: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    subject: str = ""
    body: str = Field(default="", sa_type=Text)
    outcome: ContactOutcome | None = Field(default=None, sa_type=word(ContactOutcome))
    inbound: bool = False
    contacted_by: str = "lender"
    party: Party = Field(default=Party.BORROWER, sa_type=word(Party))
    covers: list[str] = Field(default_factory=list, sa_type=JSON)
    provider_id: str = Field(default="", index=True)
    delivery: str = ""
    delivered_at: datetime | None = None


class EarlyReportRow(Table, table=True):
    """What a provider said of a message under its own number, before we knew the number."""

    __tablename__ = "early_report"

    channel: Channel = Field(sa_type=word(Channel), primary_key=True)
    provider_id: str = Field(primary_key=True)
    status: DeliveryStatus = Field(sa_type=word(DeliveryStatus))
    code: str
    at: datetime
    dead: bool
    opt_out: bool
    known_at: datetime


class PromiseRow(Table, table=True):
    """A promise to pay, as it stands."""

    __tablename__ = "promise"

    promise_id: str = Field(primary_key=True)
    loan_id: str = Field(foreign_key="loan.loan_id", index=True)
    borrower_id: str = Field(foreign_key="borrower.borrower_id")
    episode: date
    amount_minor: int = Field(sa_type=BigInteger)
    by: date
    made_on: date
    status: PromiseStatus = Field(sa_type=word(PromiseStatus))
    changed_at: datetime


class PlanRow(Table, table=True):
    """A repayment plan, as it stands; `ended` is empty while it performs.

    `rested` are the days on which its interest rests, the first and the first after (empty: open).
    """

    __tablename__ = "plan"

    plan_id: str = Field(primary_key=True)
    loan_id: str = Field(foreign_key="loan.loan_id", index=True)
    borrower_id: str = Field(foreign_key="borrower.borrower_id")
    episode: date
    agreed_on: date
    judged: int = 0
    missed: int = 0
    ended: str = ""
    rested: list[tuple[str, str]] = Field(default_factory=list, sa_type=JSON)
    changed_at: datetime


class PlanInstalmentRow(Table, table=True):
    """A portion of a plan, and what of it is interest; `number` counts from 1."""

    __tablename__ = "plan_instalment"

    plan_id: str = Field(primary_key=True, foreign_key="plan.plan_id")
    number: int = Field(primary_key=True)
    due: date
    amount_minor: int = Field(sa_type=BigInteger)
    interest_minor: int = Field(default=0, sa_type=BigInteger)


class HoldRow(Table, table=True):
    """A hold; it counts for all loans of the person. `until` None: until it is lifted."""

    __tablename__ = "hold"

    hold_id: str = Field(primary_key=True)
    borrower_id: str = Field(foreign_key="borrower.borrower_id", index=True)
    loan_id: str = Field(foreign_key="loan.loan_id", index=True)
    reason: HoldReason = Field(sa_type=word(HoldReason))
    start: datetime
    until: datetime | None = None
    by: str


class PlacementRow(Table, table=True):
    """A hand-off to an agency; `reference` is the agency's own number.

    `terms` is the commission as agreed then, empty for none; `days_past_due` is how old the debt
    was; `by_lot` says that chance chose the agency. `acknowledged_at` is when it said that it has
    the case, `data_gone_at` when it said that the person's data is returned or deleted.
    """

    __tablename__ = "placement"

    key: str = Field(primary_key=True)
    loan_id: str = Field(foreign_key="loan.loan_id", index=True)
    borrower_id: str = Field(foreign_key="borrower.borrower_id")
    episode: date
    number: int
    agency: str = Field(index=True)
    status: PlacementStatus = Field(sa_type=word(PlacementStatus))
    currency: str = Field(max_length=3)
    amount_minor: int = Field(sa_type=BigInteger)
    until: date
    claimed_at: datetime
    placed_at: datetime | None = None
    recalled_at: datetime | None = None
    reference: str = ""
    reason: str = ""
    by_lot: bool = False
    days_past_due: int = 0
    terms: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    acknowledged_at: datetime | None = None
    data_gone_at: datetime | None = None


class AgencyMessageRow(Table, table=True):
    """Something told to an agency about a placement: a recall, a hold, a hold lifted."""

    __tablename__ = "agency_message"

    key: str = Field(primary_key=True)
    placement_key: str = Field(foreign_key="placement.key", index=True)
    what: str
    reason: str
    status: MessageStatus = Field(sa_type=word(MessageStatus))
    at: datetime
    answered_at: datetime | None = None
    reference: str = ""
    answer: str = ""


class CaseFileRow(Table, table=True):
    """The file of a case: when it opened, how it ended. At most one is open for a loan."""

    __tablename__ = "case_file"
    __table_args__ = (
        Index(
            "uq_case_file_open_loan",
            "loan_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    case_id: str = Field(primary_key=True)
    loan_id: str = Field(foreign_key="loan.loan_id", index=True)
    borrower_id: str = Field(foreign_key="borrower.borrower_id", index=True)
    episode: date
    strategy: str
    opened_at: datetime
    closed_at: datetime | None = None
    outcome: Outcome | None = Field(default=None, sa_type=word(Outcome))
    outcome_reason: str = ""


class TaskRow(Table, table=True):
    """Something asked of a person; `done_at` None: still to be done.

    `loan_id` None: it is about no loan, as a file that nobody can open; `episode` is then the day.
    """

    __tablename__ = "task"

    key: str = Field(primary_key=True)
    loan_id: str | None = Field(default=None, foreign_key="loan.loan_id", index=True)
    episode: date
    what: str
    reason: str
    asked_at: datetime
    done_at: datetime | None = Field(default=None, index=True)
    done_by: str = ""


class DecisionRow(Table, table=True):
    """A decision on record; the database refuses to change or delete it.

    `hash` covers the record and `previous_hash`, so the records of a case are a chain.
    """

    __tablename__ = "decision"
    __table_args__ = (UniqueConstraint("case_id", "seq"), Index(None, "case_id", "key"))

    id: int | None = Field(default=None, primary_key=True)
    case_id: str
    loan_id: str = Field(index=True)
    seq: int
    at: datetime
    what: str
    key: str
    verdict: str
    rule: str
    inputs: dict[str, Any] = Field(sa_type=JSON)
    previous_hash: str
    hash: str


class LoanEventRow(Table, table=True):
    """A loan event that came in; `spoken_at` None: its case has not been told yet."""

    __tablename__ = "loan_event"

    event_id: str = Field(primary_key=True)
    type: str
    source: str
    loan_id: str = Field(index=True)
    received_at: datetime
    spoken_at: datetime | None = Field(default=None, index=True)
    digest: str


class NoteRow(Table, table=True):
    """What a person wrote on a case."""

    __tablename__ = "note"

    note_id: str = Field(primary_key=True)
    loan_id: str = Field(foreign_key="loan.loan_id", index=True)
    episode: date
    by: str
    text: str = Field(sa_type=Text)
    at: datetime


class StrategyVersionRow(Table, table=True):
    """The exact text of a strategy that some case runs under; `id` is name@digest."""

    __tablename__ = "strategy_version"

    id: str = Field(primary_key=True)
    name: str
    digest: str
    text: str = Field(sa_type=Text)
    first_seen: datetime
