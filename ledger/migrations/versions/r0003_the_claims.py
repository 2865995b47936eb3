"""The claims index: which entries an answer has to read.

The tables are left empty: who migrates a ledger rebuilds them (`ledger.migrating`).
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from ledger.migrations.versions.r0002_the_tree import whole

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
"""By name: the table, its columns, and which rows it is of."""


def upgrade() -> None:
    """Make the tables of the index."""
    _table(
        "claims",
        *_place(),
        _key("width", sa.SmallInteger()),
        _key("last", sa.Integer()),
        _key("position", whole()),
        _number("first", sa.Integer()),
        _number("known"),
        _number("says", sa.SmallInteger()),
        _number("since", sa.Integer()),
        sa.Column("party", _text()),
    )
    _table(
        "periods",
        *_place(),
        _number("width", sa.SmallInteger()),
        _number("begins", sa.Integer()),
        _number("ends", sa.Integer()),
        _number("known_from"),
        sa.Column("known_to", sa.BigInteger),
        sa.Column("known_width", sa.SmallInteger),
        _number("first_position"),
        sa.Column("last_position", sa.BigInteger),
        sa.Column("position_width", sa.SmallInteger),
        _number("planned", sa.SmallInteger()),
        _number("widths"),
    )
    _table(
        "parties",
        _key("party", _text()),
        _key("width", sa.SmallInteger()),
        _key("begins", sa.Integer()),
        *_place(),
        _number("ends", sa.Integer()),
        sa.Column("known_to", sa.BigInteger),
        sa.Column("last_position", sa.BigInteger),
    )
    _table(
        "stretches",
        *_place(),
        _key("width", sa.SmallInteger()),
        _key("stretch", sa.Integer()),
        _key("position", whole()),
        _number("known"),
    )
    _table("undone", _key("target", whole()), _key("position", whole()), _number("known"))
    _table(
        "citations",
        _key("source", _text()),
        _key("mission", _text()),
        _number("width", sa.SmallInteger()),
        _number("published_first"),
        _number("published_last"),
        _number("position"),
    )
    for name, (table, columns, which) in INDEXES.items():
        where = sa.text(which) if which else None
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def _table(name: str, *columns: sa.Column[Any]) -> None:
    op.create_table(name, *columns, sqlite_with_rowid=False)


def _place() -> list[sa.Column[Any]]:
    names = [_key(name, _text()) for name in ("mission", "facet", "key")]
    return [*names, _key("period", sa.SmallInteger())]


def _key(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, primary_key=True, autoincrement=False)


def _number(name: str, kind: sa.types.TypeEngine[Any] | None = None) -> sa.Column[Any]:
    return sa.Column(name, kind or sa.BigInteger(), nullable=False)


def _text() -> sa.types.TypeEngine[Any]:
    """Return the type of a name: compared byte by byte, whatever the database's own order is."""
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
