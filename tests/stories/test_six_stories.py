"""The six stories of the five banks go as they are told, in virtual time and on a real server."""

from dataclasses import replace
from datetime import datetime

import pytest

from commands.calendar_of import Line
from commands.story import differences, lived
from demo.real_stories import timelines
from domain.case import Case
from domain.clock import local_date
from domain.strategy import Outcome, Strategy
from intake.treatments import load_treatments
from simulation.six_stories import STORIES
from simulation.stories import DUE, ZONE, BorrowerStory, instant

TOLD = [(name, bank) for name, told in STORIES.items() for bank in told.strategies]


@pytest.fixture(scope="module")
def banks() -> dict[str, Strategy]:
    return {strategy.name: strategy for strategy in load_treatments().strategies.values()}


def day(at: datetime) -> int:
    return (local_date(at, ZONE) - DUE).days


def life(banks: dict[str, Strategy], name: str, bank: str = "") -> tuple[Case, list[Line]]:
    told = STORIES[name]
    return lived(told, banks[bank or told.strategies[0]])


def on_day(lines: list[Line], kind: str, what: str) -> int:
    """The day of the first line of that kind that begins so."""
    return day(next(line.at for line in lines if line.kind == kind and line.what.startswith(what)))


@pytest.mark.parametrize(("name", "bank"), TOLD)
def test_a_story_goes_as_it_is_told_under_every_strategy_it_belongs_to(name, bank, banks):
    case, lines = life(banks, name, bank)
    assert not differences(STORIES[name], case, lines)
    assert case.outcome is Outcome.CURED
    assert case.outstanding() == 0


def test_each_of_the_three_banks_tells_two_of_the_six_stories():
    first = [told.strategies[0] for told in STORIES.values()]
    assert sorted(first) == ["aibank", "aibank", "pingan", "pingan", "webank", "webank"]


def test_every_letter_of_a_story_can_be_read_in_its_calendar(banks):
    for name in STORIES:
        _, lines = life(banks, name)
        written = [line for line in lines if line.kind == "contact"]
        assert written
        assert all(line.text for line in written)


def test_in_hospital_nobody_is_contacted_and_the_plan_is_paid_on_time(banks):
    case, lines = life(banks, "illness")
    assert not [line for line in lines if line.kind == "contact" and 13 <= day(line.at) < 40]
    assert case.plan is not None
    assert (case.plan.ended, case.plan.missed) == ("completed", 0)


def test_one_late_instalment_of_a_plan_is_spoken_of_and_forgiven(banks):
    case, lines = life(banks, "cash-flow")
    assert on_day(lines, "contact", "instalment_missed-1") == 42
    assert case.plan is not None
    assert (case.plan.ended, case.plan.missed) == ("completed", 1)


def test_after_a_job_loss_the_instalments_grow_and_the_record_is_put_right_on_cure(banks):
    case, lines = life(banks, "job-loss")
    assert case.plan is not None
    amounts = [instalment.amount_minor for instalment in case.plan.instalments]
    assert amounts == sorted(amounts)
    assert case.plan.missed == 0
    assert on_day(lines, "bureau", "adverse report ordered") == 76
    assert on_day(lines, "bureau", "correction ordered") == day(case.now) == 214
    assert not case.reported


def test_what_a_file_lacks_is_named_on_the_day_the_remedy_is_taken_up_not_when_time_is_lost(banks):
    case, lines = life(banks, "unreachable")
    named = next(line for line in lines if line.why.startswith("waits for what is missing"))
    assert all(item in named.why for item in ("identity", "address", "court"))
    assert day(named.at) == on_day(lines, "legal", "payment_order: taken up") == 75
    assert on_day(lines, "filed", "payment_order") > on_day(lines, "evidence", "address")
    assert case.legal is not None
    assert case.legal.limitation_ends is not None
    assert case.today() < case.legal.limitation_ends


def test_without_what_was_missing_nothing_is_ever_filed(banks):
    told = STORIES["unreachable"]
    kept = tuple(h for h in told.happenings if "evidence" not in str(h.event))
    poor = replace(told, happenings=kept)
    case, lines = lived(poor, banks["aibank"])
    assert "filed" not in {line.kind for line in lines}
    assert any("refused" in problem for problem in differences(poor, case, lines))


def test_a_complaint_stops_every_contact_and_what_follows_is_softer(banks):
    case, lines = life(banks, "tone")
    contacts = [line for line in lines if line.kind == "contact"]
    assert not [line for line in contacts if 11 <= day(line.at) < 24]
    after = [line.what for line in contacts if day(line.at) >= 24]
    assert after
    assert not [what for what in after if " by call" in what or " by visit" in what]
    assert case.legal is None
    assert case.collector == "ann"


def test_whoever_refuses_calls_gets_letters_and_the_bureau_hears_only_after_the_notice(banks):
    _, lines = life(banks, "refuses-contact")
    notice = on_day(lines, "contact", "bureau_notice")
    demand = on_day(lines, "contact", "final_demand")
    assert (notice, demand) == (53, 60)
    assert on_day(lines, "bureau", "adverse report ordered") >= demand + 15
    voices = [line for line in lines if line.kind == "contact" and " by call" in line.what]
    assert [day(line.at) for line in voices] == [4]


def test_without_an_approval_nobody_is_reported(banks):
    told = STORIES["refuses-contact"]
    silent = tuple(h for h in told.happenings if "bureau_report" not in str(h.event))
    case, lines = lived(replace(told, happenings=silent), banks["pingan"])
    assert "bureau: not reported" in [f"{line.kind}: {line.what}" for line in lines]
    assert not case.report_asked or not case.reported


def test_a_story_that_goes_another_way_says_where_it_left(banks):
    told = STORIES["illness"]
    unpaid = replace(told, happenings=told.happenings[:-1])
    wrong = differences(unpaid, *lived(unpaid, banks["aibank"]))
    assert any("the story ends cured" in problem for problem in wrong)
    assert any("plan-40: completed" in problem for problem in wrong)
    assert any("rules out" in problem for problem in wrong)


@pytest.mark.parametrize(("name", "bank"), TOLD)
def test_nothing_of_a_story_is_said_after_its_last_day(name, bank):
    told: BorrowerStory = STORIES[name]
    assert all(at < told.ends for at, _ in told.events())
    assert told.ends == instant(told.days)


@pytest.mark.slow
@pytest.mark.parametrize("nth", range(max(len(told.strategies) for told in STORIES.values())))
def test_all_six_stories_have_the_same_timeline_on_the_real_server(nth, banks):
    """Under every strategy they belong to: one server tells a story once, so it is one a round."""
    these = [told for told in STORIES.values() if len(told.strategies) > nth]
    tellings = [(told, banks[told.strategies[nth]]) for told in these]
    real = timelines(tellings)
    lives = [lived(*telling) for telling in tellings]
    assert real == [case.timeline for case, _ in lives]
    for told, (case, lines) in zip(these, lives, strict=True):
        assert not differences(told, case, lines)
        assert case.outcome is told.outcome
