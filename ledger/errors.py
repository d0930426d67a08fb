"""What the ledger refuses: because the one who asked is wrong, never because the world fails."""


class LedgerError(Exception):
    """A thing the ledger cannot take; the message names it and says why. Trying again is no use."""


class KeyReused(LedgerError):
    """One key was asked for with two contents: somebody built it from too little."""
