"""Strategies are checked with file and line, and drawn for a manager."""

import json
import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from commands.strategy_drawing import BOX, INSET, drawing, wrapped
from commands.strategy_lanes import STAGES
from domain.steps import Ladder
from domain.strategy import Stage
from policies.agency_files import FOLDER as AGENCIES
from policies.strategy_files import FOLDER, load_strategies
from tests.strategies import standard

SVG = "{http://www.w3.org/2000/svg}"
STRATEGIES = {strategy.name: strategy for strategy in load_strategies().values()}


def words(picture: str) -> list[str]:
    return [text.text or "" for text in ElementTree.fromstring(picture).iter(f"{SVG}text")]


def titles(picture: str) -> list[str]:
    return [title.text or "" for title in ElementTree.fromstring(picture).iter(f"{SVG}title")]


def renamed(text: str) -> str:
    """A shipped strategy as the text of the file mine.yaml."""
    return re.sub("^name: .*", "name: mine", text, count=1, flags=re.MULTILINE)


def test_everything_that_is_shipped_is_well(run):
    result = run("strategy", "check")
    assert result.exit_code == 0
    assert "6 strategies, all well." in result.stdout


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("remedies: [payment_order,", "remedies: [pay_order,", "no law has a remedy 'pay_order'"),
        ("remedies: [payment_order,", "remedies: [suit, payment_order,", "is closed once 'suit'"),
        ("template: education,", "template: educate,", "there is no 'educate'"),
        ("template: education, message_class: service", "template: education", "is service, not"),
        ("channel: sms, at", "channel: letter, at", "gentle/letter.txt is not there in en, zh_CN"),
        ("max_rolled: 2", "max_roled: 2", "unknown name; is it misspelt?"),
        ("gap_days: 7", "gap_days: -7", "greater than or equal to 0"),
        (
            "name: mine",
            "name: yillion",
            "it is named 'yillion' as another strategy is, and its file",
        ),
        (
            "name: mine",
            "name: other",
            "it is named 'other', and its file 'mine'; call both the same.",
        ),
        ("remedies: [payment_order,", "remedies: [payment_order, payment_order,", "is there twice"),
    ],
)
def test_a_wrong_file_is_named_with_the_line(run, tmp_path, old, new, said):
    text = renamed((FOLDER / "yillion.yaml").read_text("utf-8"))
    line = text[: text.index(old)].count("\n") + 1
    file = tmp_path / "mine.yaml"
    file.write_text(text.replace(old, new, 1), "utf-8")
    result = run("strategy", "check", file, "--json")
    problems = json.loads(result.stdout)["problems"]
    assert result.exit_code == 1
    assert any(said in problem and f"mine.yaml:{line}:" in problem for problem in problems), (
        problems
    )


def test_all_problems_of_a_file_come_at_once(run, tmp_path):
    text = (FOLDER / "yillion.yaml").read_text("utf-8")
    file = tmp_path / "mine.yaml"
    file.write_text(text.replace("template: education", "template: a").replace(": call}", ": b}"))
    result = run("strategy", "check", file)
    assert result.exit_code == 1
    assert "there is no 'a'" in result.stderr
    assert result.stderr.count("there is no 'b'") == 3


def faults(run, tmp_path, shipped: str, *changes: tuple[str, str]) -> list[str]:
    """What is said of a copy of a shipped strategy with those changes."""
    text = (FOLDER / f"{shipped}.yaml").read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    file = tmp_path / "mine.yaml"
    file.write_text(renamed(text), "utf-8")
    said: list[str] = json.loads(run("strategy", "check", file, "--json").stdout)["problems"]
    return said


def line_of(tmp_path, words: str) -> int:
    text: str = (tmp_path / "mine.yaml").read_text("utf-8")
    return text[: text.index(words)].count("\n") + 1


def test_words_to_choose_from_are_listed_as_they_are_written(run, tmp_path):
    (problem,) = faults(run, tmp_path, "webank", ("plan:\n", "plan:\n  default_to: court\n"))
    said = "plan.default_to: Input should be 'remind', 'negotiate' or 'legal', not 'court'."
    assert problem == f"mine.yaml:{line_of(tmp_path, 'default_to')}: {said}"


LAYERS = (
    ("template: visit}", "template: visitt}"),
    ("remedies: [lawyers_letter,", "remedies: [lawyer_letter,"),
    ("placement:", "bureau: {notice: bureau_notic, notice_days: 15, approval_days: 9}\nplacement:"),
)


