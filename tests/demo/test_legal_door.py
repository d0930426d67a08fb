"""What the demo's office puts on the legal file is what the commands would take."""

from datetime import UTC, date, datetime

from demo.legal_door import COURT_NAME, entry
from domain.legal.asking import FileEvidence

AT = datetime(2026, 3, 10, 2, tzinfo=UTC)


def test_a_court_is_put_on_file_with_its_name_and_nothing_else_is():
    names = {
        item: entry("L1", FileEvidence("E1", "ann", item, date(2026, 3, 10), "E1"), AT).text
        for item in ("court", "contract")
    }
    assert names == {"court": COURT_NAME, "contract": ""}
    assert COURT_NAME.endswith("法院")
