"""What a case's timeline shows: the stages it went through, and every turn it took."""

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
}

STAGES = (
    Stage.REMIND,
    Stage.NEGOTIATE,
    Stage.TRACE,
    Stage.WATCH_PROMISE,
    Stage.WATCH_PLAN,
    Stage.LEGAL,
    Stage.PLACED,
)
"""The stages that the sample book's strategies have."""

REQUIRED = frozenset(
    {str(stage) for stage in STAGES}
    | {f"cured in {stage}" for stage in STAGES if stage is not Stage.TRACE}
    | {str(outcome) for outcome in Outcome if outcome is not Outcome.PAID_IN_TIME}
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
    }
)
"""Everything that must be seen in the sample book at least once."""


TOLD = {"trace": "contact regained"}
"""What the telling case of a stage shows, where it is not a cure in that stage."""


def marks(timeline: Iterable[Entry]) -> set[str]:
    """Everything the timeline shows, in the words of REQUIRED."""
    found = {str(Stage.REMIND)}
    stage = str(Stage.REMIND)
    for entry in timeline:
        if entry.what == "stage":
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
    return found | _particulars(entry, words)


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
