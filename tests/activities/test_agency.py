"""A case is handed to the agency once, and what the agency answers is what the case hears."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest
from temporalio.exceptions import ApplicationError

from activities.agency import Agency
from channels.http import SignedHttp
from channels.signing import TOLERANCE_SECONDS, genuine, signature
from domain.gate.words import Party
from domain.orders import AgencyOrder, PlacementOrder
from domain.outcomes import AgencyOutcome, Placed
from domain.rights import Right, RightKind
from ledger.decisions import decisions_of
from ledger.engine import reading, writing
from ledger.loans import add_borrower, points_of
from ledger.placements import messages_of, placements_of
from ledger.rights import exercise
from ledger.values import ContactPoint
from ledger.words import MessageStatus, PlacementStatus, PointChannel
from tests.activities.world import NAME, agency_at, everything_said, run
from tests.ledger.book import EPISODE, MORNING, WEI, approved, open_book, paid, puts, undone

ORDER = PlacementOrder("L1", "B1", EPISODE, 1, "north", date(2026, 5, 9), MORNING)
KEY = "placement/L1/2026-03-01/1"
RECALL = AgencyOrder(KEY, "recall", "cured", MORNING + timedelta(days=3))


@pytest.fixture
def book(book):
    """The ledger with the loan L1, whose placement a second person has approved."""
    approved(book)
    return book


async def failure_of(activity, asked) -> ApplicationError:
    with pytest.raises(ApplicationError) as raised:
        await run(activity, asked)
    assert NAME not in everything_said(raised.value)
    return raised.value


def placed(engine):
    with reading(engine) as session:
        (row,) = placements_of(session, "L1")
    return row


async def test_a_case_is_placed_once(book, agency):
    ours = agency_at(book, agency.url)
    first = await run(ours.place_with_agency, ORDER)
    again = await run(ours.place_with_agency, ORDER)
    assert first == again == AgencyOutcome(Placed.ACCEPTED, "A-1")
    assert list(agency.book.placements) == [KEY]
    assert (placed(book).status, placed(book).reference) == (PlacementStatus.PLACED, "A-1")


async def test_without_a_yes_on_record_no_agency_hears_of_the_case(ledger, agency):
    open_book(ledger)
    ours = agency_at(ledger, agency.url)
    rules = []
    for what in ("bureau_report", "placement"):
        rules.append((await run(ours.place_with_agency, ORDER)).reason)
        puts(ledger, what)
    refused = await run(ours.place_with_agency, ORDER)
    assert (refused.kind, refused.reason) == (Placed.UNAPPROVED, "approval-open")
    assert rules == ["approval-unknown", "approval-unknown"]
    assert agency.book.placements == {}
    with reading(ledger) as session:
        assert placements_of(session, "L1") == []
        said = [d for d in decisions_of(session, "L1") if d.what == "placement"]
    assert [(d.verdict, d.rule) for d in said][-1] == ("unapproved", "approval-open")
    approved(ledger)
    assert (await run(ours.place_with_agency, ORDER)).kind is Placed.ACCEPTED


async def test_a_yes_is_for_so_much_debt_and_a_claimed_placement_keeps_its_own(ledger, agency):
    open_book(ledger)
    paid(ledger, "P1", 5_000)
    approved(ledger)
    undone(ledger, "P1")
    ours = agency_at(ledger, agency.url)
    assert (await run(ours.place_with_agency, ORDER)).reason == "approval-above"
    approved(ledger, at=MORNING + timedelta(minutes=1), number=2)
    assert (await run(ours.place_with_agency, ORDER)).kind is Placed.ACCEPTED
    puts(ledger, "placement", number=3)
    assert (await run(ours.place_with_agency, ORDER)).kind is Placed.ACCEPTED, "claimed before"


async def test_after_the_hand_off_the_case_hears_what_binds_everybody_who_contacts_them(
    book, agency
):
    with writing(book) as session:
        exercise(session, Right("R1", "B1", RightKind.CEASE, MORNING, "li"), MORNING)
    ours = agency_at(book, agency.url)
    for _ in range(2):
        outcome = await run(ours.place_with_agency, ORDER)
        assert [(fact.what, fact.reason) for fact in outcome.standing] == [("right-R1", "cease")]
    assert "R1" not in str(agency.book.placements), "it is told by itself, and acknowledged"


async def test_the_agency_learns_nothing_of_third_persons(book, agency):
    aunt = ContactPoint(PointChannel.PHONE, "+8613900000000", party=Party.CONTACT_PERSON)
    with writing(book) as session:
        add_borrower(session, WEI, [aunt])
    await run(agency_at(book, agency.url).place_with_agency, ORDER)
    assert aunt.address not in str(agency.book.placements)


async def test_the_agency_learns_what_it_needs_and_no_more(book, agency):
    await run(agency_at(book, agency.url).place_with_agency, ORDER)
    with reading(book) as session:
        mail, phone = (point.id for point in points_of(session, "B1"))
    assert agency.book.placements[KEY] == {
        "key": KEY,
        "agency": "north",
        "loan_id": "L1",
        "currency": "CNY",
        "amount_minor": 80_000,
        "until": "2026-05-09",
        "borrower": {
            "name": "王伟",
            "locale": "zh_CN",
            "zone": "Asia/Shanghai",
            "contact_points": [
                {"id": mail, "channel": "email", "address": "wei@example.cn"},
                {"id": phone, "channel": "phone", "address": "+8613800000000"},
            ],
        },
    }


@pytest.mark.parametrize("status", [401, 408, 409, 425, 429, 500, 502, 503])
async def test_an_agency_that_cannot_now_is_asked_again(book, agency, status):
    ours = agency_at(book, agency.url)
    agency.failures.append(status)
    failure = await failure_of(ours.place_with_agency, ORDER)
    assert (failure.type, failure.non_retryable) == ("AgencyUnavailable", False)
    assert placed(book).status is PlacementStatus.CLAIMED
    assert (await run(ours.place_with_agency, ORDER)).kind is Placed.ACCEPTED


@pytest.mark.parametrize("status", [400, 403, 404, 422])
async def test_an_agency_may_refuse(book, agency, status):
    ours = agency_at(book, agency.url)
    agency.failures.append(status)
    outcome = await run(ours.place_with_agency, ORDER)
    assert outcome == AgencyOutcome(Placed.REFUSED, reason="not-today")
    assert await run(ours.place_with_agency, ORDER) == outcome
    assert not agency.book.placements


async def test_an_agency_that_is_not_there_is_asked_again(book, agency):
    agency.stop()
    failure = await failure_of(agency_at(book, agency.url).place_with_agency, ORDER)
    assert failure.type == "AgencyUnavailable"


async def test_an_answer_that_comes_too_late_places_the_case_once(book, agency):
    ours = agency_at(book, agency.url, timeout=0.3)
    agency.late = 1
    assert (await failure_of(ours.place_with_agency, ORDER)).type == "AgencyUnavailable"
    agency.late = 0
    outcome = await run(ours.place_with_agency, ORDER)
    assert outcome == AgencyOutcome(Placed.ACCEPTED, "A-1")
    assert len(agency.book.placements) == 1


async def test_an_agency_does_not_believe_a_stranger(book, agency):
    stranger = agency_at(book, agency.url, secret="guessed")
    failure = await failure_of(stranger.place_with_agency, ORDER)
    assert failure.message == "The answer was 401: later."
    assert not agency.book.placements


async def test_a_key_that_was_used_for_another_agency_is_refused_loudly(book, agency):
    ours = agency_at(book, agency.url)
    await run(ours.place_with_agency, ORDER)
    failure = await failure_of(ours.place_with_agency, replace(ORDER, agency="south"))
    assert (failure.type, failure.non_retryable) == ("KeyReused", True)


async def test_a_recall_is_told_once_and_ends_the_placement(book, agency):
    ours = agency_at(book, agency.url)
    await run(ours.place_with_agency, ORDER)
    first, again = [await run(ours.tell_agency, RECALL) for _ in range(2)]
    assert first == again == AgencyOutcome(Placed.ACCEPTED, "A-2")
    (told,) = agency.book.messages.values()
    assert (told["what"], told["reason"], told["reference"]) == ("recall", "cured", "A-1")
    assert placed(book).status is PlacementStatus.RECALLED


async def test_a_hold_whose_id_is_no_url_reaches_the_agency(book, agency):
    ours = agency_at(book, agency.url)
    await run(ours.place_with_agency, ORDER)
    hold = replace(RECALL, what="hold-a/b?c#王-until-open", reason="dispute")
    assert (await run(ours.tell_agency, hold)).kind is Placed.ACCEPTED
    with reading(book) as session:
        assert [row.status for row in messages_of(session, KEY)] == [MessageStatus.ACKNOWLEDGED]


async def test_without_an_agency_nothing_is_claimed(book):
    nobody = Agency(book, None)
    assert (await run(nobody.place_with_agency, ORDER)).kind is Placed.UNREACHABLE
    assert (await run(nobody.tell_agency, RECALL)).kind is Placed.UNREACHABLE
    with reading(book) as session:
        assert not placements_of(session, "L1")


async def test_the_stand_in_wants_a_key_and_answers_it_always_the_same(agency):
    honest = SignedHttp(agency.url, "known to both sides")
    post = partial(honest.post, "/placements")
    assert not (await post("", {"key": "k"})).accepted
    first, again = await post("k", {"n": 1}), await post("k", {"n": 2})
    assert first == again
    assert agency.book.placements == {"k": {"n": 1}}
    await honest.close()


@pytest.mark.parametrize(
    ("header", "believed"),
    [
        (signature("s", 1_000, b"body"), True),
        (signature("s", 1_000 - TOLERANCE_SECONDS - 1, b"body"), False),
        (signature("s", 1_000 + TOLERANCE_SECONDS + 1, b"body"), False),
        (signature("x", 1_000, b"body"), False),
        (signature("s", 1_000, b"bodY"), False),
        ("", False),
        ("t=1000", False),
        ("t=abc,v1=00", False),
        ("t=1000,v1=é", False),
        ("t=²,v1=00", False),
    ],
)
def test_only_a_fresh_and_true_signature_is_believed(header, believed):
    assert genuine("s", header, b"body", 1_000) is believed
