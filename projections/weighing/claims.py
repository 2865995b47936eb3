"""Turn log entries into claims, and select those that take part in an answer.

A claim is what one event says about one occurrence, attestation or reading. It *takes part* if
its entry was recorded by the position asked about (record time; the caller passes only those
entries), its source was certainly public (publication time), and it is not retracted or
corrected. The projections that read claims apply the third clock, valid time.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from typing_extensions import TypeVar

from events.bearings import PeriodKey, bearings_of
from events.bounded_cache import BoundedCache
from events.catalogue import ClaimEvent
from events.dates.edtf import parse
from events.encoding.codec import Entry
from events.facets import Basis, Role
from events.record_events import ReadingPreferred, statement_of
from events.source import ALWAYS, Publication
from projections.weighing.undoing import (
    Cancellation,
    cancellations,
    ids_needed,
    sources_needed_by_each,
)

CACHED_EVENTS = 32_768
"""Size of the cache of claims, in events."""


class Evidence(Protocol):
    """A claim, as far as weighing a period goes: a `Claim`, or a row of the claims' table."""

    @property
    def event(self) -> str:
        """The id of the event that states it."""

    @property
    def position(self) -> int:
        """The position of that event."""

    @property
    def facet(self) -> str:
        """The facet it bears on."""

    @property
    def key(self) -> str:
        """The key it bears on."""

    @property
    def period(self) -> int:
        """The number of the period it bears on."""

    @property
    def role(self) -> Role:
        """What it says of the period."""

    @property
    def first(self) -> int:
        """The first day of its window as stated."""

    @property
    def last(self) -> int:
        """The last day of its window as stated."""

    @property
    def basis(self) -> Basis:
        """Whether it is reported, decided or planned."""

    @property
    def reported(self) -> bool:
        """Whether its basis is `reported`."""

    @property
    def published(self) -> Publication:
        """When its source was published."""

    @property
    def published_from(self) -> int:
        """The earliest day its source can have been published."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What one event says about one facet key.

    `first` and `last` are the day numbers of its window in valid time; an open side is BEGINNING
    or FOREVER. `event` is the id of the event that states it: of the correction, where it was
    corrected.
    """

    event: str
    position: int
    facet: str
    key: str
    period: int
    role: Role
    first: int
    last: int
    edtf: str
    basis: Basis
    source: str | None
    published: Publication
    statement: ClaimEvent

    def __hash__(self) -> int:
        # Hashing the whole statement is slow; these fields distinguish claims well enough.
        return hash((self.event, self.role, self.key))

    @property
    def place(self) -> PeriodKey:
        """The facet, the key and the number of the period it bears on."""
        return self.facet, self.key, self.period

    @property
    def reported(self) -> bool:
        """Whether the source says that it happened, not that it is decided or planned."""
        return self.basis is Basis.REPORTED

    @property
    def published_from(self) -> int:
        """The earliest day its source can have been published."""
        return self.published.since


EvidenceType = TypeVar("EvidenceType", bound=Evidence, default=Claim)
"""What a period was weighed from: claims, where nothing else is said."""

Place = tuple[str, str, int, Role]
"""Facet, key, period and role: which occurrence (or readings) a claim bears on."""


@dataclass(frozen=True, slots=True)
class Preference:
    """A record keeper's choice among the claims recorded before `position`."""

    event: str
    position: int
    claims: frozenset[str]
    reason: str


@dataclass(frozen=True, slots=True)
class VisibleClaims:
    """The claims that take part in an answer, and what was excluded from it.

    `withdrawn` are the retracted or corrected claims; `cancelled` gives the reason by event id.
    `unpublished` are the sources not certainly public at the time asked about; `possibly_public`
    those of them that may have been.
    """

    claims: tuple[Claim, ...]
    withdrawn: tuple[Claim, ...] = ()
    preferences: Mapping[Place, Preference] = field(default_factory=dict)
    cancelled: Mapping[str, Cancellation] = field(default_factory=dict)
    unpublished: frozenset[str] = frozenset()
    possibly_public: frozenset[str] = frozenset()


def visible_claims(
    entries: Iterable[Entry], publications: Mapping[str, Publication], known: int | None = None
) -> VisibleClaims:
    """Select the claims of one mission's entries that take part in an answer.

    `entries` are ordered by position and end at the position asked about; `known` is in seconds
    since 1970 UTC, None for no limit. A retraction or correction with a source takes effect once
    that source is public; one without a source takes effect from the beginning.
    """
    entries = tuple(entries)

    def public(source: str) -> bool:
        return known is None or publications.get(source, ALWAYS).is_certain(known)

    required, visible = {}, entries
    if known is not None:
        required = sources_needed_by_each(entries)
        visible = tuple(entry for entry in entries if all(map(public, required[entry.id])))
    cancelled = cancellations(visible)
    visible_ids = {entry.id for entry in visible}
    claims: list[Claim] = []
    withdrawn: list[Claim] = []
    preferences: dict[Place, Preference] = {}
    for entry in visible:
        if statement := statement_of(entry.content):
            target = withdrawn if entry.id in cancelled else claims
            target.extend(claims_of(entry, statement, publications))
        # A preference for a claim has no effect before the source of that claim is public.
        elif (
            isinstance(preferred := entry.content, ReadingPreferred)
            and entry.id not in cancelled
            and visible_ids.issuperset(ids_needed(preferred))
        ):
            place = (preferred.facet, preferred.key, preferred.period, preferred.role)
            preferences[place] = Preference(
                entry.id, entry.position, frozenset(preferred.claims), preferred.reason
            )
    sources = {source for of_entry in required.values() for source in of_entry}
    unpublished = frozenset(source for source in sources if not public(source))
    return VisibleClaims(
        claims=tuple(claims),
        withdrawn=tuple(withdrawn),
        preferences=preferences,
        cancelled=cancelled,
        unpublished=unpublished,
        possibly_public=frozenset()
        if known is None
        else possibly_public(unpublished, publications, known),
    )


def possibly_public(
    sources: Iterable[str], publications: Mapping[str, Publication], known: int
) -> frozenset[str]:
    """Return the sources that were possibly, but not certainly, public by a second."""
    return frozenset(name for name in sources if publications.get(name, ALWAYS).is_doubtful(known))


def claims_of(
    entry: Entry, statement: ClaimEvent, publications: Mapping[str, Publication]
) -> tuple[Claim, ...]:
    """Return one claim for each way a statement bears on the state."""
    published = publications.get(statement.source or "", ALWAYS)
    # An id identifies the content, so it is a safe cache key. Reusing the same claim objects also
    # lets the cache of weighed periods hit.
    cache_key = (entry.id, entry.position, published.first, published.last)
    claims = _CACHE.get(cache_key)
    if claims is None:
        claims = tuple(_build_claims(entry, statement, published))
        _CACHE.keep(cache_key, claims)
    return claims


_CACHE: BoundedCache[tuple[str, int, int | None, int | None], tuple[Claim, ...]] = BoundedCache(
    CACHED_EVENTS
)


def _build_claims(entry: Entry, statement: ClaimEvent, published: Publication) -> Iterator[Claim]:
    first, last = parse(statement.on).window.bounds
    for (facet, key, period), role in bearings_of(statement):
        yield Claim(
            event=entry.id,
            position=entry.position,
            facet=facet,
            key=key,
            period=period,
            role=role,
            first=first,
            last=last,
            edtf=statement.on,
            basis=statement.basis,
            source=statement.source,
            published=published,
            statement=statement,
        )
