"""A plan that comes from no offer meets the law at the command line too."""

import json
from datetime import date

import pytest

from domain.delinquency import Instalment
from domain.gate.words import Party
from ledger.engine import writing
from ledger.loans import add_borrower, add_loan
from ledger.values import Borrower, ContactPoint, Loan
from ledger.words import PointChannel
from tests.commands.conftest import told
from tests.intake.house import day, now

pytestmark = pytest.mark.slow


def late(home, at_home, loan_id: str, product: str, *points: ContactPoint) -> str:
    """A loan of 6,100.00 two days late, with its case open."""
    borrower = Borrower(f"b-{loan_id}", "Li Wei", "zh_CN", "UTC", "CN")
    mine = ContactPoint(PointChannel.EMAIL, f"{loan_id.lower()}@example.test")
    loan = Loan(loan_id, borrower.borrower_id, "CNY", 610_000, product)
    with writing(home.engine) as session:
        add_borrower(session, borrower, [mine, *points])
        add_loan(session, loan, [Instalment(day(-2), 610_000)], now())
    assert told(at_home("case", "open", loan_id, "--json"))["fresh"] is True
    return loan_id


def plan(at_home, loan_id: str, instalments: int):
    """What comes of asking for that many monthly instalments."""
    first: date = day(5)
    asked = ("--instalments", instalments, "--first", str(first), "--json")
    return at_home("case", "plan", loan_id, *asked)


def rule_of(result) -> str:
    assert result.exit_code == 1, result.output
    return str(json.loads(result.stdout)["refused"]["rule"])


def test_st_11_a_card_plan_of_61_instalments_is_refused_by_the_law_and_a_shorter_one_taken(
    home, at_home
):
    card = late(home, at_home, "LAW-CARD", "credit_card")
    assert rule_of(plan(at_home, card, 61)) == "CN-PLAN-01"
    assert told(plan(at_home, card, 12))["state"]["plan"] == "0 of 12 judged"


def test_st_13_a_guaranteed_debt_is_not_changed_without_an_offer_that_carries_the_consent(
    home, at_home
):
    guarantor = ContactPoint(PointChannel.EMAIL, "g@example.test", party=Party.GUARANTOR)
    loan = late(home, at_home, "LAW-GUARANTEED", "consumer_loan", guarantor)
    assert rule_of(plan(at_home, loan, 12)) == "CN-PLAN-05"
