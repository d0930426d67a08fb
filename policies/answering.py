"""How a rule pack says how long we have to answer a grievance, made into the domain's clock."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from domain.grievances import AnswerClock, AnswerTerm, GrievanceKind
from domain.periods import Period
from policies.pack_files import RuleFile

EVENT = "the grievance came"
"""What starts every clock of this kind."""

_SOME_DAY = date(2026, 3, 2)

_Place = tuple[str | int, ...]
_Problem = tuple[_Place, str]


class SpanFile(BaseModel):
    """A step of a deadline as a pack writes it; a span left out is none."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    business_days: int = 0
    days: int = 0
    months: int = 0
    years: int = 0
    rest_days: str = "stay"

    def period(self) -> Period:
        """The domain's period, counted from the day the grievance came."""
        spans = self.model_dump(exclude={"rest_days"})
        return Period(EVENT, moves=self.rest_days == "move", **spans)


def answers_of(rule: RuleFile, place: _Place) -> tuple[AnswerClock | None, list[_Problem]]:
    """The clock of a rule that is about grievances, or None and every problem."""
    asked = rule.answers
    if asked is None:
        return None, []
    here = (*place, "answers")
    if rule.kind != "deadline":
        return None, [(here, "only a deadline gives time to answer.")]
    steps, terms, found = rule.params.get("steps", {}), [], []
    for index, term in enumerate(asked.terms):
        span, wrong = _span(steps, term.step, (*here, "terms", index, "step"))
        found += wrong
        if span is not None:
            terms.append(AnswerTerm(term.step, span.period(), term.because, term.approved))
    found += [] if found else _order(terms, (*here, "terms"))
    return (None if found else AnswerClock(rule.id, asked.starts, tuple(terms))), found


def started_twice(rules: Sequence[RuleFile]) -> Iterator[_Problem]:
    """Grievances that start the clocks of two rules of one pack."""
    taken: set[GrievanceKind] = set()
    for index, rule in enumerate(rules):
        starts = rule.answers.starts if rule.answers else frozenset()
        for kind in sorted(taken & starts):
            yield ("rules", index, "answers", "starts"), f"a {kind} starts another rule already."
        taken |= starts


def _span(
    steps: Mapping[str, Any], step: str, place: _Place
) -> tuple[SpanFile | None, list[_Problem]]:
    if step not in steps:
        known = ", ".join(steps) or "none"
        return None, [(place, f"the rule has no step {step}; it has {known}.")]
    try:
        return SpanFile.model_validate(steps[step]), []
    except ValidationError as error:
        return None, [(place, f"{step}: {wrong['msg']}.") for wrong in error.errors()]


def _order(terms: Sequence[AnswerTerm], place: _Place) -> list[_Problem]:
    """Each term must end after the one before it, and the first needs nobody's leave."""
    ends = [term.period.end(_SOME_DAY, ()) for term in terms]
    if terms[0].approved or terms[0].because:
        return [((*place, 0), "the first term starts by itself.")]
    if ends[0] <= _SOME_DAY or ends != sorted(set(ends)):
        return [(place, "each term ends after the one before it.")]
    return []
