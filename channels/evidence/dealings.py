"""Rows of a bundle's page about what was asked for, approved, done to the money, and filed."""

from collections.abc import Iterator
from typing import Any

from channels.evidence.reading import Reader, Row, particulars

SHORT: dict[str, tuple[str, ...]] = {
    "event": ("type", "source"),
    "journal": ("narrative", "on_date"),
    "note": ("by", "text"),
    "offer": ("offer_id", "kind", "state"),
    "agreement": ("offer_id", "manner", "state"),
    "approval": ("action", "approval_id", "asked_by", "answer", "answered_by"),
    "delegation": ("giver", "taker", "until"),
    "loan_terms": ("day_count", "by"),
    "money_event": ("kind", "event_id", "by", "approved_by"),
    "legal_event": ("what", "on_date", "reference"),
    "legal_document": ("paper", "number"),
    "right": ("kind", "channel", "purpose"),
    "grievance": ("kind", "about", "verdict"),
    "reply": ("channel", "text"),
    "reason": ("by",),
    "vulnerability": ("by",),
    "finances": ("taken_on", "by"),
}
"""What a line of the timeline says of an entry, by kind; its own section says the rest."""

_AMOUNT = ("currency", "amount_minor")


def approvals(read: Reader) -> Iterator[Row]:
    """Every question to a second person: what, how much, who asked, and who decided how and when.

    A lending of authority that was used stands under who used it.
    """
    for entry in read.of("approval", "delegation"):
        said = entry.says
        if entry.kind == "delegation":
            lent = particulars(read, said, ("giver", "taker", "made_at", "delegation_id"))
            told = f"{read.words['lent_by']} {said['giver']}: {said['taker']}; {lent}"
            yield entry.number, read.at(entry.at), read.kind(entry), "", said["giver"], told
            continue
        action = read.word(said["action"])
        what = ", ".join(filter(None, (action, said["subject"] or said["approval_id"])))
        amount = read.money(said["amount_minor"], said["currency"])
        yield entry.number, read.at(entry.at), what, amount, said["asked_by"], _decided(read, said)


def _decided(read: Reader, said: dict[str, Any]) -> str:
    if said["answer"] is None:
        return read.words["waits"]
    lent = f"{read.words['lent_by']} {said['lent_by']}" if said["lent_by"] else ""
    parts = (
        read.word(said["answer"], "approval"),
        said["answered_by"],
        lent,
        read.at(said["answered_at"]),
    )
    return ", ".join(filter(None, parts))


def dealings(read: Reader) -> Iterator[Row]:
    """The terms of the account, and what was done to its money, with who asked and who approved."""
    for entry in read.of("loan_terms", "money_event"):
        said = entry.says
        deal = entry.kind == "money_event"
        what = f"{read.word(said['kind'])} {said['event_id']}" if deal else read.kind(entry)
        amount = read.money(said["amount_minor"]) if said.get("amount_minor") else ""
        rest = particulars(read, said, ("kind", "event_id", "known_at", "amount"))
        yield entry.number, read.at(entry.at), what, amount, rest


def papers(read: Reader) -> Iterator[Row]:
    """What is on the legal file: evidence and courts, and each paper with its digest and exhibits.

    An entry that is struck names the entry that strikes it, and the other way round. The numbers
    that a paper was drawn up from stand in bundle.json alone.
    """
    beside = _struck(read)
    for entry in read.of("legal_event", "legal_document"):
        said = entry.says
        if entry.kind == "legal_event":
            seen = ("reference",) if said["kind"] == "strike" else ()
            what = read.word(said["what"], entry.kind)
            rest = particulars(read, said, ("what", "event_id", "at", *seen))
            rest = "; ".join(filter(None, (beside.get(said["event_id"], ""), rest)))
        else:
            what = f"{read.word(said['paper'])} {said['number']}"
            shown = said["draft"]["exhibits"]
            named = ([read.word(item, "legal_event"), *rest] for item, *rest in shown)
            exhibits = "; ".join(" ".join(filter(None, one)) for one in named)
            gone = ("paper", "number", "draft", "drawn_at")
            rest = particulars(read, said | {"exhibits": exhibits}, gone)
        yield entry.number, read.at(entry.at), what, rest


def _struck(read: Reader) -> dict[str, str]:
    """What an entry of the legal file says of the other, by event: struck by, or strikes, which."""
    entries = {entry.says["event_id"]: entry for entry in read.of("legal_event")}
    words, found = read.words, {}
    for entry in entries.values():
        gone = entries.get(entry.says["reference"])
        if entry.says["kind"] == "strike" and gone is not None:
            found[gone.says["event_id"]] = f"{words['struck_by']} {entry.number}"
            found[entry.says["event_id"]] = f"{words['strikes']} {gone.number}"
    return found
