"""Faults of ours because of which nobody may be contacted, and how a case shows them."""

from collections.abc import Mapping
from datetime import datetime

import structlog
from temporalio.exceptions import ApplicationError

from domain.gate.rulebook import Rulebook, book_of
from domain.keys import case_id
from domain.orders import NoticeOrder
from domain.outcomes import SendOutcome, Sent
from ledger.values import Borrower

log = structlog.get_logger("messaging")


class Blocked(Exception):
    """A fault of ours because of which nobody may be contacted; `rule` names it."""

    def __init__(self, rule: str, said: str) -> None:
        super().__init__(said)
        self.rule = rule


def rules_for(books: Mapping[str, Rulebook], borrower: Borrower) -> Rulebook:
    """The rules of where the borrower lives; raises Blocked when we do not know them or where."""
    law = borrower.region or borrower.jurisdiction
    rules = book_of(books, borrower.jurisdiction, borrower.region)
    if rules is None:
        raise Blocked("rules-missing", f"There are no rules for {law}: nobody is contacted.")
    if not borrower.zone and not rules.unknown_zones:
        raise Blocked("zone-unknown", "Nobody knows in which time zone the borrower lives.")
    return rules


def shown_once(order: NoticeOrder, at: datetime, rule: str, said: str) -> SendOutcome:
    """The deferral by which a case shows our fault; raises once it does, to be tried again."""
    if order.blocked == rule:
        raise ApplicationError(said, type=rule)
    log.warning("nobody is contacted", rule=rule, case=case_id(order.loan_id, order.episode))
    return SendOutcome(Sent.DEFERRED, rule, said, until=at)
