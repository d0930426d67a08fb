"""The legal commands: what is missing, what is put on file, our papers, and how long we may sue."""

import asyncio
import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader

from ledger.engine import open_ledger
from ledger.migrate import upgrade
from tests.commands.conftest import told
from tests.intake.house import add, day
from tests.legal.office import a_debt, court, order, ready_for, ripe_for
from tests.legal.office import run as do
from tests.legal.office import told as on_file


@pytest.fixture
def book(tmp_path):
    """The ledger of `run` with the loan L1, long before a command opens it."""
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    upgrade(url)
    engine = open_ledger(url)
    a_debt(engine)
    yield engine
    engine.dispose()


def test_what_is_missing_is_said_with_its_rule_for_every_remedy(run, book):
    lacks = told(run("legal", "ready", "L1", "--all", "--json"))
    assert set(lacks) >= {"payment_order", "suit", "preservation", "enforcement"}
    assert {lack["item"]: lack["rule"] for lack in lacks["payment_order"]} == {
        "contract": "house",
        "notices": "CN-LIM-04",
        "identity": "house",
        "address": "CN-PO-01",
        "court": "CN-PO-02",
        "no_dispute": "CN-PO-01",
    }
    ready_for(book, "payment_order")
    shown = run("legal", "ready", "L1", "--remedy", "payment_order")
    assert "Nothing is missing for payment order (payment_order)." in shown.stdout
    assert run("legal", "ready", "L1", "--remedy", "war").exit_code == 2


@pytest.fixture
def pingans(tmp_path):
    """The same, of a loan that names the strategy of Ping An."""
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    upgrade(url)
    engine = open_ledger(url)
    a_debt(engine, strategy="pingan")
    yield engine
    engine.dispose()


def test_what_is_missing_is_of_the_remedies_of_the_loans_strategy_in_their_order(run, pingans):
    mine = ["lawyers_letter", "mediation", "payment_order", "enforcement"]
    assert [*told(run("legal", "ready", "L1", "--json"))] == mine
    every = [*told(run("legal", "ready", "L1", "--all", "--json"))]
    assert every == [*mine, "preservation", "suit", "secured_suit"]
    shown = run("legal", "ready", "L1").stdout
    for word in ("a lawyer's letter", "(lawyers_letter)", "the signed loan contract", "contract"):
        assert word in shown
    assert "secured_suit" not in shown


def test_a_strategy_without_remedies_says_so(run, book):
    shown = run("legal", "ready", "L1")
    assert shown.exit_code == 0
    assert shown.stdout.startswith("Strategy standard takes no remedy of CN; --all lists")


@pytest.mark.parametrize("width", ["80", "40"])
def test_ids_of_items_papers_and_entries_stand_whole_in_a_narrow_terminal(
    run, book, monkeypatch, width
):
    ripe_for(book, "payment_order")
    asyncio.run(do(court(book).file_papers, order()))
    entry = "4b0f5c0e-6f0b-4f5e-9d5e-0c9f0a4f3c11"
    put = ("case", "evidence", "L1", "demand", "--reference", "EMS-1", "--on", "2026-02-02")
    run(*put, "--request-id", entry)
    numbers = {paper["number"] for paper in told(run("legal", "documents", "L1", "--json"))}
    lacks = told(run("legal", "ready", "L1", "--all", "--json"))
    items = {lack["item"] for found in lacks.values() for lack in found}
    assert numbers
    assert items
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", width)
    lists = {("documents",): numbers, ("entries",): {entry}, ("ready", "--all"): items}
    for (name, *more), ids in lists.items():
        lines = run("legal", name, "L1", *more).stdout.splitlines()
        assert all(any(one in line for line in lines) for one in ids), name


async def test_papers_are_listed_and_saved_in_either_language(run, book, tmp_path):
    ripe_for(book, "payment_order")
    await do(court(book).file_papers, order())
    papers = told(run("legal", "documents", "L1", "--json"))
    assert {paper["paper"] for paper in papers} == {
        "payment_order_application",
        "calculation_sheet",
    }
    assert {paper["amount_minor"] for paper in papers} == {5_500_000}
    listed = run("legal", "documents", "L1").stdout
    assert "55000.00 CNY" in listed
    assert "amount_minor" not in listed
    for language, title in (("", "支付令申请书"), ("en", "Application for a payment order")):
        folder = tmp_path / f"papers{language}"
        saved = run("legal", "documents", "L1", "--save", folder, "--language", language)
        assert saved.exit_code == 0, saved.output
        [application] = folder.glob("*payment_order_application*.pdf")
        meta = PdfReader(application).metadata
        assert meta is not None
        assert meta.title == title


