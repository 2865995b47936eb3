"""Simulated power cuts: after each, everything acknowledged is there and complete.

    python tests/faults/power_cut.py [--rounds 3000] [--seed 1] [--control OFF]

A writer creates a ledger and appends to it while every call that changes a file is recorded
(`recorder.c`). From the recording a possible state of the disk after a cut at any point is built
(`disk.py`), and opened as after a restart (`cuts.py`). To show that the simulation is effective,
the same is done to writers that do not sync as they should: with synchronous NORMAL and OFF,
acknowledged announcements must be lost. These run after the unbroken program; with `--control` one
of them, or another broken program, runs alone.
"""

import argparse
import sys
import time
from functools import partial
from pathlib import Path

from projections.record import create_record
from tests.faults import broken_writers as broken
from tests.faults.broken import Control, add_control, conclude
from tests.faults.broken_appends import (
    BEHIND,
    HALF,
    checkpoint_often,
    project_later,
    set_for_writers,
    split_append,
)
from tests.faults.cuts import cut, writers
from tests.faults.desk import MADE, append_in_turns
from tests.faults.recording import why_not

WHOLE = "FULL"
"""The unbroken program."""

ALONGSIDE = ("NORMAL", "OFF")
"""The controls that run after the unbroken program."""

KINDS = (
    # The most events of an announcement, the announcements, the appends before closing, and the
    # pages at which SQLite makes a checkpoint (its default is 1000).
    (50, 45, 45, 1000),
    (5, 25, 7, 1000),
    (5, 30, 15, 20),
    (12, 20, 20, 60),
)


def write(folder: Path, number: int, program: str) -> None:
    """Create a ledger and append to it, with acknowledgements in a file; this is recorded."""
    most, many, at_once, pages = KINDS[number % len(KINDS)]
    checkpoint_often(pages)
    if program != WHOLE:
        CONTROLS[program].breaks()
    # Every other ledger is created in a new folder.
    place = folder / "kept" / "ledger.sqlite" if number % 2 else folder / "ledger.sqlite"
    with (folder / "acknowledged").open("wb", buffering=0) as told:
        create_record(place)
        told.write(MADE)
        append_in_turns(place, number, told.write, most=most, many=many, at_once=at_once)


LOST = "acknowledged and lost"
CONTROLS = {
    "NORMAL": Control(
        "syncs only at checkpoints (synchronous NORMAL)",
        partial(set_for_writers, "synchronous = NORMAL"),
        LOST,
    ),
    "OFF": Control(
        "never syncs (synchronous OFF)", partial(set_for_writers, "synchronous = OFF"), LOST
    ),
    "half": Control("appends in two transactions", split_append, HALF),
    "later": Control("applies projections after the commit of the log", project_later, BEHIND),
    "unsynced-folder": Control(
        "does not sync folders", broken.leave_folders_unsynced, "the ledger itself was acknowledged"
    ),
    "dies": Control("ends of itself", broken.end_of_itself, "ended of itself"),
}  # fmt: skip


def report(program: str, rounds: int, seed: int, most: int = 20) -> int:
    """Cut a program's power in all rounds, and print the results; return the exit code.

    A control stops once it has shown its fault; at most `most` faults are printed.
    """
    began = time.monotonic()
    control = CONTROLS.get(program)
    came = cut(writers(rounds, seed, program), control.is_shown if control else lambda _: False)
    what = f"synchronous={program}" if program in (WHOLE, *ALONGSIDE) else program
    took = time.monotonic() - began
    print(f"{what}: {came.outcomes.total()} cuts in {took:.0f} s; {came}")
    return conclude(control, came.faults, came.too_little(rounds), most=most)


def main() -> int:
    """Run the suite and print its results."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    add_control(parser, CONTROLS)
    parser.add_argument("--write", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.write:
        folder, number, program = given.write
        write(Path(folder), int(number), program)
        return 0
    if reason := why_not():
        print(f"not run: {reason}")
        return 0
    if given.control:
        return report(given.control, given.rounds, given.seed)
    faulty = report(WHOLE, given.rounds, given.seed)
    fewer = max(12, given.rounds // 10)
    bites = [report(each, fewer, given.seed, most=2) for each in ALONGSIDE]
    if not all(bites):
        print("these should have been: the simulation does not bite")
    return int(faulty or not all(bites))


if __name__ == "__main__":
    sys.exit(main())
