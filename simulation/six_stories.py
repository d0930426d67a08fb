"""The six stories that the five banks tell of their borrowers, in the words of a case."""

from datetime import date, time, timedelta

from domain.delinquency import Instalment
from domain.facts import (
    BorrowerReached,
    ContactFailed,
    CourtSaid,
    GrievanceDecided,
    PaymentReceived,
)
from domain.gate.words import Channel
from domain.grievances import GrievanceKind, Verdict
from domain.holds import HoldReason
from domain.keys import case_id, grievance_hold_key
from domain.legal.asking import FileEvidence
from domain.requests import AgreePlan, Approve, Assign, LiftHold, Note, PlaceHold, PromiseToPay
from domain.strategy import Outcome
from simulation.driver import Event
from simulation.stories import DUE, OWED, BorrowerStory, Happening, instant

WHO = "ann"
"""Who works the cases."""

BOSS = "chen"
"""The second person."""


def _on(day: int) -> date:
    return DUE + timedelta(days=day)


def _says(day: int, event: Event, at: time = time(15)) -> Happening:
    return Happening(day, at, event)


def _pays(day: int, amount_minor: int) -> Happening:
    return _says(day, PaymentReceived(f"paid-{day}", f"P-{day}", amount_minor, _on(day)), time(20))


def _answers(day: int, channel: Channel) -> Happening:
    return _says(day, BorrowerReached(f"reached-{day}", channel), time(14, 30))


def _silent(day: int, step: str) -> Happening:
    """Nobody answered the call of that step."""
    event = ContactFailed(f"silent-{day}", step, Channel.CALL, "no_answer")
    return _says(day, event, time(17))


def _notes(day: int, what: str) -> Happening:
    return _says(day, Note(f"note-{day}", WHO, what), time(15, 1))


def _plan(day: int, *parts: tuple[int, int]) -> Happening:
    """Agreed that day: amounts in minor units, each with the day it is due."""
    dated = tuple(Instalment(_on(due), amount) for due, amount in parts)
    return _says(day, AgreePlan(f"plan-{day}", WHO, "CNY", dated), time(15, 30))


def _approves(day: int, what: str) -> Happening:
    return _says(day, Approve(f"approved-{day}", BOSS, what), time(16))


def _brings(day: int, item: str) -> Happening:
    return _says(day, FileEvidence(f"evidence-{item}", WHO, item, _on(day), f"file-{item}"))


def _court(day: int, what: str) -> Happening:
    return _says(day, CourtSaid(f"court-{day}", what, _on(day), "2026-1"), time(11))


_COMPLAINT = grievance_hold_key("G-1", case_id("story-tone", DUE))

