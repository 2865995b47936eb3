"""Queries on the log and its derived tables, within a transaction."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import takewhile

from events.encoding.codec import Entry
from events.encoding.fast_decode import fast_decode
from events.errors import DamagedLedgerError, EventError, MissionLedgerError
from events.source import Publication, Source
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
            f"{place}: the claims index is damaged ({error})",
            hint="find the damage with `mission verify`, and rebuild the index with"
            " `mission rebuild`",
        ) from None


_VERIFY = "check the whole ledger with `mission verify`"
_FROM_DAMAGED_ROWS = (TypeError, ValueError, ArithmeticError, LookupError, AttributeError)


def last_position(transaction: Transaction) -> int:
    """Return the last position of the log; 0 where it is empty."""
    return transaction.scalar("SELECT max(position) FROM log") or 0


def entries_where(
    transaction: Transaction, condition: str, values: Sequence[object]
) -> Iterator[Entry]:
    """Return the entries that meet a condition on their rows in `entries` (`e`), in order."""
    rows = transaction.query(
        "SELECT l.position, l.bytes FROM entries e JOIN log l ON l.position = e.position"  # noqa: S608
        f" WHERE {condition} ORDER BY e.position",
        values,
    )
    return (decoded_entry(*row) for row in rows)


def known(transaction: Transaction, ids: Iterable[str]) -> frozenset[str]:
    """Return which of these ids are in the log."""
    rows = transaction.query_for(
        "SELECT e.id FROM wanted w CROSS JOIN entries e WHERE e.id = w.id AND e.position > 0",
        ("id",),
        ((bytes.fromhex(id_),) for id_ in ids),
    )
    return frozenset(checked_bytes(id_).hex() for (id_,) in rows)


def source(transaction: Transaction, id_: str) -> Source | None:
    """Return the source with an id."""
    _, source = _describing(transaction, id_) or (0, None)
    return source


def publication(transaction: Transaction, id_: str) -> SourceRecord | None:
    """Return the position of the entry that describes a source, and the source's publication."""
    if (found := _describing(transaction, id_)) is None:
        return None
    position, source = found
    return SourceRecord(position, source.publication)


def _describing(transaction: Transaction, id_: str) -> tuple[int, Source] | None:
    entry = next(entries_where(transaction, "e.describes = ?", [id_]), None)
    if entry is None or not isinstance(entry.content, Source):
        return None
    return entry.position, entry.content


def is_id(text: str) -> bool:
    """Whether a text is a whole id of an entry: 64 hexadecimal digits in lower case."""
    return _ID.fullmatch(text) is not None


def with_id(transaction: Transaction, id_: str) -> Entry | None:
    """Return the entry with an id; None where there is none."""
    if not is_id(id_):
        return None
    return next(entries_where(transaction, "e.id = ?", [bytes.fromhex(id_)]), None)


def with_ids_among(transaction: Transaction, low: bytes, high: bytes, limit: int) -> list[Entry]:
    """Return the first entries whose ids are between these two, at most `limit`."""
    # Positions begin at 1; rows before that are not part of the log.
    rows = transaction.query(
        "SELECT l.position, l.bytes FROM entries e JOIN log l ON l.position = e.position"
        " WHERE e.id BETWEEN ? AND ? AND e.position > 0 ORDER BY e.position LIMIT ?",
        [low, high, limit],
    )
    return [decoded_entry(*row) for row in rows]


def at(transaction: Transaction, positions: Iterable[int]) -> dict[int, Entry]:
    """Return the entries at these positions, from the cache where it has them."""
    cache, positions = transaction.cache.entries, list(positions)
    found = {position: entry for position in positions if (entry := cache.get(position))}
    rows = transaction.query_for(
        "SELECT l.position, l.bytes FROM wanted w CROSS JOIN log l WHERE l.position = w.position",
        ("position",),
        ((position,) for position in positions if position not in found),
    )
    for position, raw in rows:
        found[position] = decoded_entry(position, raw)
        cache.keep(position, found[position])
    return found


def of_mission(transaction: Transaction, mission: str, upto: int) -> tuple[Entry, ...]:
    """Return a mission's events in order."""
    rows = transaction.query(
        "SELECT l.position, l.bytes FROM claims c JOIN log l ON l.position = c.position"
        " WHERE c.mission = ? AND c.more = 0 AND c.position BETWEEN 1 AND ?",
        [mission, upto],
    )
    return tuple(decoded_entry(*row) for row in sorted(dict(rows).items()))


