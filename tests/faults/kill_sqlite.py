"""kill -9 SQLite writers at random moments: nothing acknowledged is lost, nothing is partial.

    python tests/faults/kill_sqlite.py [--rounds 1000] [--seed 1] [--control NAME]

In every round one to four processes append announcements of 1 to 50 events and are killed at a
random moment between their start and some tens of appends, in some rounds one after the other. Then
the ledger is read, verified and appended to; every fifth round starts a new one. In two rounds of
three the kill waits for the first acknowledgement, so that it interrupts work even on a slow
machine.
"""

import argparse
import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.broken import Control, add_control, conclude
from tests.faults.broken_appends import (
    BEHIND,
    HALF,
    LOST,
    OF_ITSELF,
    acknowledge_early,
    leave_positions,
    project_later,
    raise_always,
    split_append,
)
from tests.faults.desk import (
    NEXT,
    End,
    Name,
    Process,
    Tally,
    append_in_turns,
    copied,
    forked,
    look,
    scratch,
    template,
    too_few,
)

CONTROLS = {
    "split": Control("appends in two transactions", split_append, HALF),
    "later": Control("applies projections after the commit of the log", project_later, BEHIND),
    "unmoved": Control("leaves the positions of projections", leave_positions, BEHIND),
    "early": Control("acknowledges before it commits", acknowledge_early, LOST),
    "raising": Control("raises in every append", raise_always, OF_ITSELF),
}

PER_LEDGER = 5
"""Rounds before a new ledger: verifying a long log every time would take most of the time."""

LEAST_ACKNOWLEDGED, LEAST_AT_WORK, LEAST_WITH_LOG = 1.6, 0.5, 0.15
"""Per round; usually 6 are acknowledged, 1.3 killed at work, and 0.75 leave a log."""

MANY = 100
"""Rounds from which some kill must fall between an append and its acknowledgement."""


@dataclass
class Killed:
    """The results of a run. `unacknowledged` announcements were complete in the log nevertheless.

    `at_work` counts the writers that were killed after an acknowledgement.
    """

    rounds: int = 0
    kills: int = 0
    at_work: int = 0
    acknowledged: int = 0
    unacknowledged: int = 0
    with_log: int = 0
    seconds: float = 0.0
    tally: Tally = field(default_factory=Tally)

    def __str__(self) -> str:
        return (
            f"{self.rounds} rounds, {self.kills} writers killed in {self.seconds:.0f} s,"
            f" {self.at_work} of them at work: {self.acknowledged} announcements acknowledged\n"
            f"{self.with_log} rounds left a write-ahead log to recover;"
            f" {self.unacknowledged} announcements were in the log whole though the kill came"
            f" before their acknowledgement\n{self.tally.count} faults"
        )

    @property
    def short(self) -> list[str]:
        """Return what was tried too little."""
        floors = (
            (self.acknowledged, LEAST_ACKNOWLEDGED, "announcements were acknowledged"),
            (self.at_work, LEAST_AT_WORK, "writers were killed at work"),
            (self.with_log, LEAST_WITH_LOG, "rounds left a write-ahead log"),
        )
        short = too_few(self.rounds, floors)
        if self.rounds >= MANY and not self.unacknowledged:
            short.append(f"no kill of {self.kills} fell between an append and its acknowledgement")
        return short


def kill_again_and_again(
    folder: Path, *, rounds: int, seed: int, control: Control | None = None
) -> Killed:
    """Run the rounds and return the results; a control stops once its fault is shown."""
    chance = random.Random(seed)
    empty, place = template(folder), folder / "ledger.sqlite"
    came, began = Killed(), time.monotonic()
    known: set[Name] = set()
    for number in range(rounds):
        if number % PER_LEDGER == 0:
            copied(empty, place)
            known.clear()
        writers = chance.choice((1, 1, 1, 2, 4))
        running = [
            forked(_appending(place, number * 10 + each, control)) for each in range(writers)
        ]
        _judge(came, place, known, _killed(running, number, chance))
        if control and control.is_shown(came.tally.faults):
            break
    came.seconds = time.monotonic() - began
    return came


def _judge(came: Killed, place: Path, known: set[Name], ends: list[End]) -> None:
    """Check the ledger that writers left, and how they ended."""
    told = frozenset[Name]().union(*(end.acknowledged for end in ends))
    came.kills += sum(end.killed for end in ends)
    came.at_work += sum(end.killed and bool(end.acknowledged) for end in ends)
    came.acknowledged += len(told)
    known |= told
    log = place.with_name(f"{place.name}-wal")
    came.with_log += log.exists() and log.stat().st_size > 0
    left = look(place, known)
    came.tally.add(f"round {came.rounds}", [fault for end in ends for fault in end.faults()])
    came.tally.add(f"round {came.rounds}", left.faults)
    came.rounds += 1
    came.unacknowledged += sum(name not in known and name[0] != NEXT for name in left.whole)
    known |= left.whole


def _appending(
    place: Path, writer: int, control: Control | None
) -> Callable[[Callable[[bytes], object]], None]:
    def work(told: Callable[[bytes], object]) -> None:
        if control:
            control.breaks()
        append_in_turns(place, writer, told, most=50)

    return work


def _killed(running: list[Process], number: int, chance: random.Random) -> list[End]:
    """Kill writers at a random moment, in every third round one after the other."""
    if number % 3:
        running[0].wait_for_answer()
    time.sleep(chance.choice((0.02, 0.08, 0.2)) * chance.random())
    ends = []
    for process in running:
        ends.append(process.kill())
        if number % 3 == 0:
            time.sleep(0.02 * chance.random())
    return ends


def main() -> int:
    """Run the suite and print its results."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    add_control(parser, CONTROLS)
    given = parser.parse_args()
    control = CONTROLS[given.control] if given.control else None
    with scratch() as folder:
        came = kill_again_and_again(folder, rounds=given.rounds, seed=given.seed, control=control)
    print(came)
    return conclude(control, came.tally.faults, came.short)


if __name__ == "__main__":
    sys.exit(main())
