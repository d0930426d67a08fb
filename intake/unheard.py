"""Why a case does not answer: nobody serves it, or a worker took it up and could not go on."""

from datetime import timedelta

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType, WorkflowTaskFailedCause
from temporalio.api.workflowservice.v1 import GetWorkflowExecutionHistoryReverseRequest
from temporalio.client import Client

from intake.connect import answered

_LATEST = 20
"""Events looked at: behind a failed task lie only things said to the case since."""

_UNHANDLED = WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE

_PATIENCE = timedelta(seconds=10)


async def unheard(client: Client, case_id: str, task_queue: str, again: str = "again") -> str:
    """What to say of a case that does not answer; `again` is how it can be asked then.

    Raises Unanswered when the server is away.
    """
    if why := await _stuck(client, case_id):
        return (
            f"{case_id} does not answer: a worker of the task queue {task_queue!r} took it up and "
            f"could not go on, for {why}. The server has it tried again by itself; if this stays, "
            f"restart that worker (`python worker.py`) with what it lacks. Then ask {again}."
        )
    return (
        f"{case_id} does not answer: no worker serves the task queue {task_queue!r}. "
        f"Start one with `python worker.py`, then ask {again}."
    )


async def _stuck(client: Client, case_id: str) -> str:
    """Why a worker could not go on when it last took up the case; empty when it could."""
    request = GetWorkflowExecutionHistoryReverseRequest(
        namespace=client.namespace,
        execution=WorkflowExecution(workflow_id=case_id),
        maximum_page_size=_LATEST,
    )
    asked = client.workflow_service.get_workflow_execution_history_reverse(
        request, timeout=_PATIENCE
    )
    for event in (await answered(client, asked)).history.events:
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
            break
        failed = event.workflow_task_failed_event_attributes
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED and (
            failed.cause == _UNHANDLED
        ):
            return failed.failure.message.rstrip(".")
    return ""
