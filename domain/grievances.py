"""Complaints and disputes: what a borrower holds against us, and the clock by which we answer."""

from enum import StrEnum


class GrievanceKind(StrEnum):
    """A complaint is about how we behave, a dispute about the debt, a record dispute about the
    entry at a credit bureau."""

    COMPLAINT = "complaint"
    DISPUTE = "dispute"
    RECORD_DISPUTE = "record_dispute"


class Verdict(StrEnum):
    """How it was answered: for the borrower, against them, or for them because we were too late."""

    UPHELD = "upheld"
    REJECTED = "rejected"
    LAPSED = "lapsed"
