"""Random accounts: contracts, terms and events that a loan may live through."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from domain.books import COMPONENTS
from domain.delinquency import Pause
from domain.interest import DayCount
from domain.money_events import (
    AccountTerms,
    Contract,
    EventKind,
    MoneyEvent,
    MoneyFacts,
    PlanInterest,
    Portion,
)

START = date(2026, 1, 1)
AMOUNT = st.integers(1, 60_000)
DAY = st.integers(0, 420).map(lambda n: START + timedelta(days=n))

portions = st.builds(
    Portion, DAY, st.integers(1, 40_000), st.sampled_from([0, 0, 900]), st.sampled_from([0, 150])
)
contracts = st.builds(
    lambda some, known: Contract(
        tuple(sorted(some, key=lambda p: p.due)), START - timedelta(days=10) if known else None
    ),
    st.lists(portions, min_size=1, max_size=6),
    st.booleans(),
)
terms = st.builds(
    AccountTerms,
    allocation=st.sampled_from(["CN-ALLOC-01", "CN-ALLOC-02", "CONTRACT"]),
    order=st.permutations(COMPONENTS).map(tuple),
    by_instalment=st.booleans(),
    day_count=st.sampled_from(list(DayCount)),
    penalty_ppm=st.sampled_from([0, 180_000, 997_013]),
    compound=st.booleans(),
    grace_days=st.integers(0, 9),
    late_fee_minor=st.sampled_from([0, 500]),
    late_fee_ppm=st.sampled_from([0, 10_000]),
    late_fee_after_days=st.integers(0, 40),
    cap_ppm=st.sampled_from([None, 240_000]),
)
uncapped = terms.map(lambda some: replace(some, cap_ppm=None))
pauses = st.lists(
    st.builds(
        lambda start, days: Pause(start, None if days == 0 else start + timedelta(days=days)),
        DAY,
        st.integers(0, 90),
    ),
    max_size=2,
).map(tuple)


@st.composite
def events(draw, most=9):
    made = []
    for number in range(draw(st.integers(0, most))):
        kind = draw(st.sampled_from([EventKind.PAYMENT] * 5 + list(EventKind)))
        on, event_id = draw(DAY), f"e{number}"
        component, until = "", None
        if kind is EventKind.FEE:
            component = draw(st.sampled_from(["fees", "costs"]))
        if kind is EventKind.WAIVER:
            component = draw(
                st.sampled_from(["", "penalty", "interest", "plan_interest", "principal"])
            )
        if kind in (EventKind.QUOTE, EventKind.SETTLEMENT):
            until = on + timedelta(days=draw(st.integers(0, 60)))
        made.append(MoneyEvent(event_id, kind, on, draw(AMOUNT), component, until))
    return tuple(made)


plan_interest = st.lists(st.tuples(DAY, st.integers(1, 2_000)), max_size=3).map(
    lambda parts: tuple(
        PlanInterest(f"P1/interest/{n}", *part) for n, part in enumerate(sorted(parts))
    )
)


def since_it_was_lent(known):
    lent = known.contract.lent_from
    later = tuple(part for part in known.plan_interest if part.due.toordinal() >= lent)
    return replace(known, plan_interest=later)


facts, facts_uncapped = (
    st.builds(MoneyFacts, contracts, some, events(), pauses, plan_interest).map(since_it_was_lent)
    for some in (terms, uncapped)
)
