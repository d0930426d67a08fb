"""Why a day had a contact, or none: the decision record, the contact log and the silence."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Annotated, Any

import typer
from sqlmodel import Session

from commands import reading as read
from commands.asking import LoanId
from commands.doors import open_house
from commands.saying import AsJson, people, show_json, show_table
from commands.sources import Cited, cited
from commands.standing import Standing, standing
from domain.clock import local_date
from domain.holds import pauses
from domain.outcomes import Sent
from domain.promises import PromiseStatus
from ledger.agreements import holds_of, plans_of, promises_of
from ledger.case_tables import ContactRow, DecisionRow
from ledger.contacts import contacts_of
from ledger.decisions import decisions_of
from ledger.engine import reading
from ledger.values import Borrower


@dataclass(frozen=True, slots=True)
class Reasons:
    """Everything on record about a loan, of one day or of all; `silence` says why none came.

    `sources` are those of the rules that decided, as far as the policies have them.
    """

    loan_id: str
    on: date | None
    decisions: Sequence[DecisionRow]
    contacts: Sequence[ContactRow]
    silence: tuple[str, ...]
    sources: Sequence[Cited] = ()


def why(
    loan: LoanId,
    on: Annotated[str, typer.Option("--on", metavar="DATE", help="One day there.")] = "",
    as_json: AsJson = False,
) -> int:
    """Why a borrower was contacted or left in peace, by rule and with the inputs."""
    house = open_house()
    where = standing(house.engine, loan)
    day = read.day(on, "--on") if on else None
    with reading(house.engine) as session:
        reasons = reasons_of(session, where, day)
    if as_json:
        show_json(_json(reasons))
        return 0
    when = f" on {day}" if day else ""
    show_table(
        f"Decisions on loan {loan}{when} (UTC)",
        ("At", "About", "Verdict", "Rule", "From"),
        [
            (d.at, f"{d.what} {_name(d)}", d.verdict, d.rule, _inputs(d.inputs))
            for d in reasons.decisions
        ],
    )
    show_table(
        f"Contacts{when} (UTC)",
        ("At", "Step", "Channel", "Status", "Rule", "Reason"),
        [(c.claimed_at, c.step, c.channel, c.status, c.rule, c.reason) for c in reasons.contacts],
    )
    for reason in reasons.silence:
        people().print(f"Silence: {reason}", markup=False)
    for source in reasons.sources:
        people().print(source.line, markup=False)
    return 0


def reasons_of(session: Session, where: Standing, day: date | None) -> Reasons:
    """What is on record for that day by the borrower's calendar; None: everything."""
    loan_id, zone = where.view.loan.loan_id, where.view.borrower.calendar_zone

    def meant(at: datetime) -> bool:
        return day is None or local_date(at, zone) == day

    known = decisions_of(session, loan_id)
    decisions = [row for row in known if meant(row.at)]
    contacts = [row for row in contacts_of(session, loan_id) if meant(row.claimed_at)]
    silence: tuple[str, ...] = ()
    if day is not None and not contacts:
        tried = _tried(decisions)
        before = [row for row in known if local_date(row.at, zone) < day]
        silence = (*tried, *_silence(session, where, day, before))
        silence = silence or ("no step of the strategy was due.",)
    rules = {row.rule for row in decisions} | {row.rule for row in contacts}
    return Reasons(loan_id, day, decisions, contacts, silence, cited(rules))


def _silence(
    session: Session, where: Standing, day: date, before: Sequence[DecisionRow]
) -> list[str]:
    """What kept that day silent, apart from the strategy having nothing to say."""
    borrower, file = where.view.borrower, where.file
    if file is None:
        return ["the loan never had a case."]
    opened = local_date(file.opened_at, borrower.calendar_zone)
    if day < opened:
        return [f"the case was opened later, on {opened}."]
    if file.closed_at is not None and day > local_date(file.closed_at, borrower.calendar_zone):
        return [f"the case had ended ({file.outcome})."]
    waiting = _put_off(before, opened, day, borrower.calendar_zone)
    return [*_held(session, borrower, day), *_agreed(session, file.loan_id, day), *waiting]


def _tried(decisions: Sequence[DecisionRow]) -> list[str]:
    """The contacts that were decided about and not made: the last word on each."""
    last = {row.key: row for row in decisions if row.what == "contact"}
    return [
        " ".join(filter(None, (f"contact {_name(row)} was {row.verdict}", _because(row)))) + "."
        for row in last.values()
    ]


def _put_off(before: Sequence[DecisionRow], opened: date, day: date, zone: str) -> Iterator[str]:
    """The contacts of the case that an earlier day put off beyond that one, or for as long as a
    fault of ours lasts."""
    last = {row.key: row for row in before if row.what == "contact"}
    for row in last.values():
        since, until = local_date(row.at, zone), row.inputs.get("until")
        over = until is not None and local_date(datetime.fromisoformat(until), zone) < day
        if row.verdict == Sent.DEFERRED and since >= opened and not over:
            why = " ".join(filter(None, (f"contact {_name(row)} was put off", _because(row))))
            yield f"{why}, on {since}."


def _because(row: DecisionRow) -> str:
    until = row.inputs.get("until")
    parts = (row.rule, row.inputs.get("reason", ""), f"until {until}" if until else "")
    said = ", ".join(str(part).rstrip(".") for part in parts if part)
    return f"({said})" if said else ""


def _name(row: DecisionRow) -> str:
    """What a key is about: the step of a contact, the episode of a case."""
    return row.key.rpartition("/")[2]


def _held(session: Session, borrower: Borrower, day: date) -> Iterator[str]:
    for hold in holds_of(session, borrower.borrower_id):
        (pause,) = pauses([hold], borrower.calendar_zone)
        if pause.start <= day and (pause.end is None or day <= pause.end):
            until = f"until {hold.until:%Y-%m-%d %H:%M} UTC" if hold.until else "until lifted"
            yield f"a hold was in force ({hold.reason}, {until}), placed by {hold.by}."


def _agreed(session: Session, loan_id: str, day: date) -> Iterator[str]:
    for promise in promises_of(session, loan_id):
        if promise.made_on <= day <= promise.by and promise.status is not PromiseStatus.SUPERSEDED:
            yield f"a promise was being watched, to be paid by {promise.by}."
    for plan in plans_of(session, loan_id):
        if plan.agreed_on <= day <= plan.instalments[-1].due and plan.ended != "replaced":
            yield f"a repayment plan was performing, agreed on {plan.agreed_on}."


def _inputs(inputs: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in inputs.items() if value not in ("", None))


def _json(reasons: Reasons) -> dict[str, Any]:
    contacts = [row.model_dump(exclude={"body", "subject"}) for row in reasons.contacts]
    return {
        "loan_id": reasons.loan_id,
        "on": reasons.on,
        "decisions": [row.model_dump() for row in reasons.decisions],
        "contacts": contacts,
        "silence": reasons.silence,
        "sources": [asdict(source) for source in reasons.sources],
    }
