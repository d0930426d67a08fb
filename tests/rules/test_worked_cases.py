"""The worked cases of the rules that are dates, money or agreements, by their id."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from domain.agreeing import Evidence, Manner, evidence_refusal
from domain.gate.words import Profile
from domain.offer_terms import Lengths
from domain.offers import Offer, Wanted, compose, refusal
from domain.plan_law import recording_refusal, unoffered_refusal
from domain.refused import Refused
from policies import questions
from tests.rules.bargain import definitions, law, rules, situation

CARD, LOAN = law("CN", "credit_card"), law("CN")

SITUATIONS = (1, 2, 3, 6, 7, 9, 10, 11, 13, 14, 16, 17, 18, 20, 22, 23, 25, 26, 27, 30, 31, 32)
COMPUTED = (1, 3, 4, 6, 8, 9, 10, 12, 13, 15, 16, 18, 19, 20, 21, 22, 25, 27, 28)
EVERY = [f"ST-{number:02}" for number in SITUATIONS] + [f"DC-{number:02}" for number in COMPUTED]

# the case, its rule, the step, the day that starts the clock, the day it leads to
DATES = """
DC-01 CN-PO-03   objection            2026-03-02 2026-03-17
DC-01 CN-PO-03   enforceable_from     2026-03-02 2026-03-18
DC-03 CN-PO-04   unserved             2026-03-02 2026-04-01
DC-04 CN-PO-06   decline_suit         2026-04-10 2026-04-17
DC-06 CN-LIM-01  limitation           2023-06-30 2026-06-30
DC-06 CN-LIM-03  limitation           2026-06-29 2029-06-29
DC-08 CN-LIM-11  joint_guarantor      2026-01-31 2026-07-31
DC-09 CN-CR-04   answer               2026-03-02 2026-03-22
DC-10 CN-CR-03   delete               2026-03-02 2031-03-02
DC-12 US-VAL-02  assumed_receipt      2026-06-30 2026-07-07
DC-12 US-VAL-02  period_end           2026-06-30 2026-08-06
DC-13 US-CR-01   furnish_from         2026-05-01 2026-05-15
DC-15 US-MED-03  opt_out_not_before   2026-03-02 2026-04-06
DC-16 US-REC-01  keep_until           2026-03-10 2029-03-10
DC-16 US-REC-01  keep_recording_until 2026-01-05 2029-01-05
DC-18 UK-BS-01   last_day             2026-02-10 2026-04-10
DC-19 UK-BS-04   last_day             2026-06-10 2026-07-10
DC-20 UK-DN-01   earliest_date        2026-03-02 2026-03-16
DC-21 CN-COMP-01 simple               2026-03-02 2026-03-17
DC-21 CN-COMP-01 complex              2026-03-02 2026-04-01
DC-21 CN-COMP-01 special              2026-03-02 2026-05-01
""".strip().splitlines()


@pytest.mark.parametrize("line", DATES, ids=lambda line: "-".join(line.split()[:3:2]))
def test_a_clock_leads_to_the_day_of_its_worked_case(line):
    _, rule, step, start, expected = line.split()
    assert questions.deadline({"rule": rule, "step": step, "from": start})["date"] == expected


@pytest.mark.parametrize(
    ("rule", "simple", "fee_yuan"),
    [
        ("CN-SUIT-03", False, 1_050),
        ("CN-SUIT-03", True, 525),
        ("CN-PO-08", False, 350),
        ("CN-PRES-05", False, 520),
    ],
)
def test_dc_22_the_fees_of_a_claim_of_50_000_yuan(rule, simple, fee_yuan):
    asked = {"rule": rule, "amount_minor": 5_000_000, "simple": simple, "currency": "CNY"}
    assert questions.fee(asked)["fee_minor"] == fee_yuan * 100


def allocated(rule, paid_yuan, **owed_yuan):
    owed = {name: amount * 100 for name, amount in owed_yuan.items()}
    asked = {"rule": rule, "days_past_due": 60, "owed": owed, "currency": "CNY"}
    answer = questions.allocate(asked | {"payment_minor": paid_yuan * 100})
    left = answer["remaining"]
    assert isinstance(left, dict)
    return left


def test_dc_25_a_card_60_days_late_is_asked_for_fees_and_interest_first():
    left = allocated("CN-ALLOC-01", 350, fees=100, interest=300, principal=10_000)
    assert (left["fees"] + left["interest"], left["principal"]) == (5_000, 1_000_000)


def test_dc_27_a_loan_of_which_nothing_was_agreed_is_asked_for_costs_first():
    left = allocated("CN-ALLOC-02", 400, costs=200, interest=300, principal=10_000)
    assert left == {"costs": 0, "interest": 10_000, "principal": 1_000_000}


def test_st_11_a_card_plan_of_61_monthly_instalments_is_refused_whichever_door_it_comes_by():
    long = replace(definitions()["longer_term"], lengths=Lengths(12, 24, 84))
    card = situation(product="credit_card")
    told = Refused("CN-PLAN-01", "A plan has at most 60 instalments.")
    assert compose(long, card, rules(CARD), Wanted(instalments=61)) == told
    assert refusal(replace(long, lengths=Lengths(61, 61, 84)), card, rules(CARD)) == told
    assert isinstance(compose(long, card, rules(CARD), Wanted(instalments=60)), Offer)
    assert unoffered_refusal(CARD, 61, guaranteed=False) == told
    assert unoffered_refusal(CARD, 60, guaranteed=False) is None
    assert unoffered_refusal(LOAN, 61, guaranteed=False) is None, "CN-PLAN-04: no cap of this kind"


def test_a_card_plan_of_no_offer_needs_its_recording_and_one_of_another_product_does_not():
    needs = Refused("CN-PLAN-03", "A plan agreed by word of mouth needs its recording.")
    assert recording_refusal(CARD, "credit_card") == needs
    assert recording_refusal(LOAN, "consumer_loan") is None
    unknown = law("CN", "cards of the year 2004")
    assert unknown.recording == "CN-PLAN-03", "an offer meets the rules for each product"
    assert recording_refusal(unknown, "cards of the year 2004") is None
    assert recording_refusal(law("UK", "credit_card"), "credit_card") is None


def test_st_13_a_guaranteed_loan_is_not_extended_without_the_guarantors_consent():
    offer = compose(
        definitions()["longer_term"], situation(guarantor=True), rules(LOAN), Wanted(instalments=24)
    )
    assert isinstance(offer, Offer)
    plain = replace(offer, interest_minor=0)
    without = evidence_refusal(plain, Evidence(Manner.WRITTEN, signed="paper-1"))
    assert without is not None
    assert without.rule == "CN-PLAN-05"
    consented = Evidence(Manner.WRITTEN, signed="paper-1", consent="letter of the guarantor")
    assert evidence_refusal(plain, consented) is None
    unoffered = unoffered_refusal(LOAN, 24, guaranteed=True)
    assert unoffered is not None
    assert unoffered.rule == "CN-PLAN-05"
    assert unoffered_refusal(LOAN, 24, guaranteed=False) is None
    assert unoffered_refusal(law("UK"), 24, guaranteed=True) is None
    assert unoffered_refusal(law("CN", profile=Profile.MINIMUM), 24, guaranteed=True) is None


@pytest.mark.parametrize("case", EVERY)
def test_every_worked_case_is_shown_by_a_test_that_names_it(case):
    """By its id in a name, such as test_st_07, or in what the test says of itself."""
    named = re.compile(rf"\b{case}\b|test_{case.lower().replace('-', '_')}_")
    files = (Path(__file__).parents[1]).rglob("test_*.py")
    others = (file for file in files if file != Path(__file__))
    mine = Path(__file__).read_text(encoding="utf-8").split("def test_every_worked_case", 1)[0]
    _, _, mine = mine.partition("DATES = ")
    assert named.search(mine) or any(named.search(f.read_text(encoding="utf-8")) for f in others)
