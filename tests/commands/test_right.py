"""What people told us, by the command line: without a server first, then with real cases."""

import json
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain.delinquency import Instalment
from domain.gate.words import Party
from ledger.cases import NewCase, open_case
from ledger.decisions import decisions_of
from ledger.engine import open_ledger, reading, writing
from ledger.loans import add_borrower, add_loan
from ledger.rights import rights_of
from ledger.values import Borrower, ContactPoint, Loan
from ledger.words import PointChannel
from tests.commands.conftest import told
from tests.intake.house import add, day

LI = Borrower("b-1", "Li Wei", "zh_CN", "Asia/Shanghai", "CN")
AUNT = ContactPoint(PointChannel.PHONE, "+8613900000000", party=Party.CONTACT_PERSON)


@pytest.fixture
def book(run, tmp_path):
    """Li owes L1 and L2, neither with a case; the aunt's number has the id 1."""
    run("task", "list")
    engine = open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    with writing(engine) as session:
        add_borrower(session, LI, [AUNT])
        for loan in ("L1", "L2"):
            owed = [Instalment(day(-2), 40_000)]
            add_loan(session, Loan(loan, "b-1", "CNY", 40_000), owed, datetime.now(UTC))
    yield engine
    engine.dispose()


def kept(run, loan="L1") -> list[tuple[str, bool]]:
    """What the person of that loan told us, and whether it is in force."""
    listed = told(run("right", "list", loan, "--json"))["rights"]
    return [(one["right"], one["in_force"]) for one in listed]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("opt-out", "L1", "--channel", "sms"), "opt_out sms"),
        (("opt-out", "L1", "--purpose", "collection"), "opt_out collection"),
        (("opt-out", "L1", "--point", 1), "opt_out point-1"),
        (("cease", "L1"), "cease"),
        (("representation", "L1"), "representation"),
        (
            ("hours", "L1", "--weekdays", "mon-fri", "--from", "09:00", "--to", "12:00"),
            "inconvenient_hours days-0,1,2,3,4 09:00-12:00",
        ),
        (
            ("hours", "L1", "--weekdays", "sat-mon,wed", "--from", "20:00", "--to", "24:00"),
            "inconvenient_hours days-0,2,5,6 20:00-00:00",
        ),
        (
            ("slot", "L1", "--from", "2026-03-10T22:00", "--until", "2026-03-10T23:00"),
            "agreed_slot from-2026-03-10T14:00+0000",
        ),
        (("call-back", "L1", "--before", "2026-04-01"), "call_back before-2026-04-01"),
        (("refusal", "L1", "--point", 1), "third_party_refusal point-1"),
        (("consent", "L1", "--channel", "social", "--reference", "form 7"), "consent social"),
    ],
)
def test_each_right_is_taken_down_once_and_is_the_persons_not_the_loans(run, book, args, said):
    command = ("right", *args, "--by", "ann", "--request-id", "r1", "--json")
    assert told(run(*command)) == {"right_id": "r1", "told": [], "untold": []}
    assert told(run(*command)) == {"right_id": "r1", "told": [], "untold": []}
    for loan in ("L1", "L2"):
        assert [what for what, _ in kept(run, loan)] == [said]


def test_a_right_is_withdrawn_once_and_stays_listed(run, book):
    told(run("right", "cease", "L1", "--request-id", "r1", "--json"))
    assert kept(run) == [("cease", True)]
    told(run("right", "withdraw", "L2", "r1", "--by", "ann", "--json"))
    assert kept(run) == [("cease", False)]
    assert "Withdrawn before: cease" in run("right", "withdraw", "L1", "r1").stdout
    assert "has no right 'r9'" in run("right", "withdraw", "L1", "r9").stderr
    with reading(book) as session:
        (found,) = rights_of(session, "b-1")
        assert found.withdrawn_by == "ann"
        assert [d.verdict for d in decisions_of(session, "L1")] == ["exercised", "withdrawn"]
    assert "cease" in run("right", "list", "L1").stdout


