"""Single flipped bits: each is found by `mission verify`, refused, or changes no answer.

    python tests/faults/bit_flips.py [--rounds 10000] [--table-rounds 2000] [--control blind]

A small ledger exists in two forms: closed, in one file; and as left by a writer that never closed
it, with most of the log still in the write-ahead log. A random bit of its files, or every fourth
time of the header of a page, is flipped; then it is opened and verified. If that finds nothing,
every question is asked, and each answer must be the same byte for byte. Another `--table-rounds`
rounds flip bits of derived tables (`table_flips.py`) and ask first. Before, a ledger whose log has
an entry more or less than its derived tables must be refused (`behind.py`).

A minimum of flips must be found, and a minimum harmless; `--control` breaks what finds them.
"""

import argparse
import os
import random
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from ledger.append import append_announcement
from ledger.shipped.records import load
from ledger.storage import inline_projection
from ledger.storage.sqlite import BUSY_SECONDS
from ledger.storage.write_lock import accept_log, observe_log
from ledger.upkeep import verify as verifying
from ledger.upkeep.derived_tables import DerivedTables
from ledger.upkeep.verify import Verification
from projections.record import create_record, open_record
from tests.faults import table_flips
from tests.faults.asking import (
    ANSWERED,
    FOUND,
    REFUSED,
    UNCLEAR,
    Answer,
    ask_all,
    ask_undamaged,
    verified,
)
from tests.faults.behind import UNNOTICED, look_behind
from tests.faults.broken import Control, add_control, conclude
from tests.faults.broken_writers import pass_errors_on
from tests.faults.desk import scratch
from tests.faults.numbered import numbered
from tests.faults.table_flips import SILENT, flip_tables

FILES = ("ledger.sqlite", "ledger.sqlite-wal")
HARMLESS = "harmless"
PAGE_SIZE, PAGE_HEADER = 4096, 12
"""In bytes, of SQLite's pages."""
FEWEST_IN_TABLES = 16
"""The fewest bits of derived tables to flip, unless fewer are requested."""

Came = Any
"""Flips or TableFlips."""
Work = Callable[[tuple[int, int, int]], Came]
"""Runs one share of the rounds: the seed, the share's number, and the number of rounds."""


def look_at_nothing() -> None:
    """Verify nothing."""
    verifying.verify = lambda *_, **__: Verification(0, None, ())


def leave_the_index_out() -> None:
    """Verify without comparing the rows of the index and the claims."""
    DerivedTables.compare = lambda *_: None


def leave_positions_unchecked() -> None:
    """Open a ledger without comparing the positions of its projections with the log."""
    inline_projection.check_positions = lambda *_: None


CONTROLS = {
    "blind": Control("verifies nothing", look_at_nothing, SILENT),
    "no-index": Control("verifies all but the index and the claims", leave_the_index_out, SILENT),
    "no-positions": Control(
        "leaves positions of projections unchecked", leave_positions_unchecked, UNNOTICED
    ),
    "raw": Control("passes the errors of the database on", pass_errors_on, UNCLEAR),
}


