"""What agencies post: believed by its signature, in the ledger once, and heard by the case."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from fastapi import FastAPI
from httpx2 import AsyncClient
from sqlmodel import select

from channels.agency_files import SEALED, FileInbox, written
from channels.sealing import public_of, sealed
from channels.signing import HEADER, signature
from demo.agency_reports import Manner, Reports
from demo.serving import HOST, bound, web
from domain.keys import case_id, placement_key
from domain.orders import PlacementOrder
from domain.outcomes import AgencyOutcome, Placed
from domain.refused import Refused
from intake.agency_door import MOST_BYTES, AgencyDoor, routes
from intake.agency_updates import AgencyUpdates, Done
from intake.connect import Unanswered
from intake.events import LoanEvents
from ledger.case_tables import ContactRow, PlacementRow
from ledger.engine import reading, writing
from ledger.loans import payments_of
from ledger.placements import claim_placement, confirm_placement
from ledger.tables import BorrowerRow
from ledger.tasks import open_tasks, tasks_of
from tests.intake.house import House, add, day, now

pytestmark = pytest.mark.slow
SECRET = "known to both sides"


@dataclass
class Doorstep:
    """The door on loopback, with the house's ledger and server behind it."""

    url: str
    reports: Reports

    async def post(self, body: bytes, secret: str = SECRET, agency: str = "north"):
        mark = signature(secret, int(now().timestamp()), body)
        async with AsyncClient() as client:
            path = f"{self.url}/in/agencies/{agency}"
            answer = await client.post(path, content=body, headers={HEADER: mark})
        return answer.status_code, answer.json()


@contextlib.asynccontextmanager
async def doorstep(home: House, cases=None) -> AsyncIterator[Doorstep]:
    door = AgencyDoor(AgencyUpdates(home.engine, cases or home.cases), {"north": SECRET}, now)
    app, listening = FastAPI(), bound(0)
    app.include_router(routes(door))
    url = f"http://{HOST}:{listening.getsockname()[1]}"
    async with web(app, listening):
        yield Doorstep(url, Reports(url, "north", SECRET, now))


def placed(home: House, loan_id: str, due: date | None = None) -> str:
    """A loan that is with the agency; the key of its placement."""
    due = due or day(-40)
    add(home.engine, loan_id, due)
    order = PlacementOrder(loan_id, f"b-{loan_id}", due, 1, "north", day(60), now())
    key = placement_key(loan_id, due, 1)
    with writing(home.engine) as session:
        claim_placement(session, order)
        confirm_placement(session, key, AgencyOutcome(Placed.ACCEPTED, "A-1"), now())
    return key


def recovered(key, number="R1", amount_minor=10_000, **more):
    """Money as the agency tells of it; it gives each recovery a number of its own."""
    return {
        "payment_id": f"{number}@{key}",
        "amount_minor": amount_minor,
        "currency": "CNY",
        "on": str(day(0)),
        **more,
    }


def money(home: House, loan_id: str) -> list[int]:
    with reading(home.engine) as session:
        return [p.amount_minor for p in payments_of(session, loan_id)]


def contacts(home: House, loan_id: str):
    with reading(home.engine) as session:
        return session.exec(select(ContactRow).where(ContactRow.loan_id == loan_id)).all()


def row(home: House, key: str) -> PlacementRow:
    with reading(home.engine) as session:
        return session.get_one(PlacementRow, key)


def asked(home: House) -> list[str]:
    """What people are to see to, by its reason."""
    with reading(home.engine) as session:
        return [task.reason for task in open_tasks(session)]


async def test_money_counts_where_nobody_knows_in_which_time_zone_its_payer_lives(home):
    key = placed(home, "AG-nowhere")
    with writing(home.engine) as session:
        borrower = session.get_one(BorrowerRow, "b-AG-nowhere")
        borrower.zone = ""
        session.add(borrower)
    async with doorstep(home) as door:
        door.reports.say(key, "recovered", **recovered(key))
        assert await door.reports.send() == [200]
    assert money(home, "AG-nowhere") == [10_000]


async def test_what_an_agency_did_is_in_the_ledger_once(home):
    key = placed(home, "AG1")
    async with doorstep(home) as door:
        door.reports.manner = Manner.TWICE
        door.reports.say(key, "acknowledged")
        door.reports.say(key, "contacted", channel="call", outcome="no_answer")
        door.reports.say(key, "recovered", **recovered(key))
        door.reports.say(key, "promised", amount_minor=5_000, pay_by=str(day(7)))
        door.reports.say(key, "data_gone")
        assert await door.reports.send() == [200] * 10
    (contact,) = contacts(home, "AG1")
    assert (contact.contacted_by, contact.channel, contact.outcome) == (
        "north",
        "call",
        "no_answer",
    )
    assert money(home, "AG1") == [10_000]
    assert row(home, key).acknowledged_at is not None
    assert row(home, key).data_gone_at is not None


async def test_the_same_recovery_under_another_update_is_booked_once(home):
    key = placed(home, "AG2")
    async with doorstep(home) as door:
        for _ in range(2):
            door.reports.say(key, "recovered", **recovered(key, "R7"))
        assert await door.reports.send() == [200, 200]
    assert money(home, "AG2") == [10_000]


