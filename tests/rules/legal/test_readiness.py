"""The readiness gate: what is missing, since when, and under which rule."""

from datetime import date, timedelta

import pytest

from domain.legal.readiness import add, barred, missing, take
from domain.legal.remedies import Evidence, Prepared
from tests.rules.legal.law import BEGUN, CALENDARS, everything, file_of, remedy


def lacking(file, today=BEGUN):
    return {lack.item: lack for lack in missing(file.remedy, file, today, CALENDARS)}


def test_nothing_is_missing_when_everything_is_on_file():
    assert lacking(file_of("payment_order")) == {}


def test_each_missing_item_is_named_with_its_rule_and_the_day_it_was_first_wanted():
    file = file_of("payment_order", found=())
    later = BEGUN + timedelta(days=40)
    take(file, Prepared(remedy("payment_order"), everything(remedy("payment_order"))[:3]), later)
    found = lacking(file, later)
    assert list(found) == ["calculation", "identity", "address", "court", "no_dispute"]
    assert found["court"].rule == "CN-PO-02"
    assert found["address"].since == BEGUN


def test_what_was_there_and_is_gone_is_missing_since_it_went():
    file = file_of("payment_order")
    gone = date(2026, 3, 20)
    without = tuple(e for e in everything(remedy("payment_order")) if e.item != "address")
    take(file, Prepared(remedy("payment_order"), without), gone)
    assert lacking(file, date(2026, 4, 1))["address"].since == gone


def test_what_people_bring_is_missing_no_more():
    file = file_of("payment_order", found=everything(remedy("payment_order"))[1:])
    add(file, Evidence("contract", BEGUN, "DMS-1"), BEGUN)
    assert lacking(file) == {}


def test_a_barred_claim_is_never_ready():
    file = file_of("suit")
    file.limitation_ends = date(2026, 6, 30)
    assert lacking(file, date(2026, 6, 30)) == {}
    assert barred(file, date(2026, 7, 1))
    lack = lacking(file, date(2026, 9, 1))["limitation"]
    assert (lack.rule, lack.since) == ("CN-LIM-10", date(2026, 7, 1))


def test_st_25_a_suit_in_the_us_needs_a_lawyers_word_that_the_debt_is_not_barred():
    file = file_of("suit", "US", everything(remedy("suit", "US"), date(2026, 1, 5))[:-1])
    assert lacking(file, date(2026, 6, 1))["limitation_opinion"].rule == "US-TB-01"


def test_st_32_no_enforcement_in_the_eu_without_forbearance_once_the_directive_applies():
    file = file_of("suit", "EU", everything(remedy("suit", "EU")))
    file.evidence = [e for e in file.evidence if e.item != "forbearance"]
    assert lacking(file, date(2026, 11, 19)) == {}
    assert lacking(file, date(2026, 11, 20))["forbearance"].rule == "EU-CCD-01"


def test_st_31_a_loan_that_was_sold_needs_its_transfer_notice():
    file = file_of("suit", "EU")
    file.evidence = [e for e in file.evidence if e.item != "transfer_notice"]
    assert lacking(file)["transfer_notice"].rule == "EU-CS-02"


# name, jurisdiction, item, the day of it, the first day it may be used
RIPE = """
suit    US validation_notice 2026-06-30 2026-08-06 DC-12
suit    UK default_notice    2026-03-02 2026-03-16 DC-20
suit    UK letter_of_claim   2026-03-02 2026-04-01
""".strip().splitlines()


@pytest.mark.parametrize("line", RIPE, ids=lambda line: line.split()[-1])
def test_a_notice_must_ripen_before_the_remedy_may_be_used(line):
    name, law, item, on, ripe = line.split()[:5]
    wanted = remedy(name, law)
    old = date(2025, 1, 6)
    found = (*everything(wanted, old), Evidence(item, date.fromisoformat(on), "N2"))
    file = file_of(name, law, found)
    first = date.fromisoformat(ripe)
    lack = lacking(file, first - timedelta(days=1))[item]
    assert (lack.ripe_on, lack.why) == (first, f"not before {ripe}")
    assert lacking(file, first) == {}
