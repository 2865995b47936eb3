"""Files that are written whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from events.errors import MissionLedgerError
from ledger.files import drafted


@contextmanager
def whole_file(path: Path, *, replace: bool = False) -> Iterator[BinaryIO]:
    """Write a file under another name, and give it its own once it is finished and on the disk.

    Raises MissionLedgerError where something is there already (unless `replace`), or where it
    cannot be written; then there is nothing, or what was there before.
    """
    if not path.name or path.is_dir():
        raise MissionLedgerError(f"{path} is a folder", hint="name a file in it")
    try:
        with drafted(path, replace=replace) as file:
            yield file
    except FileExistsError:
        raise MissionLedgerError(
            f"{path} is there already, and is left as it is", hint="name another file"
        ) from None
    except OSError as error:
        raise MissionLedgerError(
            f"{path} cannot be written: {error.strerror or error}", hint="nothing was written"
        ) from None


def write_whole(path: Path, data: bytes, *, replace: bool = False) -> None:
    """Write a file of these bytes, whole or not at all. Raises MissionLedgerError."""
    with whole_file(path, replace=replace) as file:
        file.write(data)
