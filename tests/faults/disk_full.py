"""Full disks and disks that report errors: one clear error, nothing half, and on it goes.

    python tests/faults/disk_full.py [--rounds 400] [--seed 1]

A writer meets the fault in the middle of its work, is told so, and tries again; when the fault
is over the same writer, and another one, must be able to append. The faults are made by a limit
on the size of files, by a small file system in memory (root only), by calls that fail on
purpose (`recorder.c`: the n-th write, fsync, open or truncation and some after it, with ENOSPC
or EIO) and, where it is installed, by libfiu's `fiu-run`. `mission add` is run as a command as
well: exit code 2, one line of error and one of hint.
"""

import argparse
import ctypes
import errno
import os
import random
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from ledger.opening import open_store
from ledger.verifying import verify
from tests.faults.desk import (
    copied,
    forked,
    scratch,
    template,
)
from tests.faults.keeping_at_it import Met, judge, keep_at_it
from tests.faults.recording import recorder, run, why_not

NEWS = """mission: mission-1
source: {id: news, publisher: A ministry, title: News, language: en, published: 2021-05}
events:
  - {type: command-attested, by: DNK, on: 2021-05-01}
"""

MISSION = (sys.executable, "-c", "from cli.main import main; main()")
UNTRUE = "nothing was appended"
ERRORS = (errno.ENOSPC, errno.EIO)


def limited(empty: Path, place: Path, chance: random.Random) -> bytes:
    """Let files grow no larger than some size."""
    size = empty.stat().st_size + chance.randint(0, 150_000)
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    put = partial(resource.setrlimit, resource.RLIMIT_FSIZE)

    def work(told: Callable[[bytes], object]) -> None:
        put((size, hard))
        keep_at_it(place, 1, told, lambda: put((hard, hard)))

    return forked(work).answers()


def refused(place: Path, chance: random.Random) -> bytes:
    """Let some calls fail; the recorder must have been loaded."""
    what = chance.choice(("write", "write", "sync", "sync", "open", "truncate"))
    first, many = chance.randint(1, 60), chance.choice((1, 1, 2, 5, 40))
    number = chance.choice((errno.EMFILE, errno.EIO) if what == "open" else ERRORS)
    fail = ctypes.CDLL(None).recorder_fail

    def work(told: Callable[[bytes], object]) -> None:
        fail(what.encode(), number, first, many)
        keep_at_it(place, 1, told, lambda: fail(b"", 0, 0, 0))

    return forked(work).answers()


def crowded(place: Path, chance: random.Random) -> bytes:
    """Fill the disk that the ledger is on, and make room again."""
    ballast = place.with_name("ballast")
    free = shutil.disk_usage(place.parent).free
    ballast.write_bytes(bytes(max(0, free - chance.randint(0, 300_000))))
    return forked(lambda told: keep_at_it(place, 1, told, ballast.unlink)).answers()


@contextmanager
def small_disk(folder: Path) -> Iterator[Path | None]:
    """Give a file system of 2 MB; None where that is not allowed."""
    disk = folder / "small"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)]
    if os.getuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        yield None
        return
    try:
        yield disk
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def with_libfiu(place: Path, chance: random.Random) -> bytes:
    """Let calls fail at random, through fiu-run; until the end, so the fault is never over."""
    point = chance.choice(("posix/io/rw/pwrite", "posix/io/sync/fsync", "posix/io/sync/fdatasync"))
    setting = f"enable_random name={point},probability=0.1,failinfo={chance.choice(ERRORS)}"
    command = ["fiu-run", "-x", "-c", setting, sys.executable, __file__, "--write", str(place)]
    return subprocess.run(command, stdout=subprocess.PIPE, check=False).stdout


