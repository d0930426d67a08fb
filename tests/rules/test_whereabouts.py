"""By which calendar days count where nobody knows in which time zone a person lives."""

import pytest

from domain.clock import zone
from domain.whereabouts import LEGAL_ZONES, calendar_zone
from policies.packs import load_packs

PACKS = load_packs()


def test_a_known_zone_counts_whatever_the_law():
    assert calendar_zone("Asia/Urumqi", "CN") == "Asia/Urumqi"


def test_an_unknown_zone_counts_by_the_law_and_under_no_law_by_utc():
    assert calendar_zone("", "CN") == "Asia/Shanghai"
    assert calendar_zone("", "XX") == "UTC"


@pytest.mark.parametrize("jurisdiction", sorted(PACKS.bases))
def test_every_jurisdiction_has_a_legal_zone_that_agrees_with_its_pack(jurisdiction):
    pack, name = PACKS.bases[jurisdiction], LEGAL_ZONES[jurisdiction]
    assert zone(name).key == name
    assert pack.legal_zone in (None, name)
    assert not pack.unknown_zones or name == pack.unknown_zones[0]
