"""Loan events: what is refused and why, and what the ledger and the case know afterwards."""

import asyncio
import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import func, select

from domain.clock import Clock
from domain.delinquency import Instalment
from domain.facts import ContactRepaired
from domain.refused import Refused
from domain.requests import Close
from intake.envelopes import EventRefused, read_event
from intake.events import Answer, Done, LoanEvents
from intake.opening import case_of, open_file
from intake.recording import RECORDERS, bounce_code
from ledger import cases as files
from ledger.account_facts import account_of
from ledger.account_tables import LoanTermsRow
from ledger.case_tables import LoanEventRow
from ledger.engine import reading, writing
from ledger.events import unspoken
from ledger.loans import add_borrower, add_loan, loan_view
from ledger.tables import LoanRow, PaymentRow
from ledger.values import Borrower, Loan
from tests.intake.house import House, add, day, now


def line(kind: str, about: str, number: str = "1", **data: Any) -> bytes:
    """One event, as a core banking system sends it."""
    envelope = {
        "specversion": "1.0",
        "id": f"{about}-{number}",
        "source": "/core",
        "type": kind,
        "subject": about,
        "data": data,
    }
    return json.dumps(envelope).encode()


def paid(loan_id: str, number: str, amount_minor: Any = 10_000, **other: Any) -> bytes:
    told = {"payment_id": f"pay-{loan_id}-{number}", "currency": "CNY", "on": str(day(0))}
    return line(
        "loan.payment.received", loan_id, number, amount_minor=amount_minor, **{**told, **other}
    )


def undone(loan_id: str, number: str, payment: str) -> bytes:
    told = {"payment_id": f"pay-{loan_id}-{payment}", "on": str(day(0))}
    return line("loan.payment.reversed", loan_id, number, **told)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"{", "is not JSON"),
        (b"[]", "is not a JSON object"),
        (b"\xff\xfe", "is not JSON"),
        (b"[" * 70_000, "the line has 70000 bytes"),
        (b"[" * 60_000, "is not JSON"),
        (
            b'{"specversion": "1.0", "id": "a\\u0000", "source": "b", "type": "loan.restructured"}',
            "id: string should match",
        ),
        (b"{}", 'specversion: is missing; give "1.0"'),
        (b'{"specversion": "0.3"}', "specversion: input should be '1.0'"),
        (
            paid("L", "1").replace(b"loan.payment.received", b"loan.sold"),
            "'loan.sold' is not taken",
        ),
        (paid("L", "1", amount_minor=1.5), "data.amount_minor: input should be a valid integer"),
        (paid("L", "1", amount_minor="100"), "data.amount_minor: input should be a valid integer"),
        (paid("L", "1", amount_minor=True), "data.amount_minor: input should be a valid integer"),
        (paid("L", "1", amount_minor=0), "data.amount_minor: input should be greater than 0"),
        (paid("L", "1", amount_minor=10**19), "data.amount_minor"),
        (paid("L", "1", on="2026-02-30"), "data.on: "),
        (paid("L", "1", on="tomorrow"), "data.on: must be a date such as 2026-01-31"),
        (paid("L", "1", currency="yuan"), "data.currency: "),
        (paid("L", "1", fee=3), "data.fee: is an unknown name; the names here are loan_id"),
        (line("loan.payment.reversed", "L", loan_id="M"), "subject: 'L' is not data.loan_id 'M'"),
        (line("loan.payment.received", "L"), "data.payment_id: is missing; give the payment's"),
        (
            b'{"specversion":"1.0","id":"1","source":"s","type":"loan.restructured","data":[]}',
            "data",
        ),
        (line("agency.reported", "L", placement_key="p", status="rich"), "data.status"),
    ],
)
def test_a_malformed_line_says_the_field_what_is_wrong_and_what_to_do(text, said):
    with pytest.raises(EventRefused) as refused:
        read_event(text)
    assert said in str(refused.value)
    assert "; " in str(refused.value)


def test_a_refusal_never_repeats_an_address():
    text = line(
        "borrower.updated", "b", contact_points=[{"channel": "email", "address": "me at x"}]
    )
    with pytest.raises(EventRefused) as refused:
        read_event(text)
    assert "me at x" not in str(refused.value)


