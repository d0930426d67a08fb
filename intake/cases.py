"""The one way to speak to cases: open them, tell them facts, ask them for things, and look."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from typing import TypeVar

from temporalio.client import (
    Client,
    WorkflowExecutionStatus,
    WorkflowHandle,
    WorkflowQueryFailedError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import SearchAttributePair, TypedSearchAttributes, WorkflowIDConflictPolicy
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from domain import keys
from domain.case import Case, Entry
from domain.clock import Clock
from domain.facts import Fact
from domain.known import strategy
from domain.legal.asking import FileEvidence
from domain.legal.file import LegalFile
from domain.legal.filing import Watch
from domain.refused import Refused
from domain.requests import (
    AgreePlan,
    Approve,
    Assign,
    Close,
    LiftHold,
    Note,
    PlaceHold,
    PromiseToPay,
    Request,
)
from domain.strategy import Outcome
from domain.telling import CaseState, headline, listed
from intake.connect import Unanswered, answered
from intake.listing import CaseLine, line, running
from intake.unheard import unheard
from simulation.future import Expected
from workflows.legal_clock import LegalClock
from workflows.loan_case import LoanCase
from workflows.searching import search_attributes

ATTEMPTS = 3
"""How often an unanswered request is sent, each time under its own id, so it is taken once."""

PATIENCE = timedelta(seconds=10)
"""How long one attempt waits: a killed worker's cases answer again after this time."""

_NAMES: dict[type, str] = {
    PromiseToPay: "promise_to_pay",
    AgreePlan: "agree_plan",
    PlaceHold: "place_hold",
    LiftHold: "lift_hold",
    Assign: "assign",
    Note: "note",
    Approve: "approve",
    FileEvidence: "file_evidence",
    Close: "close",
}
_AWAY = (RPCStatusCode.UNAVAILABLE,)
_BUSY = (
    RPCStatusCode.DEADLINE_EXCEEDED,
    RPCStatusCode.CANCELLED,
    RPCStatusCode.FAILED_PRECONDITION,
    RPCStatusCode.ABORTED,
    RPCStatusCode.RESOURCE_EXHAUSTED,
)
_T = TypeVar("_T")


