"""What an event claims, as rows of the claims index: pure functions of the event and its sources.

Most claims make one row for each way they bear on the state. A reading makes one for each
measure it states, classed by how wide its window is, so that the newest of a long series lie at
the right end of one stretch of the index and a vague one is never lost behind exact ones.
"""

from collections.abc import Callable, Iterable, Iterator

from events.days import BEGINNING, FOREVER
from events.edtf import parse
from events.facets import Basis, Bearing, Role
from events.source import ALWAYS as ANY_TIME
from events.source import Publication
from events.types import MEASURES, ClaimEvent
from ledger.lives import ALWAYS, BOUNDS, NEVER, ClaimRow, PeriodKey, code, width_of

MEASURE = 32
"""What the width class of a reading is raised by for each measure after the first."""

Published = Callable[[str], Publication | None]
"""When a source was made public; None where nothing describes it."""


def known_from(sources: Iterable[str], published: Published) -> int:
    """Return the second from which all these sources were certainly public."""
    known = ALWAYS
    for source in sources:
        said = published(source)
        known = max(known, NEVER if said is None or said.last is None else said.last)
    return known


def place_of(statement: ClaimEvent, bearing: Bearing) -> PeriodKey:
    """Return the period that a claim bears on."""
    key, period = getattr(statement, bearing.key), getattr(statement, bearing.period)
    return statement.mission, bearing.facet, key, period


def claim_rows(
    statement: ClaimEvent, position: int, known: int, published: Published
) -> Iterator[ClaimRow]:
    """Yield the rows of a claim that is at a position and counts from the second `known`."""
    window = parse(statement.on).window
    first = BEGINNING if window.first is None else window.first
    last = FOREVER if window.last is None else window.last
    said = (statement.source and published(statement.source)) or ANY_TIME
    since = BEGINNING if said.first_day is None else said.first_day
    for bearing in statement.bears:
        says = code(bearing.role, statement.basis)
        place = place_of(statement, bearing)
        days, widths = (first, last), [BOUNDS]
        if bearing.role is Role.READING:
            if statement.basis is not Basis.REPORTED:
                days = (max(first, since), max(last, since))
            width = width_of(days[1] - days[0])
            widths = [
                number * MEASURE + width
                for number, measure in enumerate(MEASURES)
                if getattr(statement, measure, None) is not None
            ]
        for width in widths:
            yield ClaimRow(
                *place,
                width,
                days[1],
                position,
                days[0],
                known,
                says,
                since,
                party_of(statement, place[2]),
            )


def party_of(statement: ClaimEvent, key: str) -> str | None:
    """Return the nation or body a claim names: as its key, or as whose it is."""
    if key.isupper():
        return key
    for name in ("contributor", "nation", "organisation"):
        if said := getattr(statement, name, None):
            return str(said)
    return None