async def refusals(ledger, treatments, *texts: bytes) -> list[str]:
    """What is said of events that never get as far as a case."""
    intake = LoanEvents(ledger, None, treatments)  # type: ignore[arg-type]  # nobody is spoken to
    answers = [await intake.take(text, n, now()) for n, text in enumerate(texts, start=1)]
    assert {answer.done for answer in answers} == {Done.REFUSED}
    return [answer.why for answer in answers]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("550 5.1.1 <li.wei@example.test>: no such user", "bounced, 550"),
        ("Li Wei is not here, call +8613800000550", "bounced"),
        ("The mailbox is full (5.2.2)", "bounced, 5.2.2"),
    ],
)
def test_of_what_a_mail_server_said_only_the_code_goes_on_record(said, kept):
    assert bounce_code(said) == kept


async def test_what_the_ledger_cannot_take_is_refused_and_leaves_nothing(ledger, treatments):
    add(ledger, "L1", day(-10))
    late = (now() + timedelta(hours=2)).isoformat()
    from_the_future = json.dumps({**json.loads(paid("L1", "9")), "time": late}).encode()
    said = await refusals(
        ledger,
        treatments,
        paid("NOPE", "1"),
        paid("L1", "2", currency="USD"),
        paid("L1", "3", on=str(day(2))),
        undone("L1", "4", "unknown"),
        line("loan.restructured", "L1", "5"),
        line("loan.instalment.overdue", "L1", "6", due=str(day(5))),
        line("contact.bounced", "L1", "7", step="gentle"),
        line("agency.reported", "L1", "8", placement_key="none", status="refused"),
        from_the_future,
    )
    for number, (text, words) in enumerate(
        zip(
            said,
            (
                "data.loan_id: loan 'NOPE' is not in the ledger",
                "data.currency: the payment is in USD and the loan in CNY",
                "data.on: .* is in the future",
                "the loan has no such payment",
                "loan.restructured is not taken yet",
                "no instalment of the loan is due",
                "no contact 'gentle' was made",
                "is no placement of the loan",
                "time: .* is in the future",
            ),
            strict=True,
        ),
        start=1,
    ):
        assert text.startswith(f"line {number}: ")
        assert re.search(words, text), text
    with reading(ledger) as session:
        for table in (LoanEventRow, PaymentRow):
            assert session.exec(select(func.count()).select_from(table)).one() == 0


async def test_money_from_before_the_loan_was_paid_out_is_refused(ledger, treatments):
    add(ledger, "L1", day(-10))
    with writing(ledger) as session:
        session.get_one(LoanRow, "L1").disbursed_on = day(-40)
    (said,) = await refusals(ledger, treatments, paid("L1", "1", on=str(day(-41))))
    assert "and the loan was paid out on" in said
    intake = LoanEvents(ledger, None, treatments)  # type: ignore[arg-type]  # nobody is spoken to
    answer = await intake.take(paid("L1", "2", on=str(day(-40))), 1, now())
    assert answer.done is Done.RECORDED


async def test_the_terms_of_a_contract_split_its_instalments_and_say_what_lateness_costs(
    ledger, treatments
):
    add(ledger, "L1", day(-10))
    intake = LoanEvents(ledger, None, treatments)  # type: ignore[arg-type]  # nobody is spoken to
    told = {"penalty_ppm": 180_000, "instalments": [{"interest_minor": 500}]}
    answers = [
        await intake.take(line("loan.terms.agreed", "L1", number, **told), 1, now())
        for number in ("1", "2")
    ]
    assert {answer.done for answer in answers} == {Done.RECORDED}
    wrong = line("loan.terms.agreed", "L1", "3", instalments=[{"fee_minor": 1}, {}])
    assert "2 parts, 1 instalments" in (await intake.take(wrong, 1, now())).why
    with reading(ledger) as session:
        view = loan_view(session, "L1")
        assert view is not None
        assert account_of(session, view.loan, day(0)).owed["interest"] == 500
        assert session.exec(select(func.count()).select_from(LoanTermsRow)).one() == 1


async def test_a_payment_without_a_case_is_for_the_ledger_alone(ledger, treatments):
    add(ledger, "L1", day(10))
    intake = LoanEvents(ledger, None, treatments)  # type: ignore[arg-type]  # nobody is spoken to
    first = await intake.take(paid("L1", "1"), 1, now())
    again = await intake.take(paid("L1", "1"), 2, now())
    other = await intake.take(paid("L1", "1", amount_minor=5), 3, now())
    assert (first.done, again.done, other.done) == (Done.RECORDED, Done.REPEATED, Done.REFUSED)
    assert "has come before with other content" in other.why
    with reading(ledger) as session:
        view = loan_view(session, "L1")
        assert view is not None
        assert [payment.amount_minor for payment in view.payments] == [10_000]
        assert not unspoken(session)


