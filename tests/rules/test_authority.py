"""Two keys: who asked cannot approve, limits hold, authority is lent for a time and not lent on."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.authority import (
    Action,
    Authority,
    Delegation,
    Level,
    Question,
    alone,
    lending_refusal,
    over_at,
    refusal,
    reminded_at,
)
from policies.authority_files import FILE, load_authority
from policies.files import PolicyError
from tests.rules.bargain import LEVELS

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
PEOPLE = {"li": "supervisor", "chen": "supervisor", "zhao": "manager", "sun": "manager"}
HOUSE = replace(load_authority(), people=PEOPLE)
PERSONS = ["wang", *PEOPLE]


def later(days: float) -> datetime:
    return NOW + timedelta(days=days)


def question(action=Action.WRITE_OFF, by="wang", amount=50_000, level="") -> Question:
    return Question(action, by, NOW, amount, "CNY", level)


def lent(giver="zhao", taker="chen", actions=frozenset(Action), start=0.0, days=5.0) -> Delegation:
    return Delegation(giver, taker, actions, later(start), later(start + days))


def rule(by: str, asked: Question, *lendings: Delegation, at=NOW) -> str | None:
    found = refusal(HOUSE, lendings, asked, by, at)
    assert found is None or found.reason.endswith(".")
    return found.rule if found else None


def test_a_second_person_within_their_limit_may_answer():
    assert rule("li", question()) is None
    assert rule("li", question(amount=100_001)) == "above-authority"
    assert rule("zhao", question(amount=100_001)) is None
    assert rule("wang2", question()) == "above-authority"


def test_who_asked_cannot_approve_however_high_they_stand():
    assert rule("zhao", question(by="zhao")) == "own-request"


def test_a_currency_without_a_limit_is_nobodys():
    dollars = replace(question(), currency="JPY")
    assert rule("zhao", dollars) == "above-authority"
    found = refusal(HOUSE, [], dollars, "zhao", NOW)
    assert found is not None
    assert found.reason.endswith("nobody has that authority.")


def test_a_discount_within_ones_own_limit_needs_nobody_else():
    assert alone(HOUSE, question(Action.DISCOUNT, amount=50_000))
    assert not alone(HOUSE, question(Action.DISCOUNT, amount=50_001))
    assert not alone(HOUSE, question(Action.DISCOUNT, amount=1, level="supervisor"))
    assert alone(HOUSE, question(Action.DISCOUNT, "li", 1, "supervisor"))


@pytest.mark.parametrize("action", sorted(set(Action) - {Action.DISCOUNT}))
def test_some_things_always_take_two(action):
    assert not alone(HOUSE, question(action, "zhao", 1))


def test_the_level_of_an_offer_binds_beside_the_limit():
    deep = question(Action.DISCOUNT, amount=1, level="manager")
    assert rule("li", deep) == "above-authority"
    assert rule("zhao", deep) is None


def test_a_question_is_over_when_its_days_are():
    asked = question()
    assert reminded_at(asked, HOUSE) == later(2)
    assert over_at(asked, HOUSE) == later(7)
    assert rule("li", asked, at=later(6.99)) is None
    assert rule("li", asked, at=later(7)) == "approval-over"
    longer = replace(asked, until=later(30))
    assert reminded_at(longer, HOUSE) == later(2)
    assert rule("li", longer, at=later(29)) is None
    assert rule("li", longer, at=later(30)) == "approval-over"


def test_lent_authority_counts_while_it_is_lent():
    big = question(amount=1_000_000)
    assert rule("chen", big) == "above-authority"
    assert rule("chen", big, lent()) is None
    assert rule("chen", big, lent(start=1)) == "above-authority"
    assert rule("chen", big, lent(days=2), at=later(2)) == "above-authority"
    assert rule("chen", big, lent(actions=frozenset({Action.DISCOUNT}))) == "above-authority"
    assert rule("chen", big, replace(lent(), withdrawn_at=NOW)) == "above-authority"


def test_who_asked_cannot_lend_somebody_the_answer():
    assert rule("chen", question(by="zhao", amount=1_000_000), lent()) == "above-authority"


def test_what_is_lent_is_not_lent_on():
    chain = (lent("zhao", "li"), lent("li", "wang2"))
    assert rule("wang2", question(amount=1_000_000), *chain) == "above-authority"


@pytest.mark.parametrize(
    ("lending", "why"),
    [
        (lent("zhao", "zhao"), "lent-to-oneself"),
        (lent(days=0), "lent-for-no-time"),
        (lent(days=30.1), "lent-too-long"),
        (lent("wang", "li"), "lent-not-owned"),
        (lent("wang", "li", frozenset({Action.DISCOUNT})), None),
        (lent(days=30), None),
    ],
)
def test_what_may_be_lent(lending, why):
    found = lending_refusal(HOUSE, lending)
    assert (found.rule if found else None) == why


@given(
    st.sampled_from(PERSONS), st.sampled_from(PERSONS), st.sampled_from(list(Action)),
    st.integers(1, 10**9),
    st.lists(st.tuples(st.sampled_from(PERSONS), st.sampled_from(PERSONS)), max_size=4),
)  # fmt: skip
def test_nobody_ever_answers_their_own_question(asker, by, action, amount, lendings):
    asked = question(action, asker, amount)
    borrowed = [lent(giver, taker) for giver, taker in lendings]
    if refusal(HOUSE, borrowed, asked, by, NOW) is None:
        assert by != asker
        able = {by, *(d.giver for d in borrowed if d.taker == by)} - {asker}
        limits = [HOUSE.level_of(p).limits.get(action, {}).get("CNY", 0) for p in able]
        assert max(limits) >= amount


@given(st.sampled_from(list(Action)), st.integers(1, 10**9), st.integers(0, 10**6))
def test_who_may_decide_on_more_may_decide_on_less(action, amount, less):
    smaller = question(action, amount=max(1, amount - less))
    if rule("li", question(action, amount=amount)) is None:
        assert rule("li", smaller) is None
        assert rule("zhao", smaller) is None


def test_the_shipped_levels_are_those_of_the_offers():
    assert load_authority().names == LEVELS
    assert load_authority().people == {}


def test_whoever_is_not_named_has_the_lowest_level():
    assert HOUSE.level_of("nobody").name == "collector"
    bare = Authority((Level("clerk", {}),), {}, 1, 2, 3)
    assert not alone(bare, question(Action.DISCOUNT, amount=1))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("remind_days: 2", "remind_days: 7", "authority.yaml:9: remind_days: a reminder comes"),
        ("people: {}", "people: {li: boss}", "authority.yaml:13: people.li: boss is no level"),
        ("supervisor:\n", "supervisor:\n    gift: {CNY: 1}\n", "levels.supervisor.gift"),
        ("CNY: 1000000,", "CNY: 4,", "levels.supervisor.discount.CNY: a higher level may not"),
        ("CNY: 50000,", "YUAN: 50000,", "is not an ISO 4217"),
    ],
)
def test_a_wrong_authority_file_is_named_by_its_line(old, new, said):
    text = FILE.read_text("utf-8")
    assert old in text
    with pytest.raises(PolicyError) as refused:
        load_authority(FILE, text.replace(old, new, 1))
    assert said in str(refused.value)
