"""Remedy files: what is in ours, and how a wrong one is refused."""

import pytest

from domain.fees import FeeQuestion, fee
from domain.legal.papers import Paper
from domain.legal.remedies import End
from policies.files import PolicyError
from policies.packs import load_packs
from policies.remedy_files import FOLDER, load_remedy_file, misplaced
from tests.rules.legal.law import REMEDIES, remedy
from tests.strategies import strategy_with

CN = (FOLDER / "cn.yaml").read_text(encoding="utf-8")
PACKS = load_packs()
EVERY = [(law, name) for law, remedies in REMEDIES.items() for name in remedies]


@pytest.mark.parametrize(("law", "name"), EVERY)
def test_every_rule_of_a_remedy_is_one_of_the_packs(law, name):
    known = {rule.id for pack in PACKS.of(law) for rule in pack.rules}
    found = remedy(name, law)
    rules = {*found.rules, *found.fees, *(item.rule for item in found.items)}
    rules |= {step.clock.rule for step in found.steps if step.clock}
    assert rules - known - {"house"} == set()


@pytest.mark.parametrize(("law", "name"), EVERY)
def test_every_step_can_be_reached_and_leads_to_an_end(law, name):
    found = remedy(name, law)
    leads = {s.name: {*s.answers.values(), *([s.then] if s.then else [])} for s in found.steps}
    reached, left = set(), [found.steps[0].name] if found.steps else []
    while left:
        here = left.pop()
        if here not in reached:
            reached.add(here)
            left += leads.get(here, ())
    assert not found.steps or reached >= {*leads}
    assert not found.steps or reached & set(End)


@pytest.mark.parametrize(("law", "name"), EVERY)
def test_what_is_asked_of_people_is_said_in_both_languages(law, name):
    found = remedy(name, law)
    for says in (found.says, *(item.says for item in found.items)):
        assert set(says) == {"en", "zh"}


def test_dc_22_the_fees_of_the_remedies_on_fifty_thousand_yuan():
    asked = {
        name: [fee(rule, FeeQuestion(5_000_000)) for rule in remedy(name).fees]
        for name in ("suit", "payment_order", "preservation", "secured_suit")
    }
    assert asked == {
        "suit": [105_000],
        "payment_order": [35_000],
        "preservation": [52_000],
        "secured_suit": [105_000, 52_000],
    }


def test_every_application_has_its_calculation_beside_it():
    for law, name in EVERY:
        papers = remedy(name, law).papers
        assert not papers or Paper.CALCULATION in papers


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("step: unserved}", "step: lost}", "steps.3.clock: CN-PO-04 has no step 'lost'."),
        ("answers: {accepted: accepted,", "answers: {accepted: gone,", "there is no step 'gone'"),
        ("fees: [CN-PO-08]", "fees: [CN-PO-01]", "fees.0: 'CN-PO-01' has no fee"),
        ("items: [title, ", "items: [titel, ", "there is no item 'titel'"),
        ("closed_by: [suit, secured_suit]", "closed_by: [war]", "there is no remedy 'war'"),
        (
            "step: simple, since: docketed}",
            "step: simple, since: x}",
            "no court ever says 'x' here",
        ),
        ("  - name: mediation", "  - name: suit", "name: 'suit' is already used"),
        ("from: clock", "from: moon", "items.limitation.from"),
        ("    chases: 2", "    chaces: 2", "unknown name; is it misspelt?"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(old, new, message):
    assert CN.count(old) >= 1
    with pytest.raises(PolicyError) as refused:
        load_remedy_file(FOLDER / "cn.yaml", CN.replace(old, new, 1))
    assert message in str(refused.value)
    assert str(refused.value).startswith("cn.yaml:")


def test_a_strategy_may_only_name_remedies_that_there_are_in_an_order_that_is_open():
    def wrong(*remedies: str) -> list[str]:
        return list(misplaced(strategy_with(("legal.remedies", list(remedies))), REMEDIES))

    assert wrong("lawyers_letter", "payment_order", "suit", "enforcement") == []
    [unknown] = wrong("payment_order", "duel")
    assert unknown.startswith("standard.yaml: legal.remedies.1: no law has a remedy 'duel'")
    [closed] = wrong("preservation", "payment_order")
    assert "is closed once 'preservation' has been filed" in closed
