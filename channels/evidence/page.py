"""The page of a bundle for people: a PDF that says what bundle.json says, and names its digest."""

from datetime import datetime
from pathlib import Path
from typing import Any

from channels.evidence.reading import Reader, reader
from channels.evidence.sections import sections
from channels.evidence.shape import Bundle
from channels.typesetting import set_page

_FORM = Path(__file__).with_name("page.typ")


def bundle_pdf(bundle: Bundle, digest: str) -> bytes:
    """The bundle as PDF/A-2b; the same bundle is the same bytes.

    A sign that cannot be seen, or that the fonts do not have, stands as its code: what a person
    wrote can neither hide something nor keep the page from being made.
    """
    read = reader(bundle)
    made_at = datetime.fromisoformat(bundle.made_at).replace(microsecond=0)  # a PDF has none
    return set_page(_FORM.read_bytes(), "bundle", _said(read, digest), read.lang, made_at)


def _said(read: Reader, digest: str) -> dict[str, Any]:
    """Everything the form shows, as plain data."""
    words, bundle = read.words, read.bundle
    return {
        "title": words["title"].replace("{loan}", bundle.loan_id),
        "author": bundle.made_by,
        "lang": read.lang,
        "digest": digest,
        "digest_label": words["digest"],
        "page": words["page"],
        "head": [
            (words["made"], f"{read.at(bundle.made_at)}, {words['by']} {bundle.made_by}"),
            (words["digest"], digest),
        ],
        "notes": [words["note"].replace("{zone}", read.zone), words["check"]],
        "sections": sections(read),
    }
