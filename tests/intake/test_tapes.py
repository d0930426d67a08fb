"""Loan tapes: what is read exactly, what is rejected with its place and reason, and importing."""

import gzip
import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlmodel import func, select

from domain.clock import local_date
from domain.delinquency import Instalment
from intake.importing import import_tape, with_known_strategies, write_rejects
from intake.mapping import FOLDER, BorrowerMap, LoanMap, load_mapping
from intake.tapes import Rejected, TapeError, TapeRow, read_tape, rows_in
from ledger.engine import reading, writing
from ledger.loans import loan_view
from ledger.strategies import remember
from ledger.tables import BorrowerRow, InstalmentRow, JournalEntryRow, LoanRow, PaymentRow
from policies.files import PolicyError
from policies.strategy_files import load_strategy

MAP = """\
name: small
zone: Asia/Shanghai
date_format: "%d.%m.%Y"
time_format: "%d.%m.%Y %H:%M"
currency: {column: cur}
loan:
  id: {column: loan}
  disbursed_on: {column: paid_out}
borrower:
  id: {column: person}
  name: {column: name}
  jurisdiction: {value: CN}
  locale: {value: zh_CN}
  email: {text: "{person}@example.test"}
instalments:
  - {due: due1, amount: amount1}
  - {due: due2, amount: amount2}
payments:
  - {at: first, percent: 50, when_before: closed}
  - {at: closed, rest: true}
"""
HEADER = "loan,person,name,cur,paid_out,due1,amount1,due2,amount2,first,closed\n"
GOOD = (
    "L1,b1,Li,CNY,01.01.2026,10.02.2026,100.01,10.03.2026,100,12.02.2026 09:00,15.02.2026 09:30\n"
)
KNOWN_AT = datetime(2026, 3, 1, tzinfo=UTC)
SPARSELY = 4
"""One loan of so many of the real tape is imported: as many loans as a busy night brings."""


@pytest.fixture
def small(tmp_path):
    file = tmp_path / "small.yaml"
    file.write_text(MAP, encoding="utf-8")
    return load_mapping(file)


@pytest.fixture
def tape(tmp_path, small):
    def rows(text: str | bytes) -> list[TapeRow | Rejected]:
        file = tmp_path / "tape.csv"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return list(read_tape(file, small))

    return rows


def test_a_row_is_read_to_the_minor_unit_and_the_minute(tape):
    (row,) = tape(HEADER + GOOD)
    assert row.loan.loan_id == "L1"
    assert row.loan.disbursed_on == date(2026, 1, 1)
    assert row.loan.principal_minor == 20_001
    assert row.instalments == (
        Instalment(date(2026, 2, 10), 10_001),
        Instalment(date(2026, 3, 10), 10_000),
    )
    first, rest = row.payments
    assert (first.amount_minor, rest.amount_minor) == (10_001, 10_000)
    assert first.at == datetime(2026, 2, 12, 1, 0, tzinfo=UTC)
    assert rest.on == date(2026, 2, 15)
    assert row.contact_points[0].address == "b1@example.test"


def test_a_first_payment_at_the_closing_instant_is_the_closing_one(tape):
    (row,) = tape(HEADER + GOOD.replace("12.02.2026 09:00", "15.02.2026 09:30"))
    assert [payment.amount_minor for payment in row.payments] == [20_001]


def test_an_open_loan_has_no_payments_and_a_missing_second_instalment_is_none(tape):
    (row,) = tape(HEADER + "L1,b1,Li,CNY,,10.02.2026,100,,,,\n")
    assert row.payments == ()
    assert len(row.instalments) == 1
    assert row.loan.disbursed_on is None


@pytest.mark.parametrize(
    ("cell", "zone", "calendar"),
    [("Asia/Urumqi", "Asia/Urumqi", "Asia/Urumqi"), ("", "", "Asia/Shanghai")],
)
def test_an_empty_cell_for_the_zone_says_that_nobody_knows_it(tmp_path, cell, zone, calendar):
    told = MAP.replace("  jurisdiction:", "  zone: {column: lives}\n  jurisdiction:")
    (tmp_path / "zones.yaml").write_text(told, encoding="utf-8")
    rows = HEADER.replace("\n", ",lives\n") + GOOD.replace("\n", f",{cell}\n")
    (tmp_path / "tape.csv").write_text(rows, encoding="utf-8")
    (row,) = read_tape(tmp_path / "tape.csv", load_mapping(tmp_path / "zones.yaml"))
    assert isinstance(row, TapeRow)
    assert (row.borrower.zone, row.borrower.calendar_zone) == (zone, calendar)


