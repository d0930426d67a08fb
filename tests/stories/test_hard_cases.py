"""Two of the cases an agency or a court must not get wrong, told beside what would else happen."""

from domain.gate.words import Channel
from domain.requests import Approve
from domain.strategy import Outcome
from tests.stories.courtroom import OVER, Court

ORDERED = ("payment_order", "suit", "enforcement")
ALL = 5_000_000


def test_long_unreachable_with_incomplete_data_is_searched_for_and_never_filed():
    """Only letters by mail go out, nobody ever answers, and nobody finds the address."""
    court = Court("payment_order", "suit", lacking={"address"})
    court.world.reachable = frozenset({Channel.EMAIL})
    court.to(OVER)
    said = court.lines("notice")
    assert all("(no-contact-point)" in line for line in said if " by call:" in line)
    assert any(line.endswith("final_demand by email: sent") for line in said)
    assert court.waits.startswith("what is missing: address")
    for day in range(OVER + 1, 500, 7):
        if court.life.waiting is None:
            break
        court.tell(day, Approve(f"yes-{day}", "boss", "file-payment_order"))
    assert court.lines("filed") == [], "whatever a person approves"
    assert court.case.legal is not None
    assert court.case.legal.filed == {}
    assert any("incomplete: address" in line for line in court.lines("legal"))


def test_what_is_unreachable_and_complete_is_filed_all_the_same():
    court = Court("payment_order", "suit")
    court.world.reachable = frozenset({Channel.EMAIL})
    court.approves(OVER + 1, "file-payment_order")
    assert len(court.lines("filed")) == 1


def test_a_payment_one_day_before_filing_ends_the_case_and_the_approval_finds_nothing_to_file():
    paid = Court(*ORDERED).pays(OVER + 1, ALL)
    assert paid.case.outcome is Outcome.CURED
    assert paid.life.waiting is None, "there is nobody left to be answered"
    assert paid.lines("filed") == []
    unpaid = Court(*ORDERED).approves(OVER + 2, "file-payment_order")
    assert len(unpaid.lines("filed")) == 1, "a day later, without the payment, it is filed"


def test_a_part_payment_one_day_before_filing_does_not_keep_it_from_court():
    court = Court(*ORDERED).pays(OVER + 1, ALL // 10).approves(OVER + 2, "file-payment_order")
    assert len(court.lines("filed")) == 1
    assert court.case.outcome is None
