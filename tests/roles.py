"""The two users of a ledger in PostgreSQL: its owner, and a writer who reads and appends.

    postgresql+psycopg://postgres@/test_1?host=…    the owner: creates, upgrades, rebuilds
    postgresql+psycopg://writer@/test_1?host=…      the writer: in `mission_ledger_writer` only

Tests get the writer's URL. A test that needs the owner's rights requests them explicitly. A ledger
in a file has one user, who is both.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from ledger.storage.postgresql import WRITER as ROLE
from ledger.storage.transaction import Transaction
from projections.record import Record, open_record

OWNER, WRITER = "postgres", "writer"

MAKE_WRITER = f"""
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{WRITER}') THEN
        CREATE ROLE {WRITER} LOGIN IN ROLE {ROLE};
    END IF;
END $$
"""
"""Creates the writer's login; its role exists once there is a ledger on the server."""


def as_user(url: str, user: str) -> str:
    """Return the URL of the same database for another user."""
    return sa.make_url(url).set(username=user).render_as_string(hide_password=False)


def as_owner(place: str | Path) -> str | Path:
    """Return a ledger's location for its owner: another URL, or the same file."""
    return as_user(place, OWNER) if isinstance(place, str) and "://" in place else place


@contextmanager
def owned(store: Record) -> Iterator[Record]:
    """Open an open ledger a second time, as its owner."""
    with open_record(as_owner(store.place), write=True, check=False) as ledger:
        yield ledger


def asked(transaction: Transaction, statement: str) -> list[tuple[object, ...]]:
    """Run a statement in SQL within a transaction; return its rows, if it has any."""
    result = transaction.connection.exec_driver_sql(statement)
    return [tuple(row) for row in result] if result.returns_rows else []


def run(place: str, *statements: str, user: str = OWNER) -> None:
    """Run SQL in a ledger's database in one transaction, as its owner or as another user."""
    engine = sa.create_engine(as_user(place, user), poolclass=sa.NullPool)
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
