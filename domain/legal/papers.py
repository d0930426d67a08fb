"""The papers of a legal escalation, by kind."""

from enum import StrEnum


class Paper(StrEnum):
    """What a paper is; each has its words in `channels/documents/`.

    A calculation is drawn up beside every application, from the same numbers.
    """

    DEMAND_LETTER = "demand_letter"
    LAWYERS_LETTER = "lawyers_letter"
    PAYMENT_ORDER = "payment_order_application"
    CLAIM = "statement_of_claim"
    PRESERVATION = "preservation_application"
    ENFORCEMENT = "enforcement_application"
    MEDIATION = "mediation_request"
    DECLINE_SUIT = "decline_suit"
    CALCULATION = "calculation_sheet"


NOT_WHEN_BARRED = frozenset(Paper) - {Paper.CALCULATION, Paper.ENFORCEMENT, Paper.DECLINE_SUIT}
"""What demands, threatens a suit or brings one: never for a debt that is barred (CN-LIM-10,
US-TB-01). Enforcement has a title, and a limit of its own (CN-ENF-01)."""
