"""A worker of its own process that claims contacts as fast as it can: run by the tests only.

python -m tests.ledger.claiming <ledger url> <worker> <workers> <merge days> <go file>

It is ready when it has printed a line, begins when the file is there, and prints one line for each
of its loans: the loan, what came of it, and by which rule.
"""

import sys
import time
from pathlib import Path

from domain.gate.words import Channel
from ledger.claims import Claimed
from ledger.engine import open_ledger, reading
from ledger.loans import loan_view
from tests.ledger.book import claim, order

LOANS = 40
CHANNELS = (
    Channel.EMAIL,
    Channel.SMS,
    Channel.CALL,
    Channel.PUSH,
    Channel.LETTER,
    Channel.AI_CALL,
    Channel.VISIT,
    Channel.SOCIAL,
)
"""All mixed: loan by loan the next one."""


def asked(number: int, merge_days: int):
    """What is due for that loan."""
    if merge_days:
        return order(f"L{number}", "first", channel=Channel.LETTER, merge_days=merge_days)
    return order(f"L{number}", "first", channel=CHANNELS[number % len(CHANNELS)])


def main(url: str, worker: str, workers: str, merge_days: str, go: str) -> None:
    engine = open_ledger(url)
    with reading(engine) as session:
        loan_view(session, "L1")
    print("ready", flush=True)
    while not Path(go).exists():
        time.sleep(0.005)
    for number in range(int(worker), LOANS, int(workers)):
        answer = claim(engine, asked(number, int(merge_days)))
        if isinstance(answer, Claimed):
            print(f"L{number} claimed {len(answer.also)}", flush=True)
        else:
            print(f"L{number} {answer.kind} {answer.rule}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
