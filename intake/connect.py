"""Connecting to Temporal: the one place that says how payloads are written and read."""

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from settings import Settings

DATA_CONVERTER = pydantic_data_converter
"""How payloads are written and read: the same for whoever speaks to a case and for the worker."""


class Unanswered(Exception):
    """Nobody answered: the server or a worker is away. The message says which, and what to do."""


async def connect(settings: Settings) -> Client:
    """A client of the Temporal server; raises Unanswered when there is none at that address."""
    try:
        return await Client.connect(
            settings.temporal_address,
            namespace=settings.temporal_namespace,
            data_converter=DATA_CONVERTER,
        )
    except (RuntimeError, ValueError) as error:
        raise Unanswered(no_server(settings.temporal_address)) from error


def no_server(address: str) -> str:
    """What to say when no server answers at an address."""
    return (
        f"No Temporal server answers at {address}. Start one, for example with "
        f"`make demo KEEP=1`, or name another in FORBEAR_TEMPORAL_ADDRESS."
    )
