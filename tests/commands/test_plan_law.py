"""A plan that comes from no offer meets the law at the command line too."""

import json
from datetime import date

import pytest

from domain.delinquency import Instalment
from domain.gate.words import Party
from ledger.decisions import decisions_of, verify
from ledger.engine import reading, writing
from ledger.evidence import evidence_of
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


def plan(at_home, loan_id: str, instalments: int, *more: str):
    """What comes of asking for that many monthly instalments."""
    first: date = day(5)
    asked = ("--instalments", instalments, "--first", str(first), "--json", *more)
    return at_home("case", "plan", loan_id, *asked)


def rule_of(result) -> str:
    assert result.exit_code == 1, result.output
    return str(json.loads(result.stdout)["refused"]["rule"])


def test_st_11_a_card_plan_of_61_instalments_is_refused_by_the_law_and_a_shorter_one_taken(
    home, at_home
):
    card = late(home, at_home, "LAW-CARD", "credit_card")
    assert rule_of(plan(at_home, card, 61)) == "CN-PLAN-01"
    recorded = plan(at_home, card, 12, "--recording", "REC-1")
    assert told(recorded)["state"]["plan"] == "0 of 12 judged"


def test_a_card_plan_agreed_by_word_of_mouth_has_its_recording_on_record(home, at_home):
    card = late(home, at_home, "LAW-RECORDED", "credit_card")
    assert rule_of(plan(at_home, card, 6)) == "CN-PLAN-03"
    with reading(home.engine) as session:
        assert not [d for d in decisions_of(session, card) if d.verdict.startswith("proved")]
    asked = ("--recording", "REC-7", "--request-id", "P7", "--by", "wang")
    for _ in range(2):
        assert told(plan(at_home, card, 6, *asked))["state"]["plan"] == "0 of 6 judged"
    said = {"plan_id": "P7", "recording": "REC-7", "signed": "", "by": "wang"}
    with reading(home.engine) as session:
        proofs = [d for d in decisions_of(session, card) if d.verdict.startswith("proved")]
        assert [(d.what, d.verdict, d.inputs) for d in proofs] == [("plan", "proved oral", said)]
        assert verify(session) == []
        items = evidence_of(session, card)
    kept = [item.says for item in items if item.kind == "decision"]
    assert [one["inputs"] for one in kept if one["verdict"] == "proved oral"] == [said]


def test_a_card_plan_in_writing_and_a_plan_of_another_product_need_no_recording(home, at_home):
    card = late(home, at_home, "LAW-SIGNED", "credit_card")
    signed = plan(at_home, card, 6, "--signed", "DMS-9")
    assert told(signed)["state"]["plan"] == "0 of 6 judged"
    other = late(home, at_home, "LAW-OTHER", "motorbikes")
    assert told(plan(at_home, other, 6))["state"]["plan"] == "0 of 6 judged"


def test_st_13_a_guaranteed_debt_is_not_changed_without_an_offer_that_carries_the_consent(
    home, at_home
):
    guarantor = ContactPoint(PointChannel.EMAIL, "g@example.test", party=Party.GUARANTOR)
    loan = late(home, at_home, "LAW-GUARANTEED", "consumer_loan", guarantor)
    assert rule_of(plan(at_home, loan, 12)) == "CN-PLAN-05"
