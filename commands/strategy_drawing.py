"""A strategy as a picture: stages as lanes, contacts as boxes, and what leads where as arrows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from domain.campaigns import Campaign
from domain.steps import MessageClass, Step
from domain.strategy import Stage, Strategy

STAGES = {
    Stage.WATCH_DUE: "Due date 到期前提醒",
    Stage.REMIND: "Remind 提醒",
    Stage.NEGOTIATE: "Negotiate 协商",
    Stage.TRACE: "Trace 失联查找",
    Stage.WATCH_PROMISE: "Promise 承诺还款",
    Stage.WATCH_PLAN: "Plan 分期计划",
    Stage.LEGAL: "Legal 法律程序",
    Stage.COURT: "Court 法院",
    Stage.PLACED: "Agency 委外",
}
CHANNELS = {
    "email": "e-mail 邮件",
    "sms": "SMS 短信",
    "push": "app push 推送",
    "letter": "letter 信函",
    "call": "call 电话",
    "ai_call": "AI call 智能外呼",
    "visit": "visit 上门",
    "social": "social app 社交软件",
}
CLASSES = {
    MessageClass.DUNNING: ("dunning 催收", "#fde9c8"),
    MessageClass.LOCATE: ("locate 查找", "#d9e6f7"),
    MessageClass.STATUTORY: ("statutory 法定通知", "#f6d3d0"),
    MessageClass.RECEIPT: ("receipt 回执", "#dcefd8"),
    MessageClass.SERVICE: ("service 服务", "#dcefd8"),
}

ANYWHERE = (
    "In any stage a promise or a plan may be agreed, and a hold gives peace. "
    "任何阶段都可承诺还款、达成分期或暂停联系。",
    "Whoever pays everything that is late is cured, from any stage. 任何阶段还清逾期即结案。",
)
"""What holds in every stage."""

LABEL, BOX, GAP, LANE, TRACK, LINE = 170, 176, 12, 118, 26, 20
"""Widths of the lanes' labels, of a box and between boxes; heights of a lane, and so on: pixels."""

TOP = 56
SIGNS = 26
"""Signs that fit into a box; the whole text is its tooltip."""


@dataclass(frozen=True, slots=True)
class Box:
    """One box of a lane: when, what, how, its colour, and all of it as a tooltip."""

    when: str
    what: str
    how: str
    colour: str
    kind: str


@dataclass(frozen=True, slots=True)
class Arrow:
    """What leads from one stage to another, in Chinese and English."""

    start: Stage
    end: Stage
    why: str


def drawing(strategy: Strategy) -> str:
    """The picture as an SVG document; the same strategy gives the same text."""
    lanes = _lanes(strategy)
    arrows = [arrow for arrow in _arrows(strategy) if {arrow.start, arrow.end} <= lanes.keys()]
    most = max(len(boxes) for boxes in lanes.values())
    right = LABEL + most * (BOX + GAP) + GAP
    width = max(right + TRACK * (len(arrows) + 1), LABEL + 640)
    bottom = TOP + LANE * len(lanes)
    height = bottom + LINE * (len(arrows) + 1 + len(ANYWHERE))
    rows = {stage: TOP + LANE * row for row, stage in enumerate(lanes)}
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
            '<defs><marker id="tip" markerWidth="8" markerHeight="8" refX="7" refY="4" '
            'orient="auto"><path d="M0,0 L8,4 L0,8 z"/></marker></defs>',
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
            _text(GAP, 32, strategy.id, "font-size='18' font-weight='bold'"),
            *(line for stage, boxes in lanes.items() for line in _lane(stage, boxes, rows, right)),
            *(
                line
                for number, arrow in enumerate(arrows, start=1)
                for line in _arrow(number, arrow, rows, right)
            ),
            *_legend(arrows, bottom),
            "</svg>\n",
        ]
    )


