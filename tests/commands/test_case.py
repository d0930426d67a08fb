"""Cases by the command line, on the real server with a real worker and a real ledger."""

import json
import re
import time

import pytest

from tests.commands.conftest import told
from tests.intake.house import add, day

pytestmark = pytest.mark.slow


@pytest.fixture
def late(home, at_home, request):
    """A loan two days late with its case open: `late` is the loan's id."""
    loan = f"C{abs(hash(request.node.name)) % 10**8}"
    add(home.engine, loan, day(-2))
    assert told(at_home("case", "open", loan, "--json"))["fresh"] is True
    return loan


def refused(result) -> str:
    """The rule by which a request was refused, as JSON says it."""
    assert result.exit_code == 1, result.output
    return str(json.loads(result.stdout)["refused"]["rule"])


def test_a_case_is_opened_once_shown_and_listed(at_home, late):
    assert told(at_home("case", "open", late, "--json"))["fresh"] is False
    shown = told(at_home("case", "show", late, "--json"))
    assert shown["state"]["arrears_minor"] == 40_000
    assert shown["timeline"][0]["detail"] == "2 days past due"
    assert "400.00 CNY" in at_home("case", "show", late).stdout
    assert any(late in line["case_id"] for line in _listed(at_home, late))


def test_a_promise_is_taken_once_and_a_wrong_one_is_refused_by_its_rule(at_home, late):
    promise = ("case", "promise", late, "--amount", "200.00", "--by", str(day(5)), "--json")
    first = told(at_home(*promise, "--request-id", f"p-{late}", "--actor", "ann"))
    assert first["request_id"] == f"p-{late}"
    assert first["state"]["promise"] == f"open by {day(5)}"
    told(at_home(*promise, "--request-id", f"p-{late}"))
    timeline = told(at_home("case", "show", late, "--json"))["timeline"]
    assert [entry["what"] for entry in timeline].count("promise") == 1
    for words, rule in (
        (("--amount", "200.00", "--by", "2020-01-01"), "promise-not-in-future"),
        (("--amount", "400.01", "--by", str(day(5))), "promise-above-arrears"),
        (("--amount", "0", "--by", str(day(5))), "promise-not-positive"),
        (("--amount", "1", "--by", str(day(400))), "promise-too-far"),
        (("--amount", "1", "--by", str(day(5)), "--currency", "USD"), "wrong-currency"),
    ):
        assert refused(at_home("case", "promise", late, *words, "--json")) == rule
    said = at_home("case", "promise", late, "--amount", "900", "--by", str(day(5)))
    assert "Refused by rule promise-above-arrears: " in said.stderr


def test_what_is_waived_is_not_asked_for_any_more(at_home, late):
    def owed() -> int:
        return int(told(at_home("case", "show", late, "--json"))["state"]["arrears_minor"])

    by_li = ("--by", "li", "--reason", "kind")
    waived = told(at_home("ledger", "waive", late, "30.00", *by_li, "--json"))
    assert _eventually(lambda: owed() == 37_000)
    timeline = told(at_home("case", "show", late, "--json"))["timeline"]
    assert "30.00 CNY in all" in [e["detail"] for e in timeline if e["what"] == "forgiven"]
    again = at_home("ledger", "take-back", late, waived["id"], *by_li)
    assert again.exit_code == 0, again.output
    assert _eventually(lambda: owed() == 40_000)


def test_a_plan_over_the_arrears_sums_to_the_last_minor_unit(at_home, late):
    plan = at_home("case", "plan", late, "--instalments", 3, "--first", str(day(5)), "--json")
    assert told(plan)["state"]["plan"] == "0 of 3 judged"
    items = ("--item", f"{day(5)}=100.00", "--item", f"{day(20)}=300.00")
    assert told(at_home("case", "plan", late, *items, "--json"))["state"]["plan"] == "0 of 2 judged"
    short = at_home("case", "plan", late, "--item", f"{day(5)}=100.00", "--json")
    assert refused(short) == "plan-sum"
    assert at_home("case", "plan", late, "--item", "100").exit_code == 2
    assert at_home("case", "plan", late).exit_code == 2