@pytest.mark.parametrize("shape", [(), (("max_broken: 2", "max_brokn: 2"),)])
def test_no_layer_hides_another(run, tmp_path, shape):
    said = faults(run, tmp_path, "webank", *LAYERS, *shape)
    wanted = [
        ("visitt", "negotiate.steps.2.template: there is no 'visitt'."),
        ("remedies: [", "legal.remedies.0: no law has a remedy 'lawyer_letter'; there are: "),
        ("bureau:", "bureau.notice: must be a statutory step of the legal ladder."),
    ]
    kept = [problem for problem in said if "promise" not in problem]
    assert len(said) == 3 + 2 * len(shape)
    assert len(kept) == 3
    for problem, (words_there, message) in zip(kept, wanted, strict=True):
        assert problem.startswith(f"mine.yaml:{line_of(tmp_path, words_there)}: {message}")


@pytest.mark.parametrize(
    ("order", "wrong"),
    [
        ("enforcement, mediation", [0]),
        ("lawyers_letter, enforcement, mediation", [1]),
        ("enforcement", [0]),
        ("mediation, enforcement", []),
    ],
)
def test_what_needs_a_title_comes_after_what_can_win_one(run, tmp_path, order, wrong):
    change = ("[lawyers_letter, mediation, enforcement]", f"[{order}]")
    said = faults(run, tmp_path, "webank", change)
    line = line_of(tmp_path, "remedies: [")
    assert said == [
        f"mine.yaml:{line}: legal.remedies.{number}: 'enforcement' needs a title, and no remedy "
        "before it can win one."
        for number in wrong
    ]


@pytest.mark.parametrize(
    ("at", "lawful"), [("07:59", False), ("08:00", True), ("21:59", True), ("22:00", False)]
)
def test_a_time_that_is_lawful_nowhere_is_a_problem(run, tmp_path, at, lawful):
    change = ('channel: visit, at: "15:00"', f'channel: visit, at: "{at}"')
    said = faults(run, tmp_path, "webank", change)
    line = line_of(tmp_path, "channel: visit")
    problem = (
        f"mine.yaml:{line}: negotiate.steps.2.at: {at} is lawful nowhere; the widest hours are "
        "08:00-22:00."
    )
    assert said == ([] if lawful else [problem])


def test_a_letter_has_no_hour(run, tmp_path):
    change = (
        'channel: email\n      otherwise: [letter]\n      at: "10:00"',
        'channel: letter\n      at: "23:00"',
    )
    assert faults(run, tmp_path, "webank", change) == []


def test_an_agency_is_on_the_panel_where_there_is_one(run, tmp_path, monkeypatch):
    change = ("agencies: [north, south]", "agencies: [north, nobody]")
    assert faults(run, tmp_path, "yillion", change) == []
    monkeypatch.setenv("FORBEAR_AGENCY_PANEL", str(AGENCIES))
    line = line_of(tmp_path, "agencies: [")
    assert faults(run, tmp_path, "yillion", change) == [
        f"mine.yaml:{line}: placement.agencies.1: 'nobody' is not on the panel; there are: "
        "north, south."
    ]


def test_a_drawing_is_named_once_and_counts_days_as_people_do():
    terms = replace(STRATEGIES["webank"].promise, before_days=1)
    strategy = replace(STRATEGIES["webank"], promise=terms)
    picture = drawing(strategy)
    assert words(picture)[0] == strategy.id
    assert "1 day before 提前1天" in picture
    assert "1 days" not in picture


def test_what_is_no_file_is_said(run, tmp_path):
    assert run("strategy", "check", tmp_path / "none.yaml").exit_code == 2


@pytest.mark.parametrize("name", sorted(STRATEGIES))
def test_a_drawing_shows_every_contact_and_every_stage_it_has(name):
    strategy = STRATEGIES[name]
    picture = drawing(strategy)
    shown, told = words(picture), "\n".join(titles(picture))
    ladders = (strategy.remind, strategy.negotiate, strategy.legal.ladder)
    for step in (step for ladder in ladders for step in ladder.steps):
        assert f"day {step.day} 第{step.day}天" in told
        assert f"· {step.name} ·" in told
    assert (STAGES[Stage.TRACE] in shown) is (strategy.lost_contact is not None)
    assert (STAGES[Stage.COURT] in shown) is bool(strategy.legal.remedies)
    assert (STAGES[Stage.PLACED] in shown) is bool(strategy.placement.agencies)
    assert ("bureau report" in told) is (strategy.bureau is not None)
    assert drawing(strategy) == picture


