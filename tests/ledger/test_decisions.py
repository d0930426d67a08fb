"""The decision record: the database keeps it, and a change by the back door shows."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from domain.outcomes import Sent
from ledger.decisions import append, decisions_of, verify
from ledger.engine import reading, writing
from tests.ledger.book import CASE, MORNING, claim, confirm, key, open_book, order


def three_decisions(engine):
    open_book(engine, "L1", "L2")
    claim(engine)
    confirm(engine, key(), Sent.SENT)
    claim(engine, order("L2"))
    claim(engine, order(step="firm"))


def by_the_back_door(engine, statement):
    """What somebody with the database's password could do."""
    drop = "DROP TRIGGER decision_no_{}"
    if engine.dialect.name == "postgresql":
        drop += " ON decision"
    with writing(engine) as session:
        for verb in ("update", "delete"):
            session.connection().execute(text(drop.format(verb)))
        session.connection().execute(text(statement))


def problems(engine, case=None):
    with reading(engine) as session:
        return verify(session, case)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE decision SET verdict = 'allowed'", "DELETE FROM decision WHERE seq = 1"],
)
def test_the_database_refuses_to_change_or_delete_a_decision(ledger, statement):
    three_decisions(ledger)
    with pytest.raises(DBAPIError, match="append-only"), writing(ledger) as session:
        session.connection().execute(text(statement))
    assert problems(ledger) == []


def test_a_whole_record_has_no_problems(ledger):
    three_decisions(ledger)
    assert problems(ledger) == problems(ledger, CASE) == []
    with reading(ledger) as session:
        assert [row.seq for row in decisions_of(session, "L1")] == [1, 2, 3]


def test_loans_with_names_alike_keep_their_decisions_apart(ledger):
    with writing(ledger) as session:
        append(session, "case/L/2026-03-01", MORNING, "case", "k", "opened")
        append(session, "case/L/2/2026-03-01", MORNING, "case", "k", "opened")
        append(session, "case/l/2026-03-01", MORNING, "case", "k", "opened")
        assert len(decisions_of(session, "L")) == 1
        assert len(decisions_of(session, "L/2")) == 1


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        (
            "UPDATE decision SET verdict = 'allowed' WHERE seq = 3",
            [f"{CASE}, decision 3: was changed after it was written."],
        ),
        (
            "UPDATE decision SET inputs = '{}' WHERE seq = 2",
            [f"{CASE}, decision 2: was changed after it was written."],
        ),
        (
            "DELETE FROM decision WHERE seq = 2",
            [f"{CASE}, decision 3: follows decision 1; what was between is missing."],
        ),
        (
            "UPDATE decision SET hash = 'f00d' WHERE case_id = 'case/L1/2026-03-01' AND seq = 1",
            [
                f"{CASE}, decision 1: was changed after it was written.",
                f"{CASE}, decision 2: does not continue decision 1.",
            ],
        ),
    ],
)
def test_a_change_by_the_back_door_is_named(own_ledger, statement, says):
    three_decisions(own_ledger)
    by_the_back_door(own_ledger, statement)
    assert problems(own_ledger) == says
    assert problems(own_ledger, "case/L2/2026-03-01") == []
