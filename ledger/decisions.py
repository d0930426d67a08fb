"""The decision record: append-only, one hash chain a case, so that a changed record shows."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlmodel import Session, col, select

from ledger.case_tables import DecisionRow

_FIRST = "0" * 64
"""What the first record of a chain names as its previous hash."""


def append(  # noqa: PLR0913  a decision is exactly these: when, what, under which key and rule, from what
    session: Session,
    case_id: str,
    at: datetime,
    what: str,
    key: str,
    verdict: str,
    rule: str = "",
    inputs: Mapping[str, Any] | None = None,
) -> DecisionRow:
    """Add a decision to the chain of its case.

    `inputs` holds ids, amounts, dates and counts, never a name or an address; what JSON does not
    know (a date, an instant) is written as text. Two writers of one case at the same moment are
    told apart by the number: the second fails, and its transaction with it.
    """
    last = session.exec(
        select(DecisionRow.seq, DecisionRow.hash)
        .where(DecisionRow.case_id == case_id)
        .order_by(col(DecisionRow.seq).desc())
        .limit(1)
    ).first()
    row = DecisionRow(
        case_id=case_id,
        loan_id=loan_of(case_id),
        seq=last[0] + 1 if last else 1,
        at=at.astimezone(UTC),
        what=what,
        key=key,
        verdict=verdict,
        rule=rule,
        inputs=json.loads(json.dumps(dict(inputs or {}), default=str)),
        previous_hash=last[1] if last else _FIRST,
        hash="",
    )
    row.hash = _hash(row)
    session.add(row)
    session.flush()
    return row


def recorded(session: Session, case_id: str, key: str) -> bool:
    """Whether the case has a decision under that key."""
    found = select(DecisionRow.id).where(DecisionRow.case_id == case_id, DecisionRow.key == key)
    return session.exec(found.limit(1)).first() is not None


def verify(session: Session, case_id: str | None = None) -> list[str]:
    """Every broken link, of one case or of all; empty when the record is whole.

    A chain cannot show that its newest records were cut off; compare with a copy for that.
    """
    rows = select(DecisionRow).order_by(DecisionRow.case_id, col(DecisionRow.seq))
    if case_id is not None:
        rows = rows.where(DecisionRow.case_id == case_id)
    problems: list[str] = []
    case, seq, previous = "", 0, _FIRST
    for row in session.exec(rows.execution_options(yield_per=1000, populate_existing=True)):
        if row.case_id != case:
            case, seq, previous = row.case_id, 0, _FIRST
        here = f"{row.case_id}, decision {row.seq}"
        if row.seq != seq + 1:
            problems.append(f"{here}: follows decision {seq}; what was between is missing.")
        elif row.previous_hash != previous:
            problems.append(f"{here}: does not continue decision {seq}.")
        if row.hash != _hash(row):
            problems.append(f"{here}: was changed after it was written.")
        seq, previous = row.seq, row.hash
    return problems


def decisions_of(session: Session, loan_id: str) -> Sequence[DecisionRow]:
    """All decisions on a loan, over its cases, in the order they were written."""
    mine = select(DecisionRow).where(DecisionRow.loan_id == loan_id)
    return session.exec(mine.order_by(col(DecisionRow.id))).all()


def loan_of(case_id: str) -> str:
    """The loan of a case, read from the id that `keys.case_id` builds."""
    return case_id.removeprefix("case/").rpartition("/")[0]


def _hash(row: DecisionRow) -> str:
    content = [
        row.case_id,
        row.seq,
        row.at.astimezone(UTC).isoformat(),
        row.what,
        row.key,
        row.verdict,
        row.rule,
        row.inputs,
        row.previous_hash,
    ]
    text = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()
