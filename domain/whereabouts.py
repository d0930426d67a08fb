"""By which calendar a person's days count where nobody knows in which time zone they live."""

LEGAL_ZONES = {
    "CN": "Asia/Shanghai",
    "TW": "Asia/Taipei",
    "UG": "Africa/Kampala",
    "NG": "Africa/Lagos",
    "UK": "Europe/London",
    "EU": "Atlantic/Azores",
    "US": "Pacific/Honolulu",
}
"""The zone of the law, by jurisdiction; where there are several, the one whose day ends last, so
that nobody is called late before their own midnight."""

_NOBODYS = "UTC"
"""Elsewhere, where we know no law either and contact nobody."""


def calendar_zone(zone: str, jurisdiction: str) -> str:
    """The zone that days are counted in: the person's own, or that of their law (`zone` empty)."""
    return zone or LEGAL_ZONES.get(jurisdiction, _NOBODYS)