def aliases(transaction: Transaction, upto: int) -> dict[str, list[str]]:
    """Return the aliases of each mission up to a position, in order."""
    found: dict[str, list[str]] = {}
    query = "SELECT mission, name FROM aliases WHERE position <= ? ORDER BY name"
    for mission, name in transaction.query(query, [upto]):
        found.setdefault(mission, []).append(name)
    return found


_EACH_ONCE = (
    "WITH RECURSIVE m(name) AS (SELECT min({0}) FROM {1} UNION ALL"
    " SELECT (SELECT min(c.{0}) FROM {1} c WHERE c.{0} > m.name) FROM m"
    " WHERE m.name IS NOT NULL) SELECT name FROM m WHERE name IS NOT NULL"
)
"""The distinct names in a column: an index seek for each, not a scan of all rows."""

_MISSIONS = _EACH_ONCE.format("mission", "claims")
_PARTIES = _EACH_ONCE.format("party", "parties")


def missions(transaction: Transaction) -> list[str]:
    """Return the short names of all missions, in order."""
    return [mission for (mission,) in transaction.query(_MISSIONS)]


def parties(transaction: Transaction) -> list[str]:
    """Return the nations and bodies that claims name, in order."""
    return [party for (party,) in transaction.query(_PARTIES)]


def source_ids(transaction: Transaction) -> list[str]:
    """Return the ids of the sources that are described, in order."""
    query = "SELECT describes FROM entries WHERE describes IS NOT NULL ORDER BY describes"
    return [name for (name,) in transaction.query(query)]


def recorded_at(transaction: Transaction, position: int) -> int:
    """Return when an entry was recorded: microseconds since 1970 UTC. Raises DamagedLedgerError."""
    rows = transaction.query("SELECT recorded_at FROM entries WHERE position = ?", [position])
    if not rows:
        raise DamagedLedgerError(
            f"the table `entries` lacks position {position}",
            position=position,
            hint="rebuild the derived tables with `mission rebuild`",
        )
    moment: int
    ((moment,),) = rows
    return moment


def last_recorded_by(transaction: Transaction, moment: int) -> int:
    """Return the last position recorded at or before a moment; 0 where there is none."""
    runs = _runs(transaction)
    if runs is None:
        # `+ 0` keeps SQLite from answering max(position) by a search from the end.
        query = "SELECT max(position + 0) FROM entries WHERE recorded_at <= ?"
        return transaction.scalar(query, [moment]) or 0
    return next((run[at - 1] for run in runs if (at := _reached(transaction, run, moment))), 0)


def recorded_then(transaction: Transaction, moment: int) -> list[Entry]:
    """Return the entries recorded at one moment."""
    positions: list[int] = []
    runs = _runs(transaction)
    if runs is None:
        rows = transaction.query("SELECT position FROM entries WHERE recorded_at = ?", [moment])
        positions += [position for (position,) in rows]
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
    setbacks = transaction.query(
        "SELECT position FROM setbacks WHERE position BETWEEN 1 AND ?"
        " ORDER BY position DESC LIMIT ?",
        [end, MANY_RUNS],
    )
    runs = []
    for (first,) in [*setbacks, (1,)]:
        runs.append(range(first, end + 1))
        end = first - 1
    return runs if len(setbacks) < MANY_RUNS else None


def _reached(transaction: Transaction, run: range, moment: int) -> int:
    """Return how many positions of a run were recorded at or before a moment."""
    return bisect_right(run, moment, key=lambda at: recorded_at(transaction, at))


def hashes_at(transaction: Transaction, places: Iterable[int]) -> dict[int, bytes]:
    """Return the stored hashes of nodes of the Merkle tree, by place."""
    rows = transaction.query_for(
        "SELECT t.place, t.hash FROM wanted w CROSS JOIN tree t WHERE t.place = w.place",
        ("place",),
        ((place,) for place in places),
    )
    return {place: checked_bytes(hash_) for place, hash_ in rows}


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
    rows = transaction.query_for(
        "SELECT w.name, l.position, l.bytes FROM wanted w CROSS JOIN entries e CROSS JOIN log l"
        " WHERE e.describes = w.name AND l.position = e.position",
        ("name",),
        ((name,) for name in names),
    )
    for name, position, raw in rows:
        entry = decoded_entry(position, raw)
        if not isinstance(entry.content, Source) or entry.content.id != name:
            raise index_mismatch(position)
        yield entry, entry.content


def index_mismatch(position: int) -> DamagedLedgerError:
    """Return the error for a derived row that does not match the entry at its position."""
    return DamagedLedgerError(
        f"the index does not match the entry at position {position}",
        position=position,
        hint=_VERIFY,
    )
