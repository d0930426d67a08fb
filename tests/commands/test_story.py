"""The `story` command tells by name, and its exit code says whether it went as it is told."""

import json

import pytest

from simulation.six_stories import STORIES


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
def test_a_story_on_the_real_server_is_compared_with_virtual_time(run):
    result = run("story", "tone", "--on", "temporal", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["as_told"]
