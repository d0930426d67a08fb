"""What borrowers have told us of how they want to be treated; it binds every loan and agency."""

from enum import StrEnum


class RightKind(StrEnum):
    """What kind of wish or protection it is.

    `opt_out`: not by that channel, or not for that purpose. `cease`: no contact at all.
    `representation`: only through a lawyer or adviser. `inconvenient_hours`, `agreed_slot` and
    `call_back`: when we may and may not. `third_party_refusal`: a third person does not want to
    be asked again. `consent`: to a channel that must have one.
    """

    OPT_OUT = "opt_out"
    CEASE = "cease"
    REPRESENTATION = "representation"
    INCONVENIENT_HOURS = "inconvenient_hours"
    AGREED_SLOT = "agreed_slot"
    CALL_BACK = "call_back"
    THIRD_PARTY_REFUSAL = "third_party_refusal"
    CONSENT = "consent"
