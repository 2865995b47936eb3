"""The tables of a ledger in SQL, declared once: types, keys, indexes and rights.

    log         the record: positions and stored bytes; append-only
    projection  the inline projections, each with its version and the last position it includes
    name        the short names of missions and sources, and the kinds of units that are counted,
                numbered in order of first mention
    entry       each entry's id, its mission and its source by number, and its time; `about` is the
                source that it corrects or withdraws, or of which it retracts such an event
    source      when each source was published, as the entry at a position says: `says` is whether
                that NAMES it before it is described, DESCRIBES it or CORRECTS it
    alias       the aliases of missions, each with the position that first gave it
    leaf        the leaf hashes of the Merkle tree
    tile        the roots of its full tiles of 256 hashes, by level
    tree        one row: how many leaves there are, and the peaks

Other packages add the tables of their own inline projections. All but `log` are derived from it:
they are made by `create_all`, and rebuilt where the version of their projection changed. Only the
log has schema revisions (`ledger.storage.migrations`).

Ids are 32 raw bytes. `recorded` is in microseconds since 1970 UTC, `published_first` and
`published_last` in seconds, NULL where open; `published_day` is the day as it is written of a
document that gives its time, and `public_from` the first second by which it can be said to be
certainly public: of these two the earlier. `wide` is 1 where that window is open or longer than
`entry_index.NARROW`. `rights` are those of the PostgreSQL role that appends.
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

name = sa.Table(
    "name", metadata, key("number"), sa.Column("name", NAME, nullable=False), info=APPENDED
)
sa.Index("name_by_name", name.c.name, unique=True)

entry = sa.Table(
    "entry",
    metadata,
    key("position"),
    sa.Column("id", Bytes(32), nullable=False),
    sa.Column("mission", sa.BigInteger()),
    sa.Column("source", sa.BigInteger()),
    sa.Column("about", sa.BigInteger()),
    number("recorded"),
    info=APPENDED,
)
sa.Index("entry_by_id", entry.c.id, unique=True)
partial_index("entry_by_mission", entry.c.mission, entry.c.mission, entry.c.position)
partial_index("entry_by_source", entry.c.source, entry.c.source, entry.c.mission)
partial_index("entry_by_about", entry.c.about, entry.c.about, entry.c.position)

NAMES, DESCRIBES, CORRECTS = range(3)
"""What an entry can say of a source (`source.says`)."""

source = sa.Table(
    "source",
    metadata,
    key("number"),
    key("position"),
    key("says", sa.SmallInteger()),
    sa.Column("published_first", sa.BigInteger()),
    sa.Column("published_last", sa.BigInteger()),
    sa.Column("published_day", sa.Integer()),
    sa.Column("public_from", sa.BigInteger()),
    number("wide", sa.SmallInteger()),
    sqlite_with_rowid=False,
    info=APPENDED,
)
sa.Index("source_by_publication", source.c.wide, source.c.published_first, source.c.published_last)

alias = sa.Table(
    "alias", metadata, key("name", NAME), key("mission"), number("position"), info=APPENDED
)

leaf = sa.Table(
    "leaf", metadata, key("position"), sa.Column("hash", Bytes(32), nullable=False), info=APPENDED
)

tile = sa.Table(
    "tile",
    metadata,
    key("level"),
    key("number"),
    sa.Column("hash", Bytes(32), nullable=False),
    sqlite_with_rowid=False,
    info=APPENDED,
)

tree = sa.Table(
    "tree", metadata, key("size"), sa.Column("peaks", Bytes(), nullable=False), info=UPDATED
)

alembic_version = sa.Table(
    "alembic_version",
    metadata,
    sa.Column("version_num", sa.String(32), nullable=False),
    sa.PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
    info=READ,
)
