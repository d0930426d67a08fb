"""The legal commands: what is missing, what is put on file, our papers, and how long we may sue."""

import json
from datetime import UTC, datetime

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
    assert f"Loan {loan}: 'filed' fits no step: no remedy is in hand." in refused.stderr
    assert "--anyway" in refused.stderr
    again = json.loads(at_home(*filed, "--json").stdout)
    assert again["refused"]["rule"] == "court-fits-no-step"
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