def test_another_person_cannot_withdraw_it(run, book):
    told(run("right", "cease", "L1", "--request-id", "r1", "--json"))
    add(book, "L9", day(-2))
    assert run("right", "withdraw", "L9", "r1").exit_code == 1
    assert kept(run) == [("cease", True)]


def test_without_a_server_it_is_recorded_and_says_who_was_not_told(run, book):
    with writing(book) as session:
        open_case(session, NewCase("L2", "b-1", day(-2), "standard@0f3a"), datetime.now(UTC))
    result = run("right", "opt-out", "L1", "--channel", "sms", "--request-id", "r1")
    assert result.exit_code == 1
    assert "Recorded: opt_out sms" in result.stdout
    assert f"case/L2/{day(-2)}" in result.stderr
    assert "No Temporal server answers" in result.stderr
    assert kept(run) == [("opt_out sms", True)]
    again = run("right", "opt-out", "L1", "--channel", "sms", "--request-id", "r1", "--json")
    assert again.exit_code == 1
    assert json.loads(again.stdout)["untold"] == [f"case/L2/{day(-2)}"]


@pytest.mark.parametrize(
    ("args", "said", "code"),
    [
        (("cease", "NOPE"), "Loan 'NOPE' is not in the ledger", 1),
        (("list", "NOPE"), "Loan 'NOPE' is not in the ledger", 1),
        (
            ("hours", "L1", "--weekdays", "someday", "--from", "09:00", "--to", "12:00"),
            "--weekdays: 'someday' is not such as mon-fri",
            2,
        ),
        (
            ("hours", "L1", "--weekdays", "mon", "--from", "nine", "--to", "12:00"),
            "--from: 'nine' is not a time of day",
            2,
        ),
        (
            ("hours", "L1", "--weekdays", "mon-sun", "--from", "00:00", "--to", "24:00"),
            "that is all the time",
            1,
        ),
        (
            ("slot", "L1", "--from", "2026-03-10T22:00", "--until", "2026-03-10T21:00"),
            "it ends before it begins",
            1,
        ),
        (("slot", "L1", "--from", "x", "--until", "y"), "--from: 'x' is not a date or time", 2),
        (("call-back", "L1", "--before", "soon"), "--before: 'soon' is not a date", 2),
        (("refusal", "L1", "--point", 99), "contact point 99 is not of this person's file", 1),
        (("cease", "L1", "--at", "then"), "--at: 'then' is not a date or time", 2),
        (("cease", "L1", "--at", "2999-01-01"), "is still to come.", 2),
    ],
)
def test_what_cannot_be_taken_down_is_said_in_a_sentence(run, book, args, said, code):
    result = run("right", *args)
    assert result.exit_code == code
    assert said in result.stderr
    assert kept(run) == []


@pytest.mark.slow
def test_every_open_case_of_the_person_hears_of_it(home, at_home):
    person = replace(LI, borrower_id="b-both")
    with writing(home.engine) as session:
        add_borrower(session, person)
        for loan in ("R1", "R2"):
            owed = [Instalment(day(-2), 40_000)]
            add_loan(session, Loan(loan, "b-both", "CNY", 40_000), owed, datetime.now(UTC))
    for loan in ("R1", "R2"):
        told(at_home("case", "open", loan, "--json"))
    said = told(at_home("right", "cease", "R1", "--request-id", "rr", "--json"))
    assert said["told"] == [f"case/{loan}/{day(-2)}" for loan in ("R1", "R2")]
    told(at_home("right", "withdraw", "R1", "rr", "--json"))

    def heard(loan):
        timeline = told(at_home("case", "show", loan, "--json"))["timeline"]
        return [entry["detail"] for entry in timeline if entry["what"] == "standing"]

    for loan in ("R1", "R2"):
        found = heard(loan)
        for _ in range(50):
            if len(found) == 2:
                break
            time.sleep(0.1)
            found = heard(loan)
        assert found == ["right-rr: cease", "right-rr: cease, over"]
