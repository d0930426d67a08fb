"""Borrowers and loans: added once, refused by name, imported by the thousand."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy.exc import StatementError

from domain.delinquency import Instalment, Payment
from ledger.engine import reading, writing
from ledger.errors import LedgerError
from ledger.journal import balance, unbalanced
from ledger.loans import add_borrower, add_loan, add_loans, loan_view
from ledger.values import Borrower, ContactPoint, Imported, Loan, NewLoan
from ledger.whereabouts import lives_in
from ledger.words import Account, PointChannel
from tests.ledger.book import DUES, MAIL, MORNING, PHONE, WEI, a_loan, open_book, paid, seen, undone

LOAN = Loan("L1", "B1", "CNY", 70_000, "card", "north", date(2026, 1, 1))


def tape(count, per_borrower=1):
    for n in range(count):
        who = f"B{n // per_borrower}"
        yield NewLoan(
            Borrower(who, f"Name {who}", "en", "Europe/Berlin", "DE"),
            Loan(f"L{n}", who, "EUR", 10_000, strategy="standard@1"),
            DUES,
            (ContactPoint(PointChannel.EMAIL, f"{who}@example.org"),),
        )


def test_a_loan_is_seen_whole_as_it_was_added(ledger):
    open_book(ledger)
    paid(ledger, "p1", 500)
    paid(ledger, "p2", 600)
    undone(ledger, "p1")
    with reading(ledger) as session:
        view = seen(session)
        assert loan_view(session, "L2") is None
    assert (view.borrower, view.loan, view.instalments) == (WEI, LOAN, DUES)
    assert view.payments == (
        Payment("p1", date(2026, 3, 9), 500, date(2026, 3, 10)),
        Payment("p2", date(2026, 3, 9), 600),
    )
    assert [point.address for point in view.contact_points] == [MAIL.address, PHONE.address]


def test_instalments_come_in_the_order_of_their_due_dates(ledger):
    with writing(ledger) as session:
        a_loan(session, dues=tuple(reversed(DUES)))
        assert seen(session).instalments == DUES


def test_the_opening_entry_makes_all_instalments_owed(ledger):
    open_book(ledger)
    with reading(ledger) as session:
        assert balance(session, "L1", Account.RECEIVABLE) == 80_000
        assert balance(session, "L1", Account.DISBURSEMENT) == -80_000


def test_the_same_again_changes_nothing_and_says_so(ledger):
    open_book(ledger)
    with writing(ledger) as session:
        assert add_borrower(session, WEI, (MAIL, PHONE)) is False
        assert add_loan(session, LOAN, tuple(reversed(DUES)), MORNING) is False
        assert balance(session, "L1", Account.RECEIVABLE) == 80_000
        assert len(seen(session).contact_points) == 2


def test_a_new_contact_point_of_a_known_borrower_is_added(ledger):
    open_book(ledger)
    with writing(ledger) as session:
        add_borrower(session, WEI, (MAIL, replace(MAIL, address="new@example.cn")))
        addresses = [point.address for point in seen(session).contact_points]
    assert addresses == ["wei@example.cn", "+8613800000000", "new@example.cn"]


@pytest.mark.parametrize(
    ("loan", "dues", "says"),
    [
        (replace(LOAN, loan_id="L2", currency="XXX"), DUES, "'L2': 'XXX' is not an ISO 4217"),
        (replace(LOAN, loan_id="L2"), (), "'L2' has no instalments"),
        (replace(LOAN, loan_id="L2", principal_minor=0), DUES, "'L2': the principal is 0"),
        (replace(LOAN, loan_id="L2"), (Instalment(date(2026, 3, 1), -5),), "2026-03-01 is -5"),
        (replace(LOAN, loan_id="L2", borrower_id="B9"), DUES, "'B9' is not in the ledger"),
        (replace(LOAN, product="car"), DUES, "'L1' is known with another product"),
        (LOAN, DUES[:1], "'L1' is known with another instalments"),
    ],
)
def test_a_loan_that_cannot_be_is_refused_by_name(ledger, loan, dues, says):
    open_book(ledger)
    with pytest.raises(LedgerError, match=says), writing(ledger) as session:
        add_loan(session, loan, dues, MORNING)


@pytest.mark.parametrize(
    ("borrower", "says"),
    [
        (replace(WEI, borrower_id="B2", zone="Mars/Olympus"), "'B2': 'Mars/Olympus' is no time"),
        (replace(WEI, name="Li", locale="en"), "'B1' is known with another name, locale"),
    ],
)
def test_a_borrower_that_cannot_be_is_refused_by_name(ledger, borrower, says):
    open_book(ledger)
    with pytest.raises(LedgerError, match=says), writing(ledger) as session:
        add_borrower(session, borrower)


def test_an_instant_without_a_zone_is_refused(ledger):
    naive = datetime(2026, 1, 1)  # noqa: DTZ001  that is the point
    with pytest.raises(StatementError, match="timezone"), writing(ledger) as session:
        add_loans(session, tape(1), naive)


def test_a_failed_transaction_leaves_nothing(ledger):
    lines = [*tape(2), replace(next(tape(1)), instalments=())]
    with pytest.raises(LedgerError), writing(ledger) as session:
        add_loans(session, lines, MORNING)
    with reading(ledger) as session:
        assert loan_view(session, "L0") is None


def test_a_tape_is_imported_once_and_balances(ledger):
    with writing(ledger) as session:
        assert add_loans(session, tape(1200), MORNING) == Imported(1200, 0)
    with writing(ledger) as session:
        assert add_loans(session, tape(30), MORNING) == Imported(0, 30)
        assert unbalanced(session) == []
        view = seen(session, "L1199")
    assert (view.borrower.borrower_id, view.loan.strategy) == ("B1199", "standard@1")
    assert [point.address for point in view.contact_points] == ["B1199@example.org"]


def test_a_tape_may_name_one_borrower_in_many_lines(ledger):
    with writing(ledger) as session:
        assert add_loans(session, tape(6, per_borrower=3), MORNING) == Imported(6, 0)
        assert seen(session, "L4").borrower.borrower_id == "B1"
        assert len(seen(session, "L4").contact_points) == 1


def test_a_tape_with_one_wrong_line_is_refused_by_name(ledger):
    wrong = list(tape(5))
    wrong[3] = replace(wrong[3], instalments=())
    with pytest.raises(LedgerError, match="'L3' has no instalments"), writing(ledger) as session:
        add_loans(session, wrong, MORNING)


def test_where_a_borrower_lives_may_be_unknown_but_not_wrong(ledger):
    with writing(ledger) as session:
        a_loan(session, borrower=replace(WEI, zone=""))
        view = seen(session)
    assert (view.borrower.zone, view.borrower.calendar_zone) == ("", "Asia/Shanghai")
    for wrong in ("Asia/Nowhere", "Asia", "/etc/passwd"):
        with pytest.raises(LedgerError, match="is no time zone"), writing(ledger) as session:
            lives_in(session, "B1", wrong)
    with writing(ledger) as session:
        assert lives_in(session, "B1", "Asia/Urumqi")
        assert not lives_in(session, "B1", "Asia/Urumqi")
        assert not add_borrower(session, replace(WEI, zone=""))
    with pytest.raises(LedgerError, match="another zone"), writing(ledger) as session:
        add_borrower(session, WEI)


def test_nobody_who_is_unknown_moves(ledger):
    with pytest.raises(LedgerError, match="'B9' is not in the ledger"), writing(ledger) as session:
        lives_in(session, "B9", "Asia/Urumqi")
