"""The tables of the SQL log, as the newest migration leaves them.

    log       the record: positions and the bytes that were stored; append-only
    entries   derived: where in the log what is, one row for each entry
    aliases   derived: the names missions go by, each with the position that first gave it
    tree      derived: every complete node of the Merkle tree, level 0 the leaves

Whatever is derived can be made anew from `log`. Ids are 32 raw bytes, `recorded_at` is in
microseconds since 1970 UTC; `describes` is the id of the source an entry describes.
"""

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
    sa.Column("mission", sa.Text),
    sa.Column("describes", sa.Text),
    sa.Column("recorded_at", sa.BigInteger),
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
    sa.Column("level", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("hash", sa.LargeBinary(32)),
)

DERIVED = (entries, aliases, tree)
"""Made anew by a rebuild."""
