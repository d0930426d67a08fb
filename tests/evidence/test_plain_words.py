"""No page shows how our program writes nothing, or says one thing twice."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest

from channels.evidence.reading import pairs, reader
from channels.evidence.sections import sections
from tests.evidence.book import NASTY, the_bundle
from tests.evidence.dealt import the_dealt_bundle

PYTHON = re.compile(r"\(\)|\[\]|\{\}|\bNone\b|\bTrue\b|\bFalse\b")

every_page = pytest.mark.parametrize("bundle", [the_bundle, the_dealt_bundle])
both_languages = pytest.mark.parametrize("lang", ["zh", "en"])


def cells(bundle, lang) -> list[str]:
    """Every cell and fact of the page, without what a person wrote to confuse it."""
    found = []
    for section in sections(replace(reader(bundle()), lang=lang)):
        for row in (*section.get("rows", ()), *(t["facts"] for t in section.get("texts", ()))):
            found += [str(cell).replace(NASTY, "") for cell in row]
    return found


@every_page
@both_languages
def test_no_value_of_our_program_stands_on_a_page(bundle, lang):
    shown = [cell for cell in cells(bundle, lang) if cell != "None on record."]
    assert [cell for cell in shown if PYTHON.search(cell)] == []


@both_languages
def test_what_holds_nothing_is_left_out_however_deep(lang):
    read = replace(reader(the_bundle()), lang=lang)
    nothing = {"terms": {}, "facts": {"was": None, "zones": [{}]}, "inputs": [None, ""]}
    assert pairs(read, nothing) == ""
    assert pairs(read, nothing | {"number": 0}).endswith(" = 0")


@every_page
@both_languages
def test_no_decision_says_its_verdict_twice(bundle, lang):
    read = replace(reader(bundle()), lang=lang)
    for section in sections(read):
        for row in section.get("rows", ()):
            for cell in row:
                parts = str(cell).split(", ")
                assert all(one != two for one, two in pairwise(parts)), cell
    assert all(
        read.about(entry) != read.word(entry.says["verdict"], entry.says["what"])
        for entry in read.of("decision")
    )


@both_languages
def test_a_decision_on_an_approval_or_an_offer_names_which(lang):
    read = replace(reader(the_dealt_bundle()), lang=lang)
    about = {(entry.says["what"], read.about(entry)) for entry in read.of("decision")}
    assert {("approval", "waiver-1"), ("approval", "O1/approval"), ("offer", "O1")} <= about
