"""Shared by the suites on SQLite: writers that acknowledge, and a check of what they leave.

A writer acknowledges an announcement after `append_announcement` has returned, with one unbuffered
line:

    3 17        writer 3's announcement 17 is in the log
"""

import os
import select
import shutil
import signal
import traceback
from collections.abc import Callable, Iterable, Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from events.errors import MissionLedgerError
from ledger.append import append_announcement
from ledger.upkeep.verify import verify
from projections.record import create_record, open_record
from tests.faults.numbered import Following, numbered

Name = tuple[int, int]
"""An announcement: its writer, and its number among that writer's."""

MADE = b"made\n"
"""The first acknowledgement where a ledger is created too: `create` has returned."""

SUSPECTED = "-wal seems to be damaged at byte"
"""What `verify` reports if an interrupted append looks like a single flipped bit.

A lost sector can differ in one bit from the one before it, and in a restarted write-ahead log an
old page behind a new frame's header can look so (`ledger.storage.write_ahead_log`): the two cannot
be told apart. There must be no other fault.
"""

NEXT = 999_999
"""The writer that appends once more, to check that the ledger is still usable."""


@contextmanager
def scratch(*, memory: bool = False) -> Iterator[Path]:
    """Create a folder for a run; in `memory` if the disk itself is not tested."""
    shared = Path("/dev/shm")
    with TemporaryDirectory(dir=shared if memory and shared.is_dir() else None) as folder:
        yield Path(folder)


def copied(ledger: Path, place: Path) -> Path:
    """Copy a closed ledger to a path, and remove files left beside it."""
    for end in ("-wal", "-shm", "-lock"):
        place.with_name(place.name + end).unlink(missing_ok=True)
    shutil.copyfile(ledger, place)
    return place


def template(folder: Path) -> Path:
    """Create an empty ledger to copy; this also imports all that appending needs."""
    place = folder / "template.sqlite"
    create_record(place)
    with open_record(place) as store:
        verify(store)
    return place


def read_acknowledged(text: bytes) -> frozenset[Name]:
    """Parse acknowledgements; a truncated line is none."""
    return frozenset(
        (int(writer), int(number))
        for writer, number in (
            line.split() for line in text.decode().splitlines(keepends=True) if line.endswith("\n")
        )
    )


def append_in_turns(
    place: str | Path,
    writer: int,
    told: Callable[[bytes], object],
    *,
    most: int,
    many: int = 1_000_000,
    at_once: int = 5,
) -> None:
    """Append announcements of 1 to `most` events; reopen the ledger after every `at_once`.

    Closing makes a checkpoint, so that checkpoints are interrupted too.
    """
    number = 0
    while number < many:
        with open_record(place, write=True) as store:
            for _ in range(min(many - number, at_once)):
                append_announcement(store, numbered(writer, number, most=most), by="a writer")
                told(b"%d %d\n" % (writer, number))
                number += 1


@dataclass(frozen=True)
class End:
    """How a writer ended, and all that it had acknowledged.

    `code` is its exit code: -9 if it was killed, 0 if its work was done.
    """

    acknowledged: frozenset[Name]
    code: int

    @property
    def killed(self) -> bool:
        """Whether SIGKILL ended it."""
        return self.code == -signal.SIGKILL

    def faults(self, *, may_be_done: bool = False) -> list[str]:
        """Return a fault unless we killed it or, if `may_be_done`, its work was done."""
        if self.killed or (may_be_done and self.code == 0):
            return []
        return [f"a writer ended of itself, with exit code {self.code}"]


