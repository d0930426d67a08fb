"""Rehearsing one borrower: the stages that run in production, before anyone gets a letter."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.panel import Panel
from rich.text import Text

from channels.letters import Lender, Letters
from commands import reading as read
from commands.calendar_of import Line, WritingWorld, calendar_of
from commands.doors import now, open_house, read_settings
from commands.saying import WRONG_INPUT, AsJson, Failed, people, show_json
from commands.standing import known_loan
from domain.case import Case
from domain.clock import local_instant, zone
from domain.delinquency import Instalment
from domain.facts import Fact, PaymentReceived, PaymentReversed
from domain.gate.words import Channel
from domain.known import rules
from domain.money import MoneyError, exponent
from domain.opening import days_to_open
from domain.strategy import Strategy
from intake.envelopes import EventRefused, Paid, Reversed, read_event
from intake.opening import case_of
from intake.treatments import DEFAULT, Treatments, UnknownStrategy, load_treatments
from ledger.engine import reading
from ledger.points import KINDS
from ledger.values import Borrower, ContactPoint, Loan, LoanView
from ledger.words import PointChannel, PointStatus
from simulation.world import LawfulWorld

ZONES = {
    "CN": "Asia/Shanghai",
    "EU": "Europe/Brussels",
    "NG": "Africa/Lagos",
    "TW": "Asia/Taipei",
    "UG": "Africa/Kampala",
    "UK": "Europe/London",
    "US": "America/New_York",
}
"""Where a made-up borrower lives, unless --zone says otherwise."""

LOCALES = {"CN": "zh_CN", "TW": "zh_CN"}
"""What a made-up borrower reads, unless --locale says otherwise; elsewhere en."""


def rehearse(
    loan: Annotated[str, typer.Argument(metavar="[LOAN]", help="A loan of the ledger.")] = "",
    due: Annotated[str, typer.Option("--due", metavar="DATE", help="Or a made-up one.")] = "",
    amount: Annotated[str, typer.Option("--amount", help="What was due on that date.")] = "",
    currency: Annotated[str, typer.Option("--currency", help="ISO 4217.")] = "CNY",
    jurisdiction: Annotated[str, typer.Option("--jurisdiction", help="Whose law.")] = "CN",
    zone_name: Annotated[str, typer.Option("--zone", help="Default: by jurisdiction.")] = "",
    locale: Annotated[str, typer.Option("--locale", help="Default: by jurisdiction.")] = "",
    name: Annotated[str, typer.Option("--name", help="How letters greet.")] = "Li Wei",
    strategy: Annotated[str, typer.Option("--strategy", help="Default: the loan's.")] = "",
    days: Annotated[int, typer.Option("--days", min=1, max=3660, help="How far.")] = 180,
    events: Annotated[
        Path | None, typer.Option("--events", help="Payments that come, as loan events.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """One borrower's calendar: every text and every silence, before anything is sent."""
    if bool(loan) == bool(due and amount):
        raise Failed("Give a LOAN of the ledger, or --due DATE and --amount AMOUNT.", WRONG_INPUT)
    if loan:
        treatments, view = _from_ledger(loan)
    else:
        treatments = load_treatments(read_settings().profile)
        person = _person(jurisdiction, zone_name, locale, name)
        view = _made_up(person, read.day(due, "--due"), amount, currency)
    treatment = chosen_treatment(treatments, strategy or view.loan.strategy)
    case = _first_case(view, treatment, now() if loan else None)
    if case is None and loan:
        raise Failed(f"Loan {loan} is paid: there is nothing to rehearse.")
    if case is None:
        raise Failed("The amount is below the strategy's materiality: no case would open.")
    told = _facts(events, case) if events else []
    end = case.now + timedelta(days=days)
    lines = calendar_of(case, treatment, _world(view, treatment), told, end)
    if as_json:
        show_json({"loan_id": case.loan_id, "outcome": case.outcome, "calendar": lines})
    else:
        show_calendar(case, lines, view.borrower.name)
    return 0


def _person(jurisdiction: str, zone_name: str, locale: str, name: str) -> Borrower:
    if jurisdiction not in rules():
        known = ", ".join(sorted(rules()))
        raise Failed(f"--jurisdiction: {jurisdiction!r} has no rules; there are: {known}.", 2)
    where = zone_name or ZONES.get(jurisdiction, "UTC")
    try:
        zone(where)
    except (KeyError, ValueError, OSError):
        raise Failed(f"--zone: {where!r} is no time zone such as Asia/Shanghai.", 2) from None
    return Borrower(
        "borrower", name, locale or LOCALES.get(jurisdiction, "en"), where, jurisdiction
    )


