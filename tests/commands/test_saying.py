"""Tables whose ids people paste: whole on one line, however narrow the terminal."""

import pytest

from commands.saying import show_listed

COLUMNS = ("Key", "Reason", "Case", "Asked at", "Done by")
LONG = "task/LOAN-2026-000123/2026-03-01/uncertain/a-notice-of-the-bureau/bureau-adverse-1"
IDS = [LONG, "4b0f5c0e-6f0b-4f5e-9d5e-0c9f0a4f3c11", "t1"]


def shown(capsys, ids) -> list[str]:
    rows = [(key, "the receiving side refused the address", "", "", "ann") for key in ids]
    show_listed("Tasks", COLUMNS, rows)
    out: str = capsys.readouterr().out
    return out.splitlines()


@pytest.mark.parametrize("ids", [IDS, IDS[1:], []])
@pytest.mark.parametrize("width", ["80", "40"])
def test_each_id_stands_whole_on_one_line_of_a_narrow_terminal(capsys, monkeypatch, width, ids):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", width)
    lines = shown(capsys, ids)
    for key in ids:
        assert any(key in line for line in lines), key


def test_each_id_stands_whole_in_its_row_where_there_is_room(capsys, monkeypatch):
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    lines = shown(capsys, IDS)
    for key in IDS:
        assert any(line.startswith(f"│ {key} ") for line in lines), key
