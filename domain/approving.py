"""What a case asks of a second person: one thing at a time, answered, or a yes taken back."""

from dataclasses import replace
from datetime import datetime

from domain.case import Approval, Case
from domain.keys import question_id
from domain.orders import TaskOrder

DECLINED = "approval-declined"
STILL_OPEN = ("approval-unknown", "approval-open")
"""Rules by which the ledger has no yes: a second person said no, or nobody has answered yet."""


def ask_second(case: Case, what: str, at: datetime, until: datetime) -> Approval:
    """Put a question to a second person: from now on it is the one that the case has open."""
    counted = f"approve-{what}"
    number = case.asked[counted] = case.asked.get(counted, 0) + 1
    case.approval = Approval(what, at, until, number=number)
    return case.approval


def question_order(case: Case, question: Approval) -> TaskOrder:
    """The question as it goes on record."""
    return TaskOrder(
        case.loan_id,
        case.episode,
        question.what,
        f"approve {question.what}",
        question.asked_at,
        question_id(case.loan_id, case.episode, question.what, question.number),
        question.until,
    )


def approval_of(case: Case, what: str) -> Approval | None:
    """The question that was asked about this step, or None."""
    asked_for = case.approval
    return asked_for if asked_for is not None and asked_for.what == what else None


def answered(case: Case) -> bool:
    """Whether a second person has said yes or no."""
    return case.approval is not None and case.approval.answer is not None


def lapsed(case: Case, question: Approval) -> bool:
    """Whether nobody answered a question in time while the case did not wait for it."""
    return question.answer is None and question.until <= case.now


def take_back(case: Case, rule: str) -> Approval | None:
    """Take back a yes that the ledger does not have, by its rule; answers what to ask again.

    None when nothing is: the ledger has a no, which counts, or a yes to something else, so that
    the case asks anew.
    """
    question = case.approval
    assert question is not None and question.answer, "only a yes is looked up in the ledger"
    case.log("approval", f"{question.what}: not on record ({rule})")
    if rule == DECLINED:
        case.approval = replace(question, answer=False, by="")
        return None
    case.approval = replace(question, answer=None, by="") if rule in STILL_OPEN else None
    return case.approval
