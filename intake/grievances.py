"""Complaints and disputes as they come in: recorded first, then spoken to their workflows."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from temporalio.client import (
    Client,
    WorkflowExecutionStatus,
    WorkflowHandle,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import (
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from domain.clock import Clock, local_date
from domain.gate.rulebook import Rulebook, book_of
from domain.grievance_requests import ExtendAnswer, GrievanceRequest
from domain.grievance_telling import STAGE as GRIEVANCE
from domain.grievance_telling import headline
from domain.grievances import Grievance, GrievanceKind, Verdict, terms_of
from domain.keys import grievance_workflow_id
from domain.refused import Refused
from intake.cases import PATIENCE
from intake.connect import Unanswered, no_server
from ledger.values import LoanView
from policies.calendars import calendar
from workflows.grievance import Grievance as GrievanceLife
from workflows.searching import JURISDICTION, PORTFOLIO, STAGE


@dataclass(frozen=True, slots=True)
class Said:
    """What a borrower holds against us: of which kind, about what (a code), who took it, and when
    it came."""

    grievance_id: str
    kind: GrievanceKind
    about: str
    by: str
    came_at: datetime


def grievance_from(  # noqa: PLR0913 - a grievance is opened from all that is known of it
    said: Said,
    view: LoanView,
    episode: date,
    books: Mapping[str, Rulebook],
    now: datetime,
    clock: Clock | None = None,
) -> Grievance | Refused:
    """The grievance with its dates, by the rules of where the borrower lives."""
    person = view.borrower
    book = book_of(books, person.jurisdiction, person.region)
    rule = None if book is None else book.answers.get(said.kind)
    if rule is None:
        where = person.region or person.jurisdiction
        return Refused("no-rule", f"No rule of {where} says by when a {said.kind} is answered.")
    if said.came_at > now:
        return Refused("grievance-in-future", "It cannot have come after now.")
    terms = terms_of(rule, local_date(said.came_at, person.calendar_zone), _rest_days)
    return Grievance(
        grievance_id=said.grievance_id,
        kind=said.kind,
        loan_id=view.loan.loan_id,
        borrower_id=person.borrower_id,
        episode=episode,
        about=said.about,
        opened_at=said.came_at,
        by=said.by,
        zone=person.calendar_zone,
        rule=terms.rule,
        answer_by=terms.answer_by,
        now=now,
        extensions=terms.extensions,
        jurisdiction=person.jurisdiction,
        portfolio=view.loan.portfolio,
        clock=clock or Clock(),
    )


class Grievances:
    """Speaks to the workflows of complaints and disputes; raises Unanswered when nobody answers."""

    def __init__(self, client: Client, task_queue: str) -> None:
        self._client = client
        self._task_queue = task_queue

    async def start(self, grievance: Grievance) -> bool:
        """Start its clock as the ledger has it; False when it runs or has run to its end."""
        shown = [
            SearchAttributePair(key, value)
            for key, value in (
                (STAGE, GRIEVANCE),
                (JURISDICTION, grievance.jurisdiction),
                (PORTFOLIO, grievance.portfolio),
            )
            if value
        ]
        try:
            await self._client.start_workflow(
                GrievanceLife.run,
                grievance,
                id=_id(grievance),
                task_queue=self._task_queue,
                id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
                search_attributes=TypedSearchAttributes(shown),
                static_summary=headline(grievance),
            )
        except WorkflowAlreadyStartedError:
            return False
        except RPCError as error:
            raise self._away(error) from error
        return True

    async def say(self, grievance: Grievance, request: GrievanceRequest) -> Refused | None:
        """Tell its workflow what the ledger has taken; one that does not run is started so.

        Refused when the workflow knew better, which the ledger then knows too.
        """
        if not await self.runs(grievance):
            await self.start(grievance)
            return None
        life = self._handle(grievance)
        name = "extend" if isinstance(request, ExtendAnswer) else "answer"
        try:
            await life.execute_update(
                name,
                request,
                id=request.request_id,
                result_type=Grievance,
                rpc_timeout=PATIENCE,
            )
        except WorkflowUpdateFailedError as error:
            cause = error.cause
            if not isinstance(cause, ApplicationError):
                raise
            return Refused(cause.type or "refused", cause.message)
        except WorkflowUpdateRPCTimeoutOrCancelledError as error:
            raise Unanswered(
                f"{_id(grievance)} does not answer: no worker serves the task queue "
                f"{self._task_queue!r}. Start one with `python worker.py`."
            ) from error
        except RPCError as error:
            raise self._away(error) from error
        return None

    async def runs(self, grievance: Grievance) -> bool:
        """Whether its clock runs now."""
        try:
            found = await self._handle(grievance).describe(rpc_timeout=PATIENCE)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return False
            raise self._away(error) from error
        return found.status is WorkflowExecutionStatus.RUNNING

    async def state(self, grievance: Grievance) -> Grievance:
        """How its workflow sees it."""
        return await self._handle(grievance).query(GrievanceLife.state, rpc_timeout=PATIENCE)

    def _handle(self, grievance: Grievance) -> WorkflowHandle[GrievanceLife, Verdict]:
        return self._client.get_workflow_handle_for(GrievanceLife.run, _id(grievance))

    def _away(self, error: RPCError) -> Exception:
        if error.status in (RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED):
            return Unanswered(no_server(self._client.service_client.config.target_host))
        return error


def _id(grievance: Grievance) -> str:
    return grievance_workflow_id(grievance.loan_id, grievance.grievance_id)


def _rest_days(name: str | None) -> Container[date]:
    return calendar(name) if name else ()
