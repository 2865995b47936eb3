"""The folder of a published site: what was published of which log, and files written whole.

    site.json       the log's size and root, the day, the version, and what was published for each

The folder is only written into where it is empty or holds a site. `site.json` is written last, so
that a publication that was interrupted is done again.
"""

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from shutil import rmtree

from events.errors import MissionLedgerError

MANIFEST = "site.json"


class SiteFolder:
    """A folder to publish to; `published` is what `site.json` there says, or empty.

    Raises MissionLedgerError where the folder holds something else, or cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.published: Mapping[str, object] = {}
        self._made: set[Path] = set()
        manifest = path / MANIFEST
        try:
            if manifest.exists():
                self.published = _read(manifest)
            elif path.exists() and any(path.iterdir()):
                raise MissionLedgerError(
                    f"{path} is not empty, and holds no published site",
                    hint="name a new or an empty folder; nothing was changed",
                )
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unwritable(path, error) from None

    def write(self, name: str, data: bytes) -> None:
        """Write a file, named by its path in the folder, completely or not at all."""
        path = self.path / name
        draft = path.with_name(f".{path.name}.new")
        try:
            if path.parent not in self._made:
                path.parent.mkdir(parents=True, exist_ok=True)
                self._made.add(path.parent)
            draft.write_bytes(data)
            draft.replace(path)
        except OSError as error:
            raise _unwritable(path, error) from None

    def write_new(self, name: str, data: bytes) -> None:
        """Write a file in a folder that nothing refers to before it is complete."""
        path = self.path / name
        try:
            if path.parent not in self._made:
                path.parent.mkdir(parents=True, exist_ok=True)
                self._made.add(path.parent)
            path.write_bytes(data)
        except OSError as error:
            raise _unwritable(path, error) from None

    def has(self, name: str) -> bool:
        """Whether an earlier publication wrote a file."""
        return (self.path / name).exists()

    def read(self, name: str) -> bytes:
        """Return what an earlier publication wrote. Raises MissionLedgerError."""
        path = self.path / name
        try:
            return path.read_bytes()
        except OSError as error:
            raise MissionLedgerError(
                f"{path} cannot be read: {error.strerror or error}",
                hint="publish to a new folder",
            ) from None

    def remove_others(self, folder: str, keep: Iterable[str], prefix: str = "") -> None:
        """Remove what a folder holds whose name begins with `prefix`, but for what to keep."""
        path, kept = self.path / folder, set(keep)
        for each in path.iterdir() if path.exists() else ():
            if each.name.startswith(prefix) and each.name not in kept:
                rmtree(each) if each.is_dir() and not each.is_symlink() else each.unlink()

    def close(self, published: Mapping[str, object]) -> None:
        """Write `site.json`, once everything else is on the disk."""
        os.sync()
        self.write(MANIFEST, json.dumps(published, indent=1).encode() + b"\n")


def _read(manifest: Path) -> Mapping[str, object]:
    try:
        found = json.loads(manifest.read_bytes())
    except ValueError:
        found = None
    if not isinstance(found, dict) or found.get("program") != "mission-ledger":
        raise MissionLedgerError(
            f"{manifest} is not that of a published site",
            hint="name a new or an empty folder; nothing was changed",
        )
    return found


def _unwritable(path: Path, error: OSError) -> MissionLedgerError:
    return MissionLedgerError(f"{path} cannot be written: {error.strerror or error}")
