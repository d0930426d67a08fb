"""The command `tape` gives each loan the strategy of its row, and says which rows it cannot."""

import json

from ledger.engine import reading
from ledger.loans import loan_view

MAP = """\
name: treated
zone: Asia/Shanghai
currency: {value: CNY}
loan: {id: {column: loan}, strategy: {column: treatment}}
borrower:
  id: {column: loan}
  name: {value: Li}
  jurisdiction: {value: CN}
  locale: {value: zh_CN}
instalments: [{due: due, amount: amount}]
payments: [{at: paid, rest: true}]
"""
TAPE = """\
loan,treatment,due,amount,paid
L1,webank,2026-02-10,100,2026-02-12 09:00:00
L2,webnak,2026-02-10,100,2026-02-12 09:00:00
L3,,2026-02-10,100,2026-02-12 09:00:00
"""


def test_a_row_with_an_unknown_strategy_is_reported_and_written_nowhere(run, ledger, tmp_path):
    (tmp_path / "map.yaml").write_text(MAP, encoding="utf-8")
    (tmp_path / "tape.csv").write_text(TAPE, encoding="utf-8")
    to = ("--rejects", tmp_path / "rejects.csv", "--payments-to", tmp_path / "paid.jsonl")
    result = run("tape", tmp_path / "tape.csv", "--map", tmp_path / "map.yaml", *to)
    assert result.exit_code == 1, result.output
    _, rejected = (tmp_path / "rejects.csv").read_text(encoding="utf-8").splitlines()
    assert rejected.startswith("3,treatment,\"The strategy 'webnak' is not known; there are: ")
    paid = (tmp_path / "paid.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["subject"] for line in paid] == ["L1", "L3"]
    with reading(ledger) as session:
        views = [loan_view(session, loan) for loan in ("L1", "L2", "L3")]
    assert [view and view.loan.strategy for view in views] == ["webank", None, None]
    assert [view is not None for view in views] == [True, False, True]
