"""The tables of a loan's account: its terms, what happened to its money, and a mark in it.

They obey the same habits as `ledger/tables.py`.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger
from sqlmodel import Field

from domain.interest import DayCount
from ledger.tables import Table
from ledger.words import MoneyKind, word


class LoanTermsRow(Table, table=True):
    """How payments of a loan are allocated and what lateness costs; the latest known counts.

    `agreed_order` is the contract's own order of components, empty for none. The rest is as in
    `domain.money_events.AccountTerms`.
    """

    __tablename__ = "loan_terms"

    id: int | None = Field(default=None, primary_key=True)
    loan_id: str = Field(foreign_key="loan.loan_id", index=True)
    known_at: datetime
    by: str
    agreed_order: list[str] = Field(default_factory=list, sa_type=JSON)
    by_instalment: bool = False
    day_count: DayCount = Field(default=DayCount.ACT_365, sa_type=word(DayCount))
    penalty_ppm: int = 0
    compound: bool = False
    grace_days: int = 0
    late_fee_minor: int = Field(default=0, sa_type=BigInteger)
    late_fee_ppm: int = 0
    late_fee_after_days: int = 0
    cap_ppm: int | None = None
    rebate: bool = True


class MoneyEventRow(Table, table=True):
    """One event of a loan's money that is no payment; never changed once it is written.

    `of` is what a void takes back, or the hold or plan a pause is for, of which the latest row
    counts. `until` is the last day of an offer, or the first day after a pause (None: open).
    `before` are the payments of an offer's first day that do not count for it. `approved_by` is the
    second person, empty where none was needed.
    """

    __tablename__ = "money_event"

    id: int | None = Field(default=None, primary_key=True)
    event_id: str = Field(unique=True)
    loan_id: str = Field(foreign_key="loan.loan_id", index=True)
    kind: MoneyKind = Field(sa_type=word(MoneyKind))
    on_date: date
    known_at: datetime
    amount_minor: int = Field(default=0, sa_type=BigInteger)
    component: str = ""
    until: date | None = None
    of: str = ""
    before: list[str] = Field(default_factory=list, sa_type=JSON)
    by: str
    approved_by: str = ""
    reason: str = ""


class AccountMarkRow(Table, table=True):
    """Where a loan's account stands after its last event, so that a posting need not begin anew.

    It holds while the ledger knows `facts` facts of the loan. `frame` is the account without its
    events; `domain/marks.py` says what both are.
    """

    __tablename__ = "account_mark"

    loan_id: str = Field(primary_key=True, foreign_key="loan.loan_id")
    facts: int
    mark: dict[str, Any] = Field(sa_type=JSON)
    frame: dict[str, Any] = Field(sa_type=JSON)