def test_a_zone_that_there_is_not_is_rejected(tmp_path):
    told = MAP.replace("  jurisdiction:", "  zone: {column: lives}\n  jurisdiction:")
    (tmp_path / "zones.yaml").write_text(told, encoding="utf-8")
    rows = HEADER.replace("\n", ",lives\n") + GOOD.replace("\n", ",Asia/Nowhere\n")
    (tmp_path / "tape.csv").write_text(rows, encoding="utf-8")
    (row,) = read_tape(tmp_path / "tape.csv", load_mapping(tmp_path / "zones.yaml"))
    assert isinstance(row, Rejected)
    assert (row.column, row.reason) == ("lives", "'Asia/Nowhere' is no time zone")


@pytest.mark.parametrize(
    ("was", "becomes", "column", "reason"),
    [
        ("100.01", "abc", "amount1", "'abc' is not an amount"),
        ("100.01", "100.001", "amount1", "more than the 2 decimals"),
        ("100.01", "-5", "amount1", "not above zero"),
        ("100.01", "0", "amount1", "not above zero"),
        ("100.01", "1e9999999", "amount1", "is not an amount"),
        ("100.01", "9" * 15, "amount1", "larger than any loan"),
        ("100.01", "", "amount1", "is missing"),
        ("10.02.2026", "2026-02-10", "due1", "is not a date"),
        ("10.02.2026", "31.02.2026", "due1", "is not a date"),
        ("CNY", "XXX", "cur", "not an ISO 4217"),
        ("CNY", "", "cur", "is missing"),
        ("b1", "", "person", "is missing"),
        ("Li", "", "name", "is missing"),
        ("L1", " ", "loan", "is missing"),
        ("15.02.2026 09:30", "yesterday", "closed", "is not a time"),
    ],
)
def test_a_bad_cell_is_rejected_with_row_column_and_reason(tape, was, becomes, column, reason):
    second = GOOD.replace("L1", "L2").replace("b1", "b2")
    rows = tape(HEADER + GOOD.replace(was, becomes, 1) + second)
    bad, good = rows
    assert isinstance(bad, Rejected)
    assert (bad.row, bad.column) == (2, column)
    assert reason in bad.reason
    assert good.loan.loan_id == "L2"


SPACIOUS = """\
name: spacious
zone: Asia/Shanghai
currency: {column: cur}
loan: {id: {column: loan}, principal: {column: principal}, strategy: {column: treatment}}
borrower:
  id: {column: person}
  name: {column: name}
  jurisdiction: {value: CN}
  locale: {value: zh_CN}
  email: {column: mail}
  phone: {column: mobile}
instalments:
  - {due: due, amount: amount}
"""


def spacious(tmp_path, **cells: str) -> TapeRow | Rejected:
    """The one row of a tape with a principal and addresses, with those cells changed."""
    (tmp_path / "spacious.yaml").write_text(SPACIOUS, encoding="utf-8")
    row = {"loan": "L1", "person": "b1", "name": "Li", "cur": "CNY", "principal": "100"}
    row |= {"treatment": "", "mail": "li@example.test", "mobile": "+8613800000000"}
    row |= {"due": "2026-02-10", "amount": "100"} | cells
    (tmp_path / "tape.csv").write_text(f"{','.join(row)}\n{','.join(row.values())}\n", "utf-8")
    (read,) = read_tape(tmp_path / "tape.csv", load_mapping(tmp_path / "spacious.yaml"))
    return read


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"mail": "not-an-email"}, "mail", "'not-an-email' is not an e-mail address such as"),
        ({"mail": "li @example.test"}, "mail", "is not an e-mail address"),
        ({"mobile": "13800000000"}, "mobile", "is not a number such as +8613800000000"),
        ({"mobile": "+86138-0000"}, "mobile", "is not a number"),
        (
            {"principal": "10000", "amount": "6000"},
            "principal",
            "10000.00 is more than the instalments, 6000.00 in all",
        ),
    ],
)
def test_what_can_reach_nobody_or_does_not_add_up_is_rejected(tmp_path, cells, column, reason):
    row = spacious(tmp_path, **cells)
    assert isinstance(row, Rejected)
    assert (row.column, row.also) == (column, ())
    assert reason in row.reason


