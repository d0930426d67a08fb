"""What operators see of a case: search attributes, and a text that says what it waits for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time

from domain.case import Case
from domain.clock import zone
from domain.delinquency import delinquency
from domain.early import first_unpaid
from domain.holds import pauses
from domain.ladder import thanks_due
from domain.money import to_major
from domain.strategy import Outcome, Stage, Strategy


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a case waits for: until `at` (None: for news alone), why, and what happens then.

    `then` happens only if no news comes first, and says so where that could be misread.
    """

    at: datetime | None
    why: str
    then: str


@dataclass(frozen=True, slots=True)
class Attributes:
    """What operators search by. `due_since` is the oldest unpaid due date at 00:00 UTC."""

    stage: str
    due_since: datetime
    jurisdiction: str
    strategy: str
    holds: tuple[str, ...]
    collector: str
    portfolio: str
    blocked: str = ""


@dataclass(frozen=True, slots=True)
class CaseState:
    """The answer of the `state` query; amounts in minor units, instants in UTC.

    `put_off` says what waits by a rule, until when and why; empty when nothing does. `blocked` is
    the rule by which nobody is contacted until we mend a fault of ours; empty for none.
    """

    loan_id: str
    stage: str
    outcome: Outcome | None
    currency: str
    arrears_minor: int
    outstanding_minor: int
    days_past_due: int
    delinquent_days: int
    bucket: str
    waits_for: str
    until: datetime | None
    then: str
    holds: tuple[str, ...]
    promise: str
    plan: str
    collector: str
    strategy: str
    now: datetime
    put_off: str = ""
    blocked: str = ""


def marks(case: Case) -> tuple[str, ...]:
    """What must change before search attributes are written again: stage, assignment, holds."""
    shown = attributes(case)
    return (shown.stage, shown.collector, shown.blocked, *shown.holds)


def attributes(case: Case) -> Attributes:
    """What operators search by, as it stands now."""
    holds = {str(hold.reason) for hold in case.holds if hold.bites(case.now)}
    return Attributes(
        stage=case.outcome or case.stage,
        due_since=datetime.combine(case.anchor, time(), tzinfo=UTC),
        jurisdiction=case.jurisdiction,
        strategy=case.strategy_id,
        holds=tuple(sorted(holds)),
        collector=case.collector,
        portfolio=case.portfolio,
        blocked=case.blocked,
    )


def state(case: Case, strategy: Strategy, waiting: Waiting | None, now: datetime) -> CaseState:
    """Where the case stands at `now`, for people and programs."""
    case_day = now.astimezone(zone(case.zone)).date()
    late = delinquency(
        case.schedule(),
        case.credits(),
        pauses(case.holds, case.zone),
        strategy.terms,
        case_day,
    )
    plan, promise = case.plan, case.promise
    waiting = waiting or _for_us(case, strategy)
    return CaseState(
        loan_id=case.loan_id,
        stage=case.stage,
        outcome=case.outcome,
        currency=case.currency,
        arrears_minor=late.arrears_minor,
        outstanding_minor=case.outstanding(),
        days_past_due=late.days_past_due,
        delinquent_days=late.delinquent_days,
        bucket=late.bucket,
        waits_for=waiting.why if waiting else "",
        until=waiting.at if waiting else None,
        then=waiting.then if waiting else "",
        holds=tuple(str(hold.reason) for hold in case.holds if hold.bites(now)),
        promise=f"{promise.status} by {promise.by.isoformat()}" if promise else "",
        plan=(plan.ended or f"{plan.judged} of {len(plan.instalments)} judged") if plan else "",
        collector=case.collector,
        strategy=case.strategy_id,
        now=now,
        put_off=put_off(case, now),
        blocked=case.blocked,
    )


def _for_us(case: Case, strategy: Strategy) -> Waiting | None:
    """What a case waits for whose contact cannot be made before we mend a fault of ours."""
    over = case.outcome is not None and thanks_due(case, strategy) is None
    if not case.blocked or over:
        return None
    said = next((why for why in case.put_off.values() if case.blocked in why), case.blocked)
    return Waiting(None, f"us to mend a fault: {said}", "make the contact as soon as it is mended")


def put_off(case: Case, now: datetime) -> str:
    """Each contact or placement that waits by a rule, until when and why; empty for none."""
    waits = ((name, case.not_before.get(name), why) for name, why in case.put_off.items())
    return "; ".join(
        f"{'placement' if '/' in name else name} until {until:%Y-%m-%d %H:%M} UTC: {why}"
        for name, until, why in waits
        if until is not None and until > now
    )


def headline(case: Case, strategy: Strategy) -> str:
    """One line that names the case when it starts: ids and figures, no person."""
    shown = state(case, strategy, None, case.now)
    if case.stage is Stage.WATCH_DUE:
        soon = first_unpaid(case.instalments, case.paid(), strategy.terms)
        owed = to_major(soon.amount_minor if soon else 0, case.currency)
        return f"Loan {case.loan_id} · {case.currency} {owed} · falls due on {case.anchor}"
    arrears = to_major(shown.arrears_minor, case.currency)
    return (
        f"Loan {case.loan_id} · {case.currency} {arrears} · "
        f"{shown.days_past_due} days past due at start"
    )


def current_details(case: Case, strategy: Strategy, waiting: Waiting) -> str:
    """What the case waits for, until when and what happens then, in Markdown."""
    shown = state(case, strategy, waiting, case.now)
    until = f"{waiting.at:%Y-%m-%d %H:%M} UTC" if waiting.at else "there is news"
    rows = [
        ("Stage", shown.stage),
        ("Waits for", waiting.why),
        ("Until", until),
        ("Then", waiting.then if waiting.at else "nothing happens without news"),
        *([("Put off", shown.put_off)] if shown.put_off else []),
        ("Arrears", f"{to_major(shown.arrears_minor, case.currency)} {case.currency}"),
        ("Days past due", f"{shown.days_past_due} ({shown.bucket})"),
        ("Holds", ", ".join(shown.holds) or "none"),
        ("Promise", shown.promise or "none"),
        ("Plan", shown.plan or "none"),
        ("Collector", shown.collector or "nobody"),
        *([("Blocked", f"{case.blocked}: nobody is contacted")] if case.blocked else []),
        ("Case clock", f"{case.now:%Y-%m-%d %H:%M} UTC"),
    ]
    return listed(rows)


def listed(rows: Iterable[tuple[str, str]]) -> str:
    """Names and values in Markdown, each on a line of its own, told apart by any renderer."""
    return "\n".join(f"- **{name}:** {value}" for name, value in rows)
