"""Why a message did not get through. Three answers, because each asks for something else."""


class NotDelivered(Exception):
    """A message did not get through, or may not have.

    `reason` may be shown anywhere: it never holds a name, an address or a word of the message.
    `words` is what the other side really said, for the contact log only.
    """

    def __init__(self, reason: str, words: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.words = words or reason


class TryAgain(NotDelivered):
    """Certainly not accepted, and later it may be: nothing was done, so nothing is lost."""


class Bounced(NotDelivered):
    """Refused for good. `address_dead` says that the address itself was refused."""

    def __init__(self, reason: str, words: str = "", *, address_dead: bool) -> None:
        super().__init__(reason, words)
        self.address_dead = address_dead


class Unknown(NotDelivered):
    """The text was handed over and no answer came: nobody knows whether it was accepted."""