def add(place: Path, library: Path, chance: random.Random) -> tuple[str, list[str]]:
    """Run `mission add` where calls fail; return what it said, and what was wrong with that."""
    news = place.with_name("news.yaml")
    news.write_text(NEWS)
    what, number = chance.choice(("write", "sync")), chance.choice(ERRORS)
    fail = f"{what} {number} {chance.randint(1, 12)} {chance.choice((1, 1000))}"
    command = [*MISSION, "add", str(news), "--by", "anna", "--ledger", str(place)]
    ended = run(command, library, place, fail=fail)
    with open_store(place) as store:
        there = store.position()
    faults = [f"mission add ({fail}): {each}" for each in _wrong_with(ended, there)]
    again = subprocess.run(command, capture_output=True, text=True, check=False)
    with open_store(place) as store:
        if again.returncode or store.position() != 2 or verify(store).findings:
            faults.append(f"mission add, the second time ({fail}): {again.stderr}")
    return (ended.stderr.partition("\n")[0] if ended.returncode else "exit 0"), faults


def _wrong_with(ended: "subprocess.CompletedProcess[str]", there: int) -> Iterator[str]:
    if there not in (0, 2):
        yield f"{there} of 2 entries are in the log"
    if ended.returncode == 0:
        if not there:
            yield "said that it had added what is not there"
        return
    said = [line.partition(":")[0] for line in ended.stderr.splitlines()]
    if ended.returncode != 2 or said != ["error", "hint"] or "bug" in ended.stderr:
        yield f"exit {ended.returncode}, and not one error and one hint: {ended.stderr}"
    if there and UNTRUE in ended.stderr:
        yield f"said that {UNTRUE}, and it was"


def meet(folder: Path, library: Path | None, rounds: int, seed: int) -> dict[str, Met | str]:
    """Run so many rounds in all; return what came of each kind of fault, or why it was not run."""
    chance = random.Random(seed)
    empty, place = template(folder), folder / "ledger.sqlite"
    came: dict[str, Met | str] = {}

    def repeat(name: str, share: int, place: Path, once: Callable[[Path], bytes]) -> None:
        came[name] = met = Met()
        for number in range(max(1, rounds * share // 100)):
            copied(empty, place)
            judge(met, f"{name}, round {number}", place, once(place))

    repeat("files may not grow", 25, place, lambda at: limited(empty, at, chance))
    came["no room on the disk"] = "not run: no file system can be mounted here"
    with small_disk(folder) as disk:
        if disk:
            at = disk / "ledger.sqlite"
            repeat("no room on the disk", 20, at, lambda at: crowded(at, chance))
    if library is None:
        came["calls that fail"] = came["mission add"] = f"not run: {why_not()}"
    else:
        repeat("calls that fail", 40, place, lambda at: refused(at, chance))
        came["mission add"] = met = Met()
        for number in range(max(1, rounds * 10 // 100)):
            copied(empty, place)
            said, faults = add(place, library, chance)
            met.rounds += 1
            met.errors[said.replace(str(place), "…")] += 1
            met.tally.add(f"round {number}", faults)
    if shutil.which("fiu-run"):
        repeat("libfiu", 5, place, lambda at: with_libfiu(at, chance))
    else:
        came["libfiu"] = "not run: fiu-run is not installed"
    return came


def main() -> int:
    """Run it, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--library", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.write:
        keep_at_it(given.write, 1, partial(os.write, 1))
        return 0
    began = time.monotonic()
    if given.library:
        came = meet(given.library.parent, given.library, given.rounds, given.seed)
    else:
        with scratch(memory=True) as folder:
            if not why_not():
                # Once more, with the recorder loaded and watching that folder.
                command = [sys.executable, *sys.argv, "--library", str(recorder(folder))]
                ended = run(command, recorder(folder), folder)
                print(ended.stdout, ended.stderr, sep="", end="")
                return ended.returncode
            came = meet(folder, None, given.rounds, given.seed)
    missed = False
    for name, met in came.items():
        print(f"{name}: {met}")
        if isinstance(met, Met):
            print("".join(f"  {fault}\n" for fault in met.tally.faults), end="")
            missed |= met.tally.count > 0
    print(f"in {time.monotonic() - began:.0f} s")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
