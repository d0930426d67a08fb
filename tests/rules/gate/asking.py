"""Short ways to write the cases of these tests."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from policies.asking import answer

NEW_YORK, LOS_ANGELES, PHOENIX = "America/New_York", "America/Los_Angeles", "America/Phoenix"
HONOLULU, LONDON, SHANGHAI = "Pacific/Honolulu", "Europe/London", "Asia/Shanghai"
HOME = {"CN": SHANGHAI, "US": NEW_YORK, "UK": LONDON, "EU": "Europe/Berlin"}

Case = dict[str, Any]


def local(text: str, zone: str) -> str:
    """The instant of a local reading such as `2026-03-08 21:30`, with its offset."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).isoformat()


def case(law: str, at: str, channel: str = "call", **more: Any) -> Case:
    """A case at a local reading of the first zone; `region` follows the law, as in US-MA."""
    zones = more.pop("zones", [HOME[law[:2]]])
    known = {name: more.pop(name) for name in FIELDS if name in more}
    proposed = {"channel": channel, "person": "P1", "number": "N1", "debt": "D1", **more}
    proposed["at"] = local(at, zones[0]) if zones else at
    found = {"jurisdiction": law[:2], "zones": zones, "proposed": proposed, "history": [], **known}
    return found | ({"region": law} if len(law) > 2 else {})


FIELDS = ("history", "holds", "consents", "inconvenient", "agreed_slot", "profile")


def line(at: str, outcome: str = "no_answer", zone: str = NEW_YORK, **more: Any) -> Case:
    """One earlier call of the lender to P1 at N1 about D1, changed by `more`."""
    return {
        "at": local(at, zone),
        "channel": "call",
        "outcome": outcome,
        "direction": "out",
        "person": "P1",
        "number": "N1",
        "debts": ["D1"],
        "by": "lender",
    } | more


def calls(first: str, days: int, outcome: str = "no_answer", **more: Any) -> list[Case]:
    """One call a day at the same local hour."""
    start = datetime.fromisoformat(first)
    stamps = [(start + timedelta(days=n)).isoformat() for n in range(days)]
    return [line(stamp, outcome, **more) for stamp in stamps]


def said(asked: Case) -> str:
    """The answer in a word: `allow`, or `RULE until EARLIEST`."""
    found = answer(asked)
    if found["decision"] == "allow":
        assert found["rule"] is None
        assert found["earliest"] is None
        return "allow"
    return f"{found['rule']} until {found['earliest']}"
