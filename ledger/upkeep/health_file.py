"""Whether a ledger's file lies well: what is there, who may do what to it."""

import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ledger.storage.sqlite import DRAFT, SIDE_FILES
from ledger.upkeep import health_disk
from ledger.upkeep.health import Check, size_in_words

Kind = Literal["file", "folder", "other", "nothing", "hidden"]

LONG_LOG = 64 << 20
"""In bytes: a write-ahead log is moved into the file long before it is as large as this."""


@dataclass(frozen=True, slots=True)
class SideFile:
    """A file beside the ledger, by the ending of its name: its size, and who may write to it."""

    ending: str
    size: int
    writable: bool = True


@dataclass(frozen=True, slots=True)
class FileStatus:
    """What is at a path, and around it. Sizes are in bytes, modes as `stat` has them.

    `kind` is `hidden` where it may not be looked at; `free`, `filesystem` and `folder_mode` are
    None where there is no telling. `drafts` are files that an unfinished command left.
    """

    path: Path
    kind: Kind
    size: int = 0
    mode: int = 0
    names: int = 1
    link: bool = False
    readable: bool = True
    writable: bool = True
    folder_mode: int | None = None
    folder_writable: bool = True
    filesystem: str | None = None
    free: int | None = None
    beside: tuple[SideFile, ...] = ()
    drafts: tuple[str, ...] = ()

    def side(self, ending: str) -> SideFile | None:
        """Return the file beside the ledger whose name ends so."""
        return next((each for each in self.beside if each.ending == ending), None)


def collect(path: Path) -> FileStatus:
    """Look at a path, without opening what is there."""
    folder = path.absolute().parent
    around = {
        "link": path.is_symlink() if _may_look(path) else False,
        "folder_mode": _mode(folder),
        "folder_writable": os.access(folder, os.W_OK),
        "filesystem": health_disk.filesystem_at(path),
        "free": health_disk.free_at(folder),
        "beside": tuple(_beside(path)),
        "drafts": tuple(_drafts(folder)),
    }
    try:
        found = path.stat()
    except OSError as error:
        there = error.errno not in (errno.ENOENT, errno.ENOTDIR)
        return FileStatus(path, "hidden" if there else "nothing", **around)  # type: ignore[arg-type]
    kind: Kind = "folder" if path.is_dir() else "file" if path.is_file() else "other"
    return FileStatus(
        path,
        kind,
        size=found.st_size,
        mode=found.st_mode,
        names=found.st_nlink,
        readable=os.access(path, os.R_OK),
        writable=os.access(path, os.W_OK),
        **around,  # type: ignore[arg-type]
    )


def checks(place: FileStatus, *, named: bool) -> Iterator[Check]:
    """Judge where a ledger is, or should be; `named` where the user said that it is there."""
    yield _there(place, named=named)
    if place.filesystem:
        yield health_disk.filesystem(place.filesystem)
    if place.free is not None:
        yield health_disk.space(place.free, place.size)
    if place.kind == "file":
        yield from _permissions(place)
        yield from _names(place)
        yield from _left_over(place)


def _there(place: FileStatus, *, named: bool) -> Check:
    path = place.path
    if place.kind == "file":
        if place.readable:
            return Check("ledger", "fine", f"{path}, {size_in_words(place.size)}")
        return Check("ledger", "problem", f"{path} may not be read by you", _ASK)
    if place.kind == "hidden":
        return Check("ledger", "problem", f"{path} may not even be looked at by you", _ASK)
    if place.kind == "nothing":
        return Check(
            "ledger", "problem" if named else "note", f"there is none at {path}",
            "`mission init` makes one; --ledger or MISSION_LEDGER names another",
        )  # fmt: skip
    what = "a folder" if place.kind == "folder" else "neither a file nor a folder"
    return Check("ledger", "problem", f"{path} is {what}", "name the ledger's file with --ledger")


_ASK = "ask its owner for the right to it, or name another with --ledger"


def _permissions(place: FileStatus) -> Iterator[Check]:
    path, folder = place.path, place.path.parent
    found = []
    if place.mode & stat.S_IWOTH:
        do = f"chmod o-w {path}"
        found.append(Check("permissions", "problem", "anyone may change the ledger's file", do))
    if place.folder_mode is not None and place.folder_mode & stat.S_IWOTH:
        if place.folder_mode & stat.S_ISVTX:
            said = f"anyone may put files into {folder}, beside the ledger"
            do = "keep the ledger in a folder of its own"
            found.append(Check("permissions", "note", said, do))
        else:
            said = f"anyone may replace the ledger: {folder} is open to all"
            found.append(Check("permissions", "problem", said, f"chmod o-w {folder}"))
    if not place.writable:
        said = "you may read the ledger, and not append to it"
        do = "as it should be for a reader; its owner can let you append"
        found.append(Check("permissions", "note", said, do))
    elif not place.folder_writable:
        said = f"nothing can be appended: {folder}, where SQLite puts files beside it, is closed"
        do = "ask the folder's owner for the right to write in it"
        found.append(Check("permissions", "note", said, do))
    for side in place.beside if place.writable else ():
        if not side.writable:
            said = f"nothing can be appended: {path.name}{side.ending} belongs to somebody else"
            do = f"give it the owner and the permissions that {path.name} has"
            found.append(Check("permissions", "problem", said, do))
    yield from found or [Check("permissions", "fine", f"{stat.filemode(place.mode)} for the file")]


def _names(place: FileStatus) -> Iterator[Check]:
    do = "call it by one name only: files beside it, its lock among them, go by the name"
    if place.names > 1:
        said = f"the file has {place.names} names (hard links)"
        yield Check("names", "problem", said, do)
    if place.link:
        yield Check("names", "note", f"{place.path} is a link to the file", do)


def _left_over(place: FileStatus) -> Iterator[Check]:
    name = place.path.name
    log, shared = place.side("-wal"), place.side("-shm")
    if log and log.size:
        said = f"{name}-wal holds {size_in_words(log.size)} that are not in the ledger's file yet"
        if not shared:
            do = "the next append takes it in; move or copy the two together, never one alone"
            yield Check("write-ahead log", "note", f"{said}, and no program has it open", do)
        elif log.size > LONG_LOG:
            do = "end the program that has kept a reading transaction open for long"
            yield Check("write-ahead log", "note", said, do)
        else:
            yield Check("write-ahead log", "fine", f"{said}; `mission backup` copies both")
    if place.side("-journal"):
        said = f"{name}-journal is beside the ledger: another program wrote to it"
        yield Check("write-ahead log", "note", said, "let no other program write to the ledger")
    if place.drafts:
        said = f"an unfinished command left {', '.join(place.drafts)}"
        do = "remove it, once no mission command is at work"
        yield Check("left over", "note", said, do)


def _mode(folder: Path) -> int | None:
    try:
        return folder.stat().st_mode
    except OSError:
        return None


def _may_look(path: Path) -> bool:
    try:
        path.lstat()
    except OSError:
        return False
    return True


def _beside(path: Path) -> Iterator[SideFile]:
    for ending in SIDE_FILES:
        side = path.with_name(path.name + ending) if path.name else path
        try:
            size = side.stat().st_size
        except OSError:
            continue
        yield SideFile(ending, size, os.access(side, os.W_OK))


def _drafts(folder: Path) -> Iterator[str]:
    try:
        found = sorted(each.name for each in folder.glob(f"{DRAFT}*"))
    except OSError:
        return
    yield from (name for name in found if not name.endswith(SIDE_FILES))