def _lanes(strategy: Strategy) -> dict[Stage, list[Box]]:
    """The boxes of each stage that the strategy has, from first to last."""
    lost, promise, plan = strategy.lost_contact, strategy.promise, strategy.plan
    early = strategy.early.ladder.steps if strategy.early else ()
    lanes = {Stage.WATCH_DUE: [_ahead(step) for step in early]} if early else {}
    lanes |= {
        Stage.REMIND: [_step(step) for step in strategy.remind.steps],
        Stage.NEGOTIATE: [_step(step) for step in strategy.negotiate.steps],
    }
    if lost is not None:
        lanes[Stage.TRACE] = [
            _search(number, step) for number, step in enumerate(lost.ladder.steps)
        ]
    lanes[Stage.WATCH_PROMISE] = [
        *_event(promise.before, _before(promise.before_days)),
        *_event(promise.broken, "broken 未兑现"),
        *_event(strategy.thanks.kept, "kept 已兑现"),
    ]
    lanes[Stage.WATCH_PLAN] = [
        *_event(plan.before, _before(plan.before_days)),
        *_event(plan.missed, "missed 未还"),
        *_check_back(plan.check_back_days),
    ]
    for campaign in strategy.campaigns:
        for stage in campaign.stages:
            lanes[Stage(stage)] += [_in_campaign(campaign, step) for step in campaign.steps]
    lanes[Stage.LEGAL] = [_step(step) for step in strategy.legal.ladder.steps]
    if bureau := strategy.bureau:
        when = f"{_days(bureau.notice_days)} later 满{bureau.notice_days}天"
        lanes[Stage.LEGAL].append(_person(when, "bureau report 征信报送"))
    if remedies := strategy.legal.remedies:
        lanes[Stage.COURT] = [_person(f"{n}.", name) for n, name in enumerate(remedies, start=1)]
    if strategy.placement.agencies:
        when = f"for {_days(strategy.placement.term_days)} 为期{strategy.placement.term_days}天"
        lanes[Stage.PLACED] = [_person(when, name) for name in strategy.placement.agencies]
    return lanes


def _arrows(strategy: Strategy) -> Iterator[Arrow]:
    """What leads from stage to stage; some lead to stages that the strategy does not have."""
    remind, negotiate, legal = Stage.REMIND, Stage.NEGOTIATE, Stage.LEGAL
    yield Arrow(Stage.WATCH_DUE, remind, "not paid by the due date 到期未还")
    yield Arrow(remind, negotiate, "no answer 无回应")
    yield Arrow(negotiate, Stage.WATCH_PROMISE, "a promise 承诺还款")
    yield Arrow(Stage.WATCH_PROMISE, negotiate, "broken 承诺未兑现")
    yield Arrow(negotiate, Stage.WATCH_PLAN, "a plan 达成分期")
    yield Arrow(Stage.WATCH_PLAN, strategy.plan.default_to, "plan defaulted 分期违约")
    if lost := strategy.lost_contact:
        failed = _count(lost.after_failed, "contact")
        why = f"{failed} reached nobody 连续{lost.after_failed}次联系未果"
        yield Arrow(remind, Stage.TRACE, why)
        yield Arrow(Stage.TRACE, negotiate, "found 恢复联系")
        yield Arrow(
            Stage.TRACE,
            legal,
            f"not found in {_days(lost.repair_days)} {lost.repair_days}天内未找到",
        )
    yield Arrow(negotiate, legal, "nothing agreed 未达成协议")
    days = (
        f"{_days(strategy.legal.notice_days)} after the demand 通知满{strategy.legal.notice_days}天"
    )
    yield Arrow(legal, Stage.COURT, f"{days}, approved one by one 逐项审批")
    if strategy.legal.remedies:
        why = "no remedy left, approved 司法手段用尽，经审批"
        yield Arrow(Stage.COURT, Stage.PLACED, why)
        yield Arrow(Stage.PLACED, Stage.COURT, "a court takes one up again 法院重新受理")
    else:
        yield Arrow(legal, Stage.PLACED, f"{days}, approved 经审批")


def _step(step: Step) -> Box:
    return _box(f"day {step.day} 第{step.day}天  {step.at:%H:%M}", step)


