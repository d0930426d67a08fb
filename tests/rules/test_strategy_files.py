"""Strategy files: every problem at once, each with file and line."""

import json
from datetime import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.strategy_problems import problems
from policies.files import PolicyError
from policies.strategy_files import FOLDER, json_schema, load_strategies, load_strategy
from tests.strategies import STANDARD, standard

TEXT = STANDARD.read_text(encoding="utf-8")
LINES = TEXT.splitlines()


def found(*changes: tuple[str, str], text: str = TEXT) -> list[str]:
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
        text = text.replace(old, new)
    with pytest.raises(PolicyError) as error:
        load_strategy(Path("mine.yaml"), text)
    return error.value.problems


def line_of(words: str) -> int:
    return next(n for n, line in enumerate(LINES, start=1) if words in line)


def test_every_strategy_of_the_project_is_sound():
    assert all(problems(strategy) == [] for strategy in load_strategies().values())
    assert standard().id in load_strategies()


def test_five_mistakes_of_five_kinds_are_told_at_once_each_with_its_line():
    told = found(
        ("{name: gentle, day: 3", "{name: gentle, day: -3"),
        ("tolerance_percent: 100", "tolerance_percent: 120"),
        ("  first_within_days: 45\n", "  first_within_day: 45\n"),
        ("{name: second_call, day: 45", "{name: call, day: 45"),
        ("approval_days: 30", "approval_days: soon"),
    )
    assert [problem.split(" ")[0] for problem in sorted(told)] == sorted(
        [
            f"mine.yaml:{line_of('gentle, day')}:",
            f"mine.yaml:{line_of('tolerance_percent')}:",
            f"mine.yaml:{line_of('plan:')}:",
            f"mine.yaml:{line_of('first_within_days')}:",
            f"mine.yaml:{line_of('approval_days')}:",
            f"mine.yaml:{line_of('second_call')}:",
        ]
    )
    told_of = "\n".join(told)
    for place in ("remind.steps.0.day", "promise.tolerance_percent", "plan.first_within_day:",
                  "plan.first_within_days: is missing", "negotiate.steps.2.name",
                  "legal.approval_days"):  # fmt: skip
        assert place in told_of


def test_a_lone_mistake_is_a_lone_problem():
    assert found(("max_broken: 2", "max_broken: -2")) == [
        f"mine.yaml:{line_of('max_broken')}: promise.max_broken: "
        "Input should be greater than or equal to 0, not -2."
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("name: standard", "name: Standard!", "name: String should match"),
        ("term_days: 60", "term_days: 0", "placement.term_days: Input should be greater"),
        ("term_days: 60", "term_days: '60'", "placement.term_days: Input should be a valid int"),
        ("term_days: 60", "term_days: true", "placement.term_days: Input should be a valid int"),
        ("term_days: 60", "term_dys: 60", "placement.term_dys: unknown name"),
        ("agencies: [north]", "agencies: north", "placement.agencies: Input should be a valid li"),
        ("materiality_percent: 0", "materiality_percent: -1", "greater than or equal to 0"),
        ("materiality_percent: 0", "materiality_percent: 100", "less than 100"),
        ("materiality_percent: 0", "materiality_percent: .nan", "finite number"),
        ("paused_days_count: false", "paused_days_count: perhaps", "valid boolean"),
        ("{M0: 0,", "{M0: 1,", "delinquency.buckets: buckets must start at day 0 and rise"),
        ("M2: 31", "M2: 61", "delinquency.buckets: buckets must start at day 0 and rise"),
        ("name: reminder, day: 10", "name: reminder, day: 2", "steps.1.day: day 2 comes before"),
        ("name: reminder,", "name: gentle,", "remind.steps.1.name: 'gentle' is already used"),
        ("name: options,", "name: gentle,", "negotiate.steps.1.name: 'gentle' is already used"),
        ("{name: instalment_missed,", "{name: promise_broken,", "plan.missed.name: 'promise_brok"),
        ("on_late: send", "on_late: skip", "legal.steps.0.on_late: a statutory notice must be"),
        ('judge_at: "10:00"\n  broken', 'judge_at: "25:00"\n  broken', "promise.judge_at: Input"),
        ('judge_at: "10:00"\n  broken', "judge_at: 1000\n  broken", "in quotes"),
        ('judge_at: "10:00"\n  broken', 'judge_at: "10:00Z"\n  broken', "without a zone"),
        ("name: options, day: 37, gap_days: 3, channel: email",
         "name: options, day: 37, gap_days: 3, channel: pigeon", "negotiate.steps.1.channel"),
        ("name: options, day: 37, gap_days: 3", "name: options, day: 37, gap_days: -3",
         "negotiate.steps.1.gap_days: Input should be greater"),
        ("quiet_days_after_payment: 3", "quiet_days_after_payment: -1",
         "delinquency.quiet_days_after_payment: Input should be greater"),
        ("remind:\n", "remind: 5\nother:\n", "other: unknown name"),
    ],
)  # fmt: skip
def test_each_mistake_is_told_with_its_place(old, new, told):
    assert any(told in problem for problem in found((old, new)))


