"""Announcements as they lie in a log: entries one after another that carry the same digest.

    positions 1 to 41     5f07…    a source, and the events it states
    position 42           c1d9…    a retraction of our own
    positions 43 to 44    88a0…    …

The digest is the SHA-256 of the canonical list of the entries' ids, so a log shows by itself
whether each announcement is all there. An announcement is appended at once, so that its entries
have one time and one recorder (checked in `ledger.upkeep.announcement_check`).
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from events.encoding.codec import Entry, canonical
from events.source import Source


def announcement_id(ids: Iterable[str]) -> str:
    """Return an announcement's digest: SHA-256 of the canonical list of its entries' ids, in hex.

    It is over the entries that are appended, not over what the log had before.
    """
    return hashlib.sha256(canonical(list(ids))).hexdigest()


class EntryPlace(NamedTuple):
    """What has to be known of an entry to tell which announcement it is part of.

    `source` is the one that it names, or that it describes; `recorded` is when, and by whom.
    """

    position: int
    announcement: str
    id: str
    source: str | None
    describes: bool
    recorded: tuple[datetime, str]


def entry_place(entry: Entry) -> EntryPlace:
    """Return what has to be known of an entry."""
    content = entry.content
    describes = isinstance(content, Source)
    return EntryPlace(
        entry.position,
        entry.announcement,
        entry.id,
        content.id if isinstance(content, Source) else content.source,
        describes,
        (entry.recorded_at, entry.recorded_by),
    )


@dataclass(slots=True)
class DigestRun:
    """Entries one after another that carry the same digest.

    `sources` are those that its events name, None for the record-keeper's own; `describes` is
    whether one of its entries describes a source. `differs` is the first position whose time or
    recorder is not that of the one before. A run that is `whole` stands for announcements that
    have their digests, and nothing more is known of them.
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
    def has_its_digest(self) -> bool:
        """Whether the digest is that of the entries."""
        return self.whole or announcement_id(self.ids) == self.announcement

    @property
    def source(self) -> str | None:
        """The source that all of it is stated by, where an earlier entry has to describe that."""
        return next(iter(self.sources)) if len(self.sources) == 1 and not self.describes else None

    def goes_on_in(self, following: "DigestRun") -> bool:
        """Whether what follows is more of the same announcement."""
        return (
            self.announcement == following.announcement
            and self.last + 1 == following.first
            and not (self.whole or following.whole)
        )

    def join(self, following: "DigestRun") -> None:
        """Add what follows."""
        if self.differs is None:
            same = self.recorded == following.recorded
            self.differs = following.differs if same else following.first
        self.last = following.last
        self.ids += following.ids
        self.sources |= following.sources
        self.describes = self.describes or following.describes


def runs(entries: Iterable[EntryPlace]) -> Iterator[DigestRun]:
    """Yield the runs that entries lie in, given in order of position."""
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


def summed_up(found: Sequence[DigestRun]) -> list[DigestRun]:
    """Put together those runs between the first and the last that have their digest.

    The first and the last may go on outside.
    """
    kept: list[DigestRun] = []
    for number, run in enumerate(found):
        if number in (0, len(found) - 1) or run.differs or not run.has_its_digest:
            kept.append(run)
        elif kept[-1].whole and kept[-1].last + 1 == run.first:
            kept[-1].last = run.last
        else:
            kept.append(DigestRun("", run.first, run.last, whole=True))
    return kept
