"""What waits for a second person: asked, reminded of, answered or over; and authority lent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from domain.authority import (
    Action,
    Answer,
    Authority,
    Delegation,
    Question,
    lending_refusal,
    over_at,
    refusal,
    reminded_at,
    signer,
)
from domain.keys import task_key
from domain.orders import TaskOrder
from domain.refused import Refused
from ledger import decisions, offers, tasks
from ledger.approval_tables import ApprovalRow, DelegationRow
from ledger.cases import chain_of
from ledger.errors import KeyReused, LedgerError
from ledger.legal_figures import owes_nothing
from ledger.loans import lock_loan

FORGIVING = (Action.DISCOUNT, Action.AGREEMENT, Action.WRITE_OFF)
"""What is asked about a debt, and has no point once it is nothing."""


@dataclass(frozen=True, slots=True)
class NewApproval:
    """A question to a second person: about which loan and what of it.

    `subject` is an offer's id, what a case asks, or empty.
    """

    approval_id: str
    loan_id: str
    episode: date
    question: Question
    subject: str = ""


def ask(session: Session, new: NewApproval, authority: Authority | None = None) -> ApprovalRow:
    """Put the question on record and on the task list; the same again changes nothing.

    One that says itself when it is over needs no `authority`.
    """
    lock_loan(session, new.loan_id)
    asked = new.question
    known = session.get(ApprovalRow, new.approval_id)
    if known is not None:
        if (known.loan_id, known.action) != (new.loan_id, asked.action):
            raise KeyReused(f"Approval {new.approval_id!r} is known with other content.")
        return known
    row = ApprovalRow(
        approval_id=new.approval_id,
        loan_id=new.loan_id,
        episode=new.episode,
        action=asked.action,
        subject=new.subject,
        amount_minor=asked.amount_minor,
        currency=asked.currency,
        level=asked.level,
        asked_by=asked.asked_by,
        asked_at=asked.asked_at,
        over_at=_over_at(asked, authority),
    )
    session.add(row)
    _decide(session, row, "asked", asked.asked_at, asked.asked_by)
    what = new.subject if asked.until else f"the {row.action}"
    _task(session, row, "approve", f"approve {what}", asked.asked_at)
    return row


def answer(  # noqa: PLR0913 - who answers what, how, and by whose authority
    session: Session,
    approval_id: str,
    given: bool,
    by: str,
    authority: Authority,
    at: datetime,
) -> ApprovalRow | Refused:
    """A second person approves or declines; the same again changes nothing.

    An offer that waited for it is made, or withdrawn.
    """
    row = _locked(session, approval_id)
    wanted = Answer.GIVEN if given else Answer.DECLINED
    if row.answer is not None:
        if (row.answer, row.answered_by) == (wanted, by):
            return row
        return Refused("approval-answered", f"It was {row.answer} by {row.answered_by or 'time'}.")
    lent = delegations(session, by)
    if refused := refusal(authority, lent, question_of(row), by, at):
        return refused
    signed = signer(authority, lent, question_of(row), by, at)
    row.lent_by = "" if signed is None or signed == by else signed
    _finish(session, row, wanted, by, at)
    return row


def end(session: Session, approval_id: str, at: datetime) -> None:
    """End a question whose answer nobody waits for any more; one that was answered stays so."""
    row = _locked(session, approval_id)
    if row.answer is None:
        _finish(session, row, Answer.OVER, "", at)


def end_about_nothing(session: Session, at: datetime, loan_id: str = "") -> int:
    """End every question about forgiving a debt that is nothing, of one loan or all; how many."""
    asked = [row for row in waiting(session, loan_id) if row.action in FORGIVING]
    over = [row for row in asked if owes_nothing(session, row.loan_id, at)]
    for row in over:
        end(session, row.approval_id, at)
    return len(over)


def sweep(session: Session, authority: Authority, at: datetime) -> tuple[int, int]:
    """Speak again of what waits long, end what nobody answered or needs: how many of each."""
    reminded, ended = 0, end_about_nothing(session, at)
    for row in waiting(session):
        if at >= row.over_at:
            end(session, row.approval_id, at)
            ended += 1
        elif row.reminded_at is None and at >= reminded_at(question_of(row), authority):
            since = f"the {row.action} waits since {row.asked_at:%Y-%m-%d}"
            _task(session, row, "remind", since, at)
            row.reminded_at = at
            session.add(row)
            reminded += 1
    session.flush()
    return reminded, ended


def waiting(session: Session, loan_id: str = "") -> Sequence[ApprovalRow]:
    """Everything that nobody has answered, the oldest first; of one loan, or of all (empty)."""
    rows = select(ApprovalRow).where(col(ApprovalRow.answer).is_(None))
    if loan_id:
        rows = rows.where(ApprovalRow.loan_id == loan_id)
    return session.exec(rows.order_by(col(ApprovalRow.asked_at), ApprovalRow.approval_id)).all()


def approvals_of(session: Session, loan_id: str) -> Sequence[ApprovalRow]:
    """Everything asked about a loan, the oldest first."""
    rows = select(ApprovalRow).where(ApprovalRow.loan_id == loan_id)
    return session.exec(rows.order_by(col(ApprovalRow.asked_at), ApprovalRow.approval_id)).all()


def approved(
    session: Session, approval_id: str, loan_id: str, action: Action, amount_minor: int
) -> ApprovalRow | Refused:
    """The question to which a second person said yes, for so much at most; else why not to act."""
    row, here = session.get(ApprovalRow, approval_id), f"Approval {approval_id}"
    if row is None:
        return Refused("approval-unknown", f"{here} is not in the ledger.")
    if (row.loan_id, row.action) != (loan_id, action):
        return Refused("approval-other", f"{here} is for a {row.action} on loan {row.loan_id}.")
    if row.answer is None:
        said = f"{here} waits for a second person: `approval give {approval_id}`."
        return Refused("approval-open", said)
    if row.answer is not Answer.GIVEN:
        return Refused(f"approval-{row.answer}", f"{here} was {row.answer}.")
    if amount_minor > row.amount_minor:
        said = f"{here} is for {row.amount_minor} minor units, and this is about {amount_minor}."
        return Refused("approval-above", said)
    return row


def lend(
    session: Session,
    delegation_id: str,
    lending: Delegation,
    authority: Authority,
    at: datetime,
) -> Refused | None:
    """Lend authority from one person to another, or say why not; the same again changes nothing."""
    if session.get(DelegationRow, delegation_id):
        return None
    if refused := lending_refusal(authority, lending):
        return refused
    session.add(
        DelegationRow(
            delegation_id=delegation_id,
            giver=lending.giver,
            taker=lending.taker,
            actions=sorted(lending.actions),
            start=lending.start,
            until=lending.until,
            made_at=at,
        )
    )
    session.flush()
    return None


def take_back(session: Session, delegation_id: str, by: str, at: datetime) -> Refused | None:
    """End a lending before its time; only who lent it can."""
    row = session.get(DelegationRow, delegation_id)
    if row is None:
        raise LedgerError(f"Delegation {delegation_id!r} is not in the ledger.")
    if row.giver != by:
        return Refused("lent-not-owned", f"{row.giver} lent it, and can take it back.")
    row.withdrawn_at = row.withdrawn_at or at
    session.add(row)
    session.flush()
    return None


def delegations(session: Session, taker: str = "") -> list[Delegation]:
    """What was lent to a person, or to anybody; also what is over."""
    rows = select(DelegationRow).order_by(col(DelegationRow.start), DelegationRow.delegation_id)
    if taker:
        rows = rows.where(DelegationRow.taker == taker)
    return [
        Delegation(
            row.giver,
            row.taker,
            frozenset(map(Action, row.actions)),
            row.start,
            row.until,
            row.withdrawn_at,
        )
        for row in session.exec(rows)
    ]


def question_of(row: ApprovalRow) -> Question:
    """What was asked."""
    return Question(
        row.action,
        row.asked_by,
        row.asked_at,
        row.amount_minor,
        row.currency,
        row.level,
        row.over_at,
    )


def _over_at(asked: Question, authority: Authority | None) -> datetime:
    if asked.until is not None:
        return asked.until
    assert authority is not None, "without an end of its own the authority says when it is over"
    return over_at(asked, authority)


def approval(session: Session, approval_id: str) -> ApprovalRow:
    """The question by its id; raises LedgerError when there is none."""
    row = session.get(ApprovalRow, approval_id)
    if row is None:
        raise LedgerError(f"Approval {approval_id!r} is not in the ledger.")
    return row


def _locked(session: Session, approval_id: str) -> ApprovalRow:
    row = approval(session, approval_id)
    lock_loan(session, row.loan_id)
    session.refresh(row)
    return row


def _finish(session: Session, row: ApprovalRow, what: Answer, by: str, at: datetime) -> None:
    row.answer, row.answered_by, row.answered_at = what, by, at
    session.add(row)
    _decide(session, row, what, at, by)
    for kind in ("approve", "remind"):
        key = task_key(row.loan_id, row.episode, f"{kind}-{row.approval_id}")
        if kind == "approve" or row.reminded_at is not None:
            tasks.finish(session, key, by or "time", at)
    if row.action in (Action.DISCOUNT, Action.AGREEMENT) and row.subject:
        offers.approved(session, row.subject, what is Answer.GIVEN, by, at)


def _task(session: Session, row: ApprovalRow, kind: str, reason: str, at: datetime) -> None:
    order = TaskOrder(row.loan_id, row.episode, f"{kind}-{row.approval_id}", reason, at)
    tasks.ask(session, order)


def _decide(session: Session, row: ApprovalRow, verdict: str, at: datetime, by: str) -> None:
    session.flush()
    inputs = {
        "action": row.action,
        "subject": row.subject,
        "amount_minor": row.amount_minor,
        "currency": row.currency,
        "by": by,
        "lent_by": row.lent_by,
    }
    key = f"approval/{row.approval_id}/{verdict}"
    chain = chain_of(session, row.loan_id)
    decisions.append(session, chain, at, "approval", key, verdict, inputs=inputs)
