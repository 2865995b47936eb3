"""Claims, and those of them that take part in an answer.

A claim is what one event says about one occurrence, attestation or reading, as a plain value. It
*takes part* if its entry was recorded by the position asked about (record time; the caller passes
only those), its source was certainly public (publication time) and is not withdrawn, and it is not
retracted or corrected. Then it counts by what follows from the date of its source, which can have
been corrected. The projections that read claims apply the third clock, valid time.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from events.ahead import is_reported_in_advance, weighed_basis
from events.dates.days import iso_day
from events.dates.edtf import parse
from events.facets import FACETS, MEASURES, Basis, PeriodKey, Role
from events.publication import Publication, publication_day
from projections.weighing.amendments import (
    Amendment,
    Cancellation,
    Kind,
    cancellations,
    sources_needed,
)
from projections.weighing.amount import Amount, amount
from projections.weighing.sources import UNDESCRIBED as NO_SOURCE
from projections.weighing.sources import KnownSources, Sources, Version

Place = tuple[str, str, int, Role]
"""Facet, key, period and role: which occurrence (or readings) a claim bears on."""


@dataclass(frozen=True, eq=False)
class Claim:
    """What one event says about one period of a mission.

    `first` and `last` are the day numbers of its window in valid time; an open side is BEGINNING
    or FOREVER. `event` is the id of the event that states it: of the correction, where it was
    corrected. `data` are the fields that it states, by name, with `on`, its date in EDTF; a report
    dated a day leaves it out. Where it is `dated_by_source`, the date is that of the source. As
    read, a claim has the date, the basis and the publication that were stated first; `as_weighed`
    returns what counts. A claim made `in_advance` is reported, of what lies surely after its source
    came out; so it counts as planned.
    """

    event: str
    position: int
    facet: str
    key: str
    period: int
    role: Role
    first: int
    last: int
    basis: Basis
    source: str | None
    published: Publication
    data: Mapping[str, Any]
    dated_by_source: bool = False
    in_advance: bool = False

    def __hash__(self) -> int:
        # Hashing the data is slow; these fields distinguish claims well enough.
        return hash((self.event, self.role, self.key))

    def __eq__(self, other: object) -> bool:
        # An id identifies the content; the position and the publication may differ between ledgers.
        return self is other or (isinstance(other, Claim) and self._identity == other._identity)

    @property
    def _identity(self) -> tuple[object, ...]:
        clocks = self.published, self.basis, self.first, self.last
        return self.event, self.position, self.place, self.role, clocks

    @property
    def place(self) -> PeriodKey:
        """The facet, the key and the number of the period it bears on."""
        return self.facet, self.key, self.period

    def as_weighed(self, version: Version) -> "Claim":
        """Return the claim with what follows from the date of its source, given in its version."""
        if (
            self.published is version.published
            and version.edtf is None
            and (
                self.first <= version.reports_until
                if self.basis is Basis.REPORTED
                else self.basis is not Basis.UNLESS_AHEAD
            )
        ):
            return self  # nothing follows from the date; there are many claims
        first, last, data = self.first, self.last, self.data
        if self.dated_by_source and version.edtf:
            on = publication_day(version.edtf)
            first, last = parse(on).window.bounds
            data = {**data, "on": on}
        basis = weighed_basis(
            self.basis, first, last, version.published, is_in_future=version.is_in_future
        )
        if basis is self.basis and data is self.data and version.published == self.published:
            return self
        return replace(
            self,
            first=first,
            last=last,
            data=data,
            basis=basis,
            published=version.published,
            in_advance=is_reported_in_advance(self.basis, first, version.published),
        )

    @property
    def edtf(self) -> str:
        """Its date as stated."""
        return self.data.get("on") or iso_day(self.first)

    @property
    def reported(self) -> bool:
        """Whether the source says that it happened, not that it is decided or planned."""
        return self.basis is Basis.REPORTED

    @property
    def published_from(self) -> int:
        """The earliest day its source can have been published."""
        return self.published.since

    @cached_property
    def particulars(self) -> Mapping[str, Any]:
        """The values it states other than quantities, by field name."""
        return {
            name: value
            for name, value in self.data.items()
            if name != "on" and name not in MEASURES
        }

    def amount(self, measure: str) -> Amount | None:
        """Return the quantity it states of a measure; None where it states none."""
        given = self.data.get(measure)
        return None if given is None else amount(given)

    @property
    def value(self) -> dict[str, Any]:
        """The values it states, by field name."""
        stated = ((name, self.amount(name)) for name in MEASURES)
        return {**self.particulars, **{name: each.to_json() for name, each in stated if each}}


def dates_of(claims: Iterable[Claim]) -> list[str]:
    """Return the dates of claims as stated, each once."""
    return list(dict.fromkeys(claim.edtf for claim in claims))


def sources_of(claims: Iterable[Claim]) -> list[str]:
    """Return the sources of claims, each once."""
    return list(dict.fromkeys(claim.source for claim in claims if claim.source))


def events_of(claims: Iterable[Claim]) -> list[str]:
    """Return the ids of the events that make claims, each once."""
    return list(dict.fromkeys(claim.event for claim in claims))


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
    those of them that may have been. Those that are withdrawn are among `unpublished`, whatever the
    time. `sources` are the sources as they were known then.
    """

    claims: tuple[Claim, ...]
    withdrawn: tuple[Claim, ...] = ()
    preferences: Mapping[Place, Preference] = field(default_factory=dict)
    cancelled: Mapping[str, Cancellation] = field(default_factory=dict)
    unpublished: frozenset[str] = frozenset()
    possibly_public: frozenset[str] = frozenset()
    sources: KnownSources = field(default_factory=lambda: Sources({}).as_known(None))


