"""Connecting to Temporal: the one place that says how payloads are written and read."""

from collections.abc import Awaitable
from typing import TypeVar

from temporalio.client import Client
from temporalio.contrib.pydantic import PydanticJSONPlainPayloadConverter
from temporalio.converter import (
    CompositePayloadConverter,
    DataConverter,
    DefaultPayloadConverter,
    JSONPlainPayloadConverter,
)
from temporalio.service import RPCError, RPCStatusCode

from intake.registering import Unregistered, register_search_attributes, unregistered
from settings import Settings

_T = TypeVar("_T")
_JSON = PydanticJSONPlainPayloadConverter()


class SharedPayloadConverter(CompositePayloadConverter):
    """Pydantic's way with payloads, by one set of type adapters for the whole process.

    The SDK makes a converter for each cached case; with adapters of its own, each case would cost
    the worker some 250 KiB and 40 ms more.
    """

    def __init__(self) -> None:
        """Take the default converters, with the shared one for JSON."""
        usual = DefaultPayloadConverter.default_encoding_payload_converters
        shared = (_JSON if isinstance(c, JSONPlainPayloadConverter) else c for c in usual)
        super().__init__(*shared)


DATA_CONVERTER = DataConverter(payload_converter_class=SharedPayloadConverter)
"""How payloads are written and read: the same for whoever speaks to a case and for the worker."""


class Unanswered(Exception):
    """Nobody answered: the server or a worker is away, or the server lacks what cases need.

    The message says which, and what to do.
    """


async def connect(settings: Settings) -> Client:
    """A client of the Temporal server, which then knows what operators search by.

    Raises Unanswered when there is none at that address, or when it refuses to learn that.
    """
    try:
        client = await Client.connect(
            settings.temporal_address,
            namespace=settings.temporal_namespace,
            data_converter=DATA_CONVERTER,
        )
    except (RuntimeError, ValueError) as error:
        raise Unanswered(no_server(settings.temporal_address)) from error
    try:
        await answered(client, register_search_attributes(client))
    except Unregistered as refused:
        raise Unanswered(str(refused)) from refused
    return client


async def answered(client: Client, call: Awaitable[_T]) -> _T:
    """What the server answers; raises Unanswered when it does not, and any other RPCError."""
    try:
        return await call
    except RPCError as error:
        if error.status in (RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED):
            raise Unanswered(no_server(client.service_client.config.target_host)) from error
        if lacking := unregistered(error, client.namespace):
            raise Unanswered(str(lacking)) from error
        raise


def no_server(address: str) -> str:
    """What to say when no server answers at an address."""
    return (
        f"No Temporal server answers at {address}. Start one, for example with "
        f"`make demo KEEP=1`, or name another in FORBEAR_TEMPORAL_ADDRESS."
    )