def test_a_hold_is_placed_found_and_lifted(at_home, late):
    hold = ("case", "hold", late, "--reason", "hardship", "--until", str(day(9)), "--json")
    assert told(at_home(*hold))["state"]["holds"] == ["hardship"]
    assert _eventually(lambda: late in str(_listed(at_home, late, "--hold", "hardship")))
    future = told(at_home("case", "future", late, "--json"))
    assert all(step["at"] >= str(day(9)) for step in future)
    assert told(at_home("case", "lift", late, "--json"))["state"]["holds"] == []
    assert "no hold in force" in at_home("case", "lift", late).stderr
    assert refused(at_home("case", "lift", late, "--hold", "x", "--json")) == "no-such-hold"


def test_notes_assignments_and_approvals(at_home, late):
    written = told(at_home("case", "note", late, "He lost his job.", "--json"))
    shown = at_home("case", "show", late, "--json").stdout
    assert written["request_id"] in shown
    assert "job" not in shown
    assigned = told(at_home("case", "assign", late, "--to", "carol", "--json"))
    assert assigned["state"]["collector"] == "carol"
    assert refused(at_home("case", "approve", late, "--json")) == "nothing-to-approve"


def test_a_closed_case_takes_nothing_more_and_can_still_be_read(at_home, late):
    told(at_home("case", "close", late, "--reason", "sold", "--json"))
    promise = ("case", "promise", late, "--amount", "1", "--by", str(day(5)), "--json")
    assert _eventually(lambda: refused(at_home(*promise)) == "case-closed")
    assert _eventually(
        lambda: told(at_home("case", "show", late, "--json"))["state"]["outcome"] == "closed"
    )
    why = told(at_home("case", "why", late, "--json"))
    assert [d["verdict"] for d in why["decisions"] if d["what"] == "case"] == ["opened", "closed"]
    assert at_home("case", "note", late, "too late", "--json").exit_code == 1


def test_why_a_day_was_silent(at_home, late):
    told(at_home("case", "promise", late, "--amount", "1", "--by", str(day(5)), "--json"))
    promised = f"a promise was being watched, to be paid by {day(5)}."
    assert _eventually(
        lambda: (
            promised in told(at_home("case", "why", late, "--on", str(day(0)), "--json"))["silence"]
        )
    )
    before = told(at_home("case", "why", late, "--on", str(day(-9)), "--json"))
    assert before["silence"] == [f"the case was opened later, on {day(0)}."]
    assert at_home("case", "why", late, "--on", "then").exit_code == 2


def test_events_from_a_pipe_reach_the_case(at_home, late):
    event = {
        "specversion": "1.0",
        "id": f"e-{late}",
        "source": "core",
        "type": "loan.payment.received",
        "subject": late,
        "data": {
            "payment_id": f"p-{late}",
            "amount_minor": 10_000,
            "currency": "CNY",
            "on": str(day(0)),
        },
    }
    lines = "\ufeff" + json.dumps(event) + "\r\n\r\nnonsense\n" + json.dumps(event) + "\n"
    result = at_home("events", "-", "--json", stdin=lines)
    assert result.exit_code == 1
    done = [json.loads(line)["done"] for line in result.stdout.splitlines()]
    assert done == ["case told", "refused", "repeated"]
    assert told(at_home("case", "show", late, "--json"))["state"]["outstanding_minor"] == 30_000


def test_nobody_answers_while_no_worker_is_there(at_home, home, late, monkeypatch):
    monkeypatch.setattr("intake.cases.ATTEMPTS", 1)
    home.worker.stop()
    try:
        result = at_home("case", "show", late)
        asked = at_home("case", "assign", late, "--to", "ann")
    finally:
        home.worker.start()
    assert result.exit_code == asked.exit_code == 1
    assert "no worker serves the task queue 'cases'" in result.stderr
    assert re.search(r"ask again with --request-id [0-9a-f-]{36}, so", asked.stderr)


def test_an_unknown_namespace_is_a_sentence(at_home, monkeypatch):
    monkeypatch.setenv("FORBEAR_TEMPORAL_NAMESPACE", "nowhere")
    result = at_home("case", "list")
    assert result.exit_code == 1
    assert "The Temporal server refused: Namespace nowhere is not found." in result.stderr


def _listed(at_home, loan: str, *narrowed: str) -> list[dict[str, str]]:
    """The loan's line in the list, once the server has indexed it."""
    _eventually(lambda: loan in at_home("case", "list", *narrowed, "--json").stdout)
    found = told(at_home("case", "list", *narrowed, "--json"))
    return [line for line in found if loan in line["case_id"]]


def _eventually(true, seconds: float = 10) -> bool:
    """Whether it becomes true soon: the case writes and is indexed a moment after it answers."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.3)
    return True