def test_how_long_we_may_sue_is_said_with_what_it_counts_from(run, book):
    on_file(book, "demand", "2026-02-02", reference="EMS-77")
    for command in (("limitation", "L1"), ("legal", "limitation", "L1")):
        shown = run(*command).stdout
        for word in ("2029-02-02", "2026-02-02: EMS-77", "CN-LIM-04", "2028-11-04"):
            assert word in shown
    found = told(run("limitation", "L1", "--json"))
    assert found["barred"] is False
    assert found["deadlines"][0]["name"] == "limitation"


def test_what_is_put_on_file_without_a_server_is_written_and_said_to_be_untold(run, book):
    put = ("case", "evidence", "L1", "demand", "--reference", "EMS-1", "--on", "2026-02-02")
    for _ in range(2):
        done = run(*put, "--request-id", "E1")
        assert done.exit_code == 1
        assert "It is written." in done.stderr
    assert "2026-02-02: EMS-1" in run("limitation", "L1").stdout


@pytest.mark.parametrize(
    "wrong",
    [
        ("case", "evidence", "L1", "court", "--reference", "C-1"),
        ("legal", "strike", "L1", "E1", "--reason", " "),
        ("case", "evidence", "L1", "moon", "--reference", "R"),
        ("case", "evidence", "L1", "contract", "--reference", "in the drawer of Wei"),
        ("case", "court", "L1", "sang"),
        ("case", "court", "L1", "served", "--remedy", "war"),
        ("case", "court", "L1", "served", "--on", "2999-01-01"),
        ("case", "court", "L1", "served", "--on", "soon"),
    ],
)
def test_what_is_not_known_is_refused_with_what_there_is(run, book, wrong):
    refused = run(*wrong)
    assert refused.exit_code == 2
    assert refused.stderr


def test_nothing_is_filed_of_which_no_papers_were_drawn_up_unless_it_is_said_to_be_so(run, book):
    refused = run("case", "court", "L1", "filed", "--on", "2026-03-09")
    assert refused.exit_code == 1
    assert refused.stderr.startswith(
        "Refused by rule court-no-papers: Loan L1: no papers were drawn up for L1; it has no open "
        "case. `legal ready L1` says what is missing."
    )
    assert "2028-12-11" in run("limitation", "L1").stdout, "the wake-ups stay"
    anyway = run("case", "court", "L1", "filed", "--on", "2026-03-09", "--anyway")
    assert "It is written." in anyway.stderr
    shown = run("limitation", "L1").stdout
    assert "2028-12-11" in shown
    assert "procedure of 2026-03-09: nothing proves it" in shown
    elsewhere = ("case", "court", "L1", "filed", "--on", "2026-03-09", "--remedy", "suit")
    assert run(*elsewhere).exit_code == 1
    run(*elsewhere, "--anyway")
    assert "2026-03-09: suit of 2026-03-09" in run("limitation", "L1").stdout


def test_a_day_that_cannot_be_is_refused_with_the_day_that_bounds_it(run, book):
    ripe_for(book, "payment_order")
    asyncio.run(do(court(book).file_papers, order()))
    early = run("case", "court", "L1", "filed", "--on", "2026-03-09")
    assert early.exit_code == 1
    assert early.stderr.startswith(
        "Refused by rule court-too-early: Loan L1: 'filed' of 2026-03-09 is too early: the papers "
        "of payment_order are dated 2026-03-10. Give the day on which it happened with --on;"
    )
    assert "It is written." in run("case", "court", "L1", "filed", "--on", "2026-03-10").stderr
    frozen = run("case", "court", "L1", "frozen_deposit", "--on", "2026-03-09", "--json")
    assert json.loads(frozen.stdout)["refused"]["reason"].startswith(
        "Loan L1: 'frozen_deposit' of 2026-03-09 is too early: payment_order was filed on "
        "2026-03-10."
    )
    other = ("case", "court", "L1", "frozen_deposit", "--on", "2026-03-09")
    assert "It is written." in run(*other, "--remedy", "preservation").stderr
    assert "It is written." in run(*other, "--anyway").stderr


