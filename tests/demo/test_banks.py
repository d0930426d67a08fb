"""The sample book uses the strategies of the five banks to their ends, and its loans are lawful."""

from collections.abc import Iterable
from datetime import date

import pytest

from demo.bank_tales import AT_THE_BANKS
from demo.book import STRATEGIES, Life, sample_book
from demo.month_ends import month_ends
from domain.amortisation import internal_rate
from domain.clock import local_date
from domain.facts import CourtSaid
from domain.lawful import RATE_CAPS
from domain.strategy import Outcome
from policies.calendars import rest_days
from tests.demo.telling import Told

BANKS = ("yillion", "aibank", "webank", "commercial", "pingan")

ENDS = {
    "pays on the payment order": (
        "yillion",
        "stage: court",
        "legal: payment_order: taken up",
        "evidence: contract",
        "evidence: no_dispute",
        "approval: file-payment_order: approved by sven",
        "filed: payment_order",
        "court: payment_order: filed",
        "court: payment_order: accepted",
        "court: payment_order: issued",
        "court: payment_order: served",
        "outcome: cured",
    ),
    "is not heard by the court, pays the agency": (
        "yillion",
        "filed: payment_order",
        "court: payment_order: refused",
        "legal: enforcement: passed over, there is no title",
        "approval: placement: approved by sven",
        "stage: placed",
        "agency: reported: promised",
        "agency: north: recalled, cured",
        "outcome: cured",
    ),
    "is spared the court, pays the agency": (
        "yillion",
        "approval: file-payment_order: declined by sven",
        "approval: placement: approved by sven",
        "stage: placed",
        "outcome: cured",
    ),
    "objects to the order, and pays when sued": (
        "aibank",
        "court: payment_order: objected",
        "court: payment_order: terminated",
        "legal: suit: taken up",
        "filed: suit",
        "court: suit: docketed",
        "outcome: cured",
    ),
    "pays after a visit by two": (
        "webank",
        "notice: visit by visit: sent",
        "reached: by visit",
        "outcome: cured",
    ),
    "pays after the lawyer's letter": (
        "webank",
        "evidence: contract",
        "filed: lawyers_letter",
        "court: lawyers_letter: sent",
        "outcome: cured",
    ),
    "has an account frozen, and pays when sued": (
        "commercial",
        "evidence: security",
        "filed: preservation",
        "legal: preservation: secured",
        "filed: suit",
        "court: suit: served",
        "outcome: cured",
    ),
    "is told ahead, and pays late": (
        "commercial",
        "opened: 3 days before the due date",
        "notice: due_soon",
        "stage: remind",
        "notice: gentle",
        "outcome: cured",
    ),
    "is met by the year-end campaign, and pays": (
        "pingan",
        "notice: gentle by sms: sent",
        "notice: year_end_options-2025 by email: sent",
        "notice: reminder by email: sent",
        "notice: year_end_call-2025 by call: sent",
        "outcome: cured",
    ),
    "is told ahead, and pays in time": (
        "pingan",
        "opened: 5 days before the due date",
        "notice: due_soon",
        "payment: ",
        "outcome: paid_in_time",
    ),
    "is reported to the bureau, and put right": (
        "pingan",
        "notice: bureau_notice",
        "notice: final_demand",
        "approval: bureau_report: approved by sven",
        "bureau: adverse report ordered",
        "filed: lawyers_letter",
        "court: lawyers_letter: sent",
        "legal: lawyers_letter: failed",
        "legal: mediation: taken up",
        "outcome: cured",
        "bureau: correction ordered",
    ),
}
"""Each tale of a bank: its strategy, and beginnings of lines of its timeline, in their order."""


def never_came(told: Told, turns: Iterable[str]) -> str:
    """The first turn that the life never came to where it should; empty when it had them all."""
    left = iter(f"{entry.what}: {entry.detail}" for entry in told.timeline)
    return next((turn for turn in turns if not any(line.startswith(turn) for line in left)), "")


@pytest.mark.parametrize("tale", ENDS)
def test_a_tale_of_a_bank_goes_to_its_end(tale, told):
    life = next(t for t in told if t.life.tale == tale)
    strategy, *turns = ENDS[tale]
    assert life.life.strategy == strategy
    assert never_came(life, turns) == ""


def test_every_tale_of_a_bank_is_told_here_to_its_end():
    assert set(ENDS) == {tale.name for tale in AT_THE_BANKS}


def test_the_five_strategies_are_used_by_tales_of_their_own_and_by_those_who_simply_pay(book):
    own = {life.strategy for life in book.lives if life.tale in ENDS}
    simple = {life.strategy for life in book.lives if life.tale not in ENDS}
    assert own == set(BANKS)
    assert simple == set(STRATEGIES)


@pytest.mark.parametrize("seed", range(1, 9))
def test_no_seed_brings_a_tale_of_a_bank_to_another_end(seed, tell_of):
    """Due dates move with the seed, and with them holidays, courts and the hours of contacts."""
    for told in tell_of(sample_book(seed, borrowers=0)):
        if told.life.tale in ENDS:
            assert never_came(told, ENDS[told.life.tale][1:]) == "", told.life.tale
            assert not [e for e in told.timeline if e.what == "refused"], told.life.tale
            assert told.cases[-1].outcome in (Outcome.CURED, Outcome.PAID_IN_TIME)


def test_courts_speak_on_working_days_one_thing_a_day(book):
    for life in book.lives:
        said = [h.event.on for h in life.happenings if isinstance(h.event, CourtSaid)]
        assert said == sorted(set(said))
        assert not [on for on in said if on in rest_days("CN")]


def test_the_tale_of_a_report_leaves_a_month_end_before_the_cure_and_one_after_it(book, told):
    life = next(t for t in told if t.life.tale == "is reported to the bureau, and put right")
    at = {entry.detail: entry.at for entry in life.timeline if entry.what == "bureau"}
    ordered, corrected = at["adverse report ordered"], at["correction ordered"]
    ends = list(month_ends(book))
    assert any(ordered < end < corrected for end in ends)
    assert any(corrected < end for end in ends)


def test_month_ends_are_the_last_days_of_the_months_of_the_half_year(book):
    assert [local_date(at, "UTC") for at in month_ends(book)] == [
        date(2025, 7, 31), date(2025, 8, 31), date(2025, 9, 30),
        date(2025, 10, 31), date(2025, 11, 30), date(2025, 12, 31),
    ]  # fmt: skip


def yearly_cost(life: Life) -> int | None:
    """What the loan costs a year in all, in millionths, as `ledger show` counts it."""
    loan, lent = life.loan.loan, life.loan.loan.disbursed_on
    assert lent is not None
    back = [(one.due, one.amount_minor) for one in life.loan.instalments]
    return internal_rate([(lent, -loan.principal_minor), *back])


@pytest.mark.parametrize("seed", range(1, 4))
def test_every_loan_costs_about_twelve_per_cent_a_year_and_less_than_any_cap(seed):
    cap = min(ppm for _, ppm in RATE_CAPS.values())
    for life in sample_book(seed).lives:
        cost = yearly_cost(life)
        assert cost is not None
        assert 115_000 < cost < 135_000 < cap, (life.loan.loan.loan_id, cost)
