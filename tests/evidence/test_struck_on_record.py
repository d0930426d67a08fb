"""A struck entry stands in the evidence beside what strikes it, each naming the other."""

import pytest

from channels.evidence.checking import check
from channels.evidence.dealings import papers
from channels.evidence.reading import reader
from channels.evidence.sealing import sealed
from commands.evidence import gathered
from ledger.engine import writing
from ledger.legal_striking import Strike, strike
from tests.evidence.book import KEY, NOON
from tests.evidence.dealt import fill_dealings
from tests.ledger.book import MORNING


@pytest.fixture
def bundle(ledger):
    fill_dealings(ledger)
    with writing(ledger) as session:
        strike(session, Strike("ev-3", "L1", "ev-2", "bob", MORNING, "told of another loan"))
    return gathered(ledger, "L1", NOON, "ann")


def test_the_bundle_has_both_whole_with_who_and_why(bundle):
    says = {entry.id: entry.says for entry in bundle.entries if entry.kind == "legal_event"}
    assert says["ev-2"]["what"] == "issued"
    assert (says["ev-3"]["kind"], says["ev-3"]["reference"]) == ("strike", "ev-2")
    assert (says["ev-3"]["by"], says["ev-3"]["text"]) == ("bob", "told of another loan")
    assert check(sealed(bundle, KEY)).problems == ()


def test_on_the_page_each_names_the_other_by_its_number(bundle):
    read = reader(bundle)
    assert read.lang == "zh"
    number = {entry.id: entry.number for entry in read.of("legal_event")}
    rows = {row[0]: [str(cell) for cell in row] for row in papers(read)}
    assert f"已被撤销，见序号 {number['ev-3']}" in rows[number["ev-2"]][3]
    assert rows[number["ev-3"]][2] == "已撤销"
    assert f"撤销序号 {number['ev-2']}" in rows[number["ev-3"]][3]
    assert "told of another loan" in rows[number["ev-3"]][3]
    assert "撤销" not in rows[number["ev-1"]][3]
