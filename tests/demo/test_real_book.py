"""Real loans, lived in virtual time and on the real server: the same lives."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("REAL_DATA", "nowhere")) / "superlender_loans.csv.gz"

needs_data = pytest.mark.skipif(
    not DATA.exists(), reason="REAL_DATA is not set, or has no superlender_loans.csv.gz"
)


@needs_data
@pytest.mark.slow
@pytest.mark.timeout(400)
def test_real_late_loans_live_the_same_life_on_the_real_server_as_in_virtual_time() -> None:
    """All 24,090 loans in virtual time, and forty late ones with real processes beside them."""
    said = subprocess.run(
        [
            *(sys.executable, str(ROOT / "starter.py"), "rehearse-tape", str(DATA)),
            *("--map", str(ROOT / "policies/tapes/superlender.yaml")),
            *("--on", "temporal", "--sample", "40", "--json"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    book = json.loads(said.stdout)
    assert book["rejected"] == 0
    assert book["late"] == sum(book["outcomes"].values())
    assert book["problems"] == []
    real = book["on_temporal"]
    assert real["problems"] == []
    assert real["cases"] == 40
    assert real["letters"] == real["contacts"] == real["allowed"] > 0