def test_a_word_is_of_the_newest_papers_that_know_it(run, book):
    ripe_for(book, "payment_order")
    asyncio.run(do(court(book).file_papers, order()))
    run("case", "court", "L1", "sent", "--on", "2026-03-10", "--anyway")
    run("case", "court", "L1", "filed", "--on", "2026-03-10")
    on = {row["what"]: row["remedy"] for row in told(run("legal", "entries", "L1", "--json"))}
    assert (on["sent"], on["filed"]) == ("", "payment_order"), "a letter is no payment order"


def test_a_mistaken_entry_is_struck_and_shown_as_struck(run, book):
    put = ("case", "court", "L1", "filed", "--remedy", "suit", "--on", "2026-03-09")
    run(*put, "--anyway", "--request-id", "E1")
    assert "nothing ends it while it is held" in run("limitation", "L1").stdout
    gone = ("legal", "strike", "L1", "E1", "--by", "bob", "--reason", "the wrong loan")
    for _ in range(2):
        assert "It is written." in run(*gone, "--request-id", "S1").stderr
    assert "2028-12-11" in run("limitation", "L1").stdout
    [entry] = told(run("legal", "entries", "L1", "--json"))
    assert entry["struck"] == {
        "id": "S1", "on": datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat(), "by": "bob",
        "why": "the wrong loan",
    }  # fmt: skip
    assert "by bob: the wrong loan" in " ".join(run("legal", "entries", "L1").stdout.split())
    again = run(*gone, "--request-id", "S2")
    assert again.exit_code == 1
    assert "E1 was struck on" in again.stderr
    unknown = run("legal", "strike", "L1", "moon", "--reason", "why")
    assert "under 'moon'. `legal entries L1` lists what is on file." in unknown.stderr


@pytest.mark.slow
def test_a_case_hears_what_is_put_on_file_and_what_a_court_said(home, at_home):
    loan = f"LEGAL{datetime.now(UTC):%H%M%S%f}"
    add(home.engine, loan, day(-2))
    told(at_home("case", "open", loan, "--json"))
    today = day(-1)
    put = at_home(
        "case", "evidence", loan, "contract", "--reference", "DMS-1", "--on", today, "--json"
    )
    assert told(put)["told"] == "the case knows"
    ours = at_home(
        "case", "evidence", loan, "demand", "--reference", "EMS-1", "--on", today, "--json"
    )
    assert told(ours)["told"].startswith("the deadlines are counted anew")
    filed = ("case", "court", loan, "filed", "--remedy", "suit", "--on", today)
    refused = at_home(*filed)
    assert refused.exit_code == 1
    told_why = f"Loan {loan}: no papers of suit were drawn up for {loan}; it is in remind."
    assert told_why in refused.stderr
    assert "--anyway" in refused.stderr
    again = json.loads(at_home(*filed, "--json").stdout)
    assert again["refused"]["rule"] == "court-no-papers"
    assert "in remind" in at_home("case", "court", loan, "filed").stderr
    kinds = {e["what"] for e in told(at_home("case", "show", loan, "--json"))["timeline"]}
    assert "court" not in kinds
    once = (*filed, "--request-id", f"{loan}-filed")
    assert told(at_home(*once, "--anyway", "--json"))["told"] == "the case knows"
    assert told(at_home(*once, "--json"))["told"] == "the case knows", "it is on file already"
    assert told(at_home("case", "court", loan, "frozen_deposit", "--on", today, "--json"))
    kinds = {e["what"] for e in told(at_home("case", "show", loan, "--json"))["timeline"]}
    assert {"evidence", "court"} <= kinds
    lacks = told(at_home("legal", "ready", loan, "--remedy", "suit", "--json"))["suit"]
    assert "contract" not in {lack["item"] for lack in lacks}
    for event in (f"{loan}-filed", told(put)["id"]):
        gone = told(at_home("legal", "strike", loan, event, "--reason", "wrong loan", "--json"))
        assert (gone["struck"], gone["told"]) == (event, "the case knows")
    lacks = told(at_home("legal", "ready", loan, "--remedy", "suit", "--json"))["suit"]
    assert "contract" in {lack["item"] for lack in lacks}
    shown = told(at_home("case", "show", loan, "--json"))["timeline"]
    assert [entry["detail"] for entry in shown if entry["what"] == "struck"] == [
        f"suit: filed on {today}",
        f"contract of {today}: DMS-1",
    ]
    assert {
        task["what"].rpartition("-")[0].split("-")[1]
        for task in told(at_home("task", "list", "--json"))
        if task["what"].startswith("struck-")
    } >= {"filed", "contract"}