class Cases:
    """Speaks to the cases of one Temporal namespace.

    Every answer is a value: a case that is over or unknown is Refused. Raises Unanswered when
    the server or a worker is away; whatever was asked can then be asked again under its id.
    """

    def __init__(self, client: Client, task_queue: str) -> None:
        self._client = client
        self._task_queue = task_queue

    async def open(self, case: Case, first: Fact | None = None) -> None:
        """Start the case unless it runs, and tell it `first` if there is a fact to tell.

        Its strategy must be known (`domain.known.know`).
        """
        shown = strategy(case.strategy_id)
        start = self._client.start_workflow(
            LoanCase.run,
            case,
            id=keys.case_id(case.loan_id, case.episode),
            task_queue=self._task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            search_attributes=_at_start(case),
            static_summary=headline(case, shown),
            static_details=_details(case),
            start_signal=first.kind if first else None,
            start_signal_args=[first] if first else [],
        )
        await answered(self._client, start)

    async def watch(self, loan_id: str, clock: Clock) -> None:
        """Have our deadlines on a loan watched; those that are watched are looked at again."""
        start = self._client.start_workflow(
            LegalClock.run,
            Watch(loan_id, clock),
            id=keys.legal_clock_id(loan_id),
            task_queue=self._task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            static_summary=f"Loan {loan_id} · our own deadlines",
            start_signal="look",
        )
        await answered(self._client, start)

    async def tell(self, case_id: str, fact: Fact) -> Refused | None:
        """Tell a running case a fact; Refused when no such case runs."""
        return await self._signal(case_id, fact.kind, fact)

    async def mention(self, case_id: str, request: Request) -> Refused | None:
        """Send a request without waiting for its answer; a refusal is written on the case."""
        return await self._signal(case_id, _NAMES[type(request)], request)

    async def ask(self, case_id: str, request: Request) -> CaseState | Refused:
        """Ask a case for something, as often as needed under the request's one id.

        Answers where the case stands then, or by which rule it refused.
        """
        for attempt in range(ATTEMPTS):
            await asyncio.sleep(attempt)
            try:
                return await self._ask_once(case_id, request)
            except WorkflowUpdateRPCTimeoutOrCancelledError:
                continue
            except RPCError as error:
                if error.status is RPCStatusCode.NOT_FOUND:
                    return await self._gone(case_id)
                if error.status not in (*_BUSY, *_AWAY):
                    raise
        await self.reachable()
        again = f"again with --request-id {request.request_id}, so that it is taken once"
        raise Unanswered(await unheard(self._client, case_id, self._task_queue, again))

    async def state(self, case_id: str) -> CaseState | Refused:
        """Where the case stands, also after its end."""
        query = self._handle(case_id).query(LoanCase.state, rpc_timeout=PATIENCE)
        return await self._queried(case_id, query)

    async def timeline(self, case_id: str) -> list[Entry] | Refused:
        """Everything that happened in the case."""
        query = self._handle(case_id).query(LoanCase.timeline, rpc_timeout=PATIENCE)
        return await self._queried(case_id, query)

    async def legal(self, case_id: str) -> LegalFile | Refused | None:
        """The legal file of the case; None while there is none."""
        query = self._handle(case_id).query(LoanCase.legal, rpc_timeout=PATIENCE)
        return await self._queried(case_id, query)

    async def future(self, case_id: str) -> list[Expected] | Refused:
        """The next thirty days of the case if nobody says anything."""
        query = self._handle(case_id).query(LoanCase.future, rpc_timeout=PATIENCE)
        return await self._queried(case_id, query)

    async def list(
        self, stage: str = "", hold: str = "", collector: str = "", limit: int = 1000
    ) -> list[CaseLine]:
        """The running cases; an empty word does not narrow the list."""
        wanted = running(stage, hold, collector)

        async def pages() -> list[CaseLine]:
            return [line(found) async for found in self._client.list_workflows(wanted, limit=limit)]

        return await answered(self._client, pages())

    async def over(self, case_id: str, patience: timedelta = PATIENCE) -> bool:
        """Wait until no run of the case is open; False when one still is after `patience`."""
        for _ in range(max(1, int(patience.total_seconds() * 10))):
            status = await self._status(case_id)
            if status is not WorkflowExecutionStatus.RUNNING:
                return True
            await asyncio.sleep(0.1)
        return False

    async def reachable(self) -> None:
        """Raise Unanswered unless the server answers."""
        await answered(self._client, self._client.service_client.check_health(timeout=PATIENCE))

    def _handle(self, case_id: str) -> WorkflowHandle[LoanCase, Outcome]:
        """The case without a run id, so that the chain of its runs is followed."""
        return self._client.get_workflow_handle_for(LoanCase.run, case_id)

    async def _signal(self, case_id: str, name: str, said: object) -> Refused | None:
        try:
            await answered(self._client, self._handle(case_id).signal(name, said))
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            return await self._gone(case_id)
        return None

    async def _ask_once(self, case_id: str, request: Request) -> CaseState | Refused:
        try:
            answer: CaseState = await self._handle(case_id).execute_update(
                _NAMES[type(request)],
                request,
                id=request.request_id,
                result_type=CaseState,
                rpc_timeout=PATIENCE,
            )
        except WorkflowUpdateFailedError as error:
            cause = error.cause
            if not isinstance(cause, ApplicationError):
                raise
            if cause.type == "AcceptedUpdateCompletedWorkflow":
                return await self._gone(case_id)
            return Refused(cause.type or "refused", cause.message)
        return answer

    async def _queried(self, case_id: str, query: Awaitable[_T]) -> _T | Refused:
        try:
            return await query
        except WorkflowQueryFailedError as error:
            raise Unanswered(f"{case_id} cannot say: {error}") from error
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return _unknown(case_id)
            await self.reachable()
            if error.status in (*_BUSY, *_AWAY):
                said = await unheard(self._client, case_id, self._task_queue)
                raise Unanswered(said) from error
            raise

    async def _gone(self, case_id: str) -> Refused:
        """Why nobody hears: the case is over, or there never was one."""
        status = await self._status(case_id)
        if status is None:
            return _unknown(case_id)
        return Refused("case-closed", f"{case_id} is over ({status.name.lower()}).")

    async def _status(self, case_id: str) -> WorkflowExecutionStatus | None:
        """The status of the latest run; None when the server knows no run."""
        try:
            return (await answered(self._client, self._handle(case_id).describe())).status
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return None
            raise


def _at_start(case: Case) -> TypedSearchAttributes:
    """What operators search by from the first moment; what is empty is left unset."""
    pairs = ((update.key, update.value) for update in search_attributes(case))
    return TypedSearchAttributes([SearchAttributePair(k, v) for k, v in pairs if v])


def _details(case: Case) -> str:
    rows = [
        ("Episode", f"oldest unpaid instalment due {case.episode.isoformat()}"),
        ("Jurisdiction", f"{case.jurisdiction}, {case.zone}"),
        ("Strategy", case.strategy_id),
        ("Portfolio", case.portfolio or "none"),
    ]
    return listed(rows)


def _unknown(case_id: str) -> Refused:
    return Refused("case-unknown", f"{case_id} is not known to the server.")
