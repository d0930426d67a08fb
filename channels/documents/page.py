"""A legal paper as a PDF: its words filled with its figures, and set by the one form."""

import string
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from babel.dates import format_date
from babel.numbers import parse_pattern

from channels.documents import sums
from channels.documents.paper import Drawn, Party
from channels.documents.words import LABELS, WORDS, Words
from channels.typesetting import set_page
from domain.legal.papers import Paper
from domain.money import exponent, to_major

_FORM = Path(__file__).with_name("form.typ")

LETTERS = frozenset({Paper.DEMAND_LETTER, Paper.LAWYERS_LETTER})
"""What goes to the borrower instead of a court."""


def paper_pdf(drawn: Drawn) -> bytes:
    """The paper as PDF/A-2b, in Chinese for a Chinese locale and in English for every other.

    The same paper is the same bytes. A sign that cannot be seen or that the fonts do not have
    stands as its code.
    """
    midnight = datetime(drawn.dated.year, drawn.dated.month, drawn.dated.day, tzinfo=UTC)
    lang = language(drawn.locale)
    return set_page(_FORM.read_bytes(), "paper", _said(drawn, lang), lang, midnight)


def language(locale: str) -> str:
    """The language a paper is written in: zh or en."""
    return "zh" if locale.replace("-", "_").partition("_")[0] == "zh" else "en"


def _said(drawn: Drawn, lang: str) -> dict[str, Any]:
    words, labels = WORDS[lang][drawn.paper], LABELS[lang]
    known = _known(drawn, lang)
    letter, foreign = drawn.paper in LETTERS, drawn.paper is Paper.LAWYERS_LETTER
    dated = labels["dated"] + _day(drawn.dated, lang)
    return {
        "title": words.title,
        "author": drawn.creditor.name,
        "lang": lang,
        "number": drawn.number,
        "number_label": labels["number"],
        "page": labels["page"],
        "to": [drawn.debtor.name, *drawn.debtor.lines] if letter else [],
        "sections": [section for section in _sections(drawn, words, lang, known) if section],
        "addressed": list(_filled(words.addressed, known)),
        "ruled": [labels["law_firm"], words.signed] if foreign else [],
        "signed": [*([] if foreign else [drawn.creditor.name, words.signed]), dated],
        "note": labels["version"].format(version=drawn.figures.version),
    }


def _sections(
    drawn: Drawn, words: Words, lang: str, known: dict[str, str]
) -> Iterable[dict[str, Any] | None]:
    labels = LABELS[lang]
    letter = drawn.paper in LETTERS
    if not letter:
        parties = zip(words.sides, (drawn.creditor, drawn.debtor), strict=True)
        rows = [row for side, party in parties for row in _party(side, party, labels)]
        yield {"kind": "facts", "title": labels["parties"], "rows": rows}
    yield _listed("list", labels["asks"], _filled(words.asks, known))
    bare = letter or drawn.paper is Paper.CALCULATION
    yield _listed("text", "" if bare else labels["tells"], _filled(words.tells, known))
    if drawn.paper is Paper.CALCULATION:
        yield from _calculation(drawn, lang)
    others = [one for one in drawn.exhibits if one[1] != drawn.number]
    yield _listed("list", labels["exhibits"], (_exhibit(*one, lang) for one in others))
    if letter and drawn.creditor.lines:
        writer = replace(drawn.creditor, blanks=())
        rows = list(_party(words.sides[0], writer, labels))
        yield {"kind": "facts", "title": labels["contact"], "rows": rows}