def test_no_address_is_no_wrong_address_and_instalments_may_hold_interest(tmp_path):
    row = spacious(tmp_path, mail="", mobile="", amount="107.50")
    assert isinstance(row, TapeRow)
    assert row.contact_points == ()
    assert (row.loan.principal_minor, row.instalments[0].amount_minor) == (10_000, 10_750)


def test_every_problem_of_a_row_is_told_at_once(tmp_path, ledger, treatments):
    wrong = {
        "name": "",
        "principal": "x",
        "due": "soon",
        "amount": "-1",
        "mail": "li",
        "mobile": "1",
    }
    row = spacious(tmp_path, treatment="nothing", **wrong)
    assert isinstance(row, Rejected)
    assert sorted(column for column, _ in row.problems) == sorted(wrong)
    tape_map = load_mapping(tmp_path / "spacious.yaml")
    (row,) = with_known_strategies([row], tape_map, ledger, treatments)
    assert isinstance(row, Rejected)
    assert sorted(column for column, _ in row.problems) == sorted([*wrong, "treatment"])
    report = import_tape(ledger, [row], KNOWN_AT)
    assert (report.read, len(report.rejected)) == (1, 1)
    write_rejects(tmp_path / "rejects.csv", report.rejected)
    lines = (tmp_path / "rejects.csv").read_text("utf-8").splitlines()
    assert lines[0] == "row,column,reason"
    assert len(lines) == 1 + 7
    assert all(line.startswith("2,") for line in lines[1:])


def test_one_problem_is_not_told_as_another(tmp_path):
    row = spacious(tmp_path, cur="XXX", principal="200")
    assert isinstance(row, Rejected)
    assert [column for column, _ in row.problems] == ["cur"]
    row = spacious(tmp_path, principal="200", amount="abc")
    assert isinstance(row, Rejected)
    assert [column for column, _ in row.problems] == ["amount"]


def test_rows_that_contradict_the_tape_are_rejected(tape):
    again = GOOD
    other_name = GOOD.replace("L1", "L2").replace("Li", "Wang")
    short = "L3,b3\n"
    first, repeated, told_otherwise, cut = tape(HEADER + GOOD + again + other_name + short)
    assert isinstance(first, TapeRow)
    assert repeated == Rejected(3, "loan", "loan L1 is already in row 2")
    assert told_otherwise == Rejected(4, "person", "borrower b1 is told otherwise in row 2")
    assert cut == Rejected(5, "", "has 2 cells; the header has 11")


def test_a_row_in_another_encoding_is_rejected_and_the_rest_go_on(tape):
    broken = GOOD.replace("Li", "Mü").replace("L1", "L2").replace("b1", "b2").encode("latin-1")
    good, bad = tape(HEADER.encode() + GOOD.encode() + broken)
    assert isinstance(good, TapeRow)
    assert bad == Rejected(3, "name", "is not UTF-8")


def test_a_column_that_the_tape_lacks_is_named_with_the_line_of_the_mapping(tape):
    with pytest.raises(PolicyError, match=r"small\.yaml:5: currency: .* no column 'cur'"):
        tape(HEADER.replace(",cur,", ",currency,") + GOOD)


def test_a_mapping_with_several_mistakes_names_each_with_its_line(tmp_path):
    file = tmp_path / "bad.yaml"
    file.write_text(MAP.replace("Asia/Shanghai", "Nowhere").replace("percent", "percents"), "utf-8")
    with pytest.raises(PolicyError) as refused:
        load_mapping(file)
    assert [problem.split(":")[1] for problem in refused.value.problems] == ["2", "19"]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("tape.parquet", b"PAR1", "Parquet"),
        ("tape.csv.gz", b"no gzip", "cannot be read"),
        ("tape.csv.gz", gzip.compress(HEADER.encode() * 1000, mtime=0)[:40], "cannot be read"),
        ("tape.csv", b"", "is empty"),
    ],
)
def test_a_file_that_is_no_tape_is_refused(tmp_path, small, name, content, why):
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(TapeError, match=why):
        list(read_tape(file, small))


