"""All templates at once: written with sample facts, and looked at with the eyes of every law."""

import re
import traceback
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path

from channels.approvals import FILE, Approved, Notice, TemplatesRefused, read_approved
from channels.guard import disclosed, refusals, shape_problems
from channels.letters import TEMPLATES, Lender, Letter, LetterFailed, Letters
from channels.samples import ADDRESS, MORE, PHONE, sample_facts
from channels.statements import Statute, read_statutes, unstated
from domain.gate.rulebook import Rulebook
from domain.gate.words import Fact

Books = Mapping[str, Sequence[Rulebook]]
"""The rules of each jurisdiction, and of each region of it that has its own."""

_GIVEN = frozenset({"lender", "locale"})
_SEEN_BY_OTHERS = ("push",)
"""Channels whose texts a bystander can read on a locked screen."""


@dataclass(frozen=True, slots=True)
class TemplateProblem:
    """What is wrong with a template, where, and by which rule.

    The `file` may be a part that the `page` includes; no page for a problem of the folder.
    """

    file: str
    line: int
    rule: str
    says: str
    page: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.says} ({self.rule})"


@dataclass(frozen=True, slots=True)
class _Sight:
    """Everything that looking at one page needs."""

    letters: Letters
    books: Books
    statutes: Mapping[str, Statute]
    page: str
    notice: Notice

    @property
    def locale(self) -> str:
        return self.page.split("/")[0]

    @property
    def channel(self) -> str:
        return Path(self.page).stem

    def problem(self, rule: str, says: str, words: str = "") -> TemplateProblem:
        """The problem at the line where those words stand, or at the top of the page."""
        file, line = _place(self.letters.pages.texts(self.page), self.page, words)
        folder = self.letters.pages.folder.name
        return TemplateProblem(f"{folder}/{file}", line, rule, says, f"{folder}/{self.page}")


def production_letters(lender: Lender, books: Books, folder: Path = TEMPLATES) -> Letters:
    """The letters that are really sent: approved texts only, every one of them looked at.

    A jurisdiction without rules is passed over, as nobody is written to there. Raises
    TemplatesRefused with every problem of every template, so that a worker does not start.
    """
    told = read_approved(folder).notices.values()
    ruleless: Books = {law: () for notice in told for law in notice.jurisdictions}
    if found := template_problems(lender, {**ruleless, **books}, folder):
        raise TemplatesRefused(tuple(str(problem) for problem in found))
    return Letters(lender, folder, read_approved(folder).versions)


def template_problems(
    lender: Lender, books: Books, folder: Path = TEMPLATES
) -> list[TemplateProblem]:
    """Everything that is wrong with the templates of a folder; empty when all may be sent.

    Raises TemplatesRefused when the files that describe them cannot be read.
    """
    told, statutes = read_approved(folder), read_statutes(folder)
    letters = Letters(reachable(lender), folder)
    pages = letters.pages.names()
    found = list(_file_problems(told, statutes, books, pages, folder.name))
    for page in pages:
        notice = told.notices.get(page.split("/")[1])
        if notice is not None:
            sight = _Sight(letters, books, statutes, page, notice)
            found += _page_problems(sight, told.versions)
    return found


def reachable(lender: Lender) -> Lender:
    """The lender with all that a letter may name, as that is the longer one."""
    return replace(lender, phone=lender.phone or PHONE, address=lender.address or ADDRESS)


def _file_problems(
    told: Approved, statutes: Mapping[str, Statute], books: Books, pages: Sequence[str], folder: str
) -> Iterator[TemplateProblem]:
    """What the head of a notice names and nobody has, and what has no head."""
    about = f"{folder}/{FILE}"
    written = {page.split("/")[1] for page in pages}
    for name in sorted(written ^ told.notices.keys()):
        said = "has no tone and class here." if name in written else "has no page."
        yield TemplateProblem(about, 1, "template-unknown", f"notices.{name}: {said}")
    for page in sorted(told.approved.keys() - set(pages)):
        yield TemplateProblem(about, 1, "template-missing", f"approved.{page}: is not there.")
    for name, notice in told.notices.items():
        strange = [law for law in notice.jurisdictions if law not in books]
        strange += [need for need in notice.needs if need not in MORE]
        strange += [notice.states] if notice.states and notice.states not in statutes else []
        for word in strange:
            said = f"notices.{name}: {word} is not known."
            yield TemplateProblem(about, 1, "template-unknown", said)


