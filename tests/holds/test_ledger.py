"""Mass holds in the ledger: they bite at once, once, and until they end; and the proof of it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from domain.holds import Hold, HoldReason
from domain.outcomes import SendOutcome, Sent
from domain.records import HoldChanged
from domain.steps import MessageClass
from ledger import contacts, mass_holds
from ledger.case_tables import ContactRow, DecisionRow, HoldRow
from ledger.cases import write_records
from ledger.engine import reading, writing
from ledger.errors import KeyReused, LedgerError
from tests.holds.book import CASE, MASS, MINUTE, book, lifted, people, placed, proof
from tests.ledger.book import EPISODE, MORNING, a_day, claim, confirm, key, order

NO_CAP = a_day(100)
LATER = MORNING + timedelta(hours=1)
MIDNIGHT = datetime(2026, 4, 30, 16, tzinfo=UTC)  # the first moment of May in Shanghai


@pytest.fixture(autouse=True)
def _book(ledger):
    book(ledger)


def rows_of(engine):
    """Every hold and every decision, as they stand."""
    with reading(engine) as session:
        holds = [row.model_dump() for row in session.exec(select(HoldRow).order_by("hold_id"))]
        return holds, [row.hash for row in session.exec(select(DecisionRow).order_by("id"))]


def told(engine, hold_id, at, until=None):
    """What a case writes once it has heard."""
    hold = Hold(hold_id, HoldReason.DISASTER, at, until, "ann")
    with writing(engine) as session:
        write_records(session, "L1", "B1", EPISODE, [HoldChanged(hold, at)])


def test_matching_finds_people_their_loans_and_their_open_cases(ledger):
    (wei,) = people(ledger)
    assert (wei.borrower_id, wei.loans, wei.others) == ("B1", ("L1", "L2"), ())
    assert wei.open_cases == (CASE,)
    (wei,) = people(ledger, "loan = L2")
    assert (wei.loans, wei.others) == (("L2",), ("L1",))
    assert [p.borrower_id for p in people(ledger, "everything")] == ["B1", "B2"]
    assert people(ledger, "days_past_due > 9") == []
    assert len(people(ledger, "days_past_due >= 9 and portfolio = north")) == 2
    assert people(ledger, "stage = remind") == []
    assert len(people(ledger, "stage = remind", running={CASE: ("remind", "")})) == 1


def test_it_bites_at_once_before_any_case_has_heard(ledger):
    assert placed(ledger) == 1
    for loan in ("L1", "L2"):
        answer = claim(ledger, order(loan))
        assert isinstance(answer, SendOutcome)
        assert (answer.kind, answer.rule) == (Sent.DEFERRED, "hold-disaster")
    free = claim(ledger, order("L3", borrower_id="B2"))
    assert not isinstance(free, SendOutcome)


def test_a_claim_that_was_decided_a_moment_before_is_held_too(ledger):
    placed(ledger, at=LATER)
    assert claim(ledger, at=LATER - MINUTE).rule == "hold-disaster"


def test_an_open_end_suppresses(ledger):
    placed(ledger, replace(MASS, until=None))
    assert claim(ledger).kind is Sent.SUPPRESSED


def test_placed_again_it_changes_nothing(ledger):
    placed(ledger)
    before = rows_of(ledger)
    assert placed(ledger, at=LATER) == 0
    assert rows_of(ledger) == before


def test_a_stopped_order_is_completed_by_giving_it_again(ledger):
    both = replace(MASS, where="everything")
    with writing(ledger) as session:
        mass_holds.place(session, both, people(ledger, "everything")[0], MORNING)
    assert placed(ledger, both, LATER) == 1
    found = proof(ledger, LATER)
    assert (found.people, found.since, found.complete) == (2, MORNING, LATER)


def test_an_id_means_one_order(ledger):
    placed(ledger)
    for other in (
        replace(MASS, until=None),
        replace(MASS, reason=HoldReason.MORATORIUM),
        replace(MASS, where="everything"),
    ):
        with pytest.raises(KeyReused):
            placed(ledger, other)


def test_what_a_case_writes_never_moves_the_guard(ledger):
    placed(ledger)
    with reading(ledger) as session:
        (telling,) = mass_holds.to_tell(session, "flood", MORNING)
        (guard,) = mass_holds.guards(session, "flood")
    told(ledger, telling.hold_id, LATER, telling.until)
    with reading(ledger) as session:
        assert mass_holds.guards(session, "flood") == [guard]
        assert mass_holds.to_tell(session, "flood", LATER) == []
        (standing,) = mass_holds.standings(session, LATER)
    assert (standing.people, standing.open_cases, standing.untold) == (1, 1, 0)
    assert proof(ledger, LATER).clean


def test_it_expires_by_itself_where_the_borrower_lives(ledger):
    placed(ledger)
    answer = claim(ledger)
    assert answer.until.isoformat() == "2026-05-01T00:00:00+00:00"  # eight o'clock in Shanghai
    with reading(ledger) as session:
        (guard,) = mass_holds.guards(session, "flood")
        assert guard.until == MIDNIGHT
        (standing,) = mass_holds.standings(session, MIDNIGHT)
        assert mass_holds.to_tell(session, "flood", MIDNIGHT) == []
    assert standing.in_force == 0
    assert not isinstance(claim(ledger, at=answer.until), SendOutcome)
    assert proof(ledger, answer.until + MINUTE).clean


def test_lifted_it_bites_no_more_and_cannot_be_placed_again(ledger):
    placed(ledger)
    told(ledger, f"mass/flood/{CASE}", MORNING)
    assert lifted(ledger, LATER) == 1
    assert lifted(ledger, LATER + MINUTE) == 0
    assert not isinstance(claim(ledger, at=LATER), SendOutcome)
    with reading(ledger) as session:
        assert [t.case_id for t in mass_holds.to_free(session, "flood")] == [CASE]
    with pytest.raises(LedgerError, match="was lifted"):
        placed(ledger)
    found = proof(ledger, LATER + MINUTE)
    assert found.clean
    assert found.lifted == 1


def test_the_proof_counts_refusals_and_lists_what_is_lawful_or_was_on_its_way(ledger):
    claim(ledger, order(step="before"))
    placed(ledger, at=MORNING + MINUTE)
    confirm(ledger, key(step="before"), Sent.SENT)
    with writing(ledger) as session:
        row = session.get_one(ContactRow, key(step="before"))
        row.confirmed_wall = LATER
    claim(ledger, order(step="gentle"), at=LATER)
    claim(ledger, order("L2"), at=LATER)
    claim(ledger, order(step="final", message_class=MessageClass.STATUTORY), at=LATER)
    found = proof(ledger, LATER)
    assert found.clean, found
    found = proof(ledger, LATER + MINUTE)
    assert found.clean
    assert found.refused == 2
    assert [c.key for c in found.statutory] == [key(step="final")]
    assert [c.key for c in found.in_flight] == [key(step="before")]


def test_a_claim_given_back_did_not_leave(ledger):
    placed(ledger, at=MORNING)
    claim(ledger, order(step="final", message_class=MessageClass.STATUTORY), at=LATER)
    with writing(ledger) as session:
        contacts.release(session, key(step="final"), "the gate is down")
    assert proof(ledger, LATER + MINUTE).statutory == ()


def test_a_planted_contact_is_found(ledger):
    claim(ledger, order(step="before"))
    placed(ledger, at=MORNING + MINUTE)
    with writing(ledger) as session:
        real = session.get_one(ContactRow, key(step="before"))
        planted = real.model_dump() | {"claimed_at": LATER, "claimed_wall": LATER}
        session.add(ContactRow(**planted | {"key": "planted", "message_id": "<planted>"}))
    found = proof(ledger, LATER + MINUTE)
    assert [c.key for c in found.leaked] == ["planted"]
    assert not found.clean


def test_a_contact_that_the_gate_let_through_is_found_even_without_its_row(ledger):
    placed(ledger)
    with writing(ledger) as session:
        guard = session.get_one(HoldRow, mass_holds.guard_id("flood", "B1"))
        guard.start = LATER
    claim(ledger, at=MORNING + MINUTE)
    found = proof(ledger, LATER)
    assert [c.key for c in found.leaked] == [key()]
    assert "starts or ends otherwise" in found.problems[0]
    with writing(ledger) as session:
        session.delete(session.get_one(ContactRow, key()))
    (leak,) = proof(ledger, LATER).leaked
    assert leak.status == "not in the contact log"


def test_an_unknown_mass_hold_proves_nothing(ledger):
    with pytest.raises(LedgerError, match="no mass hold"):
        proof(ledger, MORNING, "drought")


def test_claims_racing_with_the_order_are_refused_or_were_first(ledger):
    steps = [f"step-{number}" for number in range(24)]
    with ThreadPoolExecutor(8) as pool:
        claims = [pool.submit(claim, ledger, order(step=step), rules=NO_CAP) for step in steps[:12]]
        holding = pool.submit(placed, ledger)
        claims += [pool.submit(claim, ledger, order(step=s), rules=NO_CAP) for s in steps[12:]]
    assert holding.result() == 1
    first = [one.result() for one in claims if not isinstance(one.result(), SendOutcome)]
    found = proof(ledger, LATER)
    assert found.clean, found.leaked
    assert len(found.in_flight) == len(first)
    assert found.refused == len(steps) - len(first)
