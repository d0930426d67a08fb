"""Lives at court: what a borrower and a lender live through once the demand was not answered."""

from datetime import date

import pytest

from domain.facts import CourtSaid
from domain.holds import HoldReason
from domain.legal.asking import FileEvidence
from domain.strategy import Outcome, Stage
from tests.stories.courtroom import HANDED_IN, ORDERED, OVER, Court, filed, served


def test_an_order_nobody_objects_to_is_a_title_and_is_enforced_once_that_is_approved():
    court = served()
    assert court.waits == "the borrower to pay or to object in writing by 2026-05-19"
    court.to(141)
    assert court.waits == "approval of file-enforcement"
    court.approves(142, "file-enforcement").says(145, "filed").says(300, "satisfied")
    assert court.case.outcome is Outcome.EXHAUSTED
    assert court.lines("legal") == [
        "97 legal: payment_order: taken up",
        "131 legal: payment_order: won",
        "131 legal: suit: passed over, there is a title",
        "131 legal: enforcement: taken up",
        "300 legal: enforcement: satisfied",
    ]


def test_an_objection_within_fifteen_days_makes_it_a_suit_dated_from_the_application():
    court = served().says(129, "objected")
    assert court.waits == "the court's ruling that the order has lapsed"
    court.says(135, "terminated").to(144)
    assert court.lines("legal")[-2:] == [
        "144 legal: payment_order: suit",
        "144 legal: suit: taken up",
    ]
    court.approves(145, "file-suit")
    assert court.case.legal is not None
    assert court.case.legal.filed["suit"] == court.on(HANDED_IN)


def test_an_objection_within_fifteen_days_that_is_heard_of_late_undoes_the_title():
    court = served().to(132)
    assert court.waits == "approval of file-enforcement"
    court.says(133, "objected", on=129)
    assert court.waits == "the court's ruling that the order has lapsed"
    court.says(135, "terminated").to(144)
    assert court.lines("legal")[-1] == "144 legal: suit: taken up"


def test_what_comes_once_enforcement_is_drawn_up_is_for_a_person():
    court = served().approves(142, "file-enforcement").says(143, "objected", on=129)
    assert court.case.legal is not None
    assert court.case.legal.asked == ["court-objected-2026-05-18"]


def test_a_strategy_without_a_suit_declines_it_within_seven_days():
    court = served("payment_order", "mediation").says(129, "objected").says(135, "terminated")
    assert court.waits == "approval of file-decline_suit"
    assert court.until == court.on(144), "seven days end on Sunday, so on Monday"
    court.approves(136, "file-decline_suit")
    assert court.lines("filed")[-1] == "136 filed: decline_suit: L1-decline_suit"
    court.says(138, "declined_suit")
    assert court.waits == "approval of file-mediation"


def test_a_suit_that_nobody_declines_in_time_is_the_courts_and_people_decide():
    court = served("payment_order").says(129, "objected").says(135, "terminated").to(150)
    assert court.lines("legal")[-1] == "144 legal: payment_order: suit"
    assert court.case.outcome is Outcome.EXHAUSTED


def test_an_order_that_is_not_served_within_thirty_days_lapses():
    court = filed(*ORDERED).says(102, "accepted").says(110, "issued").to(142)
    assert court.lines("court")[-1] == "141 court: payment_order: nothing by 2026-05-29, lapsed"


def test_a_payment_one_day_before_filing_ends_the_case_and_nothing_is_filed():
    court = Court(*ORDERED).to(OVER + 1).pays(OVER + 1, 5_000_000)
    assert court.case.outcome is Outcome.CURED
    assert court.lines("filed") == []


def test_a_payment_at_any_point_cures():
    court = served().pays(120, 5_000_000)
    assert court.case.outcome is Outcome.CURED


def test_a_part_payment_changes_nothing_about_the_courts_clock():
    court = served().pays(120, 1_000_000)
    assert court.waits == "the borrower to pay or to object in writing by 2026-05-19"


def test_bankruptcy_during_a_suit_is_declared_and_nothing_more_is_brought_while_it_lasts():
    court = filed("suit", "enforcement").says(102, "docketed").says(104, "served")
    court.holds(110, HoldReason.BANKRUPTCY)
    assert court.case.legal is not None
    assert court.case.legal.asked == ["bankruptcy-claim"]
    court.says(118, "defended").says(150, "final")
    assert court.waits == "end of the hold", "what the court says is heard all the same"
    assert court.lines("filed") == ["98 filed: suit: L1-statement_of_claim, L1-calculation_sheet"]
    court.lifts(400, HoldReason.BANKRUPTCY)
    assert court.waits == "approval of file-enforcement"


