"""A fault of ours: nobody is contacted, everybody can see it, and it ends when it is mended."""

import asyncio
import json
import shutil
from collections.abc import Awaitable, Callable
from datetime import time, timedelta

import pytest
from structlog.testing import capture_logs
from temporalio.api.sdk.v1 import WorkflowMetadata

from commands.asking import state_facts
from commands.standing import standing
from commands.waiting import waiting
from commands.why import reasons_of
from domain.clock import local_instant, zone
from domain.facts import PaymentReceived
from domain.holds import HoldReason
from domain.requests import Close, PlaceHold
from domain.strategy import Outcome
from intake.alarm import alarm, blocked, first_blocked
from ledger.contacts import contacts_of
from ledger.engine import reading, writing
from ledger.payments import record_payment
from ledger.whereabouts import lives_in
from ledger.words import ContactStatus
from policies.packs import FOLDER, sound_packs
from tests.workflows.loans import DUE, OWED, day, promise
from tests.workflows.playing import Played, start
from tests.workflows.real_office import RealOffice, lent, out_of_reach
from tests.workflows.seeded import RULES
from tests.workflows.server import at_work
from workflows.searching import BLOCKED

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]

SOON = day(3, "10:40")
LATER = day(3, "14:00")


async def eventually(what: Callable[[], Awaitable[object]], wanted: object) -> None:
    """What operators search by is written a moment later."""
    for _ in range(100):
        if await what() == wanted:
            return
        await asyncio.sleep(0.05)
    assert await what() == wanted


async def searched(played: Played) -> object:
    found = (await played.handle.describe()).typed_search_attributes
    return found.get(BLOCKED)


async def details(played: Played) -> str:
    found = await played.handle.query("__temporal_workflow_metadata", result_type=WorkflowMetadata)
    assert isinstance(found, WorkflowMetadata)
    return found.current_details


async def waits_for_us(played: Played, rule: str) -> None:
    """The case shows it, to whoever looks at it, searches or reads the log."""
    client = played.server.client
    await eventually(lambda: searched(played), rule)
    assert f"- **Blocked:** {rule}: nobody is contacted" in await details(played)
    await eventually(lambda: blocked(client), {rule: 1})
    assert await first_blocked(client, rule, 5) == [played.case_id]
    with capture_logs() as lines:
        async with alarm(client, 0.05):
            await asyncio.sleep(0.3)
    told = [line for line in lines if line["event"] == "nobody is contacted"]
    assert {"log_level": "error", "rule": rule, "cases_waiting": 1}.items() <= told[0].items()
    shown = [line for line in await played.lines() if "deferred" in line]
    assert shown == [f"notice: gentle by email: deferred ({rule})"], "said once, then waited"


async def went_on(played: Played, ledger, mail, loan_id: str) -> None:
    """The contact is made, once, and the case waits for us no longer."""
    await played.skip_to(LATER)
    assert (await played.lines())[-1] == "notice: gentle by email: sent"
    assert (await played.timeline())[-1].at > SOON
    await played.skip_to(day(5))
    (letter,) = mail.letters()
    assert letter.recipient == f"{loan_id}@example.cn"
    with reading(ledger) as session:
        assert [row.status for row in contacts_of(session, loan_id)] == [ContactStatus.SENT]
    assert not await searched(played)
    assert "Blocked" not in await details(played)
    await eventually(lambda: blocked(played.server.client), {})


@pytest.fixture
def listed(server, monkeypatch, capsys):
    """What `python starter.py waiting` ends with, and prints."""
    config = server.client.service_client.config
    monkeypatch.setenv("FORBEAR_TEMPORAL_ADDRESS", config.target_host)

    async def run(as_json: bool = False) -> tuple[int, str]:
        code = await waiting(as_json=as_json)
        return code, capsys.readouterr().out

    return run


async def test_where_a_borrower_lives_is_not_known_until_it_is(server, ledger, mail, listed):
    office = RealOffice.at(ledger, mail.smtp_port, RULES)
    case = lent(ledger, "nowhere", zone="")
    assert case.zone == "Asia/Shanghai", "its days count by the clock of its law"
    async with at_work(server, office) as queue:
        played = await start(server, queue, office, case)
        await played.skip_to(SOON)
        await waits_for_us(played, "zone-unknown")
        code, shown = await listed()
        assert (code, played.case_id in shown, "borrower.updated" in shown) == (1, True, True)
        code, shown = await listed(as_json=True)
        assert json.loads(shown) == {"zone-unknown": {"cases": 1, "first": [played.case_id]}}
        assert not mail.letters()
        facts = {name: str(value) for name, value in state_facts(await played.state())}
        assert facts["Waits for"].startswith("us to mend a fault: Nobody knows in which time zone")
        assert facts["Waits for"].endswith("(zone-unknown)")
        assert facts["Then"] == "make the contact as soon as it is mended"
        assert "borrower.updated" in facts["To mend it"]
        where = standing(ledger, "nowhere")
        with reading(ledger) as session:
            told = reasons_of(session, where, None).decisions
            later = reasons_of(session, where, SOON.date() + timedelta(days=2)).silence
        assert [(d.verdict, d.rule) for d in told if d.what == "contact"] == [
            ("deferred", "zone-unknown")
        ]
        assert [line for line in later if "contact gentle was put off (zone-unknown" in line]
        with writing(ledger) as session:
            lives_in(session, "B-nowhere", "Asia/Urumqi")
        await went_on(played, ledger, mail, "nowhere")
        facts = {name: str(value) for name, value in state_facts(await played.state())}
        assert (facts["Waits for"], facts["To mend it"]) == ("reminder email", "")
        assert await listed() == (0, "No case waits for us.\n")


