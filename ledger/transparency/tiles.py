"""The log as plain files that any web server can publish (c2sp.org/tlog-tiles).

    checkpoint                    the size and root of the log, signed
    tile/0/x001/234               256 leaf hashes, from leaf 1,234 × 256 on
    tile/1/004.p/210              210 hashes, each of a full tile of the level below
    tile/entries/x001/234         256 entries, each preceded by its length (2 bytes, big-endian)

A full tile never changes; a partial tile has its width in its name. These files are enough to make
and check every proof. The checkpoint is written last, so that a reader of the folder never sees a
checkpoint whose tiles are not there yet.
"""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice, takewhile
from pathlib import Path

from events.errors import DamagedLedgerError, ProofError
from ledger.decide import LARGEST_ENTRY
from ledger.files import sync
from ledger.log import Ledger
from ledger.merkle.tree import Tree, grow, leaf_hash
from ledger.transparency.checkpoints import Checkpoint, read_unverified

WIDTH = 256
_BITS = 8


def export_tiles(ledger: Ledger, directory: Path, note: bytes, size: int) -> None:
    """Write the first `size` entries of a log as tiles, with this signed checkpoint of them.

    Where the folder already holds the beginning of this log, its files are compared with the log,
    and only what is new is added. Raises ProofError, before anything is written, where the
    checkpoint or the folder is of another log. Raises ProofError where a published file was
    changed, and DamagedLedgerError where the entries do not match the tree; the folder's checkpoint
    then stays unchanged. Raises OSError where a file cannot be written.
    """
    checkpoint = read_unverified(note)
    tree = ledger.tree(size) if checkpoint.size == size <= ledger.position() else None
    if tree is None or tree.root != checkpoint.root:
        raise ProofError(
            f"the checkpoint of {checkpoint.size} entries does not cover the first {size} entries"
            f" of {ledger.place}"
        )
    directory.mkdir(parents=True, exist_ok=True)
    with _locked(directory):
        _write(ledger, directory, note, tree, _published(ledger, directory, checkpoint))


def _write(ledger: Ledger, directory: Path, note: bytes, tree: Tree, old: int) -> None:
    written = _ExportFiles(directory)
    for path, data in _files(ledger, 0, ledger.tree(old)):
        published = directory / "tile" / path
        try:
            existing = published.read_bytes()
        except FileNotFoundError:
            written.write(published, data)
        else:
            _check_published(published, existing, data)
    for path, data in _files(ledger, old, tree):
        written.write(directory / "tile" / path, data)
    written.finish()
    _replace(directory / "checkpoint", note)
    sync(directory)


def _check_published(path: Path, existing: bytes, data: bytes) -> None:
    """Raise ProofError where a published file differs from what the log gives."""
    if existing != data:
        raise ProofError(
            f"{path} was changed: it does not match the log",
            hint="move it to another folder; the same export then writes it again",
        )


