"""What may be offered to a borrower, as data. Files in `policies/offers/` hold it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from domain.reasons import Reason, Vulnerability


class OfferKind(StrEnum):
    """What an offer does: moves due dates, splits, stops charges, lengthens, forgives, or ends."""

    DEFERRAL = "deferral"
    INSTALMENTS = "instalments"
    INTEREST_FREEZE = "interest_freeze"
    LONGER_TERM = "longer_term"
    WAIVER = "waiver"
    SETTLEMENT = "settlement"


class Covers(StrEnum):
    """What an offer is about: what is late, or everything unpaid."""

    ARREARS = "arrears"
    DEBT = "debt"


class WaivedOf(StrEnum):
    """What a discount is taken of: interest and fees alone, or all that the offer covers."""

    CHARGES = "charges"
    DEBT = "debt"


@dataclass(frozen=True, slots=True)
class Guards:
    """Who qualifies. An empty set lets everybody through.

    `days_past_due` are the first and the last day, None for no last. `vulnerable` wants one of its
    flags. `on_request` means that we do not press it on anybody: it is offered when asked for.
    `needs_finances` wants an income and expenditure form that is not too old. After more than
    `max_plans_broken` defaulted plans of the episode it is not offered again (None: always).
    """

    reasons: frozenset[Reason] = frozenset()
    days_past_due: tuple[int, int | None] = (0, None)
    jurisdictions: frozenset[str] = frozenset()
    products: frozenset[str] = frozenset()
    portfolios: frozenset[str] = frozenset()
    vulnerable: frozenset[Vulnerability] = frozenset()
    on_request: bool = False
    needs_finances: bool = False
    max_plans_broken: int | None = None


@dataclass(frozen=True, slots=True)
class Lengths:
    """How many monthly instalments: the fewest, the usual (when means are not known), the most.

    `rest_months` pass before the first.
    """

    least: int
    usual: int
    most: int
    rest_months: int = 0


@dataclass(frozen=True, slots=True)
class Waive:
    """What may be forgiven: by each level of authority up to so many per cent `of` something.

    At least `floor_percent` of what the offer covers is paid, whoever agrees.
    """

    of: WaivedOf
    percent: Mapping[str, int]
    floor_percent: int = 0


@dataclass(frozen=True, slots=True)
class Definition:
    """One offer, content-addressed: an agreement names it as `name@digest` and keeps it.

    Offers come in the order of `kindness`, 1 being the kindest. One is valid for `valid_days`.
    Interest of `annual_bps` hundredths of a per cent a year at most is charged on what is spread.
    Charges rest for `freeze_months`, 0 for not at all. `judged_by_surplus` False means that the
    money comes from elsewhere (savings, family). Means are looked at again every
    `check_back_days` while the plan performs, None for never.
    """

    name: str
    digest: str
    kind: OfferKind
    kindness: int
    valid_days: int
    covers: Covers
    lengths: Lengths
    guards: Guards = field(default_factory=Guards)
    annual_bps: int = 0
    freeze_months: int = 0
    waive: Waive | None = None
    judged_by_surplus: bool = True
    check_back_days: int | None = None

    @property
    def id(self) -> str:
        """The name an agreement is pinned to."""
        return f"{self.name}@{self.digest}"


def percent_of(annual_bps: int) -> str:
    """A rate of a year as letters say it: 550 is 5.50."""
    return f"{annual_bps // 100}.{annual_bps % 100:02d}"


def problems(definition: Definition) -> list[str]:
    """Everything about a definition that does not go together, each named by its place."""
    return [*_shape(definition), *_of_kind(definition)]


def _shape(definition: Definition) -> Iterator[str]:
    lengths, (first, last) = definition.lengths, definition.guards.days_past_due
    if not lengths.least <= lengths.usual <= lengths.most:
        yield "instalments: must rise from the fewest over the usual to the most."
    if last is not None and last < first:
        yield "who.days_past_due: the last day comes before the first."
    percents = list(definition.waive.percent.values()) if definition.waive else []
    if percents != sorted(percents):
        yield "waive.percent: a higher level may not forgive less than a lower one."


def _of_kind(definition: Definition) -> Iterator[str]:
    kind, waive = definition.kind, definition.waive
    forgives = kind in (OfferKind.WAIVER, OfferKind.SETTLEMENT)
    if forgives and waive is None:
        yield f"waive: is missing; a {kind} forgives something."
    if not forgives and waive is not None:
        yield f"waive: a {kind} forgives nothing."
    if definition.annual_bps and kind not in (OfferKind.INSTALMENTS, OfferKind.LONGER_TERM):
        yield f"annual_bps: a {kind} charges no interest."
    if kind is OfferKind.DEFERRAL and not definition.lengths.rest_months:
        yield "rest_months: a deferral lets at least one month pass."
    if (kind is OfferKind.INTEREST_FREEZE) != bool(definition.freeze_months):
        yield "freeze_months: an interest freeze, and nothing else, stops charges."
    whole = kind in (OfferKind.LONGER_TERM, OfferKind.SETTLEMENT)
    if whole and definition.covers is not Covers.DEBT:
        yield f"covers: a {kind} covers the whole debt."
    if kind is OfferKind.SETTLEMENT and waive is not None and not waive.floor_percent:
        yield "waive.floor_percent: a settlement has a floor."
