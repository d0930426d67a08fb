"""The sample book is the same for the same seed, and shows everything it says."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from demo.book import sample_book
from demo.marks import REQUIRED, TOLD, marks
from demo.tales import TALES, TELLING
from domain.case import Case
from domain.clock import local_date, local_instant
from domain.ladder import next_due
from domain.strategy import Outcome, Stage, Strategy
from ledger.words import PointChannel
from tests.demo.telling import tell

NEAR = timedelta(hours=24)
"""Half a second of the demo: a cure must not come closer before a contact."""


def planned(case: Case, strategy: Strategy) -> list[datetime]:
    """When every contact of every ladder has its day."""
    steps = (*strategy.remind.steps, *strategy.negotiate.steps, *strategy.legal.ladder.steps)
    days = [(case.anchor + timedelta(days=step.day), step.at) for step in steps]
    return [local_instant(day, at, case.zone) for day, at in days]


def really_next(case: Case, strategy: Strategy) -> list[datetime]:
    """The contact that would have come, in the gaps of its ladder, had the last money not."""
    ladder = {
        Stage.REMIND: strategy.remind,
        Stage.NEGOTIATE: strategy.negotiate,
        Stage.LEGAL: strategy.legal.ladder,
    }.get(case.stage)
    paid = [local_date(e.at, case.zone) for e in case.timeline if e.what == "payment"]
    before = replace(case, last_payment=paid[-2] if len(paid) > 1 else None, owed=[])
    due = next_due(before, strategy, ladder) if ladder else None
    return [due.at] if due and due.at else []


def coming(case: Case, strategy: Strategy) -> list[datetime]:
    days = planned(case, strategy) if strategy.name == "standard" else []
    return [*days, *really_next(case, strategy)]


def paid_at(case: Case) -> datetime:
    return max(entry.at for entry in case.timeline if entry.what == "payment")


def test_the_same_seed_gives_the_same_book():
    assert sample_book(7) == sample_book(7)
    assert sample_book(7) != sample_book(8)


@pytest.mark.parametrize("seed", range(1, 6))
def test_every_stage_outcome_and_turn_is_shown(seed, strategies, rules):
    shown = set().union(
        *(
            marks(case.timeline)
            for t in tell(sample_book(seed), strategies, rules)
            for case in t.cases
        )
    )
    assert shown >= REQUIRED, sorted(REQUIRED - shown)


def test_a_book_of_only_the_tales_still_shows_everything(strategies, rules):
    book = sample_book(borrowers=0)
    assert book.borrowers == len(TALES)
    shown = set().union(
        *(marks(case.timeline) for t in tell(book, strategies, rules) for case in t.cases)
    )
    assert shown >= REQUIRED


def test_at_least_sixty_four_borrowers_of_five_jurisdictions_with_chinese_and_english_names(book):
    assert book.borrowers >= 64
    names = {life.loan.borrower.name for life in book.lives}
    assert sum(name.isascii() for name in names) >= 20
    assert sum(any("\u4e00" <= c <= "\u9fff" for c in name) for name in names) >= 15
    assert {life.loan.borrower.jurisdiction for life in book.lives} >= {"CN", "US", "UK", "EU"}


def test_nobody_can_really_be_reached(book):
    for life in book.lives:
        for point in life.loan.contact_points:
            if point.channel is PointChannel.EMAIL:
                assert point.address.endswith("@example.test")
                assert point.address.isascii()
            elif point.channel is PointChannel.PHONE:
                assert point.address.startswith("+")
            else:
                assert "ample" in point.address or point.address.startswith("device-")


@pytest.mark.parametrize("stage", TELLING)
def test_each_stage_has_a_telling_case(stage, told):
    life = next(t for t in told if t.life.tale == TELLING[stage])
    assert TOLD.get(stage, f"cured in {stage}") in marks(life.timeline)


def test_whoever_pays_on_the_final_demand_has_got_it(told):
    paid = [t for t in told if t.life.tale.endswith("pays on the final demand")]
    assert len(paid) >= 2
    for t in paid:
        lines = [e.detail for e in t.timeline]
        assert any(line.startswith("final_demand") and line.endswith("sent") for line in lines)
        assert t.cases[-1].outcome is Outcome.CURED


def test_every_case_of_the_half_year_ends_but_none_is_left_waiting_for_ever(told):
    open_still = Counter(t.life.tale for t in told if t.cases[-1].outcome is None)
    assert sum(open_still.values()) <= 2, open_still


def test_requests_are_refused_only_where_the_book_says_so(told):
    for t in told:
        refused = [e.detail.rpartition(" ")[2] for e in t.timeline if e.what == "refused"]
        assert refused == [h.refused for h in t.life.happenings if h.refused], t.life.tale


@pytest.mark.parametrize("seed", range(1, 6))
def test_a_cure_never_comes_on_the_eve_of_a_contact(seed, strategies, rules):
    near = [
        (t.life.tale, paid_at(case), contact)
        for t in tell(sample_book(seed), strategies, rules)
        for case in t.cases
        if case.outcome is Outcome.CURED
        for contact in coming(case, strategies[t.life.strategy])
        if timedelta() <= contact - paid_at(case) < NEAR
    ]
    assert not near, "\n".join(map(str, near))


def test_late_borrowers_pay_as_real_ones_do(told):
    late = [t for t in told if t.life.tale in ("pays late", "pays short, then the rest")]
    assert len(late) >= 25
    assert sum(t.cases[-1].outcome is Outcome.CURED for t in late) == len(late)
    in_a_fortnight = sum((t.cases[0].now.date() - t.life.episode).days <= 15 for t in late)
    assert in_a_fortnight / len(late) > 0.6
