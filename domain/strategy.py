"""A strategy: the treatment of one segment, as data. Files in `policies/strategies/` hold it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from domain.delinquency import Terms


class Stage(StrEnum):
    """Where a case is in its life; each has one file in `workflows/stages/`."""

    REMIND = "remind"
    NEGOTIATE = "negotiate"
    WATCH_PROMISE = "watch_promise"
    WATCH_PLAN = "watch_plan"
    LEGAL = "legal"
    PLACED = "placed"


class Outcome(StrEnum):
    """How a case ends.

    Cured: nothing is late any more. Closed: a person closed it. Exhausted: the strategy has
    nothing left to do, and people decide.
    """

    CURED = "cured"
    CLOSED = "closed"
    EXHAUSTED = "exhausted"


Next = Stage | Outcome


class MessageClass(StrEnum):
    """What a message is for, which decides what a crash between claim and confirm means.

    Dunning is sent at most once; the others at least once, under the same Message-ID.
    """

    DUNNING = "dunning"
    STATUTORY = "statutory"
    RECEIPT = "receipt"
    SERVICE = "service"


class OnLate(StrEnum):
    """What happens to a step that comes later than its `max_lateness_days`."""

    SEND = "send"
    SKIP = "skip"
    MERGE = "merge"


class Channel(StrEnum):
    """How a contact is made: a letter by e-mail, or a call that a collector makes."""

    EMAIL = "email"
    CALL = "call"


@dataclass(frozen=True, slots=True)
class Step:
    """One contact of a ladder.

    Due `day` days past due (as the strategy counts them) at local time `at`, at least `gap_days`
    after the contact before it. More than `max_lateness_days` late, `on_late` decides.
    """

    name: str
    day: int
    channel: Channel
    at: time
    template: str
    message_class: MessageClass = MessageClass.DUNNING
    gap_days: int = 1
    max_lateness_days: int = 2
    on_late: OnLate = OnLate.MERGE


@dataclass(frozen=True, slots=True)
class Ladder:
    """Contacts in the order they happen; None of them is sent twice in an episode."""

    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class PromiseTerms:
    """How promises are taken and judged.

    A promise is for a date at most `max_days` ahead; it is judged at local time `judge_at` on the
    day after its date and `grace_days`; it is kept when `tolerance_percent` of it was paid.
    After `max_broken` broken ones in an episode no further promise is taken. `broken` is the
    notice of a broken promise, None for none.
    """

    max_days: int
    grace_days: int
    tolerance_percent: int
    max_broken: int
    judge_at: time
    broken: Step | None


@dataclass(frozen=True, slots=True)
class PlanTerms:
    """How repayment plans are taken and judged, instalment by instalment.

    At most `max_instalments`, the first due at most `first_within_days` ahead; each is judged at
    local time `judge_at` on the day after its due date and `grace_days`. More than
    `misses_tolerated` missed ones end the plan. `missed` is the notice of a missed instalment.
    """

    max_instalments: int
    first_within_days: int
    grace_days: int
    misses_tolerated: int
    judge_at: time
    missed: Step | None


@dataclass(frozen=True, slots=True)
class LegalTerms:
    """The last means: a final demand, its notice period, then a second person's approval.

    `notice_days` after the last letter of the ladder the approval is asked; without an answer
    within `approval_days` the case ends exhausted.
    """

    ladder: Ladder
    notice_days: int
    approval_days: int


@dataclass(frozen=True, slots=True)
class PlacementTerms:
    """Agencies tried in order, each for `term_days`; none means the case ends after legal."""

    agencies: tuple[str, ...]
    term_days: int


@dataclass(frozen=True, slots=True)
class Strategy:
    """One treatment, content-addressed: a case names it as `name@digest` and keeps it.

    `paused_days_count` says whether days on hold move a case up its ladder. After a payment no
    contact of a ladder is made for `quiet_days_after_payment` days; 0 means none are spared.
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

    @property
    def id(self) -> str:
        """The name a case is pinned to."""
        return f"{self.name}@{self.digest}"

    def steps(self) -> tuple[Step, ...]:
        """Every contact the strategy can make."""
        extra = (self.promise.broken, self.plan.missed)
        return (
            *self.remind.steps,
            *self.negotiate.steps,
            *self.legal.ladder.steps,
            *(step for step in extra if step),
        )


def problems(strategy: Strategy) -> list[str]:
    """Everything about a strategy that does not go together, each named by its place.

    Empty when it is sound. What a single number may be is the schema of the file.
    """
    ladders = (
        ("remind.steps", strategy.remind),
        ("negotiate.steps", strategy.negotiate),
        ("legal.steps", strategy.legal.ladder),
    )
    placed = [(f"{at}.{n}", step) for at, ladder in ladders for n, step in enumerate(ladder.steps)]
    events = (("promise.broken", strategy.promise.broken), ("plan.missed", strategy.plan.missed))
    placed += [(at, step) for at, step in events if step]
    return step_problems(placed)


def step_problems(placed: Sequence[tuple[str, Step]]) -> list[str]:
    """What is wrong among steps that stand at these places, in their order; empty when sound."""
    found: list[str] = []
    names: dict[str, str] = {}
    latest: dict[str, int] = {}
    for here, step in placed:
        ladder = here.rpartition(".")[0]
        if step.name in names:
            found.append(f"{here}.name: {step.name!r} is already used at {names[step.name]}.")
        above = latest.get(ladder, 0)
        if step.day < above:
            found.append(f"{here}.day: day {step.day} comes before day {above} of a step above.")
        if step.message_class is MessageClass.STATUTORY and step.on_late is not OnLate.SEND:
            found.append(f"{here}.on_late: a statutory notice must be sent however late (send).")
        names.setdefault(step.name, here)
        latest[ladder] = max(above, step.day)
    return found
