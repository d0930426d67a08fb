"""The proof of a mass hold: what left while it was in force, by the decision record and the log.

A claim and the guard of its person are written under one lock, so the numbers of their decisions
say which came first; no clock is needed for that. A row of the contact log that no decision allowed
is judged by its instants.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from domain.steps import MessageClass
from ledger.case_tables import ContactRow, DecisionRow, HoldRow
from ledger.decisions import verify
from ledger.errors import LedgerError
from ledger.mass_holds import HELD, LIFTED, WHAT, guard_id
from ledger.tables import LoanRow
from ledger.words import ContactStatus

NO_ROW = "not in the contact log"
"""The status of a contact that a decision allowed and the contact log does not have."""


@dataclass(frozen=True, slots=True)
class Left:
    """A contact that may have reached somebody; `confirmed_at` is None while nobody knows."""

    key: str
    loan_id: str
    borrower_id: str
    message_class: str
    status: str
    claimed_at: datetime
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Report:
    """What a mass hold came to, as of `at`.

    `since` is when the first person was held, `complete` when the last was; each counts from their
    own. `leaked` must be empty; `statutory` are lawful; `in_flight` were claimed before and their
    outcome came after, or never. `refused` counts the decisions that named this hold and refused.
    """

    mass_id: str
    where: str
    rule: str
    at: datetime
    since: datetime
    complete: datetime
    until: datetime | None
    lifted: int
    people: int
    leaked: tuple[Left, ...]
    statutory: tuple[Left, ...]
    in_flight: tuple[Left, ...]
    refused: int
    decisions: int
    problems: tuple[str, ...]

    @property
    def clean(self) -> bool:
        """Whether nothing left that should not have, and the record is whole."""
        return not self.leaked and not self.problems


@dataclass(frozen=True, slots=True)
class _Hold:
    """One person's hold as the record has it; `end` is when it ended, or now."""

    placed: DecisionRow
    lifted: DecisionRow | None
    borrower_id: str
    end: datetime

    @property
    def first_id(self) -> int:
        assert self.placed.id is not None, "a decision that was read has its number"
        return self.placed.id


@dataclass(slots=True)
class _Found:
    leaked: list[Left]
    statutory: list[Left]
    in_flight: list[Left]
    problems: list[str]
    refused: int = 0
    decisions: int = 0


def report(session: Session, mass_id: str, at: datetime) -> Report:
    """The proof as of that instant, of one moment of the ledger; LedgerError for an unknown id."""
    holds = _holds(session, mass_id, at)
    if not holds:
        raise LedgerError(f"There is no mass hold {mass_id!r}; `hold list` names them.")
    found = _Found([], [], [], [])
    for hold in holds:
        _of_person(session, hold, found)
    placed = [hold.placed for hold in holds]
    ends = [_instant(record.inputs.get("until")) for record in placed]
    return Report(
        mass_id=mass_id,
        where=str(placed[0].inputs.get("where", "")),
        rule=placed[0].rule,
        at=at,
        since=min(record.at for record in placed),
        complete=max(record.at for record in placed),
        until=None if None in ends else max(end for end in ends if end is not None),
        lifted=sum(hold.lifted is not None for hold in holds),
        people=len(holds),
        leaked=tuple(found.leaked),
        statutory=tuple(found.statutory),
        in_flight=tuple(found.in_flight),
        refused=found.refused,
        decisions=found.decisions,
        problems=tuple(found.problems),
    )


def _holds(session: Session, mass_id: str, at: datetime) -> list[_Hold]:
    """Everybody who was held, by the decision record, which nobody can thin out unseen."""
    prefix = guard_id(mass_id, "")
    rows = select(DecisionRow).where(
        DecisionRow.what == WHAT, col(DecisionRow.key).startswith(prefix, autoescape=True)
    )
    placed: dict[str, DecisionRow] = {}
    lifted: dict[str, DecisionRow] = {}
    for row in session.exec(rows.order_by(col(DecisionRow.id))):
        kept = {HELD: placed, LIFTED: lifted}.get(row.verdict, {})
        if row.key.startswith(prefix):
            kept.setdefault(row.key, row)
    return [_hold(record, lifted.get(key), at) for key, record in sorted(placed.items())]


def _hold(placed: DecisionRow, lifted: DecisionRow | None, at: datetime) -> _Hold:
    ends = (at, _instant(placed.inputs.get("until")), lifted.at if lifted else None)
    end = min(end for end in ends if end is not None)
    return _Hold(placed, lifted, str(placed.inputs.get("borrower_id")), end)


