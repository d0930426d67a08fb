"""A signal carries one content at most: one with more is refused, and does not stop who hears it.

Temporal's UI and command line let people send several. No handler takes them, so without this the
workflow's task would fail, and be tried again, for ever.
"""

from inspect import signature

from temporalio import workflow
from temporalio.worker import (
    HandleSignalInput,
    Interceptor,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
)

from workflows.loan_case import LoanCase


class OneContent(Interceptor):
    """Has the workflows of a worker refuse signals with more contents than they take."""

    def workflow_interceptor_class(
        self,
        _input: WorkflowInterceptorClassInput,
    ) -> type[WorkflowInboundInterceptor]:
        """Listen in every workflow."""
        return _Listening


class _Listening(WorkflowInboundInterceptor):
    async def handle_signal(
        self,
        input: HandleSignalInput,
    ) -> None:
        """Pass a signal on; one whose name says it all is heard whatever came with it."""
        handler = workflow.get_signal_handler(input.signal)
        takes = len(signature(handler).parameters) if handler else len(input.args)
        if takes == 0:
            input.args = []
        if len(input.args) > takes:
            _refuse(input.signal, len(input.args))
        else:
            await super().handle_signal(input)


def _refuse(signal: str, contents: int) -> None:
    """Tell it on the case and in the worker's log; the contents may be anything, so not them."""
    told = (
        f"signal {signal} with {contents} contents: it takes one JSON object; "
        f"send each in a signal of its own"
    )
    workflow.logger.warning("Refused %s", told)
    life = workflow.instance()
    if isinstance(life, LoanCase):
        life.case.now = max(life.case.now, life.desk.heard_at(None))
        life.case.log("refused", told)
        life.desk.show()