def test_long_unreachable_with_incomplete_data_is_chased_and_never_filed():
    court = Court("payment_order", "suit", lacking={"address", "identity", "contract"})
    court.to(OVER)
    assert court.waits == (
        "what is missing: contract since 2026-04-16, identity since 2026-04-16, "
        "address since 2026-04-16"
    )
    court.brings(120, "contract").brings(130, "identity").to(180)
    assert court.waits == "what is missing: address since 2026-04-16"
    court.to(300)
    assert court.lines("legal", "filed", "outcome") == [
        "97 legal: payment_order: taken up",
        "181 legal: payment_order: incomplete: address since 2026-04-16",
        "181 legal: suit: taken up",
        "265 legal: suit: incomplete: address since 2026-04-16",
        "295 outcome: exhausted",
    ]
    assert court.case.legal is not None
    assert len(court.case.legal.asked) == 12, "six times for each remedy"


def test_what_is_brought_lets_the_remedy_go_on_at_once():
    court = Court(*ORDERED, lacking={"address"}).brings(120, "address")
    assert court.waits == "approval of file-payment_order"


def test_evidence_is_refused_without_a_reference_of_another_day_or_in_a_sentence():
    court = Court(*ORDERED)
    for request, rule in (
        (FileEvidence("e1", "ann", "contract", court.on(90), ""), "evidence-unnamed"),
        (FileEvidence("e2", "ann", "contract", court.on(91), "DMS-1"), "evidence-in-future"),
        (FileEvidence("e3", "ann", "contract", court.on(90), "Wei's desk"), "evidence-reference"),
    ):
        court.tell(90, request)
        assert court.lines("refused")[-1] == f"90 refused: FileEvidence by ann: {rule}"


def test_what_is_brought_early_does_not_shorten_the_notice_period():
    court = Court(*ORDERED, lacking={"address"}).brings(70, "address").to(96)
    assert court.waits == "notice period of the final demand"


def test_without_approval_a_remedy_is_passed_over():
    court = Court(*ORDERED).approves(98, "file-payment_order", yes=False)
    assert court.lines("legal")[-2:] == [
        "98 legal: payment_order: declined",
        "98 legal: suit: taken up",
    ]
    court.to(200)
    assert court.lines("legal")[-2:] == [
        "128 legal: suit: not approved",
        "128 legal: enforcement: passed over, there is no title",
    ]
    assert court.case.outcome is Outcome.EXHAUSTED


def test_a_mediated_agreement_is_a_title_once_the_court_has_confirmed_it():
    court = filed("mediation", "enforcement").says(110, "mediated")
    assert court.waits == "the court to confirm the agreement"
    court.says(120, "confirmed")
    assert court.waits == "approval of file-enforcement"


def test_a_confirmed_agreement_is_enforced_only_once_somebody_says_that_it_was_not_performed():
    court = Court("mediation", "enforcement", lacking={"unperformed"})
    court.approves(OVER + 1, "file-mediation").says(HANDED_IN, "filed").says(110, "mediated")
    court.says(120, "confirmed").to(125)
    assert court.waits.startswith("what is missing: unperformed since ")
    assert court.lines("filed") == [
        "98 filed: mediation: L1-mediation_request, L1-calculation_sheet"
    ]
    court.brings(150, "unperformed")
    assert court.waits == "approval of file-enforcement"


def test_a_judgment_is_enforced_only_once_the_time_to_perform_has_passed():
    court = Court("suit", "enforcement", lacking={"unperformed"})
    court.approves(OVER + 1, "file-suit").says(HANDED_IN, "filed").says(102, "docketed")
    court.says(104, "served").says(150, "final").to(155)
    assert court.waits.startswith("what is missing: unperformed since ")
    court.brings(190, "unperformed")
    assert court.waits == "approval of file-enforcement"


def test_papers_that_were_taken_back_are_drawn_anew_and_then_handed_in():
    court = Court("payment_order").approves(OVER + 1, "file-payment_order")
    court.pays(99, 100_000).says(100, "taken_back")
    assert [line.partition(" ")[0] for line in court.lines("filed")] == ["98", "100"]
    assert court.waits == "the court to have our application"
    court.says(101, "filed")
    assert court.waits.startswith("the court to accept the application")


