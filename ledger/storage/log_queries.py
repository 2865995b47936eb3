"""Queries on the log and its derived tables, within a transaction."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import takewhile

import sqlalchemy as sa
from sqlalchemy import bindparam, func, select

from events.encoding.codec import Entry
from events.encoding.fast_decode import fast_decode
from events.errors import DamagedLedgerError, EventError, MissionLedgerError
from events.source import Publication, Source
from ledger.storage.given_rows import as_given, given_values
from ledger.storage.schema import aliases, entries, log, setbacks
from ledger.storage.transaction import SourceRecord, Transaction

CHUNK = 500
"""Entries read and decoded at once."""

MANY_RUNS = 100
"""From this many setbacks on, a full scan of `entries` finds a time, not a search in each run."""

_ID = re.compile("[0-9a-f]{64}")


def checked_bytes(value: object, position: int | None = None) -> bytes:
    """Return a value that must be bytes. Raises DamagedLedgerError for any other.

    SQLite returns the type that is stored in the file, whatever type the column declares.
    """
    if not isinstance(value, bytes):
        where = "a derived table" if position is None else f"position {position} of the log"
        raise DamagedLedgerError(
            f"{where} holds a value that is not bytes", position=position, hint=_VERIFY
        )
    return value


def decoded_entry(
    position: int, raw: object, read: Callable[[bytes], Entry] = fast_decode
) -> Entry:
    """Decode stored bytes. Raises DamagedLedgerError, naming the position.

    By default `fast_decode` decodes without checking the schema; `decode` checks it as well.
    """
    try:
        entry = read(checked_bytes(raw, position))
    except EventError as error:
        raise DamagedLedgerError(
            f"the entry at position {position} cannot be read: {error.message}",
            position=position,
            hint=error.hint or _VERIFY,
        ) from None
    if entry.position != position or position < 1:
        raise DamagedLedgerError(
            f"the entry at position {position} states position {entry.position}",
            position=position,
            hint=_VERIFY,
        )
    return entry


@contextmanager
def sound_index(place: str) -> Iterator[None]:
    """Report values that no index row can have as damage. Raises DamagedLedgerError."""
    try:
        yield
    except MissionLedgerError:
        raise
    except _FROM_DAMAGED_ROWS as error:
        raise DamagedLedgerError(
            f"{place}: a derived table is damaged ({error})",
            hint="find the damage with `mission verify`, and repair it with `mission rebuild`",
        ) from None


_VERIFY = "check the whole ledger with `mission verify`"
_FROM_DAMAGED_ROWS = (TypeError, ValueError, ArithmeticError, LookupError, AttributeError)


_LAST = select(func.max(log.c.position))
_OF_ENTRIES = select(log.c.position, log.c.bytes).join_from(
    entries, log, log.c.position == entries.c.position
)
_KNOWN = select(entries.c.id).where(entries.c.id.in_(given_values()), entries.c.position > 0)
_WITH_ID = _OF_ENTRIES.where(entries.c.id == bindparam("id_"))
# Positions begin at 1; rows before that are not part of the log.
_WITH_IDS_AMONG = (
    _OF_ENTRIES.where(entries.c.id.between(bindparam("low"), bindparam("high")))
    .where(entries.c.position > 0)
    .order_by(entries.c.position)
    .limit(bindparam("most"))
)
_AT = select(log).select_from(as_given(log, ["position"]))
_ALIASES = (
    select(aliases.c.mission, aliases.c.name)
    .where(aliases.c.position <= bindparam("upto"))
    .order_by(aliases.c.name)
)
_DESCRIBED = (
    select(entries.c.describes)
    .where(entries.c.describes.is_not(None))
    .order_by(entries.c.describes)
)
_DESCRIBING_EACH = select(
    entries.c.describes.label("name"), log.c.position, log.c.bytes
).select_from(as_given(entries, ["describes"]).join(log, log.c.position == entries.c.position))
_RECORDED_AT = (
    select(entries.c.recorded_at)
    .where(entries.c.position <= bindparam("position"))
    .order_by(entries.c.position.desc())
    .limit(1)
)
# `+ 0` keeps SQLite from answering max(position) by a search from the end.
_LAST_RECORDED_BY = select(func.max(entries.c.position + 0)).where(
    entries.c.recorded_at <= bindparam("moment")
)
_RECORDED_THEN = select(entries.c.position).where(entries.c.recorded_at == bindparam("moment"))
_SETBACKS = (
    select(setbacks.c.position)
    .where(setbacks.c.position.between(1, bindparam("end")))
    .order_by(setbacks.c.position.desc())
    .limit(MANY_RUNS)
)


def last_position(transaction: Transaction) -> int:
    """Return the last position of the log; 0 where it is empty."""
    return transaction.scalar(_LAST) or 0


def known(transaction: Transaction, ids: Iterable[str]) -> frozenset[str]:
    """Return which of these ids are in the log."""
    rows = transaction.rows_among(_KNOWN, map(bytes.fromhex, ids))
    return frozenset(checked_bytes(row.id).hex() for row in rows)


def source(transaction: Transaction, id_: str) -> Source | None:
    """Return the source with an id."""
    for _, found in _describing_each(transaction, [id_]):
        return found
    return None


def publication(transaction: Transaction, id_: str) -> SourceRecord | None:
    """Return the position of the entry that describes a source, and the source's publication."""
    for entry, found in _describing_each(transaction, [id_]):
        return SourceRecord(entry.position, found.publication)
    return None


def is_id(text: str) -> bool:
    """Whether a text is a whole id of an entry: 64 hexadecimal digits in lower case."""
    return _ID.fullmatch(text) is not None


