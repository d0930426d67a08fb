"""The `template` commands: every text checked, approved, and shown as it would be sent."""

from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

import typer

from channels.approvals import Notice, TemplatesRefused, approve, read_approved
from channels.guard import guarded
from channels.letters import TEMPLATES, Lender, Letter, LetterFailed, Letters
from channels.samples import sample_facts
from channels.statements import incomplete, read_statutes
from channels.template_check import reachable, template_problems
from commands.doors import ending, now, open_house, os_user, read_settings
from commands.rehearse import chosen_treatment
from commands.saying import (
    NOT_DONE,
    WRONG_INPUT,
    AsJson,
    Failed,
    complain,
    people,
    show_facts,
    show_json,
)
from commands.standing import known_loan
from domain.clock import local_date
from domain.counting import counted
from ledger.agreements import spoken_of
from ledger.engine import reading
from ledger.snapshots import snapshot_of
from policies.books import books_of
from policies.packs import load_packs

Folder = Annotated[Path, typer.Option("--folder", help="Where the templates are.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The notice, such as gentle.")]


def app() -> typer.Typer:
    """The commands about templates."""
    program = typer.Typer(help="Texts: check, approve, preview.", no_args_is_help=True)
    program.command("check")(ending(check))
    program.command("approve")(ending(approve_))
    program.command("preview")(ending(preview))
    return program


def check(folder: Folder = TEMPLATES, as_json: AsJson = False) -> int:
    """Look at every template with the eyes of every law; all problems at once."""
    try:
        found = template_problems(_lender(), books_of(load_packs()), folder)
    except TemplatesRefused as unreadable:
        if as_json:
            show_json({"problems": [{"says": said} for said in unreadable.problems]})
        raise Failed(str(unreadable)) from None
    if as_json:
        show_json({"problems": found})
    elif found:
        for problem in found:
            complain(str(problem))
        complain(f"{counted(len(found), 'problem')}.")
    else:
        there = len(Letters(_lender(), folder).pages.names())
        people().print(f"{counted(there, 'template')}, all well.")
    return NOT_DONE if found else 0


def approve_(
    name: Name,
    by: Annotated[str, typer.Option("--by", help="Who approves. Default: the OS user.")] = "",
    folder: Folder = TEMPLATES,
    as_json: AsJson = False,
) -> int:
    """Approve the texts of a notice as they stand; refused while anything else is wrong with it."""
    who = by.strip() or os_user()
    try:
        pages = Letters(_lender(), folder).pages
        mine = [page for page in pages.names() if page.split("/")[1] == name]
        if not mine:
            raise Failed(f"There is no notice {name!r} in {folder.name}.", WRONG_INPUT)
        found = template_problems(_lender(), books_of(load_packs()), folder)
        wrong = [p for p in found if f"/{name}/" in p.page and p.rule != "template-not-approved"]
        if wrong:
            raise Failed("\n".join(map(str, wrong)))
        versions = {page: pages.version(page) for page in mine}
        known = read_approved(folder).versions
        fresh = {page: said for page, said in versions.items() if known.get(page) != said}
        approve(folder, fresh, who, now().date())
    except TemplatesRefused as unreadable:
        raise Failed(str(unreadable)) from None
    if as_json:
        show_json({"notice": name, "by": who, "approved": fresh})
    else:
        before = len(mine) - len(fresh)
        title = f"{name}: {counted(len(fresh), 'text')} approved by {who}; {before} already"
        show_facts(title, fresh.items())
    return 0


def preview(
    name: Name,
    locale: Annotated[str, typer.Option("--locale", help="Default: the borrower's.")] = "",
    channel: Annotated[str, typer.Option("--channel", help="email, sms, push, ...")] = "email",
    loan: Annotated[str, typer.Option("--loan", help="A loan of the ledger; else a sample.")] = "",
    folder: Folder = TEMPLATES,
    as_json: AsJson = False,
) -> int:
    """The text exactly as it would be sent, and its digest; why not, when it would not be."""
    try:
        told = read_approved(folder)
        if loan:
            lender, (laws, locale, facts) = _lender(), _of_the_ledger(loan, locale)
        else:
            lender, locale = reachable(_lender()), locale or "zh_CN"
            laws, facts = _of_a_sample(told.notices.get(name), locale)
        letters = Letters(lender, folder)
        letter = letters.write(name, channel, locale, facts)
        _guard(letter, laws)
        states = told.notices[name].states
        if missing := incomplete(letters, letter, read_statutes(folder), states, facts):
            raise missing
    except (LetterFailed, TemplatesRefused) as refusal:
        raise Failed(f"It would not be sent: {refusal}") from None
    approved = letter.version in told.versions.values()
    _show(letter, approved, as_json)
    return 0 if approved else NOT_DONE


def _show(letter: Letter, approved: bool, as_json: bool) -> None:
    digest = sha256(f"{letter.subject}\n\n{letter.text}".encode()).hexdigest()
    if as_json:
        show_json(asdict(letter) | {"sha256": digest, "approved": approved})
        return
    print(f"Subject: {letter.subject}\n\n{letter.text}")
    complain(f"{letter.page}, version {letter.version}; this text {digest}")
    if not approved:
        complain("It would not be sent: nobody has approved this version.")


def _lender() -> Lender:
    settings = read_settings()
    return Lender(settings.lender_name, settings.lender_email, settings.lender_phone)


def _guard(letter: Letter, laws: tuple[str, ...]) -> None:
    books = books_of(load_packs())
    for law in laws or sorted(books):
        for book in books.get(law, ()):
            if refusal := guarded(letter, book):
                raise refusal


def _of_a_sample(notice: Notice | None, locale: str) -> tuple[tuple[str, ...], dict[str, Any]]:
    """The laws that a notice may meet, and the sample's facts for it."""
    laws = notice.jurisdictions if notice else ()
    return laws, sample_facts(locale, laws, notice.needs if notice else ())


def _of_the_ledger(loan_id: str, locale: str) -> tuple[tuple[str, ...], str, dict[str, Any]]:
    """The law, the locale and the facts of a loan, as a letter of this moment would have them."""
    house = open_house()
    with reading(house.engine) as session:
        view = known_loan(session, loan_id)
        house.treatments.chosen(session, view.loan.strategy)
        terms = chosen_treatment(house.treatments, view.loan.strategy).terms
        today = local_date(now(), view.borrower.calendar_zone)
        facts = asdict(snapshot_of(session, view, terms, today)) | spoken_of(session, loan_id)
    person = view.borrower
    return (person.jurisdiction,), locale or person.locale, facts | {"name": person.name}
