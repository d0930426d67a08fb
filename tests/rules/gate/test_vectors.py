"""The contact vectors of the rules, where a copy lies beside the loan data."""

import json
import os
from pathlib import Path

import pytest

from policies.asking import answer


def test_every_vector_is_answered_as_expected(subtests):
    data = os.environ.get("REAL_DATA")
    file = Path(data or ".").parent / "rules" / "contact_vectors.json"
    if not data or not file.exists():
        pytest.skip("REAL_DATA is not set, or has no rules beside it")
    for case in json.loads(file.read_text(encoding="utf-8")):
        with subtests.test(case["id"]):
            assert answer(case) == case["expected"], case["why"]
