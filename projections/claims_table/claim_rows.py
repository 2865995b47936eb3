"""The rows of `claims` for an event: pure functions of the event and its sources.

Most claims give one row for each way they bear on the state. A reading gives one row for each
measure it states, classified by the length of its window. So the newest of many readings lie at the
end of one range of the index, and exact readings never hide a vague one.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from events.catalogue import MEASURES, PARTY_FIELDS, ClaimEvent
from events.dates.edtf import parse
from events.facets import Basis, Bearing, Role
from events.source import ALWAYS as ANY_TIME
from events.source import Publication
from projections.claims_table.lifespan import (
    ALWAYS,
    BOUNDS,
    DAY_CLASSES,
    NEVER,
    ClaimRow,
    MissionPeriodKey,
    code,
    length_class_of,
)

MEASURE = 32
"""The row class of a reading is its length class plus this for each measure before its own."""

READING_CLASSES = tuple(
    MEASURE * n + length_class for n in range(len(MEASURES)) for length_class in DAY_CLASSES
)
"""Every row class of a reading; its number here is that of its bit in `periods.reading_classes`."""

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


def period_of(mission: str, statement: ClaimEvent, bearing: Bearing) -> MissionPeriodKey:
    """Return the period of a mission that a claim bears on."""
    key, period = getattr(statement, bearing.key), getattr(statement, bearing.period)
    return mission, bearing.facet, key, period


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
    for bearing in statement.bears:
        place = period_of(mission, statement, bearing)
        _, _, key, _ = place
        party = shape.party(statement, key)
        says = code(bearing.role, statement.basis)
        if bearing.role is not Role.READING:
            yield ClaimRow(*place, BOUNDS, last, position, first, known, says, since, party, more)
            more = 1
            continue
        low, high = first, last
        if statement.basis is not Basis.REPORTED:
            low, high = max(first, since), max(last, since)
        for offset, measure in shape.measures:
            if getattr(statement, measure) is not None:
                class_ = offset + length_class_of(high - low)
                yield ClaimRow(*place, class_, high, position, low, known, says, since, party, more)
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
