"""What the law makes of agreed terms: the order of payments, and the most that money may cost."""

from dataclasses import replace

from domain.allocation import rule_for
from domain.books import COMPONENTS
from domain.money_events import AccountTerms

RATE_CAPS = {"CN": ("CN-RATE-02", 240_000)}
"""The rule and the cap on all costs of financing, in millionths a year (金规〔2025〕9号 no. 6).

The rule speaks of loans with a platform; kept for every loan, because a tape does not say.
"""


def lawful(terms: AccountTerms, jurisdiction: str, product: str, agreed: bool) -> AccountTerms:
    """The terms as the law of that place lets them be; `agreed`: their order is the contract's."""
    rule = rule_for(jurisdiction, product, terms.order if agreed else ())
    order = terms.order if agreed and rule == "CONTRACT" else COMPONENTS
    terms = replace(terms, allocation=rule, order=order)
    cap_rule, cap = RATE_CAPS.get(jurisdiction, ("", None))
    if cap is None or (terms.cap_ppm is not None and terms.cap_ppm <= cap):
        return terms
    return replace(terms, cap_ppm=cap, cap_rule=cap_rule)
