"""What is derived from the log and kept beside it: written with each append, and made anew.

The tables are `entries`, `aliases` and `tree` (`ledger.tables`). Nothing here is ever the only
place where something stands.
"""

from collections.abc import Iterable, Iterator, Sequence

import sqlalchemy as sa

from events.codec import Entry, decode
from events.errors import DamagedLedgerError, EventError
from ledger.merkle import Tree, grown, leaf_hash, peaks_of
from ledger.rows import alias_rows, entry_row
from ledger.tables import DERIVED, aliases, entries, log, tree

CHUNK = 500


def insert(connection: sa.Connection, table: sa.Table, rows: Sequence[tuple[object, ...]]) -> None:
    """Insert whole rows, given in the order of the table's columns.

    The driver is called directly: in bulk, SQLAlchemy's handling of parameters costs as much
    as the database's own work.
    """
    if rows:
        mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
        marks = ", ".join([mark] * len(table.columns))
        connection.exec_driver_sql(f"INSERT INTO {table.name} VALUES ({marks})", list(rows))  # noqa: S608


def add(connection: sa.Connection, made: Sequence[Entry], before: Tree) -> Tree:
    """Add to the derived tables what new entries bring; return the tree that has grown."""
    after, nodes = grown(before, [leaf_hash(entry.raw) for entry in made])
    insert(connection, entries, [entry_row(entry) for entry in made])
    insert(connection, tree, nodes)
    for (name, mission), position in alias_rows(made).items():
        there = sa.select(aliases.c.name).where(
            aliases.c.name == name, aliases.c.mission == mission
        )
        if connection.execute(there).first() is None:
            insert(connection, aliases, [(name, mission, position)])
    return after


def rebuild(connection: sa.Connection) -> None:
    """Make every derived table anew from the log. Raises DamagedLedgerError."""
    for table in reversed(DERIVED):
        connection.execute(sa.delete(table))
    grown_so_far = Tree()
    for chunk in _chunks(connection):
        grown_so_far = add(connection, chunk, grown_so_far)


def tree_of(connection: sa.Connection, size: int) -> Tree:
    """Return the tree over the first `size` entries. Raises DamagedLedgerError."""
    wanted = peaks_of(size)
    if not wanted:
        return Tree()
    found = {
        (level, number): bytes(hash_)
        for level, number, hash_ in connection.execute(_NODES, {"wanted": wanted})
    }
    if len(found) != len(wanted):
        raise DamagedLedgerError(
            "the Merkle tree beside the log lacks nodes", hint="`mission rebuild` makes it anew"
        )
    return Tree(size, tuple(found[each] for each in wanted))


_NODES = sa.select(tree).where(
    sa.tuple_(tree.c.level, tree.c.number).in_(sa.bindparam("wanted", expanding=True))
)


def understood(position: int, raw: bytes) -> Entry:
    """Decode stored bytes. Raises DamagedLedgerError, naming the position."""
    try:
        entry = decode(raw)
    except EventError as error:
        raise DamagedLedgerError(
            f"the entry at position {position} cannot be read: {error.message}",
            position=position,
            hint=error.hint or "`mission verify` says what else is wrong",
        ) from None
    if entry.position != position:
        raise DamagedLedgerError(
            f"the entry at position {position} says that it is number {entry.position}",
            position=position,
            hint="`mission verify` says what else is wrong",
        )
    return entry


def _chunks(connection: sa.Connection) -> Iterator[list[Entry]]:
    after = 0
    while True:
        query = (
            sa.select(log.c.position, log.c.bytes)
            .where(log.c.position > after)
            .order_by(log.c.position)
            .limit(CHUNK)
        )
        chunk = [understood(position, bytes(raw)) for position, raw in connection.execute(query)]
        if not chunk:
            return
        yield chunk
        after = chunk[-1].position


def known(connection: sa.Connection, ids: Iterable[str]) -> frozenset[str]:
    """Return those of these ids that are in the log."""
    wanted = [bytes.fromhex(id_) for id_ in ids]
    found: set[str] = set()
    for start in range(0, len(wanted), CHUNK):
        query = sa.select(entries.c.id).where(entries.c.id.in_(wanted[start : start + CHUNK]))
        found.update(bytes(id_).hex() for id_ in connection.execute(query).scalars())
    return frozenset(found)
