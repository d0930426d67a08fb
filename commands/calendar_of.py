"""One borrower's calendar in virtual time: every contact with its text, every silence with why."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from channels.letters import LetterFailed, Letters
from channels.texts import page_of
from domain.campaigns import OVER
from domain.case import Case
from domain.delinquency import delinquency
from domain.early import first_unpaid
from domain.holds import held
from domain.legal.filing import FileOutcome
from domain.legal.papers import Paper
from domain.legal.remedies import Prepared
from domain.outcomes import AgencyOutcome, SendOutcome, Sent
from domain.placement import Placement
from domain.promises import PromiseStatus
from domain.records import Record
from domain.steps import Step
from domain.strategy import Strategy
from simulation.driver import Event, Life, VirtualDesk, Wait
from simulation.world import LawfulWorld


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the calendar, in UTC; a silence has `until` and `why`, a letter its text."""

    at: datetime
    kind: str
    what: str
    until: datetime | None = None
    why: str = ""
    subject: str = ""
    text: str = ""


@dataclass(slots=True)
class WritingWorld:
    """The lawful world, in which every letter is also written as the borrower would read it."""

    lawful: LawfulWorld
    letters: Letters
    strategy: Strategy
    name: str
    locale: str
    written: list[tuple[str, str]] = field(default_factory=list)

    def send(self, case: Case, step: Step) -> SendOutcome:
        """Answer a contact; one whose text cannot be written fails, as it does in production."""
        outcome = self.lawful.send(case, step)
        if not outcome.may_have_arrived:
            self.written.append(("", outcome.reason))
            return outcome
        facts = letter_facts(case, self.strategy, self.name)
        try:
            letter = self.letters.write(step.template, page_of(step.channel), self.locale, facts)
        except LetterFailed as failure:
            self.written.append(("", str(failure)))
            return SendOutcome(Sent.FAILED, failure.rule, str(failure))
        self.written.append((letter.subject, letter.text))
        return outcome

    def place(self, case: Case, placement: Placement) -> AgencyOutcome:
        """Answer as the lawful world does."""
        return self.lawful.place(case, placement)

    def tell_agency(self, case: Case, placement: Placement, what: str) -> AgencyOutcome:
        """Answer as the lawful world does."""
        return self.lawful.tell_agency(case, placement, what)

    def prepare(self, case: Case, remedy: str) -> Prepared:
        """Answer as the lawful world does."""
        return self.lawful.prepare(case, remedy)

    def file(self, case: Case, remedy: str, papers: tuple[Paper, ...]) -> FileOutcome:
        """Answer as the lawful world does."""
        return self.lawful.file(case, remedy, papers)

    def hear(self, case: Case, event: Event) -> None:
        """Take note as the lawful world does."""
        self.lawful.hear(case, event)

    def write(self, case: Case, records: list[Record]) -> None:
        """Nothing is kept beyond the case itself."""


def calendar_of(
    case: Case,
    strategy: Strategy,
    world: WritingWorld,
    events: Iterable[tuple[datetime, Event]],
    end: datetime,
) -> list[Line]:
    """What the borrower lives through until `end` or the end of the case, in order."""
    life = Life(case, strategy, VirtualDesk(case, strategy, world))
    lines: list[Line] = []
    left = sorted(events, key=lambda event: event[0])
    seen = _told(case, world, 0, lines)
    while (waiting := life.waiting) is not None:
        heard = left[0][0] if left and left[0][0] <= end else None
        bells = waiting.at if waiting.at is not None and waiting.at <= end else None
        following = min(filter(None, (heard, bells)), default=end)
        lines += _silence(case, waiting, following)
        if heard is not None and heard == following:
            life.tell(left.pop(0)[1], heard)
        elif bells is not None:
            life.ring()
        else:
            break
        seen = _told(case, world, seen, lines)
    return lines


def letter_facts(case: Case, strategy: Strategy, name: str) -> dict[str, Any]:
    """What a letter may say of a case, under the names that the ledger's snapshot has."""
    today = case.today()
    late = delinquency(case.schedule(), case.credits(), (), strategy.terms, today)
    unpaid = first_unpaid(case.instalments, case.paid(), strategy.terms)
    promise, plan = case.promise, case.plan
    spoken = promise is not None and promise.status not in (
        PromiseStatus.SUPERSEDED,
        PromiseStatus.CANCELLED,
    )
    portion = plan.next_due if plan is not None and plan.performing else None
    return {
        "name": name,
        "loan_id": case.loan_id,
        "currency": case.currency,
        "as_of": today,
        "arrears_minor": late.arrears_minor,
        "outstanding_minor": case.outstanding(),
        "days_past_due": late.days_past_due,
        "oldest_due": late.oldest_due,
        "promised_minor": case.open_promise and case.open_promise.amount_minor,
        "promised_by": case.open_promise and case.open_promise.by,
        "plan_minor": portion and portion.amount_minor,
        "plan_due": portion and portion.due,
        "next_minor": unpaid and unpaid.amount_minor,
        "next_due": unpaid and unpaid.due,
        "promise": asdict(promise) if promise is not None and spoken else None,
        "instalment": plan.asked[max(plan.judged, 1) - 1] if plan else None,
    }


def _told(case: Case, world: WritingWorld, seen: int, lines: list[Line]) -> int:
    """Add what the case wrote down since; how much of its timeline has been seen now."""
    for entry in case.timeline[seen:]:
        what, kind, subject, text = entry.detail, entry.what, "", ""
        if kind == "notice":
            made = not what.endswith((": skipped", ": merged", ": held", f": {OVER}"))
            subject, text = world.written.pop(0) if made else ("", "")
            kind = "contact" if subject else "no contact"
        lines.append(Line(entry.at, kind, what, subject=subject, text=text))
    return len(case.timeline)


def _silence(case: Case, waiting: Wait, until: datetime) -> list[Line]:
    """The silence up to the next thing, and its reason; none within one day."""
    if until.date() <= case.now.date():
        return []
    if hold := held(case.holds, case.now):
        why = f"a hold is in force: {hold.reason}"
    elif case.open_promise is not None:
        why = f"a promise is watched, to be paid by {case.open_promise.by}"
    elif case.plan is not None and case.plan.performing:
        why = "a repayment plan is performing"
    else:
        why = f"waits for {waiting.why}"
    return [Line(case.now, "silence", "", until, why)]
