"""Case files: opening and closing them, and writing down what was agreed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from domain.keys import case_id, no_case_id
from domain.orders import CloseOrder
from domain.records import Agreed, Record
from domain.strategy import Outcome
from ledger import agreements, by_hand, contacts, decisions, outside
from ledger.account_pauses import stop_charges_of
from ledger.case_tables import CaseFileRow
from ledger.errors import LedgerError
from ledger.forgiving import forgive
from ledger.legal_figures import owes_nothing
from ledger.loans import lock_borrower
from ledger.paper_tasks import nothing_is_owed
from ledger.payments import version
from ledger.plan_interest import book_interest


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case to be opened; `strategy` is name@digest."""

    loan_id: str
    borrower_id: str
    episode: date
    strategy: str


def open_case(session: Session, case: NewCase, at: datetime) -> bool:
    """Open the file of a case; False when it is open already.

    A closed file of the same episode is opened again: a reversed payment brings the old
    delinquency back. Raises LedgerError while the loan has an open case of another episode.
    """
    lock_borrower(session, case.borrower_id)
    key = case_id(case.loan_id, case.episode)
    other = open_case_of(session, case.loan_id)
    if other and other.case_id != key:
        raise LedgerError(f"{key}: the loan has an open case, {other.case_id!r}.")
    if other:
        return False
    row = session.get(CaseFileRow, key)
    again = row is not None
    if row is None:
        row = CaseFileRow(
            case_id=key,
            loan_id=case.loan_id,
            borrower_id=case.borrower_id,
            episode=case.episode,
            strategy=case.strategy,
            opened_at=at,
        )
    row.strategy, row.closed_at, row.outcome, row.outcome_reason = case.strategy, None, None, ""
    session.add(row)
    session.flush()
    verdict = "opened again" if again else "opened"
    decisions.append(session, key, at, "case", key, verdict, inputs={"strategy": case.strategy})
    return True


def open_case_of(session: Session, loan_id: str) -> CaseFileRow | None:
    """The loan's open case file, or None."""
    mine = select(CaseFileRow).where(
        CaseFileRow.loan_id == loan_id, col(CaseFileRow.closed_at).is_(None)
    )
    return session.exec(mine).first()


def chain_of(session: Session, loan_id: str) -> str:
    """Where decisions on a loan go: its open case, else its last one, else the loan's own."""
    if mine := open_case_of(session, loan_id):
        return mine.case_id
    past = select(CaseFileRow.case_id).where(CaseFileRow.loan_id == loan_id)
    last = session.exec(past.order_by(col(CaseFileRow.opened_at).desc())).first()
    return last or no_case_id(loan_id)


def case_file(session: Session, key: str) -> CaseFileRow | None:
    """The file of that case, or None."""
    return session.get(CaseFileRow, key)


def cure_is_stale(session: Session, order: CloseOrder) -> bool:
    """Whether an open case is about to end paid on fewer money facts than the ledger knows."""
    lock_borrower(session, order.borrower_id)
    row = session.get(CaseFileRow, case_id(order.loan_id, order.episode))
    if row is None or row.closed_at is not None or order.ledger_version is None:
        return False
    return order.outcome.paid and version(session, order.loan_id) > order.ledger_version


def close_case(session: Session, order: CloseOrder) -> bool:
    """Write how the case ended, with what was still to be recorded; False when it was written.

    What only a running case needs comes off the list in the same transaction (`by_hand`), and so
    do papers that nobody has handed in where nothing is owed any more.
    Raises LedgerError when there is no such file, or it was closed with another outcome.
    """
    lock_borrower(session, order.borrower_id)
    key = case_id(order.loan_id, order.episode)
    row = session.get(CaseFileRow, key)
    if row is None:
        raise LedgerError(f"{key}: no such case file.")
    if row.closed_at is not None:
        if row.outcome is not order.outcome:
            raise LedgerError(f"{key}: already closed as {row.outcome}, not {order.outcome}.")
        return False
    write_records(session, order.loan_id, order.borrower_id, order.episode, order.records)
    contacts.leave_all(session, order.loan_id, order.episode, order.at)
    nothing_owed = owes_nothing(session, order.loan_id, order.at)
    if order.outcome.paid or nothing_owed:
        nothing_is_owed(session, order.loan_id, order.episode, order.outcome, order.at)
    by_hand.take_all_off(session, order, nothing_owed=nothing_owed)
    row.closed_at, row.outcome, row.outcome_reason = order.at, order.outcome, order.reason
    session.add(row)
    session.flush()
    inputs = {"reason": order.reason, "strategy": row.strategy}
    decisions.append(session, key, order.at, "case", key, order.outcome, inputs=inputs)
    return True


def write_records(
    session: Session,
    loan_id: str,
    borrower_id: str,
    episode: date,
    records: Sequence[Record],
) -> int:
    """Write what was agreed as it stands now, and what follows outside; how many were new.

    A record that was written before changes nothing, also when newer ones came after it.
    """
    lock_borrower(session, borrower_id)
    case = case_id(loan_id, episode)
    new = 0
    for record in records:
        change = (
            agreements.change_of(record)
            if isinstance(record, Agreed)
            else outside.change_of(loan_id, episode, record)
        )
        if decisions.recorded(session, case, change.key):
            continue
        if isinstance(record, Agreed):
            agreements.write(session, loan_id, borrower_id, episode, record)
            stop_charges_of(session, borrower_id, record.at)
            book_interest(session, loan_id, record)
            forgive(session, loan_id, record)
        else:
            outside.write(session, loan_id, episode, record)
        decisions.append(
            session,
            case,
            record.at,
            change.what,
            change.key,
            change.verdict,
            inputs=change.inputs,
        )
        new += 1
    return new


def ended(session: Session, outcome: Outcome, most: int) -> Sequence[CaseFileRow]:
    """The case files that ended so, the newest end first, at most so many."""
    rows = select(CaseFileRow).where(CaseFileRow.outcome == outcome)
    newest = (col(CaseFileRow.closed_at).desc(), CaseFileRow.case_id)
    return session.exec(rows.order_by(*newest).limit(most)).all()


def cases(
    session: Session, open_only: bool = True, borrower_id: str | None = None
) -> Sequence[CaseFileRow]:
    """The case files, the oldest first: open ones or all, of one borrower or of everybody."""
    rows = select(CaseFileRow)
    if open_only:
        rows = rows.where(col(CaseFileRow.closed_at).is_(None))
    if borrower_id is not None:
        rows = rows.where(CaseFileRow.borrower_id == borrower_id)
    return session.exec(rows.order_by(col(CaseFileRow.opened_at), CaseFileRow.case_id)).all()
