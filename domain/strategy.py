"""A strategy: the treatment of one segment, as data. Files in `policies/strategies/` hold it."""

from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from domain.campaigns import Campaign
from domain.delinquency import Terms
from domain.early import EarlyTerms
from domain.gate.words import Channel
from domain.steps import Ladder, MessageClass, OnLate, Step


class Stage(StrEnum):
    """Where a case is in its life; each has one file in `workflows/stages/`."""

    WATCH_DUE = "watch_due"
    REMIND = "remind"
    NEGOTIATE = "negotiate"
    TRACE = "trace"
    WATCH_PROMISE = "watch_promise"
    WATCH_PLAN = "watch_plan"
    LEGAL = "legal"
    COURT = "court"
    PLACED = "placed"


class Outcome(StrEnum):
    """How a case ends.

    Cured: nothing is late any more. Closed: a person closed it. Exhausted: the strategy has
    nothing left to do, and people decide. Paid in time: the borrower was spoken to before the due
    date, and paid by it; that is no cure, as nothing was late.
    """

    CURED = "cured"
    CLOSED = "closed"
    EXHAUSTED = "exhausted"
    PAID_IN_TIME = "paid_in_time"

    @property
    def paid(self) -> bool:
        """Whether money ended the case: undone, it goes on."""
        return self in (Outcome.CURED, Outcome.PAID_IN_TIME)


Next = Stage | Outcome


@dataclass(frozen=True, slots=True)
class PromiseTerms:
    """How promises are taken and judged.

    A promise is for a date at most `max_days` ahead; it is judged at local time `judge_at` on the
    day after its date and `grace_days`; it is kept when `tolerance_percent` of it was paid.
    After `max_broken` broken ones in an episode no further promise is taken. `broken` is the
    notice of a broken promise, None for none. The borrower is reminded by `before` so many
    `before_days` ahead (None: not). After `max_rolled` promises that were replaced with nothing
    paid no further one replaces another (None: any number). A reversal opens a kept promise again
    until `watch_days` after it was to be judged.
    """

    max_days: int
    grace_days: int
    tolerance_percent: int
    max_broken: int
    judge_at: time
    broken: Step | None
    before: Step | None = None
    before_days: int = 0
    max_rolled: int | None = None
    watch_days: int = 0


PLAN_AGREED = Step(
    name="plan_agreed",
    day=0,
    channel=Channel.EMAIL,
    at=time(0),
    template="plan_agreed",
    message_class=MessageClass.RECEIPT,
    gap_days=0,
    on_late=OnLate.SEND,
)
"""The letter that confirms an accepted offer, unless the strategy names another."""


@dataclass(frozen=True, slots=True)
class PlanTerms:
    """How repayment plans are taken and judged, instalment by instalment.

    At most `max_instalments`, the first due at most `first_within_days` ahead; each is judged at
    local time `judge_at` on the day after its due date and `grace_days`. More than
    `misses_tolerated` missed ones end the plan. `missed` is the notice of a missed instalment, and
    `before` that of one that falls due in `before_days` (None: none). A collector looks at the
    means again every `check_back_days` (None: as the offer says). A plan that defaults leads to
    the stage `default_to`. `agreed` confirms an accepted offer.
    """

    max_instalments: int
    first_within_days: int
    grace_days: int
    misses_tolerated: int
    judge_at: time
    missed: Step | None
    before: Step | None = None
    before_days: int = 0
    check_back_days: int | None = None
    default_to: Stage = Stage.NEGOTIATE
    agreed: Step = PLAN_AGREED


@dataclass(frozen=True, slots=True)
class LostContactTerms:
    """When contact counts as lost, and how the borrower is looked for.

    After `after_failed` contacts in a row that reached nobody the ladder is climbed; then people
    have `repair_days` to find a new contact point before the case goes on to the legal stage.
    """

    ladder: Ladder
    after_failed: int
    repair_days: int


@dataclass(frozen=True, slots=True)
class ThanksTerms:
    """Who is thanked: those who paid everything late, and those who kept a promise; None: not."""

    cured: Step | None = None
    kept: Step | None = None


@dataclass(frozen=True, slots=True)
class LegalTerms:
    """The last means: a final demand, its notice period, then a second person's approval.

    `notice_days` after the last letter of the ladder the approval is asked; without an answer
    within `approval_days` the case ends exhausted. `remedies` are taken at court in that order,
    each approved for itself; without them, and when none is left, approval is asked of a placement.
    """

    ladder: Ladder
    notice_days: int
    approval_days: int
    remedies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlacementTerms:
    """Agencies tried in order, each for `term_days`; none means the case ends without them.

    With `shares` a lot draws the order, and each agency is first as often as its share says. An
    agency that has not acknowledged a case within `acknowledge_days` loses it (None: it need not).
    With `stop_on_payment` it is told of each payment. With `recall_days` a recall goes by steps,
    each waited for so many days (None: the agency is told, and that is all).
    """

    agencies: tuple[str, ...]
    term_days: int
    shares: tuple[tuple[str, int], ...] = ()
    acknowledge_days: int | None = None
    stop_on_payment: bool = False
    recall_days: int | None = None


@dataclass(frozen=True, slots=True)
class BureauTerms:
    """Reporting to a credit bureau: after the step `notice` of the legal ladder and its days.

    `notice_days` after the notice a second person is asked, who has `approval_days` to answer.
    """

    notice: str
    notice_days: int
    approval_days: int


@dataclass(frozen=True, slots=True)
class Strategy:
    """One treatment, content-addressed: a case names it as `name@digest` and keeps it.

    `paused_days_count` says whether days on hold move a case up its ladder. After a payment no
    contact of a ladder is made for `quiet_days_after_payment` days; 0 means none are spared.
    Without `early` no case opens before something is late.
    """

    name: str
    digest: str
    terms: Terms
    paused_days_count: bool
    quiet_days_after_payment: int
    remind: Ladder
    negotiate: Ladder
    promise: PromiseTerms
    plan: PlanTerms
    legal: LegalTerms
    placement: PlacementTerms
    lost_contact: LostContactTerms | None = None
    thanks: ThanksTerms = ThanksTerms()
    bureau: BureauTerms | None = None
    early: EarlyTerms | None = None
    campaigns: tuple[Campaign, ...] = ()

    @property
    def id(self) -> str:
        """The name a case is pinned to."""
        return f"{self.name}@{self.digest}"

    def events(self) -> list[tuple[str, Step]]:
        """The contacts beside the ladders, each with its place in the file."""
        steps = (
            ("promise.broken", self.promise.broken),
            ("promise.before", self.promise.before),
            ("plan.missed", self.plan.missed),
            ("plan.before", self.plan.before),
            ("plan.agreed", self.plan.agreed),
            ("thanks.cured", self.thanks.cured),
            ("thanks.kept", self.thanks.kept),
        )
        return [(place, step) for place, step in steps if step]

    def steps(self) -> tuple[Step, ...]:
        """Every contact the strategy can make."""
        return (
            *(self.early.ladder.steps if self.early else ()),
            *self.remind.steps,
            *self.negotiate.steps,
            *(self.lost_contact.ladder.steps if self.lost_contact else ()),
            *self.legal.ladder.steps,
            *(step for _, step in self.events()),
            *(step for campaign in self.campaigns for step in campaign.steps),
        )
