"""What operators search by is made known to the server, by whoever connects to it first."""

import asyncio
from collections.abc import Mapping
from typing import TypeAlias, cast

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import (
    AddSearchAttributesRequest,
    ListSearchAttributesRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from workflows.searching import SEARCH_ATTRIBUTES

_LEARNS_WITHIN = 20.0
"""Seconds: a cluster reads what a namespace knows anew every few seconds."""

_AWAY = (RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED)
_NOT_OURS = (
    RPCStatusCode.PERMISSION_DENIED,
    RPCStatusCode.UNAUTHENTICATED,
    RPCStatusCode.UNIMPLEMENTED,
)
"""Servers that let only their operators see what is registered."""

_Kind: TypeAlias = "IndexedValueType.ValueType"
_WANTED: dict[str, _Kind] = {
    key.name: cast("_Kind", int(key.indexed_value_type)) for key in SEARCH_ATTRIBUTES
}
_NAMES: dict[_Kind, str] = {
    IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD: "Keyword",
    IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST: "KeywordList",
    IndexedValueType.INDEXED_VALUE_TYPE_DATETIME: "Datetime",
}


class Unregistered(Exception):
    """The server does not know what operators search by; the message says how it is told."""


async def register_search_attributes(client: Client) -> None:
    """Register what operators search by; a repeat changes nothing.

    A server that shows nobody what is registered is believed to know it. Raises Unregistered when
    it refuses to learn, or when a name is taken by another type, and any other RPCError.
    """
    try:
        known = await _known(client)
    except RPCError as error:
        if error.status in _NOT_OURS:
            return
        raise
    for name, kind in _WANTED.items():
        if known.get(name, kind) != kind:
            raise Unregistered(
                f"The search attribute {name} is registered with another type in the namespace "
                f"{client.namespace!r}; cases need it as {_NAMES[kind]}. Use another namespace."
            )
    missing = {name: kind for name, kind in _WANTED.items() if name not in known}
    if missing:
        await _add(client, missing)


def unregistered(error: RPCError, namespace: str) -> Unregistered | None:
    """The refusal of a server that lacks a search attribute, in a sentence; None for another."""
    lacks = error.status is RPCStatusCode.INVALID_ARGUMENT and "search attribute" in str(error)
    return Unregistered(_what_to_do(namespace, _WANTED, str(error))) if lacks else None


async def _known(client: Client) -> Mapping[str, _Kind]:
    request = ListSearchAttributesRequest(namespace=client.namespace)
    return (await client.operator_service.list_search_attributes(request)).custom_attributes


async def _add(client: Client, missing: Mapping[str, _Kind]) -> None:
    """Register them, unless somebody else did meanwhile, and wait until the server uses them."""
    request = AddSearchAttributesRequest(namespace=client.namespace, search_attributes=missing)
    try:
        await client.operator_service.add_search_attributes(request)
    except RPCError as error:
        if error.status in _AWAY:
            raise
        if missing.keys() - (await _known(client)).keys():
            said = _what_to_do(client.namespace, missing, str(error))
            raise Unregistered(said) from error
    patience = asyncio.get_running_loop().time() + _LEARNS_WITHIN
    while not await _used(client, missing):
        if asyncio.get_running_loop().time() > patience:
            raise Unregistered(
                f"The server has registered {', '.join(missing)} and does not use them yet. "
                f"Try again in a minute."
            )
        await asyncio.sleep(0.2)


async def _used(client: Client, names: Mapping[str, _Kind]) -> bool:
    try:
        await client.count_workflows(" AND ".join(f"{name} IS NULL" for name in names))
    except RPCError as error:
        if error.status is RPCStatusCode.INVALID_ARGUMENT:
            return False
        raise
    return True


def _what_to_do(namespace: str, missing: Mapping[str, _Kind], said: str) -> str:
    named = " ".join(f"--name {name} --type {_NAMES[kind]}" for name, kind in missing.items())
    return (
        f"The namespace {namespace!r} does not know what operators search cases by, and would not "
        f"learn it from us ({said.rstrip('.')}). Let somebody who may run `temporal operator "
        f"search-attribute create --namespace {namespace} {named}`, then try again."
    )
