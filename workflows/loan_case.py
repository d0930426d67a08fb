"""The life of one delinquent loan, from its first missed day to cure, closing or exhaustion.

Facts are signals and cannot be refused; requests are updates that answer, and signals of the same
name that write a refusal on the case. Everything said is handed to the case; the stages notice.
"""

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from domain.case import Case, Entry
    from domain.facts import (
        AgencyReported,
        ContactBounced,
        Fact,
        PaymentReceived,
        PaymentReversed,
    )
    from domain.hearing import ask, hear
    from domain.known import contact_rules, strategy
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
        refusal,
    )
    from domain.strategy import Outcome
    from domain.telling import CaseState, state
    from simulation.future import Expected, future
    from workflows.stages import live
    from workflows.temporal_desk import TemporalDesk


@workflow.defn(name="LoanCase")
class LoanCase:
    """One delinquent loan; ends cured, closed by a person, or exhausted."""

    @workflow.init
    def __init__(self, case: Case) -> None:
        self.case = case
        self.strategy = strategy(case.strategy_id)
        self.desk = TemporalDesk(case, self.strategy)

    @workflow.run
    async def run(self, case: Case) -> Outcome:
        """Live from the stage the case is in to its end."""
        return await live(self.case, self.strategy, self.desk)

    # Facts: what happened.

    @workflow.signal(description="Money came in for this loan.")
    def payment_received(self, fact: PaymentReceived) -> None:
        self._hear(fact)

    @workflow.signal(description="A payment was charged back, recalled or booked by mistake.")
    def payment_reversed(self, fact: PaymentReversed) -> None:
        self._hear(fact)

    @workflow.signal(description="A message came back: the contact point is dead.")
    def contact_bounced(self, fact: ContactBounced) -> None:
        self._hear(fact)

    @workflow.signal(description="The agency reported on its placement.")
    def agency_reported(self, fact: AgencyReported) -> None:
        self._hear(fact)

    # Requests that answer: a refused one leaves no trace in the history.

    @workflow.update(description="The borrower promises an amount by a date.")
    def promise_to_pay(self, request: PromiseToPay) -> CaseState:
        return self._take(request)

    @promise_to_pay.validator
    def _promise_to_pay(self, request: PromiseToPay) -> None:
        self._check(request)

    @workflow.update(description="Dated instalments were agreed with the borrower.")
    def agree_plan(self, request: AgreePlan) -> CaseState:
        return self._take(request)

    @agree_plan.validator
    def _agree_plan(self, request: AgreePlan) -> None:
        self._check(request)

    @workflow.update(description="Leave the borrower in peace for a reason.")
    def place_hold(self, request: PlaceHold) -> CaseState:
        return self._take(request)

    @place_hold.validator
    def _place_hold(self, request: PlaceHold) -> None:
        self._check(request)

    @workflow.update(description="End one hold; the others stay.")
    def lift_hold(self, request: LiftHold) -> CaseState:
        return self._take(request)

    @lift_hold.validator
    def _lift_hold(self, request: LiftHold) -> None:
        self._check(request)

    @workflow.update(description="Give the case to a collector.")
    def assign(self, request: Assign) -> CaseState:
        return self._take(request)

    @assign.validator
    def _assign(self, request: Assign) -> None:
        self._check(request)

    @workflow.update(description="A note was written; its text is in the ledger.")
    def note(self, request: Note) -> CaseState:
        return self._take(request)

    @note.validator
    def _note(self, request: Note) -> None:
        self._check(request)

    @workflow.update(description="A second person answers what the case asked.")
    def approve(self, request: Approve) -> CaseState:
        return self._take(request)

    @approve.validator
    def _approve(self, request: Approve) -> None:
        self._check(request)

    @workflow.update(description="End the case for a reason that only people can know.")
    def close(self, request: Close) -> CaseState:
        return self._take(request)

    @close.validator
    def _close(self, request: Close) -> None:
        self._check(request)

    # The same requests as signals: for the Temporal UI, the command line and other systems.

    @workflow.signal(name="promise_to_pay", description="As the update of the same name.")
    def promise_to_pay_said(self, request: PromiseToPay) -> None:
        self._ask(request)

    @workflow.signal(name="agree_plan", description="As the update of the same name.")
    def agree_plan_said(self, request: AgreePlan) -> None:
        self._ask(request)

    @workflow.signal(name="place_hold", description="As the update of the same name.")
    def place_hold_said(self, request: PlaceHold) -> None:
        self._ask(request)

    @workflow.signal(name="lift_hold", description="As the update of the same name.")
    def lift_hold_said(self, request: LiftHold) -> None:
        self._ask(request)

    @workflow.signal(name="assign", description="As the update of the same name.")
    def assign_said(self, request: Assign) -> None:
        self._ask(request)

    @workflow.signal(name="note", description="As the update of the same name.")
    def note_said(self, request: Note) -> None:
        self._ask(request)

    @workflow.signal(name="approve", description="As the update of the same name.")
    def approve_said(self, request: Approve) -> None:
        self._ask(request)

    @workflow.signal(name="close", description="As the update of the same name.")
    def close_said(self, request: Close) -> None:
        self._ask(request)

    # Questions.

    @workflow.query(description="Where the case stands, and what it waits for.")
    def state(self) -> CaseState:
        return state(self.case, self.strategy, self.desk.waiting, self.desk.now())

    @workflow.query(description="Everything that happened in the case.")
    def timeline(self) -> list[Entry]:
        return self.case.timeline

    @workflow.query(description="The next thirty days if nobody says anything.")
    def future(self) -> list[Expected]:
        return future(self.case, self.strategy, contact_rules())

    def _hear(self, fact: Fact) -> None:
        hear(self.case, fact, self.strategy, self.desk.heard_at(fact.at))

    def _ask(self, request: Request) -> None:
        ask(self.case, request, self.strategy, self.desk.heard_at(request.at))

    def _take(self, request: Request) -> CaseState:
        self._ask(request)
        return self.state()

    def _check(self, request: Request) -> None:
        if request.request_id in self.case.heard:
            return
        now = max(self.case.now, self.desk.heard_at(request.at))
        if refused := refusal(self.case, request, self.strategy, now):
            raise ApplicationError(refused.reason, type=refused.rule, non_retryable=True)
