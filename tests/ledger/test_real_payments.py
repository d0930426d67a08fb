"""Real payments, posted: each loan closes on the day the lender says, and is as late as it says.

The data are not part of the project; without REAL_DATA these tests are skipped.
"""

import csv
import gzip
import os
from collections import Counter, defaultdict
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from domain.account import account
from domain.delinquency import Instalment
from domain.facts import PaymentReceived
from domain.money_events import AccountTerms, Contract, EventKind, MoneyEvent, MoneyFacts, Portion
from domain.periods import months_after
from intake.mapping import load_mapping
from intake.tapes import TapeRow, read_tape
from ledger.engine import reading, writing
from ledger.journal import unbalanced
from ledger.loans import add_borrower, add_loan, add_loans
from ledger.payments import record_payment
from ledger.statements import statement
from ledger.values import Borrower, Loan
from tests.ledger.book import MORNING, seen

DATA = Path(os.environ.get("REAL_DATA", "nowhere"))
MAPPING = Path(__file__).parents[2] / "policies" / "tapes" / "superlender.yaml"
POSTED = 120
"""Loans that go through the ledger; the calculator alone takes all of them."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (DATA / "superlender_loans.csv.gz").exists(),
        reason="REAL_DATA is not set: it names the folder with the real loans",
    ),
]


def rows_of(name):
    with gzip.open(DATA / name, "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def pays(payment_id, on, amount_minor):
    return MoneyEvent(payment_id, EventKind.PAYMENT, on, amount_minor)


def facts(dues, payments):
    portions = tuple(Portion(due, amount) for due, amount in dues)
    return MoneyFacts(Contract(portions), AccountTerms(), tuple(payments))


def closed_on(known):
    state = account(known, date(2030, 1, 1))
    days = [instalment.paid_on for instalment in state.instalments]
    return None if None in days else max(day for day in days if day)


def test_every_superlender_loan_closes_on_its_closing_date():
    checked = 0
    for row in read_tape(DATA / "superlender_loans.csv.gz", load_mapping(MAPPING)):
        if not isinstance(row, TapeRow):
            continue
        dues = [(i.due, i.amount_minor) for i in row.instalments]
        events = [pays(p.payment_id, p.on, p.amount_minor) for p in row.payments]
        assert closed_on(facts(dues, events)) == max(p.on for p in row.payments)
        checked += 1
    assert checked > 24_000


def test_superlender_loans_close_on_their_day_in_the_ledger(own_ledger):
    tape = read_tape(DATA / "superlender_loans.csv.gz", load_mapping(MAPPING))
    rows = [row for row in tape if isinstance(row, TapeRow)][:: 24_000 // POSTED]
    with writing(own_ledger) as session:
        add_loans(session, (row.new_loan for row in rows), MORNING)
    for row in rows:
        for payment in row.payments:
            with writing(own_ledger) as session:
                record_payment(session, row.loan.loan_id, payment, row.loan.currency, MORNING)
    with reading(own_ledger) as session:
        assert unbalanced(session) == []
        for row in rows:
            told = statement(session, row.loan, date(2030, 1, 1))
            assert told.differences == ()
            assert told.account.owed_minor == told.account.unapplied_minor == 0
            assert told.account.instalments[-1].paid_on == max(p.on for p in row.payments)


def test_xente_paybacks_close_each_loan_with_its_last_payback():
    """The file marks final paybacks; a loan without a mark was still being paid when it ended."""
    loans = defaultdict(list)
    for row in rows_of("xente_paybacks.csv.gz"):
        loans[row["loan_id"]].append(row)
    found: Counter[str] = Counter()
    for rows in loans.values():
        owed = sum(int(float(row["principal"])) for row in rows)
        due = date.fromisoformat(rows[0]["due_at"][:10])
        events = [
            pays(row["payback_id"], day_of(row), int(float(row["principal"]))) for row in rows
        ]
        closed = closed_on(facts([(due, owed)], events))
        assert closed == max(map(day_of, rows))
        final = [row for row in rows if row["is_final_payback"] == "1"]
        found["marked" if final else "unmarked"] += 1
        assert not final or closed == max(map(day_of, final))
    assert found == {"marked": 1082, "unmarked": 75}


def day_of(row):
    return date.fromisoformat(row["paid_at"][:10])


def statements():
    """Each card account's months in order: (month, months past due, bill, paid)."""
    found = defaultdict(list)
    for row in rows_of("uci_statements_long.csv.gz"):
        found[row["account_id"]].append(
            (
                date.fromisoformat(f"{row['month']}-01"),
                int(row["months_past_due"]),
                int(float(row["bill_amount"])),
                int(float(row["paid_amount"])),
            )
        )
    return {name: sorted(months) for name, months in found.items()}


