"""Several agencies: each is told in its own way, by the panel, and what hesitates is waited for."""

from dataclasses import replace
from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from temporalio.exceptions import ApplicationError

from activities.agency import Agency, Way
from channels.agency_files import FileDrop, rows
from channels.http import SignedHttp
from channels.sealing import opened, public_of
from domain.acknowledging import DATA, RECALL
from domain.agencies import Agency as OnPanel
from domain.agencies import Band, CommissionTerms
from domain.holds import HoldReason
from domain.orders import AgencyOrder, PlacementOrder
from domain.outcomes import AgencyOutcome, Placed
from ledger.case_tables import PlacementRow
from ledger.engine import reading
from ledger.placements import messages_of
from ledger.words import MessageStatus, PlacementStatus
from tests.activities.world import SECRET, run
from tests.ledger.book import EPISODE, MORNING, on_hold, paid

KEY = "placement/L1/2026-03-01/1"
THEIRS = X25519PrivateKey.generate()
ENDS = date(2030, 1, 1)


def on_panel(name: str) -> OnPanel:
    terms = CommissionTerms((Band(0, 1000),), conduct_percent=20)
    return OnPanel(name, name, ("CN",), (), 9, name, ENDS, ENDS, date(2026, 1, 1), terms)


def order(agency: str) -> PlacementOrder:
    return PlacementOrder("L1", "B1", EPISODE, 1, agency, date(2026, 5, 9), MORNING)


def message(what: str) -> AgencyOrder:
    return AgencyOrder(KEY, what, "cured", MORNING)


@pytest.fixture
def agencies(book, agency, tmp_path) -> Agency:
    """North is told over HTTP, south by files, and west is on the panel and told in no way."""
    ways: dict[str, Way] = {
        "north": SignedHttp(agency.url, SECRET, 5),
        "south": FileDrop(tmp_path / "south", public_of(THEIRS), SECRET),
    }
    panel = {name: on_panel(name) for name in ("north", "south", "west")}
    return Agency(book, None, ways, panel)


def placement(engine) -> PlacementRow:
    with reading(engine) as session:
        return session.get_one(PlacementRow, KEY)


async def test_an_agency_that_works_with_files_has_the_case_and_still_has_to_say_so(
    book, agencies, tmp_path
):
    outcome = await run(agencies.place_with_agency, order("south"))
    assert (outcome.kind, outcome.pending) == (Placed.ACCEPTED, True)
    told = await run(agencies.tell_agency, message(RECALL))
    assert (told.kind, told.pending) == (Placed.ACCEPTED, True)
    assert await run(agencies.tell_agency, message(RECALL)) == told
    found: list[dict[str, str]] = []
    for file in (tmp_path / "south" / "out").iterdir():
        found += rows(opened(THEIRS, SECRET, file.name, file.read_bytes()))
    by_kind = {row["kind"]: row for row in found}
    assert by_kind["placement"]["contact_points"] == "email#1:wei@example.cn phone#2:+8613800000000"
    assert (by_kind["message"]["what"], by_kind["message"]["amount_minor"]) == ("recall", "80000")
    assert len(found) == 2
    assert placement(book).status is PlacementStatus.PLACED, "until the recall is acknowledged"


async def test_each_agency_is_told_in_its_own_way(agency, agencies, tmp_path):
    await run(agencies.place_with_agency, order("north"))
    assert list(agency.book.placements) == [KEY]
    assert not (tmp_path / "south").exists()


async def test_an_agency_that_hesitates_is_waited_for(book, agency, agencies):
    await run(agencies.place_with_agency, order("north"))
    agency.behave({"hesitant": True})
    assert (await run(agencies.tell_agency, message(RECALL))).pending
    with reading(book) as session:
        assert [row.status for row in messages_of(session, KEY)] == [MessageStatus.TOLD]


async def test_a_request_for_the_data_that_is_granted_at_once_dates_it(book, agencies):
    await run(agencies.place_with_agency, order("north"))
    await run(agencies.tell_agency, message(DATA))
    assert placement(book).data_gone_at == MORNING


async def test_every_message_says_what_is_still_to_be_paid(book, agency, agencies):
    await run(agencies.place_with_agency, order("north"))
    paid(book, "part", 30_000)
    await run(agencies.tell_agency, message("stop-part"))
    (told,) = agency.book.messages.values()
    assert (told["amount_minor"], told["currency"]) == (50_000, "CNY")


async def test_nobody_is_asked_about_an_account_that_a_scrub_finds(book, agency, agencies):
    on_hold(book, reason=HoldReason.DEATH)
    outcome = await run(agencies.place_with_agency, order("north"))
    assert outcome == AgencyOutcome(Placed.REFUSED, reason="CN-PI-08")
    assert not agency.book.placements


async def test_who_is_not_on_the_panel_or_cannot_be_told_gets_nothing(book, agency, agencies):
    nowhere = await run(agencies.place_with_agency, order("west"))
    assert nowhere.kind is Placed.UNREACHABLE
    single = Agency(book, SignedHttp(agency.url, SECRET, 5), panel={"north": on_panel("north")})
    outcome = await run(single.place_with_agency, order("east"))
    assert outcome == AgencyOutcome(Placed.REFUSED, reason="agency-unknown")
    assert not agency.book.placements


async def test_a_folder_that_cannot_be_written_is_tried_again(book, tmp_path):
    (tmp_path / "south").write_text("in the way")
    drop = FileDrop(tmp_path / "south", public_of(THEIRS), SECRET)
    with pytest.raises(ApplicationError) as raised:
        await run(Agency(book, None, {"south": drop}).place_with_agency, order("south"))
    assert (raised.value.type, raised.value.non_retryable) == ("AgencyUnavailable", False)
    again = replace(order("south"))
    (tmp_path / "south").unlink()
    agencies = Agency(book, None, {"south": drop})
    assert (await run(agencies.place_with_agency, again)).kind is Placed.ACCEPTED
