"""The protocols of a log: what announcements, proofs and copies need of one.

A log holds entries as bytes at positions 1, 2, 3 … and appends a batch whole or not at all. A
ledger is a persistent log with a Merkle tree over its entries. Every backend passes the same
contract suite, in `tests/ledger`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from events.entry import Entry
from events.source_description import SourceDescription
from ledger.merkle.tree import Tree

if TYPE_CHECKING:
    from events.encoding.codec import Content, EncodedContent


@dataclass(frozen=True, slots=True)
class Batch:
    """The unit of append: a source, if there is one, and the events it states.

    `contents` are in log order; `written` holds the same contents in canonical form, if they have
    been encoded already. The announcement digest covers the entries that are really appended.
    """

    contents: tuple["Content", ...]
    written: tuple["EncodedContent", ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """The result of an append: the new entries, and the ids that were in the log already."""

    appended: tuple[Entry, ...]
    already: tuple[str, ...]
    position: int


@dataclass(frozen=True, slots=True)
class MissionNames:
    """A mission in the log: its short name, the aliases its events give it, its event count."""

    mission: str
    aliases: tuple[str, ...]
    events: int


class Log(Protocol):
    """One append-only log.

    Reading methods take `upto`, the last position to read; None is the end of the log. All raise
    StoreError where the ledger cannot be read.
    """

    def append(self, batch: Batch, *, by: str, expected: int | None = None) -> Receipt:
        """Append a batch whole or not at all, without the contents already in the log.

        Raises PositionConflictError where the log does not end at `expected`, SourceConflictError
        where the source's id describes another document, StoreError where it cannot be written.
        """
        ...

    def position(self) -> int:
        """Return the last position; 0 for an empty log."""
        ...

    def position_at(self, instant: datetime) -> int:
        """Return the last position recorded at or before an instant; 0 if there is none."""
        ...

    def entries(self, *, after: int = 0, upto: int | None = None) -> Iterator[Entry]:
        """Yield entries in order of position, starting after position `after`."""
        ...

    def at(self, positions: Iterable[int]) -> Mapping[int, Entry]:
        """Return the entries at these positions, by position."""
        ...

    def of_sources(self, ids: Iterable[str], *, upto: int | None = None) -> Iterator[Entry]:
        """Yield the entries that describe these sources."""
        ...

    def about_sources(self, ids: Iterable[str], *, upto: int | None = None) -> Sequence[Entry]:
        """Return the entries that correct or withdraw these sources, and their retractions."""
        ...

    def descriptions(
        self, ids: Iterable[str], *, upto: int | None = None
    ) -> Mapping[str, SourceDescription]:
        """Return how these sources are described first, by id, as far as they are."""
        ...

    def source_ids(self) -> Sequence[str]:
        """Return the ids of all sources that the log describes, in order."""
        ...

    def starting_with(self, prefix: str, *, limit: int = 10) -> Sequence[Entry]:
        """Return entries whose id starts with `prefix` (lower-case hex), at most `limit`."""
        ...

    def known(self, ids: Iterable[str]) -> frozenset[str]:
        """Return the ids that are in the log."""
        ...

    def close(self) -> None:
        """Close files and connections."""
        ...


class Store(Log, Protocol):
    """A log and the missions in it, which announcements are checked against."""

    def of_mission(self, mission: str, *, upto: int | None = None) -> Iterator[Entry]:
        """Yield one mission's events in order, without reading those of other missions."""
        ...

    def missions(self, *, upto: int | None = None) -> Sequence[MissionNames]:
        """Return all missions, in order of short name."""
        ...

    def names(self) -> Mapping[str, Sequence[str]]:
        """Return the aliases of every mission by short name, without counting its events."""
        ...

    def mission_named(self, name: str) -> Sequence[str]:
        """Return the short names of the missions with this short name or alias."""
        ...


class Ledger(Log, Protocol):
    """A persistent log: access to its stored bytes, and to the Merkle tree over them.

    All methods raise StoreError where the ledger cannot be read or written.
    """

    @property
    def place(self) -> str:
        """The place of the ledger for messages: a path, or a URL without its password."""
        ...

    def stored(self, *, after: int = 0, upto: int | None = None) -> Iterator[tuple[int, bytes]]:
        """Yield positions and stored bytes in order, without decoding them."""
        ...

    def tree(self, size: int | None = None) -> Tree:
        """Return the Merkle tree over the first `size` entries; None means all entries.

        Raises DamagedLedgerError where nodes are missing, or the log is shorter.
        """
        ...

    def nodes(self, level: int, first: int, end: int) -> Sequence[bytes]:
        """Return the hashes of complete tree nodes of one level, numbers `first` to `end` - 1.

        Raises DamagedLedgerError where any is missing.
        """
        ...

    def continue_with(self, entries: Sequence[Entry]) -> int:
        """Append another ledger's entries byte for byte; return the last position of the log.

        Their positions must follow the log's last one. Raises PositionConflictError where they do
        not, EventError where an entry is in the log already or too large, and SourceConflictError
        where an entry describes a source differently.
        """
        ...

    def rebuild(self) -> None:
        """Rebuild all derived tables from the log, in one transaction that blocks no reader."""
        ...


class MissionLedger(Ledger, Store, Protocol):
    """A ledger with the missions in it, which entries are imported into."""
