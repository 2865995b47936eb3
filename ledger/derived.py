"""What is derived from the log and kept beside it: written with each append, and made anew.

The tables are `entries`, `aliases` and `tree` (`ledger.tables`). Nothing here is ever the only
place where something stands.
"""

from collections.abc import Iterable, Sequence

from events.codec import Entry, decode
from events.errors import DamagedLedgerError, EventError
from events.source import Source
from ledger.direct import Statements
from ledger.merkle import Tree, grown, leaf_hash, peaks_of
from ledger.rows import alias_rows, entry_row
from ledger.tables import DERIVED, aliases, entries, tree

CHUNK = 500


def add(statements: Statements, made: Sequence[Entry], before: Tree) -> Tree:
    """Add to the derived tables what new entries bring; return the tree that has grown."""
    after, nodes = grown(before, [leaf_hash(entry.raw) for entry in made])
    statements.insert(entries, [entry_row(entry) for entry in made])
    statements.insert(tree, nodes)
    for (name, mission), position in alias_rows(made).items():
        there = "SELECT 1 FROM aliases WHERE name = ? AND mission = ?"
        if not statements.ask(there, [name, mission]):
            statements.insert(aliases, [(name, mission, position)])
    return after


def rebuild(statements: Statements) -> None:
    """Make every derived table anew from the log. Raises DamagedLedgerError."""
    for table in reversed(DERIVED):
        statements.run(f"DELETE FROM {table.name}")  # noqa: S608 (a table of ours)
    so_far = Tree()
    while rows := statements.ask(
        f"SELECT position, bytes FROM log WHERE position > ? ORDER BY position LIMIT {CHUNK}",  # noqa: S608
        [so_far.size],
    ):
        for expected, (position, _) in enumerate(rows, so_far.size + 1):
            if position != expected:
                raise DamagedLedgerError(
                    f"position {expected} is missing from the log",
                    position=expected,
                    hint="keep it as it is, and go back to a copy",
                )
        so_far = add(statements, [understood(at, raw) for at, raw in rows], so_far)


def tree_of(statements: Statements, size: int) -> Tree:
    """Return the tree over the first `size` entries. Raises DamagedLedgerError."""
    wanted = peaks_of(size)
    if not wanted:
        return Tree()
    # Spelled out, since SQLite reads the whole table for (level, number) IN (…).
    either = " OR ".join(["(level = ? AND number = ?)"] * len(wanted))
    rows = statements.ask(
        f"SELECT level, number, hash FROM tree WHERE {either}",  # noqa: S608 (marks only)
        [part for node in wanted for part in node],
    )
    found = {(level, number): checked_bytes(hash_) for level, number, hash_ in rows}
    if len(found) != len(wanted):
        raise DamagedLedgerError(
            "the Merkle tree beside the log lacks nodes", hint="`mission rebuild` makes it anew"
        )
    return Tree(size, tuple(found[each] for each in wanted))


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


def understood(position: int, raw: object) -> Entry:
    """Decode stored bytes. Raises DamagedLedgerError, naming the position."""
    try:
        entry = decode(checked_bytes(raw, position))
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


def last_position(statements: Statements) -> int:
    """Return where the log ends."""
    return statements.ask("SELECT max(position) FROM log")[0][0] or 0


def known(statements: Statements, ids: Iterable[str]) -> frozenset[str]:
    """Return those of these ids that are in the log."""
    wanted = [bytes.fromhex(id_) for id_ in ids]
    found: set[str] = set()
    for start in range(0, len(wanted), CHUNK):
        some = wanted[start : start + CHUNK]
        marks = ", ".join("?" * len(some))
        query = f"SELECT id FROM entries WHERE id IN ({marks})"  # noqa: S608 (marks only)
        found.update(checked_bytes(id_).hex() for (id_,) in statements.ask(query, some))
    return frozenset(found)


def source(statements: Statements, id_: str) -> Source | None:
    """Return the source that goes by an id."""
    rows = statements.ask(
        "SELECT l.position, l.bytes FROM entries e JOIN log l ON l.position = e.position"
        " WHERE e.describes = ?",
        [id_],
    )
    content = understood(*rows[0]).content if rows else None
    return content if isinstance(content, Source) else None
