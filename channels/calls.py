"""Calls: what leaves the house is an entry on the call list, and a collector makes the call."""

from datetime import datetime

from channels.letters import Letter
from domain.orders import NoticeOrder, TaskOrder


def call_to_make(order: NoticeOrder, guide: Letter, at: datetime) -> TaskOrder:
    """The entry on the call list; the guide itself is kept in the contact log."""
    return TaskOrder(order.loan_id, order.episode, f"call/{order.step}", guide.subject, at)
