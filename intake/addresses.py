"""What the address of a contact point looks like, where there is a form."""

import re

from ledger.words import PointChannel

_FORMS = {
    PointChannel.EMAIL: re.compile(r"[^@\s]+@[^@\s]+"),
    PointChannel.PHONE: re.compile(r"\+[0-9]{6,15}"),
}

SUCH_AS = {
    PointChannel.EMAIL: "an e-mail address such as li@example.org",
    PointChannel.PHONE: "a number such as +8613800000000",
}
"""What is asked for, in words; a channel that is not here takes any address."""


def looks_right(channel: PointChannel, address: str) -> bool:
    """Whether something could reach that address by that channel; any, where there is no form."""
    form = _FORMS.get(channel)
    return form is None or form.fullmatch(address) is not None
