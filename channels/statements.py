"""`templates/statutory.yaml`: what a notice must state, item by item, and the days it must give."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from channels.approvals import Notice, read_as
from channels.letters import Letter, LetterFailed, Letters

FILE = "statutory.yaml"

Facts = Mapping[str, Any]


class StatementMissing(LetterFailed):
    """A letter that does not state what a rule demands; `rule` is the rule's id."""

    def __init__(self, page: str, rule: str, missing: str) -> None:
        super().__init__(f"{page}: {missing}")
        self.rule = rule


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Days(_Part):
    """The date `date` is at least so many days after the date `after`; both are facts."""

    date: str
    after: str
    at_least: int


class Statute(_Part):
    """The contents that a rule demands.

    `items` are regular expressions by language and item, in which facts may stand; a letter states
    the item when the expression is found in its subject or text. `every_notice` says that all
    notices to borrowers of the `jurisdiction` state it, on those `channels` (empty: on all).
    """

    jurisdiction: str
    items: dict[Literal["en", "zh"], dict[str, str]]
    channels: tuple[str, ...] = ()
    every_notice: bool = False
    days: tuple[Days, ...] = ()

    def binds(self, notice: Notice, channel: str) -> bool:
        """Whether such a notice must state it, when the notice itself does not say so."""
        told = not notice.jurisdictions or self.jurisdiction in notice.jurisdictions
        read = notice.audience == "borrower" and channel in (self.channels or (channel,))
        return self.every_notice and told and read


class _File(_Part):
    rules: dict[str, Statute]


def read_statutes(folder: Path) -> dict[str, Statute]:
    """The statutes by rule; raises TemplatesRefused with every problem of the file's shape."""
    return read_as(folder / FILE, _File).rules


def incomplete(
    letters: Letters, letter: Letter, statutes: Mapping[str, Statute], rule: str, facts: Facts
) -> StatementMissing | None:
    """Why a written notice that must state the contents of `rule` may not go out, or None."""
    statute = statutes.get(rule)
    if statute is None:
        return None
    locale = letter.page.split("/")[1]
    missing = " ".join(unstated(letters, letter, statute, locale, facts))
    return StatementMissing(letter.page, rule, missing) if missing else None


def unstated(
    letters: Letters, letter: Letter, statute: Statute, locale: str, facts: Facts
) -> Iterator[str]:
    """What the letter does not state although the rule demands it; nothing when it is complete.

    It looks at the written letter, so an address or a figure that is empty is missing too.
    """
    spoken = letters.spoken(locale)
    items = statute.items.get("zh" if spoken.startswith("zh") else "en")
    if items is None:
        yield f"has no contents listed for the language of {spoken}."
        return
    said = f"{letter.subject}\n{letter.text}"
    for item, wanted in items.items():
        if not letters.pages.pattern(wanted, facts, spoken).search(said):
            yield f"does not state {item}."
    yield from _too_soon(statute, facts)


def _too_soon(statute: Statute, facts: Facts) -> Iterator[str]:
    for days in statute.days:
        given, start = _date(facts, days.date), _date(facts, days.after)
        if given < start + timedelta(days=days.at_least):
            yield f"gives less than {days.at_least} days: {days.date} is {given}."


def _date(facts: Mapping[str, Any], path: str) -> date:
    value: Any = facts
    for part in path.split("."):
        value = value[part]
    assert isinstance(value, date), f"{path} is a date"
    return value
