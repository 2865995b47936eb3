"""The tables of the claims, and their indexes.

period  each period of a mission, numbered in order of first mention, with its lifespan
claim   what each event says of a period: enough to weigh it without the log
party   the nations and bodies that a period names
record  what events about the record did: which entries they retract, correct or prefer, and what
        they say of a source

`period.begins` and `period.ends` are days (`projections.claims_table.lifespan`), valid where all
claims up to `settled_position` count, the last of them certainly public at the second
`settled_source`; NULL where that can never be told. None of its claims counts before `first_source`
and `first_position`. `attested_from` and `attested_to` are the
earliest and the latest last day of its attestations. `planned` is 1 where some claim is no report,
or may be weighed as none; `whole` is 1 where all of its readings have to be read.

`claim` is clustered by period, then by series: 0 for starts and ends, -1 for attestations, -2 for
happenings, 1 and more for the readings of one measure and kind of unit
(`projections.claims_table.codes`), which have a row for each; in a series, by last day. `first` and
`last` are the days as stated. `period.series` is a JSON object: by the number of each series of
readings or happenings, the length of its longest window in days, null where one is open, and
whether some of it is planned. `says` is the code of role, basis and whether the date is that of the
source; `data` the fields that the event states, as JSON. `source`, `mission` and `claim_source` are
numbers of `name`.

`record.target` is the id of the entry that is retracted, corrected or preferred; an event about a
source, which `entry.about` has, has no target. `data` is, of a preference, the facet, key, period
and role that it is about; of a correction of a source the fields that it states.
"""

from typing import Any

import sqlalchemy as sa

from ledger.storage.schema import (
    APPENDED,
    NAME,
    UPDATED,
    Bytes,
    key,
    metadata,
    number,
    partial_index,
)

_small = sa.SmallInteger()
_day = sa.Integer()


def _clustered(name: str, *columns: sa.Column[Any]) -> sa.Table:
    """Declare a table that SQLite stores in the order of its primary key."""
    return sa.Table(name, metadata, *columns, sqlite_with_rowid=False, info=APPENDED)


period = sa.Table(
    "period",
    metadata,
    key("k"),
    number("mission"),
    sa.Column("facet", NAME, nullable=False),
    sa.Column("key", NAME, nullable=False),
    number("period", _small),
    number("begins", _day),
    number("ends", _day),
    number("first_source"),
    number("first_position"),
    number("settled_source"),
    sa.Column("settled_position", sa.BigInteger()),
    sa.Column("attested_from", _day),
    sa.Column("attested_to", _day),
    number("planned", _small),
    number("whole", _small),
    sa.Column("series", sa.Text(), nullable=False),
    info=UPDATED,
)
sa.Index(
    "period_by_key",
    *(period.c.mission, period.c.facet, period.c.key, period.c.period),
    unique=True,
)

claim = _clustered(
    "claim",
    key("k"),
    key("series", sa.Integer()),
    key("last", _day),
    key("position"),
    key("says", _small),
    number("first", _day),
    sa.Column("source", sa.BigInteger()),
    sa.Column("data", sa.Text(), nullable=False),
)

party = _clustered("party", key("party", NAME), key("k"))

record = _clustered(
    "record",
    key("target", Bytes(32)),
    key("position"),
    number("mission"),
    sa.Column("kind", sa.Text(), nullable=False),
    sa.Column("source", sa.BigInteger()),
    sa.Column("claim_source", sa.BigInteger()),
    sa.Column("data", sa.Text()),
    sa.Column("reason", sa.Text(), nullable=False),
)
sa.Index("record_by_mission", record.c.mission, record.c.position)
sa.Index("record_by_position", record.c.position)
partial_index("record_by_claim_source", record.c.claim_source, record.c.claim_source)

CLAIMS_TABLES = (period, claim, party, record)
