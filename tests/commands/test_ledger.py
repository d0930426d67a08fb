"""The `ledger` commands: a statement for any day and any instant, and dealings with their rules."""

from datetime import date

import pytest

from ledger.engine import writing
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


def test_a_dealing_says_its_id_and_amount_and_can_be_taken_back(run, loan):
    fee = told(run("ledger", "fee", loan, "9.00", "--cost", "--on", "2026-03-11",
                   "--reason", "court", "--json"))  # fmt: skip
    assert fee["amount_minor"] == 900
    asked = ("ledger", "show", loan, "--as-of", "2026-03-20", "--json")
    assert told(run(*asked))["owed"]["costs"] == 900
    assert run("ledger", "take-back", loan, fee["id"], "--reason", "wrong loan").exit_code == 0
    assert told(run(*asked))["owed"]["costs"] == 0
    assert run("ledger", "take-back", loan, fee["id"]).exit_code == 2


def test_what_gives_money_up_needs_a_second_person(run, loan):
    alone = run("ledger", "charge-off", loan, "--by", "li", "--reason", "hopeless")
    assert alone.exit_code == 1
    assert "second person" in alone.stderr
    same = run("ledger", "waive", loan, "5.00", "--by", "li", "--approved-by", "li",
               "--reason", "kind")  # fmt: skip
    assert same.exit_code == 1
    assert "cannot approve" in same.stderr


def test_a_charged_off_loan_is_a_loss_and_takes_recoveries(run, loan):
    early = run("ledger", "recover", loan, "5.00", "--on", "2026-03-12")
    assert early.exit_code == 1
    gone = ("--by", "li", "--approved-by", "chen", "--reason", "hopeless", "--on", "2026-03-11")
    told(run("ledger", "charge-off", loan, *gone, "--json"))
    told(run("ledger", "recover", loan, "5.00", "--on", "2026-03-12", "--json"))
    shown = told(run("ledger", "show", loan, "--as-of", "2026-03-20", "--json"))
    assert (shown["grade"], shown["charged_off_on"]) == ("损失", "2026-03-11")
    assert shown["balances"]["recovered"] == -500


def test_a_quote_and_a_settlement_close_the_loan_when_they_are_paid(run, loan, ledger):
    quoted = told(run("ledger", "quote", loan, "--valid-until", "2027-01-01", "--json"))
    assert quoted["amount_minor"] == 80_000
    said = ("--by", "li", "--approved-by", "chen", "--reason", "all they have")
    when = ("--on", "2026-03-11", "--valid-until", "2026-04-30")
    told(run("ledger", "settle", loan, "500.00", *when, *said, "--json"))
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
