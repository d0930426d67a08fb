"""How activities speak to the ledger: in a thread, and with errors that say what to do."""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from sqlalchemy.exc import SQLAlchemyError
from temporalio.exceptions import ApplicationError

from ledger.errors import LedgerError

_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")


async def in_ledger(
    work: Callable[_Given, _Result], *args: _Given.args, **kwargs: _Given.kwargs
) -> _Result:
    """Do that work with the ledger in a thread.

    What the ledger refuses is our mistake, and trying again is no use; a ledger that cannot be
    reached is waited for. Database errors quote names and addresses, so only their kind goes on.
    """
    try:
        return await asyncio.to_thread(work, *args, **kwargs)
    except LedgerError as refusal:
        kind = type(refusal).__name__
        raise ApplicationError(str(refusal), type=kind, non_retryable=True) from None
    except SQLAlchemyError as failure:
        said = f"The ledger could not do it: {type(failure).__name__}."
        raise ApplicationError(said, type="LedgerUnavailable") from None