def test_preservation_comes_before_a_suit_and_closes_the_payment_order():
    court = filed("preservation", "payment_order", "suit").says(101, "frozen_deposit")
    assert court.lines("legal")[1:] == [
        "101 legal: preservation: secured",
        "101 legal: payment_order: passed over, closed by preservation",
        "101 legal: suit: taken up",
    ]


def test_a_court_that_is_silent_is_inquired_about_once():
    court = filed(*ORDERED).to(200)
    assert court.waits == "the court to accept the application"
    assert court.until is None
    assert court.case.legal is not None
    assert court.case.legal.asked == ["inquire-payment_order-filed-2"]


def test_a_plan_is_a_settlement_at_any_point_and_its_default_goes_on_where_the_court_was():
    court = served().agrees(118, first=125)
    assert court.stage == Stage.WATCH_PLAN
    court.says(120, "objected").to(190)
    assert court.stage == Stage.COURT
    assert court.waits == "the court's ruling that the order has lapsed"


def test_a_settlement_that_is_kept_ends_the_case():
    court = served().agrees(118, first=125).pays(124, 2_500_000).pays(150, 2_500_000)
    assert court.case.outcome is Outcome.CURED


def test_a_barred_debt_is_never_brought_to_court():
    court = Court("lawyers_letter", "suit", due=date(2022, 3, 1), opened_on=1_200).to(1_300)
    assert court.lines("legal")[1:] == [
        "1237 legal: lawyers_letter: passed over, the claim is barred",
        "1237 legal: suit: taken up",
        "1237 legal: suit: passed over, the claim is barred",
    ]
    assert court.lines("filed") == []


def test_a_lawyers_letter_goes_first_and_the_court_after_it():
    court = letter_sent(100)
    assert court.until == court.on(116), "fifteen days, and the day of sending is not counted"
    court.to(115)
    assert court.waits == "the borrower to answer the letter by 2026-05-04"
    court.to(117)
    assert court.lines("court", "legal")[1:] == [
        "100 court: lawyers_letter: sent on 2026-04-19, sent",
        "116 court: lawyers_letter: nothing by 2026-05-04, failed",
        "116 legal: lawyers_letter: failed",
        "116 legal: suit: taken up",
    ]


def letter_sent(day):
    court = Court("lawyers_letter", "suit").approves(98, "file-lawyers_letter")
    assert court.waits == "the lawyer to send the letter"
    return court.says(day, "sent")


def test_a_letter_that_is_not_sent_yet_is_waited_for_without_a_clock():
    court = Court("lawyers_letter", "suit").approves(98, "file-lawyers_letter").to(400)
    assert (court.waits, court.until) == ("the lawyer to send the letter", None)


def test_an_answer_to_the_letter_has_days_of_its_own_before_the_court():
    court = letter_sent(100).says(110, "answered")
    assert (court.waits, court.until) == (
        "what comes of the borrower's answer by 2026-05-14",
        court.on(126),
    )
    court.to(127)
    assert court.lines("legal")[-1] == "126 legal: suit: taken up"


def test_an_answer_in_time_that_is_told_late_takes_the_case_back_to_the_letter():
    court = letter_sent(100).says(118, "answered", on=114)
    assert court.waits == "what comes of the borrower's answer by 2026-05-18"


def test_a_letter_that_is_withdrawn_leads_on_at_once():
    assert letter_sent(100).says(101, "withdrawn").lines("legal")[-1] == (
        "101 legal: suit: taken up"
    )


def test_dc_20_an_english_claim_waits_fourteen_days_after_the_default_notice():
    court = Court("suit", law="UK", lacking={"default_notice"}).to(OVER)
    court.brings(110, "default_notice")
    assert court.waits == "what is missing: not before 2026-05-13"
    assert court.until == date(2026, 5, 13)
    court.to(125)
    assert court.waits == "approval of file-suit"


def test_breathing_space_keeps_an_english_claim_back():
    court = Court("suit", law="UK").holds(OVER + 1, HoldReason.MORATORIUM, until=160)
    court.to(158)
    assert court.waits == "end of the hold"
    court.to(161)
    assert court.waits == "approval of file-suit"


