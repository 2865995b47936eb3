"""A deterministic writer, which makes the same calls each time and is killed at one of them.

It creates a ledger, or it appends to an existing one, makes checkpoints and closes it, twice. It
runs in a fork of a process with the recorder loaded (`recorder.c`), in a watched folder.
"""

import ctypes
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import rmtree

from ledger.append import append_announcement
from ledger.storage.sqlite_file import DRAFT
from projections.record import create_record, open_record
from tests.faults.broken import Control
from tests.faults.broken_appends import checkpoint_often
from tests.faults.desk import MADE, Name, copied, forked, read_acknowledged, template
from tests.faults.numbered import numbered
from tests.faults.recording import Call, read_calls

APPENDS = (4, 2)
"""How many announcements are appended each time the ledger is opened."""

PAGES = 30
"""Pages in the write-ahead log before a checkpoint; SQLite's 1000 would need as many calls."""

PARTS = ("appending", "making")

HOW = ("before", "after", "torn")
"""The recorder's numbers for the ways to kill a process at a call."""

Kind = tuple[str, str]
"""A call and the name of its file, without a draft's random part.

A write at the start of a write-ahead log starts or restarts it.
"""


@dataclass(frozen=True)
class Run:
    """One run of a part: its acknowledgements, exit code and calls."""

    part: str
    told: bytes
    code: int
    calls: list[Call]

    @property
    def made(self) -> bool:
        """Whether the ledger's creation was acknowledged."""
        return self.told.startswith(MADE)

    @property
    def acknowledged(self) -> frozenset[Name]:
        """The announcements that were acknowledged."""
        return read_acknowledged(self.told.removeprefix(MADE))

    @property
    def kinds(self) -> list[Kind]:
        """The kinds of its calls, without the kill."""
        return [_kind(call) for call in self.calls if call.what != "kill"]


def _kind(call: Call) -> Kind:
    name = Path(call.path).name
    if name.startswith(DRAFT):
        name = "draft" + name[len(DRAFT) + 16 :]
    begins = call.what == "write" and call.at == 0 and name.endswith("-wal")
    return ("begin" if begins else call.what), name


class Desk:
    """The watched folder in which writers run, and the recording."""

    def __init__(self, folder: Path, control: Control | None) -> None:
        template(folder)  # this also imports everything
        self._empty = folder / "empty.sqlite"
        self._log, self._work = folder / "log", folder / "work"
        self.place = self._work / "kept" / "ledger.sqlite"
        self._control = control
        forked(lambda _: self._make(self._empty)).ended()

    def _make(self, place: Path) -> None:
        if self._control:
            self._control.breaks()
        create_record(place)

    def run(self, part: str, at: int = 0, how: str = "before") -> Run:
        """Run one part in a new folder, and kill the writer at call `at`; 0 is none."""
        rmtree(self._work, ignore_errors=True)
        self._work.mkdir()
        if part == "appending":
            self.place.parent.mkdir()
            copied(self._empty, self.place)
        os.truncate(self._log, 0)
        told, code = forked(lambda told: self._write(part, told, at, HOW.index(how))).ended()
        return Run(part, told, code, list(read_calls(self._log)))

    def _write(self, part: str, told: Callable[[bytes], object], at: int, how: int) -> None:
        if self._control:
            self._control.breaks()
        checkpoint_often(PAGES)
        ctypes.CDLL(None).recorder_kill(at, how)
        if part == "making":
            create_record(self.place)
            told(MADE)
            return
        told(MADE)
        moments, number = _moments(), 0
        for many in APPENDS:
            with open_record(self.place, write=True, clock=lambda: next(moments)) as store:
                for _ in range(many):
                    append_announcement(store, numbered(0, number, most=4), by="a writer")
                    told(b"0 %d\n" % number)
                    number += 1


def _moments() -> Iterator[datetime]:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    while True:
        moment += timedelta(seconds=1)
        yield moment
