"""Run every benchmark, print a table, and write build/bench.json."""

import json
import os
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.gate import gate_decisions
from bench.measuring import Measured
from bench.posting import posting
from bench.rules import days_past_due
from bench.virtual import virtual
from policies.packs import load_packs
from policies.strategy_files import load_strategies

OUT = Path(__file__).parents[1] / "build" / "bench.json"


def main() -> None:
    strategy = next(s for s in load_strategies().values() if s.name == "standard")
    packs = load_packs()
    data = Path(os.environ["REAL_DATA"]) if os.environ.get("REAL_DATA") else None
    if data is None:
        print("REAL_DATA is not set: a made-up book stands for the real loans.")
    measured = [*virtual(strategy, packs.books(), data), days_past_due(), *gate_decisions(packs)]
    measured += posting()
    Console().print(_table(measured))
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps({m.name: _figures(m) for m in measured}, indent=2) + "\n")


def _figures(measured: Measured) -> dict[str, float | str]:
    return {
        "ours": round(measured.ours, 3),
        "bare": round(measured.bare, 3),
        "ratio": round(measured.ratio, 4),
        "unit": measured.unit,
    }


def _table(measured: list[Measured]) -> Table:
    table = Table(
        title="A second of one core (or, where it says ms, how long one takes): "
        "ours beside a bare baseline, in the same run"
    )
    table.add_column("name", no_wrap=True)
    table.add_column("unit")
    for column in ("ours", "bare", "ratio"):
        table.add_column(column, justify="right")
    for m in measured:
        table.add_row(m.name, m.unit, _short(m.ours), _short(m.bare), f"{m.ratio:.4f}")
    return table


def _short(figure: float) -> str:
    return f"{figure:,.0f}" if figure >= 100 else f"{figure:.2f}"


if __name__ == "__main__":
    main()
