"""The `ledger` commands: a statement for any day and any instant, and dealings with their rules."""

import json
from datetime import date

import pytest

from ledger.engine import writing
from ledger.tables import LoanRow
from policies.authority_files import FILE
from tests.commands.conftest import told
from tests.ledger.book import a_loan, paid


@pytest.fixture
def loan(run, ledger):
    """Loan L1 of 800.00, its first half late since March 2026, in an empty ledger."""
    run("task", "list")
    with writing(ledger) as session:
        a_loan(session)
    return "L1"


def test_a_statement_says_what_is_owed_and_how_late_it_is(run, loan, ledger):
    paid(ledger, "p1", 10_000)
    shown = told(run("ledger", "show", loan, "--as-of", "2026-03-20", "--json"))
    assert shown["owed"]["principal"] == 70_000
    assert shown["due"]["principal"] == 30_000
    assert (shown["days_past_due"], shown["grade"]) == (19, "关注")
    assert shown["cap_rule"] == "CN-RATE-02"
    assert [entry["narrative"] for entry in shown["entries"]] == ["Loan opened", "Payment received"]
    assert shown["differences"] == []
    said = run("ledger", "show", loan, "--as-of", "2026-03-20")
    assert said.exit_code == 0
    assert "700.00" in said.stdout
    assert "Payment received" in said.stdout


def test_the_past_is_shown_as_it_was_known_then(run, loan, ledger):
    paid(ledger, "p1", 10_000)
    asked = ("ledger", "show", loan, "--as-of", "2026-03-20", "--json")
    before = told(run(*asked, "--known-at", "2026-03-10T09:00"))
    assert before["owed"]["principal"] == 80_000
    assert before["days_past_due"] == 19
    after = told(run(*asked, "--known-at", "2026-03-10T11:00"))
    assert after["owed"]["principal"] == 70_000


def test_late_charges_run_by_the_terms_that_were_told(run, loan):
    """CN-RATE-02: the hidden price of this loan leaves no room at first."""
    assert run("ledger", "terms", loan, "--penalty", "18", "--day-count", "ACT/360").exit_code == 0
    shown = told(run("ledger", "show", loan, "--as-of", "2026-03-20", "--json"))
    assert shown["owed"]["penalty"] == 0
    shown = told(run("ledger", "show", loan, "--as-of", "2027-03-20", "--json"))
    assert shown["owed"]["penalty"] > 0
    assert run("ledger", "terms", loan, "--penalty", "x").exit_code == 2


def test_the_rate_in_all_counts_the_penalty_that_runs(run, loan, ledger):
    """A loan without interest: what lateness costs is all it costs."""
    with writing(ledger) as session:
        loan_row = session.get_one(LoanRow, loan)
        loan_row.principal_minor = 80_000
        session.add(loan_row)
    asked = ("ledger", "show", loan, "--as-of", "2026-06-20")
    assert "0.00 %" in run(*asked).stdout
    assert run("ledger", "terms", loan, "--penalty", "18").exit_code == 0
    shown = told(run(*asked, "--json"))
    assert shown["owed"]["penalty"] > 0
    assert 60_000 < shown["all_in_ppm"] < 180_000
    said = run(*asked).stdout
    assert "All-in rate a year, late charges included" in said
    assert "0.00 %" not in said


def test_a_rate_that_cannot_be_known_is_not_shown(run, loan, ledger):
    with writing(ledger) as session:
        loan_row = session.get_one(LoanRow, loan)
        loan_row.disbursed_on = None
        session.add(loan_row)
    asked = ("ledger", "show", loan, "--as-of", "2026-06-20")
    assert "All-in rate" not in run(*asked).stdout
    assert told(run(*asked, "--json"))["all_in_ppm"] is None


def test_a_dealing_says_its_id_and_amount_and_can_be_taken_back(run, loan):
    fee = told(run("ledger", "fee", loan, "9.00", "--cost", "--on", "2026-03-11",
                   "--reason", "court", "--json"))  # fmt: skip
    assert fee["amount_minor"] == 900
    asked = ("ledger", "show", loan, "--as-of", "2026-03-20", "--json")
    assert told(run(*asked))["owed"]["costs"] == 900
    assert run("ledger", "take-back", loan, fee["id"], "--reason", "wrong loan").exit_code == 0
    assert told(run(*asked))["owed"]["costs"] == 0
    assert run("ledger", "take-back", loan, fee["id"]).exit_code == 2