def test_a_time_without_quotes_is_the_same_time_and_never_a_number():
    unquoted = TEXT.replace('"10:00"', "10:00")
    assert load_strategy(STANDARD, unquoted).promise.judge_at == time(10)
    old_yaml = found(text="%YAML 1.1\n---\n" + unquoted)
    assert all("in quotes" in problem for problem in old_yaml)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "mine.yaml:1: the file must be a map"),
        ("- a\n", "mine.yaml:1: the file must be a map"),
        ("a: 1\na: 2\n", "mine.yaml:2: found duplicate key"),
        ("a: [1\n", "mine.yaml:2: "),
        ("a: \x07\n", "mine.yaml:1: unacceptable character"),
        ("name: x\n", "mine.yaml:1: delinquency: is missing."),
        ("remind: {steps: [5, null]}\n", "mine.yaml:1: remind.steps.0"),
    ],
)
def test_what_is_no_strategy_at_all_is_told(text, told):
    assert any(problem.startswith(told) for problem in found(text=text))


def test_a_file_that_is_not_utf8_is_told(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_bytes(b"name: \xff\n")
    with pytest.raises(PolicyError, match=r"mine.yaml:1: byte 6 is not UTF-8"):
        load_strategy(path)


def test_a_folder_tells_the_problems_of_all_its_files(tmp_path):
    for name in ("one", "two"):
        text = TEXT.replace("term_days: 60", f"term_days: {name}")
        (tmp_path / f"{name}.yaml").write_text(text)
    (tmp_path / "good.yaml").write_text(TEXT)
    with pytest.raises(PolicyError) as error:
        load_strategies(tmp_path)
    assert [problem.partition(":")[0] for problem in error.value.problems] == [
        "one.yaml",
        "two.yaml",
    ]


def test_a_changed_text_is_another_strategy():
    changed = load_strategy(STANDARD, TEXT + "# the same words\n")
    assert changed.name == standard().name
    assert changed.id != standard().id
    assert load_strategy(STANDARD, TEXT).id == standard().id


def test_notices_of_events_may_be_left_out():
    text = "\n".join(line for line in LINES if "broken: {" not in line and "missed: {" not in line)
    strategy = load_strategy(STANDARD, text)
    assert (strategy.promise.broken, strategy.plan.missed) == (None, None)
    assert len(strategy.steps()) == len(standard().steps()) - 2


def test_the_quiet_days_after_a_payment_may_be_left_out():
    text = "\n".join(line for line in LINES if "quiet_days_after_payment" not in line)
    assert standard().quiet_days_after_payment == 3
    assert load_strategy(STANDARD, text).quiet_days_after_payment == 0


def test_the_json_schema_is_committed():
    committed = (FOLDER / "strategy.schema.json").read_text(encoding="utf-8")
    assert committed == json_schema()
    assert json.loads(committed)["additionalProperties"] is False


EARLY = """
early:
  late_before: 2
  within_days: 365
  earlier_days: 3
  steps:
    - {name: due_soon, day: -5, channel: sms, at: "10:00", template: due_soon}
    - {name: due_tomorrow, day: -1, channel: email, at: "10:00", template: due_soon}
"""


def test_what_is_said_before_the_due_date_may_be_left_out():
    assert standard().early is None
    early = load_strategy(STANDARD, TEXT + EARLY).early
    assert early is not None
    assert [step.day for step in early.ladder.steps] == [-5, -1]
    assert {step.message_class for step in early.ladder.steps} == {"service"}
    assert early.days_ahead == 8


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("day: -5", "day: 0", "early.steps.0.day: Input should be less than 0, not 0"),
        ("day: -5", "day: 5", "early.steps.0.day: Input should be less than 0, not 5"),
        ("day: -1", "day: -6", "early.steps.1.day: day -6 comes before day -5 of a step above"),
        ("due_tomorrow", "due_soon", "early.steps.1.name: 'due_soon' is already used"),
        ("due_tomorrow", "gentle", "'gentle' is already used at early.steps.1"),
        ("channel: sms, at", "message_class: dunning, channel: sms, at", "message_class: Input"),
        ("channel: sms, at", "merge_days: 3, channel: sms, at", "only dunning letters speak of"),
        ("late_before: 2", "late_before: 0", "early.late_before: Input should be greater"),
        ("  late_before: 2\n", "", "early: late_before, within_days and earlier_days go together"),
        ("  earlier_days: 3\n", "", "early: late_before, within_days and earlier_days go together"),
    ],
)
def test_each_mistake_in_what_is_said_before_the_due_date_is_told(old, new, told):
    assert EARLY.count(old) == 1 or old == "due_tomorrow"
    wrong = found(text=TEXT + EARLY.replace(old, new))
    assert any(told in problem for problem in wrong), wrong


def test_an_early_section_without_a_step_is_told():
    empty = EARLY.partition("  steps:")[0] + "  steps: []\n"
    assert any("early.steps: " in problem for problem in found(text=TEXT + empty))


WORDS = st.sampled_from(["remind", "steps", "legal", "plan", "missed", "name", "delinquency"])
nonsense_ = st.recursive(
    st.none() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)


@given(nonsense_)
def test_no_nonsense_is_worse_than_a_policy_error(nonsense):
    with pytest.raises(PolicyError):
        load_strategy(Path("mine.yaml"), json.dumps(nonsense))
