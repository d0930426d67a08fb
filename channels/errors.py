"""Why a message did not get through. Three answers, because each asks for something else."""


class NotDelivered(Exception):
    """A message did not get through, or may not have; `reason` is for people."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TryAgain(NotDelivered):
    """Certainly not accepted, and later it may be: nothing was done, so nothing is lost."""


class Bounced(NotDelivered):
    """Refused for good. `address_dead` says that the address itself was refused."""

    def __init__(self, reason: str, *, address_dead: bool) -> None:
        super().__init__(reason)
        self.address_dead = address_dead


class Unknown(NotDelivered):
    """The text was handed over and no answer came: nobody knows whether it was accepted."""
