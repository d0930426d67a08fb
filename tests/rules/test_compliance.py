"""The compliance page says what the packs and the tests say today."""

from policies.compliance import PAGE, page, shown_by
from policies.packs import load_packs

PACKS = load_packs()
SHOWN = shown_by()


def test_the_page_is_up_to_date():
    told = PAGE.read_text(encoding="utf-8") == page(PACKS, SHOWN)
    assert told, "write docs/compliance.md anew: python -m policies.compliance"


def test_every_rule_has_a_row_with_its_source_and_a_test_where_one_names_it():
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:2] == "| "]
    packs = [*PACKS.bases.values(), *PACKS.overlays.values()]
    for rule in (rule for pack in packs for rule in pack.rules):
        (row,) = [line for line in rows if line.startswith(f"| {rule.id} | ")]
        assert rule.source.title.replace("|", "\\|") in row
        assert all(test in row for test in SHOWN.get(rule.id, ())[:3])


def test_the_caps_that_our_own_steps_meet_are_shown_by_a_test():
    for jurisdiction, book in PACKS.books().items():
        rules = [hours.rule.id for hours in book.hours] + [cap.rule.id for cap in book.caps]
        assert not [rule for rule in rules if not SHOWN.get(rule)], jurisdiction
