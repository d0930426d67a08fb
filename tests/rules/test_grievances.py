"""Complaints and disputes: by when they are answered, by which law, and what they can be told."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.case import Case
from domain.facts import GrievanceDecided
from domain.grievance_requests import ExtendAnswer, GiveAnswer, refusal, take
from domain.grievances import (
    Extension,
    Grievance,
    GrievanceKind,
    Verdict,
    in_time,
    next_due,
    terms_of,
)
from domain.hearing import ask, hear
from domain.holds import HoldReason
from domain.keys import case_id, grievance_hold_key
from domain.requests import PlaceHold
from policies.calendars import calendar
from policies.files import PolicyError
from policies.packs import load_pack, load_packs
from tests.rules.gate.test_packs import SMALL
from tests.workflows.loans import OPENED, late_loan
from tests.workflows.seeded import PLAIN

BOOKS = load_packs().books()
CAME = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 4, tzinfo=UTC)
KINDS = st.sampled_from(GrievanceKind)
PLACES = st.sampled_from(sorted(BOOKS))


def rest_days(name):
    return calendar(name) if name else ()


def dates(place, kind, came=CAME):
    """The rule, the last date, and the later ones that can be agreed."""
    terms = terms_of(BOOKS[place].answers[kind], came, rest_days)
    return terms.rule, terms.answer_by, [later.until for later in terms.extensions]


def held(kind=GrievanceKind.DISPUTE, place="CN", zone="Asia/Shanghai", at=AT) -> Grievance:
    """A grievance that came on 2 March 2026."""
    terms = terms_of(BOOKS[place].answers[kind], CAME, rest_days)
    return Grievance(
        grievance_id="g1",
        kind=kind,
        loan_id="L1",
        borrower_id="B1",
        episode=date(2026, 1, 10),
        about="not-mine",
        opened_at=at,
        by="ann",
        zone=zone,
        rule=terms.rule,
        answer_by=terms.answer_by,
        now=at,
        extensions=terms.extensions,
        jurisdiction=place,
    )


# The worked cases DC-21 (CN-COMP-01) and DC-09 (CN-CR-04), and US-CR-05 by its days.
@pytest.mark.parametrize(
    ("place", "kind", "rule", "last", "later"),
    [
        ("CN", "complaint", "CN-COMP-01", "2026-03-17", ["2026-04-01", "2026-05-01"]),
        ("CN", "record_dispute", "CN-CR-04", "2026-03-22", []),
        ("CN", "dispute", "CN-REPLY-01", "2026-03-22", []),
        ("US", "dispute", "US-CR-05", "2026-04-01", ["2026-04-16"]),
        ("US", "record_dispute", "US-CR-05", "2026-04-01", ["2026-04-16"]),
        ("US-MA", "dispute", "US-CR-05", "2026-04-01", ["2026-04-16"]),
        ("US", "complaint", "US-REPLY-01", "2026-03-17", ["2026-05-01"]),
        ("UK", "complaint", "UK-REPLY-01", "2026-03-30", ["2026-04-27"]),
        ("EU", "record_dispute", "EU-REPLY-01", "2026-03-30", []),
        ("TW", "dispute", "TW-REPLY-01", "2026-04-01", []),
        ("NG", "complaint", "NG-REPLY-01", "2026-04-01", []),
        ("UG", "complaint", "UG-REPLY-01", "2026-04-01", []),
    ],
)
def test_each_rule_gives_its_days(place, kind, rule, last, later):
    found = dates(place, GrievanceKind(kind))
    assert found == (rule, date.fromisoformat(last), [date.fromisoformat(each) for each in later])


def test_every_kind_has_a_rule_in_every_jurisdiction():
    for place, book in BOOKS.items():
        assert set(book.answers) == set(GrievanceKind), place


@given(PLACES, KINDS, st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_the_last_day_is_after_the_day_it_came_and_each_later_one_after_that(place, kind, came):
    _, last, later = dates(place, kind, came)
    assert sorted({came, last, *later}) == [came, last, *later]


@given(KINDS, PLACES, st.integers(-5, 90), st.sampled_from(["", "ann", "sue"]), st.booleans())
def test_an_extension_never_shortens_and_never_passes_what_the_rule_allows(
    kind, place, days, second, with_reason
):
    grievance = held(kind, place, "UTC")
    before = grievance.last_day
    terms = {later.because for later in grievance.extensions} or {""}
    because = (sorted(terms)[0] or "more-time") if with_reason else ""
    asked = ExtendAnswer("r", "ann", CAME + timedelta(days=days), because, second)
    refused = take(grievance, asked, AT)
    latest = max([before, *(later.until for later in grievance.extensions)])
    assert before <= grievance.last_day <= latest
    assert (refused is None) == (grievance.last_day > before)
    if refused is None:
        term = next(t for t in grievance.extensions if t.until >= grievance.last_day)
        assert because
        assert not term.approved or second == "sue"


@pytest.mark.parametrize(
    ("until", "because", "second", "rule"),
    [
        ("2026-03-17", "complex", "", "extension-not-later"),
        ("2026-04-01", "", "", "extension-without-reason"),
        ("2026-04-01", "busy", "", "extension-without-reason"),
        ("2026-04-01", "complex", "", None),
        ("2026-04-02", "complex", "sue", "extension-without-reason"),
        ("2026-04-02", "special", "", "extension-not-approved"),
        ("2026-04-02", "special", "ann", "extension-not-approved"),
        ("2026-05-01", "special", "sue", None),
        ("2026-05-02", "special", "sue", "extension-too-far"),
    ],
)
def test_a_chinese_complaint_is_extended_as_far_as_its_reason_and_approval_go(
    until, because, second, rule
):
    asked = ExtendAnswer("r", "ann", date.fromisoformat(until), because, second)
    refused = refusal(held(GrievanceKind.COMPLAINT), asked, AT)
    assert (refused and refused.rule) == rule


def test_what_has_run_out_is_not_extended_any_more():
    complaint = held(GrievanceKind.COMPLAINT)
    asked = ExtendAnswer("r", "ann", date(2026, 4, 1), "complex")
    late = refusal(complaint, asked, complaint.lapses_at)
    assert late is not None
    assert late.rule == "extension-too-late"


@pytest.mark.parametrize(
    ("kind", "verdict", "evidence", "days", "rule"),
    [
        ("dispute", "rejected", "contract-7", 20, None),
        ("dispute", "rejected", "", 20, "answer-without-evidence"),
        ("dispute", "rejected", "contract-7", 21, "answer-too-late"),
        ("dispute", "upheld", "", 21, None),
        ("record_dispute", "rejected", "contract-7", 21, "answer-too-late"),
        ("complaint", "rejected", "letter-1", 40, None),
        ("dispute", "lapsed", "", 1, "answer-without-verdict"),
    ],
)
def test_a_dispute_is_rejected_with_evidence_in_time_or_not_at_all(
    kind, verdict, evidence, days, rule
):
    grievance = held(GrievanceKind(kind))
    asked = GiveAnswer("r", "ann", Verdict(verdict), evidence)
    refused = refusal(grievance, asked, AT + timedelta(days=days))
    assert (refused and refused.rule) == rule


def test_the_last_day_ends_where_the_borrower_lives():
    here, there = held(), held(zone="America/New_York")
    midnight = datetime(2026, 3, 22, 16, tzinfo=UTC)
    assert here.lapses_at == midnight
    assert not in_time(here, midnight)
    assert in_time(here, midnight - timedelta(seconds=1))
    assert in_time(there, midnight)


def test_people_are_reminded_five_days_and_one_day_before_and_anew_after_an_extension():
    complaint, seen = held(GrievanceKind.COMPLAINT), []
    while (due := next_due(complaint)) and due.days is not None:
        seen.append((due.at.date().isoformat(), due.days))
        complaint.reminded.append(due.name)
        complaint.now = due.at
    assert seen == [("2026-03-12", 5), ("2026-03-16", 1)]
    assert due is not None
    assert due.at == complaint.lapses_at
    take(complaint, ExtendAnswer("r", "ann", date(2026, 4, 1), "complex"), complaint.now)
    again = next_due(complaint)
    assert again is not None
    assert (again.at.date(), again.days) == (date(2026, 3, 27), 5)


def test_a_reminder_whose_time_had_passed_when_it_came_is_left_out():
    late = replace(held(), now=datetime(2026, 3, 20, tzinfo=UTC))
    due = next_due(late)
    assert due is not None
    assert due.days == 1


def test_a_settled_grievance_takes_nothing_more_and_a_repeat_changes_nothing():
    dispute = held()
    answered = GiveAnswer("a", "ann", Verdict.REJECTED, "contract-7")
    assert take(dispute, answered, AT) is None
    assert take(dispute, answered, AT) is None
    refused = take(dispute, GiveAnswer("b", "ann", Verdict.UPHELD), AT)
    assert refused is not None
    assert refused.rule == "grievance-answered"
    assert next_due(dispute) is None
    unsigned = refusal(held(), GiveAnswer("", "ann", Verdict.UPHELD), AT)
    assert unsigned is not None
    assert unsigned.rule == "request-unsigned"


def resting(kind: GrievanceKind) -> Case:
    """A case that rests for that grievance."""
    case = late_loan("L1")
    reason = HoldReason.COMPLAINT if kind is GrievanceKind.COMPLAINT else HoldReason.DISPUTE
    key = grievance_hold_key("g1", case_id(case.loan_id, case.episode))
    assert ask(case, PlaceHold(key, "ann", reason), PLAIN, OPENED) is None
    return case


@pytest.mark.parametrize(
    ("kind", "verdict", "ends", "rests"),
    [
        ("dispute", "upheld", "dispute upheld", False),
        ("dispute", "lapsed", "dispute lapsed", False),
        ("dispute", "rejected", "", False),
        ("complaint", "upheld", "", False),
        ("complaint", "rejected", "", False),
        ("complaint", "lapsed", "", True),
    ],
)
def test_a_case_hears_how_it_was_decided(kind, verdict, ends, rests):
    case, later = resting(GrievanceKind(kind)), OPENED + timedelta(days=1)
    fact = GrievanceDecided("f", "g1", GrievanceKind(kind), Verdict(verdict))
    for _ in range(2):
        hear(case, fact, PLAIN, later)
    assert case.closing_reason == ends
    assert any(hold.bites(later) for hold in case.holds) == rests
    assert [entry.what for entry in case.timeline].count("grievance") == 1


def test_a_dispute_of_the_record_neither_rests_nor_ends_a_case():
    case = late_loan("L1")
    fact = GrievanceDecided("f", "g1", GrievanceKind.RECORD_DISPUTE, Verdict.LAPSED)
    hear(case, fact, PLAIN, OPENED)
    assert not case.closing_reason


ANSWERS = SMALL.replace(
    "kind: hours", "kind: deadline\n    answers: {starts: [dispute], terms: [{step: a}, {step: b}]}"
).replace('{earliest: "08:00", latest: "20:00"}', "{steps: {a: {days: 10}, b: {days: 20}}}")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("step: b", "step: c", "the rule has no step c; it has a, b."),
        ("b: {days: 20}", "b: {days: 10}", "each term ends after the one before it."),
        ("b: {days: 20}", "b: {dais: 20}", "b: Extra inputs are not permitted."),
        ("step: a}", "step: a, approved: true}", "the first term starts by itself."),
        ("kind: deadline", "kind: note", "only a deadline gives time to answer."),
        ("[dispute]", "[quarrel]", "Input should be 'complaint', 'dispute' or 'record_dispute'"),
    ],
)
def test_a_problem_of_a_clock_is_named(old, new, problem):
    assert load_pack(Path("t.yaml"), ANSWERS).rules[0].answers is not None
    assert old in ANSWERS
    with pytest.raises(PolicyError) as found:
        load_pack(Path("t.yaml"), ANSWERS.replace(old, new, 1))
    assert problem in str(found.value.problems)


def test_a_kind_starts_one_clock_of_a_pack():
    twice = ANSWERS + ANSWERS.split("rules:\n")[1].replace("XX-TIME-01", "XX-TIME-02")
    with pytest.raises(PolicyError) as found:
        load_pack(Path("t.yaml"), twice)
    assert "a dispute starts another rule already." in str(found.value.problems)


def test_a_later_term_says_for_which_reason_and_with_whose_consent():
    terms = terms_of(BOOKS["CN"].answers[GrievanceKind.COMPLAINT], CAME, rest_days)
    assert terms.extensions == (
        Extension(date(2026, 4, 1), "complex"),
        Extension(date(2026, 5, 1), "special", approved=True),
    )
