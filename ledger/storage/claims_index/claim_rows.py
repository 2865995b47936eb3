"""What an event claims, as rows of the claims index: pure functions of the event and its sources.

Most claims make one row for each way they bear on the state. A reading makes one for each
measure it states, classed by how wide its window is, so that the newest of a long series lie at
the right end of one stretch of the index and a vague one is never lost behind exact ones.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from events.catalogue import MEASURES, WHOSE, ClaimEvent
from events.dates.edtf import parse
from events.facets import Basis, Bearing, Role
from events.source import ALWAYS as ANY_TIME
from events.source import Publication
from ledger.storage.claims_index.lifespan import (
    ALWAYS,
    BOUNDS,
    DAY_CLASSES,
    NEVER,
    ClaimRow,
    MissionPeriodKey,
    code,
    width_of,
)

MEASURE = 32
"""What the width class of a reading is raised by for each measure after the first."""

READING_CLASSES = tuple(MEASURE * n + width for n in range(len(MEASURES)) for width in DAY_CLASSES)
"""Every class a reading can have; their places here are the bits of `periods.widths`."""

Published = Callable[[str], Publication | None]
"""When a source was made public; None where nothing describes it."""


def known_from(sources: Iterable[str], published: Published) -> int:
    """Return the second from which all these sources were certainly public."""
    known = ALWAYS
    for source in sources:
        said = published(source)
        known = max(known, NEVER if said is None or said.last is None else said.last)
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
    """Yield the rows of a mission's claim, which is at a position and counts from `known` on.

    `more` is 1 where its event has another row before them.
    """
    first, last = parse(statement.on).window.bounds
    since = ((statement.source and published(statement.source)) or ANY_TIME).since
    form = _form(type(statement))
    for bearing in statement.bears:
        place = period_of(mission, statement, bearing)
        party = form.party(statement, place[2])
        says = code(bearing.role, statement.basis)
        if bearing.role is not Role.READING:
            yield ClaimRow(*place, BOUNDS, last, position, first, known, says, since, party, more)
            more = 1
            continue
        low, high = first, last
        if statement.basis is not Basis.REPORTED:
            low, high = max(first, since), max(last, since)
        for band, measure in form.measures:
            if getattr(statement, measure) is not None:
                width = band + width_of(high - low)
                yield ClaimRow(*place, width, high, position, low, known, says, since, party, more)
                more = 1


@dataclass(frozen=True, slots=True)
class _ClaimShape:
    """What a type of claim has: its measures, each with its band of classes, and whose it is."""

    measures: tuple[tuple[int, str], ...]
    whose: tuple[str, ...]

    def party(self, statement: ClaimEvent, key: str) -> str | None:
        """Return the nation or body a claim names: as its key, or as whose it is."""
        if key.isupper():
            return key
        return next((said for name in self.whose if (said := getattr(statement, name))), None)


@cache
def _form(kind: type[ClaimEvent]) -> _ClaimShape:
    return _ClaimShape(
        tuple((MEASURE * n, name) for n, name in enumerate(MEASURES) if name in kind.model_fields),
        tuple(name for name in WHOSE if name in kind.model_fields),
    )
