"""What borrowers have told us of how they want to be treated; it binds every loan and agency."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum

from domain.clock import PUNCTUAL
from domain.gate.question import (
    AgreedSlot,
    CallBackConsent,
    InconvenientHours,
    LegalHold,
    Proposed,
)
from domain.gate.words import VOICE, Channel, Fact, Party, Purpose


class RightKind(StrEnum):
    """What kind of wish or protection it is.

    `opt_out`: not by that channel, or not for that purpose. `cease`: no contact at all. Neither
    bars what the law makes us send.
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


HEARD = 2 * PUNCTUAL
"""A bar told of that little after the instant of a contact holds for it already: the order of a
contact may name the instant it was decided at, and clocks differ."""

BARS = frozenset(
    {
        RightKind.OPT_OUT,
        RightKind.CEASE,
        RightKind.REPRESENTATION,
        RightKind.THIRD_PARTY_REFUSAL,
    }
)
"""Kinds that bar contacts as a hold does; the others say when, and by which channel."""

_NO_SERVICE = frozenset({RightKind.OPT_OUT, RightKind.CEASE})
"""Bars that no message of service passes: only what the law makes us send, and receipts for what
the person has just done. A pack may let even less through."""

_COUNSEL = frozenset({Party.ATTORNEY, Party.ADVISER})


@dataclass(frozen=True, slots=True)
class Right:
    """One wish or protection of a person, over all their loans unless it names one.

    `channel`, `purpose`, `loan_id` and `contact_point_id` narrow it, each None for all. It was told
    at `start` and holds up to `until` (None: no end); an agreed slot is that interval. `weekdays`
    (0 is Monday), `earliest` and `latest` are named hours by the person's clock, and a `latest` not
    after `earliest` is on the next day. A call back is consented to before the local date
    `valid_before` (None: none agreed). `reference` says where it is on record, `by` who took it
    down. `withdrawn_at` None: it still holds.
    """

    right_id: str
    borrower_id: str
    kind: RightKind
    start: datetime
    by: str
    loan_id: str | None = None
    channel: Channel | None = None
    purpose: Purpose | None = None
    contact_point_id: int | None = None
    weekdays: frozenset[int] = frozenset()
    earliest: time | None = None
    latest: time | None = None
    until: datetime | None = None
    valid_before: date | None = None
    reference: str = ""
    withdrawn_at: datetime | None = None
    withdrawn_by: str = ""

    @property
    def end(self) -> datetime | None:
        """When it ends or was withdrawn, whichever comes first; None: it has no end."""
        ends = [at for at in (self.until, self.withdrawn_at) if at is not None]
        return min(ends, default=None)

    def over(self, at: datetime) -> bool:
        """Whether it has ended, or was withdrawn, by that instant."""
        return self.end is not None and self.end <= at

    def holds_at(self, at: datetime) -> bool:
        """Whether it is in force for a contact at that instant."""
        return self.start <= at + HEARD and not self.over(at)

    def said(self) -> str:
        """What it is, in codes and numbers: the same in a case, to an agency and on record."""
        point = "" if self.contact_point_id is None else f"point-{self.contact_point_id}"
        hours = ""
        if self.earliest is not None and self.latest is not None:
            days = ",".join(map(str, sorted(self.weekdays)))
            hours = f"days-{days} {self.earliest:%H:%M}-{self.latest:%H:%M}"
        slot = ""
        if self.kind is RightKind.AGREED_SLOT:
            slot = f"from-{self.start.astimezone(UTC):%Y-%m-%dT%H:%M%z}"
        before = "" if self.valid_before is None else f"before-{self.valid_before}"
        narrowed = (self.channel, self.purpose, point, hours, slot, before)
        return " ".join([str(self.kind), *(word for word in narrowed if word)])


@dataclass(frozen=True, slots=True)
class Kept:
    """A person's rights as one contact meets them: the parts of the gate's question.

    `facts` are what consents make known of the contact.
    """

    holds: tuple[LegalHold, ...] = ()
    consents: tuple[CallBackConsent, ...] = ()
    slots: tuple[AgreedSlot, ...] = ()
    inconvenient: tuple[InconvenientHours, ...] = ()
    facts: frozenset[Fact] = frozenset()


def rule_of(rules: Mapping[RightKind, str], kind: RightKind) -> str:
    """The rule a pack keeps that kind under; without one, the kind's own name."""
    return rules.get(kind) or f"right-{kind.replace('_', '-')}"


def kept(rules: Mapping[RightKind, str], rights: Sequence[Right], proposed: Proposed) -> Kept:
    """The rights as they bear on a contact; `rules` are the pack's, by kind of right.

    What a person said of their own times and consents is about contacts with themselves only.
    """
    if not rights:
        return Kept()
    own = [right for right in rights if _is_about(right, proposed)]
    live = [right for right in own if right.holds_at(proposed.at)]
    return Kept(
        holds=tuple(_holds(rules, rights, proposed)),
        consents=tuple(
            CallBackConsent(right.loan_id, right.start, right.valid_before)
            for right in _those(live, RightKind.CALL_BACK)
        ),
        slots=tuple(
            AgreedSlot(right.start, right.end)
            for right in _those(own, RightKind.AGREED_SLOT)
            if right.end is not None and right.start < right.end
        ),
        inconvenient=tuple(
            InconvenientHours(
                rule_of(rules, right.kind), right.weekdays, right.earliest, right.latest
            )
            for right in _those(live, RightKind.INCONVENIENT_HOURS)
            if right.earliest is not None and right.latest is not None
        ),
        facts=_facts(live, proposed),
    )


def _is_about(right: Right, proposed: Proposed) -> bool:
    return (
        right.borrower_id == proposed.person
        and right.loan_id in (None, *proposed.debts)
        and right.channel in (None, proposed.channel)
        and right.purpose in (None, proposed.purpose)
    )


def _holds(
    rules: Mapping[RightKind, str], rights: Sequence[Right], proposed: Proposed
) -> Iterator[LegalHold]:
    """The bars in force; a contact without a contact point goes to no point that is barred."""
    for right in rights:
        point = right.contact_point_id
        elsewhere = point is not None and proposed.number is None
        if right.kind not in BARS or elsewhere or not right.holds_at(proposed.at):
            continue
        refusal = right.kind is RightKind.THIRD_PARTY_REFUSAL
        unnamed = right.kind is RightKind.REPRESENTATION and right.kind not in rules
        yield LegalHold(
            rule=rule_of(rules, right.kind),
            start=min(right.start, proposed.at),
            until=right.withdrawn_at if refusal else right.end,
            channels=None if refusal else _channels(right.channel),
            debts=None if right.loan_id is None else frozenset({right.loan_id}),
            number=None if point is None else str(point),
            person=None if refusal else right.borrower_id,
            purposes=None if right.purpose is None else frozenset({right.purpose}),
            parties=_COUNSEL if unnamed else frozenset(),
            no_service=right.kind in _NO_SERVICE,
        )


def _channels(channel: Channel | None) -> frozenset[Channel] | None:
    """Who wants no telephone calls wants none of any kind."""
    if channel is None:
        return None
    return VOICE if channel in VOICE else frozenset({channel})


def _facts(live: Sequence[Right], proposed: Proposed) -> frozenset[Fact]:
    """A consent counts from when it was given, and for the channel it names."""
    consents = _those(live, RightKind.CONSENT)
    given = any(right.channel and right.start <= proposed.at for right in consents)
    return frozenset({Fact.EXPRESS_CONSENT}) if given else frozenset()


def _those(rights: Sequence[Right], kind: RightKind) -> list[Right]:
    return [right for right in rights if right.kind is kind]
