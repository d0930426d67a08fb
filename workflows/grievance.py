"""The life of one complaint or dispute: it rests what it is about, and waits to be answered.

It is answered by a person, or lapses: a dispute then ends for the borrower, a complaint goes to
compliance and waits on. `extend` and `answer` can be said to it; people are reminded before the
last day. The ledger is asked before anything is decided, as an answer may stand there already.
"""

from typing import TypeVar

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from activities import contracts
    from domain import grievance_telling as telling
    from domain import grievances
    from domain.grievance_orders import AnswerOrder, ExtendOrder, GrievanceOrder
    from domain.grievance_requests import (
        ExtendAnswer,
        GiveAnswer,
        GrievanceRequest,
        refusal,
        settle,
        take,
    )
    from domain.grievances import Due, Verdict, must_correct, next_due
    from domain.keys import CORRECT, grievance_task
    from domain.orders import TaskOrder
    from domain.telling import Waiting
    from workflows.acting import Failed, act, heard_at, wait_until

_Answer = TypeVar("_Answer")


@workflow.defn(name="Grievance")
class Grievance:
    """One complaint or dispute; ends with its verdict."""

    @workflow.init
    def __init__(self, grievance: grievances.Grievance) -> None:
        self.grievance = grievance
        self.unwritten: list[GrievanceRequest] = []
        self.waiting: Waiting | None = None

    @workflow.run
    async def run(self, grievance: grievances.Grievance) -> Verdict:  # noqa: ARG002 - taken by init
        """Let cases rest, wait by one timer at a time, and tell them how it was decided."""
        if self.grievance.verdict is None:
            await self._rest_cases()
        while self.unwritten or not self.grievance.settled:
            due = next_due(self.grievance)
            if await self._news_before(due):
                await self._write()
            elif due is not None and due.days is not None:
                await self._remind(due, due.days)
            else:
                await self._lapse()
        await self._tell_cases()
        assert self.grievance.verdict is not None, "only what was decided ends"
        return self.grievance.verdict

    @workflow.update
    def extend(self, request: ExtendAnswer) -> grievances.Grievance:
        """Answer it by a later date that its rule allows."""
        return self._take(request)

    @extend.validator
    def _extend(self, request: ExtendAnswer) -> None:
        self._check(request)

    @workflow.update
    def answer(self, request: GiveAnswer) -> grievances.Grievance:
        """Uphold or reject it."""
        return self._take(request)

    @answer.validator
    def _answer(self, request: GiveAnswer) -> None:
        self._check(request)

    @workflow.query
    def state(self) -> grievances.Grievance:
        """How it stands."""
        return self.grievance

    @workflow.query
    def waits_for(self) -> Waiting | None:
        """What it waits for; None while it is about to move on."""
        return self.waiting

    def _check(self, request: GrievanceRequest) -> None:
        if request.request_id in self.grievance.heard:
            return
        now = heard_at(self.grievance.clock, request.at)
        if refused := refusal(self.grievance, request, now):
            raise ApplicationError(refused.reason, type=refused.rule, non_retryable=True)

    def _take(self, request: GrievanceRequest) -> grievances.Grievance:
        if request.request_id not in self.grievance.heard:
            take(self.grievance, request, heard_at(self.grievance.clock, request.at))
            self.unwritten.append(request)
        return self.grievance

    async def _news_before(self, due: Due | None) -> bool:
        """Whether something was said before that instant."""
        grievance, at = self.grievance, due.at if due else None
        self.waiting = telling.waiting(grievance, due)
        workflow.set_current_details(telling.current_details(grievance, self.waiting))
        said = await wait_until(grievance.clock, at, lambda: bool(self.unwritten), self.waiting.why)
        self.waiting = None
        if not said and at is not None:
            rang = max(at, grievance.now)
            grievance.now = grievance.clock.instant(rang, workflow.now())
        return said

    async def _rest_cases(self) -> None:
        """Let cases rest; what the ledger knows of it already is taken over."""
        found = await self._do(
            contracts.HOLD_FOR_GRIEVANCE, self._order(), grievances.Grievance, "hold"
        )
        self._adopt(found)
        if self.grievance.verdict is None:
            await self._ask("answer", telling.to_answer(self.grievance))

    async def _write(self) -> None:
        """Write what was said into the ledger; what stands there counts."""
        while self.unwritten:
            request, own = self.unwritten[0], self.grievance.grievance_id
            number, now = len(self.grievance.heard), self.grievance.now
            if isinstance(request, ExtendAnswer):
                later = ExtendOrder(own, request, now)
                asked = f"extend-{request.until.isoformat()}"
                found = await self._do(
                    contracts.EXTEND_GRIEVANCE, later, grievances.Grievance, asked
                )
            else:
                given = AnswerOrder(own, request, now)
                asked = f"answer-{number}"
                found = await self._do(
                    contracts.ANSWER_GRIEVANCE, given, grievances.Grievance, asked
                )
            self.unwritten.remove(request)
            if not self.unwritten:
                self._adopt(found)

    async def _remind(self, due: Due, days: int) -> None:
        self.grievance.reminded.append(due.name)
        await self._ask(due.name, telling.to_hurry(self.grievance, days))

    async def _lapse(self) -> None:
        """Too late, unless the ledger knows better; a complaint's breach goes to compliance."""
        found = await self._do(
            contracts.LAPSE_GRIEVANCE,
            self._order(),
            grievances.Grievance,
            f"lapse-{self.grievance.last_day.isoformat()}",
        )
        if found is None:
            settle(self.grievance, Verdict.LAPSED, "", "the clock", self.grievance.now)
        self._adopt(found)
        if self.grievance.verdict is Verdict.LAPSED and not self.grievance.settled:
            await self._ask("breach", telling.to_escalate(self.grievance))
            await self._do(contracts.TELL_CASES, self._order(), type(None), "tell-lapsed")

    async def _tell_cases(self) -> None:
        grievance = self.grievance
        await self._do(contracts.TELL_CASES, self._order(), type(None), f"tell-{grievance.verdict}")
        if grievance.verdict is not None and must_correct(grievance.kind, grievance.verdict):
            await self._ask(CORRECT, telling.to_correct(grievance))

    def _adopt(self, found: grievances.Grievance | None) -> None:
        """Take over how it stands in the ledger."""
        if found is not None:
            mine = self.grievance
            mine.extended_to, mine.verdict, mine.evidence = (
                found.extended_to,
                found.verdict,
                found.evidence,
            )
            mine.answered_at, mine.answered_by = found.answered_at, found.answered_by

    def _order(self) -> GrievanceOrder:
        return GrievanceOrder(self.grievance.grievance_id, self.grievance.now)

    async def _ask(self, what: str, reason: str) -> None:
        grievance = self.grievance
        asked = grievance_task(grievance.grievance_id, what)
        order = TaskOrder(grievance.loan_id, grievance.episode, asked, reason, grievance.now)
        await self._do(contracts.ASK_PERSON, order, type(None), f"ask-{what}", reason)

    async def _do(
        self, name: str, order: object, answer: type[_Answer], activity_id: str, summary: str = ""
    ) -> _Answer | None:
        """Run an activity; one that cannot be done becomes a task for a person and None."""
        shown = summary or telling.named(self.grievance)
        result = await act(name, order, answer, activity_id=activity_id, summary=shown)
        if not isinstance(result, Failed):
            return result
        if name != contracts.ASK_PERSON:
            await self._ask(f"failed-{activity_id}", f"{name} failed: {result.why}")
        return None
