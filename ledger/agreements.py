"""What was agreed with a borrower or placed on their file: promises, plans and holds."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, SQLModel, col, select

from domain.delinquency import Instalment, Pause
from domain.holds import Hold, HoldReason
from domain.keys import GRIEVANCE
from domain.plans import Plan
from domain.promises import Promise, PromiseStatus
from domain.records import Agreed, HoldChanged, PlanChanged, PromiseChanged
from ledger.agreed import agreement_facts, follow
from ledger.case_tables import HoldRow, PlanInstalmentRow, PlanRow, PromiseRow

_WITHDRAWN = (PromiseStatus.SUPERSEDED, PromiseStatus.CANCELLED)
"""Promises that no letter speaks of."""


@dataclass(frozen=True, slots=True)
class Change:
    """One record as the decision record keeps it; `key` is the same when it is written again."""

    what: str
    key: str
    verdict: str
    inputs: dict[str, Any]


def change_of(record: Agreed) -> Change:
    """What the record says, in the words of the decision record."""
    at = record.at.isoformat()
    match record:
        case PromiseChanged(promise):
            key = f"{promise.promise_id}/{promise.status}/{at}"
            return Change("promise", key, promise.status, asdict(promise))
        case PlanChanged(plan):
            verdict = plan.ended or "performing"
            rests = "".join(f"/{pause.start}..{pause.end or ''}" for pause in plan.rested)
            key = f"{plan.plan_id}/{verdict}/{plan.judged}/{plan.missed}/{at}{rests}"
            return Change("plan", key, verdict, asdict(plan))
        case HoldChanged(hold):
            over = hold.until is not None and hold.until <= record.at
            verdict = "lifted" if over else "held"
            key = f"{hold.hold_id}/{verdict}/{hold.until}/{at}"
            return Change("hold", key, verdict, asdict(hold))


def write(session: Session, loan_id: str, borrower_id: str, episode: date, record: Agreed) -> None:
    """Write the promise, plan or hold as the record says it stands now."""
    whose = {"loan_id": loan_id, "borrower_id": borrower_id}
    changed = {"episode": episode, "changed_at": record.at}
    match record:
        case PromiseChanged(promise):
            _save(session, PromiseRow, promise.promise_id, asdict(promise) | whose | changed)
        case PlanChanged(plan):
            rested = [
                (p.start.isoformat(), p.end.isoformat() if p.end else "") for p in plan.rested
            ]
            said = asdict(plan) | whose | changed | {"rested": rested}
            del said["instalments"], said["interest"]
            if _save(session, PlanRow, plan.plan_id, said):
                _add_instalments(session, plan)
            follow(session, loan_id, episode, plan, record.at)
        case HoldChanged(hold):
            _save(session, HoldRow, hold.hold_id, asdict(hold) | whose)


def open_promise(session: Session, loan_id: str) -> Promise | None:
    """The promise of the loan that is still to be judged, or None."""
    rows = select(PromiseRow).where(
        PromiseRow.loan_id == loan_id, PromiseRow.status == PromiseStatus.OPEN
    )
    row = session.exec(rows.order_by(col(PromiseRow.changed_at).desc())).first()
    if row is None:
        return None
    return Promise(row.promise_id, row.amount_minor, row.by, row.made_on, row.status)


def performing_plan(session: Session, loan_id: str) -> Plan | None:
    """The loan's plan that is in force, or None."""
    return next((plan for plan in plans_of(session, loan_id) if plan.performing), None)


def holds_of(session: Session, borrower_id: str, loan_id: str = "") -> Sequence[Hold]:
    """The person's holds over all loans, lifted ones included.

    With a loan, without those for a dispute of another one: each debt is disputed for itself.
    """
    rows = session.exec(select(HoldRow).where(HoldRow.borrower_id == borrower_id))
    return [
        Hold(r.hold_id, r.reason, r.start, r.until, r.by)
        for r in rows
        if not (loan_id and r.loan_id != loan_id and _of_one_debt(r))
    ]


def _of_one_debt(row: HoldRow) -> bool:
    """Whether the hold is for a dispute that somebody answers; other holds are the person's."""
    return row.reason is HoldReason.DISPUTE and row.hold_id.startswith(GRIEVANCE)


def promises_of(session: Session, loan_id: str) -> Sequence[PromiseRow]:
    """The loan's promises, the oldest first."""
    mine = select(PromiseRow).where(PromiseRow.loan_id == loan_id)
    return session.exec(mine.order_by(col(PromiseRow.made_on), PromiseRow.promise_id)).all()


def plans_of(session: Session, loan_id: str) -> Sequence[Plan]:
    """The loan's plans with their instalments, the oldest first."""
    mine = select(PlanRow).where(PlanRow.loan_id == loan_id)
    rows = session.exec(mine.order_by(col(PlanRow.agreed_on), PlanRow.plan_id)).all()
    return [_plan(session, row) for row in rows]


def defaulted_plans(session: Session, loan_id: str, episode: date) -> int:
    """How many plans of that episode ended because they were not kept."""
    mine = select(PlanRow).where(
        PlanRow.loan_id == loan_id, PlanRow.episode == episode, PlanRow.ended == "defaulted"
    )
    return len(session.exec(mine).all())


def spoken_of(session: Session, loan_id: str) -> dict[str, Any]:
    """What a letter may speak of, each None when there is none.

    `promise` is the latest promise, `instalment` the portion of the latest plan that was judged
    last, and `agreement` the accepted offer in force.
    """
    promises = [p for p in promises_of(session, loan_id) if p.status not in _WITHDRAWN]
    promise = max(promises, key=lambda p: (p.made_on, p.changed_at), default=None)
    plan = next((p for p in reversed(plans_of(session, loan_id)) if p.ended != "replaced"), None)
    return {
        "promise": {"amount_minor": promise.amount_minor, "by": promise.by} if promise else None,
        "instalment": plan.asked[max(plan.judged, 1) - 1] if plan else None,
        "agreement": agreement_facts(session, loan_id),
    }


def _save(session: Session, table: type[SQLModel], key: str, said: dict[str, Any]) -> bool:
    """Write the row, or change it to what is said; whether it is new."""
    row = session.get(table, key)
    if row is None:
        session.add(table(**said))
    else:
        row.sqlmodel_update(said)
        session.add(row)
    session.flush()
    return row is None


def _add_instalments(session: Session, plan: Plan) -> None:
    interest = {part.due: part.amount_minor for part in plan.interest}
    rows = [
        {
            "plan_id": plan.plan_id,
            "number": n,
            "due": i.due,
            "amount_minor": i.amount_minor,
            "interest_minor": interest.get(i.due, 0),
        }
        for n, i in enumerate(plan.instalments, start=1)
    ]
    session.execute(insert(PlanInstalmentRow), rows)


def _plan(session: Session, plan: PlanRow) -> Plan:
    rows = session.exec(
        select(PlanInstalmentRow)
        .where(PlanInstalmentRow.plan_id == plan.plan_id)
        .order_by(col(PlanInstalmentRow.number))
    ).all()
    return Plan(
        plan.plan_id,
        plan.agreed_on,
        tuple(Instalment(row.due, row.amount_minor) for row in rows),
        plan.judged,
        plan.missed,
        plan.ended,
        interest=tuple(Instalment(r.due, r.interest_minor) for r in rows if r.interest_minor),
        rested=tuple(_days(start, end) for start, end in plan.rested),
    )


def _days(start: str, end: str) -> Pause:
    """The days on which a plan's interest rests, from how its row keeps them."""
    return Pause(date.fromisoformat(start), date.fromisoformat(end) if end else None)
