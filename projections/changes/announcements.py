"""What a log took in after a position, grouped by announcement.

    165  source example-escort-home               one announcement, recorded by anna
    166  contribution-withdrawn: dnk-escort
    167  corrects 166: dnk-escort, on 2024-02     another, by anna, without a source

An announcement is a run of entries with one digest (`ledger.announcements`).
"""

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from events.entry import Entry
from events.source import Source
from projections.changes.touched import Touched
from projections.question import ClaimStore


@dataclass(frozen=True, slots=True)
class RecordedAnnouncement:
    """The entries of one announcement, in order of position.

    `cut` is set where others of it are outside the positions asked about.
    """

    entries: tuple[Entry, ...]
    cut: bool = False

    @property
    def digest(self) -> str:
        """The announcement's digest, the same in every log that has it."""
        return self.entries[0].announcement

    @property
    def first(self) -> int:
        """Its first position."""
        return self.entries[0].position

    @property
    def last(self) -> int:
        """Its last position."""
        return self.entries[-1].position

    @property
    def recorded_at(self) -> datetime:
        """When it was recorded (UTC)."""
        return self.entries[0].recorded_at

    @property
    def recorded_by(self) -> str:
        """Who recorded it."""
        return self.entries[0].recorded_by

    @property
    def missions(self) -> tuple[str, ...]:
        """The missions of its events, in order."""
        return tuple(sorted({each.mission for each in self.entries if each.mission}))

    @property
    def source(self) -> str | None:
        """The id of the source that states it; None for the record-keeper's own events."""
        described = (each.source for each in self.entries if isinstance(each.content, Source))
        named = (each.source for each in self.entries)
        return next(described, None) or next((each for each in named if each), None)


def recorded_announcements(
    store: ClaimStore,
    *,
    after: int,
    upto: int,
    touched: Touched,
    missions: Set[str] = frozenset(),
) -> Iterator[RecordedAnnouncement]:
    """Yield the announcements after a position, up to another.

    With `missions`, only the entries that can change answers on one of these, and their sources.
    """
    outside = {
        position: each.announcement for position, each in store.at([after, upto + 1]).items()
    }
    read = _read(store, after, upto)
    for digest, group in groupby(read, key=attrgetter("announcement")):
        run = list(group)
        cut = (run[0].position == after + 1 and outside.get(after) == digest) or (
            run[-1].position == upto and outside.get(upto + 1) == digest
        )
        if missions:
            run = [each for each in run if missions & touched.missions(each)]
        if run:
            yield RecordedAnnouncement(tuple(run), cut)


def _read(store: ClaimStore, after: int, upto: int) -> Iterable[Entry]:
    return store.entries(after=after, upto=upto) if after < upto else ()
