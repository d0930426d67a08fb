"""A copy of the shipped templates, to be spoilt, and the check as the worker runs it."""

import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from jinja2 import TemplateError

from channels.approvals import approve
from channels.letters import TEMPLATES, Lender, Letters
from channels.template_check import template_problems
from policies.books import books_of
from policies.packs import load_packs

LENDER = Lender("Forbear Bank", "help@lender.example", "400 000 0000", "5 Bank Street, Banktown")
BOOKS = books_of(load_packs())
Spoil = Callable[..., list[str]]


@pytest.fixture
def folder(tmp_path) -> Path:
    """All templates as shipped."""
    return Path(shutil.copytree(TEMPLATES, tmp_path / "templates"))


@pytest.fixture
def spoil(folder) -> Spoil:
    """Change a file's words, approve the result, and give `line: rule` of what is found."""

    def spoilt(page: str, old: str, new: str, approved: bool = True) -> list[str]:
        path = folder / page
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")
        if approved:
            with suppress(TemplateError):  # what cannot be read has no version
                version = Letters(LENDER, folder).pages.version(page)
                approve(folder, {page: version}, "ann", date(2026, 3, 2))
        found = template_problems(LENDER, BOOKS, folder)
        return [f"{p.file}:{p.line}: {p.rule}" for p in found]

    return spoilt
