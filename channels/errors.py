"""Why a message did not get through. Three answers, because each asks for something else."""

_LONGEST = 500
"""As much as a person will read of what a strange server says, in characters."""


class NotDelivered(Exception):
    """A message did not get through, or may not have.

    `reason` may be shown anywhere: it never holds a name, an address or a word of the message.
    `words` is what the other side really said, in characters a database can keep; it is for a
    person who must find out what is wrong, and for nothing else.
    """

    def __init__(self, reason: str, words: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        said = (words or reason)[:_LONGEST].replace("\0", "")
        self.words = said.encode(errors="replace").decode()


class TryAgain(NotDelivered):
    """Certainly not accepted, and later it may be: nothing was done, so nothing is lost."""


class Bounced(NotDelivered):
    """Refused for good. `address_dead` says that the address itself was refused."""

    def __init__(self, reason: str, words: str = "", *, address_dead: bool) -> None:
        super().__init__(reason, words)
        self.address_dead = address_dead


class Unknown(NotDelivered):
    """The text was handed over and no answer came: nobody knows whether it was accepted."""
