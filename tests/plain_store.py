"""The plain store: a record as a list of entries, which every question reads in full.

Backends and projections are compared with it: it has no index, so nothing to get wrong.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Self, cast

from events.bearings import period_keys_of
from events.encoding.codec import encode, to_data
from events.entry import Entry
from events.facets import PeriodKey
from events.publication import EPOCH_DAY, publication
from events.record_events import (
    RecordEvent,
    SourceCorrected,
    aliases_of,
    source_about,
    sources_of,
    statement_of,
)
from events.source import Source
from events.source_description import SourceDescription, described
from ledger.clock import utc_now
from ledger.decide import all_ids, check_name, contents_by_id, decide, source_named
from ledger.log import Batch, MissionNames, Receipt
from projections.claims_table.claim_rows import amendment_of, claims_of, stated_claims
from projections.question import Question, Selection
from projections.weighing.amendments import Amendment, Kind
from projections.weighing.sources import SourceChange, Sources, Version


def sources_in(log: Iterable[Entry]) -> Sources:
    """Return all sources of a log, and all that it says of them."""
    described, about, changes = {}, dict[str, str](), []
    for entry in log:
        if isinstance(entry.content, Source):
            described[entry.content.id] = version_of(entry.content.published, entry)
        elif source := source_about(entry.content, about):
            about[entry.id] = source
            changes.append(source_change_of(entry, source))
    return Sources(described, tuple(changes))


def source_change_of(entry: Entry, about: str) -> SourceChange:
    """Return what an entry does to the source that it is about."""
    content = cast("RecordEvent", entry.content)
    stated = content.corrections() if isinstance(content, SourceCorrected) else {}
    moved = stated.get("published")
    amendment = cast("Amendment", amendment_of(entry))
    return SourceChange(
        *(entry.id, entry.position, amendment.kind, about),
        amendment.targets[0] if amendment.kind is Kind.RETRACTED else None,
        *(content.source, content.reason, stated),
        version_of(moved, entry, corrected=True) if moved else None,
    )


def version_of(published: str, entry: Entry, *, corrected: bool = False) -> Version:
    """Return the version of a source that an entry describes, or corrects."""
    recorded = entry.recorded_at.date().toordinal() + EPOCH_DAY - _EPOCH_ORDINAL
    return Version(publication(published), recorded, published if corrected else None)


_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


def selection_of(entries: Sequence[Entry], sources: Sources, position: int) -> Selection:
    """Return all that a mission's entries say, given all sources of the log up to there."""
    claims = [claim for entry in entries for claim in claims_of(entry, sources.described)]
    amendments = [each for each in map(amendment_of, entries) if each]
    named = {each.source for each in claims}.union(
        *((each.source, each.claim_source) for each in amendments)
    )
    return Selection(
        position,
        tuple(sorted(claims, key=lambda each: (each.position, *each.place, each.role))),
        tuple(amendments),
        sources.of(name for name in named if name),
    )


class PlainStore:
    """The protocol `projections.question.ClaimStore` on a list of entries."""

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
            known = frozenset(all_ids(batch_by_id) & self._by_id.keys())
            now = self._clock()
            planned = decide(
                batch_by_id,
                known,
                partial(source_named, self),
                position=len(self._entries),
                expected=expected,
                recorded=now,
            )
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

    def at(self, positions: Iterable[int]) -> Mapping[int, Entry]:
        """Return the entries at these positions."""
        return {position: self._entries[position - 1] for position in positions}

    def of_sources(self, ids: Iterable[str], *, upto: int | None = None) -> Iterator[Entry]:
        """Yield the entries that describe these sources."""
        names = set(ids)
        return (
            entry
            for entry in self._entries[:upto]
            if isinstance(entry.content, Source) and entry.content.id in names
        )

    def about_sources(self, ids: Iterable[str], *, upto: int | None = None) -> Sequence[Entry]:
        """Return the entries that correct or withdraw these sources, and their retractions."""
        wanted, about = set(ids), dict[str, str]()
        for entry in self._entries[:upto]:
            if source := source_about(entry.content, about):
                about[entry.id] = source
        return [each for each in self._entries[:upto] if about.get(each.id) in wanted]

    def descriptions(
        self, ids: Iterable[str], *, upto: int | None = None
    ) -> Mapping[str, SourceDescription]:
        """Return how these sources are described, by id."""
        contents = (entry.content for entry in self.of_sources(ids, upto=upto))
        return {each.id: described(to_data(each)) for each in contents if isinstance(each, Source)}

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

    def select(
        self,
        mission: str,
        question: Question | None = None,
        *,
        known: int | None = None,
        upto: int | None = None,
    ) -> Selection:
        """Return all of a mission's events."""
        # Read the position first, so that later appends are left out of all that follows.
        position = self.position() if upto is None else upto
        entries = tuple(self.of_mission(mission, upto=position))
        return selection_of(entries, sources_in(self._entries[:position]), position)

    def select_each(
        self,
        questions: Mapping[str, Question],
        *,
        known: int | None = None,
        upto: int | None = None,
    ) -> Iterator[tuple[str, Selection]]:
        """Yield all events of each of these missions."""
        for mission, question in questions.items():
            yield mission, self.select(mission, question, known=known, upto=upto)

    def missions_of(
        self,
        party: str,
        day: int | None,
        *,
        known: int | None = None,
        upto: int | None = None,
    ) -> Mapping[str, None]:
        """Return all missions."""
        return {each.mission: None for each in self.missions(upto=upto)}

    def names(self) -> Mapping[str, Sequence[str]]:
        """Return the aliases of every mission, by short name."""
        return {each.mission: each.aliases for each in self.missions()}

    def source_ids(self) -> Sequence[str]:
        """Return the ids of all sources that are described."""
        contents = (entry.content for entry in self.entries())
        return sorted({each.id for each in contents if isinstance(each, Source)})

    def sources(self, names: Iterable[str], *, upto: int | None = None) -> Sources:
        """Return sources with all events about them, and the sources that these rest on."""
        return sources_in(self._entries[:upto]).of(names)

    def periods(self, mission: str) -> Sequence[PeriodKey]:
        """Return the periods of a mission that any claim bears on."""
        claims = (statement_of(entry.content) for entry in self.of_mission(mission))
        return sorted({place for claim in claims if claim for place in period_keys_of(claim)})

    def missions_citing(self, source: str) -> Sequence[str]:
        """Return the missions with an event that rests on a source."""
        named = (e.mission for e in self.entries() if e.mission and source in sources_of(e.content))
        return sorted(set(named))

    def parties(self) -> Sequence[str]:
        """Return the nations and bodies that any claim names."""
        return sorted(
            {
                party
                for entry in self.entries()
                for stated in stated_claims(entry.content)
                for party in stated.parties
            }
        )

    def possibly_public(self, known: int | None, *, upto: int | None = None) -> frozenset[str]:
        """Return the sources that were perhaps, but not certainly, public by `known`."""
        if known is None:
            return frozenset()
        seen = list(self.entries(upto=upto))
        as_known = sources_in(seen).as_known(known)
        named = {name for entry in seen for name in sources_of(entry.content)}
        return frozenset(name for name in named if as_known.is_doubtful(name))

    def close(self) -> None:
        """Do nothing: there is no file."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
