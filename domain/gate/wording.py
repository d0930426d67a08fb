"""The wording guard: what a text to a borrower may not say."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from domain.gate.rulebook import Rulebook
from domain.gate.words import Fact, Severity

_HIDDEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_BETWEEN_HAN = re.compile(r"(?<=[\u4e00-\u9fff])[\s.*·_-]+(?=[\u4e00-\u9fff])")


@dataclass(frozen=True, slots=True)
class ForbiddenWords:
    """A phrase that a rule forbids: the rule, the phrase as found, and what the rule says.

    `severity` tells whether the text must not go out, or a person must look at it.
    """

    rule: str
    phrase: str
    says: str
    severity: Severity


def forbidden_words(
    text: str, book: Rulebook, facts: frozenset[Fact] = frozenset()
) -> list[ForbiddenWords]:
    """Every forbidden phrase in the text, in the order of the rules; empty when it may be said.

    Letter case, full-width forms, invisible characters and marks put between Chinese characters
    hide nothing.
    """
    plain = _plain(text)
    return list(_found(plain, book, facts))


def _found(plain: str, book: Rulebook, facts: frozenset[Fact]) -> Iterator[ForbiddenWords]:
    for active in book.wording:
        if not active.terms.when <= facts:
            continue
        severity = active.rule.severity[book.profile]
        for pattern in active.terms.patterns:
            if match := _compiled(pattern).search(plain):
                yield ForbiddenWords(active.rule.id, match.group(), active.rule.says, severity)


def _plain(text: str) -> str:
    shown = _HIDDEN.sub("", unicodedata.normalize("NFKC", text)).casefold()
    return " ".join(_BETWEEN_HAN.sub("", shown).split())


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
