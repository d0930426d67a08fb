"""What a case's timeline shows: the stages it went through, and every turn it took."""

import re
from collections.abc import Iterable

from domain.case import Entry
from domain.strategy import Outcome, Stage

_ENDINGS = {
    ("promise", "kept"): "promise kept",
    ("promise", "partly_kept"): "promise partly kept",
    ("promise", "broken"): "promise broken",
    ("promise", "superseded"): "promise superseded",
    ("plan", "completed"): "plan completed",
    ("plan", "defaulted"): "plan defaulted",
    ("plan", "replaced"): "plan replaced",
    ("notice", "sent"): "notice sent",
    ("notice", "bounced"): "address bounced",
}
_BEGINNINGS = {
    "hold": "hold",
    "reversal": "reversal",
    "bounce": "letter came back",
    "assigned": "assigned",
    "note": "note",
    "lost": "contact lost",
    "found": "contact regained",
    "evidence": "evidence on file",
    "filed": "papers drawn up",
}
_BUREAU = {"adverse report ordered": "reported", "correction ordered": "put right"}
_ENDED = {"declined": "remedy declined", "secured": "secured"}
_AHEAD = "before the due date"
_OF_SEASON = re.compile(r"-\d{4}$")
_COURT_WORDS = ("accepted", "issued", "served", "refused", "objected", "docketed")

STAGES = (
    Stage.WATCH_DUE,
    Stage.REMIND,
    Stage.NEGOTIATE,
    Stage.TRACE,
    Stage.WATCH_PROMISE,
    Stage.WATCH_PLAN,
    Stage.LEGAL,
    Stage.COURT,
    Stage.PLACED,
)
"""The stages that the sample book's strategies have."""

REQUIRED = frozenset(
    {str(stage) for stage in STAGES}
    | {f"cured in {stage}" for stage in STAGES if stage not in (Stage.TRACE, Stage.WATCH_DUE)}
    | {str(outcome) for outcome in Outcome}
    | {f"court: {word}" for word in _COURT_WORDS}
    | set(_BUREAU.values())
    | {_ENDINGS[key] for key in _ENDINGS}
    | set(_BEGINNINGS.values())
    | {
        "hold lifted",
        "thanked",
        "deferred",
        "placed",
        "agency reported",
        "recalled",
        "approved",
        "declined",
        "turned late",
        "remedy declined",
        "secured",
        "visited",
        "campaign",
    }
)
"""Everything that must be seen in the sample book at least once."""


TOLD = {"trace": "contact regained", "watch_due": "paid_in_time in watch_due"}
"""What the telling case of a stage shows, where it is not a cure in that stage."""


def marks(timeline: Iterable[Entry]) -> set[str]:
    """Everything the timeline shows, in the words of REQUIRED."""
    stage = str(Stage.REMIND)
    found: set[str] = set()
    for entry in timeline:
        if entry.what == "opened":
            stage = str(Stage.WATCH_DUE if entry.detail.endswith(_AHEAD) else Stage.REMIND)
            found.add(stage)
        elif entry.what == "stage":
            found |= {"turned late"} if stage == Stage.WATCH_DUE else set()
            stage = entry.detail
            found.add(stage)
        elif entry.what == "outcome":
            found |= {entry.detail, f"{entry.detail} in {stage}"}
        else:
            found |= _turn(entry)
    return found


def _turn(entry: Entry) -> set[str]:
    words = entry.detail.replace("(", " ").split()
    found = {_BEGINNINGS[entry.what]} if entry.what in _BEGINNINGS else set()
    for word in words:
        if mark := _ENDINGS.get((entry.what, word)):
            found.add(mark)
    if entry.what == "notice" and _OF_SEASON.search(words[0]) and "sent" in words:
        found.add("campaign")
    return found | _particulars(entry, words) | _at_law(entry, words)


def _particulars(entry: Entry, words: list[str]) -> set[str]:
    match entry.what:
        case "hold" if words[-1] == "lifted" and "until" not in words:
            return {"hold lifted"}
        case "notice" if words[0].startswith("thanks") and "sent" in words:
            return {"thanked"}
        case "notice" if "deferred" in words:
            return {"deferred"}
        case "approval":
            return {word for word in ("approved", "declined") if word in words}
        case "agency" if words[0] == "reported:":
            return {"agency reported"}
        case "agency" if "recalled," in words:
            return {"recalled"}
        case "agency" if words[-1] == "accepted" and len(words) == 2:
            return {"placed"}
    return set()


def _at_law(entry: Entry, words: list[str]) -> set[str]:
    match entry.what:
        case "court":
            return {f"court: {words[1]}"}
        case "legal" if words[-1] in _ENDED:
            return {_ENDED[words[-1]]}
        case "bureau" if entry.detail in _BUREAU:
            return {_BUREAU[entry.detail]}
        case "reached" if words[-1] == "visit":
            return {"visited"}
    return set()
