"""The tables of people and money: borrowers, loans, payments and the journal.

One class a table, named after it with Row. Money is BIGINT minor units, instants are aware UTC,
days are DATE, words are stored by their values.
"""

from datetime import date, datetime
from typing import ClassVar, cast

from sqlalchemy import JSON, BigInteger, MetaData, UniqueConstraint
from sqlalchemy import Table as CoreTable
from sqlmodel import Field, SQLModel

from domain.gate.words import Party
from domain.whereabouts import calendar_zone
from ledger.words import Account, PointChannel, PointStatus, word

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Table(SQLModel):
    """What all tables share: one catalogue, with a name for every constraint."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=_NAMES)


def table(of: type[Table]) -> CoreTable:
    """The table of a class, for statements that are prepared once and said often."""
    return cast(CoreTable, of.__table__)  # type: ignore[attr-defined]


class BorrowerRow(Table, table=True):
    """A person who owes us; caps and holds count per person. Locked by every write about them.

    `zone` is empty while nobody knows where they live; `region` is a state with rules of its own,
    empty for none; `other_zones` are further time zones where the person may be.
    """

    __tablename__ = "borrower"

    borrower_id: str = Field(primary_key=True)
    name: str
    locale: str
    zone: str
    jurisdiction: str
    region: str = ""
    other_zones: list[str] = Field(default_factory=list, sa_type=JSON)

    @property
    def calendar_zone(self) -> str:
        """The zone their days are counted in: their own, or that of their law."""
        return calendar_zone(self.zone, self.jurisdiction)


class ContactPointRow(Table, table=True):
    """One address, number or device by which a borrower is reached.

    `party` other than the borrower is somebody who may know where they are, called `person`.
    """

    __tablename__ = "contact_point"
    __table_args__ = (UniqueConstraint("borrower_id", "channel", "address"),)

    id: int | None = Field(default=None, primary_key=True)
    borrower_id: str = Field(foreign_key="borrower.borrower_id")
    channel: PointChannel = Field(sa_type=word(PointChannel))
    address: str = Field(index=True)
    status: PointStatus = Field(default=PointStatus.ACTIVE, sa_type=word(PointStatus))
    dead_reason: str = ""
    party: Party = Field(default=Party.BORROWER, sa_type=word(Party))
    person: str = ""


class LoanRow(Table, table=True):
    """One loan; `principal_minor` is what was paid out.

    `particulars` are what statutory notices quote, such as the agreement's number.
    """

    __tablename__ = "loan"

    loan_id: str = Field(primary_key=True)
    borrower_id: str = Field(foreign_key="borrower.borrower_id", index=True)
    currency: str = Field(max_length=3)
    principal_minor: int = Field(sa_type=BigInteger)
    product: str
    portfolio: str = Field(index=True)
    disbursed_on: date | None = None
    strategy: str | None = None
    particulars: dict[str, str] = Field(default_factory=dict, sa_type=JSON)


class InstalmentRow(Table, table=True):
    """A contractual portion of a loan; `number` counts from 1 in the order of due dates.

    `interest_minor` and `fee_minor` are parts of the amount; the rest of it is principal.
    """

    __tablename__ = "instalment"

    loan_id: str = Field(primary_key=True, foreign_key="loan.loan_id")
    number: int = Field(primary_key=True)
    due: date = Field(index=True)
    amount_minor: int = Field(sa_type=BigInteger)
    interest_minor: int = Field(default=0, sa_type=BigInteger)
    fee_minor: int = Field(default=0, sa_type=BigInteger)


class PaymentRow(Table, table=True):
    """Money that came in, and its undoing if it was reversed."""

    __tablename__ = "payment"

    payment_id: str = Field(primary_key=True)
    fact_id: str = Field(unique=True)
    loan_id: str = Field(foreign_key="loan.loan_id", index=True)
    amount_minor: int = Field(sa_type=BigInteger)
    on_date: date
    known_at: datetime
    reversed_on: date | None = None
    reversal_fact_id: str | None = Field(default=None, unique=True)
    reversal_known_at: datetime | None = None


class JournalEntryRow(Table, table=True):
    """One event of money; its postings sum to zero in each currency."""

    __tablename__ = "journal_entry"

    entry_id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    loan_id: str = Field(foreign_key="loan.loan_id", index=True)
    on_date: date
    known_at: datetime
    narrative: str


class PostingRow(Table, table=True):
    """One line of an entry: a debit is positive, a credit negative."""

    __tablename__ = "posting"

    id: int | None = Field(default=None, primary_key=True)
    entry_id: int = Field(foreign_key="journal_entry.entry_id", index=True)
    account: Account = Field(sa_type=word(Account))
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str = Field(max_length=3)
