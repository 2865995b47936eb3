"""Tamper with a ledger's file, bypassing its triggers."""

import sqlite3
from contextlib import closing
from pathlib import Path

from events.catalogue import CommandAttested
from events.encoding.codec import decode, encode, write
from ledger.merkle.tree import Tree, grow, leaf_hash


def tamper(path: Path, *statements: str, **values: object) -> None:
    """Run SQL on a ledger with its triggers dropped, and create them again afterwards."""
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        triggers = raw.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
        triggers = triggers.fetchall()
        for name, _ in triggers:
            raw.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            raw.execute(statement, values)
        for _, definition in triggers:
            raw.execute(definition)


def forged(path: Path) -> None:
    """Replace the third event by another valid entry, and change nothing else."""
    with closing(sqlite3.connect(path)) as raw:
        (stored,) = raw.execute("SELECT bytes FROM log WHERE position = 3").fetchone()
    old = decode(stored)
    assert isinstance(old.content, CommandAttested)
    new = write(old.content.model_copy(update={"by": "ITA"}))
    forgery = encode(new, 3, old.recorded_at, "anna", old.announcement).raw
    tamper(path, "UPDATE log SET bytes = :put WHERE position = 3", put=forgery)


def fit_tree(path: Path, *, leaves: bool = True) -> None:
    """Make the peaks, and unless told otherwise the leaves, of a small tree fit the stored log."""
    with closing(sqlite3.connect(path)) as raw:
        rows = raw.execute("SELECT bytes FROM log ORDER BY position").fetchall()
        hashes = [leaf_hash(entry) for (entry,) in rows]
        if leaves:
            raw.execute("DELETE FROM leaf")
            raw.executemany("INSERT INTO leaf VALUES (?, ?)", enumerate(hashes, 1))
        peaks = b"".join(grow(Tree(), hashes)[0].peaks)
        raw.execute("UPDATE tree SET size = ?, peaks = ?", (len(hashes), peaks))
        raw.commit()
