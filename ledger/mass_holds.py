"""Mass holds: many people left in peace at once, until a day, until lifted, and on record.

A mass hold is one row a person in the hold table, its guard, which no case ever writes. Every claim
of a contact reads the guards of its person, so a mass hold bites from the commit of that row on,
whether or not a case has heard of it. Nothing else is stored: what it is for stands in the decision
records, under the kind WHAT, in the chain of every loan of the person.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlmodel import Session, col, select

from domain.clock import PUNCTUAL, local_instant
from domain.holds import HoldReason
from domain.keys import mass_hold_key
from ledger import decisions
from ledger.account_pauses import stop_charges_of
from ledger.case_tables import CaseFileRow, DecisionRow, HoldRow
from ledger.cases import chain_of
from ledger.errors import KeyReused, LedgerError
from ledger.loans import lock_borrower
from ledger.matching import Person
from ledger.tables import LoanRow

WHAT = "mass_hold"
"""The kind of a decision that places or lifts a guard."""

HELD, LIFTED = "held", "lifted"

BEFORE = 2 * PUNCTUAL
"""How much earlier a guard starts than it is written: a claim in a queue may name the instant it
was decided at, up to PUNCTUAL ago, and workers' clocks differ. It is caught all the same."""


@dataclass(frozen=True, slots=True)
class MassHold:
    """What is asked: `until` is a day (its first moment where the borrower lives), an instant, or
    None: until lifted. `where` is the text of the conditions."""

    mass_id: str
    reason: HoldReason
    until: date | None
    where: str
    by: str

    def until_for(self, zone_name: str) -> datetime | None:
        """The instant the hold ends for somebody who lives in that zone, or None."""
        if self.until is None or isinstance(self.until, datetime):
            return self.until
        return local_instant(self.until, time(), zone_name)


@dataclass(frozen=True, slots=True)
class Telling:
    """An open case that has yet to write the hold, or its end; the same id each time."""

    case_id: str
    hold_id: str
    reason: HoldReason
    until: datetime | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """A mass hold as it stands; `until` is the latest of its people, None: until lifted.

    `in_force` counts the people it holds now, `untold` their open cases that have not written it.
    """

    mass_id: str
    reason: HoldReason
    where: str
    by: str
    first: datetime
    until: datetime | None
    people: int
    in_force: int
    open_cases: int
    untold: int


def guard_id(mass_id: str, borrower_id: str) -> str:
    """The id of the hold by which a person is held."""
    return mass_hold_key(mass_id, f"borrower/{borrower_id}")


def place(session: Session, mass: MassHold, person: Person, at: datetime) -> bool:
    """Hold the person from now on; False when they are or were held by it already.

    Call `check` first, once for all people.
    """
    lock_borrower(session, person.borrower_id)
    key, until = guard_id(mass.mass_id, person.borrower_id), mass.until_for(person.zone)
    if session.get(HoldRow, key):
        return False
    row = HoldRow(
        hold_id=key,
        borrower_id=person.borrower_id,
        loan_id=person.loans[0],
        reason=mass.reason,
        start=at - BEFORE,
        until=until,
        by=mass.by,
    )
    session.add(row)
    session.flush()
    told = {"said": _said(mass.until), "start": row.start, "until": until, "loans": person.loans}
    _decide(session, row, at, HELD, told | {"where": mass.where, "by": mass.by})
    stop_charges_of(session, person.borrower_id, at)
    return True


def lift(session: Session, guard: HoldRow, by: str, at: datetime) -> bool:
    """End a guard, and what cases wrote of it; False when it is over already."""
    lock_borrower(session, guard.borrower_id)
    row = session.get_one(HoldRow, guard.hold_id, populate_existing=True)
    if not _over(row, at):
        row.until = at
        session.add(row)
        _end_of_cases(session, row, at)
        stop_charges_of(session, row.borrower_id, at)
        _decide(session, row, at, LIFTED, {"until": at, "by": by})
        return True
    return False


def check(session: Session, mass: MassHold) -> None:
    """Raise KeyReused, or LedgerError, when that id cannot be used for this mass hold."""
    guard = next(iter(guards(session, mass.mass_id, limit=1)), None)
    known = record_of(session, guard) if guard else None
    if guard is None or known is None:
        return
    asked = (f"hold-{mass.reason}", mass.where, _said(mass.until))
    where, said = known.inputs.get("where"), known.inputs.get("said")
    if (known.rule, where, said) != asked:
        raise KeyReused(
            f"Mass hold {mass.mass_id!r} was placed by rule {known.rule} where {where}, until "
            f"{said or 'lifted'}. Choose another --id."
        )
    if record_of(session, guard, LIFTED):
        raise LedgerError(f"Mass hold {mass.mass_id!r} was lifted. Choose another --id.")


def guards(session: Session, mass_id: str = "", limit: int | None = None) -> Sequence[HoldRow]:
    """The guards of one mass hold, or of all, by person."""
    prefix = guard_id(mass_id, "") if mass_id else "mass/"
    rows = select(HoldRow).where(col(HoldRow.hold_id).startswith(prefix, autoescape=True))
    rows = rows.order_by(HoldRow.hold_id).limit(limit).execution_options(populate_existing=True)
    return [row for row in session.exec(rows) if _is_guard(row.hold_id, prefix)]


