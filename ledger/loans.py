"""Borrowers and loans: adding them, one by one or a tape at a time, and seeing one whole."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfoNotFoundError

from sqlalchemy import insert
from sqlmodel import Session, col, select

from domain.clock import zone
from domain.delinquency import Instalment, Payment
from domain.money import MoneyError, exponent
from ledger.account_facts import plan_interest_of
from ledger.agreed import forgiven_minor
from ledger.errors import LedgerError
from ledger.journal import opening, post_all
from ledger.tables import BorrowerRow, ContactPointRow, InstalmentRow, LoanRow, PaymentRow
from ledger.values import Borrower, ContactPoint, Imported, Loan, LoanView, NewLoan
from ledger.waived import waived_minor

_BATCH = 1000
"""Loans written at a time: large enough to be quick, small enough for one statement."""


def lock_borrower(session: Session, borrower_id: str) -> Borrower:
    """Take the borrower's row, so that nobody else writes about them before we are done.

    Every write about a person does this first. Raises LedgerError for an unknown borrower.
    """
    mine = select(BorrowerRow).where(BorrowerRow.borrower_id == borrower_id)
    row = session.exec(mine.with_for_update(key_share=True)).first()
    if row is None:
        raise LedgerError(f"Borrower {borrower_id!r} is not in the ledger.")
    return _borrower(row)


def lock_loan(session: Session, loan_id: str) -> Loan:
    """Take the row of the loan's borrower; raises LedgerError for an unknown loan."""
    row = session.get(LoanRow, loan_id)
    if row is None:
        raise LedgerError(f"Loan {loan_id!r} is not in the ledger.")
    lock_borrower(session, row.borrower_id)
    return _loan(row)


def add_borrower(
    session: Session, borrower: Borrower, contact_points: Iterable[ContactPoint] = ()
) -> bool:
    """Add a borrower; False if they are known already.

    Contact points that are not known yet are added either way. Raises LedgerError for an unknown
    time zone, and for a known borrower with other particulars.
    """
    check_borrower(borrower)
    known = session.get(BorrowerRow, borrower.borrower_id)
    if known is None:
        session.execute(insert(BorrowerRow), [asdict(borrower)])
    elif changes := _changes(_borrower(known), _with_known_place(borrower, known)):
        raise LedgerError(f"Borrower {borrower.borrower_id!r} is known with another {changes}.")
    had = {(p.channel, p.address) for p in points_of(session, borrower.borrower_id)}
    _insert_points(
        session,
        {
            (borrower.borrower_id, point.channel, point.address): point
            for point in contact_points
            if (point.channel, point.address) not in had
        }.items(),
    )
    return known is None


def add_loan(
    session: Session, loan: Loan, instalments: Sequence[Instalment], known_at: datetime
) -> bool:
    """Add a loan of a known borrower and post its opening entry; False if it is there just so.

    Raises LedgerError for an unknown currency or borrower, no instalments, an amount that is not
    positive, and a known loan with other content.
    """
    _check_loan(loan, instalments)
    lock_borrower(session, loan.borrower_id)
    known = session.get(LoanRow, loan.loan_id)
    if known is None:
        _insert_loans(session, [(loan, instalments)], known_at)
        return True
    changes = _changes(_loan(known), loan)
    if instalments_of(session, loan.loan_id) != _in_order(instalments):
        changes = f"{changes}, instalments".removeprefix(", ")
    if changes:
        raise LedgerError(f"Loan {loan.loan_id!r} is known with another {changes}.")
    return False


def add_loans(session: Session, loans: Iterable[NewLoan], known_at: datetime) -> Imported:
    """Add a tape of loans with their borrowers; refuses what `add_loan` refuses."""
    new = repeated = 0
    left = iter(loans)
    while batch := list(islice(left, _BATCH)):
        added = _add_batch(session, batch, known_at)
        new, repeated = new + added, repeated + len(batch) - added
    return Imported(new, repeated)


def loan_view(session: Session, loan_id: str) -> LoanView | None:
    """The loan as it stands, or None when it is not in the ledger."""
    row = session.get(LoanRow, loan_id)
    if row is None:
        return None
    return LoanView(
        _borrower(session.get_one(BorrowerRow, row.borrower_id)),
        _loan(row),
        instalments_of(session, loan_id),
        payments_of(session, loan_id),
        points_of(session, row.borrower_id),
        forgiven_minor(session, loan_id),
        waived_minor(session, loan_id),
        plan_interest_of(session, loan_id),
    )


def instalments_of(session: Session, loan_id: str) -> tuple[Instalment, ...]:
    """The loan's instalments in the order of their due dates."""
    rows = session.exec(
        select(col(InstalmentRow.due), col(InstalmentRow.amount_minor))
        .where(InstalmentRow.loan_id == loan_id)
        .order_by(col(InstalmentRow.number))
    )
    return tuple(Instalment(*row) for row in rows)


def payments_of(session: Session, loan_id: str) -> tuple[Payment, ...]:
    """The loan's payments by date, reversed ones included."""
    mine = select(PaymentRow).where(PaymentRow.loan_id == loan_id)
    rows = session.exec(
        mine.order_by(col(PaymentRow.on_date), PaymentRow.payment_id).execution_options(
            populate_existing=True
        )
    )
    return tuple(
        Payment(row.payment_id, row.on_date, row.amount_minor, row.reversed_on) for row in rows
    )


