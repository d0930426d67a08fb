"""What came of calls: once written, the caps count what was and no longer what may have been."""

from datetime import timedelta

import pytest

from domain.gate.words import Channel, ContactOutcome
from domain.outcomes import Sent
from ledger.calls import Call, called
from ledger.claims import Claimed
from ledger.contacts import contacts_of
from ledger.decisions import decisions_of
from ledger.engine import reading, writing
from ledger.errors import LedgerError
from tests.ledger.book import EPISODE, MORNING, RULES_OF, claim, confirm, key, open_book, order

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
US = RULES_OF["US"]


def listed(engine, step="call", at=MORNING, rules=None):
    """A call on the list: claimed and confirmed, its outcome not known."""
    claimed = claim(engine, order(step=step, channel=Channel.CALL), at=at, rules=rules or US)
    assert isinstance(claimed, Claimed), claimed
    confirm(engine, key(step=step), Sent.SENT)


def tell(engine, outcome, at=MORNING + HOUR, request_id="R1", inbound=False):
    said = Call(request_id, "L1", EPISODE, ContactOutcome(outcome), at, "ann", inbound)
    with writing(engine) as session:
        return called(session, said)


def next_call(engine, days, rules=US):
    """What is answered to another call, so many days later."""
    asked = order(step="second_call", channel=Channel.CALL)
    found = claim(engine, asked, at=MORNING + timedelta(days=days), rules=rules)
    return "claimed" if isinstance(found, Claimed) else f"{found.kind} {found.rule}"


def test_a_call_of_which_nothing_is_known_may_have_been_a_conversation(ledger):
    open_book(ledger)
    listed(ledger)
    assert next_call(ledger, 3) == "deferred US-FREQ-02"
    assert next_call(ledger, 7) == "claimed"


@pytest.mark.parametrize("outcome", ["no_answer", "voicemail", "connected", "not_connected"])
def test_a_call_that_was_no_conversation_brings_no_rest_of_a_week(ledger, outcome):
    open_book(ledger)
    listed(ledger)
    assert tell(ledger, outcome).key == key(step="call")
    assert next_call(ledger, 3) == "claimed"


def test_a_conversation_rests_for_a_week_from_the_day_it_was_held(ledger):
    open_book(ledger)
    listed(ledger)
    tell(ledger, "conversation", at=MORNING + 2 * DAY)
    assert next_call(ledger, 7) == "deferred US-FREQ-02"
    assert next_call(ledger, 9) == "claimed"


def test_a_conversation_that_the_borrower_began_counts_where_the_law_counts_it(ledger):
    open_book(ledger)
    row = tell(ledger, "conversation", inbound=True)
    assert (row.inbound, row.contacted_by) == (True, "lender")
    assert next_call(ledger, 3) == "deferred US-FREQ-02"
    assert next_call(ledger, 0, RULES_OF["CN"]) == "claimed"


def test_every_further_try_is_a_contact_of_its_own(ledger):
    open_book(ledger)
    listed(ledger)
    tell(ledger, "no_answer")
    for number in (2, 3, 4):
        tell(ledger, "connected", MORNING + number * HOUR, f"R{number}")
    with reading(ledger) as session:
        outcomes = [str(row.outcome) for row in contacts_of(session, "L1")]
    assert outcomes == ["no_answer", "connected", "connected", "connected"]
    assert next_call(ledger, 0, RULES_OF["CN"]).startswith("deferred CN-")


def test_the_same_telling_is_taken_once_and_stands_on_record(ledger):
    open_book(ledger)
    listed(ledger)
    first = tell(ledger, "no_answer")
    assert tell(ledger, "no_answer") == first
    with reading(ledger) as session:
        told = [row for row in decisions_of(session, "L1") if row.what == "call"]
        assert len(contacts_of(session, "L1")) == 1
    assert [(row.verdict, row.inputs["by"]) for row in told] == [("no_answer", "ann")]


def test_a_call_never_ends_as_a_letter_does_and_an_unknown_loan_is_named(ledger):
    open_book(ledger)
    with pytest.raises(LedgerError, match="does not end in delivered"):
        tell(ledger, "delivered")
    said = Call("R1", "L9", EPISODE, ContactOutcome.NO_ANSWER, MORNING, "ann")
    with pytest.raises(LedgerError, match="'L9' is not in the ledger"), writing(ledger) as session:
        called(session, said)
