"""The other cases of a person: told by a signal of what binds everybody who contacts them."""

from collections.abc import Sequence

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from domain.facts import StandingChanged


class Siblings:
    """Speaks to the running cases of one Temporal namespace."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def tell(self, tellings: Sequence[tuple[str, StandingChanged]]) -> None:
        """Signal each case by its id; a case knows a repeat by the fact's id.

        A case that has ended meanwhile needs to hear nothing. Raises RPCError, to be tried again.
        """
        for case, fact in tellings:
            try:
                await self._client.get_workflow_handle(case).signal(fact.kind, fact)
            except RPCError as error:
                if error.status is not RPCStatusCode.NOT_FOUND:
                    raise
