"""The store of a log in a SQL database: appends, and what the log alone can tell.

A writer takes the write lock before its first query, so positions have no gaps and a batch is
decided on the current log. An acknowledged batch is on the disk.
`ledger.storage.stored_tables` reads the rows of the tables without decoding them.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from events.entry import Entry
from events.errors import DamagedLedgerError
from events.source_description import SourceDescription
from ledger.clock import microseconds, utc_now
from ledger.log import Batch, MissionNames, Receipt
from ledger.merkle.tree import Tree
from ledger.storage import inline_projection, log_queries
from ledger.storage.inline_projection import (
    InlineProjection,
)
from ledger.storage.log_queries import CHUNK, END, decoded_entry, index_mismatch
from ledger.storage.open_append import OpenAppend
from ledger.storage.stored_tables import LOG_IN_ORDER, Backend, StoredTables
from ledger.storage.tree_nodes import nodes_of, tree_of
from ledger.storage.trial_database import TrialDatabase

_HEX = re.compile(r"[0-9a-f]{0,64}")


class SqlStore(StoredTables):
    """A log in a SQL database of the current schema revision, with its inline projections."""

    def __init__(
        self,
        backend: Backend,
        projections: Sequence[InlineProjection],
        *,
        clock: Callable[[], datetime] = utc_now,
        opener: Callable[[], object] | None = None,
    ) -> None:
        super().__init__(backend, projections)
        self._clock = clock
        self.opener = opener

    def append(self, batch: Batch, *, by: str, expected: int | None = None) -> Receipt:
        """Append a batch atomically."""
        from ledger.storage.append_batch import append_batch  # noqa: PLC0415 (start-up)

        return append_batch(self, batch, by=by, expected=expected)

    @contextmanager
    def appending(self) -> Iterator[OpenAppend]:
        """Take the write lock; what is added meanwhile is appended whole, or not at all."""
        with self._writing() as writer:
            with log_queries.sound_index(self.place):
                end = inline_projection.catch_up(writer, self.projections, self.place)
            database = TrialDatabase(self.place, writer.connection)
            ledger = SqlStore(database, self.projections, clock=self._clock)
            yield OpenAppend(writer, ledger, self.projections, end, self._clock)

    def known(self, ids: Iterable[str]) -> frozenset[str]:
        """Return which of these ids are in the log."""
        wanted = list(ids)
        return self.read(lambda reader: log_queries.known(reader, wanted))

    def continue_with(self, entries: Sequence[Entry]) -> int:
        """Append entries exactly as another ledger recorded them, byte for byte."""
        from ledger.storage.append_batch import continue_log  # noqa: PLC0415 (start-up)

        return continue_log(self, entries)

    def position_at(self, instant: datetime) -> int:
        """Return the last position recorded at or before a moment."""
        with self.reading() as reader, log_queries.sound_index(self.place):
            return log_queries.last_recorded_by(reader, microseconds(instant))

    def entries(self, *, after: int = 0, upto: int | None = None) -> Iterator[Entry]:
        """Yield the log in order, in chunks; no lock is held between chunks."""
        return self._in_order(LOG_IN_ORDER, _decoded, after, upto, CHUNK)

    def at(self, positions: Iterable[int]) -> Mapping[int, Entry]:
        """Return the entries at these positions."""
        wanted = list(positions)
        return self.read(lambda reader: log_queries.at(reader, wanted))

    def of_mission(self, mission: str, *, upto: int | None = None) -> Iterator[Entry]:
        """Yield one mission's events in order."""
        end = END if upto is None else upto
        yield from self.read(lambda reader: log_queries.of_mission(reader, mission, end))

    def missions(self, *, upto: int | None = None) -> Sequence[MissionNames]:
        """Return every mission, by short name."""
        with self.reading() as reader:
            end = END if upto is None else upto
            counts = log_queries.event_counts(reader, end)
            aliases = log_queries.alias_names(reader, end)
        return [
            MissionNames(mission, tuple(aliases.get(mission, ())), events)
            for mission, events in counts.items()
        ]

    def names(self) -> Mapping[str, Sequence[str]]:
        """Return the aliases of every mission, by short name."""
        with self.reading() as reader:
            aliases = log_queries.alias_names(reader, END)
            return {
                mission: aliases.get(mission, ()) for mission in log_queries.short_names(reader)
            }

    def mission_named(self, name: str) -> Sequence[str]:
        """Return the missions with this name; a short name takes precedence over an alias."""
        return self.read(lambda reader: log_queries.missions_named(reader, name))

    def of_sources(self, ids: Iterable[str], *, upto: int | None = None) -> Iterator[Entry]:
        """Yield the entries that describe these sources."""
        end, names = END if upto is None else upto, list(ids)
        yield from self.read(lambda reader: log_queries.describing(reader, names, end))

    def about_sources(self, ids: Iterable[str], *, upto: int | None = None) -> Sequence[Entry]:
        """Return the entries that correct or withdraw these sources, and their retractions."""
        end, names = END if upto is None else upto, list(ids)
        return self.read(lambda reader: log_queries.about_sources(reader, names, end))

    def descriptions(
        self, ids: Iterable[str], *, upto: int | None = None
    ) -> Mapping[str, SourceDescription]:
        """Return how these sources are described, by id."""
        end, names = END if upto is None else upto, list(ids)
        return self.read(lambda reader: log_queries.descriptions(reader, names, end))

    def source_ids(self) -> Sequence[str]:
        """Return the ids of all sources that are described."""
        with self.reading() as reader:
            return log_queries.source_ids(reader)

    def starting_with(self, prefix: str, *, limit: int = 10) -> Sequence[Entry]:
        """Return entries whose id starts with `prefix`."""
        if not _HEX.fullmatch(prefix):
            return []
        low, high = (bytes.fromhex(prefix.ljust(64, digit)) for digit in "0f")
        found = self.read(lambda reader: log_queries.with_ids_among(reader, low, high, limit))
        if wrong := next((each for each in found if not each.id.startswith(prefix)), None):
            raise index_mismatch(wrong.position)
        return found

    def tree(self, size: int | None = None) -> Tree:
        """Return the Merkle tree over the first `size` entries."""
        with self.reading() as reader:
            end = log_queries.last_position(reader)
            if size is not None and size > end:
                raise DamagedLedgerError(f"the log ends at position {end}, before position {size}")
            return tree_of(reader, end if size is None else size)

    def nodes(self, level: int, first: int, end: int) -> Sequence[bytes]:
        """Return the hashes of complete tree nodes of one level."""
        with self.reading() as reader:
            return nodes_of(reader, level, first, end)

    def check_positions(self) -> None:
        """Check that the projections include all of the log. Raises StoreError."""
        with self.reading() as reader:
            inline_projection.check_positions(reader, self.projections, self.place)

    def rebuild(self) -> None:
        """Rebuild the projections from the log; readers are not blocked."""
        with self._writing() as writer:
            inline_projection.rebuild(writer, self.projections, self.place)
        self._backend.grant_rights(self.projections)


def _decoded(row: sa.Row[Any]) -> Entry:
    return decoded_entry(row.position, row.bytes)
