"""Lists of cases: the loans they name can be pasted, however narrow the terminal."""

import pytest

from domain.orders import CloseOrder
from domain.strategy import Outcome
from ledger.cases import NewCase, close_case, open_case
from ledger.engine import open_ledger, writing
from ledger.migrate import upgrade
from tests.ledger.book import EPISODE, MORNING, a_loan

LOAN = "LOAN-2026-000123-of-the-northern-branch"


@pytest.mark.parametrize("width", ["80", "40"])
def test_loans_of_ended_cases_stand_whole_in_a_narrow_terminal(run, tmp_path, monkeypatch, width):
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    upgrade(url)
    engine = open_ledger(url)
    with writing(engine) as session:
        a_loan(session, LOAN)
        open_case(session, NewCase(LOAN, "B1", EPISODE, "plain@1"), MORNING)
        close_case(session, CloseOrder(LOAN, "B1", EPISODE, Outcome.CURED, "", MORNING))
    engine.dispose()
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", width)
    shown = run("case", "list", "--outcome", "cured").stdout.splitlines()
    assert any(LOAN in line for line in shown)
