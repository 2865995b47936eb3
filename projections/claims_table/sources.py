"""When sources were published, as the log describes them, and the events about them.

Both are read as rows: the log is not decoded.
"""

from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import Any

import orjson
from sqlalchemy import Row, bindparam, select

from events.publication import DAY_SECONDS, EPOCH_DAY, Publication, publication
from events.source_circles import all_about
from ledger.storage import log_queries, names
from ledger.storage.entry_index import NARROW
from ledger.storage.given_rows import as_given
from ledger.storage.schema import CORRECTS, entry, name, source
from ledger.storage.transaction import Transaction
from projections.claims_table import queries
from projections.claims_table.tables import record
from projections.weighing.amendments import Kind
from projections.weighing.sources import SourceChange, Sources, Version

_VERSIONS = select(
    *(source.c.number, source.c.position, name.c.name, entry.c.recorded),
    *(source.c.published_first, source.c.published_last, source.c.published_day),
).select_from(
    as_given(source, ["number"], source.c.position <= bindparam("upto"), source.c.says != CORRECTS)
    .join(name, name.c.number == source.c.number)
    .join(entry, entry.c.position == source.c.position)
)
_CHANGES = select(record, entry.c.id, entry.c.recorded, entry.c.about, name.c.name).select_from(
    as_given(entry, ["about"], entry.c.about.is_not(None), entry.c.position <= bindparam("upto"))
    .join(record, record.c.position == entry.c.position)
    .join(name, name.c.number == entry.c.about)
)
_MICROSECONDS = 1_000_000


def versions(
    transaction: Transaction, numbers: Iterable[int], upto: int = log_queries.END
) -> dict[int, tuple[str, Version]]:
    """Return the names of sources, and when they were published as described first, by number.

    Both sides are open for one that is named, but not described.
    """
    rows = transaction.rows_for(_VERSIONS, ((each,) for each in numbers), upto=upto)
    # Of several rows of a source the last one counts.
    in_order = sorted(rows, key=attrgetter("position"))
    return {row.number: (row.name, _version(row)) for row in in_order}


def _version(row: Row[Any]) -> Version:
    first, last, day = row.published_first, row.published_last, row.published_day
    if any(isinstance(each, str | bytes) for each in (first, last, day)):
        raise ValueError("a publication that is no number")
    return Version(Publication(first, last, day), _day(row.recorded))


def _day(recorded: int) -> int:
    """Return the number of the day of a record time."""
    return recorded // (_MICROSECONDS * DAY_SECONDS) + EPOCH_DAY


def with_changes(
    transaction: Transaction, described: Mapping[int, tuple[str, Version]], upto: int
) -> Sources:
    """Return sources with all events about them, and with the sources that these rest on."""
    changes = all_about(
        described,
        lambda numbers: transaction.rows_for(_CHANGES, ((n,) for n in numbers), upto=upto),
    )
    stating = {row.source for row in changes if row.source} - described.keys()
    found = {**described, **versions(transaction, stating, upto)}
    in_order = sorted(changes, key=attrgetter("position"))
    return Sources(dict(found.values()), tuple(_change(row, found) for row in in_order))


def _change(row: Row[Any], described: Mapping[int, tuple[str, Version]]) -> SourceChange:
    kind = Kind(row.kind)
    stated = orjson.loads(row.data) if kind is Kind.SOURCE_CORRECTED else {}
    moved = stated.get("published")
    return SourceChange(
        *(row.id.hex(), row.position, kind, row.name),
        row.target.hex() if kind is Kind.RETRACTED else None,
        described[row.source][0] if row.source else None,
        *(row.reason, stated),
        Version(publication(moved), _day(row.recorded), moved) if moved else None,
    )


def named(transaction: Transaction, ids: Iterable[str], upto: int) -> Sources:
    """Return sources, by id, with all events about them, and the sources that these rest on."""
    numbers = names.numbers_of(transaction, ids)
    return with_changes(transaction, versions(transaction, numbers.values(), upto), upto)


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
    described = versions(transaction, {row.source for row in rows}, upto)
    as_known = with_changes(transaction, described, upto).as_known(known)
    return frozenset(each for each, _ in described.values() if as_known.is_doubtful(each))


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
