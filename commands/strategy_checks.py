"""Everything that is wrong with a strategy file: what can be read is looked at, whatever cannot."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from channels.approvals import Approved, read_approved
from channels.letters import TEMPLATES
from channels.texts import page_of
from domain.contacting import PURPOSES
from domain.early import early_problems
from domain.gate.rulebook import Rulebook
from domain.gate.terms import Hours
from domain.legal.remedies import Remedy
from domain.steps import MessageClass, Step
from domain.strategy_problems import problems, step_problems
from policies.early_files import EarlyFile
from policies.files import PolicyError, PolicyFile, checked, read
from policies.remedy_files import misplaced_among
from policies.strategy_files import misnamed, readable_steps
from policies.strategy_parts import StrategyFile

Place = tuple[str | int, ...]

_Found = Iterator[tuple[Place, str]]


@dataclass(frozen=True, slots=True)
class Known:
    """What strategies may speak of.

    `panel` are the names of agencies, None where no panel is kept; `books` are the rules of each
    jurisdiction.
    """

    remedies: Mapping[str, Mapping[str, Remedy]]
    books: Mapping[str, Rulebook]
    panel: Collection[str] | None


def problems_of(path: Path, known: Known) -> list[str]:
    """Everything that is wrong with a strategy file, by file and line, in the order of its lines.

    What cannot be read in one place hides nothing that is wrong in another.
    """
    try:
        file = read(path)
    except PolicyError as error:
        return error.problems
    model, shape = checked(file, StrategyFile)
    found = [
        *((("name",), said) for said in misnamed(file)),
        *_parts_together(file, model),
        *_texts(file),
        *_hours(file, known.books),
        *_remedies(file, known),
        *_agencies(file, known.panel),
    ]
    placed = [(file.line(place), file.problem(place, said)) for place, said in found]
    lines = [(int(said.removeprefix(f"{file.name}:").partition(":")[0]), said) for said in shape]
    return [said for _, said in sorted(lines + placed, key=lambda problem: problem[0])]


def _parts_together(file: PolicyFile, model: StrategyFile | None) -> _Found:
    """What does not go together, of the whole strategy or of the parts that can be read."""
    if model is not None:
        yield from map(_split, problems(model.strategy(file.text)))
        return
    yield from map(_split, step_problems(readable_steps(file.tree)))
    with suppress(ValidationError):
        early = EarlyFile.model_validate(file.tree.get("early"))
        yield from map(_split, early_problems(early.terms()))
    yield from _outside(file)


def _outside(file: PolicyFile) -> _Found:
    """How bureaus are told and agencies are drawn, in a file that as a whole cannot be read."""
    steps = _items(_section(file, "legal").get("steps"))
    notices = [
        step.get("name")
        for step in steps
        if isinstance(step, dict) and step.get("message_class") == MessageClass.STATUTORY
    ]
    notice = _section(file, "bureau").get("notice")
    if isinstance(notice, str) and notice not in notices:
        yield ("bureau", "notice"), "must be a statutory step of the legal ladder."
    terms = _section(file, "placement")
    shares, agencies = terms.get("shares"), terms.get("agencies")
    if isinstance(shares, dict) and shares and isinstance(agencies, list):
        drawn = [name for name, share in shares.items() if share]
        if sorted(map(str, drawn)) != sorted({str(name) for name in agencies}):
            said = "must give each of the agencies a share, and nobody else."
            yield ("placement", "shares"), said


def _texts(file: PolicyFile) -> _Found:
    """Contacts whose text is not there for a channel, or is approved as something else."""
    told = read_approved(TEMPLATES)
    steps = dict(readable_steps(file.tree))
    for place, contact in _contacts(file.tree):
        name = contact["template"]
        step = steps.get(".".join(map(str, place)))
        if isinstance(name, str) and name not in told.notices:
            yield (*place, "template"), f"there is no {name!r}."
        elif step is not None:
            yield from _pages(told, place, step)


def _pages(told: Approved, place: Place, step: Step) -> _Found:
    notice = told.notices[step.template]
    if notice.message_class is not step.message_class:
        said = f"{step.template!r} is {notice.message_class}, not {step.message_class}."
        yield (*place, "message_class"), said
        return
    locales = sorted(folder.name for folder in TEMPLATES.iterdir() if folder.is_dir())
    for channel in (step.channel, *step.otherwise):
        page = f"{step.template}/{page_of(channel)}.txt"
        lacks = [name for name in locales if not (TEMPLATES / name / page).is_file()]
        if lacks and (not notice.jurisdictions or len(lacks) == len(locales)):
            yield (*place, "template"), f"{page} is not there in {', '.join(lacks)}."


def _hours(file: PolicyFile, books: Mapping[str, Rulebook]) -> _Found:
    """Contacts at a time of day at which no law that we know lets them be made.

    One that writes no time is made at the first lawful one.
    """
    timed = {place for place, contact in _contacts(file.tree) if "at" in contact}
    for where, step in readable_steps(file.tree):
        place = _parts(where)
        hours = [_hours_for(book, step) for book in books.values()]
        if place not in timed or not hours or any(_open(terms, step) for terms in hours):
            continue
        kept = [term for terms in hours for term in terms]
        first, last = min(t.earliest for t in kept), max(t.latest for t in kept)
        said = f"{step.at:%H:%M} is lawful nowhere; the widest hours are {first:%H:%M}-{last:%H:%M}"
        yield (*place, "at"), f"{said}."


def _hours_for(book: Rulebook, step: Step) -> list[Hours]:
    purpose = PURPOSES[step.message_class]
    return [
        active.terms
        for active in book.hours
        if step.channel in active.rule.scope.channels and purpose in active.rule.scope.purposes
    ]


def _open(hours: list[Hours], step: Step) -> bool:
    return all(terms.earliest <= step.at < terms.latest for terms in hours)


def _remedies(file: PolicyFile, known: Known) -> _Found:
    """Remedies that no law has, or that can never be used in their place."""
    wanted = [str(name) for name in _items(_section(file, "legal").get("remedies"))]
    for number, said in misplaced_among(wanted, known.remedies):
        yield ("legal", "remedies", number), said


def _agencies(file: PolicyFile, panel: Collection[str] | None) -> _Found:
    """Agencies that are not on the panel, where one is kept."""
    if panel is None:
        return
    for number, name in enumerate(_items(_section(file, "placement").get("agencies"))):
        if isinstance(name, str) and name not in panel:
            there = ", ".join(sorted(panel)) or "nobody"
            said = f"{name!r} is not on the panel; there are: {there}."
            yield ("placement", "agencies", number), said


def _contacts(node: Any, place: Place = ()) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    """Every part of the file that names a template, with its place."""
    if isinstance(node, dict):
        if "template" in node:
            yield place, node
        for name, part in node.items():
            yield from _contacts(part, (*place, name))
    for number, part in enumerate(_items(node)):
        yield from _contacts(part, (*place, number))


def _section(file: PolicyFile, name: str) -> Mapping[str, Any]:
    part = file.tree.get(name)
    return part if isinstance(part, dict) else {}


def _items(found: Any) -> list[Any]:
    return found if isinstance(found, list) else []


def _split(problem: str) -> tuple[Place, str]:
    """A problem of the domain, which begins with its place, such as `remind.steps.0.day: `."""
    place, _, message = problem.partition(": ")
    return _parts(place), message


def _parts(place: str) -> Place:
    return tuple(int(part) if part.isdigit() else part for part in place.split("."))
