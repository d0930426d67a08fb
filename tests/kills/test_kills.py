"""Kill -9 at random moments during two hundred cases: nothing lost, nothing twice."""

import asyncio
import random
from collections import Counter
from pathlib import Path

import pytest
from sqlmodel import select

from domain.case import Entry
from domain.gate.words import Channel
from domain.steps import MessageClass
from intake.treatments import load_treatments
from ledger import decisions
from ledger.by_hand import NOT_MADE
from ledger.case_tables import ContactRow, DecisionRow, TaskRow
from ledger.engine import reading
from ledger.journal import unbalanced
from ledger.words import ContactStatus
from tests.kills.town import Soul, Town, people

SOULS = 200
_MADE = (ContactStatus.SENT, ContactStatus.SENT_UNCERTAIN)


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_killing_workers_and_the_server_loses_nothing_and_sends_nothing_twice(
    tmp_path: Path,
) -> None:
    strategy = load_treatments().chosen(None, "standard")  # type: ignore[arg-type]  # from a file
    town, souls = Town(tmp_path, strategy), people(SOULS, seed=11)
    try:
        town.settle(souls)
        asyncio.run(_lives_under_fire(town, souls))
        _check_lives(town, souls)
        _check_letters(town)
    finally:
        town.close()


async def _lives_under_fire(town: Town, souls: list[Soul]) -> None:
    dice = random.Random(7)
    lives = asyncio.create_task(town.live(souls))
    for strike in 2 * (town.kill_worker, town.kill_worker, town.kill_server):
        await asyncio.sleep(dice.uniform(4, 9))
        strike()
    await lives


def _check_lives(town: Town, souls: list[Soul]) -> None:
    """Every case heard every payment once, ended cured, and contacted nobody after that."""
    assert set(town.lives) == {soul.loan_id for soul in souls}
    for loan_id, timeline in town.lives.items():
        assert [entry.detail for entry in timeline if entry.what == "outcome"] == ["cured"], loan_id
        assert timeline[-1].what == "outcome", loan_id
        assert sum(entry.what == "payment" for entry in timeline) == 2, loan_id
        made = [_step(entry) for entry in timeline if _made(entry)]
        assert len(made) == len(set(made)), loan_id


def _check_letters(town: Town) -> None:
    """What was allowed was made once, or may have been and is named; and cases know the same.

    A call that was listed comes off the list unmade when its case ends.
    """
    with reading(town.engine) as session:
        contacts = session.exec(select(ContactRow)).all()
        allowed = session.exec(
            select(DecisionRow.key).where(
                DecisionRow.what == "contact", DecisionRow.verdict == "allowed"
            )
        ).all()
        tasks = session.exec(select(TaskRow)).all()
        assert decisions.verify(session) == []
        assert unbalanced(session) == []
    statuses = Counter(str(contact.status) for contact in contacts)
    due = len(set(allowed))
    print(f"letters due {due}, {dict(statuses)}")
    assert due > SOULS // 4, "too few letters to have seen anything"
    off_the_list = sum(contact.rule == NOT_MADE for contact in contacts)
    assert statuses["sent"] + statuses["sent_uncertain"] + off_the_list == due
    assert sum(task.what.startswith("uncertain") for task in tasks) == statuses["sent_uncertain"]

    in_cases = Counter(
        _step(entry) for life in town.lives.values() for entry in life if _made(entry)
    )
    assert in_cases == Counter(c.step for c in contacts if c.status in _MADE or c.rule == NOT_MADE)

    arrived = Counter(letter.message_id for letter in town.mail.letters())
    letters = {c.message_id: c for c in contacts if c.channel is Channel.EMAIL}
    twice = [key for key, count in arrived.items() if count > 1]
    assert [key for key in twice if letters[key].message_class is MessageClass.DUNNING] == []
    assert set(arrived) <= set(letters)
    assert {key for key, c in letters.items() if c.status is ContactStatus.SENT} <= set(arrived)


def _made(entry: Entry) -> bool:
    how = entry.detail.split(": ")[-1].split(" ")[0]
    return entry.what == "notice" and how in ("sent", "already_sent", "sent_uncertain")


def _step(entry: Entry) -> str:
    return entry.detail.split(" by ")[0]
