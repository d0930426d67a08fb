"""Commands that need no server, and what the others say when there is none."""

import json
from datetime import UTC, date, datetime

import pytest

from domain.gate.words import Channel
from domain.orders import TaskOrder
from domain.steps import MessageClass
from ledger import tasks
from ledger.case_tables import ContactRow
from ledger.cases import NewCase, open_case
from ledger.contacts import contacts_of
from ledger.engine import reading, writing
from ledger.loans import loan_view
from ledger.news import untold
from ledger.notes import notes_of
from ledger.replies import Written, take
from ledger.words import ContactStatus
from tests.commands.conftest import told
from tests.intake.house import add, day

MAP = """\
name: small
zone: UTC
currency: {column: cur}
loan: {id: {column: loan}}
borrower:
  id: {column: person}
  name: {text: "P {person}"}
  jurisdiction: {value: CN}
  locale: {value: en}
  email: {text: "{person}@example.test"}
instalments: [{due: due, amount: amount}]
payments: [{at: paid_at, rest: true}]
"""


@pytest.fixture
def tape(tmp_path):
    """A tape of a good row and a bad one, and its mapping."""
    rows = (
        "loan,person,due,amount,cur,paid_at",
        "L1,b1,2026-01-10,400.00,CNY,2026-01-20 08:00:00",
        "L2,b2,2026-01-10,many,CNY,",
    )
    (tmp_path / "tape.csv").write_text("\n".join(rows) + "\n", "utf-8")
    (tmp_path / "map.yaml").write_text(MAP, "utf-8")
    return (tmp_path / "tape.csv", "--map", tmp_path / "map.yaml")


def test_a_tape_is_imported_and_its_bad_rows_are_reported(run, ledger, tape, tmp_path):
    rejects = tmp_path / "rejects.csv"
    first = run("tape", *tape, "--with-payments", "--rejects", rejects)
    assert first.exit_code == 1
    assert "'many' is not an amount" in first.stdout
    assert "3,amount," in rejects.read_text("utf-8")
    again = run("tape", *tape, "--with-payments", "--json")
    report = json.loads(again.stdout)
    assert (report["new"], report["repeated"], report["payments"]) == (0, 1, 0)
    with reading(ledger) as session:
        view = loan_view(session, "L1")
    assert view is not None
    assert view.payments[0].amount_minor == 40_000


def test_the_payments_of_a_tape_can_be_kept_for_later_as_loan_events(run, ledger, tape, tmp_path):
    events = tmp_path / "payments.jsonl"
    run("tape", *tape, "--limit", 1, "--payments-to", events)
    (line,) = events.read_text("utf-8").splitlines()
    assert json.loads(line)["data"]["amount_minor"] == 40_000
    with reading(ledger) as session:
        view = loan_view(session, "L1")
    assert view is not None
    assert not view.payments


def test_a_borrower_is_rehearsed_with_every_text_and_every_silence(run):
    result = run(
        "rehearse", "--due", "2026-01-10", "--amount", "400", "--jurisdiction", "CN", "--json"
    )
    answer = told(result)
    assert answer["outcome"] == "exhausted"
    contacts = [line for line in answer["calendar"] if line["kind"] == "contact"]
    assert contacts
    assert all("400.00" in line["text"] for line in contacts)
    silences = [line for line in answer["calendar"] if line["kind"] == "silence"]
    assert all(line["why"] and line["until"] for line in silences)
    assert "silence until" in run("rehearse", "--due", "2026-01-10", "--amount", "400").stdout


def test_a_rehearsal_shows_what_a_season_adds_and_what_it_came_too_late_for(run):
    order = ("rehearse", "--due", "2026-12-18", "--amount", "400", "--strategy", "pingan")
    lines = told(run(*order, "--days", 30, "--json"))["calendar"]
    letter = next(line for line in lines if "year_end_options-2026" in line["what"])
    assert letter["kind"] == "contact"
    assert "年底之前" in letter["subject"]
    missed = next(line for line in lines if "year_end_call-2026" in line["what"])
    assert missed["kind"] == "no contact"
    assert missed["what"].endswith("campaign over")


