"""The texts that really go out: written, looked at once more, and in a provider's form."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from jinja2 import TemplateError
from pydantic import BaseModel, ConfigDict, Field

from channels.approvals import Notice, read_approved, read_as
from channels.guard import guarded
from channels.letters import TEMPLATES, Lender, Letter, LetterFailed, Letters
from channels.statements import Statute, incomplete, read_statutes
from channels.template_check import Books, production_letters
from domain.gate.rulebook import Rulebook
from domain.gate.words import Channel, Fact

PAGES = {Channel.AI_CALL: Channel.CALL, Channel.SOCIAL: Channel.SMS}
"""Channels that are worded like another one."""


def page_of(channel: Channel) -> Channel:
    """The page on which the words of that channel stand."""
    return PAGES.get(channel, channel)


class FactsMissing(LetterFailed):
    """A notice about something that the ledger does not know; the message names it."""

    rule = "facts-missing"


class ProviderTemplate(BaseModel):
    """A page as the provider approved it: its id there, and its blanks in their order.

    Each blank is a template of its own, such as `{{ arrears_minor | money }}`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(min_length=1)]
    params: dict[str, str] = Field(default_factory=dict)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    pages: dict[str, ProviderTemplate]


@dataclass(frozen=True, slots=True)
class Text:
    """What goes out: the letter, and what a provider that knows only templates is told instead."""

    letter: Letter
    provider_template_id: str = ""
    params: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Texts:
    """Writes what is sent, and refuses what may not be.

    `notices` and `statutes` are those of the templates' folder; `provided` is by page. Built bare
    it only writes, which is for rehearsals and tests.
    """

    letters: Letters
    notices: Mapping[str, Notice] = field(default_factory=dict)
    statutes: Mapping[str, Statute] = field(default_factory=dict)
    provided: Mapping[str, ProviderTemplate] = field(default_factory=dict)

    def threatens(self, template: str) -> bool:
        """Whether that notice speaks of court, or of handing the debt on."""
        notice = self.notices.get(template)
        return notice is not None and notice.threatens

    def write(  # noqa: PLR0913  which text, in what language, about what and under which law
        self,
        template: str,
        channel: Channel,
        locale: str,
        facts: Mapping[str, Any],
        book: Rulebook,
        known: frozenset[Fact] = frozenset(),
    ) -> Text:
        """The text as it goes out; raises LetterFailed, whose rule says what is in the way."""
        notice = self.notices.get(template)
        for need in notice.needs if notice else ():
            if facts.get(need) is None:
                raise FactsMissing(f"{template}: the ledger lacks the particulars for {need}.")
        letter = self.letters.write(template, page_of(channel), locale, facts)
        if refused := guarded(letter, book, known):
            raise refused
        states = notice.states if notice else ""
        if lacking := incomplete(self.letters, letter, self.statutes, states, facts):
            raise lacking
        name = letter.page.partition("/")[2]
        given = self.provided.get(name)
        if given is None:
            return Text(letter)
        return Text(letter, given.id, tuple(self._filled(name, given, facts, locale)))

    def _filled(
        self, page: str, given: ProviderTemplate, facts: Mapping[str, Any], locale: str
    ) -> Iterator[tuple[str, str]]:
        for name, blank in given.params.items():
            try:
                yield name, self.letters.pages.phrase(blank, facts, self.letters.spoken(locale))
            except (TemplateError, TypeError, ValueError) as broken:  # may quote a name
                raise LetterFailed(f"{page}, {name}: {type(broken).__name__}") from broken


def production_texts(
    lender: Lender, books: Books, provided: Path | None = None, folder: Path = TEMPLATES
) -> Texts:
    """The texts that are really sent: approved, and every one of them looked at.

    `provided` is the file of the provider's templates. Raises TemplatesRefused with every problem.
    """
    letters = production_letters(lender, books, folder)
    pages = read_as(provided, _File).pages if provided else {}
    return Texts(letters, read_approved(folder).notices, read_statutes(folder), pages)
