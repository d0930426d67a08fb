"""Tasks, notes, loan events and the texts of strategies: each is written once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.orders import TaskOrder
from ledger.engine import writing
from ledger.errors import LedgerError
from ledger.events import LoanEvent, Taken, mark_spoken, record_event, spoken, unspoken
from ledger.notes import Note, add_note, notes_of
from ledger.strategies import remember, strategy_ids, strategy_text
from ledger.tasks import ask, finish, open_tasks, tasks_of
from tests.ledger.book import EPISODE, MORNING, open_book

LATER = MORNING + timedelta(hours=1)
EVENT = LoanEvent("event/bank/1", "payment_received", "bank", "L1", '{"amount": "5"}')
NOTE = Note("N1", "L1", EPISODE, "li", "Will call back.", MORNING)


def test_a_person_is_asked_once_and_does_it_once(ledger):
    open_book(ledger)
    order = TaskOrder("L1", EPISODE, "approve-placement", "Notice period is over.", MORNING)
    with writing(ledger) as session:
        assert [ask(session, order) for _ in range(2)] == [True, False]
        key = open_tasks(session)[0].key
        assert [finish(session, key, "li", LATER) for _ in range(2)] == [True, False]
        assert ask(session, order) is False
        assert open_tasks(session) == []
        assert [(row.done_by, row.done_at) for row in tasks_of(session, "L1")] == [("li", LATER)]
        with pytest.raises(LedgerError, match="is not in the ledger"):
            finish(session, "task/none", "li", LATER)


def test_a_note_is_written_once(ledger):
    open_book(ledger)
    with writing(ledger) as session:
        assert [add_note(session, NOTE) for _ in range(2)] == [True, False]
        with pytest.raises(LedgerError, match="'N1' is known with another"):
            add_note(session, replace(NOTE, text="Will not call back."))
        assert [row.text for row in notes_of(session, "L1")] == ["Will call back."]


def test_an_event_is_new_once_then_a_repeat_and_with_other_content_a_conflict(ledger):
    other = replace(EVENT, content='{"amount": "6"}')
    with writing(ledger) as session:
        taken = [record_event(session, event, MORNING) for event in (EVENT, EVENT, other)]
    assert taken == [Taken.NEW, Taken.REPEAT, Taken.CONFLICT]


def test_we_know_which_events_still_wait_to_be_told(ledger):
    with writing(ledger) as session:
        record_event(session, EVENT, MORNING)
        record_event(session, replace(EVENT, event_id="event/bank/2"), LATER)
        mark_spoken(session, EVENT.event_id, LATER)
        assert [row.event_id for row in unspoken(session)] == ["event/bank/2"]
        assert spoken(session, EVENT.event_id)
        assert not spoken(session, "event/bank/9")
        with pytest.raises(LedgerError, match="is not in the ledger"):
            mark_spoken(session, "event/bank/9", LATER)


def test_the_text_of_a_strategy_is_kept_to_the_letter(ledger):
    with writing(ledger) as session:
        assert [remember(session, "standard@1", "a: 1", MORNING) for _ in range(2)] == [True, False]
        assert strategy_text(session, "standard@1") == "a: 1"
        assert strategy_text(session, "standard@2") is None
        assert [kept.partition("@")[2] for kept in strategy_ids(session)] == ["1"]
        with pytest.raises(LedgerError, match="kept with another text"):
            remember(session, "standard@1", "a: 2", MORNING)
        with pytest.raises(LedgerError, match="not the id of a strategy"):
            remember(session, "standard", "a: 1", MORNING)
