"""When sources came out, by what is known of that: corrected, withdrawn, or as described first.

Each entry about a source counts, or does not, by two clocks: those recorded up to a position are
given, and one that is stated by a source counts once that was certainly public, in its own version
in force. All corrections that count apply in order of position, each to the fields it states; so
the last that states a publication date tells it. A source that is withdrawn never came out.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from operator import attrgetter
from types import MappingProxyType
from typing import NamedTuple

from events.ahead import is_published_in_future
from events.dates.days import BEGINNING, FOREVER
from events.publication import ALWAYS, Publication
from events.source_circles import SourceStatement, all_about, closing_circles
from projections.weighing.amendments import Kind


@dataclass(frozen=True)
class Version:
    """A publication date of a source, as one entry has it.

    `recorded` is the number of the day in UTC on which that entry was recorded. `edtf` is the date
    as a correction states it; None for the date that the source was described with.
    """

    published: Publication
    recorded: int = FOREVER
    edtf: str | None = None

    @property
    def is_in_future(self) -> bool:
        """Whether the source surely came out later than it can have, when that was recorded."""
        return is_published_in_future(self.published, self.recorded)

    @cached_property
    def reports_until(self) -> int:
        """The last day that it can report."""
        return BEGINNING - 1 if self.is_in_future else self.published.until


UNDESCRIBED = Version(ALWAYS)
"""That of a source which no entry describes."""


class SourceChange(NamedTuple):
    """An event about the source `about`: a correction, a withdrawal, or a retraction of one.

    `target` is the id of the event that a retraction retracts; `source` states the event. `stated`
    are the fields that a correction states; `moved` is the publication date among them, if any.
    """

    event: str
    position: int
    kind: Kind
    about: str
    target: str | None
    source: str | None
    reason: str
    stated: Mapping[str, str] = MappingProxyType({})
    moved: Version | None = None


@dataclass(frozen=True)
class Sources:
    """The sources that claims and amendments rest on, and all events about them.

    `described` has the version that each was described with, by id. `changes` are in order of
    position, with all those about the sources that state them.
    """

    described: Mapping[str, Version]
    changes: tuple[SourceChange, ...] = ()

    def of(self, names: Iterable[str]) -> "Sources":
        """Return some of the sources, with those that the events about them rest on."""
        wanted = {name for name in names if name}
        changes = all_about(wanted, lambda some: chain(*(self._about.get(n, ()) for n in some)))
        wanted.update(each.source for each in changes if each.source)
        described = {name: self.described[name] for name in wanted if name in self.described}
        return Sources(described, tuple(sorted(changes, key=attrgetter("position"))))

    def joined(self, other: "Sources") -> "Sources":
        """Return the sources of both, of the same log up to the same position."""
        changes = {each.position: each for each in (*self.changes, *other.changes)}
        return Sources(
            {**self.described, **other.described}, tuple(changes[at] for at in sorted(changes))
        )

    @cached_property
    def _about(self) -> Mapping[str, Sequence[SourceChange]]:
        found: dict[str, list[SourceChange]] = defaultdict(list)
        for each in self.changes:
            found[each.about].append(each)
        return found

    @cached_property
    def circular(self) -> frozenset[str]:
        """The ids of the events without effect, by which a source would depend on itself."""
        return closing_circles(
            SourceStatement(each.event, each.about, each.source) for each in self.changes
        )

    def as_known(self, known: int | None) -> "KnownSources":
        """Return the sources as they were known at a second since 1970 UTC; None is no limit."""
        return KnownSources(self, known)

    def changes_of(self, name: str) -> Sequence[SourceChange]:
        """Return the events about a source that have an effect, in order of position."""
        if not self.changes:
            return ()
        return [each for each in self._about.get(name, ()) if each.event not in self.circular]


class KnownSources:
    """Sources as they were known at a second of the publication clock."""

    def __init__(self, sources: Sources, known: int | None) -> None:
        self._sources = sources
        self._known = known
        self._counting: dict[str, tuple[SourceChange, ...]] = {}

    def changes(self, name: str) -> tuple[SourceChange, ...]:
        """Return the corrections and withdrawals of a source that count, in order of position."""
        # A source can rest on so many others, one after the other, as calls cannot be nested.
        waiting = [name]
        while waiting and name not in self._counting:
            one = waiting[-1]
            stated_by = {each.source for each in self._sources.changes_of(one) if each.source}
            if unknown := stated_by - self._counting.keys():
                waiting += unknown
            else:
                self._counting[one] = tuple(reversed([*self._newest_first(one)]))
                waiting.pop()
        return self._counting[name]

    def _newest_first(self, name: str) -> Iterable[SourceChange]:
        retracted: set[str] = set()
        for each in reversed(self._sources.changes_of(name)):
            if each.event in retracted or not (each.source is None or self.is_public(each.source)):
                continue
            if each.target is None:
                yield each
            else:
                retracted.add(each.target)

    def version(self, name: str) -> Version:
        """Return the publication date in force of a source."""
        moved = (each.moved for each in reversed(self.changes(name)) if each.moved)
        return next(moved, self._sources.described.get(name, UNDESCRIBED))

    def withdrawal(self, name: str) -> SourceChange | None:
        """Return the event by which a source is withdrawn; None where it is not."""
        withdrawals = (e for e in self.changes(name) if e.kind is Kind.SOURCE_WITHDRAWN)
        return next(withdrawals, None)

    def is_public(self, name: str) -> bool:
        """Whether a source was certainly public, and is not withdrawn."""
        if self.withdrawal(name):
            return False
        return self._known is None or self.version(name).published.is_certain(self._known)

    def is_doubtful(self, name: str) -> bool:
        """Whether a source was possibly, but not certainly, public; none that is withdrawn was."""
        if self._known is None or self.withdrawal(name):
            return False
        return self.version(name).published.is_doubtful(self._known)
