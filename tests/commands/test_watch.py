"""The `watch` commands: on, off, now and show, with a real server and worker, and without."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from intake.connect import connect
from tests.commands.conftest import told
from tests.intake.house import House, add, day, house


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Iterator[House]:
    """A house of its own: the watch opens the cases of everybody in it."""
    with house(tmp_path_factory.mktemp("watched")) as built:
        yield built


@pytest.fixture
def quiet(home):
    """An hour at which the schedule does not run by itself; off and gone afterwards."""
    yield f"{(datetime.now(UTC).hour + 12) % 24:02}:30"
    asyncio.run(_gone(home.settings))


async def _gone(settings) -> None:
    client = await connect(settings)
    await client.get_schedule_handle("daily-watch").delete()


@pytest.mark.slow
def test_the_watch_is_on_watches_now_says_what_it_did_and_is_off(at_home, home, quiet):
    for command in ("show", "off"):
        refused = at_home("watch", command)
        assert refused.exit_code == 1
        assert "There is no daily watch here; begin with `watch on`." in refused.stderr
    shown = at_home("watch", "on", "--at", quiet, "--zone", "UTC")
    assert shown.exit_code == 0, shown.output
    assert f"{quiet} UTC" in shown.stdout
    assert "none yet" in shown.stdout

    add(home.engine, "WATCHED", day(-2))
    now = at_home("watch", "now")
    assert now.exit_code == 0, now.output
    assert "opened 1, refused 0; approvals: reminded of 0, ended 0." in " ".join(now.stdout.split())
    case = told(at_home("case", "show", "WATCHED", "--json"))
    assert case["state"]["loan_id"] == "WATCHED"
    again = told(at_home("watch", "now", "--json"))
    assert again["status"] == "completed"
    assert (again["did"]["opened"]["opened"], again["did"]["opened"]["refused"]) == (0, 0)

    stands = told(at_home("watch", "show", "--json"))
    assert (stands["on"], stands["at"], stands["zone"]) == (True, quiet, "UTC")
    assert stands["last"]["did"] == again["did"]
    assert "off by ann" in at_home("watch", "off", "--by", "ann").stdout
    assert told(at_home("watch", "show", "--json"))["on"] is False
    moved = told(at_home("watch", "on", "--at", quiet, "--zone", "Europe/Berlin", "--json"))
    assert (moved["on"], moved["zone"]) == (True, "Europe/Berlin")


@pytest.mark.slow
def test_a_refused_loan_is_named_with_its_reason_and_the_exit_code_says_so(at_home, home, quiet):
    at_home("watch", "on", "--at", quiet, "--zone", "UTC")
    add(home.engine, "ASTRAY", day(-2))
    _strategy(home.engine, "'gone'")
    now = at_home("watch", "now")
    assert now.exit_code == 1
    assert "refused 1" in now.stdout
    assert "ASTRAY" in now.stdout
    assert "The strategy 'gone' is not known" in " ".join(now.stdout.split())
    assert "ASTRAY" in at_home("task", "list").stdout
    _strategy(home.engine, "NULL")
    assert at_home("watch", "now").exit_code == 0
    assert "ASTRAY" not in at_home("task", "list").stdout


@pytest.mark.slow
def test_a_watch_asked_for_before_it_was_ever_on_is_its_last_run(at_home, home, quiet):
    told(at_home("watch", "now", "--json"))
    ran = told(at_home("watch", "now", "--json"))
    stands = told(at_home("watch", "on", "--at", quiet, "--zone", "UTC", "--json"))
    assert stands["last"] == ran
    assert "none yet" not in at_home("watch", "show").stdout


def _strategy(engine, name) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE loan SET strategy = {name} WHERE loan_id = 'ASTRAY'")


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--at", "6", "--at: '6' is not a time such as 06:00."),
        ("--at", "25:00", "--at: '25:00' is not a time such as 06:00."),
        ("--zone", "Mars/Base", "--zone: 'Mars/Base' is no time zone such as Asia/Shanghai."),
        ("--zone", "../etc", "--zone: '../etc' is no time zone such as Asia/Shanghai."),
    ],
)
def test_a_time_or_zone_that_there_is_not_is_said_in_a_sentence(run, option, value, said):
    wrong = run("watch", "on", option, value)
    assert wrong.exit_code == 2
    assert said in wrong.stderr


@pytest.mark.parametrize("command", ["on", "off", "now", "show"])
def test_without_a_server_it_says_so(run, command):
    away = run("watch", command)
    assert away.exit_code == 1
    assert "No Temporal server answers at 127.0.0.1:1." in away.stderr
