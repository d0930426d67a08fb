"""Complaints and disputes by the command line: recorded first, then told, again when need be."""

import json
import time
from datetime import UTC, datetime

import pytest

from ledger.cases import NewCase, open_case
from ledger.engine import writing
from tests.commands.conftest import told
from tests.intake.house import add, day

OPEN = ("grievance", "open", "L1", "--kind", "dispute", "--about", "not-mine", "--by", "ann")


def refused(result) -> str:
    """The rule by which it was refused, as JSON says it."""
    assert result.exit_code == 1, result.output
    return str(json.loads(result.stdout)["refused"]["rule"])


@pytest.fixture
def book(run, ledger):
    """A late loan with an open case, and no server."""
    run("task", "list")
    add(ledger, "L1", day(-2))
    with writing(ledger) as session:
        open_case(session, NewCase("L1", "b-L1", day(-2), "standard@0f3a"), datetime.now(UTC))
    return ledger


def test_without_a_server_it_is_recorded_and_listed_as_not_told(run, book):
    run(*OPEN)
    opened = run(*OPEN, "--json")
    assert opened.exit_code == 1
    said = json.loads(opened.stdout)
    assert (said["rule"], said["clock"]) == ("CN-REPLY-01", "not told")
    assert said["answer_by"] == str(day(20))
    assert "No Temporal server answers" in opened.stderr
    assert "Give the same command again" in opened.stderr
    (line,) = told(run("grievance", "list", "--json"))
    assert (line["id"], line["verdict"], line["clock"]) == (said["id"], "", "server away")
    assert said["id"] in run("grievance", "list").stdout


def test_an_answer_without_a_server_counts_all_the_same(run, book):
    run(*OPEN, "--id", "d1")
    bare = run("grievance", "answer", "d1", "--rejected", "--json")
    assert refused(bare) == "answer-without-evidence"
    given = run("grievance", "answer", "d1", "--rejected", "--evidence", "contract-7", "--json")
    assert given.exit_code == 1
    assert json.loads(given.stdout)["verdict"] == "rejected"
    assert refused(run("grievance", "answer", "d1", "--upheld", "--json")) == "grievance-answered"
    assert told(run("grievance", "list", "--json")) == []
    (line,) = told(run("grievance", "list", "--loan", "L1", "--json"))
    assert line["verdict"] == "rejected"


def test_more_time_wants_what_its_rule_wants(run, book):
    run("grievance", "open", "L1", "--kind", "complaint", "--about", "tone", "--id", "c1")
    first = json.loads(run("grievance", "extend", "c1", "--json").stdout)
    assert first["answer_by"] == str(day(30)), "the next date of CN-COMP-01, for its reason"
    alone = ("grievance", "extend", "c1", "--by", "ann", "--json")
    assert refused(run(*alone)) == "extension-not-approved"
    assert refused(run(*alone, "--approved-by", "ann")) == "extension-not-approved"
    last = json.loads(run(*alone, "--approved-by", "sue").stdout)
    assert last["answer_by"] == str(day(60))
    none_left = run("grievance", "extend", "c1")
    assert f"CN-COMP-01 allows no date after {day(60)}." in none_left.stderr


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--kind", "quarrel", "--about", "tone"), 2, "--kind: 'quarrel' is not complaint"),
        (("--kind", "dispute", "--about", "He shouted"), 2, "--about: 'He shouted' is not a code"),
        (("--kind", "dispute", "--about", "x", "--id", "Not An Id"), 2, "--id: 'Not An Id'"),
        (("--kind", "dispute", "--about", "x", "--at", "2026-01-05"), 1, "add --yes, and it lap"),
        (("--kind", "dispute", "--about", "x", "--at", "2099-01-05"), 1, "grievance-in-future"),
    ],
)
def test_what_is_said_wrongly_leaves_nothing_behind(run, book, words, code, said):
    result = run("grievance", "open", "L1", *words)
    assert (result.exit_code, result.stdout) == (code, "")
    assert said in result.stderr
    assert told(run("grievance", "list", "--json")) == []


def test_an_unknown_one_is_said_so(run, book):
    for words in (("answer", "d9", "--upheld"), ("extend", "d9")):
        result = run("grievance", *words)
        assert result.exit_code == 1
        assert "Grievance 'd9' is not in the ledger." in result.stderr


def _eventually(so) -> bool:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if so():
            return True
        time.sleep(0.2)
    return False


@pytest.mark.slow
def test_with_server_and_worker_a_case_rests_and_goes_on_when_it_is_answered(home, at_home):
    loan = f"G{abs(hash('grievance')) % 10**8}"
    add(home.engine, loan, day(-2))
    told(at_home("case", "open", loan, "--json"))

    def state():
        return told(at_home("case", "show", loan, "--json"))["state"]

    opened = ("grievance", "open", loan, "--kind", "dispute", "--about", "paid", "--json")
    own = told(at_home(*opened))["id"]
    assert told(at_home(*opened))["clock"] == "told"
    assert _eventually(lambda: state()["holds"] == ["dispute"])
    (line,) = told(at_home("grievance", "list", "--loan", loan, "--json"))
    assert line["clock"] == "running"
    tasks = told(at_home("task", "list", "--loan", loan, "--json"))
    assert tasks[0]["what"] == f"grievance/{own}/answer"
    told(at_home("grievance", "answer", own, "--rejected", "--evidence", "contract-7", "--json"))
    assert _eventually(lambda: state()["holds"] == [])
    assert _eventually(
        lambda: told(at_home("grievance", "list", "--loan", loan, "--json"))[0]["clock"] == "done"
    )
    assert all(task["done_at"] for task in told(at_home("task", "list", "--loan", loan, "--json")))


@pytest.mark.slow
def test_what_came_too_long_ago_lapses_at_once_and_closes_the_case(home, at_home):
    loan = f"G{abs(hash('lapsed')) % 10**8}"
    add(home.engine, loan, day(-40))
    told(at_home("case", "open", loan, "--json"))
    came = day(-30)
    told(
        at_home(
            *("grievance", "open", loan, "--kind", "dispute", "--about", "paid", "--yes"),
            *("--at", str(came), "--json"),
        )
    )
    assert _eventually(
        lambda: told(at_home("case", "show", loan, "--json"))["state"]["outcome"] == "closed"
    )
    whats = [task["what"] for task in told(at_home("task", "list", "--loan", loan, "--json"))]
    assert any(what.endswith("/correct") for what in whats)
