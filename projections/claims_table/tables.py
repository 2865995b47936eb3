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

from ledger.storage.schema import APPENDED, NAME, UPDATED, WHOLE, key, metadata, number

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


def _index(name: str, table: sa.Table, *columns: str, those: Any = None) -> None:  # noqa: ANN401
    sa.Index(name, *(table.c[each] for each in columns), sqlite_where=those, postgresql_where=those)


_index("periods_by_life", periods, "mission", "length_class", "begins", "ends")
_index(
    *("periods_by_known", periods, "mission", "known_length_class", "known_from", "known_to"),
    those=periods.c.known_length_class.is_not(None),
)
_index(
    *("periods_by_position", periods, "mission", "position_length_class"),
    *("first_position", "last_position"),
    those=periods.c.position_length_class.is_not(None),
)
_index(
    *("citations_by_publication", citations, "length_class", "published_first", "published_last"),
    "position",
)
_index(
    *("citations_by_mission", citations, "mission", "length_class", "published_first"),
    *("published_last", "position"),
)

CLAIMS_TABLES = (claims, periods, parties, stretches, undone, citations)
