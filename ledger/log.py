"""The store's narrow protocol: what a backend of the log must do, and no more.

A store holds entries as bytes under positions 1, 2, 3 … and appends a batch whole or not at all.
A ledger is a store that outlives the process, with the Merkle tree over what it holds. Each
passes the contract suite in `tests/ledger`, as every other does.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from events.encoding.codec import Content, EncodedContent, Entry
from ledger.merkle.tree import Tree
from ledger.question import PeriodKey, Question, Selection


@dataclass(frozen=True, slots=True)
class Batch:
    """What is appended as one: a source, where there is one, and the events it states.

    `contents` are in the order they will stand in, and `written` is the same in canonical form,
    where somebody has made it already. What is appended of it carries its own digest.
    """

    contents: tuple[Content, ...]
    written: tuple[EncodedContent, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an append did: the entries it made, and the ids of those that were there already."""

    appended: tuple[Entry, ...]
    already: tuple[str, ...]
    position: int


@dataclass(frozen=True, slots=True)
class MissionNames:
    """A mission the log knows: its short name, and the aliases its events give it."""

    mission: str
    aliases: tuple[str, ...]
    events: int


class Store(Protocol):
    """One append-only log.

    Reading methods take `upto`, a position; None is the end of the log. All raise StoreError
    where the ledger cannot be read.
    """

    def append(self, batch: Batch, *, by: str, expected: int | None = None) -> Receipt:
        """Append a batch whole or not at all; what is in the log already is left out.

        Raises PositionConflictError where the log does not end at `expected`, SourceConflictError
        where the source's id describes another document, StoreError where it cannot be written.
        """
        ...

    def position(self) -> int:
        """Return the last position; 0 for an empty log."""
        ...

    def position_at(self, instant: datetime) -> int:
        """Return the last position recorded at or before a moment; 0 where there is none."""
        ...

    def entries(self, *, after: int = 0, upto: int | None = None) -> Iterator[Entry]:
        """Yield the log in order, from the position after `after`."""
        ...

    def of_mission(self, mission: str, *, upto: int | None = None) -> Iterator[Entry]:
        """Yield one mission's events in order, without reading any other mission's."""
        ...

    def select(
        self,
        mission: str,
        question: Question | None = None,
        *,
        known: int | None = None,
        upto: int | None = None,
    ) -> Selection:
        """Return at least those of a mission's events that the answer to a question can rest on.

        All of them, where no question is given. `known` is in seconds since 1970 UTC: sources not
        certainly public by then do not count.
        """
        ...

    def select_each(
        self,
        questions: Mapping[str, Question],
        *,
        known: int | None = None,
        upto: int | None = None,
    ) -> Iterator[tuple[str, Selection]]:
        """Yield what `select` returns of each of some missions, in their order."""
        ...

    def missions_of(
        self, party: str, day: int | None, *, known: int | None = None, upto: int | None = None
    ) -> Mapping[str, frozenset[PeriodKey] | None]:
        """Return at least the missions in whose state on a day a nation or body can be.

        With each, the periods where it can be named; None is any. Without a day, on any day.
        """
        ...

    def possibly_public(self, known: int | None, *, upto: int | None = None) -> frozenset[str]:
        """Return the sources some event names that were perhaps public by `known`, not certainly.

        In seconds since 1970 UTC; None where every source counts.
        """
        ...

    def of_sources(self, ids: Iterable[str], *, upto: int | None = None) -> Iterator[Entry]:
        """Yield the entries that describe these sources."""
        ...

    def source_ids(self) -> Sequence[str]:
        """Return the ids of all sources that are described, in order."""
        ...

    def missions_citing(self, source: str) -> Sequence[str]:
        """Return the missions of which some event rests on a source, in order."""
        ...

    def parties(self) -> Sequence[str]:
        """Return the nations and bodies that any claim names, in order."""
        ...

    def starting_with(self, prefix: str, *, limit: int = 10) -> Sequence[Entry]:
        """Return entries whose id starts with `prefix` (lower-case hex), at most `limit`."""
        ...

    def known(self, ids: Iterable[str]) -> frozenset[str]:
        """Return those of these ids that are in the log."""
        ...

    def periods(self, mission: str) -> Sequence[PeriodKey]:
        """Return the periods of a mission that any event speaks of, in order."""
        ...

    def missions(self, *, upto: int | None = None) -> Sequence[MissionNames]:
        """Return every mission, by short name."""
        ...

    def names(self) -> Mapping[str, Sequence[str]]:
        """Return the aliases of every mission, by its short name, without counting anything."""
        ...

    def mission_named(self, name: str) -> Sequence[str]:
        """Return the short names of the missions that go by this name or alias."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...


class Ledger(Store, Protocol):
    """A store that is kept: its bytes as they lie there, and the Merkle tree over them.

    All methods raise StoreError where the ledger cannot be read or written.
    """

    @property
    def place(self) -> str:
        """Where the ledger is, as messages name it: a path, or a URL without its password."""
        ...

    def stored(self, *, after: int = 0, upto: int | None = None) -> Iterator[tuple[int, bytes]]:
        """Yield positions and stored bytes in order, not understood."""
        ...

    def tree(self, size: int | None = None) -> Tree:
        """Return the Merkle tree over the first `size` entries; None is all of them.

        Raises DamagedLedgerError where nodes are missing, or the log is shorter.
        """
        ...

    def nodes(self, level: int, first: int, end: int) -> Sequence[bytes]:
        """Return the hashes of complete tree nodes of one level, numbers `first` to `end` - 1.

        Fewer, where there are not so many; whoever counts on a number checks it.
        """
        ...

    def continue_with(self, entries: Sequence[Entry]) -> int:
        """Append entries as another ledger recorded them, byte for byte; return the end of the log.

        Their positions must follow the log's own. Raises PositionConflictError where they do
        not, SourceConflictError and EventError where an entry is there already.
        """
        ...

    def rebuild(self) -> None:
        """Make all that is not the log anew from it, in one transaction, while readers go on."""
        ...
