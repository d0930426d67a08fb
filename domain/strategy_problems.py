"""What is wrong with a strategy, all of it at once, each problem named by its place."""

from collections.abc import Sequence

from domain.campaigns import campaign_problems
from domain.early import early_problems
from domain.steps import Ladder, MessageClass, OnLate, Step
from domain.strategy import Strategy


def problems(strategy: Strategy) -> list[str]:
    """Everything about a strategy that does not go together, each named by its place.

    Empty when it is sound. What a single number may be is the schema of the file.
    """
    return [
        *step_problems(placed_steps(strategy)),
        *early_problems(strategy.early),
        *_outside_problems(strategy),
        *campaign_problems(strategy.campaigns),
    ]


def placed_steps(strategy: Strategy) -> list[tuple[str, Step]]:
    """Every contact with its place in the file."""
    lost = strategy.lost_contact
    ladders = (
        ("early.steps", strategy.early.ladder if strategy.early else Ladder(())),
        ("remind.steps", strategy.remind),
        ("negotiate.steps", strategy.negotiate),
        ("legal.steps", strategy.legal.ladder),
        ("lost_contact.steps", lost.ladder if lost else Ladder(())),
        *((f"campaigns.{n}.steps", Ladder(c.steps)) for n, c in enumerate(strategy.campaigns)),
    )
    placed = [(f"{at}.{n}", step) for at, ladder in ladders for n, step in enumerate(ladder.steps)]
    return [*placed, *strategy.events()]


def _outside_problems(strategy: Strategy) -> list[str]:
    """What is wrong with how agencies are drawn and bureaus are told; empty when it is sound."""
    found: list[str] = []
    terms, bureau = strategy.placement, strategy.bureau
    if terms.shares and {name for name, share in terms.shares if share} != set(terms.agencies):
        found.append("placement.shares: must give each of the agencies a share, and nobody else.")
    notices = {
        step.name
        for step in strategy.legal.ladder.steps
        if step.message_class is MessageClass.STATUTORY
    }
    if bureau and bureau.notice not in notices:
        found.append("bureau.notice: must be a statutory step of the legal ladder.")
    return found


def step_problems(placed: Sequence[tuple[str, Step]]) -> list[str]:
    """What is wrong among steps that stand at these places, in their order; empty when sound."""
    found: list[str] = []
    names: dict[str, str] = {}
    latest: dict[str, int] = {}
    for here, step in placed:
        ladder = here.rpartition(".")[0]
        if step.name in names:
            found.append(f"{here}.name: {step.name!r} is already used at {names[step.name]}.")
        above = latest.get(ladder, step.day)
        if step.day < above:
            found.append(f"{here}.day: day {step.day} comes before day {above} of a step above.")
        if step.message_class is MessageClass.STATUTORY and step.on_late is not OnLate.SEND:
            found.append(f"{here}.on_late: a statutory notice must be sent however late (send).")
        if step.merge_days and step.message_class is not MessageClass.DUNNING:
            found.append(f"{here}.merge_days: only dunning letters speak of several loans.")
        if step.channel in step.otherwise or len(set(step.otherwise)) < len(step.otherwise):
            found.append(f"{here}.otherwise: each channel is tried once.")
        names.setdefault(step.name, here)
        latest[ladder] = max(above, step.day)
    return found
