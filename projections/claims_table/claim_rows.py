"""What the tables of the claims hold of an event: pure functions of the event.

An entry becomes claims, one for each way it bears on the state, or an amendment of earlier ones, or
both (a correction).
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from events.bearings import bearings_of, kinds_counted
from events.claim_event import ClaimEvent, value_fields
from events.dates.days import iso_day
from events.dates.edtf import parse
from events.encoding.codec import Content
from events.entry import Entry
from events.facets import (
    MEASURES,
    PARTY_FIELDS,
    Basis,
    PeriodKey,
    Role,
    counted_in,
    parties_named,
)
from events.fields import Vote
from events.record_events import (
    ClaimCorrected,
    ClaimRetracted,
    ReadingPreferred,
    RecordEvent,
    SourceCorrected,
    statement_of,
)
from projections.claims_table.codes import (
    ATTESTATIONS,
    HAPPENINGS,
    SAYS,
    STARTS_AND_ENDS,
    Says,
)
from projections.weighing.amendments import Amendment, Kind
from projections.weighing.amount import Amount, stored
from projections.weighing.claims import Claim
from projections.weighing.sources import UNDESCRIBED, Version


class StatedClaim(NamedTuple):
    """A claim as an event states it.

    `counted` has the measures that a reading states, by their numbers from 1 on, each with the kind
    of its unit. `parties` are the nations and bodies that it names; `data` is JSON, as
    `Claim.data`.
    """

    place: PeriodKey
    role: Role
    basis: Basis
    first: int
    last: int
    source: str | None
    counted: tuple[tuple[int, str], ...]
    parties: tuple[str, ...]
    data: str
    dated_by_source: bool

    @property
    def says(self) -> int:
        """The number that stands for its role and basis."""
        return SAYS[Says(self.role, self.basis, self.dated_by_source)]

    @property
    def series(self) -> int:
        """The series of a claim that is no reading."""
        if self.role is Role.ATTESTATION:
            return ATTESTATIONS
        return HAPPENINGS if self.role is Role.HAPPENING else STARTS_AND_ENDS

    @property
    def is_reading(self) -> bool:
        """Whether it only says how many."""
        return self.role is Role.READING

    @property
    def bounds(self) -> bool:
        """Whether it says when a period began, ended or was in force."""
        return self.role not in (Role.READING, Role.HAPPENING)


def stated_claims(content: Content) -> Iterator[StatedClaim]:
    """Yield the claims that an event makes, or the new claim of a correction."""
    statement = statement_of(content)
    if statement is None:
        return
    first, last, is_day = _days(statement.on)
    values = _values(statement)
    if not (is_day and statement.basis is Basis.REPORTED):
        values = {"on": statement.on, **values}
    counted = tuple(_counted(content))
    for bearing, (place, role) in zip(statement.bears, bearings_of(statement), strict=True):
        _, key, _ = place
        about = {name: each for name, each in values.items() if name not in bearing.not_about}
        named = [each for name in PARTY_FIELDS for each in parties_named(about.get(name))]
        if (party := counted_in(key)).isupper():
            named.insert(0, party)
        yield StatedClaim(
            place,
            role,
            statement.basis,
            first,
            last,
            statement.source,
            counted if role is Role.READING else (),
            tuple(named),
            orjson.dumps(about).decode(),
            bool(statement.dated_by_source),
        )


@lru_cache(maxsize=5000)
def _days(on: str) -> tuple[int, int, bool]:
    """Return the first and the last day of a date, and whether it is one day, written as such."""
    first, last = parse(on).window.bounds
    return first, last, on == iso_day(first)


def _values(statement: ClaimEvent) -> dict[str, Any]:
    """Return the values that a claim states, as JSON."""
    fields, found = vars(statement), {}
    for name in value_fields(type(statement)):
        if (value := fields[name]) is not None:
            found[name] = stored(Amount(**vars(value))) if name in MEASURES else _plain(value)
    return found


def _plain(value: object) -> object:
    """Return a value as JSON has it."""
    return value.model_dump(by_alias=True, exclude_none=True) if isinstance(value, Vote) else value


def _counted(content: Content) -> Iterator[tuple[int, str]]:
    kinds = kinds_counted(content)
    yield from ((n, kinds[name]) for n, name in enumerate(MEASURES, 1) if name in kinds)


def claims_of(entry: Entry, described: Mapping[str, Version]) -> list[Claim]:
    """Return the claims of an entry, as a question about its mission reads them.

    `described` has the version that each source was described with, by id.
    """
    return [
        claim_of(each, entry.id, entry.position, described) for each in stated_claims(entry.content)
    ]


def claim_of(
    stated: StatedClaim, event: str, position: int, described: Mapping[str, Version]
) -> Claim:
    """Return a claim as a question reads it."""
    published = described.get(stated.source or "", UNDESCRIBED).published
    return Claim(
        *(event, position, *stated.place, stated.role, stated.first, stated.last, stated.basis),
        *(stated.source, published, orjson.loads(stated.data), stated.dated_by_source),
    )


def amendment_of(entry: Entry) -> Amendment | None:
    """Return what an entry does to earlier ones; None if it is no event about the record."""
    content = entry.content
    if not isinstance(content, RecordEvent):
        return None
    about = (entry.id, entry.position)
    if isinstance(content, ReadingPreferred):
        place = (content.facet, content.key, content.period, content.role)
        return Amendment(
            *(*about, Kind.PREFERRED, content.claims, content.source, None, place, content.reason)
        )
    if isinstance(content, ClaimRetracted):
        targets = (content.target,)
        return Amendment(
            *(*about, Kind.RETRACTED, targets, content.source, None, None, content.reason)
        )
    if isinstance(content, ClaimCorrected):
        targets, stated_by = (content.target,), content.claim.source
        return Amendment(
            *(*about, Kind.CORRECTED, targets, content.source, stated_by, None, content.reason)
        )
    kind = Kind.SOURCE_CORRECTED if isinstance(content, SourceCorrected) else Kind.SOURCE_WITHDRAWN
    return Amendment(*(*about, kind, (), content.source, None, None, content.reason))