def _party(side: str, party: Party, labels: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """One side, and what is filled in by hand: a row without a value is a ruled line."""
    yield side, "\n".join((party.name, *party.lines))
    for blank in party.blanks:
        yield labels[blank], ""


def _exhibit(says: Mapping[str, str], reference: str | date, lang: str) -> str:
    told = _day(reference, lang) if isinstance(reference, date) else reference
    return f"{says[lang]}（{told}）" if lang == "zh" else f"{says[lang]} ({told})"


def _listed(kind: str, title: str, items: Iterable[str]) -> dict[str, Any] | None:
    found = list(items)
    return {"kind": kind, "title": title, "items": found} if found else None


def _calculation(drawn: Drawn, lang: str) -> Iterable[dict[str, Any]]:
    labels, figures = LABELS[lang], drawn.figures

    def money(minor: int) -> str:
        return _money(minor, figures.currency, lang)

    columns = [labels[name] for name in ("due", "amount", "paid", "unpaid")]
    rows = [
        (_day(late.due, lang), money(late.amount_minor), money(late.paid_minor),
         money(late.amount_minor - late.paid_minor))
        for late in figures.late
    ]  # fmt: skip
    yield {"kind": "table", "title": labels["late"], "columns": columns, "rows": rows}
    if figures.claim:
        names = sums.COMPONENTS[lang]
        parts = [(names[name].capitalize(), money(minor)) for name, minor in figures.claim]
        parts.append((labels["total"], money(figures.claimed_minor)))
        yield {"kind": "facts", "title": labels["claim"], "rows": parts}
    totals = [
        (labels["principal"], money(figures.principal_minor)),
        (labels["repaid"], money(figures.paid_minor)),
        (labels["arrears"], money(figures.claimed_minor)),
        (labels["outstanding"], money(figures.outstanding_minor)),
        *((labels.get(rule, labels["fee"]), money(minor)) for rule, minor in figures.fees),
    ]
    if figures.delay_minor:
        totals.append((labels["delay"], money(figures.delay_minor)))
    yield {"kind": "facts", "title": labels["sums"], "rows": totals}


def _known(drawn: Drawn, lang: str) -> dict[str, str]:
    """What the words may name; what the paper does not have is left out."""
    figures = drawn.figures
    cur = figures.currency
    days: dict[str, date | None] = {
        "lent_on": drawn.lent_on,
        "oldest_due": figures.oldest_due,
        "as_of": figures.as_of,
        "reply_by": drawn.reply_by,
    }
    found = {name: _day(day, lang) for name, day in days.items() if day is not None}
    found |= {
        "creditor": drawn.creditor.name,
        "debtor": drawn.debtor.name,
        "loan_id": drawn.loan_id,
        "principal": _money(figures.principal_minor, cur, lang),
        "arrears": _money(figures.claimed_minor, cur, lang),
        "claim": sums.claimed(figures, lang, lambda minor: _money(minor, cur, lang)),
        "allocation": sums.allocation(figures.allocated, lang),
        "outstanding": _money(figures.outstanding_minor, cur, lang),
        "days_past_due": str(figures.days_past_due),
    }
    texts = {"court": drawn.court, "title": drawn.title, "order": drawn.order}
    found |= {name: text for name, text in texts.items() if text}
    if figures.penalty is not None:
        found["penalty"] = sums.penalty(figures.penalty, lang, found["as_of"])
    if figures.fees:
        found["fee"] = _money(_own_fee(drawn), cur, lang)
    if figures.delay_days:
        found["delay_days"] = str(figures.delay_days)
        found["delay"] = _money(figures.delay_minor, cur, lang)
    return found


def _own_fee(drawn: Drawn) -> int:
    """The fee that this paper costs: a preservation has its own beside that of the suit."""
    fees = dict(drawn.figures.fees)
    own = fees.get("CN-PRES-05") if drawn.paper is Paper.PRESERVATION else None
    return own if own is not None else drawn.figures.fees[0][1]


def _filled(lines: Iterable[str], known: dict[str, str]) -> Iterable[str]:
    """The lines with their names filled in, without those that name what is not there."""
    for line in lines:
        names = {name for _, name, _, _ in string.Formatter().parse(line) if name}
        if names <= known.keys():
            yield line.format_map(known)


def _money(minor: int, currency: str, lang: str) -> str:
    digits = exponent(currency)
    pattern = parse_pattern("#,##0" + ("." + "0" * digits if digits else ""))
    locale = "zh_CN" if lang == "zh" else "en"
    amount = pattern.apply(Decimal(to_major(minor, currency)), locale=locale)
    return f"{amount}元" if lang == "zh" and currency == "CNY" else f"{currency} {amount}"


def _day(day: date, lang: str) -> str:
    return format_date(day, format="long", locale="zh_CN" if lang == "zh" else "en_GB")
