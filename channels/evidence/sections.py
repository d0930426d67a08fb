"""The sections of a bundle's page, as plain data for the form."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from channels.evidence.dealings import SHORT, approvals, dealings, papers
from channels.evidence.reading import Reader, Row, pairs, particulars, short
from channels.evidence.shape import Entry

Section = dict[str, Any]

_SILENT = ("deferred", "suppressed", "stale")
"""Verdicts on a contact that leave the borrower in peace for now."""


def sections(read: Reader) -> list[Section]:
    """Everything the page shows below its head."""
    tables = [_table(read, *table) for table in _TABLES]
    summary = {"kind": "facts", "title": read.words["summary"], "rows": _summary(read)}
    texts = _texts(read, "texts", [*_contact_texts(read)])
    strategies = _texts(read, "strategies", [*_strategies(read)])
    return [summary, tables[0], texts, *tables[1:], strategies]


def _summary(read: Reader) -> list[tuple[str, str]]:
    words = read.words
    (borrower,), (loan,) = (read.of(kind) for kind in ("borrower", "loan"))
    owed = sum(entry.says["amount_minor"] for entry in read.of("instalment"))
    paid = sum(entry.says["amount_minor"] for entry in read.of("payment"))
    paid -= sum(entry.says["amount_minor"] for entry in read.of("reversal"))
    ended = "; ".join(
        f"{short(case.id)}: {read.word(case.says['outcome'] or '') or words['running']}"
        for case in read.of("case")
    )
    counts = Counter(entry.says["status"] for entry in read.of("contact"))
    verdicts = (entry.says["verdict"] for entry in _silent(read))
    counts.update(verdict for verdict in verdicts if verdict != "suppressed")  # these have a status
    reached = (point["address"] for point in borrower.says["contact_points"])
    return [
        (words["borrower"], f"{borrower.says['name']} ({borrower.id})"),
        (words["reached"], ", ".join(reached)),
        (words["law"], borrower.says["jurisdiction"]),
        (words["loan"], loan.id),
        (words["product"], read.word(loan.says["product"])),
        (words["lent"], read.money(loan.says["principal_minor"])),
        (words["owed"], read.money(owed)),
        (words["paid"], read.money(paid)),
        (words["cases"], ended or words["none"]),
        (
            words["contacts"],
            ", ".join(f"{n} {read.word(what)}" for what, n in counts.items()) or "0",
        ),
        (words["entries"], str(len(read.bundle.entries))),
    ]


def _timeline(read: Reader) -> Iterator[Row]:
    for entry in read.bundle.entries:
        if entry.at is not None:
            yield entry.number, read.at(entry.at), read.kind(entry), _line(read, entry)


def _line(read: Reader, entry: Entry) -> str:
    """The entry in one line."""
    said = entry.says
    parts: tuple[str, ...]
    match entry.kind:
        case "contact":
            code = (read.word(said["channel"]), read.word(said["status"]), said["rule"])
            parts = (short(entry.id), *code, said["reason"])
        case "decision":
            what, verdict = said["what"], read.word(said["verdict"], said["what"])
            parts = (read.word(what), read.about(entry), verdict, said["rule"])
        case "case":
            parts = (short(entry.id), said["strategy"])
        case "payment" | "reversal":
            parts = (entry.id, read.money(said["amount_minor"]))
        case kind if kind in SHORT:
            parts = tuple(_short(read, entry, name) for name in SHORT[kind])
        case _:
            parts = (particulars(read, said, of=entry.kind),)
    return ", ".join(part for part in parts if part)


def _short(read: Reader, entry: Entry, name: str) -> str:
    value = entry.says[name] or ""
    return read.sentence(value) if name == "narrative" else read.told(name, value, entry.kind)


def _silences(read: Reader) -> Iterator[Row]:
    for entry in _silent(read):
        said, until = entry.says, entry.says["inputs"].get("until")
        why = [said["inputs"].get("reason", ""), f"{read.words['until']} {until}" if until else ""]
        verdict = f"{short(said['key'])}: {read.word(said['verdict'])}"
        yield entry.number, read.at(entry.at), verdict, said["rule"], " ".join(filter(None, why))


def _silent(read: Reader) -> list[Entry]:
    """Decisions that a contact is not made, now or at all."""
    return [
        entry
        for entry in read.of("decision")
        if entry.says["what"] == "contact" and entry.says["verdict"] in _SILENT
    ]


def _decisions(read: Reader) -> Iterator[Row]:
    for entry in read.of("decision"):
        said = entry.says
        what, verdict = (
            f"{read.word(said['what'])} {read.about(entry)}",
            f"{read.word(said['verdict'], said['what'])} {said['rule']}".strip(),
        )
        yield (
            entry.number,
            read.at(entry.at),
            what,
            verdict,
            pairs(read, said["inputs"], of=said["what"]),
        )


def _rules(read: Reader) -> Iterator[Row]:
    for entry in read.of("rule"):
        said = entry.says
        source = [said[name] for name in ("source", "article", "where", "confidence", "of")]
        told = "; ".join(read.sentence(part) for part in source if part)
        yield entry.id, read.sentence(said["says"]), told


def _instalments(read: Reader) -> Iterator[Row]:
    for entry in read.of("instalment"):
        yield entry.number, entry.says["due"], read.money(entry.says["amount_minor"])


def _payments(read: Reader) -> Iterator[Row]:
    for entry in read.of("payment", "reversal"):
        amount = read.money(entry.says["amount_minor"])
        rest = pairs(read, entry.says, ("amount_minor", "known_at"))
        yield entry.number, read.at(entry.at), read.kind(entry), amount, rest


def _journal(read: Reader) -> Iterator[Row]:
    for entry in read.of("journal"):
        lines = (
            f"{read.word(line['account'])} {read.money(line['amount_minor'], line['currency'])}"
            for line in entry.says["postings"]
        )
        yield (
            entry.number,
            read.at(entry.at),
            read.sentence(entry.says["narrative"]),
            "; ".join(lines),
        )


def _rows_of(*kinds: str) -> Callable[[Reader], Iterator[Row]]:
    def rows(read: Reader) -> Iterator[Row]:
        for entry in read.of(*kinds):
            name = short(entry.id)
            name = read.word(name) if entry.kind == "agency_message" else name
            told = f"{name}: {particulars(read, entry.says, of=entry.kind)}"
            yield entry.number, read.at(entry.at), read.kind(entry), told

    return rows


def _contact_texts(read: Reader) -> Iterator[Section]:
    words = read.words
    for entry in read.of("contact"):
        said = entry.says
        facts = {
            words["at"]: read.at(entry.at),
            words["status"]: ", ".join(filter(None, (read.word(said["status"]), said["rule"]))),
            words["channel"]: read.word(said["channel"]),
            words["template"]: said["template"],
            words["message"]: said["message_id"],
            words["to"]: said["to"] or "",
            words["subject"]: said["subject"],
        }
        told = [(name, value) for name, value in facts.items() if value]
        title, text = f"{entry.number}  {short(entry.id)}", said["body"] or words["no_text"]
        yield {"title": title, "facts": told, "text": text}


def _strategies(read: Reader) -> Iterator[Section]:
    for entry in read.of("strategy"):
        text = entry.says["text"] or read.words["no_strategy"]
        yield {"title": f"{entry.number}  {entry.id}", "facts": [], "text": text}


def _texts(read: Reader, title: str, texts: Sequence[Section]) -> Section:
    if not texts:
        return _nothing(read, title)
    return {"kind": "texts", "title": read.words[title], "texts": texts}


def _table(
    read: Reader, title: str, columns: str, rows_of: Callable[[Reader], Iterator[Row]]
) -> Section:
    """A section of rows; each column is named with its share of the width."""
    rows = [[str(cell) for cell in row] for row in rows_of(read)]
    if not rows:
        return _nothing(read, title)
    named = [column.partition(":") for column in columns.split()]
    return {
        "kind": "table",
        "title": read.words[title],
        "columns": [read.words[name] for name, *_ in named],
        "widths": [int(share) for *_, share in named],
        "rows": rows,
    }


def _nothing(read: Reader, title: str) -> Section:
    return {"kind": "nothing", "title": read.words[title], "text": read.words["none"]}


_LINES = "no:0 at:0 what:2 particulars:10"

_BUREAU = ("bureau_consent", "bureau_report")

_TABLES = (
    ("timeline", _LINES, _timeline),
    ("silences", "no:0 at:0 about:4 rule:3 reason:6", _silences),
    ("decisions", "no:0 at:0 about:3 verdict:3 from:9", _decisions),
    ("rules", "rule:5 says:11 source:12", _rules),
    ("instalments", "no:0 due:1 amount:3", _instalments),
    ("payments", "no:0 at:0 what:2 amount:3 from:8", _payments),
    ("journal", "no:0 at:0 what:3 posted:8", _journal),
    ("agreements", _LINES, _rows_of("promise", "plan", "hold")),
    ("offers", _LINES, _rows_of("offer", "agreement")),
    ("approvals", "no:0 at:0 what:5 amount:3 asked:2 decided:6", approvals),
    ("dealings", "no:0 at:0 what:3 amount:3 particulars:8", dealings),
    ("legal", "no:0 at:0 what:3 particulars:9", papers),
    ("agencies", _LINES, _rows_of("placement", "agency_message", "commission", *_BUREAU)),
    ("people", _LINES, _rows_of("right", "grievance", "reply")),
    ("circumstances", _LINES, _rows_of("reason", "vulnerability", "finances")),
    ("work", _LINES, _rows_of("note", "task")),
)
"""Sections that are tables: title, columns with their shares of the width, and what fills them.

A column with no share is as wide as it needs.
"""
