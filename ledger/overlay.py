"""A log to try things on: what is appended stays in memory, over a store that is only read.

    tried = overlay(store)
    append_announcement(tried, announcement, by="anna")   # `store` is as it was

It shows the store up to where that ended, so that nobody's appending shifts its positions.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial

from events.codec import Entry, encode
from events.source import Source
from ledger.clock import utc_now
from ledger.memory import MemoryStore
from ledger.planning import by_id, check_name, plan, source_named
from ledger.store import Batch, MissionNames, Receipt, Store
from ledger.unindexed import Unindexed


def overlay(store: Store, *, clock: Callable[[], datetime] = utc_now) -> "Overlay":
    """Return a log that begins as this store's is now, and can be appended to and thrown away."""
    return Overlay(store, clock)


class Overlay(Unindexed):
    """The store protocol over another store, which it never writes to and does not close."""

    def __init__(self, under: Store, clock: Callable[[], datetime]) -> None:
        self._under = under
        self._end = under.position()
        self._made: list[Entry] = []
        self._clock = clock
        self._lock = threading.Lock()

    def append(self, batch: Batch, *, by: str, expected: int | None = None) -> Receipt:
        """Append a batch whole or not at all, in memory."""
        check_name(by)
        wanted = by_id(batch)
        with self._lock:
            position = self.position()
            known = frozenset(id_ for id_ in wanted if self.starting_with(id_, limit=1))
            described = partial(source_named, self)
            planned = plan(wanted, known, described, position=position, expected=expected)
            now = self._clock()
            announcement = planned.announcement
            made = [
                encode(written, number, now, by, announcement)
                for number, written in enumerate(planned.new.values(), position + 1)
            ]
            self._made.extend(made)
            return Receipt(tuple(made), planned.already, self.position())

    def position(self) -> int:
        """Return the last position."""
        return self._end + len(self._made)

    def position_at(self, instant: datetime) -> int:
        """Return the last position recorded at or before a moment."""
        recorded = [entry.position for entry in self._made if entry.recorded_at <= instant]
        return max(recorded, default=min(self._under.position_at(instant), self._end))

    def entries(self, *, after: int = 0, upto: int | None = None) -> Iterator[Entry]:
        """Yield the log in order."""
        yield from self._under.entries(after=after, upto=self._until(upto))
        yield from (entry for entry in self._over(upto) if entry.position > after)

    def of_mission(self, mission: str, *, upto: int | None = None) -> Iterator[Entry]:
        """Yield one mission's events in order."""
        yield from self._under.of_mission(mission, upto=self._until(upto))
        yield from (entry for entry in self._over(upto) if entry.mission == mission)

    def of_sources(self, ids: Iterable[str], *, upto: int | None = None) -> Iterator[Entry]:
        """Yield the entries that describe these sources."""
        wanted = set(ids)
        yield from self._under.of_sources(wanted, upto=self._until(upto))
        for entry in self._over(upto):
            if isinstance(entry.content, Source) and entry.content.id in wanted:
                yield entry

    def starting_with(self, prefix: str, *, limit: int = 10) -> Sequence[Entry]:
        """Return entries whose id starts with `prefix`."""
        under = self._under.starting_with(prefix, limit=limit)
        over = [entry for entry in self._made if entry.id.startswith(prefix)]
        return [*(entry for entry in under if entry.position <= self._end), *over][:limit]

    def missions(self, *, upto: int | None = None) -> Sequence[MissionNames]:
        """Return every mission, by short name."""
        found: dict[str, MissionNames] = {}
        made = MemoryStore(self._over(upto)).missions()
        for each in (*self._under.missions(upto=self._until(upto)), *made):
            there = found.get(each.mission, MissionNames(each.mission, (), 0))
            found[each.mission] = MissionNames(
                each.mission,
                tuple(sorted({*there.aliases, *each.aliases})),
                there.events + each.events,
            )
        return [found[mission] for mission in sorted(found)]

    def mission_named(self, name: str) -> Sequence[str]:
        """Return the missions that go by this name; a short name goes before any alias."""
        known = self.missions()
        if any(each.mission == name for each in known):
            return [name]
        return [each.mission for each in known if name in each.aliases]

    def close(self) -> None:
        """Do nothing: the store beneath belongs to whoever opened it."""

    def _until(self, upto: int | None) -> int:
        return self._end if upto is None else min(upto, self._end)

    def _over(self, upto: int | None) -> list[Entry]:
        return [entry for entry in self._made if upto is None or entry.position <= upto]