def visible_claims(
    claims: Sequence[Claim],
    amendments: Sequence[Amendment],
    sources: Sources,
    known: int | None = None,
) -> VisibleClaims:
    """Select the claims of one mission that take part in an answer.

    Both are ordered by position and end at the position asked about; `known` is in seconds since
    1970 UTC, None for no limit. A retraction or correction with a source takes effect once that
    source is public; one without a source takes effect from the beginning.
    """
    as_known = sources.as_known(known)
    needed = sources_needed(amendments)
    named = {claim.source for claim in claims if claim.source}.union(*needed.values())
    unpublished = frozenset(name for name in named if not as_known.is_public(name))
    stated = claims
    if unpublished:
        claims = [
            claim
            for claim in claims
            if claim.source not in unpublished
            and unpublished.isdisjoint(needed.get(claim.event, ()))
        ]
        amendments = [each for each in amendments if unpublished.isdisjoint(needed[each.event])]
    versions = {name: as_known.version(name) for name in named - unpublished}
    weighed = [
        each.as_weighed(versions[each.source] if each.source else NO_SOURCE) for each in claims
    ]
    cancelled = cancellations(amendments)
    return VisibleClaims(
        claims=tuple([claim for claim in weighed if claim.event not in cancelled]),
        withdrawn=tuple([claim for claim in weighed if claim.event in cancelled]),
        preferences=_preferences(stated, claims, amendments, cancelled),
        cancelled=cancelled,
        unpublished=unpublished,
        possibly_public=frozenset(name for name in unpublished if as_known.is_doubtful(name)),
        sources=as_known,
    )


def _preferences(
    stated: Iterable[Claim],
    heard: Iterable[Claim],
    amendments: Iterable[Amendment],
    cancelled: Mapping[str, Cancellation],
) -> dict[Place, Preference]:
    """Return the last preference on each place, given all claims and those that can be heard.

    One for a claim has no effect before the source of that claim is public. What it names besides
    claims on its own place is ignored.
    """
    preferred = [
        (each, each.place)
        for each in amendments
        if each.kind is Kind.PREFERRED and each.place and each.event not in cancelled
    ]
    found: dict[Place, Preference] = {}
    events = {claim.event for claim in heard} if preferred else set[str]()
    for each, place in preferred:
        among = {c.event for c in stated if c.event in each.targets and _bears_on(c, place)}
        if among and among <= events:
            found[place] = Preference(each.event, each.position, frozenset(among), each.reason)
    return found


def _bears_on(claim: Claim, place: Place) -> bool:
    """Whether a claim bears on a place; in a facet without periods whatever number it gives."""
    facet, key, number, _ = place
    is_of_key = (claim.facet, claim.key) == (facet, key)
    return is_of_key and (claim.period == number or not FACETS[facet].lasting)
