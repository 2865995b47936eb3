"""Writers in processes of their own, and the journals in which they record each attempt.

One line for each attempt to append, written when the attempt has ended:

    {"number": 17, "began": 81.2, "seconds": 0.004, "added": 3}
    {"number": 18, "began": 81.3, "seconds": 4.5, "error": "UnreachableError", "said": "… lost …"}

Times are from the machine's monotonic clock, which all its processes share.
"""

import json
import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.context import ForkProcess
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import TextIO

from events.errors import UnreachableError
from ledger.append import append_announcement
from projections.record import Record, open_record
from tests.faults.numbered import numbered

PATIENCE = 30.0
"""Seconds within which a writer's attempt must succeed or fail."""


@dataclass(frozen=True)
class Attempt:
    """One line of a writer's journal: `added` is the number of entries appended, -1 on error."""

    writer: int
    number: int
    began: float
    seconds: float
    added: int = -1
    error: str = ""
    said: str = ""

    def spans(self, since: float, moment: float) -> bool:
        """Whether it began at or after `since` and was in progress at a moment."""
        return since <= self.began <= moment <= self.began + self.seconds


@dataclass
class Journals:
    """The journals in a folder, as far as they have been read."""

    folder: Path
    attempts: list[Attempt] = field(default_factory=list)
    acknowledged: int = 0
    _read: dict[Path, int] = field(default_factory=dict)

    def read(self) -> Sequence[Attempt]:
        """Read the new lines of every journal; return all attempts so far."""
        for path in sorted(self.folder.iterdir()):
            with path.open("rb") as journal:
                journal.seek(self._read.get(path, 0))
                text = journal.read()
            whole = text[: text.rfind(b"\n") + 1]
            self._read[path] = self._read.get(path, 0) + len(whole)
            new = [Attempt(int(path.name), **json.loads(line)) for line in whole.splitlines()]
            self.attempts += new
            self.acknowledged += sum(not attempt.error for attempt in new)
        return self.attempts


def write(
    place: str, writer: int, journal: Path, stop: Event, breaks: Callable[[], object]
) -> None:
    """Append announcements until `stop` is set; repeat an announcement that was not appended.

    Any error other than UnreachableError ends the writer. `breaks` is called first.
    """
    breaks()
    with journal.open("a", buffering=1) as lines:
        began = time.monotonic()
        try:
            store = open_record(place, write=True)
        except Exception as error:
            _note(lines, 0, began, **_unexpected(error))
            raise SystemExit(1) from None
        with store:
            _append_until(stop, store, writer, lines)


def _append_until(stop: Event, store: Record, writer: int, lines: TextIO) -> None:
    number = 0
    while not stop.is_set():
        began = time.monotonic()
        try:
            announcement = numbered(writer, number, most=12)
            receipt = append_announcement(store, announcement, by=f"writer {writer}")
        except UnreachableError as error:
            _note(lines, number, began, error=type(error).__name__, said=error.message)
        except Exception as error:
            _note(lines, number, began, **_unexpected(error))
            raise SystemExit(1) from None
        else:
            _note(lines, number, began, added=len(receipt.appended))
            number += 1


def _unexpected(error: Exception) -> dict[str, str]:
    said = str(error).partition("\n")[0]
    return {"error": f"{type(error).__module__}.{type(error).__name__}", "said": said}


def _note(lines: TextIO, number: int, began: float, **outcome: object) -> None:
    """Write the line of an attempt that has ended."""
    line = {"number": number, "began": began, "seconds": time.monotonic() - began, **outcome}
    lines.write(json.dumps(line) + "\n")


@dataclass(frozen=True)
class Writers:
    """Running writers."""

    processes: Sequence[ForkProcess]
    faults: list[str] = field(default_factory=list)

    def gone(self) -> list[str]:
        """Return a fault for each writer that has ended without being stopped."""
        return [
            f"writer {writer} ended of itself, with exit code {process.exitcode}"
            for writer, process in enumerate(self.processes)
            if not process.is_alive()
        ]

    def stop(self, stopping: Event) -> None:
        """Stop all writers and wait for them; add to `faults` those that did not stop."""
        self.faults.extend(self.gone())
        stopping.set()
        for writer, process in enumerate(self.processes):
            process.join(2 * PATIENCE)
            if process.is_alive():
                self.faults.append(f"writer {writer} did not stop within {2 * PATIENCE:.0f} s")
            process.kill()
            process.join()


@contextmanager
def writing(
    place: str, writers: int, folder: Path, breaks: Callable[[], object]
) -> Iterator[Writers]:
    """Run writers in processes, each with a journal in the folder; stop them at the end."""
    forked = multiprocessing.get_context("fork")
    stopping = forked.Event()
    at_work = Writers(
        [
            forked.Process(
                target=write,
                args=(place, writer, folder / str(writer), stopping, breaks),
                daemon=True,
            )
            for writer in range(writers)
        ]
    )
    for process in at_work.processes:
        process.start()
    try:
        yield at_work
    finally:
        at_work.stop(stopping)
