"""The tables of the SQL log, as the newest migration leaves them.

`entries.bytes` is the record; every other column is read off it and can be made anew. Ids are
stored as 32 raw bytes, `recorded_at` as microseconds since 1970 UTC. `describes` is the id of the
source an entry describes, for entries that are sources.
"""

import sqlalchemy as sa

metadata = sa.MetaData()

entries = sa.Table(
    "entries",
    metadata,
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("id", sa.LargeBinary(32)),
    sa.Column("announcement", sa.LargeBinary(32)),
    sa.Column("mission", sa.Text),
    sa.Column("describes", sa.Text),
    sa.Column("recorded_at", sa.BigInteger),
    sa.Column("bytes", sa.LargeBinary),
)

aliases = sa.Table(
    "aliases",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("mission", sa.Text, primary_key=True),
    sa.Column("position", sa.Integer),
)
