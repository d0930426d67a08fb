"""Texts that no shipped strategy names, each with the reason why it is there."""

UNNAMED_CHANNELS = {
    "sms": "the short form of a notice, for a strategy that names the channel",
    "push": "the form for a locked screen, for a strategy that names the channel",
}
UNNAMED_NOTICES = {
    "card_demand": "a Chinese card lender's letter (CN-REC-04); the shipped strategy is no card's",
    "validation_notice": "a debt collector's first letter in the US (US-VAL-01)",
    "default_notice": "what must come before enforcement in the UK (UK-DN-01)",
}
UNNAMED_PAGES = {
    ("plan_agreed", "letter"): "an agreement on paper, for a strategy whose `plan.agreed` names it",
    ("final_demand", "letter"): "on paper, for a strategy that hands over to agencies and no court",
}
ONE_LANGUAGE = {
    "validation_notice": "the rule wants the language of the contact, which is English there",
    "default_notice": "its form is prescribed in English",
}


def unnamed(notice: str, channel: str) -> bool:
    """Whether no strategy need name this text."""
    page = (notice, channel) in UNNAMED_PAGES
    return page or notice in UNNAMED_NOTICES or channel in UNNAMED_CHANNELS