def with_id(transaction: Transaction, id_: str) -> Entry | None:
    """Return the entry with an id; None where there is none."""
    if not is_id(id_):
        return None
    rows = transaction.rows(_WITH_ID, id_=bytes.fromhex(id_))
    return next((decoded_entry(row.position, row.bytes) for row in rows), None)


def with_ids_among(transaction: Transaction, low: bytes, high: bytes, limit: int) -> list[Entry]:
    """Return the first entries whose ids are between these two, at most `limit`."""
    rows = transaction.rows(_WITH_IDS_AMONG, low=low, high=high, most=limit)
    return [decoded_entry(row.position, row.bytes) for row in rows]


def at(transaction: Transaction, positions: Iterable[int]) -> dict[int, Entry]:
    """Return the entries at these positions, from the cache where it has them."""
    cache, positions = transaction.cache.entries, list(positions)
    found = {position: entry for position in positions if (entry := cache.get(position))}
    for row in transaction.rows_for(_AT, ((each,) for each in positions if each not in found)):
        found[row.position] = decoded_entry(row.position, row.bytes)
        cache.keep(row.position, found[row.position])
    return found


def alias_names(transaction: Transaction, upto: int) -> dict[str, list[str]]:
    """Return the aliases of each mission up to a position, in order."""
    found: dict[str, list[str]] = {}
    for row in transaction.rows(_ALIASES, upto=upto):
        found.setdefault(row.mission, []).append(row.name)
    return found


def each_once(column: sa.Column[str]) -> sa.Select[tuple[str]]:
    """Return a query for the distinct names in a column: an index seek for each, no full scan."""
    names = select(func.min(column).label("name")).cte("names", recursive=True)
    following = select(func.min(column)).where(column > names.c.name).scalar_subquery()
    names = names.union_all(select(following).where(names.c.name.is_not(None)))
    return select(names.c.name).where(names.c.name.is_not(None))


def source_ids(transaction: Transaction) -> list[str]:
    """Return the ids of the sources that are described, in order."""
    return [row.describes for row in transaction.rows(_DESCRIBED)]


def recorded_at(transaction: Transaction, position: int) -> int | None:
    """Return when the last entry up to a position that can be read was recorded; None for none.

    In microseconds since 1970 UTC.
    """
    moment: int | None = transaction.scalar(_RECORDED_AT, position=position)
    return moment


def last_recorded_by(transaction: Transaction, moment: int) -> int:
    """Return the last position recorded at or before a moment; 0 where there is none."""
    runs = _runs(transaction)
    if runs is None:
        return transaction.scalar(_LAST_RECORDED_BY, moment=moment) or 0
    return next((run[at - 1] for run in runs if (at := _reached(transaction, run, moment))), 0)


def recorded_then(transaction: Transaction, moment: int) -> list[Entry]:
    """Return the entries recorded at one moment."""
    positions: list[int] = []
    runs = _runs(transaction)
    if runs is None:
        positions += [row.position for row in transaction.rows(_RECORDED_THEN, moment=moment)]
    for run in runs or ():
        back = reversed(run[: _reached(transaction, run, moment)])
        positions += takewhile(lambda at: recorded_at(transaction, at) == moment, back)
    found = at(transaction, positions)
    return [found[position] for position in sorted(found)]


def _runs(transaction: Transaction) -> list[range] | None:
    """Return the runs of positions whose recorded times do not decrease, the last run first.

    Usually there is one. None from MANY_RUNS on, as when two writers with different clocks
    alternate.
    """
    end = last_position(transaction)
    found = [row.position for row in transaction.rows(_SETBACKS, end=end)]
    runs = []
    for first in [*found, 1]:
        runs.append(range(first, end + 1))
        end = first - 1
    return runs if len(found) < MANY_RUNS else None


def _reached(transaction: Transaction, run: range, moment: int) -> int:
    """Return how many positions of a run were recorded at or before a moment."""

    def recorded(position: int) -> int:
        found = recorded_at(transaction, position)
        return moment if found is None else found

    return bisect_right(run, moment, key=recorded)


def described(transaction: Transaction, names: Iterable[str], upto: int) -> list[Entry]:
    """Return the entries up to a position that describe these sources."""
    return [entry for entry, _ in _describing_each(transaction, names) if entry.position <= upto]


def published(transaction: Transaction, names: Iterable[str], upto: int) -> dict[str, Publication]:
    """Return the publications of the sources described up to a position, by name."""
    cache = transaction.cache.sources
    found = {name: cache.get(name) for name in names}
    uncached = [name for name, record in found.items() if record is None]
    for entry, source in _describing_each(transaction, uncached):
        found[source.id] = record = SourceRecord(entry.position, source.publication)
        cache.keep(source.id, record)
    return {
        name: record.publication
        for name, record in found.items()
        if record and record.position <= upto
    }


def _describing_each(
    transaction: Transaction, names: Iterable[str]
) -> Iterator[tuple[Entry, Source]]:
    for row in transaction.rows_for(_DESCRIBING_EACH, ((name,) for name in names)):
        entry = decoded_entry(row.position, row.bytes)
        if not isinstance(entry.content, Source) or entry.content.id != row.name:
            raise index_mismatch(row.position)
        yield entry, entry.content


def index_mismatch(position: int) -> DamagedLedgerError:
    """Return the error for a derived row that does not match the entry at its position."""
    return DamagedLedgerError(
        f"the index does not match the entry at position {position}",
        position=position,
        hint=_VERIFY,
    )
