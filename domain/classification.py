"""The five grades of a loan (贷款五级分类), as far as lateness alone decides them.

The grade is a floor: a bank may know more and grade worse. The numbers stand in the rule pack
(CN-CLASS-01, 商业银行金融资产风险分类办法 arts 10-13) and are from memory.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.periods import months_after


@dataclass(frozen=True, slots=True)
class Floor:
    """A loan that is more than `above_days` past due has this grade at least."""

    above_days: int
    grade: str


@dataclass(frozen=True, slots=True)
class GradeRule:
    """The floors, mildest first, and the years a restructured loan is watched before it is normal.

    `normal` is the grade of a loan that is not late.
    """

    floors: tuple[Floor, ...]
    watch_years: int
    normal: str = "正常"


def grade(rule: GradeRule, days_past_due: int, restructured_on: date | None, on: date) -> str:
    """The mildest grade that the rule allows on that day.

    A loan restructured less than `watch_years` ago is not normal yet, however punctual. A loan
    that was charged off is a loss; ask `worst`.
    """
    reached = [floor.grade for floor in rule.floors if days_past_due > floor.above_days]
    if reached:
        return reached[-1]
    watched = restructured_on is not None and on < months_after(
        restructured_on, 12 * rule.watch_years
    )
    return rule.floors[0].grade if watched and rule.floors else rule.normal


def worst(rule: GradeRule) -> str:
    """The last grade: loss."""
    return rule.floors[-1].grade if rule.floors else rule.normal


def grade_rule(floors: Sequence[tuple[int, str]], watch_years: int) -> GradeRule:
    """The rule from its numbers, in any order."""
    return GradeRule(tuple(Floor(days, name) for days, name in sorted(floors)), watch_years)
