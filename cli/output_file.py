"""Output files and folders, written completely or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from events.errors import MissionLedgerError
from ledger.files import drafted, drafted_folder


@contextmanager
def whole_file(path: Path, *, replace: bool = False) -> Iterator[BinaryIO]:
    """Write a file under a temporary name, and rename it once it is complete and synced to disk.

    Raises MissionLedgerError if the path exists (unless `replace`) or cannot be written; then
    `path` is as it was before.
    """
    if not path.name or path.is_dir():
        raise MissionLedgerError(f"{path} is a folder", hint="give the name of a file in it")
    try:
        with drafted(path, replace=replace) as file:
            yield file
    except FileExistsError:
        raise MissionLedgerError(
            f"{path} already exists and was not changed", hint="choose another file name"
        ) from None
    except OSError as error:
        raise MissionLedgerError(
            f"{path} cannot be written: {error.strerror or error}", hint="nothing was written"
        ) from None


def write_whole(path: Path, data: bytes, *, replace: bool = False) -> None:
    """Write these bytes to a file, completely or not at all. Raises MissionLedgerError."""
    with whole_file(path, replace=replace) as file:
        file.write(data)


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """Yield an empty folder to fill, which is renamed to `path` once it is complete and synced.

    Raises MissionLedgerError if `path` is anything but new or an empty folder other than the
    current one, or cannot be written; then it is as it was before.
    """
    place = path.resolve()
    if place.is_dir() and not any(place.iterdir()):
        if place == Path.cwd():
            raise MissionLedgerError(f"{path} is the current folder", hint="name a folder in it")
    elif place.exists():
        what = "is a folder that holds files" if place.is_dir() else "is a file"
        raise MissionLedgerError(
            f"{path} {what}, and was not changed", hint="name a new folder, or an empty one"
        )
    try:
        with drafted_folder(place) as folder:
            yield folder
    except OSError as error:
        raise MissionLedgerError(
            f"{path} cannot be written: {error.strerror or error}", hint="nothing was written"
        ) from None
