"""Opening a case: everything the ledger knows about a loan becomes the case's beginning."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from domain.case import Case
from domain.clock import Clock, local_date
from domain.delinquency import paid_by
from domain.early import first_unpaid
from domain.keys import case_id
from domain.opening import go_on_counting, open_case
from domain.records import HoldChanged
from domain.strategy import Strategy
from intake.treatments import Treatments
from ledger import cases, grievances
from ledger.cases import NewCase
from ledger.loans import loan_view
from ledger.numbered import numbered
from ledger.values import LoanView


@dataclass(frozen=True, slots=True)
class Opened:
    """A case whose file is open.

    `fresh` when the file was opened just now; `again` when an earlier run had closed it before.
    """

    case: Case
    fresh: bool
    again: bool

    @property
    def case_id(self) -> str:
        """The case's workflow id."""
        return case_id(self.case.loan_id, self.case.episode)


def open_file(
    session: Session, treatments: Treatments, loan_id: str, at: datetime, clock: Clock
) -> Opened | None:
    """Open the file of the loan's case, or find it open; None when nothing is to be collected.

    `why_none` says why. An open file keeps its episode and its strategy; a case
    rests from its first moment for what is held against us then. Raises UnknownStrategy.
    """
    view = loan_view(session, loan_id)
    assert view is not None, f"the loan {loan_id} is looked for before its case is opened"
    mine = cases.open_case_of(session, loan_id)
    if mine is None and grievances.uncorrected(session, loan_id):
        return None
    strategy = treatments.chosen(session, mine.strategy if mine else view.loan.strategy)
    case = case_of(view, strategy, at, clock)
    if case is None or (mine is None and _ended_by_people(session, case)):
        return None
    if mine is not None:
        case.episode = mine.episode
    _rest(session, case)
    if mine is not None:
        return Opened(case, fresh=False, again=False)
    before = cases.case_file(session, case_id(loan_id, case.episode))
    if before is not None:
        go_on_counting(case, strategy, numbered(session, before))
    treatments.keep(session, strategy, at)
    cases.open_case(session, _new(view, case), at)
    return Opened(case, fresh=True, again=before is not None)


def case_of(
    view: LoanView, strategy: Strategy, at: datetime, clock: Clock | None = None
) -> Case | None:
    """The case of that loan as it would open at `at`; None while nothing is to be collected.

    Without a clock it lives by its own time, as in a rehearsal.
    """
    return open_case(
        loan_id=view.loan.loan_id,
        borrower_id=view.borrower.borrower_id,
        currency=view.loan.currency,
        jurisdiction=view.borrower.jurisdiction,
        region=view.borrower.region,
        zone=view.borrower.calendar_zone,
        strategy=strategy,
        at=at,
        instalments=list(view.instalments),
        payments=list(view.payments),
        portfolio=view.loan.portfolio,
        clock=clock,
        forgiven_minor=view.forgiven_minor,
        waived_minor=view.waived_minor,
        plan_interest=view.plan_interest,
    )


def why_none(session: Session, treatments: Treatments, loan_id: str, at: datetime) -> str:
    """Why the loan has no case and gets none now, in a sentence. Raises UnknownStrategy."""
    view = loan_view(session, loan_id)
    assert view is not None, f"the loan {loan_id} is looked for before its case is opened"
    strategy = treatments.chosen(session, view.loan.strategy)
    today = local_date(at, view.borrower.calendar_zone)
    unpaid = first_unpaid(view.instalments, paid_by(view.credits, today), strategy.terms)
    if grievances.uncorrected(session, loan_id):
        return "A dispute ended for the borrower and is still to be put right (`task list`)."
    if unpaid is None:
        return "Everything is paid."
    if strategy.early is None:
        return f"Nothing is late, and {strategy.name} opens no case before a due date."
    if today < unpaid.due - timedelta(days=strategy.early.days_ahead):
        ahead = f"{strategy.early.days_ahead} days ahead at the earliest"
        return f"Nothing is late; {strategy.name} speaks of {unpaid.due} {ahead}."
    return f"Nothing is late; of {unpaid.due} it is not spoken yet, or people have closed its case."


def _ended_by_people(session: Session, case: Case) -> bool:
    """Whether people closed the case of a due date that is still ahead: they meant it."""
    file = cases.case_file(session, case_id(case.loan_id, case.episode)) if case.early else None
    return file is not None and file.outcome is not None and not file.outcome.paid


def _rest(session: Session, case: Case) -> None:
    """Let it begin with the holds of every complaint and dispute that is open."""
    own = case_id(case.loan_id, case.episode)
    for hold in grievances.resting(session, case.loan_id, case.borrower_id, own):
        case.holds.append(hold)
        case.unwritten.append(HoldChanged(hold, case.now))
        case.log("hold", f"{hold.reason} until lifted")


def _new(view: LoanView, case: Case) -> NewCase:
    return NewCase(case.loan_id, view.borrower.borrower_id, case.episode, case.strategy_id)
