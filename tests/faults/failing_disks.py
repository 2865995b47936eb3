"""Disks that fail while a writer works, and recover afterwards.

Each function runs the writer `keep` in a process of its own, and returns its report. The writer
gets the ledger's path, a function to report with, and a function that ends the fault.
"""

import ctypes
import errno
import os
import random
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tests.faults.desk import forked

ERRORS = (errno.ENOSPC, errno.EIO)

Tell = Callable[[bytes], object]
Keep = Callable[[Path, Tell, Callable[[], object]], None]


def limited(empty: Path, place: Path, chance: random.Random, keep: Keep) -> bytes:
    """Limit the size of files."""
    size = empty.stat().st_size + chance.randint(0, 150_000)
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    put = partial(resource.setrlimit, resource.RLIMIT_FSIZE)

    def work(told: Tell) -> None:
        put((size, hard))
        keep(place, told, lambda: put((hard, hard)))

    return forked(work).answers()


def refused(place: Path, chance: random.Random, keep: Keep) -> bytes:
    """Make some calls fail; the recorder must be loaded."""
    what = chance.choice(("write", "write", "sync", "sync", "open", "truncate"))
    first, many = chance.randint(1, 60), chance.choice((1, 1, 2, 5, 40))
    number = chance.choice((errno.EMFILE, errno.EIO) if what == "open" else ERRORS)
    fail = ctypes.CDLL(None).recorder_fail

    def work(told: Tell) -> None:
        fail(what.encode(), number, first, many)
        keep(place, told, lambda: fail(b"", 0, 0, 0))

    return forked(work).answers()


def crowded(place: Path, chance: random.Random, keep: Keep) -> bytes:
    """Fill the ledger's disk, and make room again."""
    ballast = place.with_name("ballast")
    free = shutil.disk_usage(place.parent).free
    ballast.write_bytes(bytes(max(0, free - chance.randint(0, 300_000))))
    try:
        return forked(lambda told: keep(place, told, ballast.unlink)).answers()
    finally:
        ballast.unlink(missing_ok=True)


@contextmanager
def small_disk(folder: Path) -> Iterator[Path | None]:
    """Mount a file system of 2 MB; yield None if that is not permitted."""
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


def with_libfiu(place: Path, chance: random.Random, writer: list[str]) -> bytes:
    """Make calls fail at random through fiu-run, until the process ends."""
    point = chance.choice(("posix/io/rw/pwrite", "posix/io/sync/fsync", "posix/io/sync/fdatasync"))
    setting = f"enable_random name={point},probability=0.1,failinfo={chance.choice(ERRORS)}"
    command = ["fiu-run", "-x", "-c", setting, *writer, str(place)]
    return subprocess.run(command, stdout=subprocess.PIPE, check=False).stdout
