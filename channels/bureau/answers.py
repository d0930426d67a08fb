"""What a bureau answers to a batch: a CSV with one line a report, accepted or refused and why."""

import csv
import io
from dataclasses import dataclass

from channels.bureau.fixed import LayoutBroken

ACCEPTED, REFUSED = "accepted", "refused"
COLUMNS = ("key", "answer", "code")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to one report; `code` is the bureau's own word for what is wrong with it."""

    key: str
    accepted: bool
    code: str = ""


def read_answers(content: bytes) -> list[Verdict]:
    """Every answer of the file; LayoutBroken names the first line that cannot be read."""
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        lines = list(reader)
    except (UnicodeDecodeError, csv.Error):
        raise LayoutBroken("The answers are no CSV in UTF-8.") from None
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise LayoutBroken(f"The answers have other columns than {', '.join(COLUMNS)}.")
    found = []
    for number, line in enumerate(lines, start=2):
        if not line["key"] or line["answer"] not in (ACCEPTED, REFUSED):
            raise LayoutBroken(f"Line {number}: must be a key, and accepted or refused.")
        found.append(Verdict(line["key"], line["answer"] == ACCEPTED, line["code"] or ""))
    return found
