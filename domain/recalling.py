"""Taking a case back from an agency: named steps in a fixed order, each of which ends."""

from datetime import datetime, timedelta

from domain.acknowledging import DATA, RECALL
from domain.bureau import ReportKind
from domain.case import Case
from domain.outcomes import AgencyOutcome, Placed
from domain.placement import Placement, Recall
from domain.records import BureauOrdered, PlacementSettled, RecallOverdue

STOP = "stop"
ACKNOWLEDGE = "acknowledge"
COMMISSION = "commission"
DATA_BACK = "data"
DATA_GONE = "data gone"
BUREAU = "bureau"

STEPS = (STOP, ACKNOWLEDGE, COMMISSION, DATA_BACK, DATA_GONE, BUREAU)
"""The order of a recall: the agency stops, says so, is settled with, gives the data back or deletes
it, says so, and the bureau hears what changed."""

AWAITED = {ACKNOWLEDGE: RECALL, DATA_GONE: DATA}
"""Steps that wait for the agency, and what it has to acknowledge."""


def begin(case: Case, reason: str, *, done: bool) -> None:
    """Start to take the case back; `done` says that the agency had its turn."""
    placement = _placement(case)
    placement.recall = Recall(reason, done)
    placement.awaited.clear()


def next_step(placement: Placement) -> str | None:
    """The step a recall is at, or None when all are over."""
    assert placement.recall is not None, "no recall has begun"
    return next((step for step in STEPS if step not in placement.recall.steps), None)


def told(case: Case, step: str, outcome: AgencyOutcome) -> None:
    """Take down what the agency said to the recall or to the request for the data."""
    placement, recall = _placement(case), _recall(case)
    what = {STOP: RECALL, DATA_BACK: DATA}[step]
    if step == STOP:
        recall.answer = outcome.kind
    if outcome.pending and what not in placement.early:
        days = timedelta(days=placement.recall_days or placement.answer_days)
        placement.awaited[what] = case.now + days
    elif not outcome.pending and outcome.kind is not Placed.ACCEPTED:
        _overdue(case, step)
    over(case, step)


def by_when(case: Case, step: str) -> datetime | None:
    """Until when a step waits for the agency; None when there is nothing left to wait for."""
    return _placement(case).awaited.get(AWAITED[step])


def unanswered(case: Case, step: str) -> None:
    """The agency never acknowledged that: a person hears of it, and the recall goes on."""
    del _placement(case).awaited[AWAITED[step]]
    _overdue(case, step)


def settle(case: Case) -> None:
    """Have the ledger end the placement and settle the commission."""
    case.unwritten.append(PlacementSettled(_placement(case).key, case.now))
    over(case, COMMISSION)


def tell_bureau(case: Case) -> None:
    """A debt that was reported and is cured is corrected before the agency's file is closed."""
    correct_report(case)
    over(case, BUREAU)


def over(case: Case, step: str) -> None:
    """The step is over."""
    _recall(case).steps.append(step)


def correct_report(case: Case) -> None:
    """Order the correction of a report once the debt is cured; nothing without a report."""
    if case.reported and case.cured:
        case.unwritten.append(BureauOrdered(ReportKind.CURED, case.now))
        case.reported = False
        case.log("bureau", "correction ordered")


def take_back_correction(case: Case) -> None:
    """The cure was undone before its correction was written: the report stands."""
    for record in case.unwritten:
        if isinstance(record, BureauOrdered) and record.report is ReportKind.CURED:
            case.unwritten.remove(record)
            case.reported = True
            case.log("bureau", "correction taken back")
            return


def _overdue(case: Case, step: str) -> None:
    placement = _placement(case)
    case.unwritten.append(RecallOverdue(placement.key, step, case.now))
    case.log("agency", f"{placement.agency}: recall, {step}: no answer")


def _placement(case: Case) -> Placement:
    assert case.placement is not None, "only a placed case can be recalled"
    return case.placement


def _recall(case: Case) -> Recall:
    recall = _placement(case).recall
    assert recall is not None, "no recall has begun"
    return recall
