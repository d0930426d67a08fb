"""The law of these tests: the remedies of the files, and the rest days of two countries."""

from datetime import date

from domain.legal.file import CourtEvent, LegalFile
from domain.legal.readiness import take
from domain.legal.remedies import Evidence, Prepared, Remedy, Source
from policies.calendars import rest_days
from policies.remedy_files import load_remedies

CALENDARS = {"CN": rest_days("CN"), "US": rest_days("US")}
CN, US = CALENDARS["CN"], CALENDARS["US"]
REMEDIES = load_remedies()
BEGUN = date(2026, 2, 25)


def remedy(name: str, jurisdiction: str = "CN") -> Remedy:
    return REMEDIES[jurisdiction][name]


def everything(of: Remedy, on: date = BEGUN) -> tuple[Evidence, ...]:
    """All that a remedy asks for, on file since that day."""
    asked = [item for item in of.items if item.source is not Source.CLOCK]
    return tuple(Evidence(item.name, on, f"{item.name}-1") for item in asked)


def file_of(
    name: str, jurisdiction: str = "CN", found: tuple[Evidence, ...] | None = None
) -> LegalFile:
    """A file with that remedy in hand and everything for it on file."""
    file = LegalFile()
    wanted = remedy(name, jurisdiction)
    found = everything(wanted) if found is None else found
    take(file, Prepared(wanted, found), BEGUN)
    return file


def said(what: str, on: str, remedy: str = "") -> CourtEvent:
    return CourtEvent(what, date.fromisoformat(on), "2026-MIN-17", remedy)
