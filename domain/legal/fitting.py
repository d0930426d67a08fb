"""Whether a word of a court fits where a case stands: asked before it is put on file."""

from collections.abc import Iterable
from copy import deepcopy
from datetime import date

from domain.legal.court import FILED, follows, hear_court, step_of
from domain.legal.file import Calendars, CourtEvent, LegalFile
from domain.refused import Refused

NO_STEP = "court-fits-no-step"
TOO_EARLY = "court-too-early"
"""The date is before that of what the word must follow."""


def misfit(file: LegalFile, event: CourtEvent, calendars: Calendars) -> Refused | None:
    """Why the word fits no step that the case waits in or may go back to; None when it fits one.

    The file is left as it is. The reason says where the case waits and which words fit there, or
    that the date is too early.
    """
    if hear_court(deepcopy(file), event, calendars):
        return None
    step = step_of(file)
    if step is not None and event.what in step.answers and _of_it(file, event):
        return _early(event, follows(file), f"{_named(file)} came to {step.name} on")
    return Refused(NO_STEP, f"{event.what!r} fits no step: {_where(file, event)}")


def too_early(event: CourtEvent, dated: date | None, said: Iterable[CourtEvent]) -> Refused | None:
    """Why the date cannot be, by what is on file alone; None when it can.

    Nothing is filed before its papers are `dated` (None: none were drawn up), and nothing else
    happens in a procedure before it was filed.
    """
    if event.what == FILED:
        if dated is None or event.on >= dated:
            return None
        return _early(event, dated, f"the papers of {event.remedy} are dated")
    filed = [one.on for one in said if one.what == FILED and one.remedy == event.remedy]
    if not event.remedy or not filed or event.on >= min(filed):
        return None
    return _early(event, min(filed), f"{event.remedy} was filed on")


def _early(event: CourtEvent, bound: date, what: str) -> Refused:
    said = f"{event.what!r} of {event.on.isoformat()} is too early: {what} {bound.isoformat()}."
    return Refused(TOO_EARLY, said)


def _of_it(file: LegalFile, event: CourtEvent) -> bool:
    return file.remedy is not None and event.remedy in ("", file.remedy.name)


def _named(file: LegalFile) -> str:
    return file.remedy.name if file.remedy is not None else ""


def _where(file: LegalFile, event: CourtEvent) -> str:
    remedy, step = file.remedy, step_of(file)
    if remedy is None:
        return "no remedy is in hand."
    if step is None:
        return f"the papers of {remedy.name} are not drawn up yet."
    other = "" if event.remedy in ("", remedy.name) else f", and this is of {event.remedy}"
    here = f"{remedy.name} stands at {step.name} and waits for {step.waits}{other}."
    return f"{here} Words that fit: {', '.join(step.answers)}."