async def test_an_overdue_event_on_a_loan_with_nothing_late_opens_nothing(ledger, treatments):
    add(ledger, "L1", day(-10))
    intake = LoanEvents(ledger, None, treatments)  # type: ignore[arg-type]  # nobody is spoken to
    await intake.take(paid("L1", "1", amount_minor=40_000), 1, now())
    answer = await intake.take(line("loan.instalment.overdue", "L1", "2"), 2, now())
    assert answer.done is Done.RECORDED
    with reading(ledger) as session:
        assert not files.cases(session)


async def test_new_contact_points_are_added_once(ledger, treatments):
    add(ledger, "L1", day(10))
    intake = LoanEvents(ledger, None, treatments)  # type: ignore[arg-type]  # nobody is spoken to
    point = {"channel": "phone", "address": "+8613800000000"}
    for number in ("1", "2"):
        text = line("borrower.updated", "b-L1", number, contact_points=[point])
        assert (await intake.take(text, 1, now())).done is Done.RECORDED
    with reading(ledger) as session:
        view = loan_view(session, "L1")
    assert view is not None
    assert [point.channel for point in view.contact_points] == ["email", "phone"]


async def test_every_open_case_of_the_person_hears_of_a_new_contact_point(ledger, treatments):
    add(ledger, "L1", day(-10))
    with writing(ledger) as session:
        opened = open_file(session, treatments, "L1", now(), Clock())
        assert opened is not None
        point = {"channel": "phone", "address": "+8613800000009", "party": "contact_person"}
        event = read_event(line("borrower.updated", "b-L1", "1", contact_points=[point]))
        said = RECORDERS[event.type](session, event, now())
    ((case, fact),) = said.also
    assert case == opened.case_id
    assert isinstance(fact, ContactRepaired)
    assert fact.channel == "phone"


async def test_where_a_borrower_lives_can_be_said_later(ledger, treatments):
    with writing(ledger) as session:
        add_borrower(session, Borrower("b-L1", "Ada", "en", "", "US"))
        add_loan(session, Loan("L1", "b-L1", "USD", 100), [Instalment(day(10), 100)], now())
    intake = LoanEvents(ledger, None, treatments)  # type: ignore[arg-type]  # nobody is spoken to
    for number in ("1", "2"):
        text = line("borrower.updated", "b-L1", number, zone="America/New_York", region="US-MA")
        assert (await intake.take(text, 1, now())).done is Done.RECORDED
    with reading(ledger) as session:
        view = loan_view(session, "L1")
    assert view is not None
    assert (view.borrower.zone, view.borrower.region) == ("America/New_York", "US-MA")
    owed = replace(view, instalments=(Instalment(day(10), 100_000),))
    case = case_of(owed, next(iter(treatments.strategies.values())), now() + timedelta(days=30))
    assert case is not None
    assert case.region == "US-MA", "rehearsed and opened alike"
    with writing(ledger) as session:
        assert not add_borrower(session, Borrower("b-L1", "Ada", "en", "", "US")), "an old tape"


async def test_a_place_that_there_is_not_is_refused_and_changes_nothing(ledger, treatments):
    add(ledger, "L1", day(10))
    said = await refusals(
        ledger,
        treatments,
        line("borrower.updated", "b-L1", "1", zone="Asia/Nowhere"),
        line("borrower.updated", "b-L1", "2", region="US-MA"),
        line("borrower.updated", "b-L1", "3", region="somewhere"),
        line("borrower.updated", "b-L1", "4", zone=""),
        line("borrower.updated", "b-L1", "5"),
    )
    assert "'Asia/Nowhere' is no time zone" in said[0]
    assert "US-MA is no region of CN" in said[1]
    assert ("data.region" in said[2], "data.zone" in said[3]) == (True, True)
    assert "data: says neither contact_points nor a zone nor a region" in said[4]
    with reading(ledger) as session:
        view = loan_view(session, "L1")
    assert view is not None
    assert (view.borrower.zone, view.borrower.region) == ("UTC", "")


async def told(home: House, *texts: bytes) -> list[Answer]:
    intake = LoanEvents(home.engine, await home.cases(), home.treatments)
    return [await intake.take(text, n, now()) for n, text in enumerate(texts, start=1)]


