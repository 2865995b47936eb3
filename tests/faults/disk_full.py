"""Full and failing disks: one clear error, no partial append, and a usable ledger afterwards.

    python tests/faults/disk_full.py [--rounds 400] [--seed 1] [--control swallow]

A writer meets the fault while it works, gets an error, and tries again; once the fault is over, the
same writer and another one must be able to append. The faults come from a limit on the size of
files, a small file system in memory (root only), injected errors (`recorder.c`: the n-th write,
fsync, open or truncation and some after it, with ENOSPC or EIO) and, if installed, libfiu's
`fiu-run`. `mission add` is run as a command too: exit code 2, one line of error and one of hint.

Every kind of fault must occur, and every writer must get an acknowledgement. With `--control` the
writers and `mission add` run a broken program, which must be detected.
"""

import argparse
import os
import random
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from functools import partial
from pathlib import Path

from tests.faults import broken_writers as broken
from tests.faults.broken import Control, add_control, conclude
from tests.faults.broken_appends import BEHIND, project_later, split_append
from tests.faults.desk import copied, scratch, template
from tests.faults.failing_command import add
from tests.faults.failing_disks import crowded, limited, refused, small_disk, with_libfiu
from tests.faults.keeping_at_it import UNTRUE, Met, judge, keep_at_it
from tests.faults.recording import run_again, why_not

CONTROLS = {
    "swallow": Control(
        "acknowledges what could not be written", broken.swallow_errors, "acknowledged and lost"
    ),
    "half": Control("appends in two transactions", split_append, ", not writer"),
    "later": Control("applies projections after the commit of the log", project_later, BEHIND),
    "raw": Control(
        "passes the errors of the database on", broken.pass_errors_on, "not one clear error"
    ),
    "stuck": Control(
        "keeps to its first error", broken.stay_broken, "still an error when the fault was over"
    ),
    "untrue": Control(
        "says that nothing was appended at a second try",
        broken.deny_what_was_done,
        f"said that {UNTRUE}, and it was",
    ),
    "dies": Control("ends of itself", broken.end_of_itself, "the writer ended of itself"),
}  # fmt: skip


FEWEST = 2
"""The fewest rounds of each kind of fault; a single round may meet none."""

BREAKING = "from tests.faults.disk_full import CONTROLS; CONTROLS[{!r}].breaks(); "


class Suite:
    """Rounds of each kind of fault; a control stops once it has shown its fault."""

    def __init__(self, folder: Path, rounds: int, seed: int, control: str | None) -> None:
        self._folder = folder
        self._rounds = rounds
        self._chance = random.Random(seed)
        self._control = control
        self._empty = template(folder)
        self.came: dict[str, Met | str] = {}

    def meet(self, library: Path | None) -> None:
        """Run all kinds of fault; record why one was not run."""
        chance, keep = self._chance, partial(keep_with, self._control)
        place = self._folder / "ledger.sqlite"
        size = partial(limited, self._empty, chance=chance, keep=keep)
        self._repeat("files may not grow", 25, place, size)
        self.came["no room on the disk"] = "not run: no file system can be mounted here"
        with small_disk(self._folder) as disk:
            if disk:
                full = partial(crowded, chance=chance, keep=keep)
                self._repeat("no room on the disk", 20, disk / place.name, full)
        if library is None:
            self.came["calls that fail"] = self.came["mission add"] = f"not run: {why_not()}"
        else:
            failing = partial(refused, chance=chance, keep=keep)
            self._repeat("calls that fail", 40, place, failing)
            self._add(place, library)
        self.came["libfiu"] = "not run: fiu-run is not installed"
        if shutil.which("fiu-run"):
            control = ["--control", self._control] if self._control else []
            writer = [sys.executable, __file__, *control, "--write"]
            self._repeat("libfiu", 5, place, partial(with_libfiu, chance=chance, writer=writer))

    def _repeat(self, name: str, share: int, place: Path, once: Callable[[Path], bytes]) -> None:
        self.came[name] = met = Met()
        for number in self._numbers(share):
            copied(self._empty, place)
            judge(met, f"{name}, round {number}", place, once(place))

    def _add(self, place: Path, library: Path) -> None:
        self.came["mission add"] = met = Met()
        before = BREAKING.format(self._control) if self._control else ""
        for number in self._numbers(10):
            copied(self._empty, place)
            error, faults = add(place, library, self._chance, before)
            met.take(error.replace(str(place), "…"), f"round {number}", faults)

    def _numbers(self, share: int) -> Iterator[int]:
        for number in range(max(FEWEST, self._rounds * share // 100)):
            if self._control and CONTROLS[self._control].is_shown(self.faults):
                return
            yield number

    @property
    def faults(self) -> list[str]:
        """All faults found."""
        return [fault for met in self._met.values() for fault in met.tally.faults]

    @property
    def short(self) -> list[str]:
        """What was tried too little."""
        short = [each for name, met in self._met.items() for each in met.too_little(name)]
        needed = ("calls that fail", "mission add")
        return short + [f"{name}: {self.came[name]}" for name in needed if name not in self._met]

    @property
    def _met(self) -> dict[str, Met]:
        return {name: met for name, met in self.came.items() if isinstance(met, Met)}


def keep_with(
    control: str | None,
    place: Path,
    told: Callable[[bytes], object],
    over: Callable[[], object] | None = None,
) -> None:
    """Run a writer that retries, after breaking the program if there is a control."""
    if control:
        CONTROLS[control].breaks()
    keep_at_it(place, 1, told, over)


def main() -> int:
    """Run the suite and print its results."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    add_control(parser, CONTROLS)
    parser.add_argument("--library", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.write:
        keep_with(given.control, given.write, partial(os.write, 1))
        return 0
    if given.library or why_not():
        return report(given.library, given.rounds, given.seed, given.control)
    with scratch(memory=True) as folder:
        return run_again(folder, folder)


def report(library: Path | None, rounds: int, seed: int, control: str | None) -> int:
    """Run all kinds of faults, and print the results of each; return the exit code."""
    began = time.monotonic()
    with nullcontext(library.parent) if library else scratch(memory=True) as folder:
        suite = Suite(folder, rounds, seed, control)
        suite.meet(library)
    for name, met in suite.came.items():
        print(f"{name}: {met}")
    print(f"in {time.monotonic() - began:.0f} s")
    return conclude(CONTROLS[control] if control else None, suite.faults, suite.short)


if __name__ == "__main__":
    sys.exit(main())