def _files(ledger: Ledger, old: int, tree: Tree) -> Iterator[tuple[str, bytes]]:
    """Yield the path and bytes of each file of a tree that its first `old` leaves did not have."""
    for number, (entries, leaves) in enumerate(_bundles(ledger, old, tree.size), old // WIDTH):
        if leaves != list(ledger.nodes(0, number * WIDTH, number * WIDTH + len(leaves))):
            raise _mismatch(number * WIDTH + 1, number * WIDTH + len(leaves))
        bundle = b"".join(len(entry).to_bytes(2) + entry for entry in entries)
        yield f"entries/{tile_path(number, len(entries))}", bundle
    for path, hashes in _tiles(ledger, old, tree):
        yield path, b"".join(hashes)


@contextmanager
def _locked(directory: Path) -> Iterator[None]:
    """Hold an exclusive lock on the folder.

    Two exports at once could replace the newer checkpoint with the older one.
    """
    handle = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def tile_path(number: int, width: int = WIDTH) -> str:
    """Return a tile's path within its level: x001/234 for 1234, and .p/WIDTH if it is partial."""
    digits = f"{number:03}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    path = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
    return path if width == WIDTH else f"{path}.p/{width}"


def _published(ledger: Ledger, directory: Path, new: Checkpoint) -> int:
    """Return how many entries of this log the folder holds; 0 if none.

    Raises ProofError where it holds another log, or more than is to be written.
    """
    place = directory / "checkpoint"
    try:
        old = read_unverified(place.read_bytes())
    except FileNotFoundError:
        return 0
    except ProofError as error:
        raise type(error)(f"{place}: {error.message}", hint="name another folder") from None
    if old.origin != new.origin:
        raise ProofError(
            f"{directory} holds the log {old.origin}, not {new.origin}", hint="name another folder"
        )
    known = old.size <= ledger.position()
    if not known or ledger.tree(old.size).root != old.root:
        raise ProofError(
            f"{directory} holds {old.size} entries that are not the first ones of {ledger.place}:"
            " it is of another log, or this log was changed",
            hint="name another folder; `mission verify` says whether this ledger was changed",
        )
    if old.size > new.size:
        raise ProofError(
            f"{directory} holds {old.size} entries already, more than the {new.size} to be"
            " written; published entries are never removed",
            hint="sign a checkpoint of the whole log",
        )
    return old.size


def _bundles(ledger: Ledger, old: int, size: int) -> Iterator[tuple[list[bytes], list[bytes]]]:
    """Yield the entries of each bundle that is new or wider than before, and their hashes."""
    position = old // WIDTH * WIDTH
    # A bundle that was partial is written again, wider; without new entries, nothing is written.
    stored = ledger.stored(after=position, upto=size) if old < size else iter(())
    while run := list(islice(stored, WIDTH)):
        for at, entry in run:
            position += 1
            if at != position or len(entry) > LARGEST_ENTRY:
                raise _mismatch(position, position)
        entries = [entry for _, entry in run]
        yield entries, [leaf_hash(entry) for entry in entries]
    if old < size != position:
        raise _mismatch(position + 1, size)


def _tiles(ledger: Ledger, old: int, tree: Tree) -> Iterator[tuple[str, Sequence[bytes]]]:
    """Yield the path and hashes of each tile that is new or wider than before.

    Each full tile is compared with its parent hash, and the partial tiles together with the
    tree's peaks, so that no wrong hash is published.
    """
    edge: tuple[bytes, ...] = ()
    for level in range(-(-tree.size.bit_length() // _BITS)):
        before, count = old >> _BITS * level, tree.size >> _BITS * level
        for number in range(before // WIDTH, -(-count // WIDTH)):
            width = min(WIDTH, count - number * WIDTH)
            hashes = ledger.nodes(_BITS * level, number * WIDTH, number * WIDTH + width)
            peaks = grow(Tree(), hashes)[0].peaks
            if width < WIDTH:
                edge = peaks + edge
            elif list(peaks) != list(ledger.nodes(_BITS * (level + 1), number, number + 1)):
                raise _mismatch(
                    number * WIDTH << _BITS * level, (number + 1) * WIDTH << _BITS * level
                )
            if count > before:
                yield f"{level}/{tile_path(number, width)}", hashes
    if edge != tree.peaks:
        raise _mismatch(1, tree.size)


def _mismatch(first: int, last: int) -> DamagedLedgerError:
    return DamagedLedgerError(
        f"the entries from position {first} to {last} do not match the Merkle tree",
        position=first,
        hint="`mission verify` says what is wrong",
    )


class _ExportFiles:
    """Writes the files of an export: each atomically, and all synced to disk by `finish`."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._folders = {directory, directory.parent}

    def write(self, path: Path, data: bytes) -> None:
        """Write a file atomically, creating its folders."""
        if path.parent not in self._folders:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._folders.update(takewhile(self._directory.__ne__, path.parents))
        _replace(path, data)

    def finish(self) -> None:
        """Sync all folders, so that the names of the files are on disk too."""
        for folder in self._folders:
            sync(folder)


def _replace(path: Path, data: bytes) -> None:
    """Write a file and move it to its name atomically."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_bytes(data)
        sync(draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