@pytest.mark.slow
async def test_an_overdue_loan_has_its_case_opened_told_and_cured(home):
    add(home.engine, "E1", day(-2))
    opened, known, part, again, rest = await told(
        home,
        line("loan.instalment.overdue", "E1"),
        line("loan.instalment.overdue", "E1", "2"),
        paid("E1", "3"),
        paid("E1", "3"),
        paid("E1", "4", amount_minor=30_000),
    )
    assert [a.done for a in (opened, known, part, again, rest)] == [
        Done.OPENED,
        Done.RUNNING,
        Done.TOLD,
        Done.REPEATED,
        Done.TOLD,
    ]
    cases = await home.cases()
    assert await cases.over(opened.case_id)
    timeline = await cases.timeline(opened.case_id)
    assert isinstance(timeline, list)
    assert [(entry.what, entry.detail) for entry in timeline] == [
        ("opened", "2 days past due"),
        ("payment", "100.00 CNY"),
        ("payment", "300.00 CNY"),
        ("outcome", "cured"),
    ]


@pytest.mark.slow
async def test_what_comes_after_the_end_is_recorded_and_a_reversal_opens_the_case_again(home):
    add(home.engine, "E2", day(-2))
    first, *_ = await told(
        home, line("loan.instalment.overdue", "E2"), paid("E2", "2", amount_minor=40_000)
    )
    cases = await home.cases()
    assert await cases.over(first.case_id)
    late, reopened = await told(home, paid("E2", "3", amount_minor=1), undone("E2", "4", "2"))
    assert (late.done, reopened.done) == (Done.RECORDED, Done.OPENED)
    assert reopened.case_id == first.case_id
    state = await cases.state(first.case_id)
    assert not isinstance(state, Refused)
    assert state.arrears_minor == 39_999
    assert state.outcome is None


@pytest.mark.slow
async def test_an_event_whose_case_was_not_told_is_told_when_it_comes_again(home, monkeypatch):
    add(home.engine, "E3", day(-2))
    (opened,) = await told(home, line("loan.instalment.overdue", "E3"))
    intake = LoanEvents(home.engine, await home.cases(), home.treatments)

    async def dies(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(intake, "_speak", dies)
    with pytest.raises(KeyboardInterrupt):
        await intake.take(paid("E3", "2"), 1, now())
    with reading(home.engine) as session:
        assert [row.loan_id for row in unspoken(session)] == ["E3"]
    (again, after) = await told(home, paid("E3", "2"), paid("E3", "2"))
    assert (again.done, after.done) == (Done.TOLD, Done.REPEATED)
    state = await (await home.cases()).state(opened.case_id)
    assert not isinstance(state, Refused)
    assert state.outstanding_minor == 30_000


@pytest.mark.slow
async def test_a_case_whose_file_is_open_and_that_never_started_is_started(home):
    add(home.engine, "E4", day(-2))
    intake = LoanEvents(home.engine, await home.cases(), home.treatments)
    opened = await asyncio.to_thread(intake._open, "E4", now())
    assert opened is not None
    (answer,) = await told(home, paid("E4", "1"))
    assert answer.done is Done.OPENED
    state = await (await home.cases()).state(opened.case_id)
    assert not isinstance(state, Refused)
    assert state.outstanding_minor == 30_000


@pytest.mark.slow
async def test_a_case_that_never_started_and_is_paid_is_closed_in_the_ledger(home):
    add(home.engine, "E5", day(-2))
    intake = LoanEvents(home.engine, await home.cases(), home.treatments)
    opened = await asyncio.to_thread(intake._open, "E5", now())
    assert opened is not None
    (answer,) = await told(home, paid("E5", "1", amount_minor=40_000))
    assert answer.done is Done.RECORDED
    with reading(home.engine) as session:
        file = files.case_file(session, opened.case_id)
    assert file is not None
    assert (file.outcome, file.outcome_reason) == ("cured", "paid before the case ran")


@pytest.mark.slow
async def test_asking_a_case_that_is_over_or_unknown_answers_with_a_rule(home):
    add(home.engine, "E6", day(-2))
    (opened,) = await told(home, line("loan.instalment.overdue", "E6"))
    cases = await home.cases()
    close = Close("c1", "ann", "sold")
    assert not isinstance(await cases.ask(opened.case_id, close), Refused)
    assert await cases.over(opened.case_id)
    after = await cases.ask(opened.case_id, Close("c2", "ann", "sold"))
    assert isinstance(after, Refused)
    assert after.rule == "case-closed"
    unknown = await cases.ask("case/none/2026-01-01", close)
    assert isinstance(unknown, Refused)
    assert unknown.rule == "case-unknown"
    for question in (cases.state, cases.timeline, cases.future):
        answer = await question("case/none/2026-01-01")
        assert isinstance(answer, Refused)
    with writing(home.engine) as session:
        file = files.case_file(session, opened.case_id)
    assert file is not None
    assert file.outcome_reason == "sold"
