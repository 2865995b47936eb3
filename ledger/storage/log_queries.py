"""Looking things up in the log and the table of its entries, within a transaction."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import takewhile

from events.encoding.codec import Entry
from events.encoding.fast_decode import recall
from events.errors import DamagedLedgerError, EventError, MissionLedgerError
from events.source import Publication, Source
from ledger.storage.transaction import Transaction

CHUNK = 500

MANY_RUNS = 100
"""Runs in which the clock went forward, beyond which they are not gone through one by one."""

_ID = re.compile("[0-9a-f]{64}")


def checked_bytes(value: object, position: int | None = None) -> bytes:
    """Return a value that was stored as bytes. Raises DamagedLedgerError for any other.

    SQLite gives back what lies in the file, whatever the column is declared to be.
    """
    if not isinstance(value, bytes):
        where = "beside the log" if position is None else f"at position {position}"
        raise DamagedLedgerError(
            f"there is something other than bytes {where}",
            position=position,
            hint="`mission verify` says what else is wrong",
        )
    return value


def decoded_entry(position: int, raw: object, read: Callable[[bytes], Entry] = recall) -> Entry:
    """Read stored bytes. Raises DamagedLedgerError, naming the position.

    What was in the log before is recalled; `decode` checks its schema as well.
    """
    try:
        entry = read(checked_bytes(raw, position))
    except EventError as error:
        raise DamagedLedgerError(
            f"the entry at position {position} cannot be read: {error.message}",
            position=position,
            hint=error.hint or "`mission verify` says what else is wrong",
        ) from None
    if entry.position != position or position < 1:
        raise DamagedLedgerError(
            f"the entry at position {position} says that it is number {entry.position}",
            position=position,
            hint="`mission verify` says what else is wrong",
        )
    return entry


@contextmanager
def sound_index(place: str) -> Iterator[None]:
    """Take what no value of the claims index can lead to for damage. Raises DamagedLedgerError."""
    try:
        yield
    except MissionLedgerError:
        raise
    except _NOT_OURS as error:
        raise DamagedLedgerError(
            f"{place}: the claims index beside the log is damaged ({error})",
            hint="`mission verify` says where, and `mission rebuild` makes it anew",
        ) from None


_NOT_OURS = (TypeError, ValueError, ArithmeticError, LookupError, AttributeError)


def last_position(transaction: Transaction) -> int:
    """Return where the log ends."""
    return transaction.query("SELECT max(position) FROM log")[0][0] or 0


def entries_where(
    transaction: Transaction, condition: str, values: Sequence[object]
) -> Iterator[Entry]:
    """Yield the entries of which a condition on the table of entries (`e`) is so, in order."""
    rows = transaction.query(
        "SELECT l.position, l.bytes FROM entries e JOIN log l ON l.position = e.position"  # noqa: S608
        f" WHERE {condition} ORDER BY e.position",
        values,
    )
    return (decoded_entry(*row) for row in rows)


def known(transaction: Transaction, ids: Iterable[str]) -> frozenset[str]:
    """Return those of these ids that are in the log."""
    rows = transaction.query_for(
        "SELECT e.id FROM wanted w CROSS JOIN entries e WHERE e.id = w.id AND e.position > 0",
        ("id",),
        ((bytes.fromhex(id_),) for id_ in ids),
    )
    return frozenset(checked_bytes(id_).hex() for (id_,) in rows)


def source(transaction: Transaction, id_: str) -> Source | None:
    """Return the source that goes by an id."""
    found = _describing(transaction, id_)
    return found[1] if found else None


def publication(transaction: Transaction, id_: str) -> tuple[int, Publication] | None:
    """Return where a source is described, and when it was made public."""
    found = _describing(transaction, id_)
    return (found[0], found[1].publication) if found else None


def _describing(transaction: Transaction, id_: str) -> tuple[int, Source] | None:
    entry = next(entries_where(transaction, "e.describes = ?", [id_]), None)
    if entry is None or not isinstance(entry.content, Source):
        return None
    return entry.position, entry.content


def is_id(text: str) -> bool:
    """Whether this is a whole id, as one entry names another by."""
    return _ID.fullmatch(text) is not None


def with_id(transaction: Transaction, id_: str) -> Entry | None:
    """Return the entry that has an id; None for what is none."""
    if not is_id(id_):
        return None
    return next(entries_where(transaction, "e.id = ?", [bytes.fromhex(id_)]), None)


def with_ids_among(transaction: Transaction, low: bytes, high: bytes, limit: int) -> list[Entry]:
    """Return the first entries, so many at most, whose ids lie between these two."""
    # Positions begin at 1: nothing that lies before is part of the log.
    rows = transaction.query(
        "SELECT l.position, l.bytes FROM entries e JOIN log l ON l.position = e.position"
        " WHERE e.id BETWEEN ? AND ? AND e.position > 0 ORDER BY e.position LIMIT ?",
        [low, high, limit],
    )
    return [decoded_entry(*row) for row in rows]


def at(transaction: Transaction, positions: Iterable[int]) -> dict[int, Entry]:
    """Return the entries at these positions; what was read lately is not read again."""
    kept, wanted = transaction.cache.entries, list(positions)
    found = {position: entry for position in wanted if (entry := kept.get(position))}
    rows = transaction.query_for(
        "SELECT l.position, l.bytes FROM wanted w CROSS JOIN log l WHERE l.position = w.position",
        ("position",),
        ((position,) for position in wanted if position not in found),
    )
    for position, raw in rows:
        found[position] = decoded_entry(position, raw)
        kept.keep(position, found[position])
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
    """Return the names that missions were given up to a position, in order."""
    given: dict[str, list[str]] = {}
    query = "SELECT mission, name FROM aliases WHERE position <= ? ORDER BY name"
    for mission, name in transaction.query(query, [upto]):
        given.setdefault(mission, []).append(name)
    return given


_EACH_ONCE = (
    "WITH RECURSIVE m(name) AS (SELECT min({0}) FROM {1} UNION ALL"
    " SELECT (SELECT min(c.{0}) FROM {1} c WHERE c.{0} > m.name) FROM m"
    " WHERE m.name IS NOT NULL) SELECT name FROM m WHERE name IS NOT NULL"
)
"""Each name in a column once, found by leaping from one to the next."""

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
    """Return when an entry was recorded, in microseconds since 1970 UTC."""
    rows = transaction.query("SELECT recorded_at FROM entries WHERE position = ?", [position])
    if not rows:
        raise DamagedLedgerError(
            f"the index beside the log lacks position {position}",
            position=position,
            hint="`mission rebuild` makes it anew",
        )
    moment: int = rows[0][0]
    return moment


def last_recorded_by(transaction: Transaction, moment: int) -> int:
    """Return the last position recorded by a moment; 0 where there is none."""
    runs = _runs(transaction)
    if runs is None:
        # Plus nothing: else SQLite answers max(position) by reading from the end.
        query = "SELECT max(position + 0) FROM entries WHERE recorded_at <= ?"
        return transaction.query(query, [moment])[0][0] or 0
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
    """Return the runs of positions in which the clock went forward, the last one first.

    Mostly there is one. None where there are MANY_RUNS: two whose clocks differ take turns.
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
    """Return how many positions of a run were recorded by a moment."""
    return bisect_right(run, moment, key=lambda at: recorded_at(transaction, at))


def hashes_at(transaction: Transaction, places: Iterable[int]) -> dict[int, bytes]:
    """Return those hashes of nodes of the Merkle tree that are there, by place."""
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
    """Return when sources came out that are described up to a position, by name."""
    kept = transaction.cache.sources
    found = {name: kept.get(name) for name in names}
    unknown = [name for name, there in found.items() if there is None]
    for entry, source in _describing_each(transaction, unknown):
        found[source.id] = entry.position, source.publication
        kept.keep(source.id, (entry.position, source.publication))
    return {name: there[1] for name, there in found.items() if there and there[0] <= upto}


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
    """Return what is said where the index's word for an entry is not what the entry is."""
    return DamagedLedgerError(
        f"the index beside the log says of position {position} what the entry there does not",
        position=position,
        hint="`mission verify` says what else is wrong",
    )
