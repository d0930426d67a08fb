"""Which loans are meant: conditions joined by `and`, read by a small reader of our own.

`jurisdiction = CN and portfolio in (consumer, "credit card") and days_past_due >= 30`, or the one
word `everything`.
"""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

EVERYTHING = "everything"
"""The text that means every loan; an empty one is refused."""

WORDS = (
    "jurisdiction",
    "portfolio",
    "product",
    "strategy",
    "stage",
    "collector",
    "loan",
    "borrower",
    "currency",
)
"""Fields that are compared as text, exactly."""

DAYS = "days_past_due"
"""The field that is compared as a number."""

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
_TOKEN = re.compile(
    r"""(?P<quoted>"[^"]*"|'[^']*')|(?P<sign>>=|<=|!=|[=<>(),])|(?P<word>[^\s=<>!(),'"]+)"""
)


class WhereError(ValueError):
    """A text that cannot be read; the message names the place and what was expected there."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A loan as conditions see it; `stage` and `collector` are those of its running case.

    Text that is not known is empty; `days_past_due` None is not known yet.
    """

    loan: str
    borrower: str
    jurisdiction: str = ""
    portfolio: str = ""
    product: str = ""
    strategy: str = ""
    currency: str = ""
    stage: str = ""
    collector: str = ""
    days_past_due: int | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """A field, how it is compared (`in` or a sign), and with what."""

    field: str
    sign: str
    values: tuple[str, ...]

    def holds(self, subject: Subject) -> bool:
        """Whether the subject meets the condition; a strategy is met by its bare name too."""
        found = getattr(subject, self.field)
        if self.field == DAYS:
            numbers = [int(value) for value in self.values]
            if found is None:
                return False
            return found in numbers if self.sign == "in" else _COMPARE[self.sign](found, numbers[0])
        names = {found, found.partition("@")[0]} if self.field == "strategy" else {found}
        met = not names.isdisjoint(self.values)
        return not met if self.sign == "!=" else met


@dataclass(frozen=True, slots=True)
class Where:
    """All conditions of a text; none means everything."""

    text: str
    conditions: tuple[Condition, ...]

    def asks(self, *fields: str) -> bool:
        """Whether a condition is about one of these fields."""
        return any(condition.field in fields for condition in self.conditions)

    def matches(self, subject: Subject, but: str = "") -> bool:
        """Whether the subject meets every condition, leaving out those about the field `but`."""
        return all(c.holds(subject) for c in self.conditions if c.field != but)


def where_of(text: str) -> Where:
    """Read the conditions; raises WhereError, which names the place."""
    if text.strip().lower() == EVERYTHING:
        return Where(EVERYTHING, ())
    reader = _Reader(text)
    conditions = [reader.condition()]
    while reader.left:
        reader.expect("and")
        conditions.append(reader.condition())
    return Where(" ".join(text.split()), tuple(conditions))


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    at: int
    kind: str


class _Reader:
    """Takes the text a token at a time, from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(_tokens(text))

    @property
    def left(self) -> bool:
        return bool(self._tokens)

    def condition(self) -> Condition:
        """A field, a sign and what it is compared with."""
        field = self._take("a field")
        name = field.text
        if field.kind != "word" or name not in (*WORDS, DAYS):
            known = ", ".join((*WORDS, DAYS))
            raise _wrong(self._text, field.at, f"a field ({known}), or {EVERYTHING!r}", name)
        signs = ("=", "!=", "in") if name != DAYS else (*_COMPARE, "in")
        sign = self._take(f"one of {' '.join(signs)}")
        if sign.kind == "quoted" or sign.text.lower() not in signs:
            raise _wrong(self._text, sign.at, f"one of {' '.join(signs)}", sign.text)
        if sign.text.lower() == "in":
            return Condition(name, "in", self._list(name))
        return Condition(name, sign.text, (self._value(name),))

    def expect(self, word: str) -> _Token:
        """The next token, which must be that word."""
        token = self._take(repr(word))
        if token.kind == "quoted" or token.text.lower() != word:
            raise _wrong(self._text, token.at, repr(word), token.text)
        return token

    def _list(self, field: str) -> tuple[str, ...]:
        self.expect("(")
        values = [self._value(field)]
        while (token := self._take("',' or ')'")).text != ")":
            if token.kind != "sign" or token.text != ",":
                raise _wrong(self._text, token.at, "',' or ')'", token.text)
            values.append(self._value(field))
        return tuple(values)

    def _value(self, field: str) -> str:
        wanted = "a number of days" if field == DAYS else "a value"
        token = self._take(wanted)
        text = token.text[1:-1] if token.kind == "quoted" else token.text
        if token.kind == "sign" or not text:
            raise _wrong(self._text, token.at, wanted, token.text)
        if field == DAYS and not (text.isascii() and text.isdecimal()):
            raise _wrong(self._text, token.at, wanted, token.text)
        return text

    def _take(self, wanted: str) -> _Token:
        if not self._tokens:
            raise _wrong(self._text, len(self._text), wanted, "")
        return self._tokens.pop(0)


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        match = _TOKEN.match(text, at)
        if match is None:
            raise _wrong(
                text, at, "a closed quotation" if text[at] in "\"'" else "a sign", text[at]
            )
        found.append(_Token(match.group(), at, match.lastgroup or ""))
        at = match.end()
    return found


def _wrong(text: str, at: int, wanted: str, found: str) -> WhereError:
    instead = f"not {found!r}" if found else "not the end"
    return WhereError(
        f"at character {at + 1} belongs {wanted}, {instead}:\n  {text}\n  {' ' * at}^"
    )
