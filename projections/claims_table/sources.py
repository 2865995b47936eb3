"""When sources were published, as the log describes them up to a position."""

from collections.abc import Iterable
from operator import attrgetter

from sqlalchemy import bindparam, select

from events.publication import Publication
from ledger.storage import log_queries, names
from ledger.storage.entry_index import NARROW
from ledger.storage.given_rows import as_given
from ledger.storage.schema import name, source
from ledger.storage.transaction import Transaction
from projections.claims_table import queries

_PUBLICATIONS = select(
    *(source.c.number, source.c.position, name.c.name),
    *(source.c.published_first, source.c.published_last),
).select_from(
    as_given(source, ["number"], source.c.position <= bindparam("upto")).join(
        name, name.c.number == source.c.number
    )
)


def publications(
    transaction: Transaction, numbers: Iterable[int], upto: int = log_queries.END
) -> dict[int, tuple[str, Publication]]:
    """Return the names of sources, and when they were published, by number.

    Both sides are open for one that is named, but not described.
    """
    rows = transaction.rows_for(_PUBLICATIONS, ((each,) for each in numbers), upto=upto)
    # Of several rows of a source the last one counts.
    in_order = sorted(rows, key=attrgetter("position"))
    if any(isinstance(row.published_first, str | bytes) for row in in_order):
        raise ValueError("a publication that is no number")
    return {
        row.number: (row.name, Publication(row.published_first, row.published_last))
        for row in in_order
    }


def possibly_public(
    transaction: Transaction, known: int, upto: int, mission: int | None = None
) -> frozenset[str]:
    """Return the sources named by events that were perhaps, but not certainly, public by `known`.

    Of all missions, or of one, by its number; `upto` is a position.
    """
    moment = min(max(known, -_FURTHEST), _FURTHEST)
    limits = {"known": moment, "upto": upto}
    rows = transaction.rows(queries.PERHAPS_PUBLIC, narrow=NARROW, **limits)
    perhaps = [(row.number,) for row in rows]
    if mission is None:
        rows = [*transaction.rows_for(queries.NAMED_BY_ANY, perhaps, **limits)]
    else:
        named = queries.NAMED_BY_MISSION
        rows = [*transaction.rows_for(named, perhaps, mission=mission, **limits)]
    numbers = {row.source for row in rows}
    return frozenset(
        name_
        for name_, published in publications(transaction, numbers, upto).values()
        if published.is_doubtful(known)
    )


def missions_citing(transaction: Transaction, source_id: str) -> list[str]:
    """Return the missions with an event that rests on a source, in order."""
    number = names.number_of(transaction, source_id)
    if number is None:
        return []
    corrections = transaction.rows(queries.CITED_BY_CORRECTION, number=number)
    stated = log_queries.missions_citing(transaction, source_id)
    return sorted({*stated, *(row.name for row in corrections)})


_FURTHEST = 2**42
"""Seconds from 1970 to further off than any date."""
