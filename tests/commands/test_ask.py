"""Asking the rules: answers line by line, and a clear error for each case that cannot be asked."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.commands.conftest import Run

CASE: dict[str, Any] = {
    "id": "A",
    "currency": "CNY",
    "instalments": [
        {"due": "2026-01-10", "amount_minor": 100_000},
        {"due": "2026-02-10", "amount_minor": 100_000},
    ],
    "payments": [],
    "pauses": [],
    "grace_days": 0,
    "materiality": {"amount_minor": 0, "percent": 0},
    "as_of": "2026-02-20",
    "expected": {"bucket": "is not looked at"},
}


def answered(run: Run, *cases: Any) -> tuple[int, list[dict[str, Any]]]:
    result = run("ask", "days-past-due", "-", stdin=json.dumps(cases))
    return result.exit_code, [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.parametrize(
    ("changes", "arrears", "past_due", "delinquent", "bucket"),
    [
        ({}, 200_000, 41, 41, "M2"),
        ({"as_of": "2026-01-10"}, 0, 0, 0, "M0"),
        ({"as_of": "2026-01-11"}, 100_000, 1, 1, "M1"),
        ({"payments": [{"on": "2026-02-15", "amount_minor": 100_000}]}, 100_000, 10, 10, "M1"),
        (
            {
                "payments": [
                    {"on": "2026-02-15", "amount_minor": 100_000, "reversed_on": "2026-02-18"}
                ]
            },
            200_000,
            41,
            41,
            "M2",
        ),
        ({"payments": [{"on": "2026-02-21", "amount_minor": 100_000}]}, 200_000, 41, 41, "M2"),
        ({"pauses": [{"from": "2026-01-20", "until": "2026-01-30"}]}, 200_000, 41, 31, "M2"),
        ({"pauses": [{"from": "2026-02-01", "until": None}]}, 200_000, 41, 22, "M2"),
        ({"grace_days": 3}, 200_000, 41, 38, "M2"),
        ({"rest_days": ["2026-01-10", "2026-01-11"]}, 200_000, 39, 39, "M2"),
        ({"buckets": {"current": 0, "late": 1, "very late": 41}}, 200_000, 41, 41, "very late"),
        (
            {
                "payments": [{"on": "2026-02-15", "amount_minor": 97_500}],
                "materiality": {"amount_minor": 0, "percent": 2.5},
            },
            102_500,
            10,
            10,
            "M1",
        ),
        (
            {
                "payments": [{"on": "2026-02-15", "amount_minor": 97_499}],
                "materiality": {"amount_minor": 0, "percent": 2.5},
            },
            102_501,
            41,
            41,
            "M2",
        ),
    ],
)
def test_the_rule_answers(run, changes, arrears, past_due, delinquent, bucket):
    code, lines = answered(run, {**CASE, **changes})
    assert code == 0
    assert lines == [
        {
            "id": "A",
            "arrears_minor": arrears,
            "days_past_due": past_due,
            "delinquent_days": delinquent,
            "bucket": bucket,
        }
    ]


INSTALMENT = {"due": "2026-01-10", "amount_minor": 100}
LAST = {"due": "9999-12-31", "amount_minor": 100}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"as_of": "2026-02-30"}, "as_of: "),
        ({"as_of": "20.02.2026"}, "as_of: must be a date such as 2026-01-31"),
        ({"as_of": 20260220}, "as_of: must be a date"),
        ({"as_of": "2026-02-20T00:00:00"}, "as_of: must be a date"),
        ({"as_of": None}, "as_of: must be a date"),
        ({"currency": "RMB"}, "currency: 'RMB' is not an ISO 4217 code"),
        ({"currency": None}, "currency: "),
        ({"instalments": []}, "instalments: "),
        ({"instalments": {}}, "instalments: "),
        ({"instalments": [{**INSTALMENT, "amount_minor": 100.0}]}, "instalments.0.amount_minor: "),
        ({"instalments": [{**INSTALMENT, "amount_minor": "100"}]}, "instalments.0.amount_minor: "),
        ({"instalments": [{**INSTALMENT, "amount_minor": 0}]}, "instalments.0.amount_minor: "),
        ({"instalments": [{**INSTALMENT, "amount_minor": -1}]}, "instalments.0.amount_minor: "),
        ({"instalments": [{**INSTALMENT, "amount_minor": True}]}, "instalments.0.amount_minor: "),
        ({"instalments": [INSTALMENT, {"due": "2026-01-10"}]}, "instalments.1.amount_minor: is mi"),
        ({"payments": [{"on": "2026-01-10", "amount_minor": -5}]}, "payments.0.amount_minor: "),
        (
            {"payments": [{"on": "2026-01-10", "amount_minor": 5, "reversed_on": "2026-01-09"}]},
            "payments.0: reversed_on is before on",
        ),
        ({"pauses": [{"from": "2026-01-10"}]}, "pauses.0.until: is missing"),
        ({"pauses": [{"from": "2026-01-10", "until": "2026-01-09"}]}, "pauses.0: until is before"),
        ({"grace_days": -1}, "grace_days: "),
        ({"grace_days": 1.5}, "grace_days: "),
        ({"materiality": {"amount_minor": 0, "percent": "5"}}, "materiality.percent: must be a nu"),
        ({"materiality": {"amount_minor": 0, "percent": 101}}, "materiality.percent: "),
        ({"materiality": {"amount_minor": -1, "percent": 0}}, "materiality.amount_minor: "),
        ({"buckets": {"late": 1}}, "buckets: must start at day 0"),
        ({"buckets": {"a": 0, "b": 0}}, "buckets: must start at day 0 and rise"),
        ({"rest_days": ["someday"]}, "rest_days.0: must be a date"),
        (
            {"instalments": [{**INSTALMENT, "due": "9999-12-31"}], "rest_days": ["9999-12-31"]},
            "cal",
        ),
    ],
)
def test_a_case_that_cannot_be_answered_says_what_and_where_and_the_rest_go_on(run, changes, said):
    code, lines = answered(run, {**CASE, **changes, "id": "bad"}, CASE)
    assert code == 1
    bad, good = lines
    assert bad.keys() == {"id", "error"}
    assert bad["id"] == "bad"
    assert said in bad["error"]
    assert good["bucket"] == "M2"


@pytest.mark.parametrize("name", [key for key in CASE if key not in ("id", "expected")])
def test_nothing_is_assumed_of_what_is_missing(run, name):
    code, (bad,) = answered(run, {key: value for key, value in CASE.items() if key != name})
    assert code == 1
    assert f"{name}: is missing" in bad["error"]


def test_cases_without_a_name_of_their_own_are_named_by_their_place(run):
    code, lines = answered(run, 7, {**CASE, "id": 3}, CASE, CASE)
    assert code == 1
    assert [line.get("error", "fine").partition(":")[0] for line in lines] == [
        "case 1",
        "case 2",
        "fine",
        "case 4",
    ]
    assert "case 3 has the same id" in lines[3]["error"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is not JSON"),
        ("{}", "must hold a JSON array"),
        ("[" * 100_000, "is not JSON"),
        ('[{"id": NaN}]', "NaN is not a number"),
    ],
)
def test_a_file_that_is_no_array_of_cases_is_refused(run, text, said):
    result = run("ask", "days-past-due", "-", stdin=text)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""


def test_an_unknown_rule_and_a_missing_file_are_named(run):
    unknown = run("ask", "the-weather", "-")
    missing = run("ask", "days-past-due", "nowhere.json")
    assert (unknown.exit_code, missing.exit_code) == (2, 2)
    assert "there are: may-contact, days-past-due" in unknown.stderr
    assert "nowhere.json cannot be read" in missing.stderr


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("may-contact", "contact_vectors.json"),
        ("days-past-due", "days_past_due_cases.json"),
        ("deadline", "deadline_cases.json"),
        ("fee", "fee_cases.json"),
        ("allocate", "allocation_cases.json"),
    ],
)
def test_every_worked_case_of_the_definitions_is_answered_as_expected(run, kind, name):
    folder = os.environ.get("REAL_DATA")
    if not folder:
        pytest.skip("REAL_DATA is not set: the worked cases lie beside that folder, in rules/")
    file = Path(folder).parent / "rules" / name
    result = run("ask", kind, file)
    assert result.exit_code == 0
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    cases = json.loads(file.read_text("utf-8"))
    assert [answer["id"] for answer in answers] == [case["id"] for case in cases]
    for answer, case in zip(answers, cases, strict=True):
        assert answer == _with(answer, case["expected"]), case["id"]


def _with(answer: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    """The answer with everything that is expected of it; more may be answered than is expected."""
    return answer | {
        name: answer[name] | value if isinstance(value, dict) else value
        for name, value in expected.items()
    }