def approved(run, tmp_path, monkeypatch, *said):
    """Ask for it, have Chen approve it, and say it again."""
    people = tmp_path / "authority.yaml"
    text = FILE.read_text("utf-8").replace("people: {}", "people: {chen: manager}")
    people.write_text(text, "utf-8")
    monkeypatch.setenv("FORBEAR_AUTHORITY_FILE", str(people))
    waits = run(*said, "--json")
    assert waits.exit_code == 1
    key = json.loads(waits.stdout)["id"]
    own = run("approval", "give", key, "--by", "li")
    assert own.exit_code != 0, "who asked cannot approve"
    early = run(*said, "--request-id", key)
    assert early.exit_code == 1
    assert "waits for a second person" in early.stderr
    assert run("approval", "give", key, "--by", "chen").exit_code == 0
    return told(run(*said, "--request-id", key, "--json"))


def test_what_gives_money_up_waits_for_a_second_person(run, loan, tmp_path, monkeypatch):
    said = ("ledger", "waive", loan, "700.00", "--by", "li", "--reason", "kind")
    done = approved(run, tmp_path, monkeypatch, *said)
    assert (done["done"], done["amount_minor"], done["new"]) == ("Waived", 70_000, True)
    again = told(run(*said, "--request-id", done["id"], "--json"))
    assert again["new"] is False
    more = run("ledger", "waive", loan, "701.00", "--by", "li", "--reason", "kind",
               "--request-id", done["id"])  # fmt: skip
    assert more.exit_code != 0


def test_a_small_waiver_needs_nobody_else(run, loan):
    told(run("ledger", "waive", loan, "5.00", "--by", "li", "--reason", "kind", "--json"))


def test_what_was_declined_is_not_done(run, loan):
    said = ("ledger", "charge-off", loan, "--by", "li", "--reason", "hopeless")
    key = json.loads(run(*said, "--json").stdout)["id"]
    run("approval", "decline", key, "--by", "chen")
    assert run(*said, "--request-id", key).exit_code == 1


def test_a_charged_off_loan_is_a_loss_and_takes_recoveries(run, loan, tmp_path, monkeypatch):
    early = run("ledger", "recover", loan, "5.00", "--on", "2026-03-12")
    assert early.exit_code == 1
    gone = ("--by", "li", "--reason", "hopeless", "--on", "2026-03-11")
    approved(run, tmp_path, monkeypatch, "ledger", "charge-off", loan, *gone)
    told(run("ledger", "recover", loan, "5.00", "--on", "2026-03-12", "--json"))
    shown = told(run("ledger", "show", loan, "--as-of", "2026-03-20", "--json"))
    assert (shown["grade"], shown["charged_off_on"]) == ("损失", "2026-03-11")
    assert shown["balances"]["recovered"] == -500


def test_a_quote_and_a_settlement_close_the_loan_when_they_are_paid(
    run, loan, ledger, tmp_path, monkeypatch
):
    quoted = told(run("ledger", "quote", loan, "--valid-until", "2027-01-01", "--json"))
    assert quoted["amount_minor"] == 80_000
    said = ("--by", "li", "--reason", "all they have")
    when = ("--on", "2026-03-11", "--valid-until", "2026-04-30")
    approved(run, tmp_path, monkeypatch, "ledger", "settle", loan, "500.00", *when, *said)
    paid(ledger, "p1", 50_000, on=date(2026, 4, 1))
    shown = told(run("ledger", "show", loan, "--as-of", "2026-05-01", "--json"))
    assert sum(shown["owed"].values()) == 0
    assert shown["settled_on"] == "2026-04-01"


def test_money_that_is_not_there_is_not_given_back(run, loan):
    assert run("ledger", "refund", loan, "1.00", "--reason", "asked").exit_code == 1


def test_a_loan_that_is_not_there_is_named(run):
    gone = run("ledger", "show", "L9")
    assert gone.exit_code == 1
    assert "'L9' is not in the ledger" in gone.stderr


@pytest.mark.parametrize(
    "dealing",
    [
        ("fee", "L1", "9.00", "--reason", "suit"),
        ("recover", "L1", "9.00"),
        ("charge-off", "L1", "--reason", "hopeless"),
    ],
)
def test_nothing_is_done_to_the_money_on_a_day_that_is_still_to_come(run, loan, dealing):
    ahead = run("ledger", *dealing, "--on", "2999-01-01")
    assert ahead.exit_code == 2
    assert "--on: 2999-01-01 is still to come." in ahead.stderr


def test_a_loan_that_costs_less_than_nothing_says_why_instead_of_a_rate(
    run, loan, ledger, tmp_path, monkeypatch
):
    when = ("--on", "2026-03-11", "--valid-until", "2026-04-30")
    said = ("--by", "li", "--reason", "all they have")
    approved(run, tmp_path, monkeypatch, "ledger", "settle", loan, "500.00", *when, *said)
    paid(ledger, "p1", 50_000, on=date(2026, 4, 1))
    shown = run("ledger", "show", loan, "--as-of", "2026-05-01").stdout
    assert "none: less comes back than was lent" in shown
    assert "%" not in next(line for line in shown.splitlines() if "All-in rate" in line)
