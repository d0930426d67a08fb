"""Papers and the debt they claim: people are told when it shrank, is nothing, or grew again."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlmodel import Session, col, select

from domain.keys import case_id, task_key
from domain.legal.claimed import left_of
from domain.legal.court import FILED
from domain.money import to_major
from domain.orders import TaskOrder
from domain.strategy import Outcome
from ledger import tasks
from ledger.account_facts import facts_of
from ledger.case_tables import CaseFileRow, TaskRow
from ledger.court_standing import remedies_at_court, undecided
from ledger.legal_events import LegalEvent
from ledger.legal_tables import LegalDocumentRow
from ledger.loans import loan_view
from ledger.paper_rows import draft_in, newest_papers

HAND_IN = "hand-in"
"""Tasks that ask people to take papers to court: hand-in-REMEDY, or with one paper's name."""

SINCE = "; "
"""What parts the papers to hand in from what has become of their claim since they were drawn."""

WITHDRAW = "withdraw"
"""Tasks that ask people to withdraw at court what claims a debt that is nothing."""

REDUCE = "reduce"
"""Tasks that ask people to claim less at court: reduce-REMEDY, one for each remedy."""

NOTHING = "nothing is owed any more"
NOTHING_OWED = NOTHING + ": the end of the case ({})"
"""Who finishes the handing-in of papers that claim nothing."""

OWED_AGAIN = "the debt is owed again"
"""Who takes the withdrawal of a claim off the list when a payment or waiver is undone."""

NO_LESS = "no smaller claim is to be made any more"
"""Who takes a smaller claim off the list: nothing came after all, or it cannot be made now."""

_OURS = (NOTHING, NO_LESS)
"""How those are named that have taken a smaller claim off the list before a person made it."""

ENFORCEMENT = "enforcement"
"""The remedy whose court is told of what was performed; it has no claim to decide on."""

_RULES = {"payment_order": " (CN-PO-01)", "preservation": " (CN-PRES-04)"}
"""The rule by which a remedy may be for no more than is due; of a suit no rule of ours says it."""


@dataclass(frozen=True, slots=True)
class _Claim:
    """What the newest papers of a remedy claim, and what is left of it, in minor units."""

    loan_id: str
    episode: date
    remedy: str
    drawn_at: datetime
    currency: str
    claimed_minor: int
    left_minor: int

    @property
    def gone(self) -> str:
        """What was paid or forgiven of it."""
        return self._money(self.claimed_minor - self.left_minor)

    @property
    def left(self) -> str:
        return self._money(self.left_minor)

    @property
    def claimed(self) -> str:
        return self._money(self.claimed_minor)

    def _money(self, minor: int) -> str:
        return f"{Decimal(to_major(minor, self.currency)):,} {self.currency}"


def tell_of_money(session: Session, loan_id: str, at: datetime) -> None:
    """Have the tasks about the loan's papers say what is left of their claims, as known now.

    A task to hand papers in names what was paid or forgiven since they were drawn. For what is at
    a court that has yet to decide on it (`court_standing.undecided`), and for an enforcement that
    goes on, people are asked to claim less there: one task a remedy, whose words follow the debt
    while it is open, and which is asked anew when the debt moves after a person has done it. It
    comes off when everything is owed again, and once the court has decided or the remedy has ended.
    Where a withdrawal is asked, that is enough.
    """
    claims = _claims(session, loan_id)
    if not claims:
        return
    for task in tasks.open_of(session, loan_id, (f"{HAND_IN}-",)):
        claim = claims.get(task.what.removeprefix(f"{HAND_IN}-"))
        if claim is not None:
            task.reason = task.reason.partition(SINCE)[0] + _since(claim)
            session.add(task)
    session.flush()
    open_there = undecided(session, loan_id) - withdrawing(session, loan_id)
    for claim in claims.values():
        _ask_less(session, claim, at, still=claim.remedy in open_there)


def tell_of_reversal(session: Session, loan_id: str, at: datetime) -> None:
    """The same after a payment or waiver was undone: what is owed again is not withdrawn.

    A withdrawal that people were asked for comes off while they have not made it.
    """
    claims = _claims(session, loan_id)
    for task in tasks.open_of(session, loan_id, (f"{WITHDRAW}-",)):
        claim = claims.get(task.what.removeprefix(f"{WITHDRAW}-"))
        if claim is not None and claim.left_minor:
            tasks.finish(session, task.key, OWED_AGAIN, at)
    tell_of_money(session, loan_id, at)


def handed_in(session: Session, event: LegalEvent, remedy: str) -> None:
    """Papers are at the court after the case has ended with nothing owed: all is withdrawn."""
    papers = newest_papers(session, event.loan_id, remedy)
    if event.what != FILED or not papers:
        return
    episode = papers[0].episode
    asked = session.get(TaskRow, task_key(event.loan_id, episode, f"{HAND_IN}-{remedy}"))
    file = session.get(CaseFileRow, case_id(event.loan_id, episode))
    goes_on = file is not None and file.closed_at is None
    if asked is not None and asked.done_by.startswith(NOTHING) and not goes_on:
        _ask_withdrawal(session, (event.loan_id, episode), remedy, event.at)


