"""What a strategy file says about the days before a due date."""

from typing import Annotated, Literal

from pydantic import Field

from domain.early import EarlyTerms
from domain.steps import Ladder, MessageClass
from policies.step_parts import Count, Part, StepFile


class EarlyStepFile(StepFile):
    """A contact ahead of the due date: `day` -5 is five days before it. It is of service alone."""

    day: Annotated[int, Field(strict=True, lt=0)]
    message_class: Literal[MessageClass.SERVICE] = MessageClass.SERVICE


class EarlyFile(Part):
    """What is said before the due date, and to whom earlier; without `earlier_days` to nobody.

    Whoever was late with `late_before` of the instalments that fell due in the `within_days` before
    is spoken to `earlier_days` earlier.
    """

    steps: Annotated[tuple[EarlyStepFile, ...], Field(min_length=1)]
    late_before: Count | None = None
    within_days: Count | None = None
    earlier_days: Count | None = None

    def terms(self) -> EarlyTerms:
        """The domain's terms."""
        return EarlyTerms(
            ladder=Ladder(tuple(step.step() for step in self.steps)),
            late_before=self.late_before or 0,
            within_days=self.within_days or 0,
            earlier_days=self.earlier_days or 0,
        )
