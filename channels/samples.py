"""Sample facts: the longest that a letter must bear, so that what fits here fits in life."""

from datetime import date
from typing import Any

_LAST = date(2026, 9, 30)  # the longest date of the year, in English
_LARGE = 999_999_999

NAMES = {"zh": "欧阳慕容晓晓", "en": "Alexandrina Featherstonehaugh"}
CURRENCIES = {"US": "USD", "UK": "GBP", "EU": "EUR"}
PHONE = "400 000 0000"
ADDRESS = "1 Sample Street, Sampletown"

MORE: dict[str, dict[str, Any]] = {
    "validation": {
        "name": NAMES["en"],
        "address": "2 Example Avenue, Exampleville, NY 10001",
        "creditor_then": "First Sample Bank",
        "creditor_now": "Second Sample Bank",
        "account_ending": "4711",
        "itemization_date": date(2026, 6, 30),
        "amount_then_minor": _LARGE - 9_000,
        "interest_minor": 12_000,
        "fees_minor": 2_500,
        "payments_minor": 5_000,
        "credits_minor": 500,
        "ends": date(2026, 11, 12),
    },
    "default_notice": {
        "agreement": "Fixed-sum loan agreement of 30 September 2024",
        "address": "3 Specimen Road, London",
        "term": "clause 4, which says that each instalment is paid on its date",
        "served_on": date(2026, 10, 2),
        "act_by": date(2026, 10, 16),
    },
    "agreement": {
        "number": "0b1f6f5e-9c1d-4f6a-8a55-2f0d5e9c7a11",
        "debt_minor": _LARGE,
        "waived_minor": _LARGE - 2,
        "interest_minor": _LARGE,
        "annual_percent": "24.00",
        "total_minor": 2,
        "currency": "CNY",
        "instalments": [
            {"due": date(2026, 8, 30), "amount_minor": 1, "interest_minor": 0},
            {"due": _LAST, "amount_minor": 1, "interest_minor": _LARGE},
        ],
        "first_due": date(2026, 8, 30),
        "last_due": _LAST,
        "frozen_until": _LAST,
        "of_card": True,
        "agreed_on": _LAST,
    },
    "card": {"agreement": "XYK-2024-000001", "ending": "4711"},
}
"""The facts of a notice that needs more than every letter has, by the name in `needs`."""


_ANOTHER = {
    "loan_id": "L-2026-0000002",
    "currency": "CNY",
    "arrears_minor": _LARGE,
    "oldest_due": _LAST,
}


def sample_facts(
    locale: str, jurisdictions: tuple[str, ...], needs: tuple[str, ...]
) -> dict[str, Any]:
    """Facts as `Letters.write` takes them: those of every letter, and what the notice needs."""
    law = jurisdictions[0] if len(jurisdictions) == 1 else ""
    return {
        "name": NAMES["zh" if locale.startswith("zh") else "en"],
        "loan_id": "L-2026-0000001",
        "currency": CURRENCIES.get(law, "CNY"),
        "as_of": _LAST,
        "arrears_minor": _LARGE,
        "outstanding_minor": _LARGE,
        "days_past_due": 1_000,
        "oldest_due": _LAST,
        "promised_minor": _LARGE,
        "promised_by": _LAST,
        "plan_minor": _LARGE,
        "plan_due": _LAST,
        "next_minor": _LARGE,
        "next_due": _LAST,
        "promise": {"amount_minor": _LARGE, "by": _LAST},
        "instalment": {"amount_minor": _LARGE, "due": _LAST},
        "also": [_ANOTHER],
    } | {need: MORE[need] for need in needs if need in MORE}
