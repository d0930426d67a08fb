"""`starter.py agency` and `starter.py bureau`, each as a process of its own."""

import asyncio
import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from channels.agency_files import SEALED, written
from channels.bureau import fixed, metro2, zhengxin
from channels.sealing import public_of, sealed
from domain.agencies import Band, CommissionTerms
from domain.bureau import ReportKind
from domain.gate.words import Channel
from domain.keys import notice_key, placement_key
from domain.orders import PlacementOrder
from domain.outcomes import AgencyOutcome, Placed
from domain.steps import MessageClass
from ledger import bureau
from ledger.bureau import ReportOrder
from ledger.case_tables import ContactRow, PlacementRow
from ledger.engine import open_ledger, writing
from ledger.migrate import upgrade
from ledger.placements import claim_placement, confirm_placement
from ledger.scrubs import terms_to_json
from ledger.words import ContactStatus
from policies.agency_files import FOLDER
from tests.channels.sftp_server import serving
from tests.intake.sftp_panel import SECRET, given, panel_of
from tests.ledger.book import EPISODE, MORNING, WEI, a_loan, paid

pytestmark = pytest.mark.slow

STARTER = Path(__file__).parents[2] / "starter.py"
DAY = timedelta(days=1)


@pytest.fixture
def shop(tmp_path):
    """A ledger with one late loan, and a way to run a command on it."""
    url = f"sqlite:///{tmp_path}/ledger.db"
    upgrade(url)
    engine = open_ledger(url)
    with writing(engine) as session:
        a_loan(session)
    said = os.environ | {
        "FORBEAR_LEDGER_URL": url,
        "FORBEAR_BUREAU_FOLDER": str(tmp_path / "bureau"),
        "FORBEAR_BUREAU_NUMBER": "17",
    }

    def run(*words: str, code: int = 0, **more: str) -> str:
        command = [sys.executable, str(STARTER), *words]
        done = subprocess.run(command, env=said | more, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    run.engine, run.folder = engine, tmp_path  # type: ignore[attr-defined]
    yield run
    engine.dispose()


def order_a_report(engine) -> None:
    key = notice_key("L1", EPISODE, "bureau_notice")
    with writing(engine) as session:
        session.add(
            ContactRow(
                key=key,
                loan_id="L1",
                borrower_id="B1",
                episode=EPISODE,
                step="bureau_notice",
                channel=Channel.EMAIL,
                template="bureau_notice",
                message_class=MessageClass.STATUTORY,
                fingerprint="",
                status=ContactStatus.SENT,
                claimed_at=MORNING,
                claimed_wall=MORNING,
                message_id=key,
            )
        )
        session.flush()
        at = MORNING + 30 * DAY
        order = ReportOrder("L1", EPISODE, ReportKind.ADVERSE, "sue", at, "bureau_notice", 15)
        bureau.order(session, order)


def test_a_report_goes_from_consent_to_the_answer_of_the_bureau(shop):
    assert "Written." in shop("bureau", "consent", "B1", "--on", "2026-01-01", "--reference", "p4")
    assert "It was known" in shop(
        "bureau", "consent", "B1", "--on", "2026-01-01", "--reference", "p4"
    )
    order_a_report(shop.engine)
    made = json.loads(shop("bureau", "batch", "zhengxin", "--json"))
    (line,) = zhengxin.read_file(Path(made["path"]).read_bytes())
    assert "There is nothing to tell." in shop("bureau", "batch", "zhengxin")
    answers = shop.folder / "answers.csv"
    answers.write_text(f"key,answer,code\n{line['报告序号']},refused,E07\nelse,accepted,\n")
    found = json.loads(shop("bureau", "reconcile", str(answers), "--json", code=1))
    assert (found["refused"], found["unknown"]) == ([line["报告序号"]], ["else"])
    (report,) = json.loads(shop("bureau", "show", "L1", "--json"))
    assert (report["status"], report["code"]) == ("refused", "E07")
    assert "zhengxin-" in shop("bureau", "show")
    assert "E07" in shop("task", "list")


def test_a_report_that_is_held_back_is_named_until_it_may_leave(shop):
    order_a_report(shop.engine)
    said = shop("bureau", "batch", "zhengxin").replace("\n", " ")
    assert "There is nothing to tell." in said
    assert "Held back by CN-CR-02: bureau/L1/2026-03-01/adverse/1." in said
    shown = shop("bureau", "show", "L1").replace("\n", " ")
    assert "2026-04-09 held CN-CR-02" in shown
    assert "has not agreed in writing" in shown
    (report,) = json.loads(shop("bureau", "show", "L1", "--json"))
    assert (report["held"]["rule"], report["held"]["until"]) == ("CN-CR-02", None)
    shop("bureau", "consent", "B1", "--on", "2026-01-01", "--reference", "p4")
    assert "Nothing hinders it any more" in shop("bureau", "show", "L1")
    made = json.loads(shop("bureau", "batch", "zhengxin", "--json"))
    assert (made["reports"], made["waiting"]) == (1, [])
    assert "released CN-CR-02" in shop("bureau", "show", "L1")


def test_a_lender_whose_name_fits_no_file_is_told_so(shop):
    shop("bureau", "consent", "B1", "--on", "2026-01-01", "--reference", "p4")
    said = shop("bureau", "batch", "metro2", code=2, FORBEAR_LENDER_NAME="北方银行")
    assert "reporter_name" in said
    assert "cannot be read" in shop("bureau", "reconcile", str(shop.folder / "none"), code=2)


def test_a_consent_that_is_still_to_come_is_not_written(shop):
    said = shop("bureau", "consent", "B1", "--on", "2999-01-10", "--reference", "p4", code=2)
    assert "--on: 2999-01-10 is still to come." in said
    assert "Written." in shop("bureau", "consent", "B1", "--on", "2026-01-01", "--reference", "p4")


@pytest.mark.parametrize(
    ("phone", "told"), [("+864001234567", ""), ("+1 (217) 555-0100", "2175550100")]
)
def test_only_a_north_american_number_of_ours_stands_in_a_metro_2_file(shop, phone, told):
    with writing(shop.engine) as session:
        a_loan(session, "L2", replace(WEI, borrower_id="B2", name="Jane Doe", jurisdiction="US"))
        spoken = ContactRow(
            key="c", loan_id="L2", borrower_id="B2", episode=EPISODE, step="bureau_notice",
            channel=Channel.EMAIL, template="bureau_notice", message_class=MessageClass.STATUTORY,
            fingerprint="", status=ContactStatus.SENT, claimed_at=MORNING, claimed_wall=MORNING,
            message_id="c",
        )  # fmt: skip
        session.add(spoken)
        session.flush()
        at = MORNING + 30 * DAY
        bureau.order(
            session, ReportOrder("L2", EPISODE, ReportKind.ADVERSE, "sue", at, "bureau_notice")
        )
    more = {
        "FORBEAR_LENDER_PHONE": phone,
        "FORBEAR_LENDER_NAME": "BANK",
        "FORBEAR_LENDER_ADDRESS": "1 MAIN ST",
    }
    made = json.loads(shop("bureau", "batch", "metro2", "--json", **more))
    head = fixed.read(metro2.HEADER, Path(made["path"]).read_text("ascii").splitlines()[0])
    assert head["reporter_telephone"] == told


def test_the_panel_is_shown_with_what_runs_out(shop):
    kept = {"FORBEAR_AGENCY_PANEL": str(FOLDER)}
    said = shop("agency", "panel", **kept)
    assert said.startswith("2 agencies\n")
    assert "north" in said
    assert "2027-09-01" in said
    panel = json.loads(shop("agency", "panel", "--json", **kept))
    assert [one["agency"]["name"] for one in panel] == ["north", "south"]
    assert [one["in_force"] for one in panel] == [True, True]


def test_samples_are_not_taken_for_a_panel(shop):
    said = shop("agency", "panel")
    assert "No panel is kept: FORBEAR_AGENCY_PANEL is not set." in said
    assert "licence, contract or commission is in force" in " ".join(said.split())
    assert "\n2 sample agencies\n" in said
    panel = json.loads(shop("agency", "panel", "--json"))
    assert [one["in_force"] for one in panel] == [False, False]


def test_a_panel_that_is_not_there_is_no_empty_panel(shop):
    gone = shop.folder / "nowhere"
    said = shop("agency", "panel", code=1, FORBEAR_AGENCY_PANEL=str(gone))
    assert f"the agency panel {gone} is not there" in said
    assert "0 agencies" not in said
    gone.write_text("name: north")
    said = shop("agency", "panel", code=1, FORBEAR_AGENCY_PANEL=str(gone))
    assert f"the agency panel {gone} is a file, not a folder" in said
    served = subprocess.run(
        [sys.executable, str(STARTER.with_name("worker.py"))],
        env=os.environ
        | {
            "FORBEAR_LEDGER_URL": f"sqlite:///{shop.folder}/ledger.db",
            "FORBEAR_TEMPORAL_ADDRESS": "127.0.0.1:1",
            "FORBEAR_AGENCY_PANEL": str(shop.folder / "none"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert served.returncode == 1
    assert "cannot serve" in served.stdout + served.stderr
    assert f"the agency panel {shop.folder / 'none'} is not there" in served.stdout + served.stderr


def test_commissions_are_settled_and_released(shop):
    order = PlacementOrder("L1", "B1", EPISODE, 1, "north", date(2030, 5, 9), MORNING, by_lot=True)
    with writing(shop.engine) as session:
        claimed = claim_placement(session, order)
        assert not isinstance(claimed, AgencyOutcome)
        confirm_placement(session, claimed.key, AgencyOutcome(Placed.ACCEPTED), MORNING)
        row = session.get_one(PlacementRow, claimed.key)
        terms = CommissionTerms((Band(0, 1000),), conduct_percent=20)
        row.terms = terms_to_json(replace(terms))
        session.add(row)
    paid(shop.engine, "P", 10_000, on=date(2026, 3, 11), known_at=MORNING + DAY)
    assert shop("agency", "commission", code=0).startswith("0 commissions")
    (line,) = json.loads(shop("agency", "commission", "--settle", "--json"))
    assert (line["payable_minor"], line["withheld_minor"], line["released_at"]) == (800, 200, None)
    assert "Name the agency" in shop("agency", "commission", "--release", code=2)
    said = shop("agency", "commission", "--agency", "north", "--release", "--by", "lin")
    assert "by lin" in said
    (did,) = json.loads(shop("agency", "performance", "--json"))
    assert (did["agency"], did["liquidation"], did["batting"]) == ("north", 1250, None)
    assert "north" in shop("agency", "performance")


@pytest.mark.parametrize("width", ["80", "40"])
def test_placements_and_agencies_stand_whole_in_a_narrow_terminal(shop, width):
    name = "north-eastern-collections"
    order = PlacementOrder("L1", "B1", EPISODE, 1, name, date(2030, 5, 9), MORNING, by_lot=True)
    with writing(shop.engine) as session:
        claimed = claim_placement(session, order)
        assert not isinstance(claimed, AgencyOutcome)
        confirm_placement(session, claimed.key, AgencyOutcome(Placed.ACCEPTED), MORNING)
        row = session.get_one(PlacementRow, claimed.key)
        row.terms = terms_to_json(CommissionTerms((Band(0, 1000),)))
        session.add(row)
    paid(shop.engine, "P", 10_000, on=date(2026, 3, 11), known_at=MORNING + DAY)
    narrow = {"FORCE_COLOR": "1", "COLUMNS": width}
    earned = shop("agency", "commission", "--settle", **narrow).splitlines()
    assert any(claimed.key in line for line in earned)
    assert any(name in line for line in shop("agency", "performance", **narrow).splitlines())


async def test_files_on_a_server_of_the_agency_are_fetched_once(shop, tmp_path):
    key = placement_key("L1", EPISODE, 1)
    with writing(shop.engine) as session:
        order = PlacementOrder("L1", "B1", EPISODE, 1, "west", date(2030, 5, 9), MORNING)
        claim_placement(session, order)
        confirm_placement(session, key, AgencyOutcome(Placed.ACCEPTED), MORNING)
    ours = X25519PrivateKey.generate()
    async with serving(tmp_path / "theirs") as theirs:
        panel = panel_of(tmp_path, theirs.server(), X25519PrivateKey.generate())
        said = given(tmp_path, panel, ours, theirs.our_key)
        more = {f"FORBEAR_{name.upper()}": str(value) for name, value in said.items()}
        more["FORBEAR_AGENCY_SECRETS"] = json.dumps({"west": SECRET})

        async def run(*words: str, code: int = 0) -> str:
            return await asyncio.to_thread(partial(shop, *words, code=code, **more))

        name = f"2026-03-12{SEALED}"
        money = {"payment_id": "W1", "amount_minor": "9000", "currency": "CNY", "on": "2026-03-11"}
        about = {"id": "w-1", "kind": "recovered", "placement_key": key, "at": "2026-03-12T08:00Z"}
        plain = written([about | money], [*about, *money])
        (theirs.root / "in" / name).write_bytes(sealed(public_of(ours), SECRET, name, plain))
        assert "127.0.0.1" in await run("agency", "panel", "--json")
        (read,) = json.loads(await run("agency", "read", "--json"))
        assert (read["answer"]["id"], read["answer"]["done"]) == ("w-1", "recorded")
        assert theirs.names("in/taken") == [name]
        assert json.loads(await run("agency", "read", "--json")) == []
        wrong = await run("agency", "read", "--agency", "east", code=2)
        assert "'east' is not on the panel. These leave files: west." in wrong.replace("\n", " ")
    assert "There is no connection." in (await run("agency", "read", code=1)).replace("\n", " ")


def test_without_a_folder_no_files_are_read(shop):
    assert "No agency leaves files" in shop("agency", "read", code=2)