def test_a_deadline_in_a_year_without_a_calendar_says_that_it_may_move():
    court = Court("payment_order", due=date(2026, 8, 28)).approves(98, "file-payment_order")
    court.says(100, "filed").says(105, "accepted").says(110, "issued").says(112, "served")
    assert court.waits == (
        "the borrower to pay or to object in writing by 2027-01-04 "
        "(the calendar of 2027 is not official yet; the date may move)"
    )


def test_a_case_in_a_two_year_enforcement_sets_no_timer_and_wakes_for_payments_alone():
    court = served().approves(142, "file-enforcement").says(145, "filed")
    before = len(court.case.timeline)
    for month in range(24):
        assert court.until is None
        court.pays(150 + 30 * month, 100_000)
    assert court.waits == "the court to collect"
    assert len(court.case.timeline) - before == 24


STORIES = [
    (100, "filed"), (102, "accepted"), (110, "issued"), (115, "served"), (129, "objected"),
    (135, "terminated"), (150, "filed"), (155, "docketed"), (160, "public_notice"),
    (230, "judgment"), (240, "appealed"), (300, "final"), (320, "filed"), (500, "satisfied"),
]  # fmt: skip


@pytest.mark.parametrize("every", [1, 2, 3])
def test_a_case_can_be_dropped_and_picked_up_at_every_wait(every):
    def lived(*, cuts: bool) -> list[str]:
        court = Court(*ORDERED, lacking={"address"}).brings(101, "address")
        approvals = {103: "payment_order", 144: "suit", 310: "enforcement"}
        days = sorted({*(day + 5 for day, _ in STORIES), *approvals})
        words = {day + 5: word for day, word in STORIES}
        for number, day in enumerate(days):
            court.to(day)
            if day in approvals:
                court.approves(day, f"file-{approvals[day]}")
            if day in words:
                court.says(day, words[day])
            if cuts and number % every == 0:
                court.cut()
        return [f"{entry.at} {entry.what} {entry.detail}" for entry in court.case.timeline]

    assert lived(cuts=True) == lived(cuts=False)


def test_only_a_period_that_rest_days_move_is_said_to_be_open_still():
    late = date(2026, 10, 1)
    court = Court("payment_order", "lawyers_letter", due=late).approves(98, "file-payment_order")
    court.says(100, "filed")
    assert "is not official yet" in court.waits
    court.says(101, "refused").approves(103, "file-lawyers_letter").says(105, "sent")
    assert court.waits == "the borrower to answer the letter by 2027-01-29"


def strikes(court: Court, day: int, what: str, on: int, remedy: str = "") -> Court:
    struck = CourtSaid(f"S-{what}", what, court.on(on), "2026-1", remedy, struck=True)
    return court.tell(day, struck)


def test_a_service_told_with_the_wrong_day_is_struck_and_the_clock_runs_from_the_right_one():
    court = filed(*ORDERED).says(102, "accepted").says(110, "issued").says(115, "served", on=112)
    assert court.until is not None
    before = court.until
    strikes(court, 116, "served", on=112)
    assert court.waits.startswith("the order to be served by")
    assert court.lines("struck") == [
        "116 struck: payment_order: served on 2026-05-01, back at issued"
    ]
    court.says(117, "served", on=115)
    assert court.waits == "the borrower to pay or to object in writing by 2026-05-19"
    assert court.until is not None
    assert court.until > before


def test_a_service_dated_before_the_order_was_issued_starts_no_clock_and_is_for_a_person():
    court = filed(*ORDERED).says(102, "accepted").says(110, "issued").says(115, "served", on=109)
    assert court.waits.startswith("the order to be served by")
    assert court.case.legal is not None
    assert court.case.legal.asked == [f"court-served-{court.on(109).isoformat()}"]


def test_a_filing_that_never_was_closes_nothing_once_it_is_struck():
    court = Court(*ORDERED).says(70, "filed", remedy="suit")
    strikes(court, 75, "filed", on=70, remedy="suit")
    court.to(OVER)
    assert court.lines("legal")[-1] == f"{OVER} legal: payment_order: taken up"


def test_struck_evidence_keeps_the_papers_from_being_drawn_up():
    court = Court("payment_order", lacking=["contract"]).to(OVER).brings(OVER + 1, "contract")
    assert court.waits == "approval of file-payment_order"
    day = court.on(OVER + 1)
    court.tell(OVER + 2, FileEvidence("S1", "ann", "contract", day, "DMS-contract", struck=True))
    assert court.waits.startswith("what is missing: contract")
