"""Look up missions, and what claims name, in the tables of the claims."""

from collections.abc import Sequence

from sqlalchemy import bindparam, func, select

from events.bearings import PeriodKey
from events.encoding.codec import Entry
from ledger.storage.log_queries import decoded_entry, each_once
from ledger.storage.schema import aliases, log
from ledger.storage.transaction import Transaction
from projections.claims_table.tables import citations, claims, parties, periods

_ENTRIES = (
    select(log.c.position, log.c.bytes)
    .join_from(claims, log, log.c.position == claims.c.position)
    .where(claims.c.mission == bindparam("mission"), claims.c.more == 0)
    .where(claims.c.position.between(1, bindparam("upto")))
)
_SHORT_NAMES = each_once(claims.c.mission)
_PARTIES = each_once(parties.c.party)
_PERIODS = (
    select(periods.c.facet, periods.c.key, periods.c.period)
    .where(periods.c.mission == bindparam("mission"))
    .order_by(periods.c.facet, periods.c.key, periods.c.period)
)
_CITING = (
    select(citations.c.mission)
    .where(citations.c.source == bindparam("source"))
    .order_by(citations.c.mission)
)
_COUNTS = (
    select(claims.c.mission, func.count().label("events"))
    .where(claims.c.more == 0, claims.c.position.between(1, bindparam("upto")))
    .group_by(claims.c.mission)
    .order_by(claims.c.mission)
)
_BY_SHORT_NAME = (
    select(claims.c.mission)
    .where(claims.c.mission == bindparam("mission"), claims.c.position > 0)
    .limit(1)
)
_BY_ALIAS = (
    select(aliases.c.mission)
    .where(aliases.c.name == bindparam("alias"))
    .order_by(aliases.c.mission)
)


def entries_of(transaction: Transaction, mission: str, upto: int) -> tuple[Entry, ...]:
    """Return a mission's events in order."""
    rows = transaction.rows(_ENTRIES, mission=mission, upto=upto)
    found = {row.position: row.bytes for row in rows}
    return tuple(decoded_entry(*each) for each in sorted(found.items()))


def short_names(transaction: Transaction) -> list[str]:
    """Return the short names of all missions, in order."""
    return [row.name for row in transaction.rows(_SHORT_NAMES)]


def parties_named(transaction: Transaction) -> list[str]:
    """Return the nations and bodies that claims name, in order."""
    return [row.name for row in transaction.rows(_PARTIES)]


def periods_of(transaction: Transaction, mission: str) -> list[PeriodKey]:
    """Return the periods of a mission that any claim bears on, in order."""
    rows = transaction.rows(_PERIODS, mission=mission)
    return [(row.facet, row.key, row.period) for row in rows]


def citing(transaction: Transaction, source: str) -> list[str]:
    """Return the missions with an event that rests on a source, in order."""
    return [row.mission for row in transaction.rows(_CITING, source=source)]


def event_counts(transaction: Transaction, upto: int) -> dict[str, int]:
    """Return how many events each mission has up to a position, in order of short name."""
    return {row.mission: row.events for row in transaction.rows(_COUNTS, upto=upto)}


def named(transaction: Transaction, name: str) -> Sequence[str]:
    """Return the missions with this name; a short name takes precedence over an alias."""
    if transaction.rows(_BY_SHORT_NAME, mission=name):
        return [name]
    return [row.mission for row in transaction.rows(_BY_ALIAS, alias=name)]
