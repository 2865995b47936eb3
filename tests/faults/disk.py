"""A simulated disk that may lose unsynced data at a power cut.

On the disk for certain are a file's contents up to its last fsync, and a folder's names up to the
folder's last fsync. Each later write is kept, lost, or torn into sectors of 512 bytes that are each
kept or lost, in any order; a file's new length may be lost too, or kept without the data (then it
reads as zeros). Names created and removed since are kept up to some point, as by a journaling file
system, or each by chance, as by one without a journal.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.recording import Call

SECTOR = 512

Name = tuple[str, "File | None"]
"""A name given to a file, or removed (None)."""


@dataclass(eq=False)
class File:
    """A file or folder: its synced contents, and the writes since."""

    is_folder: bool = False
    sure: bytearray = field(default_factory=bytearray)
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)

    def sync(self) -> None:
        """Make all pending writes certain."""
        self.sure = self.contents(lambda: True, lambda: False)
        self.pending = []

    def after_cut(self, chance: random.Random, kept: float) -> bytes:
        """Return contents that a power cut may leave."""
        data = self.contents(lambda: chance.random() < kept, lambda: chance.random() < 0.5)
        if len(data) > len(self.sure) and chance.random() < 0.2:
            del data[chance.randint(len(self.sure), len(data)) :]
        return bytes(data)

    def contents(self, kept: Callable[[], bool], torn: Callable[[], bool]) -> bytearray:
        """Return the contents if each unsynced write is kept, torn or lost."""
        contents = bytearray(self.sure)
        for at, data in self.pending:
            if data is None:
                if kept():
                    del contents[at:]
                    contents.extend(bytes(at - len(contents)))
            elif kept():
                _put(contents, at, data)
            elif torn():
                for start in range(at - at % SECTOR, at + len(data), SECTOR):
                    if torn():
                        first = max(at, start)
                        _put(contents, first, data[first - at : start + SECTOR - at])
            elif torn():
                _put(contents, max(at + len(data) - 1, len(contents)), b"")
        return contents


def _put(contents: bytearray, at: int, data: bytes) -> None:
    contents.extend(bytes(max(0, at - len(contents))))
    contents[at : at + len(data)] = data


class Disk:
    """The files of a folder, as built by recorded calls.

    `sure` is what is on the disk before the first call: contents by path, None for a folder. With
    `names_with_files`, an fsync of a file also syncs its names, as ext4, XFS and Btrfs do; POSIX
    does not require it.
    """

    def __init__(
        self,
        root: str,
        sure: Mapping[str, bytes | None] | None = None,
        *,
        names_with_files: bool = False,
    ) -> None:
        self._root = root
        self._names_with_files = names_with_files
        self._now = {root: File(is_folder=True)}
        for path, contents in (sure or {}).items():
            self._now[path] = File(contents is None, bytearray(contents or b""))
        self._sure = dict(self._now)
        self._opened: dict[int, File] = {}
        self._pending: list[list[Name]] = []

    def take(self, call: Call) -> None:
        """Apply one call."""
        match call.what:
            case "open" | "create":
                file = self._now.get(call.path)
                if file is None:
                    file = File()
                    self._rename((call.path, file))
                elif call.what == "create":
                    file.pending.append((0, None))
                self._opened[call.number] = file
            case "close":
                pass
            case "write":
                self._opened[call.number].pending.append((call.at, call.data))
            case "truncate":
                self._opened[call.number].pending.append((call.at, None))
            case "sync":
                self._sync(self._opened[call.number])
            case "unlink" | "rmdir":
                self._rename((call.path, None))
            case "mkdir":
                self._rename((call.path, File(is_folder=True)))
            case "link":
                self._rename((call.to, self._now[call.path]))
            case "rename":
                self._rename((call.to, self._now[call.path]), (call.path, None))
            case unknown:
                raise ValueError(unknown)

    def after_cut(self, chance: random.Random) -> dict[str, bytes | None]:
        """Return what a power cut now may leave: contents by path, None for a folder."""
        names = dict(self._sure)
        kept = chance.choice((0.0, 0.1, 0.5, 0.9, 1.0))
        up_to = chance.randint(0, len(self._pending))
        in_order = chance.random() < 0.5
        for number, change in enumerate(self._pending):
            if number < up_to if in_order else chance.random() < kept:
                _apply(names, change)
        return {
            path: None if file.is_folder else file.after_cut(chance, kept)
            for path, file in sorted(names.items())
            if all(above in names for above in _above(path, self._root))
        }

    def everything(self) -> dict[str, bytes | None]:
        """Return what is there without a power cut, in the form of `after_cut`."""
        always, never = lambda: True, lambda: False
        return {
            path: None if file.is_folder else bytes(file.contents(always, never))
            for path, file in sorted(self._now.items())
        }

    def unsynced(self) -> list[str]:
        """Return the paths of files with unsynced writes."""
        return [path for path, file in self._now.items() if file.pending]

    def _rename(self, *change: Name) -> None:
        _apply(self._now, change)
        self._pending.append(list(change))

    def _sync(self, file: File) -> None:
        file.sync()
        if file.is_folder:
            self._settle(lambda change: self._now.get(str(Path(change[0][0]).parent)) is file)
        elif self._names_with_files:
            names = {path for change in self._pending for path, named in change if named is file}
            self._settle(lambda change: any(path in names for path, _ in change))

    def _settle(self, settled: Callable[[list[Name]], bool]) -> None:
        waiting = []
        for change in self._pending:
            if settled(change):
                _apply(self._sure, change)
            else:
                waiting.append(change)
        self._pending = waiting


def _apply(names: dict[str, File], change: "list[Name] | tuple[Name, ...]") -> None:
    for path, file in change:
        if file is None:
            names.pop(path, None)
        else:
            names[path] = file


def _above(path: str, root: str) -> list[str]:
    """Return the folders that contain a path, up to the root."""
    return [str(each) for each in Path(path).parents if each.is_relative_to(root)]
