"""A barred debt is never threatened with suit: the text is judged by what the ledger knows."""

from datetime import datetime

import pytest

from channels.guard import guarded
from channels.letters import Letter
from domain.gate.words import Fact
from ledger.engine import reading
from ledger.legal_position import known_of
from tests.legal.office import LAW, pays, told
from tests.strategies import rulebooks


def facts(book, day):
    with reading(book) as session:
        noon = datetime.fromisoformat(f"{day}T04:00:00+00:00")
        return known_of(session, "L1", noon, LAW[1])


def test_a_claim_is_known_as_barred_from_the_day_after_its_last(book):
    assert facts(book, "2028-12-11") == frozenset()
    assert facts(book, "2028-12-12") == {Fact.TIME_BARRED}


def test_a_payment_or_a_demand_that_arrived_takes_that_away(book):
    pays(book, 100, "2026-06-01")
    assert facts(book, "2029-05-31") == frozenset()
    assert facts(book, "2029-06-02") == {Fact.TIME_BARRED}
    told(book, "demand", "2029-05-30", reference="EMS-1")
    assert facts(book, "2029-06-02") == frozenset()


@pytest.mark.parametrize(
    ("law", "text", "rule"),
    [
        ("CN", "逾期不还，我们将依法向人民法院起诉。", "CN-LIM-10"),
        ("US", "Pay by Friday or we will sue.", "US-TB-01"),
    ],
)
def test_st_25_a_text_that_threatens_a_suit_is_refused_once_the_debt_is_barred(law, text, rule):
    letter = Letter("Your loan", text)
    book = rulebooks()[law]
    barred = guarded(letter, book, frozenset({Fact.TIME_BARRED}))
    assert barred is not None
    assert barred.rule == rule
    assert guarded(letter, book) is None
    assert (
        guarded(Letter("您的借款", "请与我们联系。"), book, frozenset({Fact.TIME_BARRED})) is None
    )
