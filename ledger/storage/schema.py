"""The tables of a ledger in SQL, declared once: types, keys, indexes and rights.

    log         the record: positions and stored bytes; append-only
    projection  the inline projections, each with its version and the last position it includes
    entries     the id of each entry, the source that it describes, if any, and its time
    setbacks    the positions whose recorded time is earlier than the one before
    aliases     the aliases of missions, each with the position that first gave it
    tree        every complete node of the Merkle tree, by its place (`ledger.merkle.tree`)

Other packages add the tables of their own inline projections. All but `log` are derived from it:
they are made by `create_all`, and rebuilt where the version of their projection changed. Only the
log has schema revisions (`ledger.storage.migrations`).

Ids are 32 raw bytes, `recorded_at` is in microseconds since 1970 UTC; `describes` is the id of the
source that an entry describes. `rights` are those of the PostgreSQL role that appends.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

metadata = sa.MetaData()

APPENDED = {"rights": ("SELECT", "INSERT")}
UPDATED = {"rights": ("SELECT", "INSERT", "UPDATE")}
READ = {"rights": ("SELECT",)}

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""A whole number of 64 bits. A rowid of SQLite must be INTEGER, not BIGINT."""

NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""A name, compared byte by byte whatever the collation of the database."""


class Bytes(sa.LargeBinary):
    """Bytes, returned as they are stored.

    In a damaged SQLite file a column may hold a value of any type, which readers check for.
    """

    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> None:
        """Convert nothing."""


def key(name: str, kind: sa.types.TypeEngine[Any] = WHOLE) -> sa.Column[Any]:
    """Return a column of the primary key."""
    return sa.Column(name, kind, primary_key=True, autoincrement=False)


def number(name: str, kind: sa.types.TypeEngine[Any] | None = None) -> sa.Column[Any]:
    """Return a column of whole numbers that is not null."""
    return sa.Column(name, kind or sa.BigInteger(), nullable=False)


def partial_index(
    name: str, there: sa.Column[Any], *columns: sa.Column[Any], unique: bool = False
) -> sa.Index:
    """Declare an index of the rows in which one column is not null."""
    those = there.is_not(None)
    # The dialect of PostgreSQL takes it from `info`: naming it here would import it (start-up).
    return sa.Index(name, *columns, unique=unique, sqlite_where=those, info={"where": those})


log = sa.Table(
    "log", metadata, key("position"), sa.Column("bytes", Bytes, nullable=False), info=APPENDED
)

projection = sa.Table(
    "projection",
    metadata,
    key("name", sa.Text()),
    number("version", sa.Integer()),
    number("position"),
    info={"rights": ("SELECT", "UPDATE")},
)

entries = sa.Table(
    "entries",
    metadata,
    key("position"),
    sa.Column("id", Bytes(32), nullable=False),
    sa.Column("describes", sa.Text()),
    number("recorded_at"),
    info=APPENDED,
)
sa.Index("entries_by_id", entries.c.id, unique=True)
partial_index("entries_by_source", entries.c.describes, entries.c.describes, unique=True)

setbacks = sa.Table("setbacks", metadata, key("position"), info=APPENDED)

aliases = sa.Table(
    "aliases",
    metadata,
    key("name", sa.Text()),
    key("mission", sa.Text()),
    number("position", WHOLE),
    info=APPENDED,
)

tree = sa.Table(
    "tree", metadata, key("place"), sa.Column("hash", Bytes(32), nullable=False), info=APPENDED
)

alembic_version = sa.Table(
    "alembic_version",
    metadata,
    sa.Column("version_num", sa.String(32), nullable=False),
    sa.PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
    info=READ,
)