def _page_problems(sight: _Sight, versions: Mapping[str, str]) -> list[TemplateProblem]:
    """Everything wrong with one page; a page that cannot be written has that problem first."""
    notice, letters = sight.notice, sight.letters
    facts = sample_facts(sight.locale, notice.jurisdictions, notice.needs)
    try:
        letter = letters.write(sight.page.split("/")[1], sight.channel, sight.locale, facts)
    except LetterFailed as failure:
        return [_broken(sight, failure)]
    found = list(_unknown_variables(sight, facts.keys() | _GIVEN))
    if versions.get(sight.page) != letter.version:
        said = f"nobody approved the text {letter.version}; `template approve` does."
        found.append(sight.problem("template-not-approved", said))
    found += _wording(sight, letter)
    found += _disclosure(sight, letter)
    shape = shape_problems(letter, sight.channel, sight.locale, letters.lender.name)
    found += [sight.problem("template-shape", said) for said in shape]
    for rule, statute in sight.statutes.items():
        if rule == notice.states or statute.binds(notice, sight.channel):
            missing = unstated(letters, letter, statute, sight.locale, facts)
            found += [sight.problem(rule, said) for said in missing]
    return found


def _unknown_variables(sight: _Sight, known: Set[str]) -> Iterator[TemplateProblem]:
    for variable in sorted(sight.letters.pages.variables(sight.page) - known):
        said = f"{variable!r} is no fact that this notice is given."
        yield sight.problem("template-broken", said, variable)


def _wording(sight: _Sight, letter: Letter) -> Iterator[TemplateProblem]:
    """Forbidden words under every law that the notice may meet, whatever is known of the debt."""
    seen = set()
    for law in sight.notice.jurisdictions or sorted(sight.books):
        for book in sight.books.get(law, ()):
            for refusal in refusals(letter, book, frozenset(Fact)):
                if (refusal.rule, refusal.phrase) not in seen:
                    seen.add((refusal.rule, refusal.phrase))
                    said = f"{refusal.phrase!r} may not be said."
                    yield sight.problem(refusal.rule, said, refusal.phrase)


def _disclosure(sight: _Sight, letter: Letter) -> Iterator[TemplateProblem]:
    other = sight.notice.audience == "third_person"
    if not other and sight.channel not in _SEEN_BY_OTHERS:
        return
    if word := disclosed(letter, sight.letters.lender.name):
        reader = "a third person" if other else "whoever sees the screen"
        yield sight.problem("debt-disclosed", f"{word!r} tells {reader} of a debt.", word)


def _broken(sight: _Sight, failure: LetterFailed) -> TemplateProblem:
    """The page that cannot be written, at the line on which it broke."""
    name = f"{sight.letters.pages.folder.name}/{sight.page}"
    said = str(failure).removeprefix(f"{name}: ")
    cause = failure.__cause__
    line = getattr(cause, "lineno", None) or 1
    frames = traceback.extract_tb(cause.__traceback__) if cause else []
    lines = [frame.lineno for frame in frames if frame.filename.endswith(sight.page)]
    return TemplateProblem(name, (lines[-1] if lines else None) or line, failure.rule, said, name)


def _place(texts: Mapping[str, str], page: str, words: str) -> tuple[str, int]:
    """The file and line in which the words stand, however they are spaced or capitalised."""
    wanted = re.compile(r"\s*".join(map(re.escape, "".join(words.split()))), re.IGNORECASE)
    for file, text in texts.items():
        if words and (found := wanted.search(text)):
            return file, text.count("\n", 0, found.start()) + 1
    return page, 1
