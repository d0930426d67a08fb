"""A mistaken entry of the legal file: it stays on record, counts nowhere, and people are told."""

from datetime import date

import pytest

from domain.clock import local_date
from domain.delinquency import Terms
from domain.legal.alarms import alarms, clock
from domain.legal.limitation import Limitation
from domain.orders import TaskOrder
from domain.refused import Refused
from ledger.case_tables import CaseFileRow
from ledger.engine import reading, writing
from ledger.errors import LedgerError
from ledger.legal_events import court_events_of, legal_events_of, on_record, strikes
from ledger.legal_figures import figures_of
from ledger.legal_gathering import prepared_of
from ledger.legal_position import barred_since, position_of
from ledger.legal_striking import Strike, strike
from ledger.loans import loan_view
from ledger.tasks import ask, open_tasks
from tests.legal.office import EPISODE, LAW, MORNING, REMEDIES, ready_for, told

TODAY = local_date(MORNING, "Asia/Shanghai")


def view_of(session):
    view = loan_view(session, "L1")
    assert view is not None
    return view


def struck(book, event_id, strike_id="S1", by="ann"):
    order = Strike(strike_id, "L1", event_id, by, MORNING, "the wrong loan")
    with writing(book) as session:
        return strike(session, order)


def limitation(book) -> Limitation:
    with reading(book) as session:
        found = clock(position_of(session, view_of(session), TODAY), LAW[1])
    assert found is not None
    return found


def a_case(book):
    with writing(book) as session:
        session.add(
            CaseFileRow(
                case_id="case/L1", loan_id="L1", borrower_id="B1", episode=EPISODE,
                strategy="standard@0", opened_at=MORNING,
            )
        )  # fmt: skip


def tasks(book):
    with reading(book) as session:
        return {task.what: task.reason for task in open_tasks(session)}


def test_a_filing_of_no_remedy_holds_no_clock_and_is_said_to_prove_nothing(book):
    before = limitation(book)
    told(book, "filed", "2026-02-27", kind="court", reference="M-1")
    told(book, "withdrawn", "2026-03-02", kind="court")
    found = limitation(book)
    assert (found.ends, found.evidence) == (before.ends, before.evidence)
    assert found.ignored == ("procedure of 2026-02-27: nothing proves it",)


def test_a_filing_of_a_named_remedy_holds_it_though_its_papers_are_of_elsewhere(book):
    told(book, "filed", "2026-02-27", kind="court", remedy="suit", reference="")
    found = limitation(book)
    assert (found.ends, found.evidence) == (None, "suit of 2026-02-27")


def test_a_struck_filing_counts_no_more_and_the_people_are_woken_again(book):
    before = limitation(book)
    told(book, "filed", "2026-02-27", kind="court", remedy="suit")
    told(book, "withdrawn", "2026-03-02", kind="court", remedy="suit")
    assert limitation(book).ends == date(2029, 3, 2)
    struck(book, "withdrawn-2026-03-02")
    assert limitation(book).ends is None
    struck(book, "filed-2026-02-27", "S2")
    assert limitation(book) == before
    with reading(book) as session:
        position = position_of(session, view_of(session), TODAY)
        assert [alarm.name for alarm in alarms(position, LAW[1])] == ["limitation"]


def test_struck_evidence_makes_nothing_ready(book):
    ready_for(book, "payment_order")
    struck(book, "contract-2026-02-25")
    with reading(book) as session:
        view = view_of(session)
        found = prepared_of(session, view, REMEDIES["CN"]["payment_order"], TODAY, LAW[1]).found
    assert "contract" not in {evidence.item for evidence in found}
    assert "identity" in {evidence.item for evidence in found}


def test_the_figures_count_no_delay_from_a_struck_judgment(book):
    told(book, "performance_due", "2026-02-28", kind="court", remedy="suit")
    remedy = REMEDIES["CN"]["enforcement"]

    def delay():
        with reading(book) as session:
            view = view_of(session)
            return figures_of(session, view, remedy, Terms(), TODAY).delay_days

    assert delay() == 10
    struck(book, "performance_due-2026-02-28")
    assert delay() == 0


def test_both_stay_on_record_with_who_and_why(book):
    told(book, "filed", "2026-02-27", kind="court", remedy="suit")
    entry = struck(book, "filed-2026-02-27", by="bob")
    assert entry.what == "filed"
    with reading(book) as session:
        assert legal_events_of(session, "L1") == []
        assert court_events_of(session, "L1") == ()
        rows = on_record(session, "L1")
        gone = strikes(rows)["filed-2026-02-27"]
    assert len(rows) == 2
    assert (gone.by, gone.text, gone.at, gone.remedy) == ("bob", "the wrong loan", MORNING, "suit")


def test_the_same_strike_is_taken_once_and_another_is_refused(book):
    a_case(book)
    told(book, "filed", "2026-02-27", kind="court", remedy="suit")
    assert struck(book, "filed-2026-02-27").event_id == "filed-2026-02-27"
    assert struck(book, "filed-2026-02-27").event_id == "filed-2026-02-27"
    again = struck(book, "filed-2026-02-27", "S2", by="bob")
    assert isinstance(again, Refused)
    assert (again.rule, again.reason) == (
        "struck-before",
        "filed-2026-02-27 was struck on 2026-03-10 by ann.",
    )
    assert len(tasks(book)) == 1


@pytest.mark.parametrize("event", ["moon", "S1"])
def test_what_is_not_on_file_and_a_strike_itself_are_not_struck(book, event):
    told(book, "filed", "2026-02-27", kind="court", remedy="suit")
    struck(book, "filed-2026-02-27")
    no = struck(book, event, "S2")
    assert isinstance(no, Refused)
    assert no.rule == "no-such-entry"


def test_a_loan_that_is_not_known_has_nothing_to_strike(book):
    told(book, "filed", "2026-02-27", kind="court", remedy="suit")
    with writing(book) as session, pytest.raises(LedgerError):
        strike(session, Strike("S1", "L9", "filed-2026-02-27", "ann", MORNING, "why"))


def test_people_are_asked_to_look_at_what_was_done_and_no_more_at_what_fitted_no_step(book):
    a_case(book)
    with writing(book) as session:
        asked = TaskOrder("L1", EPISODE, "court-filed-2026-02-27", "fits no step", MORNING)
        ask(session, asked)
    told(book, "filed", "2026-02-27", kind="court", remedy="suit")
    struck(book, "filed-2026-02-27")
    assert tasks(book) == {
        "struck-filed-S1": "filed of 2026-02-27 was on file by mistake and is struck; what was "
        "done because of it is not undone: see whether a step, a task or a paper must be put right"
    }


def test_without_a_case_nothing_was_done_and_nobody_is_asked(book):
    told(book, "filed", "2026-02-27", kind="court", remedy="suit")
    struck(book, "filed-2026-02-27")
    assert tasks(book) == {}


def test_a_struck_filing_bars_the_claim_again_once_its_time_is_over(book):
    told(book, "filed", "2026-02-27", kind="court", remedy="suit")
    late = MORNING.replace(year=2029)

    def over():
        with reading(book) as session:
            return barred_since(session, view_of(session), late, LAW[1])

    assert over() is None
    struck(book, "filed-2026-02-27")
    assert over() is not None
