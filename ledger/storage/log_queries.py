"""Queries on the log and its derived tables, within a transaction."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa
from sqlalchemy import bindparam, func, select

from events.entry import Entry
from events.errors import DamagedLedgerError, EventError, MissionLedgerError
from events.source_description import SourceDescription, described
from ledger.storage import names
from ledger.storage.given_rows import as_given, given_values
from ledger.storage.schema import DESCRIBES, alias, entry, log, name, source
from ledger.storage.transaction import Transaction

if TYPE_CHECKING:
    from events.source import Source

CHUNK = 500
"""Entries read and decoded at once."""

END = 2**63 - 1
"""The last position that there can be."""

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


def decoded_entry(position: int, raw: object) -> Entry:
    """Decode stored bytes. Raises DamagedLedgerError, naming the position."""
    from events.encoding.codec import decode  # noqa: PLC0415 (start-up: it imports pydantic)

    try:
        found = decode(checked_bytes(raw, position))
    except EventError as error:
        raise DamagedLedgerError(
            f"the entry at position {position} cannot be read: {error.message}",
            position=position,
            hint=error.hint or _VERIFY,
        ) from None
    if found.position != position or position < 1:
        raise DamagedLedgerError(
            f"the entry at position {position} states position {found.position}",
            position=position,
            hint=_VERIFY,
        )
    return found


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
    entry, log, entry.c.position == log.c.position
)
_KNOWN = select(entry.c.id).where(entry.c.id.in_(given_values()), entry.c.position > 0)
_WITH_ID = _OF_ENTRIES.where(entry.c.id == bindparam("id_"))
# Positions begin at 1; rows before that are not part of the log.
_WITH_IDS_AMONG = (
    _OF_ENTRIES.where(entry.c.id.between(bindparam("low"), bindparam("high")))
    .where(entry.c.position > 0)
    .order_by(entry.c.position)
    .limit(bindparam("most"))
)
_OF_MISSION = _OF_ENTRIES.where(
    entry.c.mission == bindparam("number"), entry.c.position <= bindparam("upto")
).order_by(entry.c.position)
_AT = select(log).select_from(as_given(log, ["position"]))
_ALIASES = (
    select(name.c.name.label("mission"), alias.c.name)
    .join_from(alias, name, name.c.number == alias.c.mission)
    .where(alias.c.position <= bindparam("upto"))
    .order_by(alias.c.name)
)
_OF_ALIAS = (
    select(name.c.name.label("mission"))
    .join_from(alias, name, name.c.number == alias.c.mission)
    .where(alias.c.name == bindparam("one"))
)
_MISSIONS = (
    select(name.c.name, func.count().label("events"))
    .join_from(entry, name, name.c.number == entry.c.mission)
    .where(entry.c.mission.is_not(None), entry.c.position.between(1, bindparam("upto")))
    .group_by(name.c.number, name.c.name)
    .order_by(name.c.name)
)
_SHORT_NAMES = (
    select(name.c.name)
    .where(sa.exists().where(entry.c.mission == name.c.number, entry.c.mission.is_not(None)))
    .order_by(name.c.name)
)
_NAMED = _SHORT_NAMES.where(name.c.name == bindparam("one"))
_DESCRIBED = (
    select(name.c.name)
    .distinct()
    .join_from(source, name, name.c.number == source.c.number)
    .where(source.c.says == DESCRIBES)
    .order_by(name.c.name)
)
_DESCRIBING_EACH = select(name.c.name, log.c.position, log.c.bytes).select_from(
    as_given(name, ["name"])
    .join(source, sa.and_(source.c.number == name.c.number, source.c.says == DESCRIBES))
    .join(log, log.c.position == source.c.position)
)
_DESCRIBED_AMONG = (
    select(name.c.name)
    .join_from(name, source, source.c.number == name.c.number)
    .where(name.c.name.in_(given_values()), source.c.says == DESCRIBES)
)
_CITING = (
    select(name.c.name)
    .join_from(entry, name, name.c.number == entry.c.mission)
    .where(entry.c.source == bindparam("number"), entry.c.mission.is_not(None))
    .group_by(entry.c.mission, name.c.name)
)
_ABOUT_EACH = select(log.c.position, log.c.bytes).select_from(
    as_given(name, ["name"])
    .join(entry, sa.and_(entry.c.about == name.c.number, entry.c.about.is_not(None)))
    .join(log, log.c.position == entry.c.position)
)
_LAST_RECORDED_BY = (
    select(entry.c.position)
    .where(entry.c.recorded <= bindparam("moment"), entry.c.position > 0)
    .order_by(entry.c.position.desc())
    .limit(1)
)
_RECORDED_THEN = _OF_ENTRIES.where(
    entry.c.recorded == bindparam("moment"), entry.c.position > bindparam("after")
).order_by(entry.c.position)


def last_position(transaction: Transaction) -> int:
    """Return the last position of the log; 0 where it is empty."""
    return transaction.scalar(_LAST) or 0


def known(transaction: Transaction, ids: Iterable[str]) -> frozenset[str]:
    """Return which of these ids are in the log."""
    rows = transaction.rows_among(_KNOWN, map(bytes.fromhex, ids))
    return frozenset(checked_bytes(row.id).hex() for row in rows)


def source_described(transaction: Transaction, id_: str) -> "Source | None":
    """Return the source with an id."""
    contents: Iterator[Any] = (each.content for each in describing(transaction, [id_], END))
    return next(contents, None)


def described_among(transaction: Transaction, ids: Iterable[str]) -> frozenset[str]:
    """Return which of these sources are described."""
    return frozenset(row.name for row in transaction.rows_among(_DESCRIBED_AMONG, ids))


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
    """Return the entries at these positions."""
    rows = transaction.rows_for(_AT, ((each,) for each in positions))
    return {row.position: decoded_entry(row.position, row.bytes) for row in rows}


def of_mission(transaction: Transaction, mission: str, upto: int) -> list[Entry]:
    """Return a mission's events in order, up to a position."""
    number = names.number_of(transaction, mission)
    rows = transaction.rows(_OF_MISSION, number=number, upto=upto) if number else ()
    found = [decoded_entry(row.position, row.bytes) for row in rows]
    if wrong := next((each for each in found if each.mission != mission), None):
        raise index_mismatch(wrong.position)
    return found


