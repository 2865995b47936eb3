"""Which missions, and which periods of them, the entries of a log bear on.

A claim bears on its own periods; what retracts or corrects one, on those of its target as well; an
event about a source, on all that the source states, in every mission that cites it; and what the
source states of other sources, on all that these state.
"""

from collections.abc import Iterable, Mapping, Set
from functools import cached_property

from events.bearings import period_keys_of
from events.entry import Entry
from events.facets import PeriodKey
from events.record_events import SourceEvent, targets_of
from events.source import Source
from projections.question import ClaimStore

Places = Mapping[str, Set[PeriodKey]]
"""The periods that entries bear on, by mission."""


class Touched:
    """Looks up what entries bear on; what a source states is read once."""

    def __init__(self, store: ClaimStore) -> None:
        self._store = store
        self._entries: dict[str, Entry | None] = {}
        self._citing: dict[str, tuple[str, ...]] = {}
        self._stated: dict[tuple[str, str], frozenset[PeriodKey]] = {}
        self._events: dict[tuple[str, str], int] = {}

    def targets(self, entry: Entry) -> list[Entry]:
        """Return the entries that an entry retracts, corrects or prefers, as far as there are."""
        found = map(self._entry, targets_of(entry.content))
        return [each for each in found if each is not None]

    def missions(self, entry: Entry) -> set[str]:
        """Return the missions whose answers an entry can change."""
        own = {entry.mission} if entry.mission else set[str]()
        return own.union(*map(self._missions_citing, self._sources(entry)))

    def places(self, entries: Iterable[Entry]) -> dict[str, set[PeriodKey]]:
        """Return the periods that entries bear on, for each mission that they can change."""
        found: dict[str, set[PeriodKey]] = {}
        for entry in entries:
            for mission in self.missions(entry):
                found.setdefault(mission, set())
            for each in (entry, *self._chain(entry)):
                if each.mission:
                    found.setdefault(each.mission, set()).update(period_keys_of(each.content))
            for source in self._sources(entry) if entry.mission else ():
                for mission in self._missions_citing(source):
                    found.setdefault(mission, set()).update(self._stated_by(source, mission))
        return found

    def events_stated(self, source: str) -> int:
        """Return how many events rest on a source."""
        total = 0
        for mission in self._missions_citing(source):
            self._stated_by(source, mission)
            total += self._events[source, mission]
        return total

    def _sources(self, entry: Entry) -> list[str]:
        """Return the sources that an entry describes, or that it or its targets are about."""
        if isinstance(entry.content, Source):
            return [entry.content.id]
        contents = (each.content for each in (entry, *self._chain(entry)))
        about = [each.about for each in contents if isinstance(each, SourceEvent)]
        return [*self._depending(about)] if about else []

    def _depending(self, names: Iterable[str]) -> Mapping[str, None]:
        """Return sources, and those of which they state something, and so on."""
        found = dict.fromkeys(names)
        waiting = [*found]
        while waiting:
            new = self._changed_by.get(waiting.pop(), set()) - found.keys()
            found |= dict.fromkeys(sorted(new))
            waiting += new
        return found

    @cached_property
    def _changed_by(self) -> Mapping[str, Set[str]]:
        """The sources of which a source states something, by source."""
        found: dict[str, set[str]] = {}
        for each in self._store.sources(self._store.source_ids()).changes:
            if each.source:
                found.setdefault(each.source, set()).add(each.about)
        return found

    def _chain(self, entry: Entry) -> list[Entry]:
        """Return the targets of an entry, and theirs in turn: a chain may be long."""
        found: dict[str, Entry] = {}
        waiting = self.targets(entry)
        while waiting:
            each = waiting.pop()
            if each.id not in found:
                found[each.id] = each
                waiting += self.targets(each)
        return list(found.values())

    def _entry(self, id_: str) -> Entry | None:
        if id_ not in self._entries:
            self._entries[id_] = next(iter(self._store.starting_with(id_, limit=1)), None)
        return self._entries[id_]

    def _missions_citing(self, source: str) -> tuple[str, ...]:
        if source not in self._citing:
            self._citing[source] = tuple(self._store.missions_citing(source))
        return self._citing[source]

    def _stated_by(self, source: str, mission: str) -> frozenset[PeriodKey]:
        if (source, mission) not in self._stated:
            claims = [c for c in self._store.select(mission).claims if c.source == source]
            self._stated[source, mission] = frozenset(claim.place for claim in claims)
            self._events[source, mission] = len({claim.event for claim in claims})
        return self._stated[source, mission]
