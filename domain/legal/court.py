"""Living by the court's clocks: where a remedy stands, till when, and where news or time lead."""

from datetime import date

from domain.legal.file import Calendars, CourtEvent, LegalFile, Stand, last_day
from domain.legal.remedies import CourtStep, End, Remedy

ENDS = frozenset(End)
TITLED = "there is a title"


def step_of(file: LegalFile) -> CourtStep | None:
    """The step the remedy in hand stands at; None before its papers, and after its end."""
    stand, remedy = file.stand, file.remedy
    if stand is None or remedy is None or stand.step in ENDS:
        return None
    return remedy.step(stand.step)


def end_of(file: LegalFile) -> End | None:
    """How the remedy in hand has ended, or None while it has not."""
    stand = file.stand
    return End(stand.step) if stand is not None and stand.step in ENDS else None


def next_remedy(file: LegalFile, wanted: tuple[str, ...]) -> str | None:
    """The remedy to look at next, in the order of the strategy; None when none is left.

    A payment order that has become a suit goes on as one.
    """
    if End.SUIT in file.ended.values():
        suit = next((name for name in wanted if name in SUITS and name not in file.ended), None)
        if suit is not None:
            return suit
    return next((name for name in wanted if name not in file.ended), None)


SUITS = ("suit", "secured_suit")
"""The remedies as which a payment order may go on."""


def for_agencies(file: LegalFile) -> bool:
    """Whether an agency may try, once no remedy is left.

    Not when the court has collected, and not while it still has the claim: an order that goes on as
    a suit ends with that suit, also where we did not want one.
    """
    ended = file.ended
    turned = End.SUIT in ended.values() and not any(ended.get(name) in ENDS for name in SUITS)
    return End.SATISFIED not in ended.values() and not turned


def passed_over(file: LegalFile, remedy: Remedy) -> str:
    """Why a remedy is not used at all, or empty when it may be.

    Pre-suit preservation closes the payment-order route (CN-PO-01), and a suit makes an order lapse
    (CN-PO-04); only a title can be enforced, and nothing else is brought once there is one.
    """
    if closed := next((name for name in remedy.closed_by if name in file.filed), None):
        return f"closed by {closed}"
    titled = End.WON in file.ended.values()
    if remedy.after_title and not titled:
        return "there is no title"
    if titled and not remedy.after_title:
        return TITLED
    return ""


def draw_up(file: LegalFile, today: date) -> None:
    """The papers of the remedy in hand are drawn up: it stands at its first step."""
    remedy = file.remedy
    assert remedy is not None, "papers are drawn up for a remedy in hand"
    turned = End.SUIT in file.ended.values() and remedy.name in SUITS
    if turned:
        order = next(name for name, end in file.ended.items() if end == End.SUIT)
        file.filed[remedy.name] = file.filed.get(order, today)
    first = remedy.steps[0].name if remedy.steps else End.DONE
    file.path = [Stand(first, today)]


def finish(file: LegalFile, how: str) -> None:
    """The remedy in hand is over: how it ended, or why it was passed over."""
    assert file.remedy is not None, "only a remedy in hand can be over"
    file.ended[file.remedy.name] = how
    if file.path:
        file.before, file.before_path = file.remedy, file.path
    file.remedy, file.path = None, []
    file.chased, file.chased_on = 0, None


def due(file: LegalFile, calendars: Calendars) -> date | None:
    """The last day of the clock that runs; None without one, or once people were asked about it."""
    step, stand = step_of(file), file.stand
    if step is None or stand is None or step.clock is None or inquiry(file) in file.asked:
        return None
    return _last_day(file, step, stand, calendars)


def inquiry(file: LegalFile) -> str:
    """What people are asked when the court's time is over and it has said nothing."""
    assert file.remedy is not None and file.stand is not None, "a clock runs in a remedy"
    return f"inquire-{file.remedy.name}-{file.stand.step}-{len(file.path)}"