def nothing_is_owed(
    session: Session, loan_id: str, episode: date, outcome: Outcome, at: datetime
) -> None:
    """The case ended because the debt is nothing: no paper is to be at court any more."""
    by = NOTHING_OWED.format(outcome)
    for task in tasks.open_of(session, loan_id, (f"{HAND_IN}-", f"{REDUCE}-")):
        tasks.finish(session, task.key, by, at)
    for remedy in remedies_at_court(session, loan_id):
        _ask_withdrawal(session, (loan_id, episode), remedy, at)


def withdrawing(session: Session, loan_id: str) -> set[str]:
    """The remedies that people are asked to withdraw, and have not withdrawn yet."""
    asked = tasks.open_of(session, loan_id, (f"{WITHDRAW}-",))
    return {task.what.removeprefix(f"{WITHDRAW}-") for task in asked}


def _claims(session: Session, loan_id: str) -> dict[str, _Claim]:
    """What the newest papers of each remedy claim; a loan without papers costs one question."""
    drawn = select(LegalDocumentRow.remedy).where(
        LegalDocumentRow.loan_id == loan_id, col(LegalDocumentRow.pdf).is_not(None)
    )
    remedies = sorted(session.exec(drawn.distinct()))
    papers = [rows[0] for remedy in remedies if (rows := newest_papers(session, loan_id, remedy))]
    if not papers:
        return {}
    view = loan_view(session, loan_id)
    assert view is not None, "papers are drawn up of a loan that is in the ledger"
    facts = facts_of(session, view.loan)
    return {
        row.remedy: _Claim(
            loan_id,
            row.episode,
            row.remedy,
            row.drawn_at,
            row.currency,
            row.amount_minor,
            left_of(facts, draft_in(row).figures),
        )
        for row in papers
    }


def _ask_less(session: Session, claim: _Claim, at: datetime, *, still: bool) -> None:
    """Keep the one task about a smaller claim as it should be; `still`: it can be made."""
    what = f"{REDUCE}-{claim.remedy}"
    row = session.get(TaskRow, task_key(claim.loan_id, claim.episode, what))
    waits = row is not None and row.done_at is None
    if not still or not (claim.left_minor < claim.claimed_minor or _made(row, claim)):
        if row is not None and waits:
            tasks.finish(session, row.key, NO_LESS, at)
        return
    said = _less(claim)
    if row is not None and waits:
        row.reason = said
        session.add(row)
        session.flush()
    elif row is None or not _made(row, claim) or row.reason != said:
        tasks.ask_anew(session, TaskOrder(claim.loan_id, claim.episode, what, said, at))


def _made(row: TaskRow | None, claim: _Claim) -> bool:
    """Whether a person has claimed less of just these papers."""
    if row is None or row.done_at is None or row.asked_at < claim.drawn_at:
        return False
    return not row.done_by.startswith(_OURS)


def _since(claim: _Claim) -> str:
    """What the task to hand papers in says of their claim; empty while all of it is owed."""
    if claim.left_minor >= claim.claimed_minor:
        return ""
    if not claim.left_minor:
        return f"{SINCE}nothing of what they claim is due any more: do not hand them in"
    return (
        f"{SINCE}{claim.gone} of what they claim was paid or forgiven since; claim what is left, "
        f"{claim.left}: take them back and draw them anew "
        f"(`case court {claim.loan_id} taken_back --remedy {claim.remedy}`)"
    )


def _less(claim: _Claim) -> str:
    """What people are asked to tell the court."""
    if claim.left_minor >= claim.claimed_minor:
        return (
            f"what had come was undone and {claim.claimed} is owed again: tell the court, where "
            "less was claimed since"
        )
    if claim.remedy == ENFORCEMENT:
        return (
            f"tell the court that enforces: {claim.gone} of what is enforced was paid or "
            f"forgiven, {claim.left} is left"
        )
    if not claim.left_minor:
        return f"nothing of what {claim.remedy} claims is due any more: withdraw it at the court"
    law = _RULES.get(claim.remedy, "")
    return f"reduce the claim at court by {claim.gone} to {claim.left}{law}"


def _ask_withdrawal(session: Session, loan: tuple[str, date], remedy: str, at: datetime) -> None:
    """Ask for it once, and again where the debt was owed again in between."""
    said = f"{NOTHING}: withdraw {remedy} at the court, unless it has ended there"
    order = TaskOrder(*loan, f"{WITHDRAW}-{remedy}", said, at)
    row = session.get(TaskRow, task_key(*loan, order.what))
    if row is not None and row.done_by == OWED_AGAIN:
        tasks.ask_anew(session, order)
    else:
        tasks.ask(session, order)
