"""What the tables of the claims hold of an event: pure functions of the event.

An entry becomes claims, one for each way it bears on the state, or an amendment of earlier ones, or
both (a correction).
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from events.ahead import is_reported_in_advance, weighed_basis
from events.bearings import bearings_of
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
from events.publication import ALWAYS, Publication
from events.record_events import (
    ClaimCorrected,
    ClaimRetracted,
    ReadingPreferred,
    RecordEvent,
    statement_of,
)
from projections.claims_table.codes import ATTESTATIONS, SAYS, STARTS_AND_ENDS
from projections.weighing.amendments import Amendment, Kind
from projections.weighing.amount import Amount, stored
from projections.weighing.claims import Claim


class StatedClaim(NamedTuple):
    """A claim as an event states it.

    `series` are the numbers of the measures that a reading states, from 1 on; for other claims
    STARTS_AND_ENDS or ATTESTATIONS. `parties` are the nations and bodies that it names; `data` is
    JSON, as `Claim.data`.
    """

    place: PeriodKey
    role: Role
    basis: Basis
    first: int
    last: int
    source: str | None
    series: tuple[int, ...]
    parties: tuple[str, ...]
    data: str

    @property
    def says(self) -> int:
        """The number that stands for its role and basis."""
        return SAYS[self.role, self.basis]

    @property
    def is_reading(self) -> bool:
        """Whether it only says how many."""
        return self.role is Role.READING


def stated_claims(content: Content) -> Iterator[StatedClaim]:
    """Yield the claims that an event makes, or the new claim of a correction."""
    statement = statement_of(content)
    if statement is None:
        return
    fields = vars(statement)
    first, last, is_day = _days(statement.on)
    values = _values(statement)
    if not (is_day and statement.basis is Basis.REPORTED):
        values = {"on": statement.on, **values}
    data = orjson.dumps(values).decode()
    named = tuple([each for name in PARTY_FIELDS for each in parties_named(fields.get(name))])
    for place, role in bearings_of(statement):
        _, key, _ = place
        yield StatedClaim(
            place,
            role,
            statement.basis,
            first,
            last,
            statement.source,
            _series(fields, role),
            (party, *named) if (party := counted_in(key)).isupper() else named,
            data,
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


def _series(fields: Mapping[str, object], role: Role) -> tuple[int, ...]:
    if role is not Role.READING:
        return (ATTESTATIONS,) if role is Role.ATTESTATION else (STARTS_AND_ENDS,)
    return tuple(n for n, name in enumerate(MEASURES, 1) if fields.get(name) is not None)


def claims_of(entry: Entry, publications: Mapping[str, Publication]) -> list[Claim]:
    """Return the claims of an entry, as a question about its mission reads them."""
    return [
        claim_of(each, entry.id, entry.position, publications)
        for each in stated_claims(entry.content)
    ]


def claim_of(
    stated: StatedClaim, event: str, position: int, publications: Mapping[str, Publication]
) -> Claim:
    """Return a claim as a question reads it."""
    published = publications.get(stated.source or "", ALWAYS)
    basis = weighed_basis(stated.basis, stated.first, stated.last, published)
    return Claim(
        *(event, position, *stated.place, stated.role, stated.first, stated.last, basis),
        *(stated.source, published, orjson.loads(stated.data)),
        in_advance=is_reported_in_advance(stated.basis, stated.first, published),
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
    return None
