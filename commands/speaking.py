"""Telling the case of a loan what was just written into the ledger, if anybody can be asked to."""

from commands.doors import House, now
from commands.saying import complain
from domain.facts import Fact
from intake.connect import Unanswered
from intake.speaking import Speaker
from ledger.cases import open_case_of
from ledger.engine import reading


async def told(house: House, loan_id: str, fact: Fact | None = None) -> bool:
    """Whether the case knows now, with what else waits to be told about the loan; True without one.

    Otherwise `starter.py doors` tells it later, or the next call; of money it learns before its
    next contact at the latest.
    """
    with reading(house.engine) as session:
        mine = open_case_of(session, loan_id)
    if mine is None:
        return True
    try:
        if fact is not None:
            await (await house.cases()).tell(mine.case_id, fact)
        await Speaker(house.engine, house.cases).speak(now(), loan_id)
    except Unanswered as away:
        complain(f"Recorded, and the case not told yet: {away}")
        return False
    return True