def _of_person(session: Session, hold: _Hold, found: _Found) -> None:
    """Add what the record and the log say about one person."""
    loans = select(LoanRow.loan_id).where(LoanRow.borrower_id == hold.borrower_id)
    theirs = select(DecisionRow).where(col(DecisionRow.loan_id).in_(loans))
    decided = session.exec(theirs.order_by(col(DecisionRow.id))).all()
    for chain in sorted({row.case_id for row in decided}):
        found.problems += verify(session, chain)
    found.problems += _guard_problems(session, hold)
    found.decisions += len(decided)
    contacts = [row for row in decided if row.what == "contact"]
    found.refused += sum(_refused(row, hold) for row in contacts)
    allowed = _allowed(contacts, hold)
    rows = select(ContactRow).where(
        ContactRow.borrower_id == hold.borrower_id, ContactRow.status != ContactStatus.SUPPRESSED
    )
    logged = session.exec(rows.order_by(col(ContactRow.claimed_at), ContactRow.key)).all()
    made = [row for row in logged if _claimed_inside(row, contacts, allowed, hold)]
    missing = allowed.keys() - {row.key for row in logged}
    for one in (*map(_left, made), *(_unlogged(allowed[key], hold) for key in sorted(missing))):
        lawful = one.message_class == MessageClass.STATUTORY
        (found.statutory if lawful else found.leaked).append(one)
    found.in_flight += [
        _left(row) for row in logged if row not in made and _in_flight(row, contacts, hold)
    ]


def _allowed(contacts: Sequence[DecisionRow], hold: _Hold) -> dict[str, DecisionRow]:
    """The claims that were allowed during the hold and not given back, by their contact."""
    allowed: dict[str, DecisionRow] = {}
    for row in contacts:
        if row.verdict == "allowed" and _after(row, hold) and row.at < hold.end:
            allowed[row.key] = row
        elif row.verdict == "released":
            allowed.pop(row.key, None)
    return allowed


def _claimed_inside(
    row: ContactRow, contacts: Sequence[DecisionRow], allowed: dict[str, DecisionRow], hold: _Hold
) -> bool:
    if row.key in allowed:
        return True
    if any(d.key == row.key and d.verdict == "allowed" for d in contacts):
        return False
    latest = max(row.claimed_at, row.claimed_wall)
    return latest >= hold.placed.at and row.claimed_at < hold.end


def _in_flight(row: ContactRow, contacts: Sequence[DecisionRow], hold: _Hold) -> bool:
    """Claimed before the hold, and what came of it was known after, or is not known."""
    if row.claimed_at >= hold.end:
        return False
    if row.confirmed_wall is not None:
        return row.confirmed_wall >= hold.placed.at
    heard_of = any(d.key == row.key and _after(d, hold) for d in contacts)
    return row.status is ContactStatus.CLAIMED or heard_of


def _refused(row: DecisionRow, hold: _Hold) -> bool:
    named = hold.placed.key in row.inputs.get("hold_ids", ())
    by_a_hold = row.rule in row.inputs.get("holds", ())
    return named and by_a_hold and row.verdict in ("deferred", "suppressed")


def _guard_problems(session: Session, hold: _Hold) -> Iterator[str]:
    """Where the hold table says something else than the record."""
    row = session.get(HoldRow, hold.placed.key, populate_existing=True)
    if row is None:
        yield f"{hold.placed.key}: is on record and not among the holds."
        return
    until = hold.lifted.at if hold.lifted else _instant(hold.placed.inputs.get("until"))
    if (row.start, row.until) != (_instant(hold.placed.inputs.get("start")), until):
        yield f"{hold.placed.key}: starts or ends otherwise than is on record."


def _after(row: DecisionRow, hold: _Hold) -> bool:
    return row.id is not None and row.id > hold.first_id


def _left(row: ContactRow) -> Left:
    return Left(
        row.key,
        row.loan_id,
        row.borrower_id,
        row.message_class.value,
        row.status.value,
        row.claimed_at,
        row.confirmed_wall,
    )


def _unlogged(row: DecisionRow, hold: _Hold) -> Left:
    kind = str(row.inputs.get("message_class", ""))
    return Left(row.key, row.loan_id, hold.borrower_id, kind, NO_ROW, row.at, None)


def _instant(text: object) -> datetime | None:
    return datetime.fromisoformat(str(text)) if text else None