async def test_the_same_money_under_another_number_is_booked_and_asked_of_a_person(home):
    key = placed(home, "AG3")
    async with doorstep(home) as door:
        door.reports.say(key, "recovered", **recovered(key, "R1"))
        door.reports.say(key, "recovered", **recovered(key, "R2"))
        assert await door.reports.send() == [200, 200]
    assert money(home, "AG3") == [10_000, 10_000]
    with reading(home.engine) as session:
        assert [task.what for task in tasks_of(session, "AG3")] == [f"same-recovery/R2@{key}"]


async def test_reports_in_the_wrong_order_come_to_the_same(home):
    key = placed(home, "AG4")
    async with doorstep(home) as door:
        door.reports.manner = Manner.BACKWARDS
        door.reports.say(key, "acknowledged")
        door.reports.say(key, "recovered", **recovered(key, "R1"))
        door.reports.say(key, "undone", payment_id=f"R1@{key}", on=str(day(0)))
        assert await door.reports.send() == [422, 200, 200]
        door.reports.say(key, "undone", payment_id=f"R1@{key}", on=str(day(0)))
        assert await door.reports.send() == [200]
    with reading(home.engine) as session:
        (payment,) = payments_of(session, "AG4")
    assert payment.reversed_on is not None


async def test_a_stranger_is_not_believed(home):
    key = placed(home, "AG5")
    body = json.dumps({"id": "1", "placement_key": key}).encode()
    async with doorstep(home) as door:
        door.reports.manner = Manner.FORGED
        door.reports.say(key, "recovered", **recovered(key))
        assert await door.reports.send() == [401]
        assert (await door.post(body, agency="south"))[0] == 401
        old = signature(SECRET, int(now().timestamp()) - 1000, body)
        async with AsyncClient() as client:
            path = f"{door.url}/in/agencies/north"
            assert (await client.post(path, content=body, headers={HEADER: old})).status_code == 401
            assert (await client.post(path, content=body)).status_code == 401
        assert money(home, "AG5") == []
        door.reports.manner = Manner.ORDERLY
        assert await door.reports.send() == [200]
    assert money(home, "AG5") == [10_000]


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), (b"[]", 400), (b'{"updates": 3}', 400), (b'{"updates": [3]}', 400)],
)
async def test_what_cannot_be_read_is_said_so(home, body, status):
    async with doorstep(home) as door:
        assert (await door.post(body))[0] == status


async def test_nobody_has_so_much_to_say(home):
    async with doorstep(home) as door:
        assert (await door.post(b" " * (MOST_BYTES + 1)))[0] == 413


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"kind": "sold"}, "kind: is not one of the kinds that are taken"),
        ({"kind": None}, "kind: is not one of the kinds that are taken"),
        ({"amount_minor": 0}, "amount_minor: "),
        ({"amount_minor": "12.5"}, "amount_minor: "),
        ({"currency": "USD"}, "is in USD; the loan is in CNY"),
        ({"on": "tomorrow"}, "on: must be a date"),
        ({"on": str(day(3))}, "on: is after the update itself"),
        ({"on": str(day(-2))}, "on: is before the day on which you were given the case"),
        ({"at": "2026-01-01T10:00:00"}, "at: must name its zone"),
        ({"at": (now() + timedelta(hours=1)).isoformat()}, "at: is in the future"),
        ({"placement_key": "placement/none"}, "is no placement with north"),
        ({"salary": "9000"}, "salary: is an unknown name"),
        ({"payment_id": None}, "payment_id: "),
    ],
)
async def test_a_wrong_update_is_refused_and_the_others_are_taken(home, change, why):
    loan_id = f"AG6-{abs(hash((*change, *map(str, change.values()))))}"
    key = placed(home, loan_id)
    async with doorstep(home) as door:
        good = door.reports.say(key, "recovered", id=f"{loan_id}-1", **recovered(key))
        bad = good | {"id": f"{loan_id}-2", "payment_id": "R2"} | change
        status, said = await door.post(json.dumps({"updates": [bad, good]}).encode())
    assert status == 422
    refused, taken = said["updates"]
    assert (refused["done"], taken["done"]) == (Done.REFUSED, Done.RECORDED)
    assert why in refused["why"]
    assert "9000" not in refused["why"]
    assert money(home, loan_id) == [10_000]


async def test_one_id_with_two_contents_is_refused_and_the_first_stays(home):
    key = placed(home, "AG7")
    async with doorstep(home) as door:
        door.reports.say(key, "recovered", id="same", **recovered(key, "R1"))
        door.reports.say(key, "recovered", id="same", **recovered(key, "R1", 20_000))
        assert await door.reports.send() == [200, 422]
    assert money(home, "AG7") == [10_000]


