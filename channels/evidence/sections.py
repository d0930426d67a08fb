"""The sections of a bundle's page, as plain data for the form."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from channels.evidence.reading import Reader, pairs, short
from channels.evidence.shape import Entry

Section = dict[str, Any]

_WHERE = ("loan_id", "borrower_id", "episode")
"""What every row repeats."""

_MADE = ("allowed", "sent", "sent_uncertain", "released", "unanswered")
"""Verdicts on a contact that do not leave the borrower in peace."""


def sections(read: Reader) -> list[Section]:
    """Everything the page shows below its head."""
    words = read.words
    return [
        {"kind": "facts", "title": words["summary"], "rows": _summary(read)},
        _table(read, "timeline", ("no", 1), ("at", 4), ("what", 3), ("particulars", 10))(
            [*_timeline(read)]
        ),
        _texts(read, "texts", [*_contact_texts(read)]),
        _table(read, "silences", ("no", 1), ("at", 4), ("about", 3), ("rule", 3), ("reason", 6))(
            [*_silences(read)]
        ),
        _table(
            read, "decisions", ("no", 1), ("at", 4), ("about", 3), ("verdict", 3), ("from", 8)
        )([*_decisions(read)]),
        _table(read, "rules", ("rule", 3), ("says", 6), ("source", 6))([*_rules(read)]),
        _table(read, "instalments", ("no", 1), ("due", 4), ("amount", 4))(
            [(e.number, e.says["due"], read.money(e.says["amount_minor"])) for e in _portions(read)]
        ),
        _table(read, "payments", ("no", 1), ("at", 4), ("what", 3), ("amount", 3), ("from", 6))(
            [*_payments(read)]
        ),
        _table(read, "journal", ("no", 1), ("at", 4), ("what", 4), ("posted", 8))([*_journal(read)]),
        *(
            _table(read, title, ("no", 1), ("at", 4), ("what", 3), ("particulars", 10))(
                [*_rows(read, kinds)]
            )
            for title, kinds in (
                ("agreements", ("promise", "plan", "hold")),
                ("agencies", ("placement", "agency_message")),
                ("work", ("note", "task")),
            )
        ),
        _texts(read, "strategies", [*_strategies(read)]),
    ]


def _table(read: Reader, title: str, *columns: tuple[str, int]) -> Any:
    """A section of rows under those columns, each with its share of the width."""

    def filled(rows: Sequence[Sequence[object]]) -> Section:
        if not rows:
            return _nothing(read, title)
        return {
            "kind": "table",
            "title": read.words[title],
            "columns": [read.words[name] for name, _ in columns],
            "widths": [width for _, width in columns],
            "rows": [[str(cell) for cell in row] for row in rows],
        }

    return filled
