"""Made-up people: where they live, what they are called, and how they can be reached.

Every address is one that cannot exist, and every telephone number is one that nobody has.
"""

from dataclasses import dataclass
from random import Random

from demo.mailcatcher import REFUSED_MAILBOX
from demo.providers.kept import DEAD_ENDING
from domain.gate.words import Party
from ledger.values import Borrower, ContactPoint
from ledger.words import PointChannel

_CHINESE = (
    "王 Wang,李 Li,张 Zhang,刘 Liu,陈 Chen,杨 Yang,赵 Zhao,黄 Huang,周 Zhou,吴 Wu",
    "秀英 Xiuying,伟 Wei,芳 Fang,磊 Lei,静 Jing,强 Qiang,敏 Min,洋 Yang,艳 Yan,杰 Jie,涛 Tao",
)
_TAIWANESE = (
    "林 Lin,蔡 Tsai,許 Hsu,鄭 Cheng,謝 Hsieh",
    "志明 Chihming,淑芬 Shufen,雅婷 Yating,俊傑 Chunchieh,美玲 Meiling",
)
_AMERICAN = (
    "Smith,Johnson,Garcia,Miller,Davis,Nguyen,Wilson,Moore,Clark,Lewis",
    "Emily,James,Olivia,Michael,Sophia,David,Grace,Daniel,Hannah,Robert",
)
_BRITISH = (
    "Jones,Taylor,Evans,Walker,Hughes,Patel,Green,Campbell,Wood,Murphy",
    "Amelia,Oliver,Isla,Harry,Poppy,George,Ruby,Arthur,Freya,Leo",
)
_EUROPEAN = (
    "Müller,Schmidt,Weber,Becker,Hoffmann,Koch,Richter,Wolf",
    "Anna,Lukas,Marie,Jonas,Lena,Felix,Clara,Paul",
)
_NIGERIAN = (
    "Okafor,Adeyemi,Balogun,Eze,Ibrahim,Okoye",
    "Ngozi,Chinedu,Amina,Tunde,Ifeoma,Emeka",
)
_UGANDAN = ("Mukasa,Nakato,Okello,Namubiru", "Grace,Joseph,Sarah,Isaac")


_WITH_APP = 0.6
"""Part of the borrowers who have our app."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where borrowers live; `share` is their part in a hundred.

    `least` and `most` are what a small loan there comes to, in major units. `surnames` and
    `given` are lists of names, each followed by its Latin letters where it has other ones.
    """

    jurisdiction: str
    share: int
    locale: str
    zones: tuple[str, ...]
    currency: str
    least: int
    most: int
    phone: str
    surnames: str
    given: str


_US_ZONES = ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles")

PLACES = (
    Place("CN", 34, "zh_CN", ("Asia/Shanghai",), "CNY", 800, 20_000, "+861000000{:04}", *_CHINESE),
    Place("US", 20, "en", _US_ZONES, "USD", 300, 4_000, "+120255501{:02}", *_AMERICAN),
    Place("UK", 17, "en", ("Europe/London",), "GBP", 200, 3_000, "+4477009000{:02}", *_BRITISH),
    Place("EU", 13, "en", ("Europe/Berlin",), "EUR", 300, 4_000, "+4930231250{:02}", *_EUROPEAN),
    Place("NG", 8, "en", ("Africa/Lagos",), "NGN", 10_000, 60_000, "+234000000{:04}", *_NIGERIAN),
    Place("TW", 5, "zh_TW", ("Asia/Taipei",), "TWD", 5_000, 80_000, "+886000000{:03}", *_TAIWANESE),
    Place(
        "UG",
        3,
        "en",
        ("Africa/Kampala",),
        "UGX",
        200_000,
        2_000_000,
        "+256000000{:03}",
        *_UGANDAN,
    ),
)


@dataclass(frozen=True, slots=True)
class Person:
    """One borrower with their contact points, and the place they live in."""

    borrower: Borrower
    points: tuple[ContactPoint, ...]
    place: Place


def person(
    number: int,
    dice: Random,
    *,
    reachable: bool = True,
    lost: bool = False,
    place: Place | None = None,
) -> Person:
    """The borrower of that number.

    One who is not reachable has a mailbox that is closed; of one who is lost nothing works, and a
    cousin may know more.
    """
    place = place or dice.choices(PLACES, [place.share for place in PLACES])[0]
    surname, given = (_pick(names, dice) for names in (place.surnames, place.given))
    chinese = place.locale.startswith("zh")
    name = surname[0] + given[0] if chinese else f"{given[0]} {surname[0]}"
    mailbox = _plain(f"{given[1]}.{surname[1]}") if reachable and not lost else REFUSED_MAILBOX
    borrower = Borrower(
        f"B-{number:04}", name, place.locale, dice.choice(place.zones), place.jurisdiction
    )
    phone = place.phone.format(number % 100)
    email = ContactPoint(PointChannel.EMAIL, f"{mailbox}.{number}@example.test")
    if lost:
        cousin = ContactPoint(
            PointChannel.PHONE, phone, party=Party.CONTACT_PERSON, person="a cousin"
        )
        dead = ContactPoint(PointChannel.PHONE, f"+99900{DEAD_ENDING}")
        return Person(borrower, (email, dead, cousin), place)
    points = [email, ContactPoint(PointChannel.PHONE, phone)]
    if dice.random() < _WITH_APP:
        points.append(ContactPoint(PointChannel.DEVICE, f"device-{number:06}"))
    points.append(ContactPoint(PointChannel.POSTAL, f"{number} Sample Road\nSampletown"))
    return Person(borrower, tuple(points), place)


def _pick(names: str, dice: Random) -> tuple[str, str]:
    name, _, latin = dice.choice(names.split(",")).partition(" ")
    return name, latin or name


def _plain(name: str) -> str:
    return name.lower().replace("ü", "ue")
