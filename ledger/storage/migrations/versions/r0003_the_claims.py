"""Add the claims index, which finds the entries that an answer has to read.

The tables are left empty: `ledger.storage.migrate` rebuilds them after the migration.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from ledger.storage.migrations.versions.r0002_the_tree import whole

revision = "0003"
down_revision = "0002"

INDEXES = {
    "periods_by_life": ("periods", ["mission", "width", "begins", "ends"], None),
    "periods_by_known": (
        "periods",
        ["mission", "known_width", "known_from", "known_to"],
        "known_width IS NOT NULL",
    ),
    "periods_by_position": (
        "periods",
        ["mission", "position_width", "first_position", "last_position"],
        "position_width IS NOT NULL",
    ),
    "citations_by_publication": (
        "citations",
        ["width", "published_first", "published_last", "position"],
        None,
    ),
    "citations_by_mission": (
        "citations",
        ["mission", "width", "published_first", "published_last", "position"],
        None,
    ),
}
"""By name of the index: the table, the columns, and the condition of a partial index."""


def upgrade() -> None:
    """Create the tables of the claims index."""
    without_rowid("claims", *claim())
    without_rowid(
        "periods",
        *place(),
        number("width", sa.SmallInteger()),
        number("begins", sa.Integer()),
        number("ends", sa.Integer()),
        number("known_from"),
        sa.Column("known_to", sa.BigInteger),
        sa.Column("known_width", sa.SmallInteger),
        number("first_position"),
        sa.Column("last_position", sa.BigInteger),
        sa.Column("position_width", sa.SmallInteger),
        number("planned", sa.SmallInteger()),
        number("widths"),
    )
    without_rowid(
        "parties",
        key("party", text()),
        key("width", sa.SmallInteger()),
        key("begins", sa.Integer()),
        *place(),
        number("ends", sa.Integer()),
        sa.Column("known_to", sa.BigInteger),
        sa.Column("last_position", sa.BigInteger),
    )
    without_rowid(
        "stretches",
        *place(),
        key("width", sa.SmallInteger()),
        key("stretch", sa.Integer()),
        key("position", whole()),
        number("known"),
    )
    without_rowid("undone", key("target", whole()), key("position", whole()), number("known"))
    without_rowid(
        "citations",
        key("source", text()),
        key("mission", text()),
        number("width", sa.SmallInteger()),
        number("published_first"),
        number("published_last"),
        number("position"),
    )
    for name, (table, columns, which) in INDEXES.items():
        where = sa.text(which) if which else None
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def without_rowid(name: str, *columns: sa.Column[Any]) -> None:
    """Create a table that SQLite stores in the order of its primary key."""
    op.create_table(name, *columns, sqlite_with_rowid=False)


def place() -> list[sa.Column[Any]]:
    """Return the columns that identify a period."""
    names = [key(name, text()) for name in ("mission", "facet", "key")]
    return [*names, key("period", sa.SmallInteger())]


def claim() -> list[sa.Column[Any]]:
    """Return the columns of a row of `claims`."""
    return [
        *place(),
        key("width", sa.SmallInteger()),
        key("last", sa.Integer()),
        key("position", whole()),
        number("first", sa.Integer()),
        number("known"),
        number("says", sa.SmallInteger()),
        number("since", sa.Integer()),
        sa.Column("party", text()),
    ]


def key(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    """Return a column of the primary key."""
    return sa.Column(name, kind, primary_key=True, autoincrement=False)


def number(name: str, kind: sa.types.TypeEngine[Any] | None = None) -> sa.Column[Any]:
    """Return an integer column that is not null."""
    return sa.Column(name, kind or sa.BigInteger(), nullable=False)


def text() -> sa.types.TypeEngine[Any]:
    """Return the type of a name, compared byte by byte whatever the collation of the database."""
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
