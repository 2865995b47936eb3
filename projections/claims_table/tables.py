"""The tables of the claims, and their indexes.

claims      a row for each claim on a period, and for each measure of a reading
periods     the lifespan of each period (`projections.claims_table.lifespan`)
parties     the same, by the nation or body that a period names
stretches   from which second and position on a stretch of readings has any
undone      the entries that were retracted or corrected, and by which entries
citations   the sources that each mission rests on, and when each can have been published
"""

from typing import Any

import sqlalchemy as sa

from ledger.storage.schema import (
    APPENDED,
    NAME,
    UPDATED,
    WHOLE,
    key,
    metadata,
    number,
    partial_index,
)

_small = sa.SmallInteger()
_day = sa.Integer()


def _clustered(name: str, *columns: sa.Column[Any], info: dict[str, Any] = APPENDED) -> sa.Table:
    """Declare a table that SQLite stores in the order of its primary key."""
    return sa.Table(name, metadata, *columns, sqlite_with_rowid=False, info=info)


def _place() -> list[sa.Column[Any]]:
    """Return the columns that identify a period, which are part of the primary key."""
    return [*(key(name, NAME) for name in ("mission", "facet", "key")), key("period", _small)]


claims = _clustered(
    "claims",
    *_place(),
    key("row_class", _small),
    key("last", _day),
    key("position"),
    number("first", _day),
    number("known"),
    number("says", _small),
    number("since", _day),
    sa.Column("party", NAME),
    number("more", _small),
)

periods = _clustered(
    "periods",
    *_place(),
    number("length_class", _small),
    number("begins", _day),
    number("ends", _day),
    number("known_from"),
    sa.Column("known_to", sa.BigInteger),
    sa.Column("known_length_class", _small),
    number("first_position"),
    sa.Column("last_position", sa.BigInteger),
    sa.Column("position_length_class", _small),
    number("planned", _small),
    number("reading_classes"),
    info=UPDATED,
)

parties = _clustered(
    "parties",
    key("party", NAME),
    key("length_class", _small),
    key("begins", _day),
    *_place(),
    number("ends", _day),
    sa.Column("known_to", sa.BigInteger),
    sa.Column("last_position", sa.BigInteger),
    info=UPDATED,
)

stretches = _clustered(
    "stretches", *_place(), key("row_class", _small), key("stretch", _day), key("position"),
    number("known"),
)  # fmt: skip

undone = _clustered("undone", key("target"), key("position"), number("known"))

citations = _clustered(
    "citations",
    key("source", NAME),
    key("mission", NAME),
    number("length_class", _small),
    number("published_first"),
    number("published_last"),
    number("position", WHOLE),
)


sa.Index(
    "periods_by_life",
    *(periods.c.mission, periods.c.length_class, periods.c.begins, periods.c.ends),
)
partial_index(
    *("periods_by_known", periods.c.known_length_class),
    *(periods.c.mission, periods.c.known_length_class, periods.c.known_from, periods.c.known_to),
)
partial_index(
    *("periods_by_position", periods.c.position_length_class),
    *(periods.c.mission, periods.c.position_length_class),
    *(periods.c.first_position, periods.c.last_position),
)
_published = (
    *(citations.c.length_class, citations.c.published_first, citations.c.published_last),
    citations.c.position,
)
sa.Index("citations_by_publication", *_published)
sa.Index("citations_by_mission", citations.c.mission, *_published)

CLAIMS_TABLES = (claims, periods, parties, stretches, undone, citations)

UNSURE = -1
"""Stored in `citations.length_class` where no earlier entry described the source when it was first
named, or in a row of NOTHING. Such a mission is read whole."""

NOTHING = ""
"""Stored in `citations.source` for an event whose target is not an earlier entry."""

OPEN_SECONDS = 2**42
"""Stored for an open side of a publication window, in seconds: further off than any date."""
