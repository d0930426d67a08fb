"""The second person behind a dealing: asked when there is none yet, named once they approved."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from commands.doors import House
from commands.saying import Failed
from domain.account import LoanAccount
from domain.authority import Action, Authority, Question
from domain.clock import local_date
from domain.refused import Refused
from ledger import approvals
from ledger.accounts import account_of
from ledger.approval_tables import ApprovalRow
from ledger.cases import open_case_of
from ledger.dealings import Dealing, needs_second
from ledger.values import LoanView
from ledger.words import MoneyKind
from policies.authority_files import load_authority

ACTIONS = {
    MoneyKind.WAIVER: Action.DISCOUNT,
    MoneyKind.SETTLEMENT: Action.DISCOUNT,
    MoneyKind.CHARGE_OFF: Action.WRITE_OFF,
}
"""What each dealing that gives up money is to a second person."""


def authority_of(house: House) -> Authority:
    """Who may decide what; raises PolicyError for a file that is not sound."""
    return load_authority(house.settings.authority_file)


def with_second(
    session: Session, authority: Authority, view: LoanView, dealing: Dealing, at: datetime
) -> Dealing | None:
    """The dealing with who approved it, where it needs somebody; None: that was just asked for.

    The approval has the dealing's own id. Raises Failed while nobody has answered, and when it was
    not given for this.
    """
    action = ACTIONS.get(dealing.kind)
    if action is None:
        return dealing
    code = view.loan.currency
    alone = authority.level_of(dealing.by).limits.get(Action.DISCOUNT, {}).get(code, 0)
    dealing = replace(dealing, authority_minor=alone)
    given_up = _given_up(dealing, account_of(session, view.loan, dealing.on))
    if not needs_second(dealing, given_up):
        return dealing
    if session.get(ApprovalRow, dealing.event_id) is None:
        question = Question(action, dealing.by, at, given_up, code)
        approvals.ask(session, _new(session, view, dealing, question, at), authority)
        return None
    found = approvals.approved(session, dealing.event_id, view.loan.loan_id, action, given_up)
    if isinstance(found, Refused):
        raise Failed(found.reason)
    return replace(dealing, approved_by=found.answered_by)


def _given_up(dealing: Dealing, account: LoanAccount) -> int:
    """How much is given up, in minor units."""
    if dealing.kind is MoneyKind.SETTLEMENT:
        return max(0, account.payoff_minor - dealing.amount_minor)
    return account.owed_minor if dealing.kind is MoneyKind.CHARGE_OFF else dealing.amount_minor


def _new(
    session: Session, view: LoanView, dealing: Dealing, question: Question, at: datetime
) -> approvals.NewApproval:
    mine = open_case_of(session, view.loan.loan_id)
    episode = mine.episode if mine else local_date(at, view.borrower.calendar_zone)
    return approvals.NewApproval(dealing.event_id, view.loan.loan_id, episode, question)
