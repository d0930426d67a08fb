"""What operators are told of a case: what waits by a rule, each line told apart."""

from datetime import timedelta

from domain.outcomes import AgencyOutcome, Placed, SendOutcome, Sent
from domain.placement import Placement
from domain.steps import Step
from domain.telling import Waiting, current_details, put_off, state
from tests.workflows.loans import OPENED, late_loan
from tests.workflows.seeded import PLAIN

LATER = OPENED + timedelta(hours=8)
LATER_SAID = f"{LATER:%Y-%m-%d %H:%M} UTC"
CAP = SendOutcome(Sent.DEFERRED, "CN-CAP-01", "Three in a day are enough.", until=LATER)
WAITING = Waiting(LATER, "gentle email", "make contact: gentle by email")


def gentle() -> Step:
    return next(step for step in PLAIN.remind.steps if step.name == "gentle")


def test_a_contact_that_waits_is_told_with_its_reason_its_rule_and_its_instant():
    case = late_loan("T1")
    case.record(gentle(), CAP)
    said = f"gentle until {LATER_SAID}: Three in a day are enough (CN-CAP-01)"
    assert put_off(case, OPENED) == said
    assert f"- **Put off:** {said}" in current_details(case, PLAIN, WAITING).splitlines()
    assert state(case, PLAIN, WAITING, OPENED).put_off == said


def test_what_waits_no_more_is_not_told():
    case = late_loan("T2")
    case.record(gentle(), CAP)
    assert put_off(case, LATER) == ""
    case.record(gentle(), SendOutcome(Sent.SENT))
    assert put_off(case, OPENED) == ""
    assert "Put off" not in current_details(case, PLAIN, WAITING)


def test_a_rule_without_words_stands_alone():
    case = late_loan("T3")
    case.record(gentle(), SendOutcome(Sent.DEFERRED, "ledger-behind", until=LATER))
    assert put_off(case, OPENED) == f"gentle until {LATER_SAID}: ledger-behind"


def test_a_placement_that_the_ledger_puts_off_is_told_until_it_was_made():
    case = late_loan("T4")
    placement = Placement("place/T4/2026-01-10/1", "north", OPENED, LATER + timedelta(days=60))
    case.handed_off(placement, AgencyOutcome(Placed.DEFERRED, reason="scrub-plan", until=LATER))
    assert put_off(case, OPENED) == f"placement until {LATER_SAID}: scrub-plan"
    case.handed_off(placement, AgencyOutcome(Placed.ACCEPTED))
    assert put_off(case, OPENED) == ""


def test_every_line_of_the_details_has_a_name_and_a_value_told_apart():
    lines = current_details(late_loan("T5"), PLAIN, WAITING).splitlines()
    assert "- **Days past due:** 1 (M1)" in lines
    assert all(line.startswith("- **") and ":** " in line for line in lines)
