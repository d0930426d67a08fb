"""The little language of borrower stories. See `Story` for its words."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import time
from itertools import pairwise

from domain.gate.words import Channel
from domain.holds import HoldReason
from domain.outcomes import Placed

NOON = time(12, 0)


class StoryError(Exception):
    """A line that cannot be read; the message says which and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Said:
    """`day 5 <- promises 200.00 by day 12`: something happens, or somebody says something."""

    day: int
    at: time
    what: str
    words: dict[str, str]
    line: str


@dataclass(frozen=True, slots=True)
class Lived:
    """`day 3 -> email gentle`: what the borrower lives through; `at` is None for any time."""

    day: int
    at: time | None
    channel: str
    name: str

    def __str__(self) -> str:
        name = "" if self.name == self.channel else f" {self.name}"
        return (
            f"day {self.day:>2}{f' at {self.at:%H:%M}' if self.at else ''} -> {self.channel}{name}"
        )


@dataclass(frozen=True, slots=True)
class Shown:
    """`.. stage negotiate`: what the case shows at the end of that day."""

    day: int
    what: str
    text: str
    line: str


@dataclass(slots=True)
class Story:
    """A story as told, one line a happening, days counted as days past due.

    The first line is `owed 400.00 CNY, strategy standard`; also `owed 3 x 100.00 CNY every 30
    days`, and further clauses `opened on day 25`, `but plan.grace_days = 0`, `no email`,
    `agencies refuse`, `agencies unreachable`. Then come lines in the order of their days:

    `day 3 -> email gentle` is a contact, and *every* contact up to the last day named is listed;
    `day 5 <- pays 100.00` is an event, one of `EVENTS`, at noon unless `day 5 at 09:30` says else;
    `.. stage negotiate`, `.. waits for approval`, `.. promise: kept` show the case at the end of
    the day before them; a refusal must be shown, as `.. refused: promise-too-far`;
    `== cured on day 17` is the end.
    """

    amount: str = ""
    currency: str = ""
    count: int = 1
    every: int = 30
    opened_on: int = 1
    strategy: str = ""
    changes: list[tuple[str, str]] = field(default_factory=list)
    unreachable: set[Channel] = field(default_factory=set)
    agencies: Placed = Placed.ACCEPTED
    said: list[Said] = field(default_factory=list)
    lived: list[Lived] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    outcome: str = ""
    last_day: int = 0


EVENTS = {
    "pays": r"pays (?P<amount>\d+(\.\d+)?)( back-dated to day (?P<on>\d+))?",
    "forgiven": r"forgiven (?P<amount>\d+(\.\d+)?) in all",
    "reversed": r"payment( (?P<number>\d+))? reversed",
    "promises": r"promises (?P<amount>-?\d+(\.\d+)?)( (?P<currency>[A-Z]{3}))? by day (?P<by>\d+)",
    "agrees": r"agrees plan of (?P<count>\d+) instalments? from day (?P<first>\d+)"
    r"( every (?P<every>\d+) days)?(?P<whole> for the whole debt)?",
    "accepts": r"accepts offer of (?P<count>\d+) instalments? from day (?P<first>\d+)"
    r"( every (?P<every>\d+) days)?(?P<whole> for the whole debt)?"
    r"( waiving (?P<waived>\d+(\.\d+)?))?( checked every (?P<check>\d+) days)?"
    r"( at (?P<rate>\d+) percent)?",
    "holds": rf"hold (?P<reason>{'|'.join(HoldReason)})( until day (?P<until>\d+))?",
    "lifts": r"lifts hold (?P<reason>\w+)",
    "closes": r"closes",
    "approves": r"approves( (?!by )(?P<question>\w+))?( by (?P<by>\w+))?",
    "declines": r"declines",
    "bounces": r"bounces (?P<step>[\w-]+)",
    "unanswered": r"(?P<step>[\w-]+) reaches nobody",
    "replies": r"replies by (?P<channel>\w+)",
    "repaired": r"new (?P<channel>\w+) found",
    "assigned": r"assigned to (?P<collector>\w+)",
    "notes": r"notes (?P<note>\w+)",
    "standing": r"(?P<what>right|hold) (?P<name>\w+) (told|placed) elsewhere"
    r"(?P<over> and over| until day (?P<until>\d+))?",
    "reports": r"agency reports (?P<status>\w+)( of (?P<about>[\w-]+))?",
    "turns": r"agencies (?P<answer>accept|refuse|unreachable|hesitate)",
    "kept": r"the ledger keeps it from agencies until day (?P<until>\d+)",
    "outage": r"outage until day (?P<until>\d+)",
}
"""What can happen, and its words."""

_LINE = re.compile(
    r"(day +(?P<day>\d+)( +at +(?P<at>\d\d:\d\d))? +)?(?P<sign>->|<-|==|\.\.) +(?P<rest>.+)"
)


