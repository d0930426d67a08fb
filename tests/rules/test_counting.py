"""Counts are said as people say them."""

import ast
import re
from pathlib import Path

import pytest

from domain.counting import counted

COMMANDS = Path(__file__).parents[2] / "commands"

SAYS_ONE_APART = {"asking.py", "story.py"}
"""Files that never say one of what they count."""


@pytest.mark.parametrize(
    ("number", "what", "said"),
    [
        (0, "loan", "0 loans"),
        (1, "loan", "1 loan"),
        (2, "loan", "2 loans"),
        (1, "strategy", "1 strategy"),
        (6, "strategy", "6 strategies"),
        (1, "day", "1 day"),
        (3, "day", "3 days"),
        (2, "batch", "2 batches"),
        (2, "reply", "2 replies"),
        (1, "person", "1 person"),
        (9, "person", "9 people"),
        (2, "mass hold", "2 mass holds"),
        (1, "band of age", "1 band of age"),
        (2, "band of age", "2 bands of age"),
    ],
)
def test_one_thing_is_not_said_as_many(number, what, said):
    assert counted(number, what) == said


def test_no_command_says_how_many_with_a_fixed_plural():
    found = [
        f"{file.name}: {text}"
        for file in sorted(COMMANDS.glob("*.py"))
        if file.name not in SAYS_ONE_APART
        for text in fixed_plurals(file.read_text("utf-8"))
    ]
    assert found == []


def fixed_plurals(source: str) -> list[str]:
    """Texts in which a length is followed by a word in the plural."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.JoinedStr):
            continue
        for part, after in zip(node.values, node.values[1:], strict=False):
            length = isinstance(part, ast.FormattedValue) and "len(" in ast.unparse(part.value)
            text = after.value if isinstance(after, ast.Constant) else ""
            if length and re.match(r" (\w+ )?\w+s\b", str(text)):
                found.append(str(text))
    return found
