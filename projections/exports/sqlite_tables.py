"""The tables of an exported SQLite file, each column with its meaning.

about     the clocks, the position, the root, the limits, and what each column means
mission   source   entry (of the log)   claim   period   reading   monthly
"""

from typing import Any

import sqlalchemy as sa

from projections.exports.monthly import COUNT, MONTHLY, WHO
from projections.exports.periods import PERIODS
from projections.exports.table import Column, Kind

metadata = sa.MetaData()

_TYPES: dict[Kind, type[sa.types.TypeEngine[Any]]] = {
    "integer": sa.Integer,
    "boolean": sa.Boolean,
    "string": sa.Text,
    "date": sa.Text,
    "yearmonth": sa.Text,
}

_LINKS = {"mission": "mission.mission", "source": "source.source"}
"""The columns that refer to a row of another table, whatever their table."""


def _column(column: Column) -> sa.Column[Any]:
    link = [sa.ForeignKey(_LINKS[column.name])] if column.name in _LINKS else []
    kind = _TYPES[column.kind]
    return sa.Column(column.name, kind, *link, nullable=not column.required, comment=column.meaning)


def _text(name: str, meaning: str, *, link: bool = False) -> sa.Column[Any]:
    links = [sa.ForeignKey(_LINKS[name])] if link else []
    return sa.Column(name, sa.Text, *links, comment=meaning)


def _number() -> sa.Column[int]:
    return sa.Column("id", sa.Integer, primary_key=True)


about = sa.Table(
    "about", metadata, _number(), sa.Column("name", sa.Text), sa.Column("value", sa.Text)
)

mission = sa.Table(
    "mission",
    metadata,
    sa.Column("mission", sa.Text, primary_key=True, comment="the mission's short name"),
    _text("name", "its full name"),
    _text("aliases", "its other names"),
)

source = sa.Table(
    "source",
    metadata,
    sa.Column("source", sa.Text, primary_key=True, comment="the id of the source"),
    _text("publisher", "who published it"),
    _text("title", "its title"),
    _text("language", "its language (BCP 47)"),
    _text("published", "when it was published, in EDTF"),
    _text("published_earliest", "the earliest day on which it can have been; NULL: open"),
    _text("published_latest", "the latest such day; NULL: open"),
    _text("url", "its address"),
    _text("archived", "the address of a snapshot"),
    _text("retrieved", "when it was read, in EDTF"),
    _text("digest", "the digest of its text"),
    _text("reprints", "the source that it repeats"),
    _text("note", "a note of the record-keeper"),
    _text("changes", "its corrections and its withdrawal"),
    sa.Column("counts", sa.Boolean, comment="certainly public by `known`, and not withdrawn"),
)

entry = sa.Table(
    "entry",
    metadata,
    sa.Column("position", sa.Integer, primary_key=True, comment="its position in the log"),
    sa.Column("id", sa.Text, unique=True, comment="the id of the event, SHA-256 of its content"),
    _text("recorded_at", "when it was recorded (UTC)"),
    _text("recorded_by", "by whom"),
    _text("type", "the type of the event"),
    _text("mission", "the mission it is about; NULL for a source", link=True),
    _text("source", "the source that states it, or that it describes", link=True),
    _text("announcement", "the digest of the announcement it came with"),
    _text("content", "the event as JSON"),
)

period = sa.Table("period", metadata, _number(), *map(_column, PERIODS.own))

claim = sa.Table(
    "claim",
    metadata,
    _number(),
    _text("event", "the id of the event that makes it"),
    sa.Column("position", sa.Integer, sa.ForeignKey("entry.position"), comment="its position"),
    _text("mission", "the mission", link=True),
    _text("facet", "the part of the state that it bears on"),
    _text("key", "which one in the facet"),
    sa.Column("period", sa.Integer, comment="which stay of the key"),
    sa.Column("period_id", sa.Integer, sa.ForeignKey("period.id"), comment="its row in `period`"),
    _text("role", "start, end, attestation, reading or happening"),
    _text("basis", "whether it is reported, decided or planned"),
    _text("edtf", "its date as stated, in EDTF"),
    _text("earliest", "the earliest day of it; NULL: open"),
    _text("latest", "the latest day of it; NULL: open"),
    _text("as_stated", "the source's words for the date"),
    _text("at", "where in the source"),
    _text("value", "the values that it states, as JSON"),
    _text("source", "the source that makes it", link=True),
    _text("part", "counted, or why not: superseded, passed-over, retracted, corrected …"),
    _text("reason", "why it does not count"),
    _text("undone_by", "the id of the event that retracted or corrected it"),
)

reading = sa.Table(
    "reading",
    metadata,
    _number(),
    *map(_column, WHO),
    _text("first_day", "the first of consecutive days on which the count answers; NULL: open"),
    _text("last_day", "the last of them; NULL: open"),
    *map(_column, COUNT),
)

monthly = sa.Table("monthly", metadata, _number(), *map(_column, MONTHLY.own))
