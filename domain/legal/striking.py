"""Striking from the legal file of a case what was put there by mistake."""

from datetime import date

from domain.legal.court import FILED, step_of
from domain.legal.file import CourtEvent, LegalFile, Stand
from domain.legal.readiness import want
from domain.legal.remedies import Evidence


def strike_court(file: LegalFile, event: CourtEvent) -> str:
    """What a court is said to have said was never said: it counts no longer.

    When it was the last that moved the remedy in hand, which has not ended, the remedy is back at
    the step before, and that is answered; nothing else is undone. Empty: it stays where it is.
    """
    if event not in file.said:
        return ""
    file.said.remove(event)
    unplaced = event in file.unplaced
    if unplaced:
        file.unplaced.remove(event)
    if event.what == FILED:
        _refile(file, event)
    if unplaced or not _led_here(file, event):
        return ""
    file.path.pop()
    return file.path[-1].step


def strike_evidence(file: LegalFile, evidence: Evidence, today: date) -> None:
    """Take one thing off the file; the item is missing from today unless there is another."""
    if evidence in file.evidence:
        file.evidence.remove(evidence)
        want(file, today)


def _led_here(file: LegalFile, event: CourtEvent) -> bool:
    """Whether the word is what brought the remedy in hand to the step where it stands."""
    remedy, step = file.remedy, step_of(file)
    if remedy is None or step is None or event.remedy not in ("", remedy.name):
        return False
    if len(file.path) == 1:
        return False
    before = remedy.step(file.path[-2].step)
    return file.path[-1] == Stand(before.answers.get(event.what, ""), event.on)


def _refile(file: LegalFile, event: CourtEvent) -> None:
    """Count the filing that is left of that remedy, if there is one."""
    name = event.remedy or (file.remedy.name if file.remedy is not None else "")
    left = [other.on for other in file.said if other.what == FILED and other.remedy == event.remedy]
    if left:
        file.filed[name] = left[0]
    else:
        file.filed.pop(name, None)
