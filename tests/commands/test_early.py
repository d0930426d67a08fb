"""What is said before a due date, as a manager sees it: rehearsed and drawn."""

import json

import pytest

from commands.strategy_drawing import drawing
from policies.strategy_files import FOLDER, load_strategy

PINGAN = load_strategy(FOLDER / "pingan.yaml")
STANDARD = load_strategy(FOLDER / "standard.yaml")


def rehearsed(run, *more):
    """The calendar of somebody who owes 400.00 on 10 June 2026."""
    result = run("rehearse", "--due", "2026-06-10", "--amount", "400", "--json", *more)
    assert result.exit_code == 0
    return json.loads(result.stdout)["calendar"]


def test_a_rehearsal_begins_with_the_early_notices_where_the_strategy_has_them(run):
    lines = rehearsed(run, "--strategy", "pingan", "--days", "8")
    assert lines[0]["what"] == "5 days before the due date"
    made = [line for line in lines if line["kind"] == "contact"]
    assert [line["what"] for line in made] == [
        "due_soon by sms: sent",
        "due_tomorrow by email: sent",
        "gentle by sms: sent",
    ]
    assert "¥400.00" in made[0]["text"]
    assert "2026年6月10日" in made[1]["text"]


def test_a_rehearsal_of_another_strategy_begins_the_day_after(run):
    assert rehearsed(run, "--days", "2")[0]["what"] == "1 days past due"


def test_an_amount_that_would_never_be_late_is_not_rehearsed(run):
    result = run("rehearse", "--due", "2026-06-10", "--amount", "1", "--strategy", "pingan")
    assert result.exit_code == 1
    assert "no case would open" in result.stderr


@pytest.mark.parametrize(
    "words", ["Due date 到期前提醒", "5 days before 提前5天", "not paid by the due date 到期未还"]
)
def test_the_picture_shows_the_days_before_the_due_date(words):
    assert words in drawing(PINGAN)
    assert words not in drawing(STANDARD)
