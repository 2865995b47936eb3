"""A log in memory: for dry runs, for tests, and for answers that need no file."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Self

from events.encoding.codec import Entry, encode
from events.record_events import aliases_of
from events.source import Source
from ledger.clock import utc_now
from ledger.decide import check_name, contents_by_id, decide, source_named
from ledger.log import Batch, MissionNames, Receipt
from projections.full_scan import FullScan


class MemoryStore(FullScan):
    """The store protocol on a list of entries."""

    def __init__(
        self, entries: Iterable[Entry] = (), *, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._entries = list(entries)
        self._by_id = {entry.id: entry for entry in self._entries}
        self._clock = clock
        self._lock = threading.Lock()

    def append(self, batch: Batch, *, by: str, expected: int | None = None) -> Receipt:
        """Append a batch atomically."""
        check_name(by)
        batch_by_id = contents_by_id(batch)
        with self._lock:
            known = frozenset(batch_by_id.keys() & self._by_id.keys())
            planned = decide(
                batch_by_id,
                known,
                partial(source_named, self),
                position=len(self._entries),
                expected=expected,
            )
            now = self._clock()
            announcement = planned.announcement
            new_entries = [
                encode(written, position, now, by, announcement)
                for position, written in enumerate(planned.new.values(), len(self._entries) + 1)
            ]
            self._entries.extend(new_entries)
            self._by_id.update((entry.id, entry) for entry in new_entries)
            return Receipt(tuple(new_entries), planned.already, len(self._entries))

    def position(self) -> int:
        """Return the last position."""
        return len(self._entries)

    def position_at(self, instant: datetime) -> int:
        """Return the last position recorded at or before a moment."""
        return max(
            (entry.position for entry in self._entries if entry.recorded_at <= instant), default=0
        )

    def entries(self, *, after: int = 0, upto: int | None = None) -> Iterator[Entry]:
        """Yield the log in order."""
        return iter(self._entries[after:upto])

    def of_mission(self, mission: str, *, upto: int | None = None) -> Iterator[Entry]:
        """Yield one mission's events in order."""
        return (entry for entry in self._entries[:upto] if entry.mission == mission)

    def of_sources(self, ids: Iterable[str], *, upto: int | None = None) -> Iterator[Entry]:
        """Yield the entries that describe these sources."""
        names = set(ids)
        return (
            entry
            for entry in self._entries[:upto]
            if isinstance(entry.content, Source) and entry.content.id in names
        )

    def starting_with(self, prefix: str, *, limit: int = 10) -> Sequence[Entry]:
        """Return entries whose id starts with `prefix`."""
        return [entry for entry in self._entries if entry.id.startswith(prefix)][:limit]

    def known(self, ids: Iterable[str]) -> frozenset[str]:
        """Return which of these ids are in the log."""
        return frozenset(id_ for id_ in ids if id_ in self._by_id)

    def missions(self, *, upto: int | None = None) -> Sequence[MissionNames]:
        """Return every mission, by short name."""
        counts: dict[str, int] = {}
        aliases: dict[str, dict[str, None]] = {}
        for entry in self._entries[:upto]:
            if entry.mission:
                counts[entry.mission] = counts.get(entry.mission, 0) + 1
                aliases.setdefault(entry.mission, {}).update(
                    dict.fromkeys(aliases_of(entry.content))
                )
        return [
            MissionNames(mission, tuple(sorted(aliases[mission])), counts[mission])
            for mission in sorted(counts)
        ]

    def mission_named(self, name: str) -> Sequence[str]:
        """Return the missions with this name; a short name takes precedence over an alias."""
        known = self.missions()
        if any(each.mission == name for each in known):
            return [name]
        return [each.mission for each in known if name in each.aliases]

    def close(self) -> None:
        """Do nothing: there is no file."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
