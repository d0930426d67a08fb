"""Reports to credit bureaus: judged before they leave, corrected after, each answer reconciled."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from activities.bureau import Bureaus, consumer_of
from channels.bureau import fixed, metro2, zhengxin
from channels.bureau.fixed import LayoutBroken
from channels.bureau.metro2 import Reporter
from domain.bureau import Bureau, ReportKind
from domain.delinquency import Instalment
from domain.gate.words import Channel, ContactOutcome, Party
from domain.grievances import GrievanceKind, Verdict
from domain.holds import HoldReason
from domain.keys import notice_key
from domain.steps import MessageClass
from ledger import bureau, bureau_batches
from ledger.bureau import ReportOrder
from ledger.case_tables import ContactRow
from ledger.decisions import decisions_of, verify
from ledger.engine import reading, writing
from ledger.errors import LedgerError
from ledger.people_tables import GrievanceRow
from ledger.tables import BorrowerRow
from ledger.tasks import open_tasks
from ledger.values import Borrower, ContactPoint
from ledger.words import ContactStatus, PointChannel, ReportStatus
from tests.ledger.book import EPISODE, MORNING, WEI, a_loan, on_hold, paid

DAY = timedelta(days=1)
LATER = MORNING + 30 * DAY
US = Reporter("FORBEAR BANK", "1 MAIN ST", "2175550100", "FB00001")
JANE = Borrower("B2", "Jane Doe", "en", "America/New_York", "US")
HOME = ContactPoint(PointChannel.POSTAL, "12 Elm St, Springfield, IL 62701-1234")
ADVERSE = ReportOrder("L1", EPISODE, ReportKind.ADVERSE, "sue", LATER, "bureau_notice", 15)


@pytest.fixture
def book(ledger):
    with writing(ledger) as session:
        a_loan(session)
        a_loan(session, "L2", JANE, (HOME,))
    return ledger


@pytest.fixture
def bureaus(book, tmp_path) -> Bureaus:
    return Bureaus(book, tmp_path / "bureau", US)


def noticed(engine, at=MORNING, status=ContactStatus.SENT, loan_id="L1", outcome=None):
    """The prior notice went out, or a conversation took place."""
    step = "bureau_notice" if outcome is None else "call"
    key = notice_key(loan_id, EPISODE, step)
    with writing(engine) as session:
        session.add(
            ContactRow(
                key=key,
                loan_id=loan_id,
                borrower_id="B1" if loan_id == "L1" else "B2",
                episode=EPISODE,
                step=step,
                channel=Channel.EMAIL,
                template=step,
                message_class=MessageClass.STATUTORY,
                fingerprint="",
                status=status,
                claimed_at=at,
                claimed_wall=at,
                message_id=key,
                outcome=outcome,
            )
        )


def agreed(engine, on=date(2026, 1, 1)):
    with writing(engine) as session:
        return bureau.consent(session, "B1", on, "contract 17, page 4")


def order(engine, asked=ADVERSE, **changes):
    with writing(engine) as session:
        return bureau.order(session, replace(asked, **changes))


def ready(engine):
    noticed(engine)
    agreed(engine)
    return order(engine)


def statuses(engine, loan_id="L1"):
    with reading(engine) as session:
        return [(row.kind, row.status) for row in bureau.reports_of(session, loan_id)]


def tasks(engine):
    with reading(engine) as session:
        return [task.what for task in open_tasks(session)]


def test_a_late_debt_is_ordered_after_notice_and_consent(book):
    found = ready(book)
    assert found is not None
    assert (found.status, found.rule, found.bureau) == (
        ReportStatus.ORDERED,
        "",
        Bureau.ZHENGXIN,
    )
    assert (found.first_delinquent, found.delete_on) == (EPISODE, None)
    assert not tasks(book)


def test_without_a_prior_notice_nothing_is_reported_and_a_person_hears_of_it(book):
    agreed(book)
    found = order(book)
    assert found is not None
    assert (found.status, found.rule) == (ReportStatus.HELD, "CN-CR-01")  # ST-14
    assert tasks(book) == ["bureau-adverse-1"]
    with reading(book) as session:
        assert decisions_of(session, "L1")[-1].verdict == "held"


@pytest.mark.parametrize(
    ("status", "at"),
    [
        (ContactStatus.BOUNCED, MORNING),
        (ContactStatus.SENT_UNCERTAIN, MORNING),
        (ContactStatus.SENT, LATER - 14 * DAY),
    ],
)
def test_a_notice_that_came_back_or_was_too_late_is_none(book, status, at):
    agreed(book)
    noticed(book, at, status)
    found = order(book)
    assert found is not None
    assert found.rule == "CN-CR-01"


def test_without_written_consent_nothing_is_reported(book):
    noticed(book)
    found = order(book)
    assert found is not None
    assert found.rule == "CN-CR-02"
    with writing(book) as session, pytest.raises(LedgerError, match="paper"):
        bureau.consent(session, "B1", date(2026, 1, 1), "")
    assert (agreed(book), agreed(book)) == (True, False)


def test_in_the_us_the_letter_must_be_fourteen_days_old(book):
    noticed(book, loan_id="L2", at=LATER - 13 * DAY)
    asked = replace(ADVERSE, loan_id="L2", notice_days=0)
    first = order(book, asked)
    assert first is not None
    assert first.rule == "US-CR-01"
    second = order(book, asked, at=LATER + DAY)
    assert second is not None
    assert (second.status, second.number) == (ReportStatus.ORDERED, 2)
    assert second.delete_on == date(2033, 8, 28)


def test_in_the_us_a_conversation_opens_the_way(book):
    noticed(book, loan_id="L2", at=LATER - 3 * DAY)
    noticed(book, loan_id="L2", at=LATER - 5 * DAY, outcome=ContactOutcome.CONVERSATION)
    found = order(book, loan_id="L2", notice_days=0)
    assert found is not None
    assert found.rule == ""


def test_during_military_service_nobody_is_reported(book):
    noticed(book, loan_id="L2")
    on_hold(book, start=MORNING, loan_id="L2", reason=HoldReason.MILITARY)
    with writing(book) as session:
        from ledger.case_tables import HoldRow

        row = session.get_one(HoldRow, "H1")
        row.borrower_id = "B2"
        session.add(row)
    found = order(book, loan_id="L2")
    assert found is not None
    assert found.rule == "US-SCRA-02"


def test_nothing_is_ordered_twice(book):
    assert ready(book) is not None
    assert order(book, at=LATER + DAY) is None
    assert order(book, kind=ReportKind.DISPUTE_OVER) is None


def test_a_batch_tells_each_report_once(book, bureaus):
    ready(book)
    made = bureaus.batch(Bureau.ZHENGXIN, LATER)
    assert made.path is not None
    (line,) = zhengxin.read_file(made.path.read_bytes())
    assert (line["账户标识码"], line["当前逾期总额"], line["异议标注"]) == ("L1", "800.00", "0")
    assert (line["首次逾期日期"], line["当前逾期期数"]) == ("2026-03-01", "2")
    assert statuses(book) == [(ReportKind.ADVERSE, ReportStatus.BATCHED)]
    assert bureaus.batch(Bureau.ZHENGXIN, LATER).path is None
    assert bureaus.batch(Bureau.METRO2, LATER).path is None
    with reading(book) as session:
        assert verify(session) == []


def test_a_batch_is_dated_by_the_day_in_china_and_not_by_that_of_the_machine(book, bureaus):
    ready(book)
    night = datetime(2026, 4, 10, 16, 30, tzinfo=UTC)  # half past midnight of the 11th there
    made = bureaus.batch(Bureau.ZHENGXIN, night)
    assert made.path is not None
    assert made.path.name == "zhengxin-20260411-1.tsv"
    text = made.path.read_text("utf-8")
    assert text.splitlines()[0].split("\t")[3] == "2026-04-11T00:30:00+08:00"
    (line,) = zhengxin.read_file(made.path.read_bytes())
    assert line["信息报告日期"] == "2026-04-11"


def test_a_metro_2_file_is_dated_by_the_day_in_the_us(book, bureaus):
    noticed(book, loan_id="L2")
    order(book, loan_id="L2", notice_days=0)
    made = bureaus.batch(Bureau.METRO2, datetime(2026, 4, 11, 2, 30, tzinfo=UTC))
    assert made.path is not None
    assert made.path.name == "metro2-20260410-1.m2"
    head = fixed.read(metro2.HEADER, made.path.read_text("ascii").splitlines()[0])
    assert (head["date_created"], head["activity_date"]) == ("04102026", "04102026")
    (segment,) = metro2.read_file(made.path.read_bytes())
    assert (segment["time_stamp"], segment["date_of_account_information"]) == (
        "04102026223000",
        "04102026",
    )


@pytest.mark.parametrize("paid_minor", [10_000, 80_000])
def test_no_date_in_a_metro_2_file_lies_after_its_own(ledger, tmp_path, paid_minor):
    """On Guam it is the next day already; what was paid there today was paid tomorrow."""
    with writing(ledger) as session:
        a_loan(session, "L2", replace(JANE, zone="Pacific/Guam"), (HOME,))
    bureaus = Bureaus(ledger, tmp_path / "bureau", US)
    noticed(ledger, loan_id="L2")
    order(ledger, loan_id="L2", notice_days=0)
    bureaus.batch(Bureau.METRO2, LATER)
    night = datetime(2026, 4, 20, 20, tzinfo=UTC)
    paid(ledger, "p", paid_minor, on=date(2026, 4, 21), known_at=night, loan_id="L2")
    if paid_minor < 80_000:
        dispute(ledger, loan_id="L2")
    made = bureaus.batch(Bureau.METRO2, night)
    assert made.path is not None
    head = fixed.read(metro2.HEADER, made.path.read_text("ascii").splitlines()[0])
    (segment,) = metro2.read_file(made.path.read_bytes())
    dates = [value for name, value in {**head, **segment}.items() if "date" in name]
    created = fixed.read_day(head["date_created"])
    assert created == date(2026, 4, 20)
    assert segment["date_of_account_information"] == "04202026"
    assert segment["date_of_last_payment"] == "04202026"
    assert all(found <= created for text in dates if (found := fixed.read_day(text)))


def test_a_cure_after_the_report_is_corrected_with_the_date_of_deletion(book, bureaus):
    ready(book)
    bureaus.batch(Bureau.ZHENGXIN, LATER)
    paid(book, "all", 80_000, on=date(2026, 4, 12), known_at=LATER + 3 * DAY)
    made = bureaus.batch(Bureau.ZHENGXIN, LATER + 4 * DAY)
    assert made.path is not None
    (line,) = zhengxin.read_file(made.path.read_bytes())
    assert (line["报告类型"], line["账户状态"], line["当前逾期总额"]) == ("cured", "结清", "0.00")
    assert (line["结清日期"], line["不良信息删除日期"]) == ("2026-04-12", "2031-04-12")
    before = datetime(2031, 4, 11, 2, tzinfo=UTC)
    assert bureaus.batch(Bureau.ZHENGXIN, before).path is None
    gone = bureaus.batch(Bureau.ZHENGXIN, before + DAY)
    assert gone.path is not None
    (line,) = zhengxin.read_file(gone.path.read_bytes())
    assert line["报告类型"] == "delete"
    assert bureaus.batch(Bureau.ZHENGXIN, before + 100 * DAY).path is None


def test_a_cure_before_the_batch_withdraws_the_report(book, bureaus):
    ready(book)
    paid(book, "all", 80_000, on=date(2026, 4, 9), known_at=LATER)
    assert bureaus.batch(Bureau.ZHENGXIN, LATER + DAY).path is None
    assert statuses(book) == [(ReportKind.ADVERSE, ReportStatus.WITHDRAWN)]


def test_a_payment_undone_lets_the_same_start_be_reported_again(book, bureaus):
    ready(book)
    bureaus.batch(Bureau.ZHENGXIN, LATER)
    order(book, kind=ReportKind.CURED, at=LATER + DAY)
    again = order(book, at=LATER + 2 * DAY)
    assert again is not None
    assert (again.number, again.first_delinquent, again.cured_on) == (2, EPISODE, None)


def dispute(engine, verdict=None, loan_id="L1"):
    with writing(engine) as session:
        session.merge(
            GrievanceRow(
                grievance_id=f"G-{loan_id}",
                borrower_id="B1" if loan_id == "L1" else "B2",
                loan_id=loan_id,
                kind=GrievanceKind.RECORD_DISPUTE,
                about="not mine",
                opened_at=LATER,
                by="wei",
                rule="CN-CR-04",
                answer_by=date(2026, 4, 29),
                verdict=verdict,
            )
        )


def test_a_dispute_is_marked_while_it_is_open(book, bureaus):
    ready(book)
    bureaus.batch(Bureau.ZHENGXIN, LATER)
    dispute(book)
    marked = bureaus.batch(Bureau.ZHENGXIN, LATER + DAY)
    dispute(book, Verdict.REJECTED)
    over = bureaus.batch(Bureau.ZHENGXIN, LATER + 5 * DAY)
    told = [zhengxin.read_file(made.path.read_bytes())[0] for made in (marked, over) if made.path]
    assert [(line["报告类型"], line["异议标注"]) for line in told] == [
        ("disputed", "1"),
        ("dispute_over", "0"),
    ]


def test_a_metro_2_file_has_one_segment_an_account_and_the_mark_of_its_dispute(book, bureaus):
    noticed(book, loan_id="L2")
    order(book, loan_id="L2", notice_days=0)
    dispute(book, loan_id="L2")
    made = bureaus.batch(Bureau.METRO2, LATER)
    assert made.path is not None
    assert made.reports == 2
    (segment,) = metro2.read_file(made.path.read_bytes())
    assert (segment["surname"], segment["first_name"], segment["compliance_condition"]) == (
        "Doe",
        "Jane",
        "XB",
    )
    assert (segment["account_status"], segment["date_of_first_delinquency"]) == ("71", "03012026")
    assert (segment["amount_past_due"], segment["highest_credit"]) == ("000000800", "000000700")
    assert (segment["address_1"], segment["city"], segment["state"], segment["zip"]) == (
        "12 Elm St",
        "Springfield",
        "IL",
        "627011234",
    )


def test_a_name_that_does_not_fit_holds_back_its_own_report_only(ledger, tmp_path):
    with writing(ledger) as session:
        a_loan(session, "L1", replace(WEI, jurisdiction="US", zone="America/New_York"), (HOME,))
        a_loan(session, "L2", JANE, (HOME,))
    bureaus = Bureaus(ledger, tmp_path, US)
    for loan_id in ("L1", "L2"):
        noticed(ledger, loan_id=loan_id)
        order(ledger, loan_id=loan_id, notice_days=0)
    made = bureaus.batch(Bureau.METRO2, LATER)
    assert made.path is not None
    assert made.reports == 1
    assert len(made.held) == 1
    with reading(ledger) as session:
        (row,) = bureau.reports_of(session, "L1")
    assert (row.status, row.rule) == (ReportStatus.HELD, "bureau-layout")


def test_a_hold_that_came_after_the_order_keeps_the_report_back(book, bureaus):
    ready(book)
    on_hold(book, reason=HoldReason.BANKRUPTCY, start=LATER)
    assert bureaus.batch(Bureau.ZHENGXIN, LATER + DAY).path is None
    with reading(book) as session:
        (row,) = bureau.reports_of(session, "L1")
    assert (row.status, row.rule) == (ReportStatus.HELD, "bureau-hold")


def test_a_mark_whose_report_was_held_back_is_withdrawn(book, bureaus):
    ready(book)
    dispute(book)
    with writing(book) as session:
        bureau.follow_up(session, "L1", LATER)
    on_hold(book, reason=HoldReason.BANKRUPTCY, start=LATER)
    assert bureaus.batch(Bureau.ZHENGXIN, LATER + DAY).path is None
    assert statuses(book) == [
        (ReportKind.ADVERSE, ReportStatus.HELD),
        (ReportKind.DISPUTED, ReportStatus.WITHDRAWN),
    ]


def test_a_crash_after_the_record_leaves_a_file_that_is_found_again(book, bureaus, tmp_path):
    ready(book)
    made = bureaus.batch(Bureau.ZHENGXIN, LATER)
    assert made.path is not None
    beside = made.path.with_name(f"{made.path.name}.part")
    made.path.rename(beside)
    (tmp_path / "bureau" / "zhengxin-20260101-9.tsv.part").write_text("never recorded")
    assert bureaus.recover() == [made.path]
    assert bureaus.recover() == []
    assert len(zhengxin.read_file(made.path.read_bytes())) == 1


# What the bureau answers.


def answered(bureaus, *lines, at=LATER + DAY):
    text = "".join(f"{line}\n" for line in ("key,answer,code", *lines))
    return bureaus.reconcile(text.encode(), at)


def test_every_answer_is_reconciled_once(book, bureaus):
    found = ready(book)
    bureaus.batch(Bureau.ZHENGXIN, LATER)
    for _ in range(2):
        told = answered(bureaus, f"{found.key},accepted,")
        assert told == bureau_batches.Reconciled((found.key,), (), (), ())
    assert statuses(book) == [(ReportKind.ADVERSE, ReportStatus.ACCEPTED)]
    with reading(book) as session:
        (batch,) = bureau_batches.batches(session)
    assert batch.answered_at == LATER + DAY
    turned = answered(bureaus, f"{found.key},refused,E07")
    assert turned.unknown == (found.key,)


def test_a_refused_report_is_asked_of_a_person_and_can_be_ordered_again(book, bureaus):
    found = ready(book)
    bureaus.batch(Bureau.ZHENGXIN, LATER)
    assert answered(bureaus, f"{found.key},refused,E07").refused == (found.key,)
    assert tasks(book) == ["bureau-answer-adverse-1"]
    assert order(book, at=LATER + 2 * DAY) is not None


def test_what_is_unknown_and_what_is_missing_is_named(book, bureaus):
    first = ready(book)
    bureaus.batch(Bureau.ZHENGXIN, LATER)
    assert answered(bureaus, "bureau/L9/x,accepted,").unknown == ("bureau/L9/x",)
    with writing(book) as session:
        a_loan(session, "L3")
    noticed_l3 = replace(ADVERSE, loan_id="L3")
    with writing(book) as session:
        row = session.get_one(ContactRow, notice_key("L1", EPISODE, "bureau_notice"))
        copy = row.model_dump() | {"key": "k3", "loan_id": "L3", "message_id": "k3"}
        session.add(ContactRow(**copy))
    order(book, noticed_l3)
    dispute(book)
    made = bureaus.batch(Bureau.ZHENGXIN, LATER + DAY)
    assert made.reports == 2
    told = answered(bureaus, "bureau/L3/2026-03-01/adverse/1,accepted,", at=LATER + 2 * DAY)
    assert told.missing == ("bureau/L1/2026-03-01/disputed/1",)
    assert first is not None


def test_answers_that_cannot_be_read_change_nothing(book, bureaus):
    ready(book)
    bureaus.batch(Bureau.ZHENGXIN, LATER)
    with pytest.raises(LayoutBroken):
        bureaus.reconcile(b"key,answer,code\nx,perhaps,\n", LATER)
    assert statuses(book) == [(ReportKind.ADVERSE, ReportStatus.BATCHED)]


@pytest.mark.parametrize(
    "address", ["", "somewhere", "a, b, c", "12 Elm St, Springfield", "1 A St, B, xx y"]
)
def test_an_address_that_cannot_be_parted_is_left_out(ledger, address):
    points = (ContactPoint(PointChannel.POSTAL, address),) if address else ()
    with writing(ledger) as session:
        a_loan(session, "L2", JANE, points)
    noticed(ledger, loan_id="L2")
    order(ledger, loan_id="L2", notice_days=0)
    with writing(ledger) as session:
        (report,) = bureau_batches.due(session, Bureau.METRO2, LATER)
    assert consumer_of(report).address == ()


# What was held back is judged again with every file.


def course(engine, loan_id="L1"):
    with reading(engine) as session:
        return [
            [(step.verdict, step.rule) for step in bureau.course_of(session, row)]
            for row in bureau.reports_of(session, loan_id)
        ]


def test_a_report_held_for_want_of_consent_goes_out_once_the_paper_is_there(book, bureaus):
    noticed(book)
    order(book)
    for _ in range(2):
        still = bureaus.batch(Bureau.ZHENGXIN, LATER)
        assert still.path is None
        (one,) = still.waiting
        assert (one.loan_id, one.rule, one.until) == ("L1", "CN-CR-02", None)
        assert "agreed in writing" in one.reason
    assert course(book) == [[("held", "CN-CR-02")]]
    agreed(book)
    made = bureaus.batch(Bureau.ZHENGXIN, LATER + DAY)
    assert (made.reports, made.waiting) == (1, ())
    assert statuses(book) == [(ReportKind.ADVERSE, ReportStatus.BATCHED)]
    assert course(book) == [[("held", "CN-CR-02"), ("released", "CN-CR-02"), ("batched", "")]]
    with reading(book) as session:
        assert bureau.reports_of(session, "L1")[0].rule == ""
        assert verify(session) == []


def test_a_report_that_came_too_early_goes_out_on_its_day(book, bureaus):
    noticed(book, loan_id="L2", at=LATER - 13 * DAY)
    order(book, loan_id="L2", notice_days=0)
    (one,) = bureaus.batch(Bureau.METRO2, LATER).waiting
    assert (one.rule, one.until) == ("US-CR-01", date(2026, 4, 9))
    assert bureaus.batch(Bureau.METRO2, LATER + DAY).reports == 1


def test_a_batch_names_only_what_its_own_bureau_is_not_told(book, bureaus):
    for loan_id in ("L1", "L2"):
        order(book, loan_id=loan_id)
    for whose, rule in ((Bureau.ZHENGXIN, "CN-CR-02"), (Bureau.METRO2, "US-CR-01")):
        assert [one.rule for one in bureaus.batch(whose, LATER).waiting] == [rule]


def test_a_report_whose_next_hindrance_is_another_says_so_on_record(book, bureaus):
    noticed(book)
    order(book)
    agreed(book)
    on_hold(book, reason=HoldReason.BANKRUPTCY, start=LATER, until=LATER + 9 * DAY)
    (one,) = bureaus.batch(Bureau.ZHENGXIN, LATER + DAY).waiting
    assert (one.rule, one.until) == ("bureau-hold", date(2026, 4, 18))
    assert course(book) == [[("held", "CN-CR-02"), ("held", "bureau-hold")]]
    assert bureaus.batch(Bureau.ZHENGXIN, LATER + 9 * DAY).reports == 1


def test_a_held_report_of_a_debt_that_was_cured_is_dropped_on_record(book, bureaus):
    noticed(book)
    order(book)
    paid(book, "all", 80_000, on=date(2026, 4, 10), known_at=LATER + DAY)
    agreed(book)
    made = bureaus.batch(Bureau.ZHENGXIN, LATER + 2 * DAY)
    assert (made.path, made.waiting) == (None, ())
    assert statuses(book) == [(ReportKind.ADVERSE, ReportStatus.WITHDRAWN)]
    assert course(book)[0][-1] == ("withdrawn", "nothing-due")


def test_a_held_report_does_not_speak_of_a_later_delinquency(ledger, tmp_path):
    dues = (Instalment(EPISODE, 40_000), Instalment(date(2026, 5, 1), 40_000))
    with writing(ledger) as session:
        a_loan(session, dues=dues)
    noticed(ledger)
    order(ledger)
    paid(ledger, "first", 40_000, on=date(2026, 4, 10), known_at=LATER + DAY)
    agreed(ledger)
    bureaus = Bureaus(ledger, tmp_path / "bureau", US)
    assert bureaus.batch(Bureau.ZHENGXIN, LATER + 60 * DAY).path is None
    assert statuses(ledger) == [(ReportKind.ADVERSE, ReportStatus.WITHDRAWN)]


def test_a_held_report_of_a_disputed_debt_waits_for_the_answer(book, bureaus):
    noticed(book)
    order(book)
    agreed(book)
    dispute(book)
    (one,) = bureaus.batch(Bureau.ZHENGXIN, LATER + DAY).waiting
    assert one.rule == "CN-CR-04"
    dispute(book, Verdict.REJECTED)
    assert bureaus.batch(Bureau.ZHENGXIN, LATER + 2 * DAY).reports == 1


def test_of_a_held_report_and_its_second_order_only_one_is_told(book, bureaus):
    noticed(book)
    order(book)
    agreed(book)
    order(book, at=LATER + DAY)
    assert bureaus.batch(Bureau.ZHENGXIN, LATER + DAY).reports == 1
    assert statuses(book) == [
        (ReportKind.ADVERSE, ReportStatus.WITHDRAWN),
        (ReportKind.ADVERSE, ReportStatus.BATCHED),
    ]


def test_a_correction_that_fits_no_file_is_held_once_and_told_when_it_fits(book, tmp_path):
    noticed(book, loan_id="L2")
    order(book, loan_id="L2", notice_days=0)
    bureaus = Bureaus(book, tmp_path / "bureau", US)
    bureaus.batch(Bureau.METRO2, LATER)
    paid(book, "all", 80_000, on=date(2026, 4, 10), known_at=LATER + DAY, loan_id="L2")
    renamed(book, "Jane Łoś")
    for day in (2, 3):
        made = bureaus.batch(Bureau.METRO2, LATER + day * DAY)
        assert (len(made.held), made.waiting) == (1, ())
    renamed(book, "Jane Los")
    assert bureaus.batch(Bureau.METRO2, LATER + 4 * DAY).reports == 1
    assert course(book, "L2")[1] == [("ordered", ""), ("held", "bureau-layout"), ("batched", "")]


def renamed(engine, name):
    with writing(engine) as session:
        row = session.get_one(BorrowerRow, "B2")
        row.name = name
        session.add(row)


# Where the borrower lives and is called.


def told_of(ledger, *points):
    with writing(ledger) as session:
        a_loan(session, "L2", JANE, points)
    noticed(ledger, loan_id="L2")
    order(ledger, loan_id="L2", notice_days=0)
    with writing(ledger) as session:
        (report,) = bureau_batches.due(session, Bureau.METRO2, LATER)
    return consumer_of(report)


@pytest.mark.parametrize(
    ("number", "told"),
    [
        ("+1 (217) 555-0133", "2175550133"),
        ("217.555.0133", "2175550133"),
        ("+8613800000000", ""),
        ("5550133", ""),
    ],
)
def test_only_a_north_american_number_stands_in_the_file(ledger, number, told):
    assert told_of(ledger, ContactPoint(PointChannel.PHONE, number)).telephone == told


def test_what_belongs_to_somebody_else_is_not_told_as_the_borrowers(ledger):
    points = (
        ContactPoint(PointChannel.PHONE, "+12175550133"),
        ContactPoint(PointChannel.POSTAL, "9 Oak St, Peoria, IL 61602"),
    )
    theirs = [replace(p, party=Party.CONTACT_PERSON, person="a cousin") for p in points]
    found = told_of(ledger, *theirs)
    assert (found.telephone, found.address) == ("", ())


def test_an_address_in_lines_is_parted_and_a_long_street_takes_two(ledger):
    lines = "1200 North Martin Luther King Drive, Apartment 1200\nSpringfield\nIL 62701"
    found = told_of(ledger, ContactPoint(PointChannel.POSTAL, lines.replace(" Drive", "")))
    assert found.address == ("1200 North Martin Luther King", "Apartment 1200")
    assert (found.city, found.state, found.zip) == ("Springfield", "IL", "62701")
