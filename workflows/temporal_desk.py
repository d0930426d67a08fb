"""Temporal's desk: verbs become activities, timers, summaries and search attributes.

The only place in a case that calls the Temporal SDK to act, with the help of `workflows.acting`.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeVar, cast

from temporalio import workflow
from temporalio.common import Priority

with workflow.unsafe.imports_passed_through():
    from activities import contracts
    from domain.approving import question_order
    from domain.case import Approval, Case
    from domain.facts import MoneyFact
    from domain.hearing import hear
    from domain.legal.filing import FileOutcome
    from domain.legal.papers import Paper
    from domain.legal.remedies import Prepared
    from domain.orders import (
        AgencyOrder,
        CloseOrder,
        LeaveOrder,
        NoticeOrder,
        PlacementOrder,
        ReadOrder,
        RecordOrder,
        TaskOrder,
    )
    from domain.outcomes import ANEW, SILENT, AgencyOutcome, Placed, SendOutcome, Sent
    from domain.placement import Placement
    from domain.reporting import take_back_report
    from domain.steps import Step
    from domain.strategy import Strategy
    from domain.telling import Waiting, current_details, marks
    from workflows import court_orders
    from workflows.acting import (
        GIVE_UP,
        PRIORITIES,
        Failed,
        Unless,
        act,
        heard_at,
        not_now,
        not_placed_yet,
        wait_until,
    )
    from workflows.searching import search_attributes

ROLL_AT_EVENTS = 330
"""History length at which a waiting case continues as new: a cold replay stays under 90 ms, and
54 months of a plan take two runs. Raise it freely; lowered, grown cases would not replay."""

_Answer = TypeVar("_Answer")
_MAYBE_SENT: Any = SendOutcome | None
_RULE: Any = str | None
_FACTS: Any = tuple[MoneyFact, ...] | None


class TemporalDesk:
    """The desk of one running case."""

    def __init__(self, case: Case, strategy: Strategy) -> None:
        self.case = case
        self.strategy = strategy
        self.waiting: Waiting | None = None
        self._news: Callable[[], bool] = bool
        self._shown = marks(case)

    def now(self) -> datetime:
        """The case's instant: that of what woke it, or the clock's when that is long ago."""
        return max(self.case.now, self.case.clock.instant(self.case.now, workflow.now()))

    def heard_at(self, stated: datetime | None) -> datetime:
        """The instant of a fact or request: the stated one while the clock agrees."""
        return heard_at(self.case.clock, stated)

    async def until(
        self, at: datetime | None, news: Callable[[], bool], *, why: str, then: str
    ) -> bool:
        """Wait on one durable timer for `at`, or for news; see `workflows.desk.Desk`.

        What was placed, lifted or assigned meanwhile is written and shown at once.
        """
        await self._settle()
        self._news = news
        while not news():
            self.waiting = Waiting(at, why, then)
            self.show()
            try:
                over = await wait_until(
                    self.case.clock, at, lambda: news() or self._unsettled(), why
                )
            finally:
                self.waiting = None
            if not over:
                assert at is not None, "only a timer times out"
                due = max(at, self.case.now)
                self._live_through(self.case.clock.instant(due, workflow.now()))
                return False
            if not news():
                await self._settle()
        return True

    def awaited(self) -> Waiting | None:
        """What the case waits for; None while it is about to move on, and once it has ended."""
        waiting = self.waiting
        return None if waiting is None or self._news() else waiting

    def show(self) -> None:
        """Tell operators where the case stands, while it waits."""
        if self.waiting is not None:
            details = current_details(self.case, self.strategy, self.waiting)
            workflow.set_current_details(details)

    async def send(self, step: Step) -> SendOutcome:
        """Contact the borrower by the activity that claims, acts and confirms."""
        case = self.case
        self._live_through(self.now())
        asked = case.asked[step.name] = case.asked.get(step.name, 0) + 1
        order = NoticeOrder(
            loan_id=case.loan_id,
            borrower_id=case.borrower_id,
            episode=case.episode,
            step=step.name,
            channel=step.channel,
            template=step.template,
            message_class=step.message_class,
            ledger_version=case.ledger_version,
            decided_at=case.now,
            clock=case.clock,
            strategy_id=case.strategy_id,
            cooldown_days=step.cooldown_days,
            merge_days=step.merge_days,
            blocked=case.blocked,
        )
        again = f"-{asked}" if asked > 1 else ""
        outcome = await self._do(
            contracts.SEND_NOTICE,
            order,
            SendOutcome,
            activity_id=f"{case.stage}-{step.name}-{step.channel}{again}",
            summary=f"{step.name} · {step.channel}",
            priority=PRIORITIES[step.message_class],
            unless=not_now(case),
        )
        if outcome is not None and outcome.rule == ANEW:
            outcome = await self._leave(order, again) or outcome
        if outcome is None:
            return SendOutcome(Sent.FAILED, rule="gave-up", reason="see the task list")
        self._hear(outcome.facts)
        if outcome.kind is Sent.STALE and case.ledger_version == order.ledger_version:
            await self._ask_person(f"stale-{step.name}", "ledger and case count money differently")
            return SendOutcome(Sent.FAILED, rule="ledger-disagrees", reason="see the task list")
        return outcome

    async def _leave(self, order: NoticeOrder, again: str) -> SendOutcome | None:
        """Give a contact up for now; None when nothing can have been made of it."""
        left = await self._do(
            contracts.LEAVE_NOTICE,
            order,
            _MAYBE_SENT,
            activity_id=f"leave-{order.step}-{order.channel}{again}",
            summary=f"{order.step} · {order.channel}",
        )
        return cast(SendOutcome | None, left)

    async def refresh(self) -> None:
        """Hear every money fact the ledger knows and the case does not."""
        case = self.case
        order = ReadOrder(case.loan_id, case.ledger_version)
        facts = await self._do(
            contracts.READ_LEDGER,
            order,
            tuple[MoneyFact, ...],
            activity_id=self._numbered("read-ledger"),
            summary="payments the case has not heard of",
        )
        self._hear(facts or ())

    async def ask(self, what: str, reason: str) -> None:
        """Put it on the task list."""
        await self._ask_person(what, reason)

    async def ask_approval(self, approval: Approval) -> None:
        """Put the question on record, and on the task list."""
        await self._put(question_order(self.case, approval))

    async def prepare(self, remedy: str) -> Prepared:
        """Ask the ledger what a remedy needs."""
        return await court_orders.prepare(self._do, self.case, remedy, self.now())

    async def file(self, remedy: str, papers: tuple[Paper, ...] = ()) -> FileOutcome:
        """Draw up papers by the activity that claims, prints and confirms."""
        outcome = await court_orders.file(self._do, self.case, remedy, papers, self.now())
        self._hear(outcome.facts)
        return outcome

    async def place(self, placement: Placement) -> AgencyOutcome:
        """Hand the case to an agency under the placement's key."""
        case, number = self.case, self.case.placements + 1
        loan, until = (case.loan_id, case.borrower_id, case.episode), placement.until.date()
        lot = placement.by_lot
        order = PlacementOrder(*loan, number, placement.agency, until, case.now, lot)
        outcome = await self._do(
            contracts.PLACE_WITH_AGENCY,
            order,
            AgencyOutcome,
            activity_id=f"place-{number}-{placement.agency}",
            summary=f"agency {placement.agency}",
            unless=not_placed_yet(case),
            waiting=Waiting(
                case.clock.at(workflow.now() + GIVE_UP),
                f"agency {placement.agency} to answer",
                "if the agency does not answer: tell it to stop, ask a person, and go on",
            ),
        )
        rule = SILENT if outcome is None else outcome.reason
        if rule in (SILENT, ANEW):
            outcome = await self._do(
                contracts.LEAVE_PLACEMENT,
                LeaveOrder(order, rule),
                AgencyOutcome,
                activity_id=self._numbered(f"leave-place-{number}"),
                summary=f"agency {placement.agency}",
            )
        if outcome is None or (outcome.kind, outcome.reason) == (Placed.DEFERRED, SILENT):
            return AgencyOutcome(Placed.UNREACHABLE)
        return outcome

    async def tell_agency(self, placement: Placement, what: str, reason: str) -> AgencyOutcome:
        """Tell the agency under a key of the placement."""
        order = AgencyOrder(placement.key, what, reason, self.now())
        outcome = await self._do(
            contracts.TELL_AGENCY,
            order,
            AgencyOutcome,
            activity_id=f"tell-{self.case.placements}-{what}",
            summary=f"{what} · {reason}",
        )
        return outcome or AgencyOutcome(Placed.UNREACHABLE)

    async def close(self) -> bool:
        """Write how the case ended; False when the ledger knew money that undoes a cure."""
        case = self.case
        assert case.outcome is not None, "only an ended case is closed"
        records, case.unwritten = tuple(case.unwritten), []
        loan, why = (case.loan_id, case.borrower_id, case.episode), case.closing_reason
        order = CloseOrder(*loan, case.outcome, why, case.now, records, case.ledger_version)
        asked = case.asked["close"] = case.asked.get("close", 0) + 1
        named = "close" if asked == 1 else f"close-{asked}"
        facts = await self._do(
            contracts.CLOSE_CASE, order, _FACTS, activity_id=named, summary=str(case.outcome)
        )
        if facts:
            case.unwritten = [*records, *case.unwritten]
        self._hear(facts or ())
        return not facts or (case.cured and await self.close())

    def _unsettled(self) -> bool:
        changed = marks(self.case) != self._shown
        return bool(self.case.unwritten) or changed or _must_roll()

    async def _settle(self) -> None:
        """Before a wait: write what was agreed, show what changed, and stay short."""
        case = self.case
        while case.unwritten:
            records, case.unwritten = tuple(case.unwritten), []
            order = RecordOrder(case.loan_id, case.borrower_id, case.episode, records)
            rule = await self._do(
                contracts.RECORD_AGREED,
                order,
                _RULE,
                activity_id=self._numbered("record"),
                summary=", ".join(sorted({record.kind for record in records})),
            )
            if rule:
                take_back_report(case, rule)
        if (shown := marks(case)) != self._shown:
            self._shown = shown
            workflow.upsert_search_attributes(search_attributes(case))
        if _must_roll():
            await workflow.wait_condition(workflow.all_handlers_finished)
            workflow.continue_as_new(case)

    async def _ask_person(self, what: str, reason: str) -> None:
        case = self.case
        await self._put(TaskOrder(case.loan_id, case.episode, what, reason, case.now))

    async def _put(self, order: TaskOrder) -> None:
        name, said = self._numbered(f"ask-{order.what}"), order.reason
        await self._do(contracts.ASK_PERSON, order, type(None), activity_id=name, summary=said)

    async def _do(  # noqa: PLR0913 - what operators see of an activity is given with it
        self,
        name: str,
        order: object,
        answer: type[_Answer],
        *,
        activity_id: str,
        summary: str,
        priority: Priority = Priority.default,
        unless: Unless[_Answer] | None = None,
        waiting: Waiting | None = None,
    ) -> _Answer | None:
        """Run an activity; one that cannot be done becomes a task for a person and None.

        While it runs, the case waits as `waiting` says; None: it is about to move on.
        """
        if waiting is not None:
            self._news, self.waiting = bool, waiting
            self.show()
        try:
            result = await act(
                name,
                order,
                answer,
                activity_id=activity_id,
                summary=summary,
                priority=priority,
                unless=unless,
            )
        finally:
            self.waiting = None
        self._live_through(self.now())
        if isinstance(result, Failed):
            self.case.log("failed", f"{activity_id}: {result.why}")
            if name != contracts.ASK_PERSON:
                await self._ask_person(f"failed-{activity_id}", f"{name} failed: {result.why}")
            return None
        return result

    def _hear(self, facts: Iterable[MoneyFact]) -> None:
        for fact in facts:
            hear(self.case, fact, self.strategy, self.now())

    def _numbered(self, what: str) -> str:
        number = self.case.asked[what] = self.case.asked.get(what, 0) + 1
        return f"{what}-{number}"

    def _live_through(self, at: datetime) -> None:
        self.case.now = max(self.case.now, at)


def _must_roll() -> bool:
    info = workflow.info()
    return (
        info.is_continue_as_new_suggested()
        or info.get_current_history_length() > ROLL_AT_EVENTS
        or info.is_target_worker_deployment_version_changed()
    )
