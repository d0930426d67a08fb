"""The guard of written letters: what may not be said, to whom, and how much of it."""

import re
from collections.abc import Iterator

from channels.letters import Letter, LetterFailed
from domain.gate.rulebook import Rulebook
from domain.gate.wording import ForbiddenWords, forbidden_words
from domain.gate.words import Fact, Severity

LONGEST = {
    ("sms", "zh"): 70,  # one message in UCS-2
    ("sms", "en"): 140,  # one message in GSM-7, with room for the provider's signature
    ("push", "zh"): 70,  # what a locked screen shows of it
    ("push", "en"): 140,
}
"""Characters that a text may have, by channel and language, written at sample values."""

_OF_A_DEBT = re.compile(
    r"\b(debts?|loans?|ow(e|ed|es|ing)|overdue|arrears|past due|due|instal?ments?|(re)?pay\w*|"
    r"balance|borrow\w*|collect\w*|credit|default\w*)\b|[¥￥$€£]|"
    r"借款|贷款|欠|债|逾期|还款|还清|归还|催收|款项|金额|分期|账单|信用",
    re.IGNORECASE,
)


class WordingRefused(LetterFailed):
    """A letter that says what a rule forbids; `rule` is the rule's id."""

    def __init__(self, page: str, found: ForbiddenWords) -> None:
        super().__init__(f"{page}: {found.phrase!r} may not be said. {found.says}")
        self.rule = found.rule
        self.phrase = found.phrase


def guarded(
    letter: Letter, book: Rulebook, facts: frozenset[Fact] = frozenset()
) -> WordingRefused | None:
    """Why this letter may not go out under that law, or None if it may.

    It looks at what was really written, so a name or a reference that brings in words counts too.
    """
    return next(refusals(letter, book, facts), None)


def refusals(letter: Letter, book: Rulebook, facts: frozenset[Fact]) -> Iterator[WordingRefused]:
    """The same, every one; what a rule only warns of is not refused."""
    for found in forbidden_words(f"{letter.subject}\n{letter.text}", book, facts):
        if found.severity is Severity.DENY:
            yield WordingRefused(letter.page, found)


def disclosed(letter: Letter, lender: str) -> str | None:
    """The word that gives a debt away to whoever else reads it, or None; lenders' names aside."""
    said = f"{letter.subject}\n{letter.text}".replace(lender, "")
    found = _OF_A_DEBT.search(said)
    return found.group() if found else None


def shape_problems(letter: Letter, channel: str, locale: str, lender: str) -> Iterator[str]:
    """What is wrong with the size of a short message, and with how it begins."""
    longest = LONGEST.get((channel, locale.partition("_")[0]))
    if longest is None:
        return
    said = letter.text.strip()
    if len(said) > longest:
        yield f"has {len(said)} characters at sample values; {longest} fit."
    if not said.lstrip("【").startswith(lender):
        yield "does not name the lender first."
