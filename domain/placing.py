"""Which agency gets a case next, what it must be told, and when the case comes back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain import keys
from domain.acknowledging import THE_CASE
from domain.agencies import drawn
from domain.case import Case
from domain.ladder import turning
from domain.placement import ANSWER_DAYS, Placement
from domain.strategy import Strategy


@dataclass(frozen=True, slots=True)
class AgencyNotice:
    """Something the agency must acknowledge; `what` is unique within the placement."""

    what: str
    reason: str


def next_placement(case: Case, strategy: Strategy, now: datetime) -> Placement | None:
    """The placement with the next agency of the strategy, or None after the last.

    An agency that gave the case back for a promise or a plan gets it again.
    """
    terms = strategy.placement
    lot = drawn(dict(terms.shares), case.loan_id, case.episode)
    agencies = lot or terms.agencies
    if case.agencies_done >= len(agencies):
        return None
    days = terms.acknowledge_days
    return Placement(
        key=keys.placement_key(case.loan_id, case.episode, case.placements + 1),
        agency=agencies[case.agencies_done],
        placed_at=now,
        until=now + timedelta(days=terms.term_days),
        by_lot=bool(lot),
        answer_days=ANSWER_DAYS if days is None else days,
        recall_days=terms.recall_days,
        paid_before=len(case.payments) if terms.stop_on_payment else None,
        waivers_before=case.waivers_heard,
        awaited={} if days is None else {THE_CASE: now + timedelta(days=days)},
    )


def recall_reason(case: Case) -> str:
    """Why the case must come back from the agency before its term; empty when it need not."""
    if turn := turning(case):
        return str(turn)
    return case.placement.returned if case.placement else ""


def untold(case: Case) -> AgencyNotice | None:
    """The first thing the agency must know and was not told of.

    Holds placed or changed since the placement, and whatever binds everybody who contacts the
    person; of something that is over it hears only when it was told before.
    """
    placement = case.placement
    if placement is None:
        return None
    for hold in case.holds:
        what = _named(f"hold-{hold.hold_id}", hold.until)
        if hold.start >= placement.placed_at and what not in placement.told:
            return AgencyNotice(what, str(hold.reason))
    for fact in case.standing.values():
        what = _named(fact.what, fact.until)
        over = fact.until is not None and fact.until <= case.now
        if what not in placement.told and (not over or _knows(placement, fact.what)):
            return AgencyNotice(what, fact.reason)
    return _unheard_money(case, placement)


def _unheard_money(case: Case, placement: Placement) -> AgencyNotice | None:
    """The first payment, reversal or waiver since the placement that is not the agency's own news.

    It must stop asking for that money; with the message goes what is still to be paid.
    """
    if placement.paid_before is None:
        return None
    own = keys.agency_payment_id(placement.agency, "")
    for payment in case.payments[placement.paid_before :]:
        paid = f"stop-{payment.payment_id}"
        if not payment.payment_id.startswith(own) and paid not in placement.told:
            return AgencyNotice(paid, "paid")
        undone = f"undone-{payment.payment_id}"
        if payment.reversed_on is not None and undone not in placement.told:
            return AgencyNotice(undone, "payment undone")
    forgiven = f"forgiven-{case.waivers_heard}"
    if case.waivers_heard > placement.waivers_before and forgiven not in placement.told:
        return AgencyNotice(forgiven, "forgiven")
    return None


def _named(what: str, until: datetime | None) -> str:
    """A thing with its end, so that another end is another thing to tell."""
    end = "open" if until is None else f"{until:%Y-%m-%dT%H:%M}"
    return f"{what}-until-{end}"


def _knows(placement: Placement, what: str) -> bool:
    return any(told.startswith(f"{what}-until-") for told in placement.told)
