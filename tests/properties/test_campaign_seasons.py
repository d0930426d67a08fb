"""Whatever a campaign adds, the permit and the gaps hold, and the ladder loses no contact."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.campaigns import OVER
from domain.case import Case
from domain.clock import local_date
from domain.opening import open_case
from domain.steps import MessageClass
from domain.strategy import Outcome, Strategy
from simulation.driver import run
from tests.properties.portfolio import Contact, WatchedWorld, live, person
from tests.properties.test_invariants import caps_and_hours
from tests.strategies import rulebooks, rules_with, standard, strategy_with

ONCE_A_WEEK = ("- max: 1\n          days: 1\n", "- max: 1\n          days: 7\n")
MONTH_DAYS = st.dates(date(2001, 1, 1), date(2001, 12, 31)).map(lambda day: f"{day:%m-%d}")


@st.composite
def campaigns(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A campaign or two, of any season that ends, with steps in any gaps."""
    found = []
    for nth in range(draw(st.integers(1, 2))):
        days = sorted(draw(st.lists(st.integers(0, 60), min_size=1, max_size=3)))
        found.append(
            {
                "name": f"season{nth}",
                "from": draw(MONTH_DAYS),
                "to": draw(MONTH_DAYS),
                "stages": draw(
                    st.sampled_from([["remind"], ["negotiate"], ["negotiate", "remind"]])
                ),
                "steps": [
                    {
                        "name": f"added{nth}_{number}",
                        "day": day,
                        "channel": draw(st.sampled_from(["email", "sms", "call", "visit"])),
                        "at": draw(st.sampled_from(["07:30", "10:00", "14:00", "21:30"])),
                        "template": "year_end",
                        "gap_days": draw(st.integers(0, 6)),
                    }
                    for number, day in enumerate(days)
                ],
            }
        )
    return found


def with_campaigns(drawn: list[dict[str, Any]]) -> Strategy | None:
    """The standard strategy with those; None when one of them fills the year."""
    try:
        return strategy_with(("campaigns", drawn))
    except ValueError:
        return None


def silent_life(strategy: Strategy, seed: int, *, weekly: bool) -> tuple[Case, Sequence[Contact]]:
    """The first loan of that person, with nobody ever answering."""
    loan = person(seed).loans[0]
    jurisdiction, zone, currency = loan.place
    world = WatchedWorld(rules_with("CN", ONCE_A_WEEK) if weekly else rulebooks())
    case = open_case(
        loan_id=loan.loan_id,
        borrower_id=loan.borrower_id,
        currency=currency,
        jurisdiction=jurisdiction,
        zone=zone,
        strategy=strategy,
        at=loan.opened_at,
        instalments=list(loan.instalments),
        payments=[],
    )
    assert case is not None, "nothing was paid, so the loan is late"
    return run(case, strategy, [], world), world.seen


@settings(max_examples=300, deadline=None)
@given(campaigns(), st.integers(0, 400), st.booleans())
def test_whatever_a_season_adds_the_ladder_is_climbed_in_order_and_nothing_comes_earlier(
    drawn, seed, weekly
):
    strategy = with_campaigns(drawn)
    if strategy is None:
        return
    plain, without = silent_life(standard(), seed, weekly=weekly)
    case, lived = silent_life(strategy, seed, weekly=weekly)
    ladder = [contact for contact in lived if "-" not in contact.step.name]
    assert [c.step.name for c in ladder] == [c.step.name for c in without]
    assert all(ours.at >= theirs.at for ours, theirs in zip(ladder, without, strict=True))
    assert case.outcome is plain.outcome is Outcome.EXHAUSTED
    for earlier, later in pairwise(
        c for c in lived if c.step.message_class is MessageClass.DUNNING
    ):
        days = local_date(later.at, case.zone) - local_date(earlier.at, case.zone)
        gap = max(later.step.gap_days, 7 if weekly and case.jurisdiction == "CN" else 1)
        assert days.days >= gap, (earlier, later)


@settings(max_examples=300, deadline=None)
@given(campaigns(), st.integers(0, 4_000))
def test_whatever_a_season_adds_and_whatever_happens_no_person_hears_more_than_the_permit_allows(
    drawn, seed
):
    strategy = with_campaigns(drawn)
    if strategy is None:
        return
    book = live(person(seed), strategy)
    assert not book.stuck
    assert list(caps_and_hours(book)) == []
    for case in book.cases:
        mine = [contact for contact in book.contacts if contact.loan_id == case.loan_id]
        assert len({contact.step.name for contact in mine}) == len(mine)
        for contact in mine:
            assert in_season(strategy, contact, case.zone)
        assert not any(hold.bites(c.at) for c in mine for hold in case.holds if hold.start < c.at)


def in_season(strategy: Strategy, contact: Contact, zone: str) -> bool:
    """Whether a contact of a campaign was made on a day of its season."""
    own, _, year = contact.step.name.partition("-")
    for campaign in strategy.campaigns:
        if own in {step.name for step in campaign.steps}:
            day = local_date(contact.at, zone)
            return campaign.opens(int(year)) <= day < campaign.over(int(year))
    return True


@settings(max_examples=60, deadline=None)
@given(campaigns(), st.integers(0, 4_000))
def test_a_case_dropped_at_every_wait_lives_its_seasons_the_same(drawn, seed):
    strategy = with_campaigns(drawn)
    if strategy is None:
        return
    who = person(seed)
    assert live(who, strategy, cut=lambda _: True).story == live(who, strategy).story


def test_the_seasons_of_these_books_are_heard_and_missed():
    added = [{"name": "added", "day": 2, "channel": "email", "at": "10:00", "template": "year_end"}]
    spring = {"name": "spring", "from": "03-01", "to": "03-31", "stages": ["remind"]}
    strategy = strategy_with(("campaigns", [spring | {"steps": added}]))
    books = [live(person(seed), strategy) for seed in range(800)]
    seen = {e.detail for book in books for case in book.cases for e in case.timeline}
    assert {f"added-2026 by email: {how}" for how in ("sent", OVER)} <= seen
