"""Everything on record about one loan, as plain values, in the order it happened."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlmodel import Session, col, select

from ledger.agreements import promises_of
from ledger.case_tables import (
    CaseFileRow,
    HoldRow,
    LoanEventRow,
    PlanInstalmentRow,
    PlanRow,
    StrategyVersionRow,
)
from ledger.commissions import commissions_of
from ledger.contacts import contacts_of
from ledger.decisions import decisions_of, verify
from ledger.errors import LedgerError
from ledger.evidence_dealings import dealings_evidence
from ledger.evidence_items import Item, plain, said
from ledger.evidence_people import bureau_evidence, people_evidence
from ledger.notes import notes_of
from ledger.placements import messages_of, placements_of
from ledger.tables import (
    BorrowerRow,
    ContactPointRow,
    InstalmentRow,
    JournalEntryRow,
    LoanRow,
    PaymentRow,
    PostingRow,
)
from ledger.tasks import tasks_of


def evidence_of(session: Session, loan_id: str) -> list[Item]:
    """All that is on record about the loan: terms first, then everything by its instant.

    Holds are those of the person, whichever loan they were placed on. Raises LedgerError for an
    unknown loan, and when its decision record or a legal paper is not whole: it would prove
    nothing.
    """
    loan = session.get(LoanRow, loan_id)
    if loan is None:
        raise LedgerError(f"Loan {loan_id!r} is not in the ledger.")
    decided = list(_decisions(session, loan_id))
    files = select(CaseFileRow).where(CaseFileRow.loan_id == loan_id)
    cases = session.exec(files.order_by(col(CaseFileRow.opened_at))).all()
    items = [
        *_terms(session, loan),
        *_strategies(session, {row.strategy for row in cases}, decided),
        *_events(session, loan_id),
        *_money(session, loan_id),
        *(Item(plain(row.opened_at), "case", row.case_id, said(row)) for row in cases),
        *_agreed(session, loan),
        *decided,
        *_contacts(session, loan),
        *_placed(session, loan_id),
        *bureau_evidence(session, loan),
        *dealings_evidence(session, loan_id),
        *people_evidence(session, loan),
        *_work(session, loan_id),
    ]
    return sorted(items, key=lambda item: item.at or "")  # stable: at one instant, as listed here


def _terms(session: Session, loan: LoanRow) -> Iterator[Item]:
    """Who borrowed what, and when it falls due."""
    borrower = session.get_one(BorrowerRow, loan.borrower_id)
    points = session.exec(
        select(ContactPointRow)
        .where(ContactPointRow.borrower_id == loan.borrower_id)
        .order_by(col(ContactPointRow.id))
    )
    reached = {"contact_points": [said(point) for point in points]}
    yield Item(None, "borrower", borrower.borrower_id, said(borrower) | reached)
    yield Item(None, "loan", loan.loan_id, said(loan))
    portions = session.exec(
        select(InstalmentRow)
        .where(InstalmentRow.loan_id == loan.loan_id)
        .order_by(col(InstalmentRow.number))
    )
    for portion in portions:
        yield Item(None, "instalment", f"{loan.loan_id}/{portion.number}", said(portion))


def _strategies(session: Session, named: set[str], decided: list[Item]) -> Iterator[Item]:
    """The exact text of every strategy a case of the loan ran under."""
    past = {item.says["inputs"].get("strategy") for item in decided if item.says["what"] == "case"}
    for strategy_id in sorted(named | {name for name in past if isinstance(name, str)}):
        row = session.get(StrategyVersionRow, strategy_id)
        told = said(row) if row else {"id": strategy_id, "text": None}
        yield Item(None, "strategy", strategy_id, told)


def _events(session: Session, loan_id: str) -> Iterator[Item]:
    mine = select(LoanEventRow).where(LoanEventRow.loan_id == loan_id)
    for row in session.exec(mine.order_by(col(LoanEventRow.received_at), LoanEventRow.event_id)):
        yield Item(plain(row.received_at), "event", row.event_id, said(row))


def _money(session: Session, loan_id: str) -> Iterator[Item]:
    """Payments, their reversals, and how each was posted."""
    mine = select(PaymentRow).where(PaymentRow.loan_id == loan_id)
    for row in session.exec(mine.order_by(col(PaymentRow.known_at), PaymentRow.payment_id)):
        told = said(row)
        undone = {name: told.pop(name) for name in list(told) if name.startswith("revers")}
        yield Item(told["known_at"], "payment", row.payment_id, told)
        if row.reversal_fact_id is not None:
            back = {"payment_id": row.payment_id, "amount_minor": row.amount_minor} | undone
            yield Item(undone["reversal_known_at"], "reversal", row.reversal_fact_id, back)
    yield from _journal(session, loan_id)


def _journal(session: Session, loan_id: str) -> Iterator[Item]:
    """Every entry with its postings; two questions, however long the journal is."""
    mine = JournalEntryRow.loan_id == loan_id
    lines: dict[int | None, list[dict[str, Any]]] = defaultdict(list)
    posted = select(PostingRow).where(PostingRow.entry_id == JournalEntryRow.entry_id, mine)
    for line in session.exec(posted.order_by(col(PostingRow.id))):
        lines[line.entry_id].append(said(line, "id", "entry_id"))
    entries = select(JournalEntryRow).where(mine).order_by(col(JournalEntryRow.entry_id))
    for entry in session.exec(entries):
        told = said(entry, "entry_id") | {"postings": lines[entry.entry_id]}
        yield Item(plain(entry.known_at), "journal", entry.key, told)


def _agreed(session: Session, loan: LoanRow) -> Iterator[Item]:
    """Promises and plans as they stand, and the holds of the person."""
    for promise in promises_of(session, loan.loan_id):
        yield Item(plain(promise.changed_at), "promise", promise.promise_id, said(promise))
    plans = select(PlanRow).where(PlanRow.loan_id == loan.loan_id)
    for plan in session.exec(plans.order_by(col(PlanRow.agreed_on), PlanRow.plan_id)):
        portions = session.exec(
            select(PlanInstalmentRow)
            .where(PlanInstalmentRow.plan_id == plan.plan_id)
            .order_by(col(PlanInstalmentRow.number))
        )
        portioned = {"instalments": [said(portion, "plan_id") for portion in portions]}
        yield Item(plain(plan.changed_at), "plan", plan.plan_id, said(plan) | portioned)
    holds = select(HoldRow).where(HoldRow.borrower_id == loan.borrower_id)
    for hold in session.exec(holds.order_by(col(HoldRow.start), HoldRow.hold_id)):
        yield Item(plain(hold.start), "hold", hold.hold_id, said(hold))


def _decisions(session: Session, loan_id: str) -> Iterator[Item]:
    rows = decisions_of(session, loan_id)
    for case in sorted({row.case_id for row in rows}):
        if broken := verify(session, case):
            raise LedgerError(f"The decision record is not whole. {' '.join(broken)}")
    for row in rows:
        yield Item(plain(row.at), "decision", f"{row.case_id}#{row.seq}", said(row, "id"))


def _contacts(session: Session, loan: LoanRow) -> Iterator[Item]:
    """Contacts with their texts as they were sent, and the address each went to."""
    for row in contacts_of(session, loan.loan_id):
        point = row.contact_point_id and session.get(ContactPointRow, row.contact_point_id)
        to = {"to": point.address if point else None}
        yield Item(plain(row.claimed_at), "contact", row.key, said(row) | to)


def _placed(session: Session, loan_id: str) -> Iterator[Item]:
    for placement in placements_of(session, loan_id):
        yield Item(plain(placement.claimed_at), "placement", placement.key, said(placement))
        for message in messages_of(session, placement.key):
            yield Item(plain(message.at), "agency_message", message.key, said(message))
    for line in commissions_of(session, loan_id):
        yield Item(plain(line.at), "commission", line.key, said(line))


def _work(session: Session, loan_id: str) -> Iterator[Item]:
    for note in notes_of(session, loan_id):
        yield Item(plain(note.at), "note", note.note_id, said(note))
    for task in tasks_of(session, loan_id):
        yield Item(plain(task.asked_at), "task", task.key, said(task))
