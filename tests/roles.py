"""The two users of a ledger in PostgreSQL: its owner, and the one who reads and appends.

    postgresql+psycopg://postgres@/test_1?host=…    the owner: makes, upgrades, rebuilds
    postgresql+psycopg://writer@/test_1?host=…      a member of `mission_ledger_writer` only

Tests are given the writer's URL. A test that needs the owner's rights asks for them by name. A
ledger in a file has one user, who is both.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from ledger.backends import open_store
from ledger.storage.postgresql import WRITER as ROLE
from ledger.storage.sql_store import SqlStore

OWNER, WRITER = "postgres", "writer"

MAKE_WRITER = f"""
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{WRITER}') THEN
        CREATE ROLE {WRITER} LOGIN IN ROLE {ROLE};
    END IF;
END $$
"""
"""Makes the writer's login, once there is a ledger on the server and so the role it is in."""


def as_user(url: str, user: str) -> str:
    """Return the URL of the same database for another user."""
    return sa.make_url(url).set(username=user).render_as_string(hide_password=False)


def as_owner(place: str | Path) -> str | Path:
    """Return where the owner of a ledger finds it: another URL, or the same file."""
    return as_user(place, OWNER) if isinstance(place, str) and "://" in place else place


@contextmanager
def owned(store: SqlStore) -> Iterator[SqlStore]:
    """Open a ledger that is open already once more, as its owner."""
    with open_store(as_owner(store.place), write=True) as ledger:
        yield ledger


def run(place: str, *statements: str, user: str = OWNER) -> None:
    """Run SQL in a ledger's database in one transaction, as its owner or as another user."""
    engine = sa.create_engine(as_user(place, user), poolclass=sa.NullPool)
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
