"""Finding the loans that conditions mean, and the people who owe them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, select

from domain.clock import local_date
from domain.delinquency import Instalment, Payment, Terms, arrears_of, paid_by
from domain.where import DAYS, Subject, Where
from ledger.case_tables import CaseFileRow
from ledger.tables import BorrowerRow, InstalmentRow, LoanRow, PaymentRow

_BATCH = 500
"""Loans whose money is read at a time: quick, and within the parameters of one statement."""


@dataclass(frozen=True, slots=True)
class Person:
    """A borrower with the loans that match; `others` are their loans that do not.

    `open_cases` are the open cases of all their loans.
    """

    borrower_id: str
    zone: str
    loans: tuple[str, ...]
    others: tuple[str, ...]
    open_cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    subject: Subject
    zone: str
    case_id: str


def matching(
    session: Session,
    where: Where,
    at: datetime,
    running: Mapping[str, tuple[str, str]] | None = None,
) -> list[Person]:
    """The people with a loan that matches at that instant, by their ids.

    `running` has the stage and the collector of each running case: the ledger knows neither. Days
    past due count from the oldest instalment that is not paid in full, by the borrower's calendar.
    """
    lines = list(_lines(session, running or {}))
    meant = [line for line in lines if where.matches(line.subject, but=DAYS)]
    if where.asks(DAYS):
        meant = [line for line in _with_days(session, meant, at) if where.matches(line.subject)]
    loans = {line.subject.loan for line in meant}
    theirs: dict[str, list[_Line]] = {line.subject.borrower: [] for line in meant}
    for line in lines:
        if line.subject.borrower in theirs:
            theirs[line.subject.borrower].append(line)
    return [_person(theirs[borrower_id], loans) for borrower_id in sorted(theirs)]


def _person(lines: Sequence[_Line], meant: set[str]) -> Person:
    ids = [line.subject.loan for line in lines]
    return Person(
        lines[0].subject.borrower,
        lines[0].zone,
        tuple(loan for loan in ids if loan in meant),
        tuple(loan for loan in ids if loan not in meant),
        tuple(line.case_id for line in lines if line.case_id),
    )


def _lines(session: Session, running: Mapping[str, tuple[str, str]]) -> Iterator[_Line]:
    """Every loan in the order of ids, with its open case if it has one."""
    files = select(CaseFileRow).where(col(CaseFileRow.closed_at).is_(None))
    opened = {row.loan_id: row for row in session.exec(files)}
    rows = select(LoanRow, BorrowerRow).join(
        BorrowerRow, col(BorrowerRow.borrower_id) == col(LoanRow.borrower_id)
    )
    for loan, borrower in session.exec(rows.order_by(LoanRow.loan_id)):
        file = opened.get(loan.loan_id)
        stage, collector = running.get(file.case_id, ("", "")) if file else ("", "")
        subject = Subject(
            loan=loan.loan_id,
            borrower=borrower.borrower_id,
            jurisdiction=borrower.jurisdiction,
            portfolio=loan.portfolio,
            product=loan.product,
            strategy=file.strategy if file else loan.strategy or "",
            currency=loan.currency,
            stage=stage,
            collector=collector,
        )
        yield _Line(subject, borrower.calendar_zone, file.case_id if file else "")


def _with_days(session: Session, lines: Sequence[_Line], at: datetime) -> Iterator[_Line]:
    """The same lines with their days past due; 0 when nothing is late."""
    for start in range(0, len(lines), _BATCH):
        batch = lines[start : start + _BATCH]
        owed, paid = _money(session, [line.subject.loan for line in batch])
        for line in batch:
            loan, today = line.subject.loan, local_date(at, line.zone)
            _, oldest = arrears_of(owed[loan], paid_by(paid[loan], today), Terms(), today)
            days = (today - oldest).days if oldest else 0
            yield replace(line, subject=replace(line.subject, days_past_due=days))


def _money(
    session: Session, loans: Sequence[str]
) -> tuple[dict[str, list[Instalment]], dict[str, list[Payment]]]:
    owed: dict[str, list[Instalment]] = defaultdict(list)
    paid: dict[str, list[Payment]] = defaultdict(list)
    portions = select(InstalmentRow).where(col(InstalmentRow.loan_id).in_(loans))
    for i in session.exec(portions.order_by(InstalmentRow.loan_id, col(InstalmentRow.number))):
        owed[i.loan_id].append(Instalment(i.due, i.amount_minor))
    for p in session.exec(select(PaymentRow).where(col(PaymentRow.loan_id).in_(loans))):
        paid[p.loan_id].append(Payment(p.payment_id, p.on_date, p.amount_minor, p.reversed_on))
    return owed, paid
