"""Metro 2 files: every field in its place, every count right, and read back as written."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from channels.bureau import metro2
from channels.bureau.answers import Verdict, read_answers
from channels.bureau.fixed import LayoutBroken, day, read, read_day
from channels.bureau.metro2 import BASE, HEADER, LENGTH, TRAILER, Account, Consumer, Reporter

AT = datetime(2026, 6, 30, 8, 15, 1, tzinfo=UTC)
US = Reporter("FORBEAR BANK", "1 MAIN ST SPRINGFIELD IL 62701", "2175550100", "FB00001")
JANE = Consumer("DOE", "JANE", ("12 ELM ST",), "SPRINGFIELD", "IL", "62701", "", None, "2175550199")
LATE = Account(
    number="L1",
    consumer=JANE,
    as_of=date(2026, 6, 30),
    opened=date(2025, 1, 15),
    currency="USD",
    principal_minor=1_000_099,
    scheduled_minor=50_050,
    months=24,
    balance_minor=743_199,
    past_due_minor=150_150,
    days_past_due=95,
    first_delinquent=date(2026, 3, 27),
    last_paid=date(2026, 2, 20),
)

PLACES = {
    "record_descriptor_word": (1, 4),
    "processing_indicator": (5, 1),
    "time_stamp": (6, 14),
    "identification_number": (21, 20),
    "cycle_identifier": (41, 2),
    "consumer_account_number": (43, 30),
    "portfolio_type": (73, 1),
    "account_type": (74, 2),
    "date_opened": (76, 8),
    "credit_limit": (84, 9),
    "highest_credit": (93, 9),
    "terms_duration": (102, 3),
    "terms_frequency": (105, 1),
    "scheduled_payment": (106, 9),
    "actual_payment": (115, 9),
    "account_status": (124, 2),
    "payment_rating": (126, 1),
    "payment_history": (127, 24),
    "special_comment": (151, 2),
    "compliance_condition": (153, 2),
    "current_balance": (155, 9),
    "amount_past_due": (164, 9),
    "original_charge_off": (173, 9),
    "date_of_account_information": (182, 8),
    "date_of_first_delinquency": (190, 8),
    "date_closed": (198, 8),
    "date_of_last_payment": (206, 8),
    "interest_type": (214, 1),
    "surname": (232, 25),
    "first_name": (257, 20),
    "middle_name": (277, 20),
    "generation_code": (297, 1),
    "social_security_number": (298, 9),
    "date_of_birth": (307, 8),
    "telephone": (315, 10),
    "ecoa_code": (325, 1),
    "consumer_information": (326, 2),
    "country": (328, 2),
    "address_1": (330, 32),
    "address_2": (362, 32),
    "city": (394, 20),
    "state": (414, 2),
    "zip": (416, 9),
    "address_indicator": (425, 1),
    "residence_code": (426, 1),
}
"""The public field layout of the base segment: the first character and the length."""


def segment(account=LATE) -> str:
    return metro2.base(account, US, AT)


def told(account=LATE) -> dict[str, str]:
    return read(BASE, segment(account))


@pytest.mark.parametrize("name", PLACES)
def test_each_field_of_the_base_segment_stands_where_the_layout_has_it(name):
    (field,) = [field for field in BASE if field.name == name]
    assert (field.at, field.length) == PLACES[name]


@pytest.mark.parametrize("fields", [HEADER, BASE, TRAILER])
def test_every_record_has_426_characters_without_a_gap(fields):
    at = 1
    for field in fields:
        assert field.at == at
        at += field.length
    assert at - 1 == LENGTH
    assert len({field.name for field in fields}) == len(fields)


def test_a_late_account_character_by_character():
    line = segment()
    assert len(line) == LENGTH
    assert line[:20] == "04261063020260815010"
    assert line[20:42] == "FB00001".ljust(22)
    assert line[42:75] == f"{'L1':30}I01"
    assert line[75:83] == "01152025"
    assert line[83:101] == "000000000000010000"  # whole dollars, cents cut off
    assert line[101:105] == "024M"
    assert line[105:114] == "000000500"
    assert line[123:126] == "80 "
    assert line[154:172] == "000007431000001501"
    assert line[181:197] == "0630202603272026"
    assert line[205:213] == "02202026"
    assert line[231:277] == f"{'DOE':25}{'JANE':20} "
    assert line[297:324] == "000000000000000002175550199"
    assert line[324] == "1"
    assert line[415:424] == "62701    "


@pytest.mark.parametrize(
    ("days", "status"),
    [
        (0, "11"),
        (29, "11"),
        (30, "71"),
        (59, "71"),
        (60, "78"),
        (90, "80"),
        (119, "80"),
        (120, "82"),
        (150, "83"),
        (179, "83"),
        (180, "84"),
        (2000, "84"),
    ],
)
def test_the_status_follows_the_age(days, status):
    assert told(replace(LATE, days_past_due=days))["account_status"] == status


def test_an_account_cured_is_reported_current_and_owes_nothing_late():
    cured = told(replace(LATE, past_due_minor=0, days_past_due=0))
    assert (cured["account_status"], cured["amount_past_due"]) == ("11", "0" * 9)
    assert cured["date_of_first_delinquency"] == "0" * 8
    assert cured["current_balance"] == "000007431"


@pytest.mark.parametrize(("days", "rating"), [(0, "0"), (45, "1"), (95, "3"), (400, "6")])
def test_an_account_paid_off_carries_how_late_it_was(days, rating):
    over = replace(LATE, closed=True, days_past_due=days, cured_on=date(2026, 6, 22))
    found = told(over)
    assert (found["account_status"], found["payment_rating"]) == ("13", rating)
    assert (found["current_balance"], found["scheduled_payment"]) == ("0" * 9, "0" * 9)
    assert found["date_closed"] == "06222026"


def test_a_dispute_is_marked_and_a_deletion_is_one():
    assert told(replace(LATE, condition=metro2.DISPUTED))["compliance_condition"] == "XB"
    assert told(replace(LATE, delete=True))["account_status"] == "DA"


def test_a_file_is_read_back_and_its_trailer_counts_it():
    accounts = [LATE, replace(LATE, number="L2", days_past_due=10), replace(LATE, number="L3")]
    content = metro2.file_of(accounts, US, AT)
    lines = content.decode("ascii").splitlines()
    assert [len(line) for line in lines] == [LENGTH] * 5
    assert lines[0][4:10] == "HEADER"
    assert lines[0][47:63] == "0630202606302026"
    end = read(TRAILER, lines[-1])
    assert (end["base_records"], end["status_80"], end["status_11"]) == (
        "000000003",
        "000000002",
        "000000001",
    )
    assert (end["telephone_all"], end["ssn_all"]) == ("000000003", "000000000")
    found = metro2.read_file(content)
    assert [one["consumer_account_number"] for one in found] == ["L1", "L2", "L3"]


def test_an_empty_file_has_a_header_and_a_trailer():
    assert metro2.read_file(metro2.file_of([], US, AT)) == []


def test_a_file_that_was_cut_off_is_refused():
    lines = metro2.file_of([LATE, replace(LATE, number="L2")], US, AT).splitlines(keepends=True)
    for kept in (lines[1:], lines[:-1], [lines[0], lines[1], lines[3]], []):
        with pytest.raises(LayoutBroken):
            metro2.read_file(b"".join(kept))
    with pytest.raises(LayoutBroken, match="has 425"):
        metro2.read_file(b"".join([lines[0], lines[1][1:], lines[2], lines[3]]))
    with pytest.raises(LayoutBroken, match="not ASCII"):
        metro2.read_file("é".encode())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"consumer": replace(JANE, surname="王")}, "surname: holds a sign"),
        ({"consumer": replace(JANE, surname="D\nE")}, "surname: holds a sign"),
        ({"consumer": replace(JANE, surname="X" * 26)}, "surname: has 26"),
        ({"consumer": replace(JANE, telephone="+1217")}, "telephone: must be a number"),
        ({"number": "9" * 31}, "consumer_account_number: has 31"),
        ({"principal_minor": 10**12}, "highest_credit: has 11"),
    ],
)
def test_what_does_not_fit_is_refused_without_quoting_it(change, said):
    with pytest.raises(LayoutBroken, match=said) as raised:
        segment(replace(LATE, **change))
    assert "王" not in str(raised.value)


def test_amounts_without_cents_are_whole_already():
    assert told(replace(LATE, currency="JPY", balance_minor=7431))["current_balance"] == "000007431"


def test_dates_are_read_back():
    assert read_day(day(date(2026, 6, 30))) == date(2026, 6, 30)
    assert read_day(day(None)) is None
    with pytest.raises(LayoutBroken):
        read_day("13012026")


# What comes back.


def test_answers_are_read():
    assert read_answers(b"key,answer,code\r\nk1,accepted,\r\nk2,refused,E07\r\n") == [
        Verdict("k1", True),
        Verdict("k2", False, "E07"),
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "other columns"),
        (b"key,answer\r\nk1,accepted\r\n", "other columns"),
        (b"key,answer,code\r\n,accepted,\r\n", "Line 2"),
        (b"key,answer,code\r\nk1,accepted,\r\nk2,perhaps,\r\n", "Line 3"),
        (b"\xff", "no CSV"),
    ],
)
def test_an_answer_that_cannot_be_read_is_refused(content, said):
    with pytest.raises(LayoutBroken, match=said):
        read_answers(content)
