"""Loan events and loan tapes from outside: recorded first, then told to the case."""
