"""Four worker processes and the forty loans of one person, all due at once."""

import subprocess
import sys
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlmodel import select

from ledger.case_tables import ContactRow
from ledger.claims import Claimed
from ledger.decisions import verify
from ledger.engine import reading, writing
from ledger.rights import exercise
from ledger.values import ContactPoint
from ledger.words import PointChannel
from tests.activities.ways import agreed
from tests.ledger.book import MAIL, MORNING, PHONE, a_loan, claim
from tests.ledger.claiming import LOANS, asked

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
WORKERS = 4
POINTS = (
    MAIL,
    PHONE,
    ContactPoint(PointChannel.DEVICE, "token"),
    ContactPoint(PointChannel.POSTAL, "北京市和平路1号"),
    ContactPoint(PointChannel.SOCIAL, "wechat"),
)


@pytest.fixture
def person(ledger):
    """Forty late loans of one person, who can be reached by every channel."""
    with writing(ledger) as session:
        for number in range(LOANS):
            a_loan(session, f"L{number}", points=POINTS)
        exercise(session, agreed(), MORNING)
    return ledger


def at_once(url: str, go: Path, merge_days: int = 0) -> dict[str, list[str]]:
    """What came of each loan, when four processes begin at the same moment."""
    command = [sys.executable, "-m", "tests.ledger.claiming", url]
    with ExitStack() as stack:
        workers = [
            stack.enter_context(
                subprocess.Popen(
                    [*command, str(n), str(WORKERS), str(merge_days), str(go)],
                    cwd=ROOT,
                    text=True,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                )
            )
            for n in range(WORKERS)
        ]
        for worker in workers:
            assert worker.stdout is not None
            assert worker.stdout.readline() == "ready\n", worker.communicate()[1]
        go.touch()
        said = [worker.communicate(timeout=120) for worker in workers]
    assert [worker.returncode for worker in workers] == [0] * WORKERS, [err for _, err in said]
    lines = [line.split() for out, _ in said for line in out.splitlines()]
    return {loan: what for loan, *what in lines}


def test_a_person_hears_from_us_once_a_day_whatever_loan_channel_or_worker(url, person, tmp_path):
    answers = at_once(url, tmp_path / "go")
    assert Counter(tuple(answer) for answer in answers.values()) == {
        ("claimed", "0"): 1,
        ("deferred", "CN-DAY-01"): LOANS - 1,
    }
    with reading(person) as session:
        assert len(session.exec(select(ContactRow)).all()) == 1
        assert verify(session) == []


def test_one_letter_speaks_of_all_forty_loans_and_stands_for_the_other_letters(
    url, person, tmp_path
):
    answers = at_once(url, tmp_path / "go", merge_days=7)
    assert Counter(tuple(answer) for answer in answers.values()) == {
        ("claimed", "39"): 1,
        ("already_sent", "merged-letter"): LOANS - 1,
    }
    with reading(person) as session:
        rows = session.exec(select(ContactRow)).all()
        (letter,) = [row for row in rows if row.covers]
        assert set(letter.covers) | {letter.loan_id} == {f"L{n}" for n in range(LOANS)}
        assert verify(session) == []
    for number in range(LOANS):
        again = claim(person, asked(number, 7))
        assert not isinstance(again, Claimed)
        assert again.rule == ("at-most-once" if letter.loan_id == f"L{number}" else "merged-letter")
