"""The mark of a ledger's file: which write-ahead log belongs to it.

SQLite applies whatever write-ahead log lies beside a file. Beside an older or a newer copy, or
another ledger, that makes a mixture of pages, and nothing in the pages tells. So each writer notes
in the lock file (`ledger.storage.write_lock`) the file and the log that it leaves:

    {"file": [1311, 90112, 1767225600000000001], "log": [1312, "9f3c…"], "end": [4152, "07a1…"]}

`file` has the inode, size and modification time (ns) of the file, which only a checkpoint changes;
`log` the inode and the salts of the log, null where it is absent or empty; `end` the offset of a
frame and its checksum, which covers all frames before it. SQLite replaces the salts whenever it
begins the log anew. A file that is unchanged since the mark, with a log that still has those salts
and that frame, is as the last writer left it, or was appended to since.

The device is not part of the mark, since its number may change with every start of the machine. The
file is never opened here (`ledger.storage.sqlite`); the log may be, as SQLite has no locks on it.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple, Self

from ledger.storage.write_ahead_log import FRAME_HEADER, HEADER

_PAGE_SIZE, _SALTS = slice(8, 12), slice(16, 24)
"""Of the header of a log."""

_CHECKSUM = slice(16, 24)
"""Of the header of a frame; its salts are before it."""


_OPEN_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK


class FileState(NamedTuple):
    """What identifies the contents of a file without opening it."""

    inode: int
    size: int
    changed_ns: int


class LogState(NamedTuple):
    """What identifies a write-ahead log; SQLite replaces the salts when it begins it anew."""

    inode: int
    salts: str


_UNREADABLE = LogState(0, "")
"""No mark has this."""


class LogEnd(NamedTuple):
    """A frame of the log, by its offset, and its checksum over all frames up to it."""

    offset: int
    checksum: str


class Observation(NamedTuple):
    """The state of a file and of the log beside it; `log` is None where there is none."""

    file: FileState | None
    log: LogState | None


class Mark(NamedTuple):
    """What a writer noted of a file and its log."""

    file: FileState | None
    log: LogState | None
    end: LogEnd | None

    @classmethod
    def of(cls, seen: Observation, log: str) -> Self:
        """Return the mark of a file and its log as they were observed under the write lock."""
        return cls(*seen, _end(log, seen.log.salts) if seen.log else None)

    @classmethod
    def from_json(cls, data: Any) -> Self:  # noqa: ANN401 (JSON)
        """Read a mark. Raises ValueError, TypeError or KeyError where it is none."""
        file, log, end = data["file"], data["log"], data["end"]
        return cls(
            FileState(*file) if file else None,
            LogState(*log) if log else None,
            LogEnd(*end) if end else None,
        )

    def to_json(self) -> dict[str, Any]:
        """Write a mark."""
        return self._asdict()

    def is_of(self, seen: Observation) -> bool:
        """Whether a file and its log are those of this mark, if nobody wrote over the log."""
        return self.file == seen.file and self.log == seen.log

    def matches(self, seen: Observation, log: str) -> bool:
        """Whether a file and its log are those of this mark, perhaps with later appends."""
        if not self.is_of(seen):
            return False
        return self.end is None or _checksum_at(log, self.end.offset) == self.end.checksum

    def may_be_restarting(self, seen: Observation) -> bool:
        """Whether the file is unchanged, and its log is new or was begun anew once since.

        That is so while a writer is in its first transaction after a checkpoint. SQLite then
        increments the first of the two salts.
        """
        if self.file != seen.file or seen.log is None:
            return False
        return self.log is None or _following(self.log.salts) == seen.log.salts[:8]


def observe(file: str, log: str) -> Observation:
    """Look at a file and the log beside it."""
    try:
        found = os.stat(file)  # noqa: PTH116 (twice for each append)
        state = FileState(found.st_ino, found.st_size, found.st_mtime_ns)
    except OSError:
        state = None
    return Observation(state, _log_state(log))


def has_log(log: str) -> bool:
    """Whether there is a write-ahead log that is not empty."""
    try:
        return os.stat(log).st_size > 0  # noqa: PTH116 (for each opening)
    except OSError:
        return False


def _log_state(log: str) -> LogState | None:
    try:
        descriptor = os.open(log, _OPEN_FLAGS)
    except FileNotFoundError:
        return None
    except OSError:
        return _UNREADABLE
    try:
        header = os.pread(descriptor, HEADER, 0)
        return LogState(os.fstat(descriptor).st_ino, header[_SALTS].hex()) if header else None
    except OSError:
        return _UNREADABLE
    finally:
        os.close(descriptor)


def _following(salts: str) -> str:
    return f"{(int(salts[:8] or '0', 16) + 1) % 2**32:08x}"


def _end(log: str, salts: str) -> LogEnd | None:
    """Return the last frame with these salts; frames of an earlier round may follow it."""
    with suppress(OSError), _opened(log) as descriptor:
        page_size = int.from_bytes(os.pread(descriptor, HEADER, 0)[_PAGE_SIZE])
        frame = FRAME_HEADER + page_size
        low, high = 0, (os.fstat(descriptor).st_size - HEADER) // frame
        while low < high:
            middle = (low + high) // 2
            header = os.pread(descriptor, FRAME_HEADER, HEADER + middle * frame)
            if header[8:16].hex() == salts:
                low = middle + 1
            else:
                high = middle
        if low:
            offset = HEADER + (low - 1) * frame
            return LogEnd(offset, os.pread(descriptor, FRAME_HEADER, offset)[_CHECKSUM].hex())
    return None


def _checksum_at(log: str, offset: int) -> str:
    with suppress(OSError), _opened(log) as descriptor:
        return os.pread(descriptor, FRAME_HEADER, offset)[_CHECKSUM].hex()
    return ""


@contextmanager
def _opened(log: str) -> Iterator[int]:
    descriptor = os.open(log, _OPEN_FLAGS)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