def record_of(session: Session, guard: HoldRow, verdict: str = HELD) -> DecisionRow | None:
    """The decision that placed, or lifted, the guard, or None."""
    rows = select(DecisionRow).where(
        DecisionRow.loan_id == guard.loan_id,
        DecisionRow.key == guard.hold_id,
        DecisionRow.verdict == verdict,
    )
    return session.exec(rows.order_by(col(DecisionRow.id))).first()


def to_tell(session: Session, mass_id: str, at: datetime) -> list[Telling]:
    """The open cases of held people that have not written the hold yet."""
    return list(_untold(session, [g for g in guards(session, mass_id) if not _over(g, at)], HELD))


def to_free(session: Session, mass_id: str) -> list[Telling]:
    """The open cases that may have the hold of a lifted mass hold and have not written its end."""
    lifted = [g for g in guards(session, mass_id) if record_of(session, g, LIFTED)]
    return list(_untold(session, lifted, LIFTED))


def standings(session: Session, at: datetime) -> list[Standing]:
    """Every mass hold, the newest first."""
    grouped: dict[str, list[HoldRow]] = {}
    for row in guards(session):
        grouped.setdefault(row.hold_id.split("/")[1], []).append(row)
    found = [_standing(session, mass_id, rows, at) for mass_id, rows in grouped.items()]
    return sorted(found, key=lambda mass: (mass.first, mass.mass_id), reverse=True)


def _standing(session: Session, mass_id: str, rows: list[HoldRow], at: datetime) -> Standing:
    record = record_of(session, rows[0])
    ends = [row.until for row in rows]
    biting = [row for row in rows if not _over(row, at)]
    return Standing(
        mass_id=mass_id,
        reason=rows[0].reason,
        where=str(record.inputs.get("where", "")) if record else "",
        by=rows[0].by,
        first=min(row.start for row in rows) + BEFORE,
        until=None if None in ends else max(end for end in ends if end is not None),
        people=len(rows),
        in_force=len(biting),
        open_cases=sum(1 for row in biting for _ in _open_cases(session, row.borrower_id)),
        untold=len(list(_untold(session, biting, HELD))),
    )


def _untold(session: Session, rows: Sequence[HoldRow], verdict: str) -> Iterator[Telling]:
    for guard in rows:
        mass_id = guard.hold_id.split("/")[1]
        placed = guard.start + BEFORE
        for file in _open_cases(session, guard.borrower_id):
            hold_id = mass_hold_key(mass_id, file.case_id)
            if _written(session, file.case_id, hold_id, verdict):
                continue
            if (
                verdict == LIFTED
                and file.opened_at > placed
                and not _written(session, file.case_id, hold_id, HELD)
            ):
                continue
            yield Telling(file.case_id, hold_id, guard.reason, guard.until, placed)


def _open_cases(session: Session, borrower_id: str) -> Sequence[CaseFileRow]:
    mine = select(CaseFileRow).where(
        CaseFileRow.borrower_id == borrower_id, col(CaseFileRow.closed_at).is_(None)
    )
    return session.exec(mine.order_by(CaseFileRow.case_id)).all()


def _written(session: Session, case_id: str, hold_id: str, verdict: str) -> bool:
    """Whether the case itself has put that on record: see `agreements.change_of`."""
    found = select(DecisionRow.id).where(
        DecisionRow.case_id == case_id,
        col(DecisionRow.key).startswith(f"{hold_id}/{verdict}/", autoescape=True),
    )
    return session.exec(found.limit(1)).first() is not None


def _end_of_cases(session: Session, guard: HoldRow, at: datetime) -> None:
    """Cases hear of it later, and closed ones never; the ledger ends what they wrote at once."""
    prefix = mass_hold_key(guard.hold_id.split("/")[1], "case/")
    rows = select(HoldRow).where(
        HoldRow.borrower_id == guard.borrower_id,
        col(HoldRow.hold_id).startswith(prefix, autoescape=True),
    )
    for row in session.exec(rows):
        if not _over(row, at):
            row.until = max(at, row.start)
            session.add(row)
    session.flush()


def _is_guard(hold_id: str, prefix: str) -> bool:
    """LIKE in SQLite does not see the case of letters; this does."""
    return hold_id.startswith(prefix) and hold_id.split("/")[2] == "borrower"


def _over(row: HoldRow, at: datetime) -> bool:
    return row.until is not None and row.until <= at


def _decide(
    session: Session, row: HoldRow, at: datetime, verdict: str, inputs: dict[str, object]
) -> None:
    """One record in the chain of every loan of the person: the hold is for all of them."""
    mine = select(LoanRow.loan_id).where(LoanRow.borrower_id == row.borrower_id)
    whose = {"borrower_id": row.borrower_id}
    for loan_id in session.exec(mine.order_by(LoanRow.loan_id)).all():
        chain, rule = chain_of(session, loan_id), f"hold-{row.reason}"
        decisions.append(session, chain, at, WHAT, row.hold_id, verdict, rule, whose | inputs)


def _said(until: date | None) -> str:
    return until.isoformat() if until else ""
