"""Borrowers of today, for whoever stays after the demo: their cases run by the wall clock."""

import asyncio
import json
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from demo.book import Life, one_loan
from demo.door import SOURCE
from demo.people import PLACES, person
from demo.staging import World
from domain.clock import local_date
from domain.money import to_major
from intake.cases import Cases
from intake.connect import connect
from intake.events import LoanEvents
from intake.treatments import load_treatments
from ledger.engine import writing
from ledger.loans import add_loans

_GUESTS = 3
_DAYS_PAST_DUE = 12


def guests(now: datetime) -> list[Life]:
    """Three loans that are late today, each in another place."""
    dice = Random(f"{now:%Y%m%d}")
    return [
        one_loan(
            f"L-{9000 + number}",
            person(9000 + number, dice, place=PLACES[number - 1]),
            local_date(now, "UTC") - timedelta(days=_DAYS_PAST_DUE),
            dice,
        )
        for number in range(1, _GUESTS + 1)
    ]


def welcome(world: World, now: datetime) -> list[Life]:
    """Import the guests and open their cases through the front door."""
    lives = guests(now)
    with writing(world.engine) as session:
        add_loans(session, (life.loan for life in lives), now)
    asyncio.run(_open(world, lives, now))
    return lives


def hints(lives: list[Life], folder: Path, today: date) -> list[str]:
    """Commands to try, each a line that can be pasted; the first is for those after it."""
    loan, other, third = lives[0].loan, *(life.loan.loan.loan_id for life in lives[1:])
    mine, owed = loan.loan.loan_id, loan.instalments[0].amount_minor
    half = to_major(owed // 200 * 100, loan.loan.currency)
    by = today + timedelta(days=10)
    ask = ".venv/bin/python starter.py"
    return [
        f". {folder / 'env'}",
        f"{ask} case list",
        f"{ask} case promise {mine} --amount {half} --by {by}",
        f"{ask} case show {mine}",
        f"{ask} case hold {other} --reason hardship",
        f"{ask} case future {other}",
        f"{ask} case reason {third} job_loss",
        f"{ask} offer list {third}",
        f"{ask} ledger show {third}",
        f"{ask} case why L-0022",
    ]


async def _open(world: World, lives: list[Life], now: datetime) -> None:
    cases = Cases(await connect(world.settings), world.settings.task_queue)
    events = LoanEvents(world.engine, cases, load_treatments())
    for life in lives:
        loan_id = life.loan.loan.loan_id
        event = {
            "specversion": "1.0",
            "id": f"{loan_id}-overdue",
            "source": SOURCE,
            "type": "loan.instalment.overdue",
            "time": now.isoformat(),
            "data": {"loan_id": loan_id},
        }
        await events.take(json.dumps(event).encode(), 1, now)
