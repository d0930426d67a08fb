"""The agency panel: who may be given which case, in which order, and what the work costs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.deadlines import deadline
from domain.holds import HoldReason
from domain.keys import lot_digest
from domain.refused import Refused

SOONEST, LATEST = timedelta(hours=1), timedelta(days=30)
"""How soon it is asked again whether an open obstacle is gone, and how late at most."""


@dataclass(frozen=True, slots=True)
class Band:
    """The commission of money that came in on a debt at least `from_days` past due when placed.

    `basis_points` are hundredths of a per cent: 1250 is 12.5 %.
    """

    from_days: int
    basis_points: int


@dataclass(frozen=True, slots=True)
class CommissionTerms:
    """What an agency is paid for; the first band starts at day 0 and they rise.

    `conduct_percent` of each commission waits for the review of its conduct: collectors are not
    paid by the amount alone (CN-AGY-03).
    """

    bands: tuple[Band, ...]
    conduct_percent: int = 0


@dataclass(frozen=True, slots=True)
class Commission:
    """The commission of one recovery, in minor units: `payable_minor` now, the rest withheld.

    Both are negative for a recovery that was undone.
    """

    basis_points: int
    payable_minor: int
    withheld_minor: int


@dataclass(frozen=True, slots=True)
class Sftp:
    """The SFTP server of an agency, and the one `host_key` it must show, as known_hosts has it.

    We put files into `out_folder` and take the agency's from `in_folder`.
    """

    host: str
    port: int
    user: str
    host_key: str
    out_folder: str
    in_folder: str


@dataclass(frozen=True, slots=True)
class Agency:
    """One agency of the panel.

    `jurisdictions` are its territory; no `products` means every product; `capacity` is how many
    cases it works at a time; `reviewed_on` is the last yearly review, None before the first. It is
    told over HTTP at `url`, or by encrypted files when `public_key` is set (base64, X25519): on its
    own server (`sftp`), or, when that is None, in a folder of ours.
    """

    name: str
    title: str
    jurisdictions: tuple[str, ...]
    products: tuple[str, ...]
    capacity: int
    licence: str
    licence_until: date
    contract_until: date
    reviewed_on: date | None
    commission: CommissionTerms
    url: str = ""
    public_key: str = ""
    sftp: Sftp | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """What a placement is decided from; `today` and `until` are dates of the borrower.

    `holds` are the reasons of the person's holds in force. `limited_from` is the date from which
    the limitation period runs: that of the last instalment, or of a later payment.
    """

    jurisdiction: str
    product: str
    today: date
    until: date
    holds: tuple[HoldReason, ...] = ()
    plan_performing: bool = False
    limited_from: date | None = None


_HELD = {
    ("US", HoldReason.BANKRUPTCY): "US-BK-01",
    ("US", HoldReason.DISPUTE): "US-VAL-03",
    ("US", HoldReason.DEATH): "US-DEC-01",
    ("CN", HoldReason.DEATH): "CN-PI-08",
    ("UK", HoldReason.MORATORIUM): "UK-BS-01",
}
"""The law that keeps a held account from an agency; without one it is our own scrub."""

BARRED = "scrub-time-barred"
"""The rule of a debt whose limitation period is over: it is placed with nobody, ever."""

_LIMITATION = {"CN": "CN-LIM-02", "UK": "UK-LIM-01"}
"""Whose limitation period is the same everywhere; in the US it is state law, and not judged."""


def scrub(account: Account) -> tuple[Refused, ...]:
    """Everything that keeps an account from any agency; empty when it may be placed.

    Bankrupt, deceased, disputed and in a moratorium are holds; so is every other reason to leave
    a person in peace. A debt past its limitation period is not placed.
    """
    found = [
        Refused(
            _HELD.get((account.jurisdiction, reason), f"scrub-{reason}"),
            f"The account is on hold: {reason}.",
        )
        for reason in account.holds
    ]
    if account.plan_performing:
        rule = "CN-PLAN-02" if account.jurisdiction == "CN" else "scrub-plan"
        found.append(Refused(rule, "A repayment plan is in force and performs."))
    if over := _time_barred(account):
        found.append(Refused(BARRED, f"The limitation period ended on {over}."))
    return tuple(found)


def asked_again(since: datetime, until: datetime | None, at: datetime) -> datetime:
    """When to ask again about what has stood in the way since then: at its end.

    Without an end (None) after as long as it has stood, so that a case which is about to hear of
    it hears it first, and one that never does asks ever more seldom: at least SOONEST, at most
    LATEST.
    """
    return until if until is not None else at + min(max(at - since, SOONEST), LATEST)


def unfit(agency: Agency, account: Account, working: int) -> Refused | None:
    """Why that agency may not be given the account, or None if it may.

    `working` is how many cases it has now. The review is good for a year (CN-AGY-01, which we keep
    everywhere), and licence and contract must last as long as the placement.
    """
    product, today = account.product, account.today
    if account.jurisdiction not in agency.jurisdictions:
        return Refused("agency-territory", f"{agency.name} does not work {account.jurisdiction}.")
    if agency.products and product not in agency.products:
        return Refused("agency-product", f"{agency.name} does not work {product or 'this'}.")
    if min(agency.licence_until, agency.contract_until) < account.until:
        return Refused("agency-licence", f"{agency.name}: licence or contract ends before the term")
    if agency.reviewed_on is None or today > review_by(agency.reviewed_on):
        return Refused("CN-AGY-01", f"{agency.name} was not reviewed within the last year.")
    if working >= agency.capacity:
        return Refused("agency-full", f"{agency.name} has {working} cases and takes no more.")
    return None


def review_by(reviewed_on: date) -> date:
    """The last date on which a review of that date still counts (CN-AGY-01)."""
    return deadline("CN-AGY-01", "review", reviewed_on, ())


def drawn(shares: Mapping[str, int], loan_id: str, episode: date) -> tuple[str, ...]:
    """The agencies in the order a lot draws them for a case, each by its share.

    The same case always draws the same order, on every machine; over many cases the first place
    goes to each agency as its share says. Agencies with the share 0 are left out.
    """
    left = {name: share for name, share in sorted(shares.items()) if share > 0}
    order: list[str] = []
    while left:
        ticket = int(lot_digest(loan_id, episode, len(order)), 16) % sum(left.values())
        order.append(_winner(left, ticket))
        del left[order[-1]]
    return tuple(order)


def commission(terms: CommissionTerms, amount_minor: int, days_past_due: int) -> Commission:
    """The commission of a recovery on a debt that old when it was placed, rounded half up.

    A negative amount is a recovery undone: its commission is exactly what was earned, negated.
    """
    points = [band.basis_points for band in terms.bands if band.from_days <= days_past_due][-1]
    sign = -1 if amount_minor < 0 else 1
    whole = (abs(amount_minor) * points + 5_000) // 10_000
    withheld = whole * terms.conduct_percent // 100
    return Commission(points, sign * (whole - withheld), sign * withheld)


def problems(agency: Agency) -> list[str]:
    """Everything about an agency that does not go together, each named by its place."""
    found: list[str] = []
    starts = [band.from_days for band in agency.commission.bands]
    if not starts or starts[0] != 0 or starts != sorted(set(starts)):
        found.append("commission.bands: the bands must start at day 0 and rise.")
    if "CN" in agency.jurisdictions and agency.commission.conduct_percent == 0:
        found.append("commission.conduct_percent: CN-AGY-03 asks for a share paid by conduct.")
    if agency.url and agency.public_key:
        found.append("url: an agency is told over HTTP or by files, not both.")
    if agency.sftp and not agency.public_key:
        found.append("handoff.sftp: files are encrypted; give the agency's public_key too.")
    return found


def _winner(left: Mapping[str, int], ticket: int) -> str:
    for name, share in left.items():
        if ticket < share:
            return name
        ticket -= share
    raise AssertionError("a ticket is below the sum of the shares")


def _time_barred(account: Account) -> date | None:
    """The last day of the limitation period when it is over, or None."""
    rule = _LIMITATION.get(account.jurisdiction)
    if rule is None or account.limited_from is None:
        return None
    over = deadline(rule, "limitation", account.limited_from, ())
    return over if account.today > over else None
