"""A notice ahead of a due date at the claim: what it may say, and what still keeps it away."""

from datetime import date, timedelta

import pytest

from activities.messaging import letter_facts
from channels.letters import Lender, Letters
from domain.delinquency import Instalment
from domain.gate.words import Channel
from domain.outcomes import SendOutcome, Sent
from domain.steps import MessageClass
from ledger.claims import Claimed
from ledger.engine import reading, writing
from tests.ledger.book import MORNING, a_loan, claim, order, paid

SOON = date(2026, 3, 14)
LATER = date(2026, 4, 14)
NIGHT = MORNING + timedelta(hours=14)  # midnight in Shanghai


@pytest.fixture
def book(ledger):
    """A loan with nothing late, and something due in four days."""
    with writing(ledger) as session:
        a_loan(session, dues=(Instalment(SOON, 40_000), Instalment(LATER, 30_000)))
    return ledger


def notice(**changes):
    told = {"episode": SOON, "template": "due_soon", "message_class": MessageClass.SERVICE}
    return order(step="due_soon", **(told | changes))


def test_a_notice_of_service_is_ours_and_knows_what_falls_due(book):
    claimed = claim(book, notice())
    assert isinstance(claimed, Claimed)
    assert (claimed.snapshot.next_minor, claimed.snapshot.next_due) == (40_000, SOON)
    assert (claimed.snapshot.arrears_minor, claimed.snapshot.oldest_due) == (0, None)


def test_of_a_part_that_is_paid_only_the_rest_falls_due(book):
    paid(book, "part", 15_000)
    claimed = claim(book, notice(ledger_version=1))
    assert isinstance(claimed, Claimed)
    assert (claimed.snapshot.next_minor, claimed.snapshot.next_due) == (25_000, SOON)


def test_the_same_words_as_dunning_are_not_sent_before_anything_is_late(book):
    assert claim(book, notice(message_class=MessageClass.DUNNING)) == SendOutcome(
        Sent.SUPPRESSED, "nothing-due", "Nothing is due on 2026-03-10."
    )


def test_the_night_is_kept_before_a_due_date_too(book):
    answer = claim(book, notice(), at=NIGHT)
    assert isinstance(answer, SendOutcome)
    assert (answer.kind, answer.rule) == (Sent.DEFERRED, "CN-TIME-01")


def test_nobody_is_written_to_who_has_just_paid(book):
    paid(book, "all", 40_000)
    answer = claim(book, notice())
    assert isinstance(answer, SendOutcome)
    assert (answer.kind, [fact.payment_id for fact in answer.facts]) == (Sent.STALE, ["all"])


@pytest.mark.parametrize(
    ("locale", "channel", "amount", "day", "paid_already"),
    [
        ("en", Channel.SMS, "CN¥400.00", "March 14, 2026", "Already paid? Ignore"),
        ("en", Channel.EMAIL, "CN¥400.00", "March 14, 2026", "please ignore this message"),
        ("zh_CN", Channel.SMS, "¥400.00", "2026年3月14日", "已还请忽略"),
        ("zh_CN", Channel.EMAIL, "¥400.00", "2026年3月14日", "请不必理会"),
    ],
)
def test_the_text_names_the_amount_and_the_day(book, locale, channel, amount, day, paid_already):
    claimed = claim(book, notice())
    assert isinstance(claimed, Claimed)
    with reading(book) as session:
        facts = letter_facts(session, claimed)
    letters = Letters(Lender("Bank", "help@bank.example"))
    text = letters.write("due_soon", channel, locale, facts).text
    assert all(words in text for words in (amount, day, paid_already))
