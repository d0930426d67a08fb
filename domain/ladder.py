"""Which contact comes next, when, and whether it still makes sense to make it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from domain.campaigns import OVER, Campaign, of_season, over_on
from domain.case import Case
from domain.clock import local_date, local_instant
from domain.delinquency import day_reached
from domain.early import due_date_over, earlier_days
from domain.holds import free_from, pauses
from domain.promises import PromiseStatus
from domain.reaching import stem
from domain.steps import Ladder, OnLate, Step
from domain.strategy import Next, Outcome, Stage, Strategy

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Due:
    """A contact and the instant it is due; None while an open hold keeps it away.

    One of a campaign is not made any more from `over`, and passed over then (None: of none).
    """

    step: Step
    at: datetime | None
    over: datetime | None = None

    @property
    def made(self) -> bool:
        """Whether the contact is made at its instant, as far as its campaign goes."""
        return self.over is None or self.at is None or self.at < self.over


def turning(case: Case) -> Next | None:
    """Where news sends the case now, or None when it stays where it is."""
    if case.closing_reason:
        return Outcome.CLOSED
    if case.cured:
        return Outcome.PAID_IN_TIME if case.in_time else Outcome.CURED
    stage = case.stage
    if watching := _watched(case):
        return None if stage is watching else watching
    if stage is Stage.WATCH_DUE:
        return Stage.REMIND
    if stage is Stage.TRACE:
        return None if case.lost else Stage.NEGOTIATE
    if stage is Stage.PLACED and at_court(case):
        return Stage.COURT
    return Stage.TRACE if case.lost and stage in (Stage.REMIND, Stage.NEGOTIATE) else None


def at_court(case: Case) -> bool:
    """Whether a remedy is in hand: one that a court took up again takes a case from an agency."""
    return case.legal is not None and case.legal.remedy is not None


def _watched(case: Case) -> Stage | None:
    """The stage of what is being watched: a plan, a promise, a due date ahead; None for none."""
    plan, promise = case.plan, case.promise
    if plan is not None and plan.performing:
        return Stage.WATCH_PLAN
    if promise is not None and promise.status is PromiseStatus.OPEN:
        return Stage.WATCH_PROMISE
    return Stage.WATCH_DUE if case.early and case.anchor >= case.today() else None


def undone(case: Case) -> bool:
    """Whether the payment that ended the case was undone before it was closed."""
    return case.outcome is not None and case.outcome.paid and not case.cured


def thanks_due(case: Case, strategy: Strategy) -> Due | None:
    """The thanks a paid case still owes; None when there are none, or they were made."""
    step = strategy.thanks.cured
    if case.outcome is not Outcome.CURED or not case.cured or step is None:
        return None
    again = next((owed.step for owed in case.owed if stem(owed.step.name) == step.name), None)
    if again is None and step.name in case.done:
        return None
    step = again or step
    return Due(step, case.not_before.get(step.name, case.now))


def next_due(case: Case, strategy: Strategy, ladder: Ladder) -> Due | None:
    """The next contact and its instant: what is owed first, then the ladder; None when done.

    Contacts of campaigns come between those of the ladder, and never after the last of them.
    """
    if case.owed:
        owed = case.owed[0]
        over = over_on(strategy.campaigns, stem(owed.step.name))
        return _in_season(case, owed.step, _allowed_by_case(case, owed.step, owed.since), over)
    done = case.done
    for step in ladder.steps:
        if step.name not in done:
            due = Due(step, _due_at(case, strategy, step))
            return _first(case, strategy, due) if strategy.campaigns else due
    return None


def early_notice(case: Case, strategy: Strategy) -> Due | None:
    """The next notice ahead of the due date: what is owed, then the ladder.

    None when there is none that may still be made while the due date is not over.
    """
    assert strategy.early is not None, "only a strategy with early notices watches a due date"
    left = (step for step in strategy.early.ladder.steps if step.name not in case.done)
    if case.owed:
        due = Due(case.owed[0].step, _allowed_by_case(case, case.owed[0].step, case.owed[0].since))
    elif step := next(left, None):
        due = Due(step, _due_at(case, strategy, step))
    else:
        return None
    return due if due.at is not None and due.at < due_date_over(case) else None


def too_late(case: Case, strategy: Strategy, ladder: Ladder, due: Due, now: datetime) -> str | None:
    """How a contact that comes too late is passed over (skipped and so on); None to make it.

    Late means that we were late. A case that opens late or comes back from a promise climbs its
    ladder from where it is, in the gaps of its steps, and jumps over nothing.
    """
    step = due.step
    if due.over is not None and now >= due.over:
        return OVER
    if due.at is None or now - due.at <= timedelta(days=step.max_lateness_days):
        return None
    if step.on_late is OnLate.SKIP:
        return "skipped"
    if step.on_late is OnLate.MERGE and _another_is_due(case, strategy, ladder, step, now):
        return "merged"
    return None


def _another_is_due(
    case: Case, strategy: Strategy, ladder: Ladder, step: Step, now: datetime
) -> bool:
    later = (s for s in ladder.steps if s.name not in case.done and s.name != step.name)
    return any((at := _day_instant(case, strategy, s)) is not None and at <= now for s in later)


def _due_at(case: Case, strategy: Strategy, step: Step) -> datetime | None:
    at = _day_instant(case, strategy, step)
    return None if at is None else _due_from(case, strategy, step, at)


def _due_from(case: Case, strategy: Strategy, step: Step, at: datetime) -> datetime | None:
    """That instant, moved behind the stage's beginning and whatever gives peace."""
    spaced = _spaced(case, strategy, step)
    if spaced is not None and local_date(at, case.zone) < spaced:
        at = local_instant(spaced, step.at, case.zone)
    return _allowed_by_case(case, step, max(at, case.stage_since))


