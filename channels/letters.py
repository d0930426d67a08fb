"""Letters: a template, a locale and one snapshot of the ledger become a subject and a text."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel import UnknownLocaleError
from jinja2 import TemplateError, TemplateNotFound

from channels.pages import Pages

TEMPLATES = Path(__file__).parents[1] / "templates"
"""<locale>/<notice>/<channel>.txt; files beside the notices are parts that they include."""

_SUBJECT = "Subject: "


class LetterFailed(Exception):
    """A letter that cannot be written as things are; `rule` names why, the message says where."""

    rule = "template-broken"


class TemplateMissing(LetterFailed):
    """No template where one is expected; the message is the exact path."""

    rule = "template-missing"


class TemplateNotApproved(LetterFailed):
    """The text is not the one that was approved; the message has the path and the digest."""

    rule = "template-not-approved"


@dataclass(frozen=True, slots=True)
class Lender:
    """Who writes, and how to reach them; what is empty is left out of the letters.

    A notice that the law wants to name a postal `address` is not sent without one.
    """

    name: str
    email: str
    phone: str = ""
    address: str = ""

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Letter:
    """What the borrower reads, exactly.

    `page` is the file it was written from and `version` the SHA-256 of that file with its parts;
    both are empty for what no template wrote.
    """

    subject: str
    text: str
    page: str = ""
    version: str = ""


class Letters:
    """Writes letters from the templates of a folder, in the name of one lender.

    `approvals` has the approved version of each page; None checks nothing, which is for rehearsals
    and tests. `channels.template_check.production_letters` builds the one that sends.
    """

    def __init__(
        self,
        lender: Lender,
        folder: Path = TEMPLATES,
        approvals: Mapping[str, str] | None = None,
    ) -> None:
        self._folder = folder
        self._approvals = approvals
        self.lender = lender
        self.pages = Pages(folder, lender)

    def write(self, template: str, channel: str, locale: str, facts: Mapping[str, Any]) -> Letter:
        """The letter in that locale; a Chinese one that has no templates reads zh_CN.

        `facts` holds name, loan_id, currency, arrears_minor, outstanding_minor, days_past_due,
        oldest_due and as_of, what the notice is about: promise or instalment, and `also`, the same
        figures of further loans (absent: of none). Raises
        TemplateMissing, TemplateNotApproved, and LetterFailed when the template asks for anything
        else.
        """
        spoken = self.spoken(locale)
        name = f"{spoken}/{template}/{channel}.txt"
        shown = f"{self._folder.name}/{name}"
        try:
            version = self.pages.version(name)
            self._approved(name, version)
            page = self.pages.filled(name, {"also": ()} | dict(facts), spoken)
        except TemplateNotFound as missing:
            raise TemplateMissing(f"{self._folder.name}/{missing.name}") from None
        except TemplateError as broken:
            raise LetterFailed(f"{shown}: {broken}") from broken
        except (TypeError, ValueError, UnknownLocaleError) as broken:  # may quote a name
            raise LetterFailed(f"{shown}: {type(broken).__name__}") from broken
        first, _, text = page.partition("\n\n")
        if not first.startswith(_SUBJECT) or "\n" in first or not text.strip():
            raise LetterFailed(f"{shown}: has no subject line, or no text.")
        subject = " ".join(first.removeprefix(_SUBJECT).split())
        return Letter(subject, text.strip() + "\n", shown, version)

    def spoken(self, locale: str) -> str:
        """The folder of that locale; every Chinese without one of its own is zh_CN."""
        wanted = locale.replace("-", "_")
        if wanted.partition("_")[0] == "zh" and not (self._folder / wanted).is_dir():
            return "zh_CN"
        return wanted

    def _approved(self, name: str, version: str) -> None:
        if self._approvals is not None and self._approvals.get(name) != version:
            what = "was changed after it was approved" if name in self._approvals else "is new"
            said = f"{self._folder.name}/{name}: {what}; nobody approved the text {version}."
            raise TemplateNotApproved(said)