def test_a_campaign_is_drawn_in_each_stage_that_it_adds_to():
    told = titles(drawing(STRATEGIES["pingan"]))
    said = "11/15–12/31 from day 7 第7天起 · year_end · year_end_options · e-mail 邮件, SMS 短信"
    assert told.count(f"{said} · dunning 催收") == 2
    assert sum("year_end_call" in title for title in told) == 2


def test_every_arrow_has_its_line_in_the_legend():
    picture = drawing(STRATEGIES["aibank"])
    arrows = [
        path
        for path in ElementTree.fromstring(picture).iter(f"{SVG}path")
        if "marker-end" in path.attrib
    ]
    legend = [text for text in words(picture) if " → " in text]
    assert len(arrows) == len(legend) == 10
    assert any("4 contacts reached nobody" in text for text in legend)


def test_what_a_file_says_cannot_break_the_drawing():
    step = replace(standard().remind.steps[0], name="<b>&\"'" * 9)
    strategy = replace(standard(), name="</svg>", remind=Ladder((step,)))
    shown = words(drawing(strategy))
    assert any(text.startswith("</svg>") for text in shown)
    assert "".join(shown).count("<b>&\"'") == 9


def boxes(picture: str) -> list[tuple[float, float, list[str], str]]:
    """The bottom of each box, where its last line stands, its lines, and all that it has to say."""
    found = []
    for group in ElementTree.fromstring(picture).iter(f"{SVG}g"):
        frame, title = group.find(f"{SVG}rect"), group.find(f"{SVG}title")
        lines = group.findall(f"{SVG}text")
        assert frame is not None
        assert title is not None
        bottom = float(frame.attrib["y"]) + float(frame.attrib["height"])
        last = float(lines[-1].attrib["y"])
        found.append((bottom, last, [line.text or "" for line in lines], title.text or ""))
    return found


@pytest.mark.parametrize("name", sorted(STRATEGIES))
def test_every_text_of_a_box_is_shown_whole_and_within_it(name):
    picture = drawing(STRATEGIES[name])
    assert "…" not in picture
    for bottom, last, lines, said in boxes(picture):
        assert packed("".join(lines)) == packed(said.replace(" · ", ""))
        assert last < bottom
        assert all(wrapped(line, BOX - 2 * INSET, bold=False) == [line] for line in lines)


def test_a_long_text_is_wrapped_at_spaces_and_joints_and_none_of_it_is_lost():
    said = "year_end_options_of_the_bank first 承诺还款达成分期或暂停联系任何阶段都可 x"
    lines = wrapped(said, 140)
    assert lines[0] == "year_end_options_of_"
    assert packed("".join(lines)) == packed(said)
    assert wrapped("", 140) == []


def test_the_days_of_grace_of_promises_and_plans_are_drawn_where_there_are_any():
    strategy = STRATEGIES["pingan"]
    told = titles(drawing(strategy))
    assert "2 days of grace 宽限2天 · grace 宽限期 · then judged at 10:00" in "\n".join(told)
    assert sum("3 days of grace" in title for title in told) == 1
    without = replace(
        strategy,
        promise=replace(strategy.promise, grace_days=0),
        plan=replace(strategy.plan, grace_days=1),
    )
    told = titles(drawing(without))
    assert [title for title in told if "grace" in title] == [
        "1 day of grace 宽限1天 · grace 宽限期 · then judged at 10:00 期满次日10:00判定 · "
        "what is paid then still counts 期内还款仍计入"
    ]


def packed(text: str) -> str:
    return "".join(text.replace("·", "").split())


def test_a_drawing_is_written_to_a_file_and_its_name_is_said(run, tmp_path):
    file = tmp_path / "pingan.svg"
    result = run("strategy", "draw", "pingan", "--to", file, "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["strategy"] == STRATEGIES["pingan"].id
    assert "final_demand" in file.read_text("utf-8")
    assert run("strategy", "draw", "nobody", "--to", file).exit_code != 0
    assert run("strategy", "draw", "pingan", "--to", tmp_path / "no" / "way.svg").exit_code == 2
