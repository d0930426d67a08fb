"""Several agencies: each is told in its own way, by the panel, and what hesitates is waited for."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from temporalio.exceptions import ApplicationError

from activities.agency import Agency, Way
from channels.agency_files import SEALED, FileDrop, rows
from channels.agency_sftp import SftpDrop
from channels.http import SignedHttp
from channels.sealing import opened, public_of
from domain.acknowledging import DATA, RECALL
from domain.agencies import Agency as OnPanel
from domain.agencies import Band, CommissionTerms
from domain.holds import HoldReason
from domain.keys import digest
from domain.orders import AgencyOrder, PlacementOrder
from domain.outcomes import AgencyOutcome, Placed
from ledger.case_tables import PlacementRow
from ledger.engine import reading
from ledger.placements import messages_of
from ledger.words import MessageStatus, PlacementStatus
from tests.activities.world import SECRET, everything_said, run
from tests.channels.sftp_server import House as Server
from tests.channels.sftp_server import public, serving
from tests.ledger.book import EPISODE, MORNING, approved, on_hold, paid

KEY = "placement/L1/2026-03-01/1"
THEIRS = X25519PrivateKey.generate()
ENDS = date(2030, 1, 1)


@pytest.fixture
def book(book):
    """The ledger with the loan L1, whose placement a second person has approved."""
    approved(book)
    return book


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
    until = MORNING + timedelta(days=4)
    on_hold(book, reason=HoldReason.DEATH, until=until)
    put_off = AgencyOutcome(Placed.DEFERRED, reason="CN-PI-08", until=until)
    for _ in range(2):
        assert await run(agencies.place_with_agency, order("north")) == put_off
    assert not agency.book.placements
    later = replace(order("north"), decided_at=until)
    assert (await run(agencies.place_with_agency, later)).kind is Placed.ACCEPTED
    assert list(agency.book.placements) == [KEY]


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


@pytest.fixture
async def west(tmp_path):
    """An agency with an SFTP server of its own."""
    async with serving(tmp_path / "theirs") as found:
        yield found


def by_sftp(book, west: Server, ours: Path, timeout: float = 5) -> Agency:
    drop = SftpDrop(west.door(timeout), ours, public_of(THEIRS), SECRET)
    return Agency(book, None, {"west": drop}, {"west": on_panel("west")})


def told_to(west: Server) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for name in west.names("out"):
        found += rows(opened(THEIRS, SECRET, name, (west.root / "out" / name).read_bytes()))
    return found


async def test_a_case_a_notice_and_a_recall_are_put_on_the_agencys_server_each_once(
    book, west, tmp_path
):
    agencies = by_sftp(book, west, tmp_path / "ours")
    for _ in range(2):
        outcome = await run(agencies.place_with_agency, order("west"))
        assert (outcome.kind, outcome.reference) == (Placed.ACCEPTED, "")
        for what in ("hold-H1-until-open", RECALL, DATA):
            outcome = await run(agencies.tell_agency, message(what))
            assert (outcome.kind, outcome.pending) == (Placed.ACCEPTED, True)
    found = told_to(west)
    assert sorted(row.get("what", row["kind"]) for row in found) == sorted(
        ["placement", "hold-H1-until-open", RECALL, DATA]
    )
    assert [row["name"] for row in found if row["kind"] == "placement"] == ["王伟"]
    assert all("name" not in row for row in found if row["kind"] == "message")


@pytest.mark.parametrize("fault", ["full", "read_only", "silent", "key", "host_key", "gone"])
async def test_a_server_that_cannot_now_is_asked_again_and_the_case_is_there_once(
    book, west, tmp_path, fault
):
    ours, stranger = tmp_path / "ours", asyncssh.generate_private_key("ssh-ed25519")
    sound = by_sftp(book, west, ours)
    changes: dict[str, Any] = {
        "key": {"key": stranger},
        "host_key": {"host_key": public(stranger)},
        "gone": {"port": 1},
    }
    door = west.door(0.5, **changes.get(fault, {}))
    drop = SftpDrop(door, ours, public_of(THEIRS), SECRET)
    if fault not in changes:
        setattr(west.bad, fault, True)
    with pytest.raises(ApplicationError) as raised:
        await run(Agency(book, None, {"west": drop}).place_with_agency, order("west"))
    assert (raised.value.type, raised.value.non_retryable) == ("AgencyUnavailable", False)
    assert "王伟" not in everything_said(raised.value)
    assert placement(book).status is PlacementStatus.CLAIMED
    assert west.names("out") == []
    west.bad.full = west.bad.read_only = west.bad.silent = False
    assert (await run(sound.place_with_agency, order("west"))).kind is Placed.ACCEPTED
    assert len(told_to(west)) == 1


@pytest.mark.parametrize("cut", ["write", "rename"])
async def test_a_connection_that_is_lost_half_way_places_the_case_once(book, west, tmp_path, cut):
    agencies = by_sftp(book, west, tmp_path / "ours")
    west.bad.cut_after = cut
    with pytest.raises(ApplicationError):
        await run(agencies.place_with_agency, order("west"))
    assert (await run(agencies.place_with_agency, order("west"))).kind is Placed.ACCEPTED
    assert [name for name in west.names("out") if not name.startswith(".")] == [
        f"{digest(KEY)}{SEALED}"
    ]
    assert west.bad.done.count("rename") == 1


async def test_a_death_between_the_upload_and_the_confirmation_places_the_case_once(
    book, west, tmp_path
):
    """Another worker, with a folder of its own, takes the case up."""
    agencies = by_sftp(book, west, tmp_path / "ours")
    claimed = agencies._claim_placement(order("west"))
    assert not isinstance(claimed, AgencyOutcome)
    drop = SftpDrop(west.door(), tmp_path / "ours", public_of(THEIRS), SECRET)
    await drop.post("/placements", KEY, claimed)
    before = (west.root / "out" / west.names("out")[0]).read_bytes()
    other = by_sftp(book, west, tmp_path / "other")
    assert (await run(other.place_with_agency, order("west"))).kind is Placed.ACCEPTED
    (name,) = west.names("out")
    assert (west.root / "out" / name).read_bytes() == before
    assert placement(book).status is PlacementStatus.PLACED