ILLNESS = BorrowerStory(
    name="illness",
    strategies=("aibank", "pingan"),
    tells={
        "en": "A sudden illness: rest during the hospital stay, then instalments, then repaid.",
        "zh": "突发疾病：住院期间暂停联系，出院后分期，最终还清。",
    },
    happenings=(
        _answers(13, Channel.EMAIL),
        _notes(13, "reason-illness"),
        _says(13, PlaceHold("illness", WHO, HoldReason.HARDSHIP, instant(43)), time(16)),
        _says(40, LiftHold("recovered", WHO, "illness")),
        _plan(40, (50, OWED // 3), (80, OWED // 3), (110, OWED // 3)),
        _pays(49, OWED // 3),
        _pays(79, OWED // 3),
        _pays(108, OWED // 3),
    ),
    outcome=Outcome.CURED,
    turns=(
        "reached: by email",
        "hold: hardship",
        "silence: a hold is in force",
        "plan: plan-40: agreed, 3 instalments",
        "contact: instalment_due-1",
        "plan: plan-40: instalment 1 paid",
        "contact: instalment_due-2",
        "plan: plan-40: instalment 2 paid",
        "plan: plan-40: completed",
        "outcome: cured",
        "contact: thanks_cured",
    ),
    never=("stage: legal", "stage: trace", "contact: instalment_missed"),
)
CASH_FLOW = BorrowerStory(
    name="cash-flow",
    strategies=("webank", "yillion"),
    tells={
        "en": "Cash-flow trouble: a talk, instalments, one of them late, and recovered.",
        "zh": "资金周转困难：沟通后分期，其中一期迟到，最终恢复正常。",
    },
    happenings=(
        _answers(10, Channel.CALL),
        _notes(10, "reason-cash-flow"),
        _plan(10, (24, OWED // 4), (38, OWED // 4), (52, OWED // 4), (66, OWED // 4)),
        _pays(23, OWED // 4),
        _pays(45, OWED // 4),
        _pays(51, OWED // 4),
        _pays(65, OWED // 4),
    ),
    outcome=Outcome.CURED,
    turns=(
        "contact: first_call",
        "reached: by call",
        "note: reason-cash-flow",
        "plan: plan-10: agreed, 4 instalments",
        "plan: plan-10: instalment 1 paid",
        "contact: instalment_missed-1",
        "plan: plan-10: instalment 3 paid",
        "plan: plan-10: completed",
        "outcome: cured",
    ),
    never=("stage: legal",),
)
JOB_LOSS = BorrowerStory(
    name="job-loss",
    strategies=("pingan",),
    tells={
        "en": "Job loss: silent until the bureau was told; then small instalments that grow, paid "
        "on time, and the credit record is put right.",
        "zh": "失业：起初失联，逾期信息经告知后报送；随后弹性分期，按时还清，征信记录更正。",
    },
    happenings=(
        _approves(76, "bureau_report"),
        _answers(80, Channel.SMS),
        _notes(80, "reason-job-loss"),
        _plan(80, (95, 50_000), (125, 50_000), (155, 100_000), (185, 200_000), (215, 200_000)),
        _pays(94, 50_000),
        _pays(124, 50_000),
        _pays(154, 100_000),
        _pays(184, 200_000),
        _pays(214, 200_000),
    ),
    outcome=Outcome.CURED,
    turns=(
        "contact: bureau_notice",
        "contact: final_demand",
        "silence: waits for prior notice of the bureau report",
        "approval: bureau_report: approved",
        "bureau: adverse report ordered",
        "plan: plan-80: agreed, 5 instalments",
        "check-back: plan-80",
        "plan: plan-80: completed",
        "outcome: cured",
        "bureau: correction ordered",
    ),
    never=("contact: instalment_missed", "filed:"),
)
UNREACHABLE = BorrowerStory(
    name="unreachable",
    strategies=("aibank",),
    tells={
        "en": "Long unreachable, with an incomplete file: the readiness gate names what is missing "
        "at once, people bring it, and the payment order goes out in time.",
        "zh": "长期失联且资料不全：提交法院前即指出所缺材料，补齐后及时申请支付令。",
    },
    happenings=(
        _silent(5, "other_numbers"),
        _brings(78, "identity"),
        _brings(80, "court"),
        _brings(84, "address"),
        _approves(86, "file-payment_order"),
        _court(88, "filed"),
        _court(92, "accepted"),
        _court(98, "issued"),
        _court(103, "served"),
        _pays(112, OWED),
    ),
    outcome=Outcome.CURED,
    turns=(
        "lost: 4 contacts in a row reached nobody",
        "stage: trace",
        "lost: nobody was found",
        "contact: final_demand-by-letter",
        "legal: payment_order: taken up",
        "silence: waits for what is missing: identity since 2026-05-20, address since 2026-05-20",
        "evidence: address",
        "filed: payment_order",
        "court: payment_order: served",
        "outcome: cured",
    ),
    never=("legal: payment_order: incomplete", "contact: ask_around", "legal: suit"),
    reachable=frozenset({Channel.CALL, Channel.AI_CALL, Channel.LETTER}),
    lacking=frozenset({"identity", "address", "court"}),
)
TONE = BorrowerStory(
    name="tone",
    strategies=("webank",),
    tells={
        "en": "Too hard a tone: the borrower refuses to talk and complains; contact stops, the "
        "complaint is upheld, somebody else goes on gently, and nobody is sued.",
        "zh": "催收语气过硬：借款人拒绝沟通并投诉；联系暂停，投诉成立，换人缓和沟通，不走诉讼。",
    },
    happenings=(
        _says(2, Assign("assigned-2", BOSS, "bo")),
        _answers(10, Channel.CALL),
        _notes(10, "refuses-to-talk"),
        _says(11, PlaceHold(_COMPLAINT, WHO, HoldReason.COMPLAINT)),
        _says(24, GrievanceDecided("decided", "G-1", GrievanceKind.COMPLAINT, Verdict.UPHELD)),
        _says(24, Assign("assigned-24", BOSS, WHO), time(16)),
        _says(31, PromiseToPay("promised", WHO, OWED // 2, "CNY", _on(38)), time(16)),
        _pays(37, OWED // 2),
        _plan(41, (60, OWED // 4), (90, OWED // 4)),
        _pays(59, OWED // 4),
        _pays(89, OWED // 4),
    ),
    outcome=Outcome.CURED,
    turns=(
        "contact: first_call",
        "note: refuses-to-talk",
        "hold: complaint",
        "standing: right-call",
        "silence: a hold is in force: complaint",
        "grievance: complaint G-1: upheld",
        "assigned: ann",
        "promise: promised: kept",
        "no contact: call by call: suppressed (right-opt-out)",
        "plan: plan-41: completed",
        "outcome: cured",
    ),
    never=("stage: legal", "stage: court", "filed:", "contact: call", "contact: visit"),
    opt_outs={Channel.CALL: 12, Channel.VISIT: 12},
)
REFUSES = BorrowerStory(
    name="refuses-contact",
    strategies=("pingan",),
    tells={
        "en": "Refuses contact: calls and visits stop at once and letters go on; the bureau is "
        "told only after a notice and its days; a lawyer's letter, and paid.",
        "zh": "拒绝联系：立即停止电话和上门，改用书面；事先告知期满后才报送征信；律师函后还清。",
    },
    happenings=(
        _answers(4, Channel.CALL),
        _notes(4, "wants-no-calls"),
        _approves(76, "bureau_report"),
        _approves(80, "file-lawyers_letter"),
        _court(83, "sent"),
        _pays(95, OWED),
    ),
    outcome=Outcome.CURED,
    turns=(
        "contact: first_call",
        "note: wants-no-calls",
        "standing: right-call",
        "contact: reminder by email",
        "no contact: call by call: suppressed (right-opt-out)",
        "no contact: visit by visit: suppressed (right-opt-out)",
        "contact: bureau_notice",
        "contact: final_demand",
        "silence: waits for prior notice of the bureau report",
        "bureau: adverse report ordered",
        "filed: lawyers_letter",
        "court: lawyers_letter: sent",
        "outcome: cured",
        "bureau: correction ordered",
    ),
    never=("contact: call", "contact: visit", "contact: second_call"),
    opt_outs={Channel.CALL: 5, Channel.VISIT: 5},
)

STORIES = {
    story.name: story for story in (ILLNESS, CASH_FLOW, JOB_LOSS, UNREACHABLE, TONE, REFUSES)
}
"""The stories by name."""
