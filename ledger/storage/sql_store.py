"""The log in a SQL database: what is appended to it, and what is asked of it.

A writer has its turn before it looks, so positions have no gap and a batch is decided on what the
log really holds. An acknowledged batch is on the disk. The tables are those of
`ledger.storage.stored_tables`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice

from events.encoding.codec import Entry, encode
from events.errors import DamagedLedgerError
from events.record_events import sources_among
from ledger.clock import utc_now
from ledger.decide import by_id, check_continuation, check_name, decide
from ledger.log import Batch, MissionNames, Receipt
from ledger.merkle.tree import Tree, place_of
from ledger.process_pool import Opener
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
"""Missions that are selected from together."""

_HEX = re.compile(r"[0-9a-f]{0,64}")

Tried = tuple[datetime, str]
"""When something was to be appended, and under which digest."""


class SqlStore(StoredTables):
    """The ledger protocol over a SQL database that has been migrated already."""

    def __init__(
        self,
        backend: Backend,
        *,
        clock: Callable[[], datetime] = utc_now,
        opener: Opener | None = None,
    ) -> None:
        super().__init__(backend)
        self._clock = clock
        self.opener = opener
        # The tree as this store's last append left it: it is asked for anew only where somebody
        # else has appended since.
        self._end = Tree()
        # Names that are short names once are so for good: nothing leaves the log.
        self._short_names: set[str] = set()

    def append(self, batch: Batch, *, by: str, expected: int | None = None) -> Receipt:
        """Append a batch whole or not at all.

        Where the connection is lost it is tried again, a few times: an append that is there
        already adds nothing, and one whose acknowledgement was lost is known by its moment.
        """
        check_name(by)
        tried: list[Tried] = []
        return with_retries(lambda: self._append(batch, by, expected, tried))

    def _append(self, batch: Batch, by: str, expected: int | None, tried: list[Tried]) -> Receipt:
        wanted = by_id(batch)
        with self._writing() as writer:
            if landed := _landed(writer, wanted, by, tried):
                return landed
            last = log_queries.last_position(writer)
            planned = decide(
                wanted,
                log_queries.known(writer, wanted),
                lambda id_: log_queries.source(writer, id_),
                position=last,
                expected=expected,
            )
            now, announcement = self._clock(), planned.announcement
            tried.append((now, announcement))
            made = [
                encode(written, position, now, by, announcement)
                for position, written in enumerate(planned.new.values(), last + 1)
            ]
            after = self._add(writer, made, last)
        self._end = after
        return Receipt(tuple(made), planned.already, last + len(made))

    def _add(self, writer: Transaction, made: Sequence[Entry], last: int) -> Tree:
        """Add entries to the log and to all that is derived from it; return the tree after."""
        end = self._end
        before = end if end.size == last else derived_tables.tree_of(writer, last)
        writer.insert(log, [(entry.position, entry.raw) for entry in made])
        with log_queries.sound_index(self.place):
            return derived_tables.add(writer, made, before)

    def known(self, ids: Iterable[str]) -> frozenset[str]:
        """Return those of these ids that are in the log."""
        with self.reading() as reader:
            return log_queries.known(reader, ids)

    def continue_with(self, entries: Sequence[Entry]) -> int:
        """Append entries as another ledger recorded them, byte for byte."""
        with self._writing() as writer:
            last = log_queries.last_position(writer)
            check_continuation(
                entries,
                last,
                log_queries.known(writer, (entry.id for entry in entries)),
                lambda id_: log_queries.source(writer, id_),
            )
            after = self._add(writer, entries, last)
        self._end = after
        return last + len(entries)

    def position_at(self, instant: datetime) -> int:
        """Return the last position recorded at or before a moment."""
        with self.reading() as reader, log_queries.sound_index(self.place):
            return log_queries.last_recorded_by(reader, microseconds(instant))

    def entries(self, *, after: int = 0, upto: int | None = None) -> Iterator[Entry]:
        """Yield the log in order, a chunk at a time: no lock is held between chunks."""
        return self._in_order(log, decoded_entry, after, upto, CHUNK)

    def of_mission(self, mission: str, *, upto: int | None = None) -> Iterator[Entry]:
        """Yield one mission's events in order."""
        with self.reading() as reader:
            end = log_queries.last_position(reader) if upto is None else upto
            found = log_queries.of_mission(reader, mission, end)
            if strange := next((each for each in found if each.mission != mission), None):
                raise index_mismatch(strange.position)
        yield from found

    def select(
        self,
        mission: str,
        question: Question | None = None,
        *,
        known: int | None = None,
        upto: int | None = None,
    ) -> Selection:
        """Return those of a mission's events that the answer to a question can rest on."""
        if question:
            return next(self.select_each({mission: question}, known=known, upto=upto))[1]
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
        """Yield what `select` returns of each of some missions."""
        asked = iter(questions.items())
        while some := dict(islice(asked, MISSIONS_AT_ONCE)):
            with self.reading() as reader:
                end = upto = log_queries.last_position(reader) if upto is None else upto
                with log_queries.sound_index(self.place):
                    chosen = select_each(reader, some, known=known, upto=end)
                whole = {
                    mission: found or RelevantEntries(log_queries.of_mission(reader, mission, end))
                    for mission, found in chosen.items()
                }
                selections = self._selections(reader, whole, end)
            yield from selections.items()

    def _selections(
        self, reader: Transaction, chosen: Mapping[str, RelevantEntries], end: int
    ) -> dict[str, Selection]:
        """Add when the sources came out that what was chosen names."""
        named: dict[str, set[str]] = {}
        for mission, each in chosen.items():
            if strange := next((one for one in each.entries if one.mission != mission), None):
                raise index_mismatch(strange.position)
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
            for mission, each in chosen.items()
        }

    def missions_of(
        self, party: str, day: int | None, *, known: int | None = None, upto: int | None = None
    ) -> Mapping[str, frozenset[PeriodKey] | None]:
        """Return the missions in whose state on a day a nation or body can be."""
        with self.reading() as reader:
            end = log_queries.last_position(reader) if upto is None else upto
            with log_queries.sound_index(self.place):
                return missions_of(reader, party, day, known=known, upto=end)

    def possibly_public(self, known: int | None, *, upto: int | None = None) -> frozenset[str]:
        """Return the sources some event names that were perhaps public by `known`."""
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
        """Return the periods of a mission that any event speaks of."""
        query = "SELECT facet, key, period FROM periods WHERE mission = ? ORDER BY 1, 2, 3"
        with self.reading() as reader:
            return [(facet, key, period) for facet, key, period in reader.query(query, [mission])]

    def missions_citing(self, source: str) -> Sequence[str]:
        """Return the missions of which some event rests on a source."""
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
            if strange := next((each for each in found if not each.id.startswith(prefix)), None):
                raise index_mismatch(strange.position)
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
        """Return the aliases of every mission, by its short name."""
        with self.reading() as reader:
            names = log_queries.aliases(reader, log_queries.last_position(reader))
            return {mission: names.get(mission, ()) for mission in log_queries.missions(reader)}

    def mission_named(self, name: str) -> Sequence[str]:
        """Return the missions that go by this name; a short name goes before any alias."""
        if name in self._short_names:
            return [name]
        itself = "SELECT mission FROM claims WHERE mission = ? AND position > 0 LIMIT 1"
        others = "SELECT mission FROM aliases WHERE name = ? ORDER BY mission"
        with self.reading() as reader:
            if reader.query(itself, [name]):
                self._short_names.add(name)
                return [name]
            return [mission for (mission,) in reader.query(others, [name])]

    def tree(self, size: int | None = None) -> Tree:
        """Return the Merkle tree over the first `size` entries."""
        with self.reading() as reader:
            end = log_queries.last_position(reader)
            if size is not None and size > end:
                raise DamagedLedgerError(f"the log ends at position {end}, before {size}")
            return derived_tables.tree_of(reader, end if size is None else size)

    def nodes(self, level: int, first: int, end: int) -> Sequence[bytes]:
        """Return the hashes of complete tree nodes of one level."""
        places = [place_of(level, number) for number in range(first, end)]
        with self.reading() as reader:
            found = log_queries.hashes_at(reader, places)
        return [found[place] for place in places if place in found]

    def rebuild(self) -> None:
        """Make all that is not the log anew from it, while readers go on."""
        with self._writing() as writer:
            derived_tables.rebuild(writer)


def _landed(
    transaction: Transaction, wanted: Iterable[str], by: str, tried: Sequence[Tried]
) -> Receipt | None:
    """Return what an append did that was tried before, its acknowledgement lost on the way."""
    made = [
        entry
        for moment, announcement in dict.fromkeys(tried)
        for entry in log_queries.recorded_then(transaction, microseconds(moment))
        if (entry.announcement, entry.recorded_by) == (announcement, by)
    ]
    if not made:
        return None
    new = {entry.id for entry in made}
    already = tuple(id_ for id_ in wanted if id_ not in new)
    return Receipt(tuple(made), already, made[-1].position)
