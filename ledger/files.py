"""Files that appear under their name whole, or not at all."""

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)


def publish(draft: Path, path: Path) -> None:
    """Give a finished file its name, durably. Raises FileExistsError where the name is taken."""
    sync(draft)
    try:
        # A link, unlike a rename, fails where somebody else was quicker.
        os.link(draft, path)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        path.touch(exist_ok=False)
        draft.replace(path)
    else:
        draft.unlink()
    sync(path.parent)


@contextmanager
def drafted(path: Path, *, mode: int = 0o666, replace: bool = False) -> Iterator[BinaryIO]:
    """Write a file under another name, and give it its own once it is finished and on the disk.

    `mode` is what the umask leaves of it. Raises FileExistsError where something is there already
    (unless `replace`) and OSError; then there is nothing, or what was there before.
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


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it that are missing, durably."""
    if not folder.exists():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync(folder.parent)


def has_room(folder: Path) -> bool:
    """Whether the disk that a folder is on takes anything more."""
    try:
        return os.statvfs(folder).f_bavail > 0
    except OSError:
        return True


def sync(path: Path) -> None:
    """Wait until a file's contents, or a folder's names, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