def test_importing_again_changes_nothing(ledger, tape):
    second = GOOD.replace("L1", "L2")
    rows = tape(HEADER + GOOD + second + "L3\n")
    first = import_tape(ledger, rows, KNOWN_AT, with_payments=True)
    assert (first.read, first.new, first.payments, len(first.rejected)) == (3, 2, 4, 1)
    before = _counts(ledger)
    again = import_tape(ledger, rows, KNOWN_AT, with_payments=True)
    assert (again.new, again.repeated, again.payments, len(again.rejected)) == (0, 2, 0, 1)
    assert _counts(ledger) == before
    with reading(ledger) as session:
        view = loan_view(session, "L2")
    assert view is not None
    assert sum(payment.amount_minor for payment in view.payments) == 20_001


def test_a_loan_that_the_ledger_has_otherwise_is_rejected_and_the_rest_go_on(ledger, tape):
    import_tape(ledger, tape(HEADER + GOOD), KNOWN_AT)
    changed = GOOD.replace("100.01", "77.00")
    report = import_tape(ledger, tape(HEADER + changed + GOOD.replace("L1", "L2")), KNOWN_AT)
    assert report.new == 1
    (rejected,) = report.rejected
    assert rejected.row == 2
    assert "instalments" in rejected.reason


STRATEGIES = MAP.replace("  disbursed_on:", "  strategy: {column: treatment}\n  disbursed_on:")
OPERATING = Path(__file__).parents[2] / "docs" / "operating.md"


@pytest.fixture
def treated(tmp_path, ledger, treatments):
    """Reads one loan for each strategy named, L1 and on, and keeps out what is not known."""
    (tmp_path / "treated.yaml").write_text(STRATEGIES, encoding="utf-8")
    tape_map = load_mapping(tmp_path / "treated.yaml")

    def rows(*named: str) -> list[TapeRow | Rejected]:
        text = HEADER.replace("\n", ",treatment\n")
        for number, name in enumerate(named, start=1):
            text += GOOD.replace("L1", f"L{number}").replace("\n", f",{name}\n")
        (tmp_path / "tape.csv").write_text(text, encoding="utf-8")
        found = read_tape(tmp_path / "tape.csv", tape_map)
        return list(with_known_strategies(found, tape_map, ledger, treatments))

    return rows


def test_each_loan_of_a_tape_has_the_strategy_of_its_row(ledger, treated, treatments):
    exact = next(known for known in treatments.strategies if known.startswith("pingan@"))
    report = import_tape(ledger, treated("webank", exact, ""), KNOWN_AT)
    assert (report.new, report.rejected) == (3, [])
    with reading(ledger) as session:
        views = [loan_view(session, f"L{number}") for number in (1, 2, 3)]
        chosen = [treatments.chosen(session, view.loan.strategy) for view in views if view]
    assert [view.loan.strategy for view in views if view] == ["webank", exact, None]
    assert [strategy.name for strategy in chosen] == ["webank", "pingan", "standard"]


def test_a_row_with_an_unknown_strategy_is_rejected_and_the_rest_go_on(ledger, treated):
    report = import_tape(ledger, treated("webank", "webnak", "webank@0", "webnak", ""), KNOWN_AT)
    assert (report.read, report.new) == (5, 2)
    assert [(bad.row, bad.column) for bad in report.rejected] == [
        (3, "treatment"),
        (4, "treatment"),
        (5, "treatment"),
    ]
    assert "The strategy 'webnak' is not known; there are: " in report.rejected[0].reason
    assert "'webank@0'" in report.rejected[1].reason


def test_a_loan_in_the_ledger_keeps_the_strategy_it_has(ledger, treated):
    import_tape(ledger, treated("webank"), KNOWN_AT)
    report = import_tape(ledger, treated("pingan"), KNOWN_AT)
    (rejected,) = report.rejected
    assert (rejected.row, report.new) == (2, 0)
    assert "is known with another strategy" in rejected.reason
    assert import_tape(ledger, treated("webank"), KNOWN_AT).repeated == 1


def test_a_version_that_only_the_ledger_has_kept_is_known(ledger, treated, treatments):
    standard = next(known for known in treatments.texts if known.startswith("standard@"))
    text = treatments.texts[standard].replace("name: standard", "name: older", 1)
    with writing(ledger) as session:
        remember(session, older := load_strategy(Path("older.yaml"), text).id, text, KNOWN_AT)
    (row,) = treated(older)
    assert isinstance(row, TapeRow)
    assert row.loan.strategy == older