def _made_up(person: Borrower, due: date, amount: str, currency: str) -> LoanView:
    """A loan of one instalment."""
    try:
        exponent(currency)
    except MoneyError as error:
        raise Failed(f"--currency: {error}", WRONG_INPUT) from None
    owed = read.amount(amount, "--amount", currency)
    if owed <= 0:
        raise Failed(f"--amount: {amount!r} is not above zero.", WRONG_INPUT)
    points = tuple(ContactPoint(channel, "made-up") for channel in PointChannel)
    loan = Loan("rehearsal", person.borrower_id, currency, owed)
    return LoanView(person, loan, (Instalment(due, owed),), (), points)


def _from_ledger(loan_id: str) -> tuple[Treatments, LoanView]:
    house = open_house()
    with reading(house.engine) as session:
        view = known_loan(session, loan_id)
        house.treatments.chosen(session, view.loan.strategy)
    return house.treatments, view


def chosen_treatment(treatments: Treatments, named: str | None) -> Strategy:
    """The strategy of that id or name; None is the default."""
    wanted = named or DEFAULT
    for strategy in treatments.strategies.values():
        if wanted in (strategy.id, strategy.name):
            return strategy
    known = ", ".join(sorted(treatments.strategies))
    raise UnknownStrategy(f"The strategy {wanted!r} is not known; there are: {known}.")


def _first_case(view: LoanView, strategy: Strategy, since: datetime | None) -> Case | None:
    """The case as it would open at `since`, or at the first midnight after it without payments.

    Without `since` the first midnight of all; None when no case would ever open.
    """
    days = (day for i in view.instalments for day in days_to_open(i.due, strategy))
    midnights = sorted({local_instant(day, time(), view.borrower.calendar_zone) for day in days})
    instants = midnights if since is None else [since, *(at for at in midnights if at > since)]
    return next((case for at in instants if (case := case_of(view, strategy, at))), None)


def _world(view: LoanView, strategy: Strategy) -> WritingWorld:
    settings = read_settings()
    lender = Lender(settings.lender_name, settings.lender_email, settings.lender_phone)
    points = {p.channel for p in view.contact_points if p.status is PointStatus.ACTIVE}
    reachable = {channel for channel, point in KINDS.items() if point in points}
    lawful = LawfulWorld(rules(), frozenset(reachable - {Channel.SOCIAL}))
    return WritingWorld(lawful, Letters(lender), strategy, view.borrower.name, view.borrower.locale)


def _facts(file: Path, case: Case) -> list[tuple[datetime, Fact]]:
    """The payments and reversals of an events file, each at its time or at noon of its date."""
    try:
        texts = file.read_bytes().splitlines()
    except OSError as error:
        raise Failed(f"{file} cannot be read: {error.strerror}.", WRONG_INPUT) from None
    told: list[tuple[datetime, Fact]] = []
    for number, text in enumerate(texts, start=1):
        if not text.strip():
            continue
        try:
            event = read_event(text)
        except EventRefused as refused:
            raise Failed(f"{file}, line {number}: {refused}", WRONG_INPUT) from None
        data: Any = event.data
        if isinstance(data, Paid | Reversed) and data.loan_id == case.loan_id:
            at = event.time or local_instant(data.on, time(12), case.zone)
            told.append((at, _fact(event.key, data, at)))
    return told


def _fact(key: str, data: Paid | Reversed, at: datetime) -> Fact:
    if isinstance(data, Paid):
        return PaymentReceived(key, data.payment_id, data.amount_minor, data.on, at)
    return PaymentReversed(key, data.payment_id, data.on, at)


def show_calendar(case: Case, lines: list[Line], name: str) -> None:
    """Print the calendar of the borrower of that name for people, and how it ends."""
    console, local = people(), zone(case.zone)
    console.print(f"Calendar of {name}, loan {case.loan_id}, {case.zone}")
    for line in lines:
        at = line.at.astimezone(local)
        if line.until is not None:
            until = line.until.astimezone(local)
            said = f"{at:%Y-%m-%d %H:%M}  silence until {until:%Y-%m-%d %H:%M}: {line.why}"
            console.print(Text(said, style="dim"))
            continue
        console.print(Text(f"{at:%Y-%m-%d %H:%M}  {line.kind}: {line.what}"))
        if line.text:
            title = Text(line.subject) if line.subject else None
            console.print(Panel(Text(line.text.strip()), title=title, title_align="left"))
    end = case.outcome or f"still {case.stage}"
    console.print(f"At the end: {end}.")
