"""The tables of an import's staging area; their rows have the numbers of the staged entries.

incoming   the bytes of each entry
summaries  what the checks need of each entry (`ledger.exchange.entry_summary`)
announced  the digest of each run of entries of one announcement, numbered in order
new        the numbers of the entries to append
"""

from typing import Any

import sqlalchemy as sa

METADATA = sa.MetaData()


def _table(name: str, *columns: sa.Column[Any]) -> sa.Table:
    return sa.Table(name, METADATA, sa.Column("number", sa.Integer, primary_key=True), *columns)


INCOMING = _table("incoming", sa.Column("bytes", sa.LargeBinary))
SUMMARIES = _table(
    "summaries",
    sa.Column("id", sa.LargeBinary, index=True),
    sa.Column("announced", sa.Integer),
    sa.Column("recorded_at", sa.Integer),
    sa.Column("recorded_by", sa.Text),
    sa.Column("mission", sa.Text),
    sa.Column("source", sa.Text),
    sa.Column("corrected", sa.Text),
    sa.Column("describes", sa.Text),
    sa.Column("record", sa.Boolean),
)
ANNOUNCED = _table("announced", sa.Column("digest", sa.Text))
NEW = _table("new")

_DESCRIBES = SUMMARIES.c.describes
sa.Index("by_source", _DESCRIBES, sqlite_where=_DESCRIBES.is_not(None))


def of_new(*columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """Return a query for these columns of the summaries of new entries."""
    return sa.select(*columns).join_from(NEW, SUMMARIES, NEW.c.number == SUMMARIES.c.number)


def first_of_new(column: sa.ColumnElement[Any]) -> sa.Subquery:
    """Return each value of new entries in a column as `name`, with the first entry's number."""
    first = of_new(sa.func.min(SUMMARIES.c.number).label("number"), column.label("name"))
    return first.where(column.is_not(None)).group_by(column).subquery()
