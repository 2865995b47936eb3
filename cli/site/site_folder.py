"""The folder of a published site: what was published of which log, and files written whole.

    site.json       the log's size and root, the day, the version

The folder is only written into where it is empty or holds a site, by one publication at a time, and
never through a symbolic link in it. While one is under way `site.json` names the program alone; the
rest is in it once all other files are on the disk. So a publication that was interrupted is done
again, whatever is published next.
"""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import rmtree
from stat import S_ISREG

from events.errors import MissionLedgerError
from ledger.files import drafted

MANIFEST = "site.json"

DRAFTS = f".{MANIFEST}-"
"""How the names of drafts of it begin, which a publication that was killed can leave."""

UNFINISHED = {"program": "mission-ledger"}
"""What `site.json` says while a publication is under way."""

INTERRUPTED = "the site is not complete until it is published again"


class SiteFolder:
    """A folder to publish to; `published` is what `site.json` there says, or empty.

    Raises MissionLedgerError where the folder holds something else, or cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._made: set[Path] = set()
        self.published = self._read_manifest()
        with _naming(path):
            path.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def publishing(self) -> Iterator[None]:
        """Keep other publications out, and say in `site.json` that this one is not finished.

        Raises MissionLedgerError where another one is under way.
        """
        with _naming(self.path):
            handle = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            self._lock(handle)
            self.published = self._read_manifest()
            self.remove_others("", (), prefix=DRAFTS)
            self._write_manifest(UNFINISHED)
            yield
        finally:
            os.close(handle)

    def close(self, published: Mapping[str, object]) -> None:
        """Write `site.json`, once everything else is on the disk."""
        os.sync()
        self._write_manifest(published)

    def write(self, name: str, data: bytes) -> None:
        """Write a file, named by its path in the folder, completely or not at all.

        One that is there with the same content is not touched.
        """
        path = self._inside(name)
        draft = path.with_name(f".{path.name}.new")
        with _naming(path, INTERRUPTED):
            if path.parent not in self._made:
                path.parent.mkdir(parents=True, exist_ok=True)
                self._made.add(path.parent)
            draft.unlink(missing_ok=True)
            if _holds(path, data):
                return
            try:
                with draft.open("xb") as file:
                    file.write(data)
                draft.replace(path)
            finally:
                with suppress(OSError):
                    draft.unlink(missing_ok=True)

    def has(self, name: str) -> bool:
        """Whether an earlier publication wrote a file."""
        return self._inside(name).exists()

    def read(self, name: str) -> bytes:
        """Return what an earlier publication wrote. Raises MissionLedgerError."""
        path = self._inside(name)
        try:
            return path.read_bytes()
        except OSError as error:
            raise MissionLedgerError(
                f"{path} cannot be read: {error.strerror or error}",
                hint="publish to a new folder",
            ) from None

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        path = self._inside(name)
        with _naming(path):
            path.unlink(missing_ok=True)

    def remove_others(self, folder: str, keep: Iterable[str], prefix: str = "") -> None:
        """Remove what a folder holds whose name begins with `prefix`, but for what to keep."""
        path, kept = self.path / folder, set(keep)
        self._refuse_links(Path(folder))
        with _naming(path):
            for each in path.iterdir() if path.exists() else ():
                if each.name.startswith(prefix) and each.name not in kept:
                    rmtree(each) if each.is_dir() and not each.is_symlink() else each.unlink()

    def _inside(self, name: str) -> Path:
        """Return the path of a file. Raises MissionLedgerError for one beyond a symbolic link."""
        self._refuse_links(Path(name).parent)
        return self.path / name

    def _refuse_links(self, folder: Path) -> None:
        for each in (folder, *folder.parents):
            path = self.path / each
            if each.name and path not in self._made and path.is_symlink():
                raise MissionLedgerError(
                    f"{path} is a symbolic link, and a site is only written into its own folder",
                    hint="remove the link, or publish to a new folder",
                )

    def _lock(self, handle: int) -> None:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise MissionLedgerError(
                f"another publication to {self.path} is under way",
                hint="publish again when it is done",
            ) from None
        except OSError as error:
            raise _unwritable(self.path, error) from None

    def _read_manifest(self) -> Mapping[str, object]:
        manifest = self.path / MANIFEST
        with _naming(self.path):
            if manifest.exists():
                return _manifest(manifest)
            there = self.path.iterdir() if self.path.exists() else ()
            if not all(each.name.startswith(DRAFTS) for each in there):
                raise MissionLedgerError(
                    f"{self.path} is not empty, and holds no published site",
                    hint="name a new or an empty folder; nothing was changed",
                )
        return {}

    def _write_manifest(self, published: Mapping[str, object]) -> None:
        path = self.path / MANIFEST
        with _naming(path), drafted(path, replace=True) as file:
            file.write(json.dumps(published, indent=1).encode() + b"\n")


def _holds(path: Path, data: bytes) -> bool:
    """Whether a file, and no link to one, has this content."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return False
    return S_ISREG(found.st_mode) and found.st_size == len(data) and path.read_bytes() == data


def _manifest(path: Path) -> Mapping[str, object]:
    try:
        found = json.loads(path.read_bytes()) if path.is_file() else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or found.get("program") != UNFINISHED["program"]:
        raise MissionLedgerError(
            f"{path} is not that of a published site",
            hint="name a new or an empty folder; nothing was changed",
        )
    return found


@contextmanager
def _naming(path: Path, hint: str = "") -> Iterator[None]:
    """Name a path in errors of the operating system."""
    try:
        yield
    except OSError as error:
        raise _unwritable(path, error, hint) from None


def _unwritable(path: Path, error: OSError, hint: str = "") -> MissionLedgerError:
    return MissionLedgerError(f"{path} cannot be written: {error.strerror or error}", hint=hint)
