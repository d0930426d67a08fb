"""The clock of our own deadlines on one loan: limitation, guarantees, freezes, enforcement.

It outlives the cases of the loan, because a claim is lost long after people stop dunning for it. It
sleeps to the next day on which people are woken, asks the ledger anew, and ends when nothing is
left to lose. `look` makes it look at once: something was put on file that may end sooner.
"""

from datetime import datetime

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.contracts import WATCH_DEADLINES
    from domain.legal.filing import Looked, Watch, WatchOrder
    from workflows.acting import Failed, act, wait_until


@workflow.defn(name="LegalClock")
class LegalClock:
    """Our deadlines on one loan; ends when nothing is owed, or everything is lost or done."""

    @workflow.init
    def __init__(self, watch: Watch) -> None:
        self.watch = watch
        self.news = False
        self.at: datetime | None = None

    @workflow.run
    async def run(self, watch: Watch) -> None:  # noqa: ARG002 - taken by @workflow.init
        """Look, sleep to the next day that matters, and look again.

        What is put on file while it looks is looked at too, before it ends.
        """
        while (at := await self._look()) is not None or self.news:
            self.at = at
            if at is not None:
                why = "next deadline of ours"
                await wait_until(self.watch.clock, at, lambda: self.news, why)
            if workflow.info().is_continue_as_new_suggested():
                await workflow.wait_condition(workflow.all_handlers_finished)
                workflow.continue_as_new(self.watch)

    @workflow.signal
    def look(self) -> None:
        """Something was put on the legal file, or came from a court."""
        self.news = True

    @workflow.query
    def next_wake(self) -> datetime | None:
        """When it looks again; None before its first look."""
        return self.at

    async def _look(self) -> datetime | None:
        self.news = False
        order = WatchOrder(self.watch.loan_id, self.watch.clock.at(workflow.now()))
        found = await act(
            WATCH_DEADLINES,
            order,
            Looked,
            activity_id=f"watch-{order.at:%Y%m%dT%H%M%S}",
            summary="what is about to be lost",
        )
        assert not isinstance(found, Failed), "the ledger is waited for without end"
        return found.again