@dataclass(frozen=True)
class Process:
    """A forked writer, and the pipe with its acknowledgements."""

    pid: int
    lines: int

    def wait_for_answer(self, seconds: float = 30) -> bool:
        """Wait until it has written or ended; return whether that was in time."""
        return bool(select.select([self.lines], [], [], seconds)[0])

    def kill(self) -> End:
        """End it with SIGKILL."""
        os.kill(self.pid, signal.SIGKILL)
        return self.end()

    def end(self) -> End:
        """Wait until it has ended."""
        lines, code = self.ended()
        return End(read_acknowledged(lines), code)

    def answers(self) -> bytes:
        """Wait until it has ended; return the lines it wrote."""
        return self.ended()[0]

    def ended(self) -> tuple[bytes, int]:
        """Wait until it has ended; return the lines it wrote, and its exit code."""
        with os.fdopen(self.lines, "rb") as pipe:
            lines = pipe.read()
        return lines, os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def forked(work: Callable[[Callable[[bytes], object]], object]) -> Process:
    """Run `work` in a forked process, in which all imports are done.

    It exits with 1 if `work` raises. No ledger may be open here: a SQLite connection does not
    survive a fork.
    """
    lines, end = os.pipe()
    pid = os.fork()
    if pid:
        os.close(end)
        return Process(pid, lines)
    code = 1
    try:
        os.close(lines)
        signal.alarm(LONGEST)
        work(lambda line: os.write(end, line))
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


LONGEST = 300
"""Seconds after which a writer that hangs is ended, which is a fault."""


@dataclass(frozen=True)
class Left:
    """What a ledger still holds up to its last position, and what is wrong with it by kind."""

    position: int = 0
    whole: frozenset[Name] = frozenset()
    lost: frozenset[Name] = frozenset()
    half: tuple[str, ...] = ()
    damage: tuple[str, ...] = ()

    @property
    def faults(self) -> list[str]:
        """All faults, in words."""
        lost = [f"acknowledged and lost: writer {w}, announcement {n}" for w, n in self.lost]
        return [*lost, *self.half, *self.damage]


def look(place: str | Path, acknowledged: Set[Name], *, append: bool = True) -> Left:
    """Read and verify a ledger as `mission verify` does; then append once more, and check that."""
    seen, damage = Following(), list[str]()
    try:
        with open_record(place, check=False) as store:
            seen.take(store.entries())
            verified = verify(store)
            damage += [finding.message for finding in verified.findings]
            store.check_positions()
        if verified.root != seen.tree.root:
            damage.append("the root is not that of the entries")
        if append:
            damage += _appending_once_more(place, seen)
    except MissionLedgerError as error:
        damage.insert(0, f"{type(error).__name__}: {error.message}")
    except Exception as error:
        damage.insert(0, f"a traceback: {type(error).__name__}: {error}")
    whole = frozenset(seen.whole)
    lost = frozenset(acknowledged) - whole
    return Left(seen.position, whole, lost, tuple(seen.faults), tuple(damage))


def _appending_once_more(place: str | Path, seen: Following) -> Iterator[str]:
    name = (NEXT, seen.position)
    with open_record(place, write=True) as store:
        if store.tree().root != seen.tree.root:
            yield "the tree that is grown further is not that of the entries"
        append_announcement(store, numbered(*name, most=3), by="the next writer")
    with open_record(place) as store:
        seen.take(store.entries(after=seen.position))
        if seen.faults or seen.tree.root != store.tree().root:
            yield f"after one more append: {seen.faults or 'another root'}"
    if name not in seen.whole:
        yield "one more append was acknowledged and is not there"


def too_few(rounds: int, floors: Iterable[tuple[int, float, str]]) -> list[str]:
    """Return what was counted fewer times than so often a round."""
    return [
        f"{count} {what} in {rounds} rounds"
        for count, least, what in floors
        if count < least * rounds
    ]


@dataclass
class Tally:
    """A count of faults in a run, and the first few in words."""

    faults: list[str] = field(default_factory=list)
    count: int = 0

    def add(self, where: str, faults: list[str]) -> None:
        """Add the faults of one round."""
        self.count += len(faults)
        self.faults += [f"{where}: {fault}" for fault in faults[:3]]
        del self.faults[20:]
