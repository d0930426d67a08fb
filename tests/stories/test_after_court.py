"""Lives at court whose end is an agency, and those whose yes is not on record."""

import pytest

from domain.case import Case
from domain.holds import HoldReason
from domain.legal.filing import FileOutcome, Filing
from domain.legal.papers import Paper
from domain.strategy import Outcome, Stage
from policies.strategy_files import load_strategies
from simulation.world import LawfulWorld
from tests.stories.courtroom import Court, served
from tests.strategies import rulebooks


def yillion() -> Court:
    """A case of Yillion, whose payment order came to nothing on day 144."""
    (strategy,) = (s for s in load_strategies().values() if s.name == "yillion")
    court = Court(strategy=strategy).approves(104, "file-payment_order")
    court.says(106, "filed").says(108, "accepted").says(116, "issued").says(121, "served")
    court.says(130, "objected").says(140, "terminated").approves(141, "file-decline_suit")
    return court.says(144, "declined_suit")


def test_what_no_court_brought_an_agency_may_try_and_is_paid():
    court = yillion()
    assert court.lines("legal")[-2:] == [
        "144 legal: payment_order: failed",
        "144 legal: enforcement: passed over, there is no title",
    ]
    assert (court.stage, court.waits) == (Stage.COURT, "approval of placement")
    court.approves(155, "placement")
    assert (court.stage, court.waits) == (Stage.PLACED, "agency north")
    court.to(220)
    assert court.waits == "agency south", "the first had its term"
    court.pays(230, 5_000_000)
    assert court.case.outcome is Outcome.CURED
    assert court.lines("agency") == [
        "155 agency: north: accepted",
        "215 agency: north: recalled, term over, accepted",
        "215 agency: south: accepted",
        "230 agency: south: recalled, cured, accepted",
    ]


def test_without_a_yes_no_agency_has_the_case():
    declined = yillion().approves(155, "placement", yes=False)
    assert declined.case.outcome is Outcome.EXHAUSTED
    silent = yillion().to(173)
    assert silent.waits == "approval of placement"
    assert silent.to(175).case.outcome is Outcome.EXHAUSTED


def test_a_hold_comes_before_the_question_to_a_second_person():
    court = yillion().holds(153, HoldReason.DISPUTE, until=300).approves(155, "placement")
    assert court.waits == "end of the hold", "approved, and kept from the agency"
    held = served("payment_order", "enforcement").holds(125, HoldReason.DISPUTE, until=200)
    held.says(129, "objected").says(135, "terminated").says(140, "declined_suit")
    assert (held.waits, held.stage) == ("end of the hold", Stage.COURT)
    assert held.to(201).waits == "approval of placement"


def test_a_court_that_takes_an_order_up_again_takes_the_case_from_the_agency():
    court = served("payment_order", "enforcement").to(132)
    court.approves(132, "file-enforcement", yes=False).approves(133, "placement")
    assert court.waits == "agency north"
    court.says(134, "objected", on=129)
    assert (court.stage, court.waits) == (
        Stage.COURT,
        "the court's ruling that the order has lapsed",
    )
    assert court.lines("agency")[-1] == "134 agency: north: recalled, court, accepted"
    court.says(140, "terminated").says(143, "declined_suit")
    assert court.waits == "approval of placement", "asked anew"
    court.approves(145, "placement")
    assert court.waits == "agency north"
    assert [line for line in court.lines("stage") if "court" in line] == [
        "97 stage: court",
        "134 stage: court",
    ]


def test_while_the_court_speaks_nobody_is_asked_about_an_agency():
    court = served("payment_order", "enforcement").to(132)
    court.approves(132, "file-enforcement", yes=False)
    assert court.waits == "approval of placement"
    court.says(133, "objected", on=129)
    assert court.waits == "the court's ruling that the order has lapsed"
    court.approves(134, "placement")
    assert court.stage == Stage.COURT


def test_an_agency_may_try_again_after_a_plan_and_only_as_often_as_there_are_agencies():
    court = yillion().approves(155, "placement").agrees(160, first=165).to(400)
    assert court.case.outcome is Outcome.EXHAUSTED
    assert [line for line in court.lines("agency") if "term over" in line] == [
        "259 agency: north: recalled, term over, accepted",
        "319 agency: south: recalled, term over, accepted",
    ]


class Unapproved(LawfulWorld):
    """A world whose ledger has no yes at first."""

    rule = ""

    def file(self, case: Case, remedy: str, papers: tuple[Paper, ...], /) -> FileOutcome:
        if self.rule:
            return FileOutcome(Filing.UNAPPROVED, rule=self.rule)
        return LawfulWorld.file(self, case, remedy, papers)


@pytest.mark.parametrize(
    ("rule", "then"),
    [
        ("approval-open", "approval of file-payment_order"),
        ("approval-unknown", "approval of file-payment_order"),
        ("approval-over", "approval of file-payment_order"),
        ("approval-above", "approval of file-payment_order"),
        ("approval-declined", "approval of file-suit"),
    ],
)
def test_a_yes_that_is_not_on_record_is_taken_back(rule, then):
    court = Court("payment_order", "suit")
    world = Unapproved(rulebooks())
    world.rule, court.life.desk.world = rule, world
    court.approves(98, "file-payment_order")
    assert court.waits == then
    assert court.lines("approval", "filed") == [
        "98 approval: file-payment_order: approved by boss",
        f"98 approval: file-payment_order: not on record ({rule})",
    ]
    world.rule = ""
    court.approves(99, then.removeprefix("approval of "))
    assert court.waits.startswith("the court to have our ")


def test_declining_a_suit_needs_a_yes_on_record_too():
    court = served("payment_order", "mediation").says(129, "objected").says(135, "terminated")
    world = Unapproved(rulebooks())
    world.rule, court.life.desk.world = "approval-open", world
    court.approves(136, "file-decline_suit")
    assert court.waits == "approval of file-decline_suit"
    assert court.until == court.on(144), "the court's clock has not moved"
    world.rule = ""
    court.approves(137, "file-decline_suit")
    assert court.lines("filed")[-1] == "137 filed: decline_suit: L1-decline_suit"
