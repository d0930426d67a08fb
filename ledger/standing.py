"""Who must hear what binds everybody who contacts a person: their cases, and through them agencies.

A right goes to every open case of the person. A hold is placed by one case, which keeps to it; the
other loans of the person hear of it where an agency has them, or a plan whose interest rests with
it, as the claim of every contact of ours reads it anyway.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, col, select

from domain.facts import StandingChanged
from domain.holds import Hold
from domain.keys import case_id, given_to_each_case
from domain.records import HoldChanged, PlanChanged, Record
from domain.standing import of_hold, of_right
from ledger.case_tables import HoldRow, PlacementRow, PlanInstalmentRow, PlanRow
from ledger.cases import cases
from ledger.news import Untold, to_open_cases
from ledger.rights import CHANGED, right_of, rights_of
from ledger.words import PlacementStatus

Telling = tuple[str, StandingChanged]
"""A case by its id, and what it is to hear."""

_AWAY = (PlacementStatus.CLAIMED, PlacementStatus.PLACED)
"""A loan that an agency has, or may have."""


def untold(session: Session, loan_id: str = "", most: int = 1000) -> list[Untold]:
    """The cases that have yet to hear of a right, of one loan or of all, the oldest first.

    A right is told as it stands now. A case that is over hears nothing.
    """
    found = []
    for event, file in to_open_cases(session, CHANGED, loan_id, most):
        if right := right_of(session, event.source):
            fact = of_right(right, file.case_id, event.received_at)
            heard = replace(fact, fact_id=event.event_id)
            found.append(Untold(event.event_id, file.case_id, heard))
    return found


def siblings_to_tell(
    session: Session, loan_id: str, borrower_id: str, records: Sequence[Record]
) -> list[Telling]:
    """The person's other open cases whom it concerns, with each hold among the records.

    A hold that is given to each case by itself, as a mass hold, is not told again. The case that
    wrote a plan with interest hears of the holds that are in force for the other loans.
    """
    changed = [
        record
        for record in records
        if isinstance(record, HoldChanged) and not given_to_each_case(record.hold.hold_id)
    ]
    tellings = [telling for r in records for telling in _begun(session, loan_id, borrower_id, r)]
    if not changed:
        return tellings
    away = _with_agencies(session, borrower_id) | _with_interest(session, borrower_id)
    return tellings + [
        (file.case_id, of_hold(record.hold, file.case_id, record.at))
        for file in cases(session, borrower_id=borrower_id)
        if file.loan_id != loan_id and file.case_id in away
        for record in changed
    ]


def in_force(
    session: Session, loan_id: str, borrower_id: str, case: str, at: datetime
) -> tuple[StandingChanged, ...]:
    """What the agency that gets a case is told: rights, and holds placed for the other loans."""
    rights = [right for right in rights_of(session, borrower_id) if not right.over(at)]
    holds = _for_others(session, loan_id, borrower_id, at)
    return (
        *(of_right(right, case, at) for right in rights),
        *(of_hold(hold, case, at) for hold in holds),
    )


def _begun(session: Session, loan_id: str, borrower_id: str, record: Record) -> Iterator[Telling]:
    """What the case hears that has just begun a plan with interest: the holds for other loans."""
    if not isinstance(record, PlanChanged) or record.plan.judged or not record.plan.interest:
        return
    for file in cases(session, borrower_id=borrower_id):
        if file.loan_id == loan_id and record.plan.performing:
            for hold in _for_others(session, loan_id, borrower_id, record.at):
                yield file.case_id, of_hold(hold, file.case_id, record.at)


def _for_others(session: Session, loan_id: str, borrower_id: str, at: datetime) -> list[Hold]:
    """The person's holds that are not over, placed for the other loans."""
    rows = session.exec(
        select(HoldRow)
        .where(HoldRow.borrower_id == borrower_id, HoldRow.loan_id != loan_id)
        .order_by(col(HoldRow.start), HoldRow.hold_id)
    )
    return [
        Hold(row.hold_id, row.reason, row.start, row.until, row.by)
        for row in rows
        if (row.until is None or row.until > at) and not given_to_each_case(row.hold_id)
    ]


def _with_interest(session: Session, borrower_id: str) -> set[str]:
    """The person's cases with a plan that performs and bears interest."""
    rows = session.exec(
        select(col(PlanRow.loan_id), col(PlanRow.episode))
        .join(PlanInstalmentRow, col(PlanInstalmentRow.plan_id) == col(PlanRow.plan_id))
        .where(
            PlanRow.borrower_id == borrower_id,
            PlanRow.ended == "",
            col(PlanInstalmentRow.interest_minor) > 0,
        )
        .distinct()
    )
    return {case_id(loan_id, episode) for loan_id, episode in rows}


def _with_agencies(session: Session, borrower_id: str) -> set[str]:
    rows = session.exec(
        select(PlacementRow).where(
            PlacementRow.borrower_id == borrower_id, col(PlacementRow.status).in_(_AWAY)
        )
    )
    return {case_id(row.loan_id, row.episode) for row in rows}
