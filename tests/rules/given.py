"""The worked cases that lie beside the real data, by id; none where there is no copy."""

import json
import os
from pathlib import Path
from typing import Any

import pytest


def cases(name: str) -> list[Any]:
    """The cases of `rules/NAME` beside the folder of REAL_DATA, as parameters with their ids."""
    root = os.environ.get("REAL_DATA")
    file = Path(root).parent / "rules" / name if root else None
    if file is None or not file.is_file():
        return []
    return [pytest.param(case, id=case["id"]) for case in json.loads(file.read_text("utf-8"))]


def holds(expected: Any, answer: Any) -> bool:
    """Whether the answer says all that is expected; it may say more."""
    if isinstance(expected, dict):
        return all(name in answer and holds(part, answer[name]) for name, part in expected.items())
    return bool(expected == answer)
