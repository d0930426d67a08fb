"""A worker learns the strategies that others begin to use, from the texts that the ledger keeps."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from domain.known import NotKnown, know, knows
from ledger.engine import reading
from ledger.strategies import strategy_ids, strategy_text
from policies.files import PolicyError
from policies.strategy_files import load_strategy

EVERY_SECONDS = 1.0
"""A case under a new strategy waits about so long, and then for the server to try it again."""

log = structlog.get_logger("learning")


def learn(engine: Engine) -> list[str]:
    """Make the strategies that the ledger keeps known; which were not known before.

    An id is always the same text, so whenever a case hears of it, it hears the same. Raises
    PolicyError with every problem of every text, once all others are known.
    """
    with reading(engine) as session:
        fresh = [kept for kept in strategy_ids(session) if not knows(kept)]
        texts = {kept: strategy_text(session, kept) for kept in fresh}
    problems: list[str] = []
    for strategy_id, text in texts.items():
        try:
            know({strategy_id: load_strategy(Path(f"{strategy_id}.yaml"), text)}, {})
        except PolicyError as wrong:
            problems += wrong.problems
    if problems:
        raise PolicyError(problems)
    return fresh


@asynccontextmanager
async def learning(engine: Engine, every_seconds: float = EVERY_SECONDS) -> AsyncIterator[None]:
    """Learn again and again while it lasts."""
    task = asyncio.create_task(_learn(engine, every_seconds))
    try:
        yield
    finally:
        task.cancel()


async def _learn(engine: Engine, every_seconds: float) -> None:
    said = ""
    while True:
        try:
            for strategy_id in await asyncio.to_thread(learn, engine):
                log.info("learned a strategy", strategy=strategy_id)
            said = ""
        except (PolicyError, SQLAlchemyError) as problem:
            if said != str(problem):
                log.error("cannot learn strategies", problem=str(problem))
            said = str(problem)
        await asyncio.sleep(every_seconds)


class InASentence(logging.Filter):
    """Says in a sentence that a case waits for its strategy; it is no fault of the code."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Take away the traceback of what is a strategy that is not known."""
        if record.exc_info and isinstance(record.exc_info[1], NotKnown):
            why = record.exc_info[1]
            record.msg = f"{record.getMessage()}: {why}. It waits and is tried again."
            record.args, record.exc_info, record.exc_text = (), None, None
            record.levelno, record.levelname = logging.ERROR, "ERROR"
        return True
