"""The process dies between the claim and the confirmation, before or after the letter left."""

import subprocess
import sys
from pathlib import Path

import pytest

from domain.outcomes import Sent
from domain.strategy import MessageClass
from ledger.words import ContactStatus
from tests.activities.dying import AFTER, BEFORE
from tests.activities.world import asked_of_people, log_of, messaging, notice, run

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]


@pytest.fixture
def die(url, mail, book):
    """A process that claims, dies before or after handing the letter over, and leaves the claim."""

    def dies(kind: MessageClass, where: str) -> None:
        command = [sys.executable, "-m", "tests.activities.dying", url, str(mail.smtp_port)]
        ended = subprocess.run(
            [*command, kind, where], cwd=ROOT, check=False, timeout=60, capture_output=True
        )
        assert ended.returncode == 9, ended.stderr.decode()
        assert [row.status for row in log_of(book)] == [ContactStatus.CLAIMED]

    return dies


@pytest.mark.parametrize(("where", "arrived"), [(BEFORE, 0), (AFTER, 1)])
async def test_a_dunning_letter_is_never_sent_again_and_a_person_finds_out(
    book, mail, die, where, arrived
):
    die(MessageClass.DUNNING, where)
    for _ in range(2):
        outcome = await run(messaging(book, mail.smtp_port).send_notice, notice())
        assert outcome.kind is Sent.UNCERTAIN
    assert len(mail.letters()) == arrived
    assert asked_of_people(book) == ["uncertain/gentle"]


@pytest.mark.parametrize(("where", "arrived"), [(BEFORE, 1), (AFTER, 2)])
async def test_a_statutory_letter_goes_out_again_as_the_same_letter(
    book, mail, die, where, arrived
):
    die(MessageClass.STATUTORY, where)
    asked = notice(message_class=MessageClass.STATUTORY)
    outcomes = [
        (await run(messaging(book, mail.smtp_port).send_notice, asked)).kind for _ in range(2)
    ]
    assert outcomes == [Sent.SENT, Sent.ALREADY_SENT]
    assert len(mail.letters()) == arrived
    assert len({(letter.message_id, letter.body) for letter in mail.letters()}) == 1
    assert not asked_of_people(book)
