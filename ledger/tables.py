"""The tables of the SQL log, as the newest migration leaves them.

    log       the record: positions and the bytes that were stored; append-only
    entries   derived: the id of each entry, the source it describes if it does, its time
    setbacks  derived: the positions recorded earlier than the one before them
    aliases   derived: the names missions go by, each with the position that first gave it
    tree      derived: every complete node of the Merkle tree, by its place (`ledger.merkle`)
    claims, periods, parties, stretches, undone, citations
              derived: the claims index (`ledger.indexing`)

Whatever is derived can be made anew from `log`. Ids are 32 raw bytes, `recorded_at` is in
microseconds since 1970 UTC; `describes` is the id of the source an entry describes.
"""

from typing import Any

import sqlalchemy as sa

metadata = sa.MetaData()

log = sa.Table(
    "log",
    metadata,
    sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("bytes", sa.LargeBinary),
)

entries = sa.Table(
    "entries",
    metadata,
    sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("id", sa.LargeBinary(32)),
    sa.Column("describes", sa.Text),
    sa.Column("recorded_at", sa.BigInteger),
)

setbacks = sa.Table(
    "setbacks",
    metadata,
    sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
)

aliases = sa.Table(
    "aliases",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("mission", sa.Text, primary_key=True),
    sa.Column("position", sa.BigInteger),
)

tree = sa.Table(
    "tree",
    metadata,
    sa.Column("place", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("hash", sa.LargeBinary(32)),
)


def _place() -> list[sa.Column[Any]]:
    return [
        sa.Column("mission", sa.Text, primary_key=True),
        sa.Column("facet", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("period", sa.SmallInteger, primary_key=True, autoincrement=False),
    ]


claims = sa.Table(
    "claims",
    metadata,
    *_place(),
    sa.Column("width", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("last", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("first", sa.Integer),
    sa.Column("known", sa.BigInteger),
    sa.Column("says", sa.SmallInteger),
    sa.Column("since", sa.Integer),
    sa.Column("party", sa.Text),
    sa.Column("more", sa.SmallInteger),
)

periods = sa.Table(
    "periods",
    metadata,
    *_place(),
    sa.Column("width", sa.SmallInteger),
    sa.Column("begins", sa.Integer),
    sa.Column("ends", sa.Integer),
    sa.Column("known_from", sa.BigInteger),
    sa.Column("known_to", sa.BigInteger),
    sa.Column("known_width", sa.SmallInteger),
    sa.Column("first_position", sa.BigInteger),
    sa.Column("last_position", sa.BigInteger),
    sa.Column("position_width", sa.SmallInteger),
    sa.Column("planned", sa.SmallInteger),
    sa.Column("widths", sa.BigInteger),
)

parties = sa.Table(
    "parties",
    metadata,
    sa.Column("party", sa.Text, primary_key=True),
    sa.Column("width", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("begins", sa.Integer, primary_key=True, autoincrement=False),
    *_place(),
    sa.Column("ends", sa.Integer),
    sa.Column("known_to", sa.BigInteger),
    sa.Column("last_position", sa.BigInteger),
)

stretches = sa.Table(
    "stretches",
    metadata,
    *_place(),
    sa.Column("width", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("stretch", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("known", sa.BigInteger),
)

undone = sa.Table(
    "undone",
    metadata,
    sa.Column("target", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("known", sa.BigInteger),
)

citations = sa.Table(
    "citations",
    metadata,
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("mission", sa.Text, primary_key=True),
    sa.Column("width", sa.SmallInteger),
    sa.Column("published_first", sa.BigInteger),
    sa.Column("published_last", sa.BigInteger),
    sa.Column("position", sa.BigInteger),
)

INDEXED = (claims, periods, parties, stretches, undone, citations)
"""The claims index."""

DERIVED = (entries, setbacks, aliases, tree, *INDEXED)
"""Made anew by a rebuild."""
