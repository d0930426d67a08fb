"""The life of one delinquent loan, from its first missed day to cure, closing or exhaustion.

Where the strategy has early notices it begins some days before, and may end paid in time.

Facts are signals and cannot be refused; requests are updates that answer, and signals of the same
name that write a refusal on the case. Everything said is handed to the case; the stages notice.
A signal sent without content, as can happen by hand, says nothing and must not stop the case.
"""

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from domain.case import Case, Entry
    from domain.facts import (
        AgencyReported,
        BorrowerReached,
        ContactBounced,
        ContactFailed,
        ContactRepaired,
        CourtSaid,
        DebtForgiven,
        Fact,
        GrievanceDecided,
        PaymentReceived,
        PaymentReversed,
        StandingChanged,
    )
    from domain.hearing import ask, hear
    from domain.known import rules, strategy
    from domain.legal.asking import FileEvidence
    from domain.legal.file import LegalFile
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
    """One delinquent loan; ends cured, paid in time, closed by a person, or exhausted."""

    @workflow.init
    def __init__(self, case: Case) -> None:
        self.case = case
        self.strategy = strategy(case.strategy_id)
        self.desk = TemporalDesk(case, self.strategy)

    @workflow.run
    async def run(self, case: Case) -> Outcome:  # noqa: ARG002 - taken by @workflow.init
        """Live from the stage the case is in to its end."""
        return await live(self.case, self.strategy, self.desk)

    # Facts: what happened.

    @workflow.signal
    def payment_received(self, fact: PaymentReceived | None = None) -> None:
        """Money came in for this loan."""
        self._hear(fact)

    @workflow.signal
    def payment_reversed(self, fact: PaymentReversed | None = None) -> None:
        """A payment was charged back, recalled or booked by mistake."""
        self._hear(fact)

    @workflow.signal
    def debt_forgiven(self, fact: DebtForgiven | None = None) -> None:
        """A waiver or settlement changed what is owed, or was taken back."""
        self._hear(fact)

    @workflow.signal
    def contact_bounced(self, fact: ContactBounced | None = None) -> None:
        """A message did not arrive, or came back."""
        self._hear(fact)

    @workflow.signal
    def agency_reported(self, fact: AgencyReported | None = None) -> None:
        """The agency reported on its placement."""
        self._hear(fact)

    @workflow.signal
    def borrower_reached(self, fact: BorrowerReached | None = None) -> None:
        """The borrower wrote back, answered, or called us."""
        self._hear(fact)

    @workflow.signal
    def contact_failed(self, fact: ContactFailed | None = None) -> None:
        """A call or a visit reached nobody."""
        self._hear(fact)

    @workflow.signal
    def contact_repaired(self, fact: ContactRepaired | None = None) -> None:
        """There is a new contact point."""
        self._hear(fact)

    @workflow.signal
    def grievance_decided(self, fact: GrievanceDecided | None = None) -> None:
        """A complaint or dispute was answered, or we were too late."""
        self._hear(fact)

    @workflow.signal
    def standing_changed(self, fact: StandingChanged | None = None) -> None:
        """Something binds everybody who contacts this person, or binds them no longer."""
        self._hear(fact)

    @workflow.signal
    def court_said(self, fact: CourtSaid | None = None) -> None:
        """Something happened at a court."""
        self._hear(fact)

    # Requests that answer: a refused one leaves no trace in the history.

    @workflow.update
    def promise_to_pay(self, request: PromiseToPay) -> CaseState:
        """The borrower promises an amount by a date."""
        return self._take(request)

    @promise_to_pay.validator
    def _promise_to_pay(self, request: PromiseToPay) -> None:
        self._check(request)

    @workflow.update
    def agree_plan(self, request: AgreePlan) -> CaseState:
        """Dated instalments were agreed with the borrower."""
        return self._take(request)

    @agree_plan.validator
    def _agree_plan(self, request: AgreePlan) -> None:
        self._check(request)

    @workflow.update
    def place_hold(self, request: PlaceHold) -> CaseState:
        """Leave the borrower in peace for a reason."""
        return self._take(request)

    @place_hold.validator
    def _place_hold(self, request: PlaceHold) -> None:
        self._check(request)

    @workflow.update
    def lift_hold(self, request: LiftHold) -> CaseState:
        """End one hold; the others stay."""
        return self._take(request)

    @lift_hold.validator
    def _lift_hold(self, request: LiftHold) -> None:
        self._check(request)

    @workflow.update
    def assign(self, request: Assign) -> CaseState:
        """Give the case to a collector."""
        return self._take(request)

    @assign.validator
    def _assign(self, request: Assign) -> None:
        self._check(request)

    @workflow.update
    def note(self, request: Note) -> CaseState:
        """A note was written; its text is in the ledger."""
        return self._take(request)

    @note.validator
    def _note(self, request: Note) -> None:
        self._check(request)

    @workflow.update
    def approve(self, request: Approve) -> CaseState:
        """A second person answers what the case asked."""
        return self._take(request)

    @approve.validator
    def _approve(self, request: Approve) -> None:
        self._check(request)

    @workflow.update
    def file_evidence(self, request: FileEvidence) -> CaseState:
        """Something was put on the legal file; the ledger has it."""
        return self._take(request)

    @file_evidence.validator
    def _file_evidence(self, request: FileEvidence) -> None:
        self._check(request)

    @workflow.update
    def close(self, request: Close) -> CaseState:
        """End the case for a reason that only people can know."""
        return self._take(request)

    @close.validator
    def _close(self, request: Close) -> None:
        self._check(request)

    # The same requests as signals: for the Temporal UI, the command line and other systems.

    @workflow.signal(name="promise_to_pay")
    def promise_to_pay_said(self, request: PromiseToPay | None = None) -> None:
        """As the update of the same name."""
        self._ask(request)

    @workflow.signal(name="agree_plan")
    def agree_plan_said(self, request: AgreePlan | None = None) -> None:
        """As the update of the same name."""
        self._ask(request)

    @workflow.signal(name="place_hold")
    def place_hold_said(self, request: PlaceHold | None = None) -> None:
        """As the update of the same name."""
        self._ask(request)

    @workflow.signal(name="lift_hold")
    def lift_hold_said(self, request: LiftHold | None = None) -> None:
        """As the update of the same name."""
        self._ask(request)

    @workflow.signal(name="assign")
    def assign_said(self, request: Assign | None = None) -> None:
        """As the update of the same name."""
        self._ask(request)

    @workflow.signal(name="note")
    def note_said(self, request: Note | None = None) -> None:
        """As the update of the same name."""
        self._ask(request)

    @workflow.signal(name="approve")
    def approve_said(self, request: Approve | None = None) -> None:
        """As the update of the same name."""
        self._ask(request)

    @workflow.signal(name="file_evidence")
    def file_evidence_said(self, request: FileEvidence | None = None) -> None:
        """As the update of the same name."""
        self._ask(request)

    @workflow.signal(name="close")
    def close_said(self, request: Close | None = None) -> None:
        """As the update of the same name."""
        self._ask(request)

    # Questions.

    @workflow.query
    def state(self) -> CaseState:
        """Where the case stands, and what it waits for."""
        return state(self.case, self.strategy, self.desk.awaited(), self.desk.now())

    @workflow.query
    def timeline(self) -> list[Entry]:
        """Everything that happened in the case."""
        return self.case.timeline

    @workflow.query
    def legal(self) -> LegalFile | None:
        """The legal file of the case; None while there is none."""
        return self.case.legal

    @workflow.query
    def future(self) -> list[Expected]:
        """The next thirty days if nobody says anything."""
        return future(self.case, self.strategy, rules())

    def _hear(self, fact: Fact | None) -> None:
        if fact is not None:
            hear(self.case, fact, self.strategy, self.desk.heard_at(fact.at))
            self.desk.show()

    def _ask(self, request: Request | None) -> None:
        if request is not None:
            ask(self.case, request, self.strategy, self.desk.heard_at(request.at))
            self.desk.show()

    def _take(self, request: Request) -> CaseState:
        self._ask(request)
        return self.state()

    def _check(self, request: Request) -> None:
        if request.request_id in self.case.heard:
            return
        now = max(self.case.now, self.desk.heard_at(request.at))
        if refused := refusal(self.case, request, self.strategy, now):
            raise ApplicationError(refused.reason, type=refused.rule, non_retryable=True)