def alias_names(transaction: Transaction, upto: int) -> dict[str, list[str]]:
    """Return the aliases of each mission up to a position, in order."""
    found: dict[str, list[str]] = {}
    for row in transaction.rows(_ALIASES, upto=upto):
        found.setdefault(row.mission, []).append(row.name)
    return found


def short_names(transaction: Transaction) -> list[str]:
    """Return the short names of all missions, in order."""
    return [row.name for row in transaction.rows(_SHORT_NAMES)]


def event_counts(transaction: Transaction, upto: int) -> dict[str, int]:
    """Return how many events each mission has up to a position, in order of short name."""
    return {row.name: row.events for row in transaction.rows(_MISSIONS, upto=upto)}


def missions_named(transaction: Transaction, one: str) -> list[str]:
    """Return the missions with this name; a short name takes precedence over an alias."""
    if transaction.rows(_NAMED, one=one):
        return [one]
    return sorted(row.mission for row in transaction.rows(_OF_ALIAS, one=one))


def missions_citing(transaction: Transaction, source_id: str) -> list[str]:
    """Return the missions with an event that a source states, in order."""
    number = names.number_of(transaction, source_id)
    return sorted(row.name for row in transaction.rows(_CITING, number=number)) if number else []


def source_ids(transaction: Transaction) -> list[str]:
    """Return the ids of the sources that are described, in order."""
    return [row.name for row in transaction.rows(_DESCRIBED)]


def last_recorded_by(transaction: Transaction, moment: int) -> int:
    """Return the last position recorded at or before a moment; 0 where there is none.

    The moment is in microseconds since 1970 UTC. Clocks go back at times, so that this reads the
    entries from the end on.
    """
    return transaction.scalar(_LAST_RECORDED_BY, moment=moment) or 0


def recorded_then(transaction: Transaction, moment: int, *, after: int) -> list[Entry]:
    """Return the entries after a position that were recorded at one moment."""
    rows = transaction.rows(_RECORDED_THEN, moment=moment, after=after)
    return [decoded_entry(row.position, row.bytes) for row in rows]


def describing(transaction: Transaction, ids: Iterable[str], upto: int) -> list[Entry]:
    """Return the entries up to a position that describe these sources."""
    rows = transaction.rows_for(_DESCRIBING_EACH, ((each,) for each in ids))
    found = [decoded_entry(row.position, row.bytes) for row in rows if row.position <= upto]
    if wrong := next((each for each in found if each.mission), None):
        raise index_mismatch(wrong.position)
    return found


def about_sources(transaction: Transaction, ids: Iterable[str], upto: int) -> list[Entry]:
    """Return the entries up to a position that correct or withdraw these sources, in order.

    And the retractions of these entries.
    """
    rows = transaction.rows_for(_ABOUT_EACH, ((each,) for each in ids))
    found = {row.position: row.bytes for row in rows if row.position <= upto}
    return [decoded_entry(position, found[position]) for position in sorted(found)]


def descriptions(
    transaction: Transaction, ids: Iterable[str], upto: int
) -> dict[str, SourceDescription]:
    """Return how these sources are described up to a position, without the event models."""
    found: dict[str, SourceDescription] = {}
    for row in transaction.rows_for(_DESCRIBING_EACH, ((each,) for each in ids)):
        if row.position <= upto:
            try:
                data = orjson.loads(checked_bytes(row.bytes, row.position))["data"]
                found[row.name] = described(data)
            except (ValueError, TypeError, LookupError):
                raise index_mismatch(row.position) from None
            if data["id"] != row.name:
                raise index_mismatch(row.position)
    return found


def index_mismatch(position: int) -> DamagedLedgerError:
    """Return the error for a derived row that does not match the entry at its position."""
    return DamagedLedgerError(
        f"the index does not match the entry at position {position}",
        position=position,
        hint=_VERIFY,
    )
