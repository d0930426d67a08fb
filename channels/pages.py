"""Template files: found, read with the parts they include, weighed, and filled in."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.numbers import parse_pattern
from jinja2 import FileSystemLoader, StrictUndefined, TemplateError, meta, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from domain.money import exponent, to_major

_NEVER = "(?!)"
"""A regular expression that nothing matches: what stands for a value that is empty."""


class Pages:
    """The pages of a folder: `<locale>/<notice>/<channel>.txt`, and parts beside the notices."""

    def __init__(self, folder: Path, lender: object) -> None:
        self.folder = folder
        self._jinja = ImmutableSandboxedEnvironment(
            loader=FileSystemLoader(folder, encoding="utf-8"),
            undefined=StrictUndefined,
            autoescape=False,  # plain text: there is nothing to escape for
            keep_trailing_newline=True,
        )
        self._jinja.globals["lender"] = lender
        self._jinja.filters |= {"money": _money, "day": _day}

    def names(self) -> list[str]:
        """Every page there is, in order."""
        found = self.folder.glob("*/*/*.txt")
        return sorted(path.relative_to(self.folder).as_posix() for path in found)

    def filled(self, page: str, facts: Mapping[str, Any], locale: str) -> str:
        """The page with those facts; raises Jinja's errors and those of the filters."""
        return self._jinja.get_template(page).render(facts, locale=Locale.parse(locale))

    def pattern(self, text: str, facts: Mapping[str, Any], locale: str) -> re.Pattern[str]:
        """A regular expression in which facts may stand; an empty fact is matched by nothing."""
        literal = self._jinja.overlay(finalize=_literal)
        return re.compile(literal.from_string(text).render(facts, locale=Locale.parse(locale)))

    def phrase(self, text: str, facts: Mapping[str, Any], locale: str) -> str:
        """A short text of its own with those facts."""
        return self._jinja.from_string(text).render(facts, locale=Locale.parse(locale))

    def texts(self, page: str) -> dict[str, str]:
        """The page's own text first, then that of every part it includes, each by its name."""
        found: dict[str, str] = {}
        waiting = [page]
        while waiting:
            name = waiting.pop(0)
            if name in found:
                continue
            found[name] = self._text(name)
            waiting += self._parts(found[name])
        return found

    def version(self, page: str) -> str:
        """SHA-256 of everything the page consists of: another word in a part is another version."""
        whole = (f"{name}\0{text}\0" for name, text in self.texts(page).items())
        return sha256("".join(whole).encode()).hexdigest()

    def variables(self, page: str) -> set[str]:
        """Every fact that the page or a part may ask for, also where it is asked for seldom."""
        texts = self.texts(page).values()
        return {
            v for text in texts for v in meta.find_undeclared_variables(self._jinja.parse(text))
        }

    def _text(self, name: str) -> str:
        loader = self._jinja.loader
        assert loader is not None, "the folder is where texts come from"
        return loader.get_source(self._jinja, name)[0]

    def _parts(self, text: str) -> Iterator[str]:
        for part in meta.find_referenced_templates(self._jinja.parse(text)):
            if part is None:  # which part it is shows only when it is sent: nobody can approve it
                raise TemplateError("includes a part that has no fixed name")
            yield part


def _literal(value: object) -> str:
    return re.escape(str(value)) if value not in ("", None) else _NEVER


@pass_context
def _money(context: Context, amount_minor: int, currency: str = "") -> str:
    """The amount in that currency, else the letter's, and its locale, exact to the minor unit."""
    currency = currency or context["currency"]
    locale: Locale = context["locale"]
    pattern = parse_pattern(locale.currency_formats["standard"].pattern)
    places = exponent(currency)
    pattern.frac_prec = (places, places)  # the ledger's places; Babel rounds some currencies
    amount = Decimal(to_major(amount_minor, currency))
    return str(pattern.apply(amount, locale, currency=currency, currency_digits=False))


@pass_context
def _day(context: Context, day: date) -> str:
    """The date in words of the letter's locale."""
    return format_date(day, format="long", locale=context["locale"])
