"""The numbers in the tables of the claims: what a claim says, and the series that it belongs to."""

from itertools import product
from typing import NamedTuple

from events.facets import MEASURES, Basis, Role


class Says(NamedTuple):
    """What a claim says: its role, its basis as stated, and whether its date is its source's."""

    role: Role
    basis: Basis
    dated_by_source: bool


MEANINGS = {
    number: Says(role, basis, dated)
    for number, (dated, role, basis) in enumerate(product((False, True), Role, Basis))
}
"""By number."""

SAYS = {says: number for number, says in MEANINGS.items()}
"""By what they mean."""

STARTS_AND_ENDS, ATTESTATIONS, HAPPENINGS = 0, -1, -2
"""The series of claims that are no readings."""

BOUNDING = (STARTS_AND_ENDS, ATTESTATIONS)
"""The series that bound a period."""

_MEASURES_OF_KIND = len(MEASURES) + 1


def series_number(measure: int, kind: int = 0) -> int:
    """Return the number of a series of readings: the measure from 1 on, of one kind of unit.

    The kind is by its number in `name`; 0 is that of no unit.
    """
    return _MEASURES_OF_KIND * kind + measure
