"""Acting a story out on the virtual driver, and comparing what was lived with what was told."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from ruamel.yaml import YAML

from domain.case import Case
from domain.clock import local_instant, zone
from domain.delinquency import Instalment
from domain.facts import (
    AgencyReported,
    BorrowerReached,
    ContactBounced,
    ContactFailed,
    ContactRepaired,
    DebtForgiven,
    PaymentReceived,
    PaymentReversed,
    StandingChanged,
)
from domain.gate.words import Channel
from domain.holds import HoldReason
from domain.money import to_minor
from domain.opening import open_case
from domain.outcomes import Placed, SendOutcome, Sent
from domain.requests import (
    AgreePlan,
    Approve,
    Assign,
    Close,
    LiftHold,
    Note,
    PlaceHold,
    PromiseToPay,
)
from domain.spreading import Spread, spread
from domain.steps import Step
from domain.strategy import Strategy
from simulation.driver import Event, Life, VirtualDesk
from simulation.world import LawfulWorld
from tests.stories.language import Lived, Said, Shown, Story, StoryError
from tests.strategies import STANDARD, rulebooks, strategy_with

DUE = date(2026, 1, 9)
"""Day 0 of every story: a Friday, with no change of clocks near in the places below."""

PLACES = {
    "CNY": ("CN", "Asia/Shanghai"),
    "GBP": ("UK", "Europe/London"),
    "NGN": ("NG", "Africa/Lagos"),
    "USD": ("US", "America/New_York"),
}
END_OF_DAY = time(23, 59, 59)
ANSWERS = {
    "accept": Placed.ACCEPTED,
    "hesitate": Placed.ACCEPTED,
    "refuse": Placed.REFUSED,
    "unreachable": Placed.UNREACHABLE,
}


@dataclass(slots=True)
class WatchedWorld(LawfulWorld):
    """A lawful world that remembers what each borrower got."""

    seen: list[tuple[datetime, Step]] = field(default_factory=list)

    def send(self, case: Case, step: Step, /) -> SendOutcome:
        outcome = LawfulWorld.send(self, case, step)
        if outcome.kind is Sent.SENT:
            self.seen.append((case.now, step))
        return outcome


class Stage:
    """One story being acted out."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.jurisdiction, self.zone = PLACES[story.currency]
        self.strategy = _strategy(story)
        self.world = WatchedWorld(rulebooks(), frozenset(Channel) - story.unreachable)
        self.world.agencies_answer = story.agencies
        self.case = self._opened()
        self.life = Life(
            self.case, self.strategy, VirtualDesk(self.case, self.strategy, self.world)
        )
        self.outages: list[tuple[datetime, datetime]] = []
        self.wrong: list[str] = []

    def act(self) -> "Stage":
        """Live through the story to the end of its last day."""
        acts: list[tuple[datetime, Callable[[], None]]] = []
        for said in self.story.said:
            acts.append((self.instant(said.day, said.at), _bound(self._say, said)))
        for shown in self.story.shown:
            acts.append((self.instant(shown.day, END_OF_DAY), _bound(self._check, shown)))
        for at, act in sorted(acts, key=lambda item: item[0]):
            self._live_to(at)
            act()
        self._live_to(self.instant(self.story.last_day, END_OF_DAY))
        self._check_refusals()
        return self

    def instant(self, day: int, at: time) -> datetime:
        return local_instant(DUE + timedelta(days=day), at, self.zone)

    def day(self, at: datetime) -> int:
        return (at.astimezone(zone(self.zone)).date() - DUE).days

    def differences(self) -> list[str]:
        """What differs between the story as told and as lived; empty when nothing does."""
        told = [str(lived) for lived in self.story.lived]
        lived = [
            str(self._lived(at, step, told_at=any(t.at for t in self.story.lived if t.day == day)))
            for at, step in self.world.seen
            if (day := self.day(at)) <= self.story.last_day
        ]
        if told != lived:
            self.wrong.append("told:\n    " + "\n    ".join(told or ["no contact"]))
            self.wrong.append("lived:\n    " + "\n    ".join(lived or ["no contact"]))
        ends = (e for e in reversed(self.case.timeline) if e.what == "outcome")
        ended = next(ends, None) if self.case.outcome else None
        lived_end = f"{ended.detail} on day {self.day(ended.at)}" if ended else ""
        if lived_end != self.story.outcome:
            self.wrong.append(
                f"told: {self.story.outcome or 'no end'}, lived: {lived_end or 'no end'}"
            )
        return self.wrong

    def _opened(self) -> Case:
        story = self.story
        amount = to_minor(story.amount, story.currency)
        case = open_case(
            loan_id="L1",
            borrower_id="B1",
            currency=story.currency,
            jurisdiction=self.jurisdiction,
            zone=self.zone,
            strategy=self.strategy,
            at=self.instant(story.opened_on, time(0)),
            instalments=[
                Instalment(DUE + timedelta(days=n * story.every), amount)
                for n in range(story.count)
            ],
            payments=[],
        )
        if case is None:
            raise StoryError("nothing is late on the day the story opens.")
        return case

    def _live_to(self, at: datetime) -> None:
        while (waiting := self.life.waiting) and waiting.at is not None and waiting.at < at:
            self.case.now = max(self.case.now, self._awake(waiting.at))
            self.life.ring()

    def _awake(self, at: datetime) -> datetime:
        """When what was due at that instant is really come to: outages delay everything."""
        return next((end for start, end in self.outages if start <= at < end), at)

    def _say(self, said: Said) -> None:
        if said.what == "turns":
            self.world.agencies_hesitate = said.words["answer"] == "hesitate"
            self.world.agencies_answer = ANSWERS[said.words["answer"]]
            return
        at = self.instant(said.day, said.at)
        if said.what == "kept":
            self.world.kept_until = self.instant(int(said.words["until"]), said.at)
        elif said.what == "outage":
            self.outages.append((at, self.instant(int(said.words["until"]), said.at)))
        elif self.life.waiting is None:
            self.wrong.append(f"{said.line!r}: the case had ended")
        else:
            self.life.tell(self._event(said), self._awake(at))

    def _event(self, said: Said) -> Event:  # noqa: C901 - one line for each kind of event
        words, case = said.words, self.case
        an_id = f"{said.what}-{len(case.heard) + 1}-{len(case.timeline)}"
        match said.what:
            case "pays":
                on = DUE + timedelta(days=int(words.get("on", said.day)))
                amount = to_minor(words["amount"], case.currency)
                return PaymentReceived(an_id, f"P{len(case.payments) + 1}", amount, on)
            case "forgiven":
                total = to_minor(words["amount"], case.currency)
                return DebtForgiven(an_id, total, case.waivers_heard + 1)
            case "reversed":
                number = words.get("number", str(len(case.payments)))
                return PaymentReversed(an_id, f"P{number}", self._date(said.day))
            case "promises":
                currency = words.get("currency", case.currency)
                amount = to_minor(words["amount"], case.currency)
                return PromiseToPay(an_id, "collector", amount, currency, self._date(words["by"]))
            case "agrees":
                agreed = self._plan(said).instalments
                return AgreePlan(an_id, "collector", case.currency, agreed)
            case "accepts":
                made = self._plan(said)
                plan = AgreePlan(an_id, "collector", case.currency, made.instalments)
                plan = replace(plan, interest=made.interest)
                return self._accepted(plan, words)
            case "holds":
                until = self.instant(int(words["until"]), said.at) if "until" in words else None
                return PlaceHold(an_id, "collector", HoldReason(words["reason"]), until)
            case "lifts":
                held = [h.hold_id for h in case.holds if h.reason == words["reason"]]
                return LiftHold(an_id, "collector", held[-1] if held else words["reason"])
            case "closes":
                return Close(an_id, "boss", "settled elsewhere")
            case "approves" | "declines":
                approved = said.what == "approves"
                question = words.get("question", "placement")
                return Approve(an_id, words.get("by", "boss"), question, approved)
            case "bounces":
                return ContactBounced(an_id, words["step"], Channel.EMAIL)
            case "unanswered":
                return ContactFailed(an_id, words["step"], Channel.CALL, "no_answer")
            case "replies":
                return BorrowerReached(an_id, words["channel"])
            case "repaired":
                return ContactRepaired(an_id, words["channel"])
            case "assigned":
                return Assign(an_id, "boss", words["collector"])
            case "notes":
                return Note(an_id, "collector", words["note"])
            case "standing":
                what, until = f"{words['what']}-{words['name']}", None
                if "over" in words:
                    until = self.instant(int(words.get("until", said.day)), said.at)
                return StandingChanged(an_id, what, words["name"], until)
            case "reports":
                key = case.placement.key if case.placement else "none"
                about = words.get("about", "")
                return AgencyReported(an_id, key, words["status"], about=about)
        raise StoryError(f"nobody acts {said.what!r}.")

    def _date(self, day: str | int) -> date:
        return DUE + timedelta(days=int(day))

    def _accepted(self, plan: AgreePlan, words: dict[str, str]) -> AgreePlan:
        """The plan as it comes from an offer to which the ledger has agreed."""
        waived = to_minor(words.get("waived", "0"), self.case.currency)
        check = int(words["check"]) if "check" in words else None
        return replace(plan, offer_id="O1", waived_minor=waived, check_back_days=check)

    def _plan(self, said: Said) -> Spread:
        words, case = said.words, self.case
        first, every = int(words["first"]), int(words.get("every", 30))
        dues = [self._date(first + n * every) for n in range(int(words["count"]))]
        debt = case.arrears(self.strategy, self._date(said.day))
        whole = case.outstanding() if "whole" in words else debt
        waived = to_minor(words.get("waived", "0"), case.currency)
        return spread(whole - waived, dues, 100 * int(words.get("rate", 0)))

    def _check(self, shown: Shown) -> None:
        waiting = self.life.waiting
        if shown.what == "stage":
            seen = [str(self.case.stage)]
        elif shown.what == "waits for":
            seen = [waiting.why if waiting else "nothing"]
        else:
            seen = [
                entry.detail
                for entry in self.case.timeline
                if entry.what == shown.what and self.day(entry.at) == shown.day
            ]
        if not any(shown.text in text for text in seen):
            self.wrong.append(f"{shown.line!r} on day {shown.day}: there is {seen or 'nothing'}")

    def _check_refusals(self) -> None:
        expected = [(s.day, s.text) for s in self.story.shown if s.what == "refused"]
        for entry in self.case.timeline:
            if entry.what == "refused":
                day = self.day(entry.at)
                if not any(day == on and text in entry.detail for on, text in expected):
                    self.wrong.append(
                        f"day {day}: refused, which the story does not say: {entry.detail}"
                    )

    def _lived(self, at: datetime, step: Step, *, told_at: bool) -> Lived:
        local = at.astimezone(zone(self.zone))
        name = step.name.partition("-")[0]
        return Lived(self.day(at), local.time() if told_at else None, step.channel, name)


def _strategy(story: Story) -> Strategy:
    if story.strategy != STANDARD.stem:
        raise StoryError(f"stories play under {STANDARD.stem}, or under it `but` for something.")
    read = YAML(typ="safe").load
    return strategy_with(*((place, read(value)) for place, value in story.changes))


def _bound(act: Callable[..., None], what: object) -> Callable[[], None]:
    return lambda: act(what)
