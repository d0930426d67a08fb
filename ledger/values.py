"""What goes into the ledger and comes out of it as plain values: people and loans."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from domain.delinquency import Instalment, Payment
from domain.gate.words import Party
from domain.plan_interest import with_interest
from domain.whereabouts import calendar_zone
from ledger.words import PointChannel, PointStatus


@dataclass(frozen=True, slots=True)
class Borrower:
    """A person who owes us; `locale` is such as zh_CN or en, `zone` an IANA name, empty: unknown.

    `region` is a state with rules of its own, such as US-MA; `other_zones` are further zones where
    the person may be.
    """

    borrower_id: str
    name: str
    locale: str
    zone: str
    jurisdiction: str
    region: str = ""
    other_zones: tuple[str, ...] = ()

    @property
    def calendar_zone(self) -> str:
        """The zone their days are counted in: their own, or that of their law."""
        return calendar_zone(self.zone, self.jurisdiction)


@dataclass(frozen=True, slots=True)
class ContactPoint:
    """An address or number; `dead_reason` says why it is no longer used.

    `id` is the ledger's own number, None before the point is in the ledger. `party` other than the
    borrower is somebody who may know where they are, called `person`.
    """

    channel: PointChannel
    address: str
    id: int | None = None
    status: PointStatus = PointStatus.ACTIVE
    dead_reason: str = ""
    party: Party = Party.BORROWER
    person: str = ""


@dataclass(frozen=True, slots=True)
class Loan:
    """The terms of one loan; `strategy` is a name or name@digest, None: not chosen yet.

    `particulars` are what statutory notices quote: agreement, account_ending, term, creditor_then,
    creditor_now.
    """

    loan_id: str
    borrower_id: str
    currency: str
    principal_minor: int
    product: str = ""
    portfolio: str = ""
    disbursed_on: date | None = None
    strategy: str | None = None
    particulars: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewLoan:
    """One line of a tape: the loan, its borrower, how to reach them, and what falls due when."""

    borrower: Borrower
    loan: Loan
    instalments: tuple[Instalment, ...]
    contact_points: tuple[ContactPoint, ...] = ()


@dataclass(frozen=True, slots=True)
class LoanView:
    """A loan as it stands in one transaction; instalments in the order of their due dates.

    Of the instalments `forgiven_minor` was forgiven by completed agreements; `waived_minor` counts
    for them otherwise (below zero: payments went to late charges); `plan_interest` is what plans
    cost, by the days on which it is owed.
    """

    borrower: Borrower
    loan: Loan
    instalments: tuple[Instalment, ...]
    payments: tuple[Payment, ...]
    contact_points: tuple[ContactPoint, ...] = field(default=())
    forgiven_minor: int = 0
    waived_minor: int = 0
    plan_interest: tuple[Instalment, ...] = ()

    @property
    def schedule(self) -> tuple[Instalment, ...]:
        """What falls due and when: the instalments, and the interest of plans."""
        return tuple(with_interest(self.instalments, self.plan_interest))

    @property
    def credits(self) -> tuple[Payment, ...]:
        """The payments, and what was forgiven as if it had been paid from the first day."""
        forgiven = self.forgiven_minor + self.waived_minor
        if not forgiven:
            return self.payments
        first = self.instalments[0].due
        return (*self.payments, Payment("forgiven", first, forgiven))


@dataclass(frozen=True, slots=True)
class Imported:
    """How many loans of a tape were new, and how many the ledger already had just so."""

    new: int
    repeated: int


@dataclass(frozen=True, slots=True)
class Recorded:
    """Whether a money fact was new, and how many the ledger knows of the loan now."""

    new: bool
    version: int
