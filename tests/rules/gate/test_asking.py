"""A case that cannot be answered says which field is wrong, and how."""

import re

import pytest

from policies.asking import answer
from tests.rules.gate.asking import case, line, said


def changed(path, value):
    asked = case("US", "2026-04-07 15:00", history=[line("2026-04-06 10:00")])
    asked |= {
        "holds": [{"rule": "US-BK-01", "from": "2026-01-01T00:00Z"}],
        "inconvenient": [{"rule": "US-TIME-02", "from": "15:00", "until": "17:00"}],
        "consents": [{"debt": "D1", "given_at": "2026-01-01T00:00Z"}],
    }
    *way, last = path
    place = asked
    for step in way:
        place = place[step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return asked


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (
            ["jurisdiction"],
            "XX",
            "jurisdiction: there are packs for CN, EU, NG, TW, UG, UK, US, not for",
        ),
        (["jurisdiction"], None, "jurisdiction: is missing"),
        (["region"], "CN-11", "region: 'CN-11' is no region of US"),
        (["profile"], "mild", "profile: must be one of prudent, minimum, not 'mild'"),
        (["zones"], None, "zones: is missing; an empty list says that no zone is known"),
        (["zones"], "America/New_York", "zones: must be a list of texts"),
        (["zones"], ["Mars/Olympus"], "zones[0]: 'Mars/Olympus' is no time zone"),
        (["zones"], ["../etc/passwd"], "zones[0]: '../etc/passwd' is no time zone"),
        (["proposed"], None, "proposed: is missing"),
        (["proposed", "at"], "2026-04-07T15:00:00", "proposed.at: must be an instant"),
        (["proposed", "at"], "2026-04-07T15:00:00", "it says no offset"),
        (["proposed", "at"], "9999-12-31T15:00:00Z", "out of reach"),
        (["proposed", "at"], 5, "proposed.at: must be an instant"),
        (["proposed", "channel"], "fax", "proposed.channel: must be one of call, ai_call, rvm"),
        (["proposed", "person"], " ", "proposed.person: must be a text"),
        (["proposed", "debt"], None, "proposed.debt: is missing"),
        (["proposed", "collectors"], True, "proposed.collectors: must be a number"),
        (["proposed", "discloses_debt"], "no", "proposed.discloses_debt: must be true or false"),
        (["history"], {}, "history: must be a list"),
        (["history", 0], 7, "history[0]: must be an object"),
        (["history", 0, "outcome"], None, "history[0].outcome: is missing"),
        (["history", 0, "outcome"], "rang", "history[0].outcome: must be one of connected"),
        (["history", 0, "direction"], "up", "history[0].direction: must be one of in, out"),
        (["history", 0, "debts"], "D1", "history[0].debts: must be a list of texts"),
        (["holds", 0, "rule"], None, "holds[0].rule: is missing"),
        (["holds", 0, "until"], "2025-01-01T00:00Z", "holds[0].until: must be after `from`"),
        (["holds", 0, "channels"], ["fax"], "holds[0].channels: must be a list of call"),
        (["consents", 0, "valid_before"], "soon", "consents[0].valid_before: must be a date"),
        (["inconvenient", 0, "from"], "15h", "inconvenient[0].from: must be a local time"),
        (["inconvenient", 0, "weekdays"], [7], "inconvenient[0].weekdays: must be a list of"),
        (["agreed_slot"], {"from": "2026-01-01T00:00Z"}, "agreed_slot.until: is missing"),
    ],
)
def test_a_wrong_field_is_named(path, value, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        answer(changed(path, value))


def test_everything_that_is_wrong_is_named_at_once_each_with_its_path():
    asked = changed(["proposed", "at"], "soon")
    del asked["jurisdiction"], asked["zones"], asked["proposed"]["person"]
    asked["profile"] = "mild"
    asked["history"] += [7, line("2026-04-06 11:00", "rang", person=None)]
    asked["holds"][0]["from"] = None
    asked["consents"] = {}
    asked["agreed_slot"] = {"from": "2026-01-02T00:00Z", "until": "2026-01-01T00:00Z"}
    asked["inconvenient"][0] = "always"
    with pytest.raises(ValueError, match="jurisdiction: is missing") as wrong:
        answer(asked)
    named = re.findall(r"(?:^|\. )([\w.\[\]]+): ", str(wrong.value))
    assert named == [
        "jurisdiction", "profile", "history[1]", "history[2].person", "history[2].outcome",
        "proposed.person", "proposed.at", "zones", "holds[0].from", "consents", "agreed_slot.until",
        "inconvenient[0]",
    ]  # fmt: skip


def test_what_is_no_object_is_named_once_and_nothing_that_it_lacks():
    with pytest.raises(ValueError, match="is missing") as wrong:
        answer(changed(["proposed"], None))
    assert str(wrong.value) == "proposed: is missing; it is an object."


def test_what_is_left_out_is_taken_kindly_and_notes_are_let_pass():
    asked = case("US", "2026-05-04 10:00", why="a note", expected={"decision": "deny"})
    asked["proposed"]["colour"] = "blue"
    assert said(asked) == "allow"
    assert said(asked | {"history": None, "holds": None, "agreed_slot": None}) == "allow"
    assert said(case("CN", "2026-05-04 10:00", "visit")) == "allow"
    assert said(case("US", "2026-05-04 10:00", "rvm")) == "allow"
    texted = line("2026-05-03 10:00", channel="sms")
    del texted["outcome"]
    assert said(case("US", "2026-05-04 10:00", history=[texted])) == "allow"


def test_a_region_without_rules_of_its_own_has_those_of_its_country():
    two = [line("2026-04-01 10:00"), line("2026-04-06 10:00")]
    assert said(case("US-CA", "2026-04-07 10:00", history=two)) == "allow"
