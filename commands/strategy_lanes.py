"""What a picture of a strategy shows: the boxes of each stage, and what leads where."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time

from domain.campaigns import Campaign
from domain.counting import counted
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

PEACE = "#ffffff"
"""The colour of days in which nothing is done."""

ANYWHERE = (
    "In any stage a promise or a plan may be agreed, and a hold gives peace. "
    "任何阶段都可承诺还款、达成分期或暂停联系。",
    "Whoever pays everything that is late is cured, from any stage. 任何阶段还清逾期即结案。",
)
"""What holds in every stage."""


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
    """What leads from one stage to another, and why."""

    start: Stage
    end: Stage
    why: str


def lanes_of(strategy: Strategy) -> dict[Stage, list[Box]]:
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
        *_grace(promise.grace_days, promise.judge_at),
        *_event(promise.broken, "broken 未兑现"),
        *_event(strategy.thanks.kept, "kept 已兑现"),
    ]
    lanes[Stage.WATCH_PLAN] = [
        *_event(plan.before, _before(plan.before_days)),
        *_grace(plan.grace_days, plan.judge_at),
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


def arrows_of(strategy: Strategy) -> Iterator[Arrow]:
    """What leads from stage to stage; some lead to stages that the strategy does not have."""
    remind, negotiate, legal = Stage.REMIND, Stage.NEGOTIATE, Stage.LEGAL
    yield Arrow(Stage.WATCH_DUE, remind, "not paid by the due date 到期未还")
    yield Arrow(remind, negotiate, "no answer 无回应")
    yield Arrow(negotiate, Stage.WATCH_PROMISE, "a promise 承诺还款")
    yield Arrow(Stage.WATCH_PROMISE, negotiate, "broken 承诺未兑现")
    yield Arrow(negotiate, Stage.WATCH_PLAN, "a plan 达成分期")
    yield Arrow(Stage.WATCH_PLAN, strategy.plan.default_to, "plan defaulted 分期违约")
    if lost := strategy.lost_contact:
        failed = counted(lost.after_failed, "contact")
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
    return counted(number, "day")


def _grace(days: int, judge_at: time) -> Iterator[Box]:
    """The days that pass in peace before it is judged; no box where there are none."""
    if days:
        when = f"{_days(days)} of grace 宽限{days}天"
        how = f"then judged at {judge_at:%H:%M} 期满次日{judge_at:%H:%M}判定"
        yield Box(when, "grace 宽限期", how, PEACE, "what is paid then still counts 期内还款仍计入")


def _check_back(days: int | None) -> Iterator[Box]:
    if days is not None:
        yield _person(f"every {_days(days)} 每{days}天", "check-back 回访")


def _box(when: str, step: Step) -> Box:
    kind, colour = CLASSES[step.message_class]
    how = ", ".join(CHANNELS[channel] for channel in (step.channel, *step.otherwise))
    return Box(when, step.name, how, colour, kind)


def _person(when: str, what: str) -> Box:
    return Box(when, what, "a person decides 人工决定", "#e8e8e8", "")
