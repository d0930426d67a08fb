"""What an agency must acknowledge, and by when: it loses a case it does not answer for."""

from datetime import datetime, timedelta

from domain.case import Case
from domain.facts import AgencyReported
from domain.outcomes import AgencyOutcome
from domain.placement import Placement

THE_CASE = "placement"
RECALL = "recall"
DATA = "return-data"
"""What can be acknowledged, beside holds, rights and payments by their own names."""


def await_answer(placement: Placement, what: str, outcome: AgencyOutcome, now: datetime) -> None:
    """Wait for its acknowledgement, when the answer was only that the message is there."""
    if outcome.pending and what not in placement.early:
        placement.awaited[what] = now + timedelta(days=placement.answer_days)


def answered(placement: Placement, fact: AgencyReported) -> None:
    """Take down what a report acknowledges; whoever works a case has acknowledged it.

    What comes before we wait for it counts as soon as we would.
    """
    what = DATA if fact.status == "data_gone" else fact.about or THE_CASE
    if fact.status in ("data_gone", "acknowledged"):
        if placement.awaited.pop(what, None) is None and what not in placement.early:
            placement.early.append(what)
    elif fact.status in ("contacted", "promised"):
        placement.awaited.pop(THE_CASE, None)


def next_answer(placement: Placement) -> tuple[str, datetime] | None:
    """What must be acknowledged first, and by when; None when nothing is awaited."""
    if not placement.awaited:
        return None
    return min(placement.awaited.items(), key=lambda item: (item[1], item[0]))


def lapse(case: Case, now: datetime) -> bool:
    """Whether the agency let something lapse; it loses the case for that."""
    placement = case.placement
    assert placement is not None, "only the agency that has the case answers for it"
    first = next_answer(placement)
    if first is None or first[1] > now:
        return False
    what = first[0].partition("-")[0]
    placement.returned = f"{what} not acknowledged"
    case.log("agency", f"{placement.agency}: {first[0]} not acknowledged")
    return True
