"""The shipped packs, and the problems of a pack that cannot be used: each by file and line."""

import os
import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from domain.gate.pack import Confidence, Rule
from domain.gate.terms import Caps
from domain.gate.words import Profile, Severity
from policies.files import PolicyError
from policies.packs import FOLDER, load_pack, load_packs

PACKS = load_packs()
ALL = [*PACKS.bases.values(), *PACKS.overlays.values()]
RULES = [rule for pack in ALL for rule in pack.rules]
US = FOLDER / "us.yaml"


def rule(rule_id: str) -> Rule:
    return next(found for found in RULES if found.id == rule_id)


def test_every_rule_of_the_law_stands_in_a_pack_under_its_own_id():
    data = os.environ.get("REAL_DATA")
    file = Path(data or ".").parent / "rules" / "regulations.md"
    if not data or not file.exists():
        pytest.skip("REAL_DATA is not set, or has no rules beside it")
    text = file.read_text(encoding="utf-8")
    known = set(re.findall(r"^\| ((?:CN|US|UK|EU)-[A-Z0-9-]+) \|", text, re.MULTILINE))
    ours = {f"{place}-{own}" for place in PACKS.bases for own in ("DAY-01", "REPLY-01")}
    of_the_law = {found.id for found in RULES if found.id[:2] in ("CN", "US", "UK", "EU")}
    assert known == of_the_law - ours


def test_in_every_jurisdiction_our_steps_keep_hours_and_ask_a_person_once_a_day():
    for jurisdiction, book in PACKS.books().items():
        assert book.hours, jurisdiction
        ours = next(cap for cap in book.caps if cap.rule.id == f"{jurisdiction[:2]}-DAY-01")
        assert [(limit.max, limit.days) for limit in ours.terms.limits] == [(1, 1)]
        assert ours.rule.source.confidence is Confidence.POLICY


def test_a_reason_to_hold_has_one_rule_in_a_pack():
    twice = SMALL.replace("kind: hours", "kind: note\n    hold: {rank: policy, reasons: [death]}")
    twice += twice.split("rules:\n")[1].replace("XX-TIME-01", "XX-TIME-02")
    assert any("death has a rule already" in problem for problem in problems(twice))


def test_a_pack_is_known_by_its_name_and_its_content():
    for pack in ALL:
        assert re.fullmatch(r"[a-z-]+@[0-9a-f]{12}", pack.id)
    text = US.read_text(encoding="utf-8")
    assert load_pack(US, text).id == PACKS.bases["US"].id
    assert load_pack(US, text + "# one more word\n").id != PACKS.bases["US"].id


def test_an_overlay_is_added_to_its_base():
    federal, massachusetts = PACKS.of("US", "US-MA")
    assert massachusetts.base == federal.name
    assert PACKS.of("US", "US-CA") == PACKS.of("US")
    assert PACKS.book("US", "US-MA").packs == (federal.id, massachusetts.id)
    assert PACKS.book("US", "US-MA") is PACKS.book("US", "US-MA")


def test_nothing_known_from_memory_alone_denies():
    unsigned = [
        found for found in RULES
        if found.source.confidence is Confidence.MEMORY and found.reviewed_by is None
    ]  # fmt: skip
    assert unsigned
    assert not [found.id for found in unsigned if Severity.DENY in found.severity.values()]


def test_numbers_told_twice_agree():
    caps = rule("US-FREQ-01").terms, rule("US-FREQ-02").terms
    days = rule("US-FREQ-03").params["days"]
    for terms in caps:
        assert isinstance(terms, Caps)
        assert [limit.consent_days for limit in terms.limits] == [days]
    assert rule("CN-TIME-02").params["lifts"] == "CN-TIME-01"


def test_other_parts_find_their_numbers_in_the_packs():
    assert rule("CN-PLAN-01").params["max_instalments"] == 60
    assert rule("CN-PLAN-05").params["needs"] == "guarantor_consent"
    assert rule("CN-CR-01").params["needs"] == "prior_notice"
    assert rule("EU-CCD-01").effective == (date(2026, 11, 20), None)
    assert rule("CN-PO-03").params["steps"]["objection"] == {"days": 15, "rest_days": "move"}


def test_the_profile_prudent_keeps_a_rule_before_it_binds():
    hours, first = rule("CN-TIME-01"), date(2025, 2, 28)
    before = first - timedelta(days=1)
    assert hours.in_force(before, Profile.PRUDENT)
    assert not hours.in_force(before, Profile.MINIMUM)
    assert hours.in_force(first, Profile.MINIMUM)
    assert not rule("CN-PROH-04").in_force(date(2026, 1, 1), Profile.PRUDENT)


