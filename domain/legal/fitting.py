"""Whether a word of a court fits where a case stands: asked before it is put on file."""

from copy import deepcopy

from domain.legal.court import hear_court, step_of
from domain.legal.file import Calendars, CourtEvent, LegalFile
from domain.refused import Refused

NO_STEP = "court-fits-no-step"


def misfit(file: LegalFile, event: CourtEvent, calendars: Calendars) -> Refused | None:
    """Why the word fits no step that the case waits in or may go back to; None when it fits one.

    The file is left as it is. The reason says where the case waits and which words fit there.
    """
    if hear_court(deepcopy(file), event, calendars):
        return None
    return Refused(NO_STEP, f"{event.what!r} fits no step: {_where(file, event)}")


def _where(file: LegalFile, event: CourtEvent) -> str:
    remedy, step = file.remedy, step_of(file)
    if remedy is None:
        return "no remedy is in hand."
    if step is None:
        return f"the papers of {remedy.name} are not drawn up yet."
    other = "" if event.remedy in ("", remedy.name) else f", and this is of {event.remedy}"
    here = f"{remedy.name} stands at {step.name} and waits for {step.waits}{other}."
    return f"{here} Words that fit: {', '.join(step.answers)}."
