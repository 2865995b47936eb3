"""The store of a log in a SQL database: appends and queries.

A writer takes the write lock before its first query, so positions have no gaps and a batch is
decided on the current log. An acknowledged batch is on the disk.
`ledger.storage.stored_tables` reads the rows of the tables without decoding them.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice

from events.encoding.codec import Entry, encode
from events.errors import DamagedLedgerError
from events.record_events import sources_among
from ledger.clock import utc_now
from ledger.decide import check_continuation, check_name, contents_by_id, decide
from ledger.log import Batch, MissionNames, Receipt
from ledger.merkle.tree import Tree, place_of
from ledger.question import PeriodKey, Question, Selection
from ledger.storage import derived_tables, log_queries
from ledger.storage.claims_index.reader import (
    RelevantEntries,
    missions_of,
    possibly_public,
    select_each,
)
from ledger.storage.entry_rows import microseconds
from ledger.storage.log_queries import CHUNK, decoded_entry, index_mismatch
from ledger.storage.retry import with_retries
from ledger.storage.schema import log
from ledger.storage.stored_tables import Backend, StoredTables
from ledger.storage.transaction import Transaction

MISSIONS_AT_ONCE = 100
"""Missions whose entries one transaction selects."""

_HEX = re.compile(r"[0-9a-f]{0,64}")

Attempt = tuple[datetime, str]
"""The record time and the announcement digest of an attempted append."""


class SqlStore(StoredTables):
    """The ledger protocol on a SQL database of the current schema revision."""

    def __init__(
        self,
        backend: Backend,
        *,
        clock: Callable[[], datetime] = utc_now,
        opener: Callable[[], object] | None = None,
    ) -> None:
        super().__init__(backend)
        self._clock = clock
        self.opener = opener
        # The tree after this store's last append; read again only if another writer has appended.
        self._tree_cache = Tree()
        # Short names stay valid: entries are never removed from the log.
        self._short_names: set[str] = set()

    def append(self, batch: Batch, *, by: str, expected: int | None = None) -> Receipt:
        """Append a batch atomically.

        Retries a few times where the connection is lost. An attempt that was committed although its
        acknowledgement was lost is recognised by its record time, and is not repeated.
        """
        check_name(by)
        attempts: list[Attempt] = []
        return with_retries(lambda: self._append(batch, by, expected, attempts))

    def _append(
        self, batch: Batch, by: str, expected: int | None, attempts: list[Attempt]
    ) -> Receipt:
        batch_by_id = contents_by_id(batch)
        with self._writing() as writer:
            if receipt := _committed(writer, batch_by_id, by, attempts):
                return receipt
            last = log_queries.last_position(writer)
            planned = decide(
                batch_by_id,
                log_queries.known(writer, batch_by_id),
                lambda id_: log_queries.source(writer, id_),
                position=last,
                expected=expected,
            )
            now, announcement = self._clock(), planned.announcement
            attempts.append((now, announcement))
            new_entries = [
                encode(written, position, now, by, announcement)
                for position, written in enumerate(planned.new.values(), last + 1)
            ]
            after = self._add(writer, new_entries, last)
        self._tree_cache = after
        return Receipt(tuple(new_entries), planned.already, last + len(new_entries))

    def _add(self, writer: Transaction, new_entries: Sequence[Entry], last: int) -> Tree:
        """Add entries to the log and the derived tables; return the tree that includes them."""
        cached = self._tree_cache
        before = cached if cached.size == last else derived_tables.tree_of(writer, last)
        writer.insert(log, [(entry.position, entry.raw) for entry in new_entries])
        with log_queries.sound_index(self.place):
            return derived_tables.add(writer, new_entries, before)

    def known(self, ids: Iterable[str]) -> frozenset[str]:
        """Return which of these ids are in the log."""
        with self.reading() as reader:
            return log_queries.known(reader, ids)

    def continue_with(self, entries: Sequence[Entry]) -> int:
        """Append entries exactly as another ledger recorded them, byte for byte."""
        with self._writing() as writer:
            last = log_queries.last_position(writer)
            check_continuation(
                entries,
                last,
                log_queries.known(writer, (entry.id for entry in entries)),
                lambda id_: log_queries.source(writer, id_),
            )
            after = self._add(writer, entries, last)
        self._tree_cache = after
        return last + len(entries)

    def position_at(self, instant: datetime) -> int:
        """Return the last position recorded at or before a moment."""
        with self.reading() as reader, log_queries.sound_index(self.place):
            return log_queries.last_recorded_by(reader, microseconds(instant))

    def entries(self, *, after: int = 0, upto: int | None = None) -> Iterator[Entry]:
        """Yield the log in order, in chunks; no lock is held between chunks."""
        return self._in_order(log, decoded_entry, after, upto, CHUNK)

    def of_mission(self, mission: str, *, upto: int | None = None) -> Iterator[Entry]:
        """Yield one mission's events in order."""
        with self.reading() as reader:
            end = log_queries.last_position(reader) if upto is None else upto
            found = log_queries.of_mission(reader, mission, end)
            if wrong := next((each for each in found if each.mission != mission), None):
                raise index_mismatch(wrong.position)
        yield from found

    def select(
        self,
        mission: str,
        question: Question | None = None,
        *,
        known: int | None = None,
        upto: int | None = None,
    ) -> Selection:
        """Return the events of a mission that the answer to a question can rest on."""
        if question:
            ((_, selection),) = self.select_each({mission: question}, known=known, upto=upto)
            return selection
        with self.reading() as reader:
            end = log_queries.last_position(reader) if upto is None else upto
            whole = RelevantEntries(log_queries.of_mission(reader, mission, end))
            return self._selections(reader, {mission: whole}, end)[mission]

    def select_each(
        self,
        questions: Mapping[str, Question],
        *,
        known: int | None = None,
        upto: int | None = None,
    ) -> Iterator[tuple[str, Selection]]:
        """Yield what `select` returns for each of these missions."""
        remaining = iter(questions.items())
        while batch := dict(islice(remaining, MISSIONS_AT_ONCE)):
            with self.reading() as reader:
                end = upto = log_queries.last_position(reader) if upto is None else upto
                with log_queries.sound_index(self.place):
                    relevant = select_each(reader, batch, known=known, upto=end)
                whole = {
                    mission: found or RelevantEntries(log_queries.of_mission(reader, mission, end))
                    for mission, found in relevant.items()
                }
                selections = self._selections(reader, whole, end)
            yield from selections.items()

    def _selections(
        self, reader: Transaction, relevant: Mapping[str, RelevantEntries], end: int
    ) -> dict[str, Selection]:
        """Add the publications of the sources that the entries name."""
        named: dict[str, set[str]] = {}
        for mission, each in relevant.items():
            if wrong := next((entry for entry in each.entries if entry.mission != mission), None):
                raise index_mismatch(wrong.position)
            named[mission] = sources_among([entry.content for entry in each.entries])
        published = log_queries.published(reader, set().union(*named.values()), end)
        return {
            mission: Selection(
                end,
                each.entries,
                {name: published[name] for name in named[mission] if name in published},
                each.periods,
                each.possibly_public,
            )
            for mission, each in relevant.items()
        }

    def missions_of(
        self, party: str, day: int | None, *, known: int | None = None, upto: int | None = None
    ) -> Mapping[str, frozenset[PeriodKey] | None]:
        """Return the missions in whose state a nation or body can be on a day."""
        with self.reading() as reader:
            end = log_queries.last_position(reader) if upto is None else upto
            with log_queries.sound_index(self.place):
                return missions_of(reader, party, day, known=known, upto=end)

    def possibly_public(self, known: int | None, *, upto: int | None = None) -> frozenset[str]:
        """Return the sources named by events that were perhaps, not certainly, public by then."""
        if known is None:
            return frozenset()
        with self.reading() as reader:
            end = log_queries.last_position(reader) if upto is None else upto
            with log_queries.sound_index(self.place):
                return possibly_public(reader, known, end)

    def of_sources(self, ids: Iterable[str], *, upto: int | None = None) -> Iterator[Entry]:
        """Yield the entries that describe these sources."""
        with self.reading() as reader:
            end = log_queries.last_position(reader) if upto is None else upto
            found = log_queries.described(reader, dict.fromkeys(ids), end)
        yield from found

    def source_ids(self) -> Sequence[str]:
        """Return the ids of all sources that are described."""
        with self.reading() as reader:
            return log_queries.source_ids(reader)

    def periods(self, mission: str) -> Sequence[PeriodKey]:
        """Return the periods of a mission that any claim bears on."""
        query = "SELECT facet, key, period FROM periods WHERE mission = ? ORDER BY 1, 2, 3"
        with self.reading() as reader:
            return [(facet, key, period) for facet, key, period in reader.query(query, [mission])]

    def missions_citing(self, source: str) -> Sequence[str]:
        """Return the missions with an event that rests on a source."""
        query = "SELECT mission FROM citations WHERE source = ? ORDER BY mission"
        with self.reading() as reader:
            return [mission for (mission,) in reader.query(query, [source])]

    def parties(self) -> Sequence[str]:
        """Return the nations and bodies that any claim names."""
        with self.reading() as reader:
            return log_queries.parties(reader)

    def starting_with(self, prefix: str, *, limit: int = 10) -> Sequence[Entry]:
        """Return entries whose id starts with `prefix`."""
        if not _HEX.fullmatch(prefix):
            return []
        low, high = (bytes.fromhex(prefix.ljust(64, digit)) for digit in "0f")
        with self.reading() as reader:
            found = log_queries.with_ids_among(reader, low, high, limit)
            if wrong := next((each for each in found if not each.id.startswith(prefix)), None):
                raise index_mismatch(wrong.position)
        return found

    def missions(self, *, upto: int | None = None) -> Sequence[MissionNames]:
        """Return every mission, by short name."""
        with self.reading() as reader:
            end = log_queries.last_position(reader) if upto is None else upto
            counts = reader.query(
                "SELECT mission, count(*) FROM claims WHERE more = 0 AND position BETWEEN 1 AND ?"
                " GROUP BY mission ORDER BY mission",
                [end],
            )
            names = log_queries.aliases(reader, end)
        return [MissionNames(m, tuple(names.get(m, ())), count) for m, count in counts]

    def names(self) -> Mapping[str, Sequence[str]]:
        """Return the aliases of every mission, by short name."""
        with self.reading() as reader:
            names = log_queries.aliases(reader, log_queries.last_position(reader))
            return {mission: names.get(mission, ()) for mission in log_queries.missions(reader)}

    def mission_named(self, name: str) -> Sequence[str]:
        """Return the missions with this name; a short name takes precedence over an alias."""
        if name in self._short_names:
            return [name]
        by_short_name = "SELECT mission FROM claims WHERE mission = ? AND position > 0 LIMIT 1"
        by_alias = "SELECT mission FROM aliases WHERE name = ? ORDER BY mission"
        with self.reading() as reader:
            if reader.query(by_short_name, [name]):
                self._short_names.add(name)
                return [name]
            return [mission for (mission,) in reader.query(by_alias, [name])]

    def tree(self, size: int | None = None) -> Tree:
        """Return the Merkle tree over the first `size` entries."""
        with self.reading() as reader:
            end = log_queries.last_position(reader)
            if size is not None and size > end:
                raise DamagedLedgerError(f"the log ends at position {end}, before position {size}")
            return derived_tables.tree_of(reader, end if size is None else size)

    def nodes(self, level: int, first: int, end: int) -> Sequence[bytes]:
        """Return the hashes of complete tree nodes of one level."""
        places = [place_of(level, number) for number in range(first, end)]
        with self.reading() as reader:
            found = log_queries.hashes_at(reader, places)
        return [found[place] for place in places if place in found]

    def rebuild(self) -> None:
        """Rebuild the derived tables from the log; readers are not blocked."""
        with self._writing() as writer:
            derived_tables.rebuild(writer)


def _committed(
    transaction: Transaction, ids: Iterable[str], by: str, attempts: Sequence[Attempt]
) -> Receipt | None:
    """Return the receipt of an earlier attempt that was committed but not acknowledged, if any."""
    committed = [
        entry
        for moment, announcement in dict.fromkeys(attempts)
        for entry in log_queries.recorded_then(transaction, microseconds(moment))
        if (entry.announcement, entry.recorded_by) == (announcement, by)
    ]
    if not committed:
        return None
    new = {entry.id for entry in committed}
    already = tuple(id_ for id_ in ids if id_ not in new)
    return Receipt(tuple(committed), already, committed[-1].position)
