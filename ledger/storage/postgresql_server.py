"""Ask a PostgreSQL server for its settings, the ledger in it, and the rights of the user."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from events.errors import MissionLedgerError
from ledger.storage.inline_projection import InlineProjection, never_read, tables_of
from ledger.storage.postgresql import LOCK_HOLDER, MARKED
from ledger.storage.postgresql_connections import BUSY_SECONDS, engine_of, reading
from ledger.storage.postgresql_guards import faults
from ledger.storage.postgresql_url import holds_password, shown
from ledger.storage.schema_revision import REVISION
from ledger.storage.transaction import Transaction

SETTINGS = (
    "server_version_num",
    "server_version",
    "fsync",
    "full_page_writes",
    "synchronous_commit",
    "server_encoding",
)


@dataclass(frozen=True, slots=True)
class Server:
    """The facts about a server, a ledger in it, and the connected user.

    `present` is whether the database holds a ledger; `faults` are changes to the protection of the
    log; `unread` are the positions of entries that could not be read when they were put into the
    log; `holder` holds the write lock, "" if nobody does; `encrypted` is None on a local socket.
    """

    place: str
    error: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    present: bool = True
    revisions: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    unread: tuple[int, ...] = ()
    user: str = ""
    superuser: bool = False
    owner: bool = False
    may_insert: bool = True
    may_truncate: bool = False
    standby: bool = False
    holder: str = ""
    encrypted: bool | None = None
    password_in_place: bool = False


def collect(url: sa.URL, projections: Sequence[InlineProjection]) -> Server:
    """Collect the facts from a server in one read-only transaction."""
    place, password_in_place = shown(url), holds_password(url)
    engine = engine_of(url, reading(), poolclass=sa.pool.NullPool)
    try:
        with engine.connect() as connection:
            facts = _query_server(connection, projections)
    except MissionLedgerError as error:
        return Server(place, error=error.message, password_in_place=password_in_place)
    return Server(place, password_in_place=password_in_place, **facts)


def _query_server(
    connection: sa.Connection, projections: Sequence[InlineProjection]
) -> dict[str, Any]:
    def query(statement: str, **values: object) -> sa.CursorResult[Any]:
        return connection.execute(sa.text(statement), values)

    query(f"SET LOCAL statement_timeout = '{BUSY_SECONDS}s'")
    settings = {
        name: query("SELECT current_setting(:name)", name=name).scalar() for name in SETTINGS
    }
    present = bool(query(MARKED).scalar())
    facts = {**query(_ABOUT).mappings().one(), "settings": settings, "present": present}
    if present:
        facts |= query(_LOG).mappings().one()
        facts["faults"] = tuple(faults(connection, tables_of(projections)))
        facts["holder"] = query(_HOLDER).scalar() or ""
        if query("SELECT has_table_privilege('alembic_version', 'SELECT')").scalar():
            rows = query("SELECT version_num FROM alembic_version").scalars()
            facts["revisions"] = tuple(rows)
            if facts["revisions"] == (REVISION,):
                facts["unread"] = tuple(sorted(never_read(Transaction(connection))))
    return facts


_ABOUT = """
SELECT current_user AS user, pg_is_in_recovery() AS standby,
       (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS superuser,
       CASE WHEN inet_client_addr() IS NOT NULL AND NOT inet_client_addr() <<= '127.0.0.0/8'
                 AND inet_client_addr() <> '::1'
            THEN (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()) END AS encrypted
"""
_LOG = """
SELECT pg_has_role(current_user, relowner, 'USAGE') AS owner,
       has_table_privilege('log', 'INSERT') AS may_insert,
       has_table_privilege('log', 'TRUNCATE') AS may_truncate
FROM pg_class WHERE oid = 'log'::regclass
"""
_HOLDER = f"""
SELECT format('%s (user %s, server process %s, since %s UTC)', a.application_name, a.usename,
              a.pid, to_char(a.xact_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'))
{LOCK_HOLDER} LIMIT 1
"""