def points_of(session: Session, borrower_id: str) -> tuple[ContactPoint, ...]:
    """The borrower's contact points, dead ones included, in the order they became known."""
    rows = session.exec(
        select(ContactPointRow)
        .where(ContactPointRow.borrower_id == borrower_id)
        .order_by(col(ContactPointRow.id))
        .execution_options(populate_existing=True)
    )
    return tuple(
        ContactPoint(p.channel, p.address, p.id, p.status, p.dead_reason, p.party, p.person)
        for p in rows
    )


def _add_batch(session: Session, batch: Sequence[NewLoan], known_at: datetime) -> int:
    """Write in bulk what is plainly new, and the rest one by one; how many loans were new."""
    plain, rest = _parted(session, batch)
    for new in plain:
        check_borrower(new.borrower)
        _check_loan(new.loan, new.instalments)
    if plain:
        session.execute(insert(BorrowerRow), [asdict(new.borrower) for new in plain])
        _insert_points(
            session,
            {
                (new.borrower.borrower_id, point.channel, point.address): point
                for new in plain
                for point in new.contact_points
            }.items(),
        )
        _insert_loans(session, [(new.loan, new.instalments) for new in plain], known_at)
    added = len(plain)
    for new in rest:
        add_borrower(session, new.borrower, new.contact_points)
        added += add_loan(session, new.loan, new.instalments, known_at)
    return added


def _parted(session: Session, batch: Sequence[NewLoan]) -> tuple[list[NewLoan], list[NewLoan]]:
    """The lines whose loan and borrower both appear for the first time, and all other lines."""
    people = [new.borrower.borrower_id for new in batch]
    loans = [new.loan.loan_id for new in batch]
    borrower_id, loan_id = col(BorrowerRow.borrower_id), col(LoanRow.loan_id)
    seen_people = set(session.exec(select(borrower_id).where(borrower_id.in_(people))))
    seen_loans = set(session.exec(select(loan_id).where(loan_id.in_(loans))))
    plain: list[NewLoan] = []
    rest: list[NewLoan] = []
    for new in batch:
        known = new.borrower.borrower_id in seen_people or new.loan.loan_id in seen_loans
        (rest if known else plain).append(new)
        seen_people.add(new.borrower.borrower_id)
        seen_loans.add(new.loan.loan_id)
    return plain, rest


def _insert_points(
    session: Session, points: Iterable[tuple[tuple[str, str, str], ContactPoint]]
) -> None:
    rows = [
        {
            "borrower_id": borrower_id,
            "channel": point.channel,
            "address": point.address,
            "status": point.status,
            "dead_reason": point.dead_reason,
            "party": point.party,
            "person": point.person,
        }
        for (borrower_id, _, _), point in points
    ]
    if rows:
        session.execute(insert(ContactPointRow), rows)


def _insert_loans(
    session: Session, loans: Sequence[tuple[Loan, Sequence[Instalment]]], known_at: datetime
) -> None:
    session.execute(insert(LoanRow), [asdict(loan) for loan, _ in loans])
    session.execute(
        insert(InstalmentRow),
        [
            {"loan_id": loan.loan_id, "number": n, "due": i.due, "amount_minor": i.amount_minor}
            for loan, instalments in loans
            for n, i in enumerate(_in_order(instalments), start=1)
        ],
    )
    entries = []
    for loan, instalments in loans:
        on = loan.disbursed_on or min(i.due for i in instalments)
        owed = sum(i.amount_minor for i in instalments)
        entries.append(opening(loan.loan_id, on, known_at, owed, loan.currency))
    post_all(session, entries)


def _in_order(instalments: Sequence[Instalment]) -> tuple[Instalment, ...]:
    return tuple(sorted(instalments, key=lambda i: (i.due, i.amount_minor)))


def check_borrower(borrower: Borrower) -> None:
    """Raise LedgerError for a time zone that there is not; one that is not known is fine."""
    for name in (borrower.calendar_zone, *borrower.other_zones):
        try:
            zone(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise LedgerError(
                f"Borrower {borrower.borrower_id!r}: {name!r} is no time zone."
            ) from None


def _with_known_place(told: Borrower, known: BorrowerRow) -> Borrower:
    """Who does not say where the person lives does not contradict what was heard since."""
    return replace(told, zone=told.zone or known.zone, region=told.region or known.region)


def _check_loan(loan: Loan, instalments: Sequence[Instalment]) -> None:
    here = f"Loan {loan.loan_id!r}"
    try:
        exponent(loan.currency)
    except MoneyError as error:
        raise LedgerError(f"{here}: {error}") from None
    if not instalments:
        raise LedgerError(f"{here} has no instalments.")
    if loan.principal_minor <= 0:
        raise LedgerError(f"{here}: the principal is {loan.principal_minor}, not positive.")
    for instalment in instalments:
        if instalment.amount_minor <= 0:
            due, amount = instalment.due, instalment.amount_minor
            raise LedgerError(f"{here}: the instalment due {due} is {amount}, not positive.")


def _changes(known: Borrower | Loan, told: Borrower | Loan) -> str:
    """The particulars in which the two differ, by name; empty when they are the same."""
    before = asdict(known)
    return ", ".join(name for name, value in asdict(told).items() if value != before[name])


def _borrower(row: BorrowerRow) -> Borrower:
    told = row.model_dump()
    return Borrower(**told | {"other_zones": tuple(row.other_zones)})


def _loan(row: LoanRow) -> Loan:
    return Loan(**row.model_dump())
