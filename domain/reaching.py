"""Who is reached and who is not: another way for what arrived nowhere, and who is lost."""

from dataclasses import replace
from datetime import datetime, timedelta

from domain.case import Case, Owed
from domain.gate.words import Channel
from domain.outcomes import SendOutcome, Sent
from domain.steps import OnLate, Step
from domain.strategy import Stage, Strategy

BY = "-by-"
"""What stands in the name of a contact between the step and the channel it is made again by."""

_UNREACHED = ("no-contact-point", "point-dead")
"""Rules of contacts that were not made because there is no way to the borrower."""


def stem(name: str) -> str:
    """The name of a contact whatever channel it was made by."""
    return name.partition(BY)[0]


def made(case: Case, strategy: Strategy, step: Step, outcome: SendOutcome) -> None:
    """Take down what came of a contact; one that reached nobody is owed by its next channel."""
    case.record(step, outcome)
    if outcome.kind is Sent.BOUNCED or outcome.rule in _UNREACHED:
        not_reached(case, strategy, step.name)
    elif outcome.kind in (Sent.FAILED, Sent.SUPPRESSED) and outcome.rule != "nothing-due":
        _try_another_way(case, strategy, step.name)


def not_reached(case: Case, strategy: Strategy, name: str) -> None:
    """A contact reached nobody: another way is owed; where none is left it counts until cured.

    Too many that count, with nothing heard of the borrower between them, mean contact is lost.
    """
    _try_another_way(case, strategy, name)
    if case.cured or under_way(case, stem(name)):
        return
    case.unreached += 1
    terms = strategy.lost_contact
    if terms and not (case.lost or case.traced) and case.unreached >= terms.after_failed:
        case.lost = True
        case.log("lost", f"{case.unreached} contacts in a row reached nobody")


def reached(case: Case) -> None:
    """The borrower was heard of: the search for them is over."""
    case.unreached = 0
    if case.lost:
        case.lost = False
        case.log("found", "contact was regained")


def give_up_looking(case: Case) -> None:
    """The search came to nothing, and is not begun again in this case."""
    case.lost, case.traced = False, True
    case.log("lost", "nobody was found")


def repair_over(case: Case, strategy: Strategy) -> datetime:
    """When people have had their time to find a new way to the borrower."""
    assert strategy.lost_contact is not None and case.repair_asked is not None, "it was asked for"
    return case.repair_asked + timedelta(days=strategy.lost_contact.repair_days)


def arrived(case: Case, name: str) -> bool:
    """Whether a contact went out, by whatever channel, and did not come back."""
    return any(
        how in (Sent.SENT, Sent.ALREADY_SENT)
        for done, how in case.done.items()
        if stem(done) == name
    )


def under_way(case: Case, name: str) -> bool:
    """Whether a contact is still to be made by another channel."""
    return any(stem(owed.step.name) == name for owed in case.owed)


def _try_another_way(case: Case, strategy: Strategy, name: str) -> None:
    own = stem(name)
    step = next((s for s in strategy.steps() if s.name == own.partition("-")[0]), None)
    if step is None or under_way(case, own) or (step.day < 0 and case.stage is not Stage.WATCH_DUE):
        return
    for channel in step.otherwise:
        again = f"{own}{BY}{channel}"
        if again not in case.done:
            case.owed.append(Owed(_by(step, again, channel), case.now))
            return


def _by(step: Step, name: str, channel: Channel) -> Step:
    return replace(step, name=name, channel=channel, on_late=OnLate.SEND)