def _in_campaign(campaign: Campaign, step: Step) -> Box:
    (month, day), (last_month, last_day) = campaign.first, campaign.last
    season = f"{month}/{day}–{last_month}/{last_day}"
    return _box(f"{season} from day {step.day} 第{step.day}天起 · {campaign.name}", step)


def _ahead(step: Step) -> Box:
    return _box(f"{_before(-step.day)}  {step.at:%H:%M}", step)


def _search(number: int, step: Step) -> Box:
    return _box(f"{number + 1}.  {step.at:%H:%M}", step)


def _event(step: Step | None, when: str) -> Iterator[Box]:
    if step is not None:
        yield _box(when, step)


def _before(days: int) -> str:
    return f"{_days(days)} before 提前{days}天"


def _days(number: int) -> str:
    return _count(number, "day")


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _check_back(days: int | None) -> Iterator[Box]:
    if days is not None:
        yield _person(f"every {_days(days)} 每{days}天", "check-back 回访")


def _box(when: str, step: Step) -> Box:
    kind, colour = CLASSES[step.message_class]
    how = ", ".join(CHANNELS[channel] for channel in (step.channel, *step.otherwise))
    return Box(when, step.name, how, colour, kind)


def _person(when: str, what: str) -> Box:
    return Box(when, what, "a person decides 人工决定", "#e8e8e8", "")


def _lane(stage: Stage, boxes: Sequence[Box], rows: dict[Stage, int], right: int) -> Iterator[str]:
    y = rows[stage]
    yield f'<rect x="0" y="{y}" width="{right}" height="{LANE - 6}" fill="#f7f7f7"/>'
    yield _text(GAP, y + LANE // 2, STAGES[stage], "font-weight='bold' font-size='14'")
    for number, box in enumerate(boxes):
        x = LABEL + number * (BOX + GAP)
        said = (box.when, box.what, box.how, box.kind)
        yield f"<g><title>{escape(' · '.join(filter(None, said)))}</title>"
        yield (
            f'<rect x="{x}" y="{y + 8}" width="{BOX}" height="{LANE - 22}" rx="6" '
            f'fill="{box.colour}" stroke="#888888"/>'
        )
        for line, words in enumerate(said):
            bold = "font-weight='bold'" if line == 1 else ""
            yield _text(x + 8, y + 28 + line * LINE, _short(words), bold)
        yield "</g>"


def _arrow(number: int, arrow: Arrow, rows: dict[Stage, int], right: int) -> Iterator[str]:
    """An arrow on a track of its own, right of the lanes; its number is told in the legend."""
    x = right + TRACK * number - TRACK // 2
    start, end = rows[arrow.start] + LANE // 3, rows[arrow.end] + LANE * 2 // 3
    yield (
        f'<path d="M{right},{start} H{x} V{end} H{right + 2}" fill="none" stroke="#444444" '
        'marker-end="url(#tip)"/>'
    )
    middle = (start + end) // 2
    yield f'<circle cx="{x}" cy="{middle}" r="10" fill="#ffffff" stroke="#444444"/>'
    yield _text(x, middle + 4, str(number), "text-anchor='middle' font-size='11'")


def _legend(arrows: Sequence[Arrow], bottom: int) -> Iterator[str]:
    for number, arrow in enumerate(arrows, start=1):
        said = f"{number}  {STAGES[arrow.start]} → {STAGES[arrow.end]}: {arrow.why}"
        yield _text(GAP, bottom + LINE * number, said)
    for number, said in enumerate(ANYWHERE, start=len(arrows) + 1):
        yield _text(GAP, bottom + LINE * number, said)


def _short(words: str) -> str:
    """The words as far as a box holds them; a Chinese character is as wide as two signs."""
    room = SIGNS
    for place, sign in enumerate(words):
        room -= 1 if sign.isascii() else 2
        if room < 0:
            return f"{words[:place]}…"
    return words


def _text(x: int, y: int, words: str, style: str = "") -> str:
    return f'<text x="{x}" y="{y}" {style}>{escape(words)}</text>'