async def test_the_case_hears_of_money_at_once(home):
    add(home.engine, "AG8", day(-2))
    opened = await LoanEvents(home.engine, await home.cases(), home.treatments).open("AG8", now())
    assert opened is not None
    order = PlacementOrder("AG8", "b-AG8", day(-2), 1, "north", day(60), now())
    key = placement_key("AG8", day(-2), 1)
    with writing(home.engine) as session:
        claim_placement(session, order)
        confirm_placement(session, key, AgencyOutcome(Placed.ACCEPTED, "A-1"), now())
    async with doorstep(home) as door:
        door.reports.say(key, "contacted", channel="call", outcome="conversation")
        door.reports.say(key, "recovered", **recovered(key, amount_minor=40_000))
        assert await door.reports.send() == [200, 200]
    cases, lines = await home.cases(), [""]
    for _ in range(100):
        timeline = await cases.timeline(case_id("AG8", day(-2)))
        assert not isinstance(timeline, Refused)
        lines = [f"{entry.what}: {entry.detail}" for entry in timeline]
        if "outcome: cured" in lines:
            break
        await asyncio.sleep(0.1)
    assert "agency: reported: contacted" in lines
    assert lines[-1] == "outcome: cured"


async def test_what_was_recorded_while_the_server_was_away_is_told_when_it_comes_again(home):
    key = placed(home, "AG9")

    async def away():
        raise Unanswered("nobody")

    async with doorstep(home, away) as door:
        door.reports.say(key, "acknowledged")
        assert await door.reports.send() == [503]
        waiting = door.reports.waiting
    assert len(waiting) == 1
    assert row(home, key).acknowledged_at is not None
    async with doorstep(home) as door:
        door.reports.waiting = waiting
        assert await door.reports.send() == [200]
        door.reports.waiting = waiting
        assert await door.reports.send() == [200]


async def test_files_take_the_same_way_as_webhooks(home, tmp_path):
    key, ours = placed(home, "AG10"), X25519PrivateKey.generate()
    columns = ["id", "placement_key", "at", "kind", "channel", "outcome", "inbound"]
    columns += ["payment_id", "amount_minor", "currency", "on"]
    said = {"placement_key": key, "at": now().isoformat()}
    lines = [
        said | {"id": "f-1", "kind": "acknowledged"},
        said
        | {"id": "f-2", "kind": "contacted", "channel": "sms", "outcome": "delivered"}
        | {"inbound": "false"},
        said | {"id": "f-3", "kind": "recovered", **recovered(key, "R1", "10000")},
        said | {"id": "f-4", "kind": "sold"},
    ]
    (tmp_path / "in").mkdir()
    file = tmp_path / "in" / f"1{SEALED}"
    file.write_bytes(sealed(public_of(ours), SECRET, file.name, written(lines, columns)))
    (tmp_path / "in" / f"2{SEALED}").write_bytes(b"noise")
    updates = AgencyUpdates(home.engine, home.cases)
    answers = await updates.read("north", FileInbox(tmp_path, ours, SECRET), now())
    assert [answer.done for answer in answers] == [
        Done.RECORDED,
        Done.RECORDED,
        Done.RECORDED,
        Done.REFUSED,
        Done.REFUSED,
    ]
    assert money(home, "AG10") == [10_000]
    assert len(contacts(home, "AG10")) == 1
    assert [why for why in asked(home) if "sold" in why or "f-4" in why] == [
        f"north: 1{SEALED}: f-4: kind: is not one of the kinds that are taken"
    ]
    assert not list((tmp_path / "in").glob(f"*{SEALED}"))


async def test_refused_money_and_a_file_that_cannot_be_opened_are_asked_of_a_person_once(
    home, tmp_path
):
    key, ours = placed(home, "AG15"), X25519PrivateKey.generate()
    said = {"id": "m-1", "placement_key": key, "at": now().isoformat(), "kind": "recovered"}
    line = said | recovered(key, "R1", "10000") | {"on": str(day(-3))}
    stranger = line | {"id": "m-2", "placement_key": "placement/none"}
    good, noise = f"money{SEALED}", f"noise{SEALED}"
    plain = written([line, stranger], [*line])
    updates = AgencyUpdates(home.engine, home.cases)
    (tmp_path / "in").mkdir()
    for _ in range(2):
        (tmp_path / "in" / good).write_bytes(sealed(public_of(ours), SECRET, good, plain))
        (tmp_path / "in" / noise).write_bytes(b"noise")
        answers = await updates.read("south-of-15", FileInbox(tmp_path, ours, SECRET), now())
        assert [answer.done for answer in answers] == [Done.REFUSED] * 3
        answers = await updates.read("south-of-15", FileInbox(tmp_path, ours, SECRET), now())
        assert list(answers) == []
    mine = [why for why in asked(home) if why.startswith("south-of-15: ")]
    assert len(mine) == 3
    assert sorted(why.split(": ")[1] for why in mine) == [good, good, noise]
    (tmp_path / "in" / good).write_bytes(sealed(public_of(ours), SECRET, good, plain))
    await updates.read("north", FileInbox(tmp_path, ours, SECRET), now())
    with reading(home.engine) as session:
        (task,) = tasks_of(session, "AG15")
    assert "m-1: on: is before the day on which you were given the case" in task.reason
    assert money(home, "AG15") == []
