"""The rows of `claims` for an event: pure functions of the event and its sources.

Most claims give one row for each way they bear on the state. A reading gives one row for each
measure it states, classified by the length of its window. So the newest of many readings lie at the
end of one range of the index, and exact readings never hide a vague one.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from events.bearings import bearings_of, reads
from events.catalogue import MEASURES, PARTY_FIELDS, ClaimEvent
from events.dates.edtf import parse
from events.facets import Role
from events.source import ALWAYS as ANY_TIME
from events.source import Publication
from projections.claims_table.lifespan import (
    ALWAYS,
    BOUNDS,
    DAY_CLASSES,
    NEVER,
    ClaimRow,
    code,
    length_class_of,
)
from projections.weighing.occurrence import days_of

MEASURE = 32
"""The row class of a reading is its length class plus this for each measure before its own."""

READING_CLASSES = tuple(
    MEASURE * n + length_class for n in range(len(MEASURES)) for length_class in DAY_CLASSES
)
"""Every row class of a reading; its index here is its bit in `periods.reading_classes`."""

Published = Callable[[str], Publication | None]
"""Returns when a source was published; None where no entry describes it."""


def known_from(sources: Iterable[str], published: Published) -> int:
    """Return the second from which all these sources were certainly public."""
    known = ALWAYS
    for source in sources:
        publication = published(source)
        last = None if publication is None else publication.last
        known = max(known, NEVER if last is None else last)
    return known


def claim_rows(
    mission: str,
    statement: ClaimEvent,
    published: Published,
    *,
    position: int = 0,
    known: int = 0,
    more: int = 0,
) -> Iterator[ClaimRow]:
    """Yield the rows of a claim at a position of the log, which counts from `known` on.

    `more` is 1 where its event already has another row.
    """
    first, last = parse(statement.on).window.bounds
    since = ((statement.source and published(statement.source)) or ANY_TIME).since
    shape = _shape(type(statement))
    for place, role in bearings_of(statement):
        _, key, _ = place
        party = shape.party(statement, key)
        row = ClaimRow(
            *(mission, *place, BOUNDS, last, position, first, known),
            *(code(role, statement.basis), since, party, more),
        )
        if role is not Role.READING:
            yield row
            more = 1
            continue
        days = days_of(row)
        for offset, measure in shape.measures:
            if reads(statement, role, (measure,)):
                row_class = offset + length_class_of(days.last - days.first)
                yield row._replace(row_class=row_class, last=days.last, first=days.first, more=more)
                more = 1


@dataclass(frozen=True, slots=True)
class _ClaimShape:
    """The fields of a type of claim: its measures, each with its offset, and those naming parties.

    The offset is added to a length class to give a row class.
    """

    measures: tuple[tuple[int, str], ...]
    party_fields: tuple[str, ...]

    def party(self, statement: ClaimEvent, key: str) -> str | None:
        """Return the nation or body that a claim names in its key or in another field."""
        if key.isupper():
            return key
        return next(
            (party for name in self.party_fields if (party := getattr(statement, name))), None
        )


@cache
def _shape(kind: type[ClaimEvent]) -> _ClaimShape:
    return _ClaimShape(
        tuple((MEASURE * n, name) for n, name in enumerate(MEASURES) if name in kind.model_fields),
        tuple(name for name in PARTY_FIELDS if name in kind.model_fields),
    )