def _first(case: Case, strategy: Strategy, due: Due) -> Due:
    """The first of a ladder's contact and those of campaigns; the ladder's before another.

    The open hold that keeps the ladder away keeps campaigns away.
    """
    if due.at is None:
        return due
    since, until = local_date(case.stage_since, case.zone), local_date(due.at, case.zone)
    added = (
        extra
        for campaign in strategy.campaigns
        if case.stage in campaign.stages and campaign.touches(since, until)
        for step in campaign.steps
        if (extra := _added(case, strategy, campaign, step))
    )
    return min((due, *added), key=lambda each: each.at or _NEVER)


def _added(case: Case, strategy: Strategy, campaign: Campaign, step: Step) -> Due | None:
    """A campaign's contact in the first season in which it was not made; None on an open hold."""
    since = _day_instant(case, strategy, step)
    if since is None:
        return None
    year = campaign.season(local_date(max(since, case.stage_since), case.zone))
    while (named := of_season(step, year)).name in case.done:
        year += 1
    at = max(since, local_instant(campaign.opens(year), step.at, case.zone))
    return _in_season(case, named, _due_from(case, strategy, named, at), campaign.over(year))


def _in_season(case: Case, step: Step, at: datetime | None, over: date | None) -> Due:
    """The contact at that instant; one of a campaign is passed over on the day that it is over."""
    if over is None:
        return Due(step, at)
    end = local_instant(over, time(), case.zone)
    return Due(step, at if at is None else min(at, end), end)


def _spaced(case: Case, strategy: Strategy, step: Step) -> date | None:
    """The first day that keeps its distance from the last contact and the last payment."""
    days = []
    if case.last_contact is not None and step.gap_days:
        days.append(case.last_contact + timedelta(days=step.gap_days))
    if case.last_payment is not None and strategy.quiet_days_after_payment:
        days.append(case.last_payment + timedelta(days=strategy.quiet_days_after_payment))
    return max(days, default=None)


def _day_instant(case: Case, strategy: Strategy, step: Step) -> datetime | None:
    """The instant of the step's day, counted from the oldest unpaid due date and the grace.

    One ahead of the due date is counted from that alone, and is earlier where the risk is high.
    """
    if step.day < 0 and strategy.early is not None:
        days = step.day - earlier_days(case, strategy.early, strategy.terms)
        return local_instant(case.anchor + timedelta(days=days), step.at, case.zone)
    days = step.day + strategy.terms.grace_days
    if strategy.paused_days_count or not case.holds:
        day = case.anchor + timedelta(days=days)
    elif (reached := day_reached(case.anchor, days, pauses(case.holds, case.zone))) is None:
        return None
    else:
        day = reached
    return local_instant(day, step.at, case.zone)


def _allowed_by_case(case: Case, step: Step, at: datetime) -> datetime | None:
    """That instant, moved behind a deferral and behind every hold in force."""
    if case.not_before and (not_before := case.not_before.get(step.name)):
        at = max(at, not_before)
    return free_from(case.holds, at) if case.holds else at
