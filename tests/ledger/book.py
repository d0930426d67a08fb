"""The people and loans of these tests, and short ways to speak about them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from domain.clock import Clock
from domain.delinquency import Instalment, Terms
from domain.facts import PaymentReceived, PaymentReversed
from domain.gate.rulebook import Rulebook
from domain.gate.words import Channel
from domain.holds import Hold, HoldReason
from domain.keys import case_id, notice_key, question_id
from domain.orders import NoticeOrder, TaskOrder
from domain.records import HoldChanged
from domain.refused import Refused
from domain.steps import MessageClass
from ledger import claims, contacts
from ledger.approvals import answer
from ledger.case_tables import ContactRow
from ledger.cases import write_records
from ledger.engine import reading, writing
from ledger.gate import House
from ledger.loans import add_borrower, add_loan, loan_view
from ledger.payments import record_payment, record_reversal
from ledger.questions import put
from ledger.values import Borrower, ContactPoint, Loan, LoanView
from ledger.words import PointChannel
from policies.authority_files import load_authority
from tests.strategies import rulebooks, rules_with

WEI = Borrower("B1", "王伟", "zh_CN", "Asia/Shanghai", "CN")
MAIL = ContactPoint(PointChannel.EMAIL, "wei@example.cn")
PHONE = ContactPoint(PointChannel.PHONE, "+8613800000000")

EPISODE = date(2026, 3, 1)
DUES = (Instalment(EPISODE, 40_000), Instalment(date(2026, 4, 1), 40_000))
MORNING = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)  # ten o'clock in Shanghai
CASE = case_id("L1", EPISODE)

TERMS = Terms()
RULES_OF = rulebooks()
RULES = RULES_OF["CN"]


def a_day(count: int) -> Rulebook:
    """The rules of China, with so many dunning contacts a day."""
    once = "- max: 1\n          days: 1\n"
    return rules_with("CN", (once, once.replace("max: 1", f"max: {count}")))["CN"]


def a_loan(session, loan_id="L1", borrower=WEI, points=(MAIL, PHONE), dues=DUES):
    add_borrower(session, borrower, points)
    loan = Loan(loan_id, borrower.borrower_id, "CNY", 70_000, "card", "north", date(2026, 1, 1))
    return add_loan(session, loan, dues, MORNING - timedelta(days=60))


def open_book(engine, *loan_ids):
    """Write the loans, all of one borrower."""
    with writing(engine) as session:
        for loan_id in loan_ids or ("L1",):
            a_loan(session, loan_id)


def order(loan_id="L1", step="gentle", **changes) -> NoticeOrder:
    plain = NoticeOrder(
        loan_id,
        "B1",
        EPISODE,
        step,
        Channel.EMAIL,
        step,
        MessageClass.DUNNING,
        0,
        MORNING,
        Clock(),
        "standard@0f3a",
    )
    return replace(plain, **changes)


def key(loan_id="L1", step="gentle") -> str:
    return notice_key(loan_id, EPISODE, step)


def claim(engine, asked=None, at=MORNING, rules=RULES, terms=TERMS):
    """Claim in a transaction of its own."""
    with writing(engine) as session:
        return claims.claim(session, asked or order(), House(rules, terms), at, at)


def confirm(engine, of, kind, reason=""):
    with writing(engine) as session:
        contacts.confirm(session, of, kind, MORNING, "Subject", "Body", reason)


def paid(engine, payment_id, amount_minor, on=date(2026, 3, 9), loan_id="L1", known_at=MORNING):
    fact = PaymentReceived(f"fact-{payment_id}", payment_id, amount_minor, on)
    with writing(engine) as session:
        return record_payment(session, loan_id, fact, "CNY", known_at)


def undone(engine, payment_id, on=date(2026, 3, 10), loan_id="L1", known_at=MORNING):
    fact = PaymentReversed(f"undo-{payment_id}", payment_id, on)
    with writing(engine) as session:
        return record_reversal(session, loan_id, fact, known_at)


def on_hold(
    engine, hold_id="H1", start=MORNING, until=None, loan_id="L1", reason=HoldReason.DISPUTE
):
    hold = Hold(hold_id, reason, start, until, "li")
    with writing(engine) as session:
        write_records(session, loan_id, "B1", EPISODE, [HoldChanged(hold, start)])


def seen(session, loan_id="L1") -> LoanView:
    """The loan, which must be there."""
    view = loan_view(session, loan_id)
    assert view is not None
    return view


def row_of(engine, of):
    """The row of the contact log, or None."""
    with reading(engine) as session:
        return session.get(ContactRow, of)


def puts(engine, what="placement", loan_id="L1", at=MORNING, number=1):
    """The case of that loan asks a second person about it; the question's id."""
    key = question_id(loan_id, EPISODE, what, number)
    until = at + timedelta(days=30)
    with writing(engine) as session:
        put(session, TaskOrder(loan_id, EPISODE, what, f"approve {what}", at, key, until))
    return key


def approved(engine, what="placement", loan_id="L1", at=MORNING, number=1):
    """The case of that loan has asked a second person about it, who said yes."""
    key = puts(engine, what, loan_id, at, number)
    authority = replace(load_authority(), people={"sue": "manager"})
    with writing(engine) as session:
        said = answer(session, key, True, "sue", authority, at)
    assert not isinstance(said, Refused), said.reason
