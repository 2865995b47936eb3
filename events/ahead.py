"""What a source says of days after the day it came out.

A source cannot report what lies surely after it came out, and cannot have come out, or have been
read, later than the day after it was recorded. Nor can it have been read before it came out. What
entries from before these rules report is weighed as planned.
"""

from events.facets import Basis
from events.publication import Publication


def is_reported_in_advance(basis: Basis, first: int, published: Publication) -> bool:
    """Whether a claim dated `first` (a day number) or later reports what lies after its source."""
    return basis is Basis.REPORTED and first > published.until


def is_published_in_future(published: Publication, recorded: int) -> bool:
    """Whether a source surely came out later than the day after it was recorded.

    `recorded` is the number of the day in UTC on which it was.
    """
    return published.since > recorded + 1


def is_retrieved_early(retrieved: Publication, published: Publication) -> bool:
    """Whether a document was surely read before it came out.

    Two times are compared as instants, else days as they are written.
    """
    if retrieved.day is not None and published.day is not None:
        return retrieved.bounds[1] < published.bounds[0]
    return retrieved.until < published.since


def weighed_basis(
    basis: Basis, first: int, last: int, published: Publication, *, is_in_future: bool = False
) -> Basis:
    """Return the basis by which a claim dated `first` to `last` counts, given its source's date.

    `is_in_future` is set where that is later than the source can have come out.
    """
    if is_in_future:
        return Basis.DECIDED if basis is Basis.DECIDED else Basis.PLANNED
    if basis is Basis.UNLESS_AHEAD:
        return Basis.PLANNED if last > published.since else Basis.REPORTED
    return Basis.PLANNED if is_reported_in_advance(basis, first, published) else basis
