"""Setting a page as a PDF: data into a form, with a code for every sign that cannot be seen."""

import json
import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

import pylopdf_fonts_zh_cn
import typst

FONTS = {
    "en": ["Libertinus Serif", "Noto Serif SC"],
    "zh": ["Noto Serif SC", "Libertinus Serif"],
}
"""The fonts by language; the second has what the first lacks."""

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Kinds of signs that show nothing, or turn the direction of what follows."""

_LETTERS_ALONE = b"""
#let said = json(bytes(sys.inputs.signs))
#set text(font: said.fonts)
#for sign in said.signs [ #par(text(sign)) ]
"""
"""A page of single signs, to learn which of them the fonts cannot show."""


def set_page(form: bytes, name: str, said: dict[str, Any], lang: str, at: datetime | None) -> bytes:
    """The form filled with `said` under that name, as PDF/A-2b; the same data is the same bytes.

    A sign that cannot be seen, or that the fonts do not have, stands as its code: what a person
    wrote can neither hide something nor keep the page from being made.
    """
    fonts = FONTS[lang]
    seen = _visible(said, frozenset())
    strange = unprintable(seen, lang)
    return _set(form, {name: _visible(seen | {"fonts": fonts}, strange)}, at)


def unprintable(said: dict[str, Any], lang: str) -> frozenset[str]:
    """The signs of `said` that no font of ours shows."""
    return _not_in_fonts({sign for text in _strings(said) for sign in text}, FONTS[lang])


def _visible(value: Any, strange: frozenset[str]) -> Any:
    """The value with a code in place of each sign that cannot be seen; lines stay lines."""
    if isinstance(value, dict):
        return {name: _visible(part, strange) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_visible(part, strange) for part in value]
    if not isinstance(value, str) or (value.isascii() and value.isprintable()):
        return value
    return "".join(_code(sign) if _hidden(sign, strange) else sign for sign in value)


def _hidden(sign: str, strange: frozenset[str]) -> bool:
    return sign != "\n" and (sign in strange or unicodedata.category(sign) in _UNSEEN)


def _code(sign: str) -> str:
    return f"[U+{ord(sign):04X}]"


def _strings(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _strings(part)


def _not_in_fonts(signs: set[str], fonts: list[str]) -> frozenset[str]:
    """Those signs that PDF/A refuses, because no font shows them."""
    left = sorted(sign for sign in signs if not sign.isascii())
    strange: set[str] = set()
    while left:
        try:
            _set(_LETTERS_ALONE, {"signs": {"signs": left, "fonts": fonts}}, None)
        except typst.TypstError as failure:
            named = re.search(r'the text `"(.+)"` could not be displayed', str(failure))
            found = set(named.group(1)) & set(left) if named else set()
            if not found:
                raise
            strange |= found
            left = [sign for sign in left if sign not in strange]
        else:
            break
    return frozenset(strange)


def _set(form: bytes, said: dict[str, Any], at: datetime | None) -> bytes:
    inputs = {name: json.dumps(value, ensure_ascii=False) for name, value in said.items()}
    compiler = typst.Compiler(
        form, font_paths=_fonts(), ignore_system_fonts=True, sys_inputs=inputs
    )
    document = compiler.compile(format="pdf", pdf_standards="a-2b", timestamp=at)
    assert isinstance(document, bytes), "a PDF is one document"
    return document


@cache
def _fonts() -> typst.Fonts:
    """Only fonts that come with the packages: a page looks the same on every machine."""
    folder = pylopdf_fonts_zh_cn.serif_path().parent
    return typst.Fonts(include_system_fonts=False, font_paths=[folder])