def test_a_rehearsal_hears_the_payments_of_an_events_file(run, tmp_path):
    event = {
        "specversion": "1.0",
        "id": "1",
        "source": "core",
        "type": "loan.payment.received",
        "subject": "rehearsal",
        "data": {
            "payment_id": "p",
            "amount_minor": 40_000,
            "currency": "CNY",
            "on": "2026-01-15",
        },
    }
    file = tmp_path / "events.jsonl"
    file.write_text(json.dumps(event), "utf-8")
    made_up = ("--due", "2026-01-10", "--amount", "400", "--events", file, "--json")
    answer = told(run("rehearse", *made_up))
    assert answer["outcome"] == "cured"
    assert answer["calendar"][-1]["at"].startswith("2026-01-15")


def test_a_loan_of_the_ledger_is_rehearsed_from_today(run, ledger, tape):
    run("tape", *tape)
    answer = told(run("rehearse", "L1", "--days", 40, "--json"))
    assert answer["loan_id"] == "L1"
    assert any(line["kind"] == "contact" for line in answer["calendar"])


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("rehearse",), "Give a LOAN of the ledger, or --due"),
        (("rehearse", "NOPE"), "Loan 'NOPE' is not in the ledger"),
        (("rehearse", "--due", "soon", "--amount", "4"), "--due: 'soon' is not a date"),
        (("rehearse", "--due", "2026-01-10", "--amount", "x"), "--amount: 'x' is not an amount"),
        (("rehearse", "--due", "2026-01-10", "--amount", "-4"), "--amount: '-4' is not above zero"),
        (("rehearse", "--due", "2026-01-10", "--amount", "0.5"), "below the strategy's material"),
        (
            ("rehearse", "--due", "2026-01-10", "--amount", "4", "--currency", "X"),
            "--currency: 'X' is not an ISO 4217",
        ),
        (
            ("rehearse", "--due", "2026-01-10", "--amount", "4", "--jurisdiction", "MARS"),
            "--jurisdiction: 'MARS' has no rules; there are: CN",
        ),
        (
            ("rehearse", "--due", "2026-01-10", "--amount", "4", "--zone", "Mars/North"),
            "--zone: 'Mars/North' is no time zone",
        ),
        (
            ("rehearse", "--due", "2026-01-10", "--amount", "4", "--strategy", "harsh"),
            "The strategy 'harsh' is not known; there are: ",
        ),
        (("tape", "nowhere.csv", "--map", "superlender"), "nowhere.csv cannot be read"),
        (("tape", "nowhere.csv", "--map", "mine"), "--map: there is no file mine"),
        (("events", "nowhere.jsonl"), "nowhere.jsonl cannot be read"),
        (("case", "show", "NOPE"), "Loan 'NOPE' is not in the ledger"),
        (("case", "why", "NOPE"), "Loan 'NOPE' is not in the ledger"),
        (("case", "promise", "NOPE", "--amount", "1", "--by", "x"), "is not in the ledger"),
        (("case", "list"), "No Temporal server answers at 127.0.0.1:1"),
        (("events", "-"), "No Temporal server answers at 127.0.0.1:1"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(run, args, said):
    result = run(*args, stdin="\n")
    assert result.exit_code in (1, 2)
    assert said in result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.output


def test_a_loan_without_a_case_says_how_to_open_one(run, ledger, tape):
    run("tape", *tape)
    result = run("case", "promise", "L1", "--amount", "1", "--by", str(day(3)))
    assert result.exit_code == 1
    assert "Loan 'L1' has no case. `case open L1`" in result.stderr


def test_wrong_settings_and_a_wrong_ledger_are_named(run, monkeypatch):
    monkeypatch.setenv("FORBEAR_SMTP_PORT", "mail")
    assert "FORBEAR_SMTP_PORT" in run("case", "show", "L1").stderr
    monkeypatch.delenv("FORBEAR_SMTP_PORT")
    monkeypatch.setenv("FORBEAR_LEDGER_URL", "sqlite:////proc/nowhere/ledger.db")
    result = run("case", "show", "L1")
    assert result.exit_code == 1
    assert "cannot be opened" in result.stderr


def test_a_paid_loan_has_nothing_to_rehearse(run, ledger, tape):
    run("tape", *tape, "--with-payments")
    assert "is paid: there is nothing to rehearse" in run("rehearse", "L1").stderr
    add(ledger, "L9", day(20))
    answer = told(run("rehearse", "L9", "--json"))
    assert answer["calendar"][0]["at"].startswith(str(day(21)))


def test_a_file_that_cannot_be_written_is_said_before_anything_is_imported(run, tape, tmp_path):
    for option in ("--rejects", "--payments-to"):
        result = run("tape", *tape, option, tmp_path / "nowhere" / "file")
        assert result.exit_code == 2
        assert result.stderr.startswith(f"{option}: ")
    assert not (tmp_path / "ledger.db").exists()


def test_a_ledger_of_a_kind_we_do_not_speak_is_refused_with_a_sentence(run, monkeypatch):
    monkeypatch.setenv("FORBEAR_LEDGER_URL", "mysql://somebody@localhost/ledger")
    result = run("case", "show", "L1")
    assert result.exit_code == 1
    assert "Name another in FORBEAR_LEDGER_URL" in result.stderr


def test_a_collector_writes_what_came_of_a_call(run, ledger, tape):
    run("tape", *tape, "--limit", 1)
    opened = datetime(2026, 1, 11, tzinfo=UTC)
    with writing(ledger) as session:
        new = NewCase("L1", "b1", date(2026, 1, 10), "standard@0f3a")
        open_case(session, new, opened)
    said = ("case", "called", "L1", "--by", "ann", "--at", "2026-01-20T10:00", "--json")
    first = told(run(*said, "--outcome", "no_answer", "--request-id", "c1"))
    assert told(run(*said, "--outcome", "no_answer", "--request-id", "c1")) == first
    told(run(*said, "--outcome", "conversation", "--inbound"))
    with reading(ledger) as session:
        calls = contacts_of(session, "L1")
        assert sorted((str(call.outcome), call.inbound) for call in calls) == [
            ("conversation", True),
            ("no_answer", False),
        ]
        assert {call.claimed_at for call in calls} == {datetime(2026, 1, 20, 10, tzinfo=UTC)}
    assert run(*said, "--outcome", "delivered").exit_code == 2
    ahead = run("case", "called", "L1", "--outcome", "no_answer", "--at", "2999-01-20T10:00")
    assert (ahead.exit_code, ahead.stderr.startswith("--at: 2999-01-20T10:00")) == (2, True)
    assert run("case", "called", "L9", "--outcome", "no_answer").exit_code == 1


def listed(ledger, step, channel, asked_at):
    """A call or visit that stands on the list."""
    with writing(ledger) as session:
        if open_case(session, NewCase("L1", "b1", date(2026, 1, 10), "standard@0f3a"), asked_at):
            session.flush()
        key = f"notice/L1/2026-01-10/{step}"
        session.add(
            ContactRow(
                key=key,
                loan_id="L1",
                borrower_id="b1",
                episode=date(2026, 1, 10),
                step=step,
                channel=channel,
                template=step,
                message_class=MessageClass.DUNNING,
                fingerprint="",
                status=ContactStatus.SENT,
                claimed_at=asked_at,
                claimed_wall=asked_at,
                message_id="<x@forbear>",
            )
        )
        asked = TaskOrder("L1", date(2026, 1, 10), f"{channel}/{step}", "A visit.", asked_at)
        tasks.ask(session, asked)
    return key


def test_a_call_that_was_made_is_off_the_list_and_the_case_is_told_later(run, ledger, tape):
    run("tape", *tape, "--limit", 1)
    key = listed(ledger, "talk", Channel.CALL, datetime(2026, 1, 13, 2, tzinfo=UTC))
    said = run("case", "called", "L1", "--outcome", "no_answer", "--json")
    assert said.exit_code == 0
    assert "Recorded, and the case not told yet: No Temporal server answers" in said.stderr
    answer = json.loads(said.stdout)
    assert (answer["contact"], answer["case_told"]) == (key, False)
    assert told(run("task", "list", "--json")) == []
    with reading(ledger) as session:
        (waiting,) = untold(session)
        assert waiting.fact.kind == "contact_failed"
    told(run("case", "called", "L1", "--outcome", "wrong_number", "--json"))


def test_two_visitors_say_what_came_of_a_visit_and_it_is_off_the_list(run, ledger, tape):
    run("tape", *tape, "--limit", 1)
    key = listed(ledger, "at_home", Channel.VISIT, datetime(2026, 1, 13, 2, tzinfo=UTC))
    said = ("case", "visited", "L1", "--outcome", "conversation", "--json", "--visitor", "Li")
    for alone in ((), ("--visitor", " li ")):
        refused = run(*said, *alone)
        assert refused.exit_code == 1
        assert json.loads(refused.stdout)["refused"]["rule"] == "CN-VISIT-01"
    assert len(told(run("task", "list", "--json"))) == 1
    both = (*said, "--visitor", "Zhao", "--at", "2026-01-20T10:00", "--request-id", "v1")
    first = told(run(*both, "--note", "Will pay on Monday."))
    assert (first["contact"], first["outcome"]) == (key, "conversation")
    assert told(run(*both, "--note", "Will pay on Monday.")) == first
    assert told(run("task", "list", "--json")) == []
    with reading(ledger) as session:
        (row,) = contacts_of(session, "L1")
        assert row.claimed_at == datetime(2026, 1, 20, 10, tzinfo=UTC)
        assert [note.by for note in notes_of(session, "L1")] == ["Li, Zhao"]
        assert [waiting.fact.kind for waiting in untold(session)] == ["borrower_reached"]


def test_what_a_borrower_wrote_can_be_read(run, ledger, tape):
    run("tape", *tape, "--limit", 1)
    sender, at = "b1@example.test", datetime(2026, 1, 20, tzinfo=UTC)
    with writing(ledger) as session:
        take(session, Written(Channel.EMAIL, sender, "On Monday.", True, at, "n1"))
    (reply,) = told(run("case", "replies", "L1", "--json"))
    assert (reply["text"], reply["opt_out"]) == ("On Monday.", True)
    assert "On Monday." in run("case", "replies", "L1").stdout
    assert run("case", "replies", "L9").exit_code == 1
    (task,) = told(run("task", "list", "--json"))
    assert task["key"].endswith(reply["reply_id"])


def test_doors_that_nobody_may_knock_at_are_not_opened(run, monkeypatch):
    said = run("doors")
    assert said.exit_code == 2
    assert "FORBEAR_SMS_WEBHOOK_SECRET" in said.stderr


def test_people_see_what_they_are_asked_and_say_what_they_found(run, ledger, tape):
    run("tape", *tape, "--limit", 1)
    episode, asked_at = date(2026, 1, 10), datetime(2026, 1, 13, 2, tzinfo=UTC)
    with writing(ledger) as session:
        open_case(session, NewCase("L1", "b1", episode, "standard@0f3a"), asked_at)
        session.add(
            ContactRow(
                key="notice/L1/2026-01-10/gentle",
                loan_id="L1",
                borrower_id="b1",
                episode=episode,
                step="gentle",
                channel=Channel.EMAIL,
                template="gentle",
                message_class=MessageClass.DUNNING,
                fingerprint="f",
                status=ContactStatus.SENT_UNCERTAIN,
                claimed_at=asked_at,
                claimed_wall=asked_at,
                message_id="<m>",
            )
        )
        for what in ("uncertain/gentle", "placement"):
            tasks.ask(session, TaskOrder("L1", episode, what, "look", asked_at))
    keys = ["task/L1/2026-01-10/placement", "task/L1/2026-01-10/uncertain/gentle"]
    assert [task["key"] for task in told(run("task", "list", "--json"))] == keys
    assert run("task", "settle", keys[0], "--arrived").exit_code == 1
    assert run("task", "settle", keys[1], "--arrived", "--by", "ann").exit_code == 0
    assert run("task", "done", keys[0], "--by", "ann").exit_code == 0
    assert told(run("task", "list", "--json")) == []
    assert run("task", "done", "task/nobody").exit_code == 1
    with reading(ledger) as session:
        assert contacts_of(session, "L1")[0].status is ContactStatus.SENT
