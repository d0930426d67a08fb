"""The `story` command tells by name, and its exit code says whether it went as it is told."""

import json
from dataclasses import replace

import pytest

from commands.rehearse import chosen_treatment
from commands.story import lived, timelines_differ
from domain.case import Case
from intake.treatments import load_treatments
from simulation.six_stories import STORIES


def in_virtual_time(name: str) -> Case:
    told = STORIES[name]
    return lived(told, chosen_treatment(load_treatments(), told.strategies[0]))[0]


def test_without_a_name_the_stories_are_listed_in_both_languages(run):
    listed = json.loads(run("story", "--json").stdout)
    assert [told["name"] for told in listed] == list(STORIES)
    assert all(told["en"].isascii() and not told["zh"].isascii() for told in listed)
    assert "unreachable" in run("story").stdout


def test_a_story_prints_its_calendar_and_that_it_went_as_told(run):
    result = run("story", "refuses-contact")
    assert result.exit_code == 0
    assert "At the end: cured." in result.stdout
    assert "silence until" in result.stdout
    assert "It went as it is told." in result.stdout


def test_under_a_strategy_that_it_does_not_belong_to_a_story_may_go_another_way(run):
    result = run("story", "job-loss", "--strategy", "standard", "--json")
    answer = json.loads(result.stdout)
    assert result.exit_code == 1
    assert not answer["as_told"]
    assert any("bureau_notice" in problem for problem in answer["problems"])
    assert answer["calendar"]


def test_a_story_that_nobody_tells_is_named(run):
    result = run("story", "windfall")
    assert result.exit_code == 2
    assert "there are: illness, cash-flow" in result.stderr


@pytest.mark.slow
def test_a_story_on_the_real_server_prints_the_same_calendar_and_that_the_timelines_are_one(run):
    virtual, real = run("story", "tone"), run("story", "tone", "--on", "temporal")
    assert real.exit_code == 0, real.output
    before, compared, after = real.stdout.rpartition("Lived on a real server too: its timeline of ")
    assert compared
    count, _, told = after.partition(" entries is the same.\n")
    assert before + told == virtual.stdout
    case = in_virtual_time("tone")
    assert int(count) == len(case.timeline) > 5


@pytest.mark.slow
def test_the_json_of_a_story_says_what_it_was_compared_with(run):
    result = run("story", "tone", "--on", "temporal", "--json")
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    assert answer["as_told"]
    assert answer["compared"].startswith("Lived on a real server too")
    assert json.loads(run("story", "tone", "--json").stdout)["compared"] == ""


def test_a_server_that_lives_it_otherwise_is_told_with_the_first_entry_that_differs(
    run, monkeypatch
):
    def otherwise(told, treatment):
        *early, last = lived(told, treatment)[0].timeline
        return [*early, replace(last, detail="another end")]

    monkeypatch.setattr("commands.story.lived_for_real", otherwise)
    result = run("story", "tone", "--on", "temporal")
    assert result.exit_code == 1
    assert "the timelines differ" in result.stderr
    assert "another end" in result.stderr
    assert "is the same" not in result.stdout
    assert "It went as it is told" not in result.stdout


def test_a_timeline_that_ends_early_differs_where_it_ends():
    case = in_virtual_time("tone")
    said = timelines_differ(case.timeline, case.timeline[:-1])
    assert said.startswith(f"From entry {len(case.timeline)} on ")
    assert said.endswith("on the real server no more.")
    assert timelines_differ(case.timeline, list(case.timeline)) == ""
