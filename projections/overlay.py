"""A log for dry runs: a store that is only read, and appends on top of it that stay in memory.

    log = overlay(store)
    append_announcement(log, announcement, by="anna")   # does not change `store`

It shows the store up to its position when the overlay was created, so that later appends to the
store do not shift positions. Entries in memory are indexed for the lookups of the store protocol,
so that the time of a dry run grows linearly with the number of announcements.
"""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from events.bearings import PeriodKey
from events.encoding.codec import Entry, encode
from events.facets import FACETS
from events.record_events import (
    RecordEvent,
    aliases_of,
    sources_among,
)
from events.source import Publication, Source
from ledger.clock import utc_now
from ledger.decide import check_name, contents_by_id, decide, source_named
from ledger.log import Batch, MissionNames, Receipt
from projections.full_scan import FullScan
from projections.memory import MemoryStore
from projections.question import (
    ClaimStore,
    DayQuestion,
    PeriodsQuestion,
    Question,
    Selection,
    periods_of,
)


def overlay(store: ClaimStore, *, clock: Callable[[], datetime] = utc_now) -> "Overlay":
    """Return a log with the entries that a store has now, for appends that are discarded."""
    return Overlay(store, clock)


class Overlay(FullScan):
    """The store protocol on top of another store, which it neither writes to nor closes."""

    def __init__(self, base: ClaimStore, clock: Callable[[], datetime]) -> None:
        self._base = base
        self._end = base.position()
        self._new_entries: list[Entry] = []
        self._by_id: dict[str, Entry] = {}
        self._sources: dict[str, Entry] = {}
        self._missions: dict[str, list[Entry]] = defaultdict(list)
        self._aliases: dict[str, set[str]] = defaultdict(set)
        self._places: dict[str, dict[PeriodKey, list[Entry]]] = defaultdict(dict)
        self._undone: dict[str, set[PeriodKey]] = defaultdict(set)
        self._clock = clock
        self._lock = threading.Lock()

    def append(self, batch: Batch, *, by: str, expected: int | None = None) -> Receipt:
        """Append a batch in memory, atomically."""
        check_name(by)
        batch_by_id = contents_by_id(batch)
        with self._lock:
            position = self.position()
            known = self.known(batch_by_id)
            described = partial(source_named, self)
            planned = decide(batch_by_id, known, described, position=position, expected=expected)
            now = self._clock()
            announcement = planned.announcement
            new_entries = [
                encode(written, number, now, by, announcement)
                for number, written in enumerate(planned.new.values(), position + 1)
            ]
            for entry in new_entries:
                self._add(entry)
            return Receipt(tuple(new_entries), planned.already, self.position())

    def _add(self, entry: Entry) -> None:
        self._new_entries.append(entry)
        self._by_id[entry.id] = entry
        if isinstance(entry.content, Source):
            self._sources.setdefault(entry.content.id, entry)
            return
        mission = entry.content.mission
        self._missions[mission].append(entry)
        self._aliases[mission].update(aliases_of(entry.content))
        for place in periods_of(self, entry.content):
            self._places[mission].setdefault(place, []).append(entry)
            if isinstance(entry.content, RecordEvent):
                self._undone[mission].add(place)

    def position(self) -> int:
        """Return the last position."""
        return self._end + len(self._new_entries)

    def position_at(self, instant: datetime) -> int:
        """Return the last position recorded at or before a moment."""
        recorded = [entry.position for entry in self._new_entries if entry.recorded_at <= instant]
        return max(recorded, default=min(self._base.position_at(instant), self._end))

    def entries(self, *, after: int = 0, upto: int | None = None) -> Iterator[Entry]:
        """Yield the log in order."""
        yield from self._base.entries(after=after, upto=self._until(upto))
        added = self._new_entries[max(after - self._end, 0) :]
        yield from (entry for entry in added if upto is None or entry.position <= upto)

    def of_mission(self, mission: str, *, upto: int | None = None) -> Iterator[Entry]:
        """Yield one mission's events in order."""
        yield from self._base.of_mission(mission, upto=self._until(upto))
        yield from _upto(self._missions.get(mission, ()), upto)

    def of_sources(self, ids: Iterable[str], *, upto: int | None = None) -> Iterator[Entry]:
        """Yield the entries that describe these sources."""
        names = list(dict.fromkeys(ids))
        yield from self._base.of_sources(names, upto=self._until(upto))
        yield from _upto((self._sources[name] for name in names if name in self._sources), upto)

    def select(
        self,
        mission: str,
        question: Question | None = None,
        *,
        known: int | None = None,
        upto: int | None = None,
    ) -> Selection:
        """Return the events of a mission that the answer to a question can rest on.

        All events of a period that an entry in memory bears on are selected, whatever the store
        below would select: the entry can make the period part of the answer.
        """
        new_entries = self._missions.get(mission, ())
        if not isinstance(question, DayQuestion) or known is not None or upto is not None:
            return super().select(mission, question, known=known, upto=upto)
        touched = self._touched(mission, question) if new_entries else set()
        undone = frozenset(touched & self._undone[mission])
        questions = (
            question,
            replace(question, only=frozenset(touched - undone)),
            PeriodsQuestion(undone),
        )
        found = [self._base.select(mission, each, upto=self._end) for each in questions]
        in_memory = self._places[mission]
        added = [each for place in touched for each in in_memory.get(place, ())]
        entries = {e.position: e for e in (*(e for each in found for e in each.entries), *added)}
        published = dict(self._published(added))
        for each in found:
            published.update(each.published)
        periods: frozenset[PeriodKey] | None = frozenset(touched)
        for each in found:
            if periods is not None:
                periods = None if each.periods is None else periods | each.periods
        return Selection(
            self.position(),
            tuple(entries[position] for position in sorted(entries)),
            published,
            periods,
            None if periods is None else frozenset(),
        )

    def _touched(self, mission: str, question: DayQuestion) -> set[PeriodKey]:
        """Return the periods in question that an entry in memory bears on.

        If one is of an exclusive facet, all periods of that facet are included: each ends where
        that of another holder begins.
        """
        touched = self._places[mission]
        asked = touched if question.only is None else question.only | {("mission", mission, 1)}
        places = {place for place in asked if place in touched}
        exclusive = {facet for facet, _, _ in places if FACETS[facet].exclusive}
        if exclusive:
            places |= {
                (facet, key, period)
                for facet, key, period in self.periods(mission)
                if facet in exclusive
            }
        return places

    def _published(self, entries: Iterable[Entry]) -> Mapping[str, Publication]:
        names = sources_among([entry.content for entry in entries])
        contents = (entry.content for entry in self.of_sources(names))
        return {each.id: each.publication for each in contents if isinstance(each, Source)}

    def known(self, ids: Iterable[str]) -> frozenset[str]:
        """Return which of these ids are in the log."""
        ids = list(ids)
        added = frozenset(id_ for id_ in ids if id_ in self._by_id)
        return added | self._base.known(id_ for id_ in ids if id_ not in added)

    def starting_with(self, prefix: str, *, limit: int = 10) -> Sequence[Entry]:
        """Return entries whose id starts with `prefix`."""
        if prefix in self._by_id:
            return [self._by_id[prefix]][:limit]
        base = self._base.starting_with(prefix, limit=limit)
        added = [entry for entry in self._new_entries if entry.id.startswith(prefix)]
        return [*(entry for entry in base if entry.position <= self._end), *added][:limit]

    def source_ids(self) -> Sequence[str]:
        """Return the ids of all sources that are described."""
        return sorted({*self._base.source_ids(), *self._sources})

    def periods(self, mission: str) -> Sequence[PeriodKey]:
        """Return the periods of a mission that any claim bears on."""
        return sorted({*self._base.periods(mission), *self._places.get(mission, ())})

    def missions(self, *, upto: int | None = None) -> Sequence[MissionNames]:
        """Return every mission, by short name."""
        found: dict[str, MissionNames] = {}
        added = MemoryStore(_upto(self._new_entries, upto)).missions()
        for each in (*self._base.missions(upto=self._until(upto)), *added):
            so_far = found.get(each.mission, MissionNames(each.mission, (), 0))
            found[each.mission] = MissionNames(
                each.mission,
                tuple(sorted({*so_far.aliases, *each.aliases})),
                so_far.events + each.events,
            )
        return [found[mission] for mission in sorted(found)]

    def names(self) -> Mapping[str, Sequence[str]]:
        """Return the aliases of every mission, by short name."""
        base = self._base.names()
        return {
            mission: tuple(sorted({*base.get(mission, ()), *self._aliases.get(mission, ())}))
            for mission in sorted({*base, *self._missions})
        }

    def mission_named(self, name: str) -> Sequence[str]:
        """Return the missions with this name; a short name takes precedence over an alias."""
        base = self._base.mission_named(name)
        if name in self._missions or name in base:
            return [name]
        added = {mission for mission, aliases in self._aliases.items() if name in aliases}
        return sorted({*base, *added})

    def close(self) -> None:
        """Do nothing: the caller that opened the store below closes it."""

    def _until(self, upto: int | None) -> int:
        return self._end if upto is None else min(upto, self._end)


def _upto(entries: Iterable[Entry], upto: int | None) -> Iterator[Entry]:
    return (entry for entry in entries if upto is None or entry.position <= upto)