def parsed(text: str) -> Story:
    """The story in that text; raises StoryError naming the line."""
    lines = [
        (number, line.strip())
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip()
    ]
    if not lines:
        raise StoryError("A story begins with what is owed.")
    story = Story()
    for number, line in lines:
        try:
            (_line if story.strategy else _header)(story, line)
        except (StoryError, ValueError) as error:
            raise StoryError(f"line {number}: {line!r}: {error}") from None
    days = [said.day for said in story.said]
    if any(later < earlier for earlier, later in pairwise(days)):
        raise StoryError("The events are not in the order of their days.")
    return story


def _header(story: Story, line: str) -> None:
    for clause in _clauses(line):
        for pattern, take in _CLAUSES.items():
            if found := re.fullmatch(pattern, clause):
                take(story, *found.groups())
                break
        else:
            raise StoryError(f"what is {clause!r}? The first line says what is owed.")
    if not story.currency or not story.strategy:
        raise StoryError("the first line says what is owed, and the strategy.")


def _clauses(line: str) -> list[str]:
    """The clauses between commas that stand in no bracket."""
    found, depth = [""], 0
    for sign in line:
        depth += (sign in "[{") - (sign in "]}")
        if sign == "," and not depth:
            found.append("")
        else:
            found[-1] += sign
    return [clause.strip() for clause in found]


def _owed(story: Story, amount: str, currency: str) -> None:
    story.amount, story.currency = amount, currency


def _schedule(story: Story, count: str, amount: str, currency: str, every: str) -> None:
    story.count, story.every = int(count), int(every)
    _owed(story, amount, currency)


_CLAUSES: dict[str, Callable[..., None]] = {
    r"owed (\d+(?:\.\d+)?) ([A-Z]{3})": _owed,
    r"owed (\d+) x (\d+(?:\.\d+)?) ([A-Z]{3}) every (\d+) days": _schedule,
    r"strategy (\w+)": lambda story, name: setattr(story, "strategy", name),
    r"opened on day (\d+)": lambda story, day: setattr(story, "opened_on", int(day)),
    r"but ([\w.]+) ?= ?(.+)": lambda story, place, value: story.changes.append((place, value)),
    r"no (email|call|sms|push|letter)": lambda story, way: story.unreachable.add(Channel(way)),
    r"agencies refuse": lambda story: setattr(story, "agencies", Placed.REFUSED),
    r"agencies unreachable": lambda story: setattr(story, "agencies", Placed.UNREACHABLE),
}


def _line(story: Story, line: str) -> None:
    found = _LINE.fullmatch(line)
    if found is None:
        raise StoryError("a line is `day N ->`, `day N <-`, `..` or `==` and what happens.")
    sign, rest = found["sign"], found["rest"]
    if sign in ("->", "<-") and not found["day"]:
        raise StoryError("on which day?")
    day = int(found["day"] or story.last_day)
    at = time.fromisoformat(found["at"]) if found["at"] else None
    if sign == "->":
        story.lived.append(_lived(day, at, rest))
    elif sign == "<-":
        story.said.append(_said(day, at or NOON, rest, line))
    elif sign == "..":
        story.shown.append(_shown(day, rest, line))
    else:
        day = _end(story, rest)
    story.last_day = max(story.last_day, day)


def _lived(day: int, at: time | None, rest: str) -> Lived:
    channel, _, name = rest.partition(" ")
    if channel not in list(Channel):
        raise StoryError(f"{channel!r} is no channel; there are {', '.join(Channel)}.")
    return Lived(day, at, channel, name.strip() or channel)


def _said(day: int, at: time, rest: str, line: str) -> Said:
    for what, pattern in EVENTS.items():
        if found := re.fullmatch(pattern, rest):
            words = {name: word for name, word in found.groupdict().items() if word is not None}
            return Said(day, at, what, words, line)
    raise StoryError(f"nobody knows what {rest!r} means; there are {', '.join(EVENTS)}.")


def _shown(day: int, rest: str, line: str) -> Shown:
    for what in ("stage ", "waits for "):
        if rest.startswith(what):
            return Shown(day, what.strip(), rest.removeprefix(what), line)
    what, colon, text = rest.partition(": ")
    if not colon:
        raise StoryError("`..` shows `stage X`, `waits for X`, or `what: text` of the timeline.")
    return Shown(day, what, text, line)


def _end(story: Story, rest: str) -> int:
    found = re.fullmatch(r"(cured|closed|exhausted) on day (\d+)", rest)
    if found is None:
        raise StoryError(
            "a story ends `cured on day N`, `closed on day N` or `exhausted on day N`."
        )
    story.outcome = rest
    return int(found[2])
