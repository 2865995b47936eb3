"""kill -9 of SQLite writers at random moments: nothing acknowledged lost, nothing half.

    python tests/faults/kill_sqlite.py [--rounds 1000] [--seed 1]

In every round one to four processes append announcements of 1 to 50 events and are killed at a
random moment between a writer's start and some tens of appends, in some rounds one after the
other. Then the ledger is read, verified and appended to; every fifth round begins a new one.
"""

import argparse
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.faults.desk import (
    NEXT,
    Name,
    Tally,
    append_in_turns,
    copied,
    forked,
    look,
    scratch,
    template,
)

PER_LEDGER = 5
"""Rounds before a new ledger: verifying a long log every time would take most of the time."""


@dataclass(frozen=True)
class Killed:
    """What came of a run. `unacknowledged` announcements were whole in the log all the same."""

    rounds: int
    kills: int
    acknowledged: int
    unacknowledged: int
    with_wal: int
    seconds: float
    faults: int
    some: Sequence[str]

    def __str__(self) -> str:
        return (
            f"{self.rounds} rounds, {self.kills} writers killed in {self.seconds:.0f} s:"
            f" {self.acknowledged} announcements acknowledged\n"
            f"{self.with_wal} rounds left a write-ahead log to recover;"
            f" {self.unacknowledged} announcements were in the log whole though the kill came"
            " before their acknowledgement\n"
            f"{self.faults} faults"
        )


def kill_again_and_again(folder: Path, *, rounds: int, seed: int) -> Killed:
    """Run so many rounds, and say what came of them."""
    chance = random.Random(seed)
    empty, place = template(folder), folder / "ledger.sqlite"
    tally, began = Tally(), time.monotonic()
    kills = with_wal = acknowledged = unacknowledged = 0
    known: set[Name] = set()
    for number in range(rounds):
        if number % PER_LEDGER == 0:
            copied(empty, place)
            known.clear()
        before = set(known)
        writers = chance.choice((1, 1, 1, 2, 4))
        running = [
            forked(partial(append_in_turns, place, number * 10 + each, most=50))
            for each in range(writers)
        ]
        time.sleep(chance.choice((0.02, 0.08, 0.2)) * chance.random())
        for process in running:
            known |= process.kill()
            if number % 3 == 0:
                time.sleep(0.02 * chance.random())
        kills += writers
        acknowledged += len(known - before)
        wal = place.with_name(f"{place.name}-wal")
        with_wal += wal.exists() and wal.stat().st_size > 0
        left = look(place, known)
        tally.add(f"round {number}", left.faults)
        unacknowledged += sum(name not in known and name[0] != NEXT for name in left.whole)
        known |= left.whole
    took = time.monotonic() - began
    return Killed(
        rounds, kills, acknowledged, unacknowledged, with_wal, took, tally.count, tally.faults
    )


def main() -> int:
    """Run it, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with scratch() as folder:
        came = kill_again_and_again(folder, **vars(given))
    print(came)
    for fault in came.some:
        print(f"  {fault}")
    return int(bool(came.faults))


if __name__ == "__main__":
    sys.exit(main())
