"""Announcements in a log: consecutive entries that carry the same digest.

    positions 1 to 41     5f07…    a source, and the events it states
    position 42           c1d9…    a retraction of our own
    positions 43 to 44    88a0…    …

The digest is the SHA-256 of the canonical list of the entries' ids, so a log alone shows whether
each announcement is complete. An announcement is appended in one transaction, so its entries share
one record time and one recorder (checked in `ledger.upkeep.announcement_check`).
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from events.encoding.codec import canonical
from events.entry import Entry
from events.source import Source


def announcement_id(ids: Iterable[str]) -> str:
    """Return an announcement's digest: SHA-256 of the canonical list of its entries' ids, in hex.

    It covers the entries that are appended, not those that were in the log before.
    """
    return hashlib.sha256(canonical(list(ids))).hexdigest()


class AnnouncementEntry(NamedTuple):
    """What assigns an entry to its announcement.

    `source` is the source that the entry names or describes; `recorded` is its record time and
    its recorder.
    """

    position: int
    announcement: str
    id: str
    source: str | None
    describes: bool
    recorded: tuple[datetime, str]


def announcement_entry(entry: Entry, number: int | None = None) -> AnnouncementEntry:
    """Return what assigns an entry to its announcement; `number` replaces its position."""
    content = entry.content
    return AnnouncementEntry(
        number or entry.position,
        entry.announcement,
        entry.id,
        content.id if isinstance(content, Source) else content.source,
        isinstance(content, Source),
        (entry.recorded_at, entry.recorded_by),
    )


@dataclass(slots=True)
class DigestRun:
    """Consecutive entries that carry the same digest.

    `sources` are those that its events name, None for the record-keeper's own events; `describes`
    is whether one of its entries describes a source. `differs` is the first position whose record
    time or recorder differs from that of the position before. A run that is `whole` stands for
    announcements already found to match their digests, and holds nothing else about them.
    """

    announcement: str
    first: int
    last: int
    recorded: tuple[datetime, str] | None = None
    differs: int | None = None
    ids: list[str] = field(default_factory=list)
    sources: set[str | None] = field(default_factory=set)
    describes: bool = False
    whole: bool = False

    @property
    def matches_digest(self) -> bool:
        """Whether the digest is the one that the entries give."""
        return self.whole or announcement_id(self.ids) == self.announcement

    @property
    def source(self) -> str | None:
        """The one source that states all of it, where an earlier entry has to describe it."""
        return next(iter(self.sources)) if len(self.sources) == 1 and not self.describes else None

    def continues_in(self, following: "DigestRun") -> bool:
        """Whether the following run is part of the same announcement."""
        return (
            self.announcement == following.announcement
            and self.last + 1 == following.first
            and not (self.whole or following.whole)
        )

    def join(self, following: "DigestRun") -> None:
        """Extend this run by the following one."""
        if self.differs is None:
            same = self.recorded == following.recorded
            self.differs = following.differs if same else following.first
        self.last = following.last
        self.ids += following.ids
        self.sources |= following.sources
        self.describes = self.describes or following.describes


def runs(entries: Iterable[AnnouncementEntry]) -> Iterator[DigestRun]:
    """Group entries, given in order of position, into runs."""
    run: DigestRun | None = None
    for position, announcement, id_, source, describes, recorded in entries:
        if run is None or run.announcement != announcement or run.last + 1 != position:
            if run:
                yield run
            run = DigestRun(announcement, position, position, recorded)
        elif run.differs is None and run.recorded != recorded:
            run.differs = position
        run.last = position
        run.ids.append(id_)
        if describes:
            run.describes = True
        else:
            run.sources.add(source)
    if run:
        yield run


def merge_whole(found: Sequence[DigestRun]) -> list[DigestRun]:
    """Merge neighbouring runs that match their digests, except the first and the last run.

    These two may continue in other blocks.
    """
    merged: list[DigestRun] = []
    for number, run in enumerate(found):
        if number in (0, len(found) - 1) or run.differs or not run.matches_digest:
            merged.append(run)
        elif merged[-1].whole and merged[-1].last + 1 == run.first:
            merged[-1].last = run.last
        else:
            merged.append(DigestRun("", run.first, run.last, whole=True))
    return merged
