"""Somebody who may write to a ledger's file, and goes round what protects it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from events.catalogue import CommandAttested
from events.encoding.codec import decode, encode, write


def tamper(path: Path, *statements: str, **values: object) -> None:
    """Run SQL on a ledger with its triggers out of the way, and put them back after."""
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        triggers = raw.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
        triggers = triggers.fetchall()
        for name, _ in triggers:
            raw.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            raw.execute(statement, values)
        for _, made in triggers:
            raw.execute(made)


def forged(path: Path) -> None:
    """Put another event in the place of the third, whole in itself; leave all else as it is."""
    with closing(sqlite3.connect(path)) as raw:
        (bytes_,) = raw.execute("SELECT bytes FROM log WHERE position = 3").fetchone()
    old = decode(bytes_)
    assert isinstance(old.content, CommandAttested)
    new = write(old.content.model_copy(update={"by": "ITA"}))
    put = encode(new, 3, old.recorded_at, "anna", old.announcement).raw
    tamper(path, "UPDATE log SET bytes = :put WHERE position = 3", put=put)
