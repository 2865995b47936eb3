"""Flip one bit of a ledger's file: in a value of a table, or in a page of a table.

A value keeps its type and, if it is a number, its size in the file. It is changed by SQL with the
triggers dropped, so that the database's structure stays valid.
"""

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from tests.tampering import tamper

WIDTHS = (1, 2, 3, 4, 6, 8)
"""The sizes in bytes in which SQLite stores integers."""


def flip_value(place: Path, table: sa.Table, column: str, chance: random.Random) -> str:
    """Flip a bit of one value of a column; return which, or empty if none can be flipped."""
    names = [key.name for key in table.primary_key]
    keys = ", ".join(names)
    with closing(sqlite3.connect(place)) as raw:
        rows = raw.execute(
            f"SELECT {column}, {keys} FROM {table.name} WHERE {column} IS NOT NULL ORDER BY {keys}"
        ).fetchall()
    if not rows:
        return ""
    old, *key = chance.choice(rows)
    new = _flipped(old, chance)
    put = "CAST(:new AS TEXT)" if isinstance(old, str) else ":new"
    same = " AND ".join(f"{name} = :{name}_" for name in names)
    statement = f"UPDATE {table.name} SET {column} = {put} WHERE {same}"
    try:
        named = {f"{name}_": value for name, value in zip(names, key, strict=True)}
        tamper(place, statement, new=new, **named)
    except sqlite3.IntegrityError:
        return ""
    return f"{table.name}.{column} of {key}: {old!r} became {new!r}"


def _flipped(value: str | bytes | int, chance: random.Random) -> bytes | int:
    """Return a value with one bit flipped; a text as its bytes."""
    if isinstance(value, int):
        if value in (0, 1):
            return 1 - value  # SQLite stores these two in the row's header
        width = next(size for size in WIDTHS if -(1 << 8 * size - 1) <= value < 1 << 8 * size - 1)
        bits = value.to_bytes(width, signed=True)
    else:
        bits = value.encode() if isinstance(value, str) else value
    if not bits:
        return bits
    changed = bytearray(bits)
    changed[chance.randrange(len(bits))] ^= 1 << chance.randrange(8)
    return int.from_bytes(changed, signed=True) if isinstance(value, int) else bytes(changed)


def flip_page(place: Path, table: sa.Table, chance: random.Random) -> str:
    """Flip a bit of a page of a table or its indexes; empty if SQLite has no dbstat."""
    named = "SELECT name FROM sqlite_schema WHERE tbl_name = ?"
    query = f"SELECT name, pageno, pgsize FROM dbstat WHERE name IN ({named}) ORDER BY 2"
    with closing(sqlite3.connect(place)) as raw:
        try:
            pages = raw.execute(query, [table.name]).fetchall()
        except sqlite3.OperationalError as error:
            if "no such table" not in str(error):
                raise
            return ""  # dbstat is not compiled in
    name, page, size = chance.choice(pages)
    at, bit = (page - 1) * size + chance.randrange(size), chance.randrange(8)
    contents = bytearray(place.read_bytes())
    contents[at] ^= 1 << bit
    place.write_bytes(contents)
    return f"bit {bit} of byte {at}, in a page of {name}"
