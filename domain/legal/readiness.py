"""The readiness gate: nothing is filed while something is missing; it says what, and since when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from domain.legal.file import Calendars, LegalFile, last_day
from domain.legal.remedies import Evidence, Item, Prepared, Remedy, Source


@dataclass(frozen=True, slots=True)
class Missing:
    """An item that keeps a remedy from being used: since when, why, and what law asks for it.

    `ripe_on` is the first day it may be used, when waiting alone will do; None when people must
    bring it.
    """

    item: str
    rule: str
    since: date
    why: str
    ripe_on: date | None = None


def missing(remedy: Remedy, file: LegalFile, today: date, calendars: Calendars) -> list[Missing]:
    """What is missing, in the order of the checklist; empty when the remedy may be used."""
    lacks = (_lack(item, file, today, calendars) for item in remedy.items)
    return [lack for lack in lacks if lack is not None]


def barred(file: LegalFile, today: date) -> bool:
    """Whether the last day to bring the claim is over."""
    return file.limitation_ends is not None and today > file.limitation_ends


def take(file: LegalFile, prepared: Prepared, today: date) -> None:
    """Put what was found on the file, and note from which day each other item is missing."""
    file.remedy = prepared.remedy
    file.evidence = list(prepared.found)
    file.limitation_ends = prepared.limitation_ends
    want(file, today)


def want(file: LegalFile, today: date) -> None:
    """Note from which day each item is missing; what is there is missing no more."""
    if file.remedy is None:
        return
    there = {evidence.item for evidence in file.evidence}
    for item in file.remedy.items:
        if item.name in there or item.source is Source.CLOCK:
            file.wanted_since.pop(item.name, None)
        else:
            file.wanted_since.setdefault(item.name, today)


def add(file: LegalFile, evidence: Evidence, today: date) -> None:
    """Put one thing on file."""
    file.evidence.append(evidence)
    want(file, today)


def latest(evidence: Iterable[Evidence], item: str) -> Evidence | None:
    """The newest evidence of an item, or None."""
    mine = [found for found in evidence if found.item == item]
    return max(mine, key=lambda found: (found.on, found.reference), default=None)


def _lack(item: Item, file: LegalFile, today: date, calendars: Calendars) -> Missing | None:
    if item.effective is not None and today < item.effective:
        return None
    if item.source is Source.CLOCK:
        return _clock_lack(item, file, today)
    found = latest(file.evidence, item.name)
    if found is None:
        since = file.wanted_since.get(item.name, today)
        return Missing(item.name, item.rule, since, "not on file")
    if item.ripe is None:
        return None
    ripe_on = last_day(item.ripe.rule, item.ripe.step, found.on, calendars)
    if today >= ripe_on:
        return None
    return Missing(
        item.name, item.ripe.rule, found.on, f"not before {ripe_on.isoformat()}", ripe_on
    )


def _clock_lack(item: Item, file: LegalFile, today: date) -> Missing | None:
    if not barred(file, today) or file.limitation_ends is None:
        return None
    since = file.limitation_ends + timedelta(days=1)
    return Missing(item.name, item.rule, since, "the claim is barred")