def determined(months):
    """The stretches where the file alone says how late an account is, whatever its least payment.

    A payment in the row of a month is for the bill of the month before. From a bill of nothing or
    one paid in full, and while each later bill was paid in full or not at all, the months past due
    are the bills that were left alone. Each stretch is its months, the last still without a bill.
    """
    stretch: list[tuple[date, int, int, int]] = []
    for month, following in pairwise(months):
        bill, paid = month[2], following[3]
        if bill <= 0 or paid >= bill:
            yield [month], following
            stretch = [month]
        elif stretch and paid == 0:
            stretch.append(month)
            yield list(stretch), following
        else:
            stretch = []


def late_by(stretch, following):
    """Months past due by the account: each month's new charges are due in the next month."""
    dues, events, carried = [], [], 0
    paid = dict(zip([m[0] for m in stretch[1:]], [m[3] for m in stretch[1:]], strict=True))
    for month, _, bill, _ in stretch:
        came = paid.get(month, 0)
        new = bill - max(0, carried - came)
        if new > 0:
            dues.append((months_after(month, 1).replace(day=15), new))
        if came > 0:
            events.append(pays(f"{month}", month.replace(day=10), came))
        carried = max(bill, 0)
    if not dues:
        return 0
    if following[3] > 0:
        events.append(pays("last", following[0].replace(day=10), following[3]))
    state = account(facts(dues, events), following[0].replace(day=16))
    late = [i.due for i in state.instalments if i.unpaid_minor and i.due < state.as_of]
    return (
        (following[0].year - late[0].year) * 12 + following[0].month - late[0].month + 1
        if late
        else 0
    )


def test_card_accounts_are_as_late_as_their_statements_where_those_decide():
    """Disagreements are the file's own: it often calls the first missed month two (it knows almost
    no month that is one past due), and it passes over some unpaid bills, most of them small.
    """
    found: Counter[str] = Counter()
    for months in statements().values():
        for stretch, following in determined(months):
            ours, theirs = late_by(stretch, following), stretch[-1][1]
            found[_kind(ours, theirs)] += 1
    assert found == {
        "agree": 51_932,  # 95.5 %
        "a month more than bills were left": 890,
        "an unpaid bill passed over": 1_007,
        "late though paid in full": 466,
        "other": 61,
    }


def _kind(ours, theirs):
    if ours == theirs:
        return "agree"
    if ours and theirs == ours + 1:
        return "a month more than bills were left"
    if ours and not theirs:
        return "an unpaid bill passed over"
    return "late though paid in full" if not ours else "other"


def test_card_accounts_are_as_late_in_the_ledger_as_by_the_calculator(own_ledger):
    chosen = [
        (name, stretch, following)
        for name, months in list(statements().items())[::40]
        for stretch, following in determined(months)
        if len(stretch) > 2
    ][:POSTED]
    taipei = Borrower("B-card", "Card holder", "zh_TW", "Asia/Taipei", "TW")
    with writing(own_ledger) as session:
        add_borrower(session, taipei)
    for number, (name, stretch, following) in enumerate(chosen):
        loan_id = f"card-{name}-{number}"
        dues = tuple(
            Instalment(months_after(month, 1).replace(day=15), bill)
            for month, _, bill, _ in stretch
            if bill > 0
        )
        if not dues:
            continue
        lent = sum(i.amount_minor for i in dues)
        with writing(own_ledger) as session:
            loan = Loan(loan_id, "B-card", "TWD", lent, "card", "uci", dues[0].due)
            add_loan(session, loan, dues, MORNING)
        paid = [(m[0].replace(day=10), m[3]) for m in (*stretch[1:], following) if m[3] > 0]
        for n, (on, amount) in enumerate(paid):
            fact = PaymentReceived(f"{loan_id}/{n}", f"{loan_id}/{n}", amount, on)
            with writing(own_ledger) as session:
                record_payment(session, loan_id, fact, "TWD", MORNING)
        with reading(own_ledger) as session:
            told = statement(session, seen(session, loan_id).loan, following[0].replace(day=16))
        alone = facts([(i.due, i.amount_minor) for i in dues], [])
        events = [pays(f"{n}", on, amount) for n, (on, amount) in enumerate(paid)]
        same = account(MoneyFacts(alone.contract, AccountTerms(), tuple(events)), told.as_of)
        assert told.differences == ()
        assert told.account.days_late == same.days_late
        assert dict(told.account.owed) == dict(same.owed)