def pack_with(folder, old: str, new: str) -> list[str]:
    """The packs with one word of the Chinese one changed; what is wrong with them."""
    shutil.copytree(FOLDER, folder, dirs_exist_ok=True)
    pack = folder / "cn.yaml"
    text = pack.read_text("utf-8")
    assert text.count(old) == 1
    pack.write_text(text.replace(old, new), "utf-8")
    return sound_packs(folder)[1]


async def test_a_pack_that_nobody_signed_is_left_out_until_somebody_does(
    server, ledger, mail, tmp_path
):
    source = "article: 双方未约定时; also CBA 未经债务人同意, confidence: S}"
    unsigned = source.replace("confidence: S", "confidence: M")
    (problem,) = pack_with(tmp_path / "packs", source, unsigned)
    assert "CN-TIME-01 is known from memory and signed by nobody" in problem
    packs, _ = sound_packs(tmp_path / "packs")
    assert packs.books().keys() == RULES.keys() - {"CN"}
    case, queue = lent(ledger, "unsigned"), "unsigned-packs"
    first = RealOffice.at(ledger, mail.smtp_port, packs.books())
    async with at_work(server, first, queue):
        played = await start(server, queue, first, case)
        await played.skip_to(SOON)
        await waits_for_us(played, "rules-missing")
    assert not mail.letters()
    signed = f"{unsigned}\n    reviewed_by: chen"
    assert pack_with(tmp_path / "packs", source, signed) == []
    mended = RealOffice.at(ledger, mail.smtp_port, sound_packs(tmp_path / "packs")[0].books())
    async with at_work(server, mended, queue):
        await went_on(played, ledger, mail, "unsigned")


async def test_a_ledger_that_is_away_is_shown_and_nothing_is_lost(
    server, ledger, mail, ledger_file
):
    office = RealOffice.at(ledger, mail.smtp_port, RULES)
    case = lent(ledger, "away")
    async with at_work(server, office) as queue:
        with out_of_reach(ledger, ledger_file):
            played = await start(server, queue, office, case)
            await played.skip_to(SOON)
            await waits_for_us(played, "ledger-away")
            assert not mail.letters()
        await went_on(played, ledger, mail, "away")


async def test_who_pays_while_the_case_waits_for_us_is_let_go_without_a_word(server, ledger, mail):
    office = RealOffice.at(ledger, mail.smtp_port, {})
    case = lent(ledger, "paid")
    async with at_work(server, office) as queue:
        played = await start(server, queue, office, case)
        await played.skip_to(SOON)
        await waits_for_us(played, "rules-missing")
        paid = PaymentReceived("f1", "p1", OWED, SOON.date(), SOON)
        with writing(ledger) as session:
            record_payment(session, "paid", paid, "CNY", SOON)
        await played.say(SOON + timedelta(minutes=1), paid)
        await played.skip_to(day(4))
        assert await played.handle.result() is Outcome.CURED
        assert (await played.state()).waits_for == "", "one that is over waits for nobody"
        await eventually(lambda: blocked(server.client), {})
    assert not mail.letters()


@pytest.mark.parametrize(
    ("said", "line"),
    [
        (PlaceHold("h1", "ann", HoldReason.DISPUTE), "hold: "),
        (promise("p1", day(12)), "promise: "),
        (Close("c1", "ann", "sold"), "outcome: closed"),
    ],
    ids=["hold", "promise", "close"],
)
async def test_what_is_said_while_the_case_waits_for_us_binds_the_contact_that_waits(
    server, ledger, mail, said, line
):
    office = RealOffice.at(ledger, mail.smtp_port, RULES)
    loan_id = f"bound-{said.request_id}"
    case = lent(ledger, loan_id, zone="")
    async with at_work(server, office) as queue:
        played = await start(server, queue, office, case)
        await played.skip_to(SOON)
        await waits_for_us(played, "zone-unknown")
        assert await played.say(SOON + timedelta(minutes=1), said) is None
        await played.skip_to(SOON + timedelta(minutes=30))
        assert any(told.startswith(line) for told in await played.lines())
        await eventually(lambda: blocked(server.client), {})
        with writing(ledger) as session:
            lives_in(session, f"B-{loan_id}", "Asia/Shanghai")
        await played.skip_to(day(6))
        assert not any("sent" in told for told in await played.lines())
    assert not mail.letters()


async def test_in_america_an_unknown_zone_blocks_nobody(server, ledger, mail):
    office = RealOffice.at(ledger, mail.smtp_port, RULES)
    midnight = local_instant(DUE + timedelta(days=1), time(), "Pacific/Honolulu")
    case = lent(ledger, "somewhere", midnight, zone="", jurisdiction="US", locale="en")
    assert case.zone == "Pacific/Honolulu"
    async with at_work(server, office) as queue:
        played = await start(server, queue, office, case)
        await played.skip_to(day(6))
        sent = (await played.timeline())[-1]
        assert sent.detail == "gentle by email: sent"
        in_hawaii, in_new_york = (
            sent.at.astimezone(zone(name)).hour for name in ("Pacific/Honolulu", "America/New_York")
        )
        assert in_hawaii >= 8
        assert in_new_york < 21
        assert len(mail.letters()) == 1
        await eventually(lambda: blocked(server.client), {})