SMALL = """\
pack: test-pack
version: 2026.02.0
jurisdiction: XX
scope: {products: [consumer_loan], actors: [lender]}
sources:
  law: {title: A law}
rules:
  - id: XX-TIME-01
    says: Daytime only.
    kind: hours
    params: {earliest: "08:00", latest: "20:00"}
    binding: statute
    modal: must
    severity: {prudent: deny, minimum: deny}
    source: {of: law, confidence: V}
"""


def problems(text: str) -> list[str]:
    with pytest.raises(PolicyError) as found:
        load_pack(Path("test.yaml"), text)
    return found.value.problems


def test_the_small_pack_of_these_tests_can_be_loaded():
    assert load_pack(Path("test.yaml"), SMALL).rule("XX-TIME-01").says == "Daytime only."
    with pytest.raises(KeyError):
        load_pack(Path("test.yaml"), SMALL).rule("XX-TIME-02")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("2026.02.0", "v2", "test.yaml:2: version: String should match pattern"),
        ("kind: hours", "kind: houres", "test.yaml:10: rules.0.kind: houres is no kind of rule"),
        ("earliest:", "earlyest:", "test.yaml:11: rules.0.params.earlyest: unknown name"),
        (', latest: "20:00"', "", "test.yaml:11: rules.0.params: latest is missing."),
        ('"20:00"', '"25:00"', "test.yaml:11: rules.0.params.latest: Input should be in a valid"),
        ('"20:00"', '"07:00"', "test.yaml:11: rules.0.params.latest: lawful hours end after"),
        ("of: law", "of: lore", "test.yaml:15: rules.0.source.of: lore is not among the pack's"),
        ("confidence: V", "confidence: M", "test.yaml:14: rules.0.severity: XX-TIME-01 is known"),
        ("prudent: deny", "prudent: warn", "test.yaml:14: rules.0.severity: the profile prudent"),
        ("kind: hours", "kind: hold", "test.yaml:8: rules.0: a hold says under `hold`"),
        ("kind: hours", "kind: pattern", "test.yaml:14: rules.0.severity: a rule of kind pattern"),
        ("kind: hours", "kind: cap", "test.yaml:11: rules.0.params: a cap has a list of limits"),
        ("jurisdiction: XX", "jurisdiction: XX\nbase: law", "an overlay has both a region and a"),
        ("rules:", "time: {legal_zone: Mars/Olympus}\nrules:", "Mars/Olympus is no time zone."),
        ("modal: must", "modal: must\n    colour: red", "rules.0.colour: unknown name"),
    ],
)
def test_a_problem_is_named_by_file_line_and_place(old, new, problem):
    assert old in SMALL
    assert any(found.find(problem) >= 0 for found in problems(SMALL.replace(old, new, 1)))


def test_all_problems_are_named_at_once():
    wrong = SMALL.replace("of: law", "of: lore").replace('"20:00"', '"07:00"')
    assert len(problems(wrong)) == 2
    rules_twice = SMALL + SMALL.split("rules:\n")[1]
    assert problems(rules_twice) == [
        "test.yaml:16: rules.1.id: XX-TIME-01 stands in the pack twice."
    ]


def test_what_is_signed_may_deny_though_it_is_known_from_memory():
    signed = SMALL.replace("confidence: V}", "confidence: M}\n    reviewed_by: counsel, 2026-02-01")
    assert load_pack(Path("test.yaml"), signed).rules[0].reviewed_by == "counsel, 2026-02-01"


def test_a_folder_is_checked_as_a_whole(tmp_path):
    (tmp_path / "a.yaml").write_text(SMALL)
    (tmp_path / "b.yaml").write_text(SMALL.replace("test-pack", "other-pack"))
    overlay = SMALL.replace("jurisdiction: XX", "jurisdiction: XX\nregion: XX-AB\nbase: no-pack")
    (tmp_path / "c.yaml").write_text(overlay.replace("test-pack", "overlay"))
    with pytest.raises(PolicyError) as found:
        load_packs(tmp_path)
    assert "a.yaml:3: jurisdiction: another pack is for XX too." in found.value.problems
    assert "c.yaml:5: base: there is no pack no-pack." in found.value.problems
    (tmp_path / "c.yaml").write_text(overlay.replace("no-pack", "test-pack"))
    (tmp_path / "b.yaml").unlink()
    with pytest.raises(PolicyError, match="an overlay only adds"):
        load_packs(tmp_path)
