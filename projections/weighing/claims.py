"""From log entries to claims: what each event says, as seen through two of the three clocks.

A claim is what one event says about one occurrence, attestation or reading. This module decides
which claims *take part*: the entries given are those recorded in time (record time), a source
must certainly be public (publication time), and nothing retracted or corrected counts. Valid
time, the third clock, is the business of the projections that read claims.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from events.bounded_cache import BoundedCache
from events.catalogue import ClaimEvent
from events.dates.edtf import parse
from events.encoding.codec import Entry
from events.facets import Basis, Role
from events.record_events import (
    ClaimCorrected,
    ClaimRetracted,
    ReadingPreferred,
    sources_of,
    statement_of,
)
from events.source import ALWAYS, Publication

KEPT = 32_768
"""Events whose claims are kept in memory."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One event's word on one facet key.

    `first` and `last` are the day numbers of its window in valid time (BEGINNING and FOREVER
    where open); `event` is the id of the event that states it, a correction's where it was
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
        # Enough to tell claims apart; the hash of a whole statement takes long to work out.
        return hash((self.event, self.role, self.key))

    @property
    def place(self) -> tuple[str, str, int]:
        """The facet, the key and the number of the period it is on."""
        return self.facet, self.key, self.period

    @property
    def reported(self) -> bool:
        """Whether the source says that it happened, rather than that it is meant to."""
        return self.basis is Basis.REPORTED

    @property
    def published_from(self) -> int:
        """The earliest day its source can have come out."""
        return self.published.since


Place = tuple[str, str, int, Role]
"""Facet, key, period and role: which occurrence (or readings) a claim bears on."""


@dataclass(frozen=True, slots=True)
class Preference:
    """A record-keeper's choice between the readings that stood before `position`."""

    event: str
    position: int
    claims: frozenset[str]
    reason: str


@dataclass(frozen=True, slots=True)
class Cancellation:
    """An event that no longer counts: which event undid it, and why."""

    event: str
    by: str
    reason: str
    corrected: bool


@dataclass(frozen=True, slots=True)
class VisibleClaims:
    """What takes part in an answer, and what was kept out of it.

    `withdrawn` are the claims that were retracted or corrected, each `cancelled` for a reason;
    `unpublished` holds the sources not certainly public at the time asked about;
    `possibly_public` those among them that may have been.
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

    `entries` come by position, up to the position asked about; `known` is a moment in seconds
    since 1970 UTC, None for no limit. A retraction or correction with a source takes effect when
    that source is public; one without takes effect from the beginning.
    """
    entries = tuple(entries)

    def public(source: str) -> bool:
        return known is None or publications.get(source, ALWAYS).is_certain(known)

    needed, heard = {}, entries
    if known is not None:
        needed = _needed(entries)
        heard = tuple(entry for entry in entries if all(map(public, needed[entry.id])))
    cancelled = _cancelled(heard)
    known_events = {entry.id for entry in heard}
    claims: list[Claim] = []
    withdrawn: list[Claim] = []
    preferences: dict[Place, Preference] = {}
    for entry in heard:
        if statement := statement_of(entry.content):
            kept = withdrawn if entry.id in cancelled else claims
            kept.extend(claims_of(entry, statement, publications))
        # A choice made with a later source in hand settles nothing before that was public.
        elif (
            isinstance(chosen := entry.content, ReadingPreferred)
            and entry.id not in cancelled
            and known_events.issuperset(chosen.claims)
        ):
            preferences[chosen.facet, chosen.key, chosen.period, chosen.role] = Preference(
                entry.id, entry.position, frozenset(chosen.claims), chosen.reason
            )
    used = {source for sources in needed.values() for source in sources}
    unpublished = frozenset(source for source in used if not public(source))
    return VisibleClaims(
        claims=tuple(claims),
        withdrawn=tuple(withdrawn),
        preferences=preferences,
        cancelled=cancelled,
        unpublished=unpublished,
        possibly_public=frozenset(
            source
            for source in unpublished
            if known is not None and publications.get(source, ALWAYS).is_doubtful(known)
        ),
    )


def bears_on(entry: Entry, key: str, facet: str | None) -> bool:
    """Whether an entry makes a claim on a key, in this facet or any."""
    statement = statement_of(entry.content)
    return statement is not None and any(
        getattr(statement, bearing.key) == key and facet in (None, bearing.facet)
        for bearing in statement.bears
    )


def claims_of(
    entry: Entry, statement: ClaimEvent, publications: Mapping[str, Publication]
) -> tuple[Claim, ...]:
    """Return one claim for each way a statement bears on the state."""
    published = publications.get(statement.source or "", ALWAYS)
    # An id is that of what is said: the same claims need not be made anew, nor weighed anew.
    said = (entry.id, entry.position, published.first, published.last)
    found = _KEPT.get(said)
    if found is None:
        found = tuple(_made(entry, statement, published))
        _KEPT.keep(said, found)
    return found


_KEPT: BoundedCache[tuple[str, int, int | None, int | None], tuple[Claim, ...]] = BoundedCache(KEPT)


def _made(entry: Entry, statement: ClaimEvent, published: Publication) -> Iterator[Claim]:
    first, last = parse(statement.on).window.bounds
    for bearing in statement.bears:
        yield Claim(
            event=entry.id,
            position=entry.position,
            facet=bearing.facet,
            key=getattr(statement, bearing.key),
            period=getattr(statement, bearing.period),
            role=bearing.role,
            first=first,
            last=last,
            edtf=statement.on,
            basis=statement.basis,
            source=statement.source,
            published=published,
            statement=statement,
        )


def _cancelled(entries: Sequence[Entry]) -> dict[str, Cancellation]:
    """Find what no longer counts, newest first: whatever could undo an event comes after it.

    Retracting a correction brings back what it corrected; correcting a correction does not.
    """
    cancelled: dict[str, Cancellation] = {}
    for entry in reversed(entries):
        content = entry.content
        undone = cancelled.get(entry.id)
        if isinstance(content, ClaimRetracted) and undone is None:
            cancelled[content.target] = Cancellation(
                content.target, entry.id, content.reason, False
            )
        elif isinstance(content, ClaimCorrected) and (undone is None or undone.corrected):
            cancelled.setdefault(
                content.target, Cancellation(content.target, entry.id, content.reason, True)
            )
    return cancelled


def _needed(entries: Iterable[Entry]) -> dict[str, tuple[str, ...]]:
    """Name the sources that must be public for each entry to count.

    What corrects a correction stands in its place, so it waits for the same source.
    """
    needed: dict[str, tuple[str, ...]] = {}
    corrections: set[str] = set()
    for entry in entries:
        sources = sources_of(entry.content)
        if isinstance(content := entry.content, ClaimCorrected):
            corrections.add(entry.id)
            if content.target in corrections:
                sources = tuple(dict.fromkeys((*sources, *needed[content.target])))
        needed[entry.id] = sources
    return needed