@dataclass
class Flips:
    """The results of some flips: a count of each outcome, and the faults."""

    outcomes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def add(self, other: "Flips") -> None:
        """Add the results of others."""
        self.outcomes += other.outcomes
        self.faults += other.faults

    def __str__(self) -> str:
        lines = [f"  {count:>6}  {how}" for how, count in self.outcomes.most_common()]
        return "\n".join([f"{self.outcomes.total()} flips", *lines])

    def too_little(self, rounds: int) -> list[str]:
        """Return what too few rounds tried; usually a quarter is harmless."""
        short, harmless = [], self.outcomes[HARMLESS]
        found = self.outcomes.total() - harmless
        if self.outcomes.total() < rounds:
            short.append(f"{self.outcomes.total()} flips were made, not {rounds}")
        if found < (least := max(1, rounds // 7)):
            short.append(f"{found} flips were found or refused, not {least}")
        if harmless < (least := max(1, rounds // 40)):
            short.append(f"after {harmless} flips all answers were compared, not {least}")
        return short


def make(folder: Path) -> tuple[Path, Path]:
    """Create the ledger closed and left open; return the folders of both."""
    closed, left = folder / "closed", folder / "left"
    place = closed / FILES[0]
    create_record(place)
    left.mkdir()
    with open_record(place, write=True) as store:
        append_announcement(store, numbered(0, 0, most=2), by="anna")
    with open_record(place, write=True) as store:
        load(store, "nmi")
        for number in (1, 2, 8):
            append_announcement(store, numbered(0, number, most=2), by="anna")
        for name in FILES:
            shutil.copyfile(closed / name, left / name)
    return closed, left


def flip_files(share: tuple[int, int, int], closed: Path, left: Path) -> Flips:
    """Flip bits of files, one at a time."""
    seed, which, rounds = share
    chance = random.Random(f"{seed} {which}")
    came = Flips()
    with scratch(memory=True) as folder:
        right = {made: ask_undamaged(_laid_out(made, folder)) for made in (closed, left)}
        for number in range(rounds):
            made = left if number % 2 else closed
            whole = {name: (made / name).read_bytes() for name in FILES if (made / name).exists()}
            bit = chance.randrange(8 * sum(map(len, whole.values())))
            if number % 4 == 2:  # few other flips damage the database's own structure
                bit = 8 * PAGE_SIZE * chance.randrange(len(whole[FILES[0]]) // PAGE_SIZE)
                bit += chance.randrange(8 * PAGE_HEADER)
            where = _flip(_laid_out(made, folder), whole, bit)
            outcome, said = _outcome(folder / FILES[0], right[made])
            came.outcomes[outcome] += 1
            if outcome in (SILENT, UNCLEAR):
                came.faults.append(f"{outcome}: {made.name}, {where}: {said}")
    return came


def _laid_out(made: Path, folder: Path) -> Path:
    for leftover in folder.iterdir():
        leftover.unlink()
    shutil.copytree(made, folder, dirs_exist_ok=True)
    place = folder / FILES[0]
    accept_log(place, observe_log(place), BUSY_SECONDS)  # as the writer left it
    return place


def _flip(place: Path, whole: dict[str, bytes], bit: int) -> str:
    """Flip one bit, numbered through all files of a ledger; describe its place."""
    name, contents = next(iter(whole.items()))
    if bit >= 8 * len(contents):
        bit -= 8 * len(contents)
        name, contents = list(whole.items())[1]
    changed = bytearray(contents)
    changed[bit // 8] ^= 1 << bit % 8
    flipped = place.with_name(name)
    before = flipped.stat()
    flipped.write_bytes(changed)
    os.utime(flipped, ns=(before.st_atime_ns, before.st_mtime_ns))  # nobody wrote to the file
    return f"bit {bit % 8} of byte {bit // 8} of {name}"


def _outcome(place: Path, right: dict[str, Answer]) -> tuple[str, str]:
    """Return the outcome of a flip."""
    found = verified(place)
    if found.how != ANSWERED:
        return (found.how if found.how == UNCLEAR else _named(found)), found.said
    for question, answer in ask_all(place).items():
        if answer.how == UNCLEAR:
            return UNCLEAR, f"{question}: {answer.said}"
        if answer.how == REFUSED != right[question].how:
            return _named(answer), answer.said
        if answer != right[question]:
            return SILENT, f"another answer to {question}"
    return HARMLESS, ""


def _named(answer: Answer) -> str:
    """Return what detected a flip."""
    how = "verify" if answer.how == FOUND else "opening or reading"
    return f"{how}: {answer.said.partition(':')[0]}"


def on_two_processors(work: Work, rounds: int, seed: int) -> Came:
    """Run the rounds in two processes, and add up their results."""
    shares = [(seed, which, (rounds + 1 - which) // 2) for which in range(2)]
    with ProcessPoolExecutor(2, mp_context=get_context("fork")) as two:
        try:
            came, other = two.map(work, shares)
        except BrokenExecutor:
            sys.exit("a process that flipped bits ended of itself")
    came.add(other)
    return came


def main() -> int:
    """Run the suite and print its results."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=10_000)
    parser.add_argument("--table-rounds", type=int, help="[default: a fifth]")
    parser.add_argument("--seed", type=int, default=1)
    add_control(parser, CONTROLS)
    given = parser.parse_args()
    control = CONTROLS.get(given.control)
    in_tables = (
        max(FEWEST_IN_TABLES, given.rounds // 5)
        if given.table_rounds is None
        else given.table_rounds
    )
    faults: list[str] = []
    short: list[str] = []
    with scratch(memory=True) as folder:
        closed, left = make(folder)
        made = table_flips.make(folder / "tables.sqlite")
        if control:
            # The processes that flip bits are forked from this one.
            control.breaks()
        behind = look_behind(made)
        print(behind)
        faults += behind.faults
        suites: list[tuple[Work, int]] = [
            (partial(flip_files, closed=closed, left=left), given.rounds),
            (partial(flip_tables, made=made), in_tables),
        ]
        for work, rounds in suites:
            if rounds and not (control and control.is_shown(faults)):
                began = time.monotonic()
                came = on_two_processors(work, rounds, given.seed)
                print(f"{came}\nin {time.monotonic() - began:.0f} s", flush=True)
                faults += came.faults
                short += came.too_little(rounds)
    return conclude(control, faults, short)


if __name__ == "__main__":
    sys.exit(main())
