"""Check a ledger's file: what is at its path, its permissions, and the files beside it."""

import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ledger.storage.sqlite_file import DRAFT, SIDE_FILES
from ledger.storage.write_lock import is_log_familiar
from ledger.upkeep import health_disk
from ledger.upkeep.health import Check, size_in_words

Kind = Literal["file", "folder", "other", "nothing", "hidden"]

MARK_SECONDS = 2
"""How long to wait for a writer that is making a checkpoint."""

LONG_LOG = 64 << 20
"""In bytes: a write-ahead log is normally moved into the file long before this size."""


@dataclass(frozen=True, slots=True)
class SideFile:
    """A file beside the ledger, by the ending of its name."""

    ending: str
    size: int
    writable: bool = True


@dataclass(frozen=True, slots=True)
class FileStatus:
    """The facts about a path and its folder. Sizes are in bytes, modes as in `stat`.

    `kind` is `hidden` where the path cannot be accessed; `free`, `filesystem` and `folder_mode` are
    None where unknown; `names` counts hard links; `log_familiar` is false where the write-ahead log
    may be of another file (`ledger.storage.log_mark`). `drafts` are files left by an unfinished
    command.
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
    side_files: tuple[SideFile, ...] = ()
    log_familiar: bool = True
    drafts: tuple[str, ...] = ()

    def side(self, ending: str) -> SideFile | None:
        """Return the file beside the ledger with this ending; None if there is none."""
        return next((each for each in self.side_files if each.ending == ending), None)


def collect(path: Path) -> FileStatus:
    """Collect the facts about a path, without opening the file."""
    folder = path.absolute().parent
    around = {
        "link": path.is_symlink() if _may_look(path) else False,
        "folder_mode": _mode(folder),
        "folder_writable": os.access(folder, os.W_OK),
        "filesystem": health_disk.filesystem_at(path),
        "free": health_disk.free_at(folder),
        "side_files": tuple(_side_files(path)),
        "drafts": tuple(_drafts(folder)),
    }
    try:
        found = path.stat()
    except OSError as error:
        exists = error.errno not in (errno.ENOENT, errno.ENOTDIR)
        return FileStatus(path, "hidden" if exists else "nothing", **around)  # type: ignore[arg-type]
    kind: Kind = "folder" if path.is_dir() else "file" if path.is_file() else "other"
    return FileStatus(
        path,
        kind,
        size=found.st_size,
        mode=found.st_mode,
        names=found.st_nlink,
        readable=os.access(path, os.R_OK),
        writable=os.access(path, os.W_OK),
        log_familiar=is_log_familiar(path, MARK_SECONDS),
        **around,  # type: ignore[arg-type]
    )


def checks(place: FileStatus, *, named: bool) -> Iterator[Check]:
    """Check the place of a ledger; `named` if the user gave it."""
    yield _ledger_file(place, named=named)
    if place.filesystem:
        yield health_disk.filesystem(place.filesystem)
    if place.free is not None:
        yield health_disk.space(place.free, place.size)
    if place.kind == "file":
        yield from _permissions(place)
        yield from _names(place)
        yield from _leftovers(place)


def _ledger_file(place: FileStatus, *, named: bool) -> Check:
    path = place.path
    if place.kind == "file":
        if place.readable:
            return Check("ledger", "fine", f"{path}, {size_in_words(place.size)}")
        return Check("ledger", "problem", f"you have no permission to read {path}", _ASK)
    if place.kind == "hidden":
        return Check("ledger", "problem", f"you have no permission to access {path}", _ASK)
    if place.kind == "nothing":
        return Check(
            "ledger", "problem" if named else "note", f"there is none at {path}",
            "`mission init` makes one; --ledger or MISSION_LEDGER names another",
        )  # fmt: skip
    what = "a folder" if place.kind == "folder" else "neither a file nor a folder"
    return Check("ledger", "problem", f"{path} is {what}", "name the ledger's file with --ledger")


_ASK = "ask its owner for permission, or name another with --ledger"


def _permissions(place: FileStatus) -> Iterator[Check]:
    path, folder = place.path, place.path.parent
    found = []
    if place.mode & stat.S_IWOTH:
        do = f"chmod o-w {path}"
        found.append(Check("permissions", "problem", "anyone can change the ledger's file", do))
    if place.folder_mode is not None and place.folder_mode & stat.S_IWOTH:
        if place.folder_mode & stat.S_ISVTX:
            message = f"anyone can put files into {folder}, beside the ledger"
            do = "keep the ledger in a folder of its own"
            found.append(Check("permissions", "note", message, do))
        else:
            message = f"anyone can replace the ledger: {folder} is writable by all"
            found.append(Check("permissions", "problem", message, f"chmod o-w {folder}"))
    if not place.writable:
        message = "you can read the ledger, but not append to it"
        do = "nothing, if that is intended; else ask its owner for write permission"
        found.append(Check("permissions", "note", message, do))
    elif not place.folder_writable:
        message = f"you cannot append: {folder}, where SQLite creates files, is not writable"
        do = "ask the folder's owner for write permission"
        found.append(Check("permissions", "note", message, do))
    for side in place.side_files if place.writable else ():
        if not side.writable:
            message = f"you cannot append: {path.name}{side.ending} is not writable by you"
            do = f"give it the owner and the permissions of {path.name}"
            found.append(Check("permissions", "problem", message, do))
    yield from found or [Check("permissions", "fine", f"{stat.filemode(place.mode)} for the file")]


def _names(place: FileStatus) -> Iterator[Check]:
    do = "use one name only: the files beside it, such as its lock, are found by that name"
    if place.names > 1:
        message = f"the file has {place.names} names (hard links)"
        yield Check("names", "problem", message, do)
    if place.link:
        yield Check("names", "note", f"{place.path} is a symbolic link", do)


def _leftovers(place: FileStatus) -> Iterator[Check]:
    name = place.path.name
    log, shared = place.side("-wal"), place.side("-shm")
    if log and log.size and not place.log_familiar:
        message = f"{name}-wal is perhaps not the log of this file: one may have been replaced"
        do = "put back the two that belong together; the next command verifies them first"
        yield Check("write-ahead log", "note", message, do)
    elif log and log.size:
        message = f"{name}-wal holds {size_in_words(log.size)} not yet moved into the ledger's file"
        if not shared:
            do = "the next append moves it; move or copy both files together, never one alone"
            yield Check("write-ahead log", "note", f"{message}, and no program has it open", do)
        elif log.size > LONG_LOG:
            do = "end the program that holds a long read transaction open"
            yield Check("write-ahead log", "note", message, do)
        else:
            yield Check("write-ahead log", "fine", f"{message}; `mission backup` copies both")
    if place.side("-journal"):
        message = f"{name}-journal exists: another program wrote to the ledger"
        yield Check("write-ahead log", "note", message, "let no other program write to the ledger")
    if place.drafts:
        message = f"an unfinished command left {', '.join(place.drafts)}"
        do = "remove it while no mission command is running"
        yield Check("left over", "note", message, do)


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


def _side_files(path: Path) -> Iterator[SideFile]:
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
