"""What is held against us when a case would open: it rests, or does not open at all."""

import pytest

from domain.clock import Clock
from domain.grievance_requests import GiveAnswer
from domain.grievances import Grievance, GrievanceKind, Verdict
from domain.holds import HoldReason
from domain.known import rules
from domain.orders import TaskOrder
from domain.refused import Refused
from intake.grievances import Said, grievance_from
from intake.opening import open_file
from ledger import grievances, tasks
from ledger.engine import writing
from ledger.loans import loan_view
from tests.intake.house import add, day, now

NOW = now()


def held(session, kind: GrievanceKind) -> Grievance:
    """Something held against us about the loan R1, in the ledger."""
    view = loan_view(session, "R1")
    assert view is not None
    said = Said("g1", kind, "not-mine", "ann", NOW)
    made = grievance_from(said, view, day(-2), rules(), NOW)
    assert isinstance(made, Grievance)
    grievances.open_(session, made, NOW)
    return made


@pytest.mark.parametrize("kind", [GrievanceKind.COMPLAINT, GrievanceKind.DISPUTE])
def test_a_case_that_opens_meanwhile_rests_from_its_first_moment(ledger, treatments, kind):
    add(ledger, "R1", day(-2))
    with writing(ledger) as session:
        held(session, kind)
        opened = open_file(session, treatments, "R1", NOW, Clock())
    assert opened is not None
    (hold,) = opened.case.holds
    assert (hold.reason, hold.until) == (HoldReason(kind.value), None)
    assert hold.hold_id == f"grievance/g1/{opened.case_id}"


def test_a_debt_that_was_not_owed_opens_no_case_until_it_is_put_right(ledger, treatments):
    add(ledger, "R1", day(-2))
    with writing(ledger) as session:
        made = held(session, GrievanceKind.DISPUTE)
        upheld = GiveAnswer("a", "ann", Verdict.UPHELD)
        assert grievances.answer(session, "g1", upheld, NOW) is None
        assert open_file(session, treatments, "R1", NOW, Clock()) is None
        order = TaskOrder("R1", made.episode, "grievance/g1/correct", "correct it", NOW)
        tasks.ask(session, order)
        (task,) = tasks.open_tasks(session)
        tasks.finish(session, task.key, "ann", NOW)
        opened = open_file(session, treatments, "R1", NOW, Clock())
    assert opened is not None
    assert opened.case.holds == []


def test_without_a_rule_nobody_can_say_by_when_it_is_answered(ledger, treatments):
    add(ledger, "R1", day(-2))
    with writing(ledger) as session:
        view = loan_view(session, "R1")
    assert view is not None
    said = Said("g1", GrievanceKind.DISPUTE, "not-mine", "ann", NOW)
    refused = grievance_from(said, view, day(-2), {}, NOW)
    assert isinstance(refused, Refused)
    assert refused.rule == "no-rule"
