"""A loan with something of everything on record, and short ways to tamper with its bundle."""

import json
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine

from channels.evidence.archive import unpack
from channels.evidence.sealing import archived, sealed
from channels.evidence.shape import Bundle, bundle_of, canonical
from commands.evidence import gathered
from domain.delinquency import Instalment
from domain.keys import agency_message_key, placement_key
from domain.orders import AgencyOrder, CloseOrder, PlacementOrder, TaskOrder
from domain.outcomes import AgencyOutcome, Placed, Sent
from domain.plans import Plan
from domain.promises import Promise, PromiseStatus
from domain.records import PlanChanged, PromiseChanged, Record
from domain.strategy import Outcome
from ledger import contacts, placements, tasks
from ledger.cases import NewCase, close_case, open_case, write_records
from ledger.engine import open_ledger, writing
from ledger.events import LoanEvent, record_event
from ledger.migrate import upgrade
from ledger.notes import Note, add_note
from ledger.strategies import remember
from tests.ledger.book import (
    EPISODE,
    MORNING,
    claim,
    key,
    on_hold,
    open_book,
    order,
    paid,
    undone,
)

KEY = Ed25519PrivateKey.from_private_bytes(b"forbear evidence test key 000001")
STRANGER = Ed25519PrivateKey.from_private_bytes(b"forbear evidence test key 000002")
NOON = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)

CHINESE = "王伟，您好：\n\n您的借款逾期 10 天，欠款 ¥400.00。\n如有困难，请联系我们。\n"
NASTY = '#panic() $x^2$ *bold* <label> ]#set text(red)[ \\u{41} "] {{ x }}'
ODD = "\u202ehidden\u200b \U0001f600 \U00020bb7 العربية"


def fill(engine: Engine) -> None:
    """Live through a delinquency: letters, silences, promises, money, an agency, the end."""
    open_book(engine, "L1", "L2")
    with writing(engine) as session:
        remember(session, "standard@0f3a", "name: standard\n# 温和\nladder: []\n", MORNING)
        open_case(session, NewCase("L1", "B1", EPISODE, "standard@0f3a"), MORNING)
        event = LoanEvent("e1", "loan.instalment.overdue", "core", "L1", "{}")
        record_event(session, event, MORNING)
    claim(engine)
    with writing(engine) as session:
        contacts.confirm(session, key(), Sent.SENT, MORNING, "还款提醒", CHINESE)
    claim(engine, order(step="firm"))  # the daily cap: deferred
    on_hold(engine, "H1", MORNING + timedelta(days=1), MORNING + timedelta(days=9))
    on_hold(engine, "H2", MORNING, MORNING + timedelta(hours=1), "L2")
    claim(engine, order(step="held"), at=MORNING + timedelta(days=2))  # the hold: deferred
    paid(engine, "p1", 10_000)
    paid(engine, "p2", 5_000)
    undone(engine, "p2")
    claim(engine, order(step="old"), at=MORNING + timedelta(days=20))  # the fence: stale
    _place(engine)  # before the plan, which keeps a loan from agencies
    _agree(engine)
    with writing(engine) as session:
        add_note(session, Note("n1", "L1", EPISODE, "ann", f"他说下月还。 {NASTY} {ODD}", MORNING))
        tasks.ask(session, TaskOrder("L1", EPISODE, "approve", "the last demand", MORNING))
        over = CloseOrder("L1", "B1", EPISODE, Outcome.CLOSED, "sold", MORNING + timedelta(days=40))
        close_case(session, over)


def _agree(engine: Engine) -> None:
    at = MORNING + timedelta(days=3)
    promise = Promise("pr1", 20_000, date(2026, 3, 20), date(2026, 3, 13), PromiseStatus.OPEN)
    portions = (Instalment(date(2026, 4, 1), 15_000), Instalment(date(2026, 5, 1), 15_000))
    plan = Plan("pl1", date(2026, 3, 13), portions)
    with writing(engine) as session:
        records: list[Record] = [PromiseChanged(promise, at), PlanChanged(plan, at)]
        write_records(session, "L1", "B1", EPISODE, records)


def _place(engine: Engine) -> None:
    at, placement = MORNING + timedelta(days=30), placement_key("L1", EPISODE, 1)
    told = AgencyOrder(placement, "recall", "sold", at + timedelta(days=5))
    yes = AgencyOutcome(Placed.ACCEPTED, "A-77")
    with writing(engine) as session:
        asked = PlacementOrder("L1", "B1", EPISODE, 1, "agency-a", date(2026, 6, 1), at)
        placements.claim_placement(session, asked)
        placements.confirm_placement(session, placement, yes, at)
        placements.claim_agency_message(session, told)
        message = agency_message_key(placement, "recall")
        placements.confirm_agency_message(session, message, yes, told.at)


@cache
def the_bundle() -> Bundle:
    """The bundle of the loan, from a real ledger."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'ledger.db'}"
        upgrade(url)
        engine = open_ledger(url)
        fill(engine)
        bundle = gathered(engine, "L1", NOON, "ann")
        engine.dispose()
    return bundle


@cache
def the_file() -> bytes:
    """The same, sealed."""
    return sealed(the_bundle(), KEY)


def resealed(document: dict[str, Any], signing: Ed25519PrivateKey) -> bytes:
    """A bundle that says so, as it stands, under a new manifest."""
    record = canonical(document)
    page = unpack(the_file())["bundle.pdf"]
    return archived({"bundle.json": record, "bundle.pdf": page}, the_bundle(), signing)


def rebuilt(document: dict[str, Any], signing: Ed25519PrivateKey) -> bytes:
    """A bundle of the document's entries with every hash of the bundle made anew."""
    told = [(e["at"], e["kind"], e["id"], e["says"]) for e in document["entries"]]
    bundle = bundle_of(document["loan_id"], told, NOON, document["made_by"])
    page = unpack(the_file())["bundle.pdf"]
    parts = {"bundle.json": canonical(bundle.model_dump()), "bundle.pdf": page}
    return archived(parts, bundle, signing)


def document() -> dict[str, Any]:
    """The bundle's JSON, to be tampered with."""
    read: dict[str, Any] = json.loads(unpack(the_file())["bundle.json"])
    return read
