"""Write files atomically: a file appears under its name complete, or not at all."""

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)
"""Errors of a file system that has no hard links."""


def publish(draft: Path, path: Path) -> None:
    """Move a finished file to its name, durably. Raises FileExistsError if the name is taken."""
    sync(draft)
    try:
        # A link, unlike a rename, fails if another process took the name first.
        os.link(draft, path)
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        path.touch(exist_ok=False)
        draft.replace(path)
    else:
        draft.unlink()
    sync(path.parent)


@contextmanager
def drafted(path: Path, *, mode: int = 0o666, replace: bool = False) -> Iterator[BinaryIO]:
    """Write to a temporary name, then move the file to `path` once it is complete and synced.

    The umask applies to `mode`. Raises FileExistsError where `path` exists (unless `replace`), and
    OSError; `path` is then unchanged.
    """
    draft = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        if replace:
            sync(draft)
            draft.replace(path)
            sync(path.parent)
        else:
            publish(draft, path)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def drafted_folder(path: Path) -> Iterator[Path]:
    """Yield an empty folder to fill, then move it to `path` once its files are synced.

    `path` may be an empty folder, whose place it takes. Raises OSError, as where `path` holds
    anything; `path` is then unchanged.
    """
    draft = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    draft.mkdir()
    try:
        yield draft
        for file in draft.iterdir():
            sync(file)
        sync(draft)
        draft.rename(path)  # POSIX: takes the place of an empty folder, and of nothing else
        sync(path.parent)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def make_folder(folder: Path) -> None:
    """Create a folder and its missing parents, durably."""
    if not folder.exists():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync(folder.parent)


def has_room(folder: Path) -> bool:
    """Whether the file system of a folder has free blocks; true where that is unknown."""
    try:
        return os.statvfs(folder).f_bavail > 0
    except OSError:
        return True


def sync(path: Path) -> None:
    """Flush a file's contents, or a folder's entries, to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
