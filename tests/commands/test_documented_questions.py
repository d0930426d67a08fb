"""The questions shown in docs/operating.md are asked as they stand there, and answered so."""

import json
import re
from pathlib import Path

import pytest

from commands.ask import KINDS
from tests.commands.conftest import Run

OPERATING = Path(__file__).parents[2] / "docs" / "operating.md"
SHOWN = re.compile(r"^### `ask (\S+)`\n.*?^```json\n(.*?)^```\n+^```jsonl\n(.*?)^```$", re.M | re.S)
"""A kind, the cases asked, and the lines answered."""


def shown() -> dict[str, tuple[str, str]]:
    """The documented cases and answers, by kind."""
    text = OPERATING.read_text(encoding="utf-8")
    section = text.split("\n## What-if questions\n")[1].split("\n## ")[0]
    return {kind: (asked, answered) for kind, asked, answered in SHOWN.findall(section)}


def test_every_kind_of_question_has_an_example_and_no_other_is_shown():
    assert set(shown()) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_the_documented_question_is_answered_as_documented(run: Run, tmp_path, kind):
    asked, answered = shown()[kind]
    file = tmp_path / "asked.json"
    file.write_text(asked, encoding="utf-8")
    result = run("ask", kind, file)
    assert result.exit_code == 0, result.output
    given = [json.loads(line) for line in result.stdout.splitlines()]
    assert given == [json.loads(line) for line in answered.splitlines()]
    assert [line["id"] for line in given] == [case["id"] for case in json.loads(asked)]
