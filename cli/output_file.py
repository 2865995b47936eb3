"""Output files, written completely or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from events.errors import MissionLedgerError
from ledger.files import drafted


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
