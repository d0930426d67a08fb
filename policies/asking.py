"""May this contact be made? The answer to `ask may-contact`, one case at a time.

Who asks need not state what they do not care about: facts left out are taken to be as the law
wants them (two collectors on a visit, consent to a recorded voice, the notice of a transfer sent),
so that the answer is about the rest. The gate itself takes nothing for granted.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from domain.gate.answers import Allowed, Permit
from domain.gate.gate import may_contact
from domain.gate.question import Question
from domain.gate.rulebook import Rulebook
from domain.gate.words import Profile
from policies.asked_cases import question
from policies.given import Given
from policies.packs import Packs, load_packs

_MINUTE = timedelta(minutes=1)


def answer(case: Mapping[str, Any], packs: Packs | None = None) -> dict[str, str | None]:
    """The `decision` (`allow` or `deny`), the `rule` that denies, and the `earliest` minute.

    `rule` is None when allowed; `earliest` is the first lawful minute on the same channel, in the
    first zone's local time, and None when allowed or where waiting alone does not help. `packs`
    are the shipped ones unless given. Raises ValueError that names every field that is missing or
    wrong, by its path, and what is wrong with it.
    """
    given = Given(case)
    book = _book(given, packs or _shipped())
    asked = question(given)
    given.check()
    assert book is not None, "there is a rulebook where nothing is wrong"
    permit = may_contact(book, asked)
    if isinstance(permit, Allowed):
        return {"decision": "allow", "rule": None, "earliest": None}
    earliest = _first_minute(book, asked, permit)
    if earliest is None:
        return {"decision": "deny", "rule": permit.rule, "earliest": None}
    local = earliest.astimezone(_first_zone(asked))
    return {
        "decision": "deny",
        "rule": permit.rule,
        "earliest": local.isoformat(timespec="minutes"),
    }


@cache
def _shipped() -> Packs:
    return load_packs()


def _book(case: Given, packs: Packs) -> Rulebook | None:
    """The rules of the place and profile; None where one of these fields is wrong."""
    jurisdiction, region = case.text("jurisdiction"), case.text_or_none("region")
    profile = case.word("profile", Profile, Profile.PRUDENT)
    if jurisdiction and jurisdiction not in packs.bases:
        known = ", ".join(sorted(packs.bases))
        case.wrong("jurisdiction", f"there are packs for {known}, not for {jurisdiction!r}.")
    elif jurisdiction and region and not region.startswith(f"{jurisdiction}-"):
        case.wrong("region", f"{region!r} is no region of {jurisdiction}.")
    return None if case.faults else packs.book(jurisdiction, region, profile)


def _first_minute(book: Rulebook, asked: Question, permit: Permit) -> datetime | None:
    """The first whole minute from the refusal's `until` on at which the contact is lawful."""
    while not isinstance(permit, Allowed):
        if permit.until is None:
            return None
        until = permit.until.astimezone(UTC)
        minute = until.replace(second=0, microsecond=0)
        minute += _MINUTE if minute < until else timedelta()
        asked = replace(asked, proposed=replace(asked.proposed, at=minute))
        permit = may_contact(book, asked)
    return asked.proposed.at


def _first_zone(asked: Question) -> tzinfo | None:
    """The home zone; for a person whose zone is not known the offset the question came with."""
    return ZoneInfo(asked.zones[0]) if asked.zones else asked.proposed.at.tzinfo
