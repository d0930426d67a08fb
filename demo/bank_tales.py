"""The tales of the five banks: what each does beyond the standard strategy, to its end.

All of them are told in China: its bureau, its payment orders and its courts are what the strategies
are about. Days count from the due date. The final demand comes on day 60 (63 where three days of
grace are left, 65 at WeBank) and the court's turn 15 days later; people need some days for what is
missing and for their answers, and courts speak within their own periods.
"""

from demo.acts import agency_says, answered, pays, pays_ahead
from demo.legal_acts import brings, court_says, visited
from demo.tale import Tale

_ORDER = ("contract", "identity", "address", "court", "no_dispute")
"""What people bring for a payment order; a suit asks for no more."""

_FREEZING = (*_ORDER, "assets", "security")

_REACHES_COURT = (
    brings(79, *_ORDER),
    answered(85, "file-payment_order", approved=True),
    court_says(91, "filed", "payment_order"),
)

YILLION = (
    Tale(
        "pays on the payment order",
        121,
        (
            *_REACHES_COURT,
            court_says(95, "accepted", "payment_order"),
            court_says(105, "issued", "payment_order"),
            court_says(112, "served", "payment_order"),
            pays(120),
        ),
        strategy="yillion",
        place="CN",
    ),
    Tale(
        "is not heard by the court, pays the agency",
        125,
        (
            *_REACHES_COURT,
            court_says(95, "refused", "payment_order"),
            answered(101, "placement", approved=True),
            agency_says(108, "acknowledged"),
            agency_says(113, "promised"),
            pays(124),
        ),
        strategy="yillion",
        place="CN",
    ),
    Tale(
        "is spared the court, pays the agency",
        112,
        (
            brings(79, *_ORDER),
            answered(85, "file-payment_order", approved=False),
            answered(92, "placement", approved=True),
            agency_says(99, "acknowledged"),
            pays(111),
        ),
        strategy="yillion",
        place="CN",
    ),
)

AIBANK = (
    Tale(
        "objects to the order, and pays when sued",
        167,
        (
            *_REACHES_COURT,
            court_says(95, "accepted", "payment_order"),
            court_says(105, "issued", "payment_order"),
            court_says(110, "served", "payment_order"),
            court_says(117, "objected", "payment_order"),
            court_says(122, "terminated", "payment_order"),
            answered(137, "file-suit", approved=True),
            court_says(144, "filed", "suit"),
            court_says(149, "docketed", "suit"),
            court_says(154, "served", "suit"),
            pays(164),
        ),
        strategy="aibank",
        place="CN",
    ),
)

WEBANK = (
    Tale("pays after a visit by two", 44, (visited(40), pays(44)), strategy="webank", place="CN"),
    Tale(
        "pays after the lawyer's letter",
        99,
        (
            brings(84, "contract"),
            answered(89, "file-lawyers_letter", approved=True),
            court_says(91, "sent", "lawyers_letter"),
            pays(99),
        ),
        strategy="webank",
        place="CN",
    ),
)

COMMERCIAL = (
    Tale(
        "has an account frozen, and pays when sued",
        133,
        (
            brings(83, *_FREEZING),
            answered(89, "file-preservation", approved=True),
            court_says(95, "filed", "preservation"),
            court_says(97, "frozen_deposit", "preservation"),
            answered(103, "file-suit", approved=True),
            court_says(110, "filed", "suit"),
            court_says(116, "docketed", "suit"),
            court_says(120, "served", "suit"),
            pays(132),
        ),
        strategy="commercial",
        place="CN",
    ),
    Tale(
        "is told ahead, and pays late",
        10,
        (pays(10),),
        opens=-3,
        strategy="commercial",
        place="CN",
    ),
)

PINGAN = (
    Tale(
        "is met by the year-end campaign, and pays",
        15,
        (pays(15),),
        strategy="pingan",
        place="CN",
        due=((11, 15), (11, 30)),
    ),
    Tale(
        "is told ahead, and pays in time",
        1,
        (pays_ahead(-3),),
        opens=-5,
        strategy="pingan",
        place="CN",
    ),
    Tale(
        "is reported to the bureau, and put right",
        150,
        (
            answered(80, "bureau_report", approved=True),
            brings(86, "contract"),
            answered(92, "file-lawyers_letter", approved=True),
            court_says(95, "sent", "lawyers_letter"),
            pays(116),
        ),
        strategy="pingan",
        place="CN",
    ),
)

AT_THE_BANKS = YILLION + AIBANK + WEBANK + COMMERCIAL + PINGAN
