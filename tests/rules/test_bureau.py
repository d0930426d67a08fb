"""What a bureau may be told and when: notices first, disputes marked, cures corrected."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.bureau import (
    ReportKind,
    Standing,
    delete_on,
    follows,
    refusal,
    report_from,
)

TOLD = date(2026, 5, 1)
CN = Standing("CN", date(2026, 6, 1), TOLD, 15, consent=True)
US = Standing("US", date(2026, 5, 15), TOLD, 0)


def rule(standing: Standing) -> str:
    refused = refusal(standing)
    return refused.rule if refused else ""


def test_a_late_debt_may_be_reported_after_notice_and_consent():
    assert rule(CN) == ""


def test_nobody_in_china_is_reported_without_being_told_first():
    assert rule(replace(CN, noticed_on=None)) == "CN-CR-01"  # ST-14


def test_nobody_in_china_is_reported_without_written_consent():
    assert rule(replace(CN, consent=False)) == "CN-CR-02"


def test_the_borrower_has_the_days_of_the_notice():
    assert rule(replace(CN, today=date(2026, 5, 15))) == "CN-CR-01"
    assert rule(replace(CN, today=date(2026, 5, 16))) == ""


def test_in_the_us_fourteen_days_must_bring_no_bounce():
    assert report_from(US) == date(2026, 5, 15)  # DC-13
    assert rule(US) == ""
    assert rule(replace(US, today=date(2026, 5, 14))) == "US-CR-01"
    assert rule(replace(US, noticed_on=None)) == "US-CR-01"


def test_in_the_us_a_conversation_is_enough_once_the_notice_is_out():
    assert report_from(replace(US, spoken_on=date(2026, 5, 4))) == date(2026, 5, 4)
    assert report_from(replace(US, spoken_on=date(2026, 4, 1))) == TOLD
    assert report_from(replace(US, spoken_on=date(2026, 6, 1))) == date(2026, 5, 15)
    assert report_from(replace(US, spoken_on=TOLD, notice_days=30)) == date(2026, 5, 31)


@pytest.mark.parametrize(
    ("hold", "expected"),
    [("military", "US-SCRA-02"), ("moratorium", "bureau-hold"), ("dispute", ""), ("", "")],
)
def test_some_holds_keep_the_bureau_away(hold, expected):
    assert rule(replace(US, on_hold=hold)) == expected


def test_nothing_is_reported_that_is_not_late_or_has_no_bureau():
    assert rule(replace(CN, late=False)) == "nothing-due"
    assert rule(replace(CN, jurisdiction="UG")) == "no-bureau"


def test_an_entry_is_deleted_on_its_day():
    first, cured = date(2025, 3, 1), date(2026, 3, 2)
    assert delete_on("CN", first, cured) == date(2031, 3, 2)  # DC-10, CN-CR-03
    assert delete_on("CN", first, None) is None
    assert (
        delete_on("US", first, None) == delete_on("US", first, cured) == date(2032, 8, 28)
    )  # US-CR-06


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 4000))
def test_a_cure_never_moves_the_us_clock_and_a_default_never_starts_the_chinese_one(first, later):
    cured = first + timedelta(days=later)
    assert delete_on("US", first, cured) == delete_on("US", first, None)
    assert delete_on("CN", first, cured) == delete_on("CN", cured, cured)


A, C, D, X = ReportKind.ADVERSE, ReportKind.CURED, ReportKind.DISPUTED, ReportKind.DELETE
OVER = ReportKind.DISPUTE_OVER


@pytest.mark.parametrize(
    ("before", "may"),
    [
        ((), {A}),
        ((A,), {C, D, X}),
        ((A, D), {C, OVER, X}),
        ((A, D, OVER), {C, D, X}),
        ((A, C), {A, D, X}),
        ((A, C, A), {C, D, X}),
        ((A, X), {A}),
    ],
)
def test_only_what_was_reported_is_corrected_and_nothing_is_said_twice(before, may):
    assert {kind for kind in ReportKind if follows(before, kind)} == may
