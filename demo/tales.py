"""The tales of the sample book: every stage, every outcome and every turn a case can take.

Days count from the due date of the oldest unpaid instalment. The standard strategy writes on days
3, 10, 20, 37 and 60 and calls on days 30 and 45, or three days after the contact before (seven for
the final demand) and after a payment. Nobody here pays on the eve of a contact: in half a year that
passes in two minutes, an evening is shorter than a letter takes. What the five banks do beyond the
standard is in `demo/bank_tales.py`.
"""

from demo.acts import (
    Act,
    agency_says,
    agrees,
    answered,
    assigned,
    bounces,
    closed,
    comes_back,
    falls_behind,
    falls_due_soon,
    in_peace,
    in_peace_no_more,
    keeps,
    misses,
    noted,
    pays,
    pays_portion,
    promises,
    stays_current,
    writes,
)
from demo.bank_tales import AT_THE_BANKS
from demo.tale import Tale
from domain.holds import HoldReason

TELLING = {
    "watch_due": "is told ahead, and pays in time",
    "remind": "pays after the first reminder",
    "negotiate": "pays after the call",
    "trace": "is lost, and writes to us",
    "watch_promise": "breaks a promise, keeps the next",
    "watch_plan": "pays a plan to its end",
    "legal": "pays on the final demand",
    "court": "pays on the payment order",
    "placed": "pays the agency",
}
"""The tale to look at for each stage."""

REMINDED = (
    Tale("pays after the first reminder", 5, (pays(5),)),
    Tale("pays in two parts", 14, (pays(4, 40), pays(13))),
    Tale("comes to us late, pays after one letter", 26, (pays(25),), opens=17),
    Tale(
        "asks for peace in hardship, then pays",
        47,
        (in_peace(5, HoldReason.HARDSHIP, until=40), pays(46)),
    ),
    Tale(
        "disputes the debt, is wrong, pays",
        34,
        (in_peace(6, HoldReason.DISPUTE), noted(12), in_peace_no_more(26), pays(33)),
    ),
    Tale(
        "disputes the debt, is right",
        25,
        (in_peace(6, HoldReason.DISPUTE), closed(24, "The dispute was found right.")),
    ),
    Tale("has died", 40, (in_peace(14, HoldReason.DEATH), closed(40, "The estate is empty."))),
    Tale("pays, and the bank takes it back", 28, (pays(6), comes_back(14), pays(27))),
    Tale("falls behind twice", 75, (pays(8), misses(2, 6), stays_current(40)), instalments=6),
    Tale("owes two loans and one patience", 14, (pays(13),), loans=2),
    Tale("pays after a text, and is thanked", 4, (pays(4),), strategy="webank"),
    Tale("is lost, and writes to us", 44, (writes(27), pays(44)), strategy="aibank", lost=True),
    Tale("moved away: a letter comes back", 16, (bounces(5, "gentle"), pays(15))),
)

TALKED_TO = (
    Tale("pays after the call", 33, (assigned(28), noted(31), pays(33))),
    Tale("cannot be written to, pays after the call", 33, (pays(33),), dead_address=True),
    Tale("the loan is sold", 41, (assigned(29), closed(41, "The loan was sold."))),
    Tale("keeps a promise for all of it", 17, (promises(12, by=18), keeps(16))),
    Tale("keeps a promise for half", 26, (promises(5, by=15, percent=50), keeps(7), pays(25))),
    Tale("keeps part of a promise", 28, (promises(12, by=17), keeps(15, 30), pays(27))),
    Tale(
        "breaks a promise, keeps the next",
        48,
        (promises(12, by=17), assigned(31), promises(32, by=42), keeps(41)),
    ),
    Tale(
        "thinks again about a promise",
        27,
        (promises(12, by=17), promises(14, by=26), keeps(24)),
    ),
    Tale(
        "is not believed a third time",
        66,
        (
            promises(5, by=8),
            promises(22, by=26),
            promises(32, by=36, refused="promises-broken"),
            noted(34),
            pays(66),
        ),
    ),
    Tale(
        "keeps a promise, and the bank takes it back",
        29,
        (promises(11, by=19, percent=50), keeps(13), comes_back(15), keeps(17), pays(27)),
    ),
)

ON_A_PLAN = (
    Tale(
        "pays a plan to its end",
        95,
        (agrees(24, 3, first=33), *(pays_portion(n) for n in (1, 2, 3))),
    ),
    Tale(
        "ends a plan while new instalments fall due",
        112,
        (agrees(12, 3, first=19), *(pays_portion(n) for n in (1, 2, 3)), pays(111)),
        instalments=4,
    ),
    Tale(
        "misses one portion, catches up",
        100,
        (agrees(24, 3, first=33), pays_portion(1), pays_portion(2, -12), pays_portion(3)),
    ),
    Tale(
        "asks for smaller portions",
        120,
        (
            agrees(24, 2, first=33),
            agrees(28, 4, first=36),
            *(pays_portion(n) for n in (1, 2, 3, 4)),
        ),
    ),
    Tale(
        "gives up on a plan, pays on the final demand",
        116,
        (agrees(24, 4, first=31), pays_portion(1), pays(115)),
    ),
)

PRESSED = (
    Tale("pays on the final demand", 67, (assigned(29), pays(67))),
    Tale("is spared: placement declined", 79, (answered(79, "placement", approved=False),)),
    Tale("is forgotten: nobody approves", 106, ()),
    Tale(
        "pays the agency",
        101,
        (
            assigned(29),
            answered(79, "placement", approved=True),
            agency_says(86, "acknowledged"),
            agency_says(92, "promised"),
            pays(100),
        ),
    ),
    Tale(
        "is not found by the agency",
        112,
        (answered(79, "placement", approved=True), agency_says(112, "uncollectable")),
    ),
    Tale(
        "outlasts the agency",
        142,
        (answered(79, "placement", approved=True), agency_says(88, "contacted")),
    ),
    Tale(
        "complains about the agency, then pays",
        124,
        (
            answered(79, "placement", approved=True),
            in_peace(90, HoldReason.COMPLAINT),
            noted(95),
            in_peace_no_more(104),
            pays(123),
        ),
    ),
)

TALES = REMINDED + TALKED_TO + ON_A_PLAN + PRESSED + AT_THE_BANKS


def payer(day: int, *, instalments: int, short: bool, strategy: str) -> Tale:
    """The most frequent tale of all: somebody is late, and pays, perhaps short at first."""
    acts = (pays(day - 3, 60), pays(day)) if short else (pays(day),)
    name = "pays short, then the rest" if short else "pays late"
    told = (*acts, stays_current(day))
    return Tale(name, day, told, instalments=instalments, strategy=strategy)


def opening(tale: Tale) -> Act:
    """How the tale begins."""
    return falls_behind(tale.opens) if tale.opens > 0 else falls_due_soon(tale.opens)