def test_one_strategy_can_be_named_for_the_whole_tape(tmp_path, ledger, treatments):
    (tmp_path / "tape.csv").write_text(HEADER + GOOD, encoding="utf-8")
    for name, usable in (("aibank", True), ("nobank", False)):
        told = STRATEGIES.replace("{column: treatment}", f"{{value: {name}}}")
        (tmp_path / "one.yaml").write_text(told, encoding="utf-8")
        tape_map = load_mapping(tmp_path / "one.yaml")
        found = read_tape(tmp_path / "tape.csv", tape_map)
        (row,) = with_known_strategies(found, tape_map, ledger, treatments)
        assert isinstance(row, TapeRow if usable else Rejected)
        assert isinstance(row, TapeRow) or (row.row, row.column) == (2, "")


def test_the_map_in_the_handbook_can_be_read_and_every_particular_is_explained(tmp_path):
    section = OPERATING.read_text(encoding="utf-8").split("\n## Loan tapes\n")[1]
    section = section.split("\n## ")[0]
    (tmp_path / "map.yaml").write_text(section.split("```yaml\n")[1].split("```")[0], "utf-8")
    (tmp_path / "tape.csv").write_text(
        "loan_no,term,treatment,customer_no,name,lives_in,mobile,app_token,address,due_date,amount\n"
        "L1,12,webank,b1,Li,Asia/Urumqi,+8613800000000,tok-1,1 Nanjing Road,2026-03-01,100\n",
        encoding="utf-8",
    )
    (row,) = read_tape(tmp_path / "tape.csv", load_mapping(tmp_path / "map.yaml"))
    assert isinstance(row, TapeRow)
    assert (row.loan.strategy, row.borrower.zone) == ("webank", "Asia/Urumqi")
    reached = {point.channel: point.address for point in row.contact_points}
    assert set(reached.values()) == {"+8613800000000", "tok-1", "1 Nanjing Road"}
    table = section.split("\n| particular |")[1]
    for name in (*LoanMap.model_fields, *BorrowerMap.model_fields):
        assert f"`{name}`" in table or f".{name}`" in table, name


def test_the_rejected_rows_can_be_written_to_a_file(tmp_path):
    file = tmp_path / "rejects.csv"
    write_rejects(file, [Rejected(7, "due1", "is missing")])
    assert file.read_text(encoding="utf-8").splitlines() == [
        "row,column,reason",
        "7,due1,is missing",
    ]


@pytest.fixture(scope="module")
def real_tape():
    folder = os.environ.get("REAL_DATA")
    if not folder:
        pytest.skip("REAL_DATA is not set: it names the folder with superlender_loans.csv.gz")
    return Path(folder) / "superlender_loans.csv.gz"


def test_every_row_of_the_real_tape_is_read_or_rejected_with_a_reason(real_tape):
    mapping = load_mapping(FOLDER / "superlender.yaml")
    rows = list(read_tape(real_tape, mapping))
    assert len(rows) == rows_in(real_tape)
    assert all(row.column and row.reason for row in rows if isinstance(row, Rejected))
    usable = [row for row in rows if isinstance(row, TapeRow)]
    assert len({row.loan.loan_id for row in usable}) == len(usable)
    for row in usable:
        owed = sum(instalment.amount_minor for instalment in row.instalments)
        assert sum(payment.amount_minor for payment in row.payments) == owed
        told = [(payment.at, payment.on) for payment in row.payments if payment.at]
        assert len(told) == len(row.payments)
        assert told == sorted(told)
        assert all(local_date(at, "Africa/Lagos") == on for at, on in told)
    late = sum(row.payments[-1].on > row.instalments[-1].due for row in usable)
    assert 0.15 < late / len(usable) < 0.25


@pytest.mark.slow
def test_the_real_tape_is_imported_once_however_often_it_comes(ledger, real_tape):
    mapping = load_mapping(FOLDER / "superlender.yaml")
    rows = list(read_tape(real_tape, mapping))[::SPARSELY]
    assert len(rows) > 5_000
    first = import_tape(ledger, rows, KNOWN_AT)
    assert first.read == first.new + len(first.rejected) == len(rows)
    before = _counts(ledger)
    again = import_tape(ledger, rows, KNOWN_AT)
    assert (again.new, again.repeated) == (0, first.new)
    assert _counts(ledger) == before


def _counts(engine) -> list[int]:
    tables = (BorrowerRow, LoanRow, InstalmentRow, PaymentRow, JournalEntryRow)
    with reading(engine) as session:
        return [session.exec(select(func.count()).select_from(table)).one() for table in tables]
