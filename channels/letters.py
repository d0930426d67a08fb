"""Letters: a template, a locale and one snapshot of the ledger become a subject and a text."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import parse_pattern
from jinja2 import FileSystemLoader, StrictUndefined, TemplateError, TemplateNotFound, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from domain.money import exponent, to_major

TEMPLATES = Path(__file__).parents[1] / "templates"
"""<locale>/<notice>/<channel>.txt; files beside the notices are parts that they include."""

_SUBJECT = "Subject: "


class LetterFailed(Exception):
    """A letter that cannot be written as things are; `rule` names why, the message says where."""

    rule = "template-broken"


class TemplateMissing(LetterFailed):
    """No template where one is expected; the message is the exact path."""

    rule = "template-missing"


@dataclass(frozen=True, slots=True)
class Lender:
    """Who writes, and how to reach them; an empty `phone` is left out of the letters."""

    name: str
    email: str
    phone: str = ""

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Letter:
    """What the borrower reads, exactly."""

    subject: str
    text: str


class Letters:
    """Writes letters from the templates of a folder, in the name of one lender."""

    def __init__(self, lender: Lender, folder: Path = TEMPLATES) -> None:
        self._folder = folder
        self._jinja = ImmutableSandboxedEnvironment(
            loader=FileSystemLoader(folder, encoding="utf-8"),
            undefined=StrictUndefined,
            autoescape=False,  # plain text: there is nothing to escape for
            keep_trailing_newline=True,
        )
        self._jinja.globals["lender"] = lender
        self._jinja.filters |= {"money": _money, "day": _day}

    def write(self, template: str, channel: str, locale: str, facts: Mapping[str, Any]) -> Letter:
        """The letter in that locale; a Chinese one that has no templates reads zh_CN.

        `facts` holds name, loan_id, currency, arrears_minor, outstanding_minor, days_past_due,
        oldest_due and as_of, and what the notice is about: promise or instalment. Raises
        TemplateMissing, and LetterFailed when the template asks for anything else.
        """
        spoken = self._spoken(locale)
        name = f"{spoken}/{template}/{channel}.txt"
        try:
            page = self._jinja.get_template(name).render(facts, locale=Locale.parse(spoken))
        except TemplateNotFound as missing:
            raise TemplateMissing(f"{self._folder.name}/{missing.name}") from None
        except TemplateError as broken:
            raise LetterFailed(f"{self._folder.name}/{name}: {broken}") from broken
        except (TypeError, ValueError, UnknownLocaleError) as broken:  # may quote a name
            raise LetterFailed(f"{self._folder.name}/{name}: {type(broken).__name__}") from broken
        first, _, text = page.partition("\n\n")
        if not first.startswith(_SUBJECT) or "\n" in first or not text.strip():
            raise LetterFailed(f"{self._folder.name}/{name}: has no subject line, or no text.")
        return Letter(" ".join(first.removeprefix(_SUBJECT).split()), text.strip() + "\n")

    def _spoken(self, locale: str) -> str:
        wanted = locale.replace("-", "_")
        if wanted.partition("_")[0] == "zh" and not (self._folder / wanted).is_dir():
            return "zh_CN"
        return wanted


@pass_context
def _money(context: Context, amount_minor: int) -> str:
    """The amount in the letter's currency and locale, exact to the minor unit."""
    currency = context["currency"]
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
