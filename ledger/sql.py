"""The log in a SQL database, through SQLAlchemy Core: one SQLite file.

Writers take SQLite's write lock before they look (BEGIN IMMEDIATE), so positions have no gap
and a batch is decided on what the log really holds. An acknowledged batch is on the disk: WAL
with synchronous=FULL.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Self

import sqlalchemy as sa

from events.codec import Entry, decode, encode
from events.source import Source
from ledger.memory import utc_now
from ledger.naming import aliases_of
from ledger.planning import check_name, ids_of, plan
from ledger.store import Batch, MissionNames, Receipt
from ledger.tables import aliases, entries
from ledger.troubles import in_plain_words

EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
MICROSECOND = timedelta(microseconds=1)
CHUNK = 500
_HEX = re.compile(r"[0-9a-f]{0,64}")


class SqlStore:
    """The store protocol over a SQL database that has been migrated already."""

    def __init__(
        self, engine: sa.Engine, place: str, *, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._engine = engine
        self._place = place
        self._clock = clock

    def append(self, batch: Batch, *, by: str, expected: int | None = None) -> Receipt:
        """Append a batch whole or not at all."""
        check_name(by)
        wanted = ids_of(batch)
        with self._connection(write=True) as connection:
            last = _last_position(connection)
            planned = plan(
                wanted,
                _known(connection, wanted),
                lambda id_: _source(connection, id_),
                position=last,
                expected=expected,
            )
            now = self._clock()
            made = [
                decode(encode(content, position, now, by, batch.announcement))
                for position, content in enumerate(planned.new.values(), last + 1)
            ]
            if made:
                connection.execute(sa.insert(entries), [_row(entry) for entry in made])
            _name_missions(connection, made)
        return Receipt(tuple(made), planned.already, last + len(made))

    def position(self) -> int:
        """Return the last position."""
        with self._connection() as connection:
            return _last_position(connection)

    def position_at(self, instant: datetime) -> int:
        """Return the last position recorded at or before a moment."""
        # Plus nothing: else SQLite answers max(position) by reading the log from its end.
        query = sa.select(sa.func.max(entries.c.position + 0)).where(
            entries.c.recorded_at <= _microseconds(instant)
        )
        with self._connection() as connection:
            return connection.execute(query).scalar() or 0

    def entries(self, *, after: int = 0, upto: int | None = None) -> Iterator[Entry]:
        """Yield the log in order, a chunk at a time: no lock is held between chunks."""
        while True:
            query = (
                sa.select(entries.c.bytes)
                .where(entries.c.position > after, *_until(upto))
                .order_by(entries.c.position)
                .limit(CHUNK)
            )
            chunk = self._read(query)
            yield from chunk
            if len(chunk) < CHUNK:
                return
            after = chunk[-1].position

    def of_mission(self, mission: str, *, upto: int | None = None) -> Iterator[Entry]:
        """Yield one mission's events in order."""
        query = (
            sa.select(entries.c.bytes)
            .where(entries.c.mission == mission, *_until(upto))
            .order_by(entries.c.position)
        )
        yield from self._read(query)

    def of_sources(self, ids: Iterable[str], *, upto: int | None = None) -> Iterator[Entry]:
        """Yield the entries that describe these sources."""
        wanted = list(dict.fromkeys(ids))
        for start in range(0, len(wanted), CHUNK):
            query = sa.select(entries.c.bytes).where(
                entries.c.describes.in_(wanted[start : start + CHUNK]), *_until(upto)
            )
            yield from self._read(query)

    def starting_with(self, prefix: str, *, limit: int = 10) -> Sequence[Entry]:
        """Return entries whose id starts with `prefix`."""
        if not _HEX.fullmatch(prefix):
            return []
        low, high = prefix.ljust(64, "0"), prefix.ljust(64, "f")
        query = (
            sa.select(entries.c.bytes)
            .where(entries.c.id.between(bytes.fromhex(low), bytes.fromhex(high)))
            .order_by(entries.c.position)
            .limit(limit)
        )
        return self._read(query)

    def missions(self, *, upto: int | None = None) -> Sequence[MissionNames]:
        """Return every mission, by short name."""
        counts = (
            sa.select(entries.c.mission, sa.func.count())
            .where(entries.c.mission.is_not(None), *_until(upto))
            .group_by(entries.c.mission)
            .order_by(entries.c.mission)
        )
        named = sa.select(aliases.c.mission, aliases.c.name).order_by(aliases.c.name)
        if upto is not None:
            named = named.where(aliases.c.position <= upto)
        with self._connection() as connection:
            found = connection.execute(counts).all()
            names: dict[str, list[str]] = {}
            for mission, name in connection.execute(named):
                names.setdefault(mission, []).append(name)
        return [MissionNames(m, tuple(names.get(m, ())), count) for m, count in found]

    def mission_named(self, name: str) -> Sequence[str]:
        """Return the missions that go by this name; a short name goes before any alias."""
        itself = sa.select(entries.c.mission).where(entries.c.mission == name).limit(1)
        others = sa.select(aliases.c.mission).where(aliases.c.name == name).order_by("mission")
        with self._connection() as connection:
            found = connection.execute(itself).scalars().all()
            return found or connection.execute(others).scalars().all()

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _connection(self, *, write: bool = False) -> Iterator[sa.Connection]:
        with in_plain_words(self._place), self._engine.connect() as connection:
            connection.execution_options(mission_ledger_writes=write)
            with connection.begin():
                yield connection

    def _read(self, query: sa.Select[Any]) -> list[Entry]:
        with self._connection() as connection:
            return [decode(raw) for raw in connection.execute(query).scalars()]


def _until(upto: int | None) -> list[sa.ColumnElement[bool]]:
    return [] if upto is None else [entries.c.position <= upto]


def _last_position(connection: sa.Connection) -> int:
    return connection.execute(sa.select(sa.func.max(entries.c.position))).scalar() or 0


def _known(connection: sa.Connection, ids: Iterable[str]) -> frozenset[str]:
    wanted = [bytes.fromhex(id_) for id_ in ids]
    found: set[str] = set()
    for start in range(0, len(wanted), CHUNK):
        query = sa.select(entries.c.id).where(entries.c.id.in_(wanted[start : start + CHUNK]))
        found.update(id_.hex() for id_ in connection.execute(query).scalars())
    return frozenset(found)


def _source(connection: sa.Connection, id_: str) -> Source | None:
    raw = connection.execute(sa.select(entries.c.bytes).where(entries.c.describes == id_)).scalar()
    content = decode(raw).content if raw else None
    return content if isinstance(content, Source) else None


def _row(entry: Entry) -> dict[str, object]:
    return {
        "position": entry.position,
        "id": bytes.fromhex(entry.id),
        "announcement": bytes.fromhex(entry.announcement),
        "mission": entry.mission,
        "describes": entry.content.id if isinstance(entry.content, Source) else None,
        "recorded_at": _microseconds(entry.recorded_at),
        "bytes": entry.raw,
    }


def _name_missions(connection: sa.Connection, made: Iterable[Entry]) -> None:
    """Keep the aliases that new events give, each with the position that first gave it."""
    given = {
        (name, entry.mission): entry.position
        for entry in reversed(list(made))
        for name in aliases_of(entry.content)
    }
    for (name, mission), position in given.items():
        there = sa.select(aliases.c.name).where(
            aliases.c.name == name, aliases.c.mission == mission
        )
        if connection.execute(there).first() is None:
            connection.execute(
                sa.insert(aliases).values(name=name, mission=mission, position=position)
            )


def _microseconds(instant: datetime) -> int:
    return (instant - EPOCH) // MICROSECOND