def run_out(file: LegalFile, last: date) -> str:
    """The clock has run out on `last`: go on where that leads; empty when people must inquire."""
    step = step_of(file)
    assert step is not None, "a clock runs at a step"
    if not step.then:
        return ""
    file.path.append(Stand(step.then, last))
    return step.then


def hear_court(file: LegalFile, event: CourtEvent, calendars: Calendars) -> str:
    """Take in what a court said: the step or the end it leads to, or empty when it fits none.

    What came late to us but in time to the court takes the remedy back: an objection made within
    its fifteen days undoes an order that we took for enforceable. What is dated before the step it
    follows fits none.
    """
    file.said.append(event)
    if event.what == FILED:
        file.filed.setdefault(event.remedy or _in_hand(file), event.on)
    remedy, step = file.remedy, step_of(file)
    if remedy is not None and event.remedy in ("", remedy.name):
        if step is not None and event.what in step.answers and event.on >= follows(file):
            return _go(file, step.answers[event.what], event.on)
        if to := _gone_back(file, remedy, event, calendars):
            return to
    if to := _reopened(file, event, calendars):
        return to
    file.unplaced.append(event)
    return ""


FILED = "filed"
"""Our paper was handed in: from now on a procedure runs, and the limitation with it stands."""

TAKEN_BACK = "taken_back"
"""Our paper was taken back before it was handed in: it is drawn anew, from what is owed then."""

HANDED_ON = (FILED, "sent")
"""Words after which nobody needs to take our papers anywhere; a sent letter is no procedure."""


def follows(file: LegalFile) -> date:
    """The day of what a word at the present step follows; time that ran out bounds nothing."""
    remedy, path = file.remedy, file.path
    assert remedy is not None and path, "a word is awaited once papers are drawn up"
    here, before = path[-1], path[-2] if len(path) > 1 else None
    lapsed = before is not None and remedy.step(before.step).then == here.step
    return before.since if before is not None and lapsed else here.since


def _gone_back(file: LegalFile, remedy: Remedy, event: CourtEvent, calendars: Calendars) -> str:
    """Go back to the step whose time the event kept, and on from there; empty without one."""
    for number in range(len(file.path) - 1, -1, -1):
        then = file.path[number]
        if then.step not in ENDS and _in_time(file, remedy, then, event, calendars):
            del file.path[number + 1 :]
            return _go(file, remedy.step(then.step).answers[event.what], event.on)
    return ""


def _reopened(file: LegalFile, event: CourtEvent, calendars: Calendars) -> str:
    """The same for the remedy before, while nothing has been drawn up since."""
    remedy = file.before
    if remedy is None or file.path or event.remedy not in ("", remedy.name):
        return ""
    later, file.path = file.path, file.before_path
    to = _gone_back(file, remedy, event, calendars)
    if not to:
        file.path = later
        return ""
    del file.ended[remedy.name]
    file.ended = {name: how for name, how in file.ended.items() if how != TITLED}
    file.remedy, file.before = remedy, None
    file.chased, file.chased_on = 0, None
    return to


def _go(file: LegalFile, to: str, on: date) -> str:
    """Go on at a step or an end; one that leads back to where papers are drawn wants new ones."""
    if file.remedy is not None and to == file.remedy.steps[0].name:
        file.path = []
    else:
        file.path.append(Stand(to, on))
    return to


def _in_hand(file: LegalFile) -> str:
    return file.remedy.name if file.remedy is not None else ""


def _in_time(
    file: LegalFile, remedy: Remedy, before: Stand, event: CourtEvent, calendars: Calendars
) -> bool:
    step = remedy.step(before.step)
    if event.what not in step.answers or event.on < before.since or step.clock is None:
        return False
    last = _last_day(file, step, before, calendars)
    return last is not None and event.on <= last


def _last_day(file: LegalFile, step: CourtStep, stand: Stand, calendars: Calendars) -> date | None:
    clock = step.clock
    assert clock is not None, "asked only of a step with a clock"
    start: date | None = stand.since
    if clock.since:
        said = [event.on for event in file.said if event.what == clock.since]
        start = said[-1] if said else None
    return None if start is None else last_day(clock.rule, clock.step, start, calendars)
