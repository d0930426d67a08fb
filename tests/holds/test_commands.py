"""Stop everything by the command line: first without a server, then with real cases."""

import json
import time

import pytest
from sqlmodel import select

from ledger.case_tables import ContactRow, DecisionRow, HoldRow
from ledger.engine import open_ledger, reading, writing
from tests.commands.conftest import told
from tests.intake.house import add, day, now

PLACE = ("hold", "place", "--reason", "disaster", "--id", "flood", "--by", "ann")
ALL = (*PLACE, "--where", "jurisdiction = CN", "--until", day(30))


@pytest.fixture
def book(run, tmp_path):
    """Three loans of three people in the ledger of `run`."""
    run("hold", "list")
    engine = open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    for loan in ("L1", "L2", "L3"):
        add(engine, loan, day(-2))
    yield engine
    engine.dispose()


def written(engine):
    """How many holds and decisions there are."""
    with reading(engine) as session:
        return len(session.exec(select(HoldRow)).all()), len(
            session.exec(select(DecisionRow)).all()
        )


def test_a_preview_shows_whom_and_changes_nothing(run, book):
    result = run(*ALL)
    assert result.exit_code == 0
    assert "b-L1, b-L2, b-L3" in result.stdout
    assert "Nothing was done" in result.stderr
    shown = told(run(*ALL, "--json"))
    assert (shown["done"], shown["borrowers"], shown["loans"]) == (False, 3, 3)
    assert written(book) == (0, 0)


def test_it_is_placed_listed_proved_and_lifted_without_a_server_as_no_case_is_open(run, book):
    assert told(run(*ALL, "--yes", "--json"))["placed"] == 3
    assert written(book) == (3, 3)
    assert told(run(*ALL, "--yes", "--json"))["placed"] == 0
    assert written(book) == (3, 3)
    (line,) = told(run("hold", "list", "--json"))
    assert (line["mass_id"], line["in_force"], line["where"]) == ("flood", 3, "jurisdiction = CN")
    report = told(run("hold", "report", "flood", "--json"))
    assert (report["clean"], report["people"], report["leaked"]) == (True, 3, [])
    assert told(run("hold", "lift", "flood", "--json"))["in_force"] == 3
    assert told(run("hold", "lift", "flood", "--yes", "--json"))["lifted"] == 3
    assert told(run("hold", "list", "--json"))[0]["in_force"] == 0
    assert "was lifted" in run(*ALL, "--yes").stderr
    assert "OK" in run("hold", "report", "flood").stdout


def test_a_leak_makes_the_exit_code_one_and_is_named(run, book):
    told(run(*ALL, "--yes", "--json"))
    with writing(book) as session:
        leak = {
            "key": "planted",
            "loan_id": "L1",
            "borrower_id": "b-L1",
            "episode": day(-2),
            "step": "gentle",
            "channel": "email",
            "template": "gentle",
            "message_class": "dunning",
            "fingerprint": "",
            "status": "sent",
            "claimed_at": now(),
            "claimed_wall": now(),
            "message_id": "<planted>",
        }
        session.add(ContactRow.model_validate(leak))
    result = run("hold", "report", "flood")
    assert result.exit_code == 1
    assert "NOT OK" in result.stdout
    assert "planted" in result.stdout
    assert json.loads(run("hold", "report", "flood", "--json").stdout)["clean"] is False


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--where", "colour = red", "--open"), "at character 1 belongs a field"),
        (("--where", "everything"), "Say until when"),
        (("--where", "everything", "--open", "--until", day(3)), "Say until when"),
        (("--where", "everything", "--until", "soon"), "is no date"),
        (("--where", "everything", "--until", "2026-01-01T09:00"), "with its zone"),
        (("--where", "everything", "--until", day(-1)), "over already"),
        (("--where", "everything", "--until", "9999-01-01"), "ten years"),
        (("--where", "everything", "--open", "--id", "A/b"), "--id"),
    ],
)
def test_what_is_asked_wrongly_is_said_and_nothing_is_done(run, book, words, said):
    result = run(*PLACE, *words, "--yes")
    assert result.exit_code == 2
    assert said in result.stderr
    assert written(book) == (0, 0)


def test_what_matches_nobody_or_is_not_there_is_said(run, book):
    result = run(*PLACE, "--where", "portfolio = moon", "--open", "--yes")
    assert (result.exit_code, "Nothing matches" in result.stderr) == (1, True)
    assert run("hold", "lift", "drought", "--yes").exit_code == 1
    assert run("hold", "report", "drought").exit_code == 1


@pytest.mark.slow
def test_real_cases_are_told_once_and_freed_again(at_home, home, monkeypatch):
    loans = ["H1", "H2", "H3"]
    for loan in loans:
        add(home.engine, loan, day(-2))
        told(at_home("case", "open", loan, "--json"))
    place = (*PLACE, "--where", "loan in (H1, H2, H3) and days_past_due >= 2", "--until", day(30))
    with monkeypatch.context() as away:
        away.setenv("FORBEAR_TEMPORAL_ADDRESS", "127.0.0.1:1")
        alone = at_home(*place, "--yes", "--json")
        assert alone.exit_code == 1
        said = json.loads(alone.stdout)
        assert (said["placed"], said["told"], len(said["untold"])) == (3, 0, 3)
    assert told(at_home(*place, "--yes", "--json"))["told"] == 3
    assert _eventually(lambda: told(at_home("hold", "list", "--json"))[0]["untold"] == 0)
    assert told(at_home(*place, "--yes", "--json"))["told"] == 0
    for loan in loans:
        state = told(at_home("case", "show", loan, "--json"))["state"]
        assert state["holds"] == ["disaster"]
        future = told(at_home("case", "future", loan, "--json"))
        assert all(step["at"] >= str(day(30)) for step in future)
    assert told(at_home("hold", "report", "flood", "--json"))["clean"] is True
    assert told(at_home("hold", "lift", "flood", "--yes", "--json"))["told"] == 3
    assert _eventually(lambda: told(at_home("hold", "lift", "flood", "--json"))["untold"] == 0)
    assert told(at_home("case", "show", "H1", "--json"))["state"]["holds"] == []
    assert told(at_home("hold", "report", "flood", "--json"))["lifted"] == 3


@pytest.mark.slow
def test_a_stage_is_asked_of_the_server(at_home, home):
    add(home.engine, "H4", day(-2))
    told(at_home("case", "open", "H4", "--json"))
    place = ("hold", "place", "--reason", "disaster", "--open", "--json")
    where = ("--where", "stage = remind and loan = H4")
    assert _eventually(lambda: '"loans": 1' in at_home(*place, *where).stdout)
    assert at_home(*place, "--where", "stage = legal and loan = H4").exit_code == 1


def _eventually(true, seconds: float = 15) -> bool:
    """Whether it becomes true soon: cases write a moment after they were told."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.3)
    return True
