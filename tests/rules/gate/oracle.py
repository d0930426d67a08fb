"""The contact rules once more, as slowly and plainly as they can be written.

It reads the same JSON cases, knows the numbers by heart, looks at one minute after the other, and
shares no line with the gate.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

HOURS = {"CN": (8, 22, "CN-TIME-01"), "US": (8, 21, "US-TIME-01"), "UK": (8, 21, "UK-TIME-02")}
VOICE = ("call", "ai_call", "rvm")
RUNG = ("connected", "conversation", "no_answer", "voicemail", "sent", "delivered")
FAILED = ("no_answer", "voicemail", "not_connected")
TALKED = ("conversation",)
DAYS = 15

VISITED = (*RUNG, "not_connected", "undelivered")
VOICE_SMS, VOICE_VISIT = (*VOICE, "sms"), (*VOICE, "visit")
CAPS: list[tuple[Any, ...]] = [
    # law, rule, channels, most, local dates, outcomes; `free`: calls with consent do not count
    ("CN", "CN-FREQ-01", VOICE, 3, 1, ("connected", "conversation"), {}),
    ("CN", "CN-FREQ-02", VOICE, 6, 1, FAILED, {"number": True}),
    ("CN", "CN-VISIT-02", ("visit",), 1, 1, VISITED, {}),
    ("CN", "CN-FREQ-03", ("visit",), 1, 7, VISITED, {"debt": True}),
    ("US", "US-FREQ-01", VOICE, 7, 7, RUNG, {"debt": True, "free": True, "lifted": True}),
    ("US", "US-FREQ-02", VOICE, 1, 7, TALKED, {"debt": True, "inbound": True, "lifted": True}),
    ("US-MA", "US-MA-01", VOICE_SMS, 2, 7, RUNG, {"debt": True}),
    ("UK", "UK-FREQ-01", VOICE_VISIT, 3, 7, RUNG, {"free": True, "lifted": True}),
    ("UK", "UK-FREQ-01", VOICE_VISIT, 1, 7, TALKED, {"lifted": True}),
]


class Oracle:
    """One case, and what is lawful in it."""

    def __init__(self, case: dict[str, Any]) -> None:
        self.case = case
        self.law = case["jurisdiction"]
        self.asked = case["proposed"]
        self.channel = self.asked["channel"]
        self.purpose = self.asked.get("purpose", "collection")
        self.home = ZoneInfo(case["zones"][0])
        names = [*case["zones"], *(["Asia/Shanghai"] if self.law == "CN" else [])]
        self.zones = [ZoneInfo(name) for name in names]
        self.past = [{**line, "at": moment(line["at"])} for line in case["history"]]
        self.known: dict[tuple[date, bool], list[str]] = {}

    def denying(self, at: datetime) -> list[str]:
        """Every rule that forbids the contact at that instant."""
        return [*self.clock(at), *self.held(at), *self.counted(at)]

    def earliest(self, at: datetime) -> datetime | None:
        """The first minute from `at` on without such a rule, looked for day and night."""
        for minute in range(DAYS * 24 * 60):
            then = at + timedelta(minutes=minute)
            if not self.clock(then) and not self.held(then) and not self.counted(then):
                return then
        return None

    def clock(self, at: datetime) -> list[str]:
        if self.channel == "letter":
            return []
        slot = self.case.get("agreed_slot")
        if slot and moment(slot["from"]) <= at < moment(slot["until"]):
            return []
        opens, shuts, rule = HOURS[self.law]
        found = []
        for zone in self.zones:
            there = at.astimezone(zone)
            if not opens <= there.hour < shuts:
                found.append(rule)
            for named in self.case.get("inconvenient", []):
                start, end = time.fromisoformat(named["from"]), time.fromisoformat(named["until"])
                clock = there.time()
                if there.weekday() in named["weekdays"] and start <= clock < end:
                    found.append(named["rule"])
        return found

    def held(self, at: datetime) -> list[str]:
        return [
            hold["rule"]
            for hold in self.case.get("holds", [])
            if moment(hold["from"]) <= at
            and (hold["until"] is None or at < moment(hold["until"]))
            and (hold["channels"] is None or self.channel in hold["channels"])
            and not self.passes(hold)
        ]

    def passes(self, hold: dict[str, Any]) -> bool:
        """A message of service passes a hold of the house; where it wants none, a receipt does."""
        only = hold.get("purposes")
        if only is not None and self.purpose not in only:
            return True
        if self.purpose != "service":
            return False
        return not hold.get("no_service") or "receipt" in self.asked["facts"]

    def counted(self, at: datetime) -> list[str]:
        """Depends on the local date and on a running consent only, so each is counted once."""
        consented = self.consented(at)
        key = (at.astimezone(self.home).date(), consented)
        if key not in self.known:
            self.known[key] = self.counts(*key)
        return self.known[key]

    def counts(self, day: date, consented: bool) -> list[str]:
        """The caps that are full on that local date; a message of service is under none."""
        if self.purpose == "service":
            return []
        laws = [self.law, self.case.get("region")]
        return [
            rule
            for law, rule, limited, most, days, outcomes, how in CAPS
            if law in laws
            and self.channel in limited
            and not (consented and how.get("lifted"))
            and self.total(day, days, limited, outcomes, **how) >= most
        ]

    def total(self, day, days, channels, outcomes, **how) -> int:
        total = 0
        for line in self.past:
            age = (day - line["at"].astimezone(self.home).date()).days
            if (
                line["person"] == self.asked["person"]
                and line["channel"] in channels
                and line["outcome"] in outcomes
                and 0 <= age < days
                and (how.get("inbound") or line["direction"] == "out")
                and (not how.get("debt") or self.asked["debt"] in line["debts"])
                and (not how.get("number") or line["number"] == self.asked["number"])
                and not (how.get("free") and self.consented(line["at"]))
            ):
                total += 1
        return total

    def consented(self, at: datetime) -> bool:
        return any(self.runs(consent, at) for consent in self.case.get("consents", []))

    def runs(self, consent: dict[str, Any], at: datetime) -> bool:
        given, today = moment(consent["given_at"]), at.astimezone(self.home).date()
        if self.law == "US" and consent["debt"] != self.asked["debt"]:
            return False
        if at < given or (today - given.astimezone(self.home).date()).days >= 7:
            return False
        if consent["valid_before"] and today >= date.fromisoformat(consent["valid_before"]):
            return False
        return not any(
            line["outcome"] == "conversation"
            and line["channel"] in VOICE
            and line["person"] == self.asked["person"]
            and (self.law == "UK" or self.asked["debt"] in line["debts"])
            and given < line["at"] < at
            for line in self.past
        )


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
