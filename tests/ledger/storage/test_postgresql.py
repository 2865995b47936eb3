"""What a ledger in PostgreSQL promises beyond the contract, of roles, triggers and lost servers."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from alembic import command

from events.catalogue import CommandAttested, StrengthReported
from events.errors import (
    BusyLedgerError,
    NewerLedgerError,
    NoLedgerError,
    NotALedgerError,
    OlderLedgerError,
    ReadOnlyLedgerError,
    StoreError,
    UnreachableError,
)
from ledger.backends import exists
from ledger.log import Batch
from ledger.shipped import load
from ledger.storage import postgresql, postgresql_connections, retry
from ledger.storage.inline_projection import tables_of
from ledger.storage.migrate import _config
from ledger.storage.postgresql_guards import triggers_of
from ledger.storage.schema_revision import REVISION, REVISIONS
from ledger.storage.transaction import Transaction
from ledger.upkeep.upgrade import upgrade
from ledger.upkeep.verify import verify
from projections.question import DayQuestion, SpanQuestion
from projections.record import PROJECTIONS, create_record, missing_grants, open_record
from tests.postgres import Server, append, running_server
from tests.roles import WRITER, as_owner, as_user, run


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log SET bytes = 'x' WHERE position = 1",
        "UPDATE log SET position = 9",
        "DELETE FROM log",
        "TRUNCATE log",
        "TRUNCATE log CASCADE",
        "INSERT INTO log VALUES (1, 'x') ON CONFLICT (position) DO UPDATE SET bytes = 'x'",
        "INSERT INTO log VALUES (1, 'x')",
        "INSERT INTO log VALUES (3, 'x')",
        "INSERT INTO log VALUES (0, 'x')",
        "INSERT INTO log VALUES (2, 'x'), (4, 'x')",
        "MERGE INTO log USING (SELECT 1 AS p) AS s ON log.position = s.p"
        " WHEN MATCHED THEN UPDATE SET bytes = 'x'",
    ],
)
@pytest.mark.parametrize("replication", ["origin", "replica"])
def test_the_database_refuses_changes(url: str, statement: str, replication: str) -> None:
    """UPDATE, DELETE, TRUNCATE and gaps are refused even to the owner, even as a replica."""
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        run(url, f"SET LOCAL session_replication_role = {replication}", statement)
    with open_record(url) as store:
        assert [position for position, _ in store.stored()] == [1]


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DROP TRIGGER log_no_change ON log", "trigger log_no_change is missing"),
        ("ALTER TABLE log ENABLE TRIGGER log_no_truncate", "not enabled ALWAYS"),
        (
            "CREATE OR REPLACE FUNCTION log_is_append_only() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN RETURN coalesce(NEW, OLD); END $$",
            "function log_is_append_only",
        ),
        (
            "CREATE OR REPLACE TRIGGER log_no_change BEFORE UPDATE ON log"
            " FOR EACH ROW EXECUTE FUNCTION log_is_append_only();"
            "ALTER TABLE log ENABLE ALWAYS TRIGGER log_no_change",
            "trigger log_no_change was altered",
        ),
        ("DROP INDEX entry_by_id", "index entry_by_id is missing"),
        ("CREATE RULE r AS ON INSERT TO log DO INSTEAD NOTHING", "rules"),
        ("ALTER TABLE log SET UNLOGGED", "lost in a crash"),
        ("ALTER TABLE entry ENABLE ROW LEVEL SECURITY", "row security"),
    ],
)
def test_what_protects_the_log_is_looked_at(url: str, statement: str, said: str) -> None:
    """Whatever the owner took away or changed of what protects the log is named."""
    with open_record(url) as store:
        assert list(store.faults()) == []
        run(url, statement)
        found = "; ".join(store.faults())
    assert said in found


def test_an_upgrade_that_fails_changes_nothing(url: str) -> None:
    """A ledger that cannot be brought up to date stays as it is, and says that it is older."""
    run(url, "UPDATE alembic_version SET version_num = '0001'")  # with the tables of 0002
    owners = str(as_owner(url))
    for act in (open_record, partial(upgrade, projections=PROJECTIONS)):
        with pytest.raises(StoreError):
            act(owners)
    with pytest.raises(OlderLedgerError):
        open_record(url)
    run(url, f"UPDATE alembic_version SET version_num = '{REVISION}'")
    assert upgrade(owners, PROJECTIONS) == (REVISION, REVISION)
    with open_record(url) as store:
        assert [position for position, _ in store.stored()] == [1]


DERIVED_OF_0006 = {
    "entry": "position bigint, id bytea, mission bigint, source bigint, recorded bigint",
    "leaf": "position bigint, hash bytea",
    "tree": "size bigint, peaks bytea",
}
"""The tables that show whether a log of revision 0006 was changed, and their columns."""


@pytest.mark.parametrize("revision", REVISIONS[1:-1])
def test_a_database_of_an_earlier_revision_is_brought_up_to_date(
    postgres: Server, revision: str
) -> None:
    """It keeps its log, gets what is derived from it, and the application role is admitted."""
    url = postgres.new_database()
    made = (Path(__file__).parents[1] / f"revision_{revision}.sql").read_text("utf-8")
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with closing(sqlite3.connect(":memory:")) as old, engine.begin() as connection:
        old.executescript(made)
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        derived = DERIVED_OF_0006 if revision == "0006" else {"entries": "", "tree": ""}
        for table, columns in derived.items():
            if columns:
                connection.exec_driver_sql(f"CREATE TABLE {table} ({columns})")
        for table in ("log", *derived):
            for row in old.execute(f"SELECT * FROM {table} ORDER BY 1, 2"):
                marks = ", ".join(["%s"] * len(row))
                connection.exec_driver_sql(f"INSERT INTO {table} VALUES ({marks})", row)
        raws = [raw for (raw,) in old.execute("SELECT bytes FROM log ORDER BY position")]
    assert upgrade(url, PROJECTIONS) == (revision, REVISION)
    assert missing_grants(url) == ()
    with open_record(postgres.for_writer(url), write=True) as store:
        assert [raw for _, raw in store.stored()] == raws
        assert append(store).position == len(raws) + 1
        assert verify(store).findings == ()


def test_the_application_role_reads_and_appends_and_no_more(url: str, postgres: Server) -> None:
    """A login that is a member of the application role appends; it can change nothing."""
    assert missing_grants(url) == ()
    with open_record(url, write=True) as store:
        assert append(store, 2).position == 2
        assert [entry.position for entry in store.entries()] == [1, 2]
        with pytest.raises(ReadOnlyLedgerError, match="refuses this user"):
            store.rebuild()
    for table in ("log", "entry", "alias", "tree"):
        for statement in (
            f"DELETE FROM {table}",
            f"TRUNCATE {table}",
            f"DROP TABLE {table}",
            f"ALTER TABLE {table} DISABLE TRIGGER ALL",
        ):
            with pytest.raises(sa.exc.ProgrammingError, match=r"permission denied|must be owner"):
                run(url, statement, user=WRITER)
    with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
        run(url, "UPDATE alembic_version SET version_num = '0'", user=WRITER)


def test_an_owner_who_may_not_make_roles_is_told_what_is_left(postgres: Server) -> None:
    """Where the role cannot be made the ledger is there, and the SQL that is missing is named."""
    with running_server() as another:
        url = another.new_database()
        run(url, "CREATE ROLE keeper LOGIN", "GRANT ALL ON SCHEMA public TO keeper")
        as_keeper = as_user(url, "keeper")
        create_record(as_keeper)
        left = missing_grants(as_keeper)
        assert left[0] == f"CREATE ROLE {postgresql.WRITER} NOLOGIN"
        assert f"GRANT INSERT ON log TO {postgresql.WRITER}" in left
        run(url, *left)
        assert missing_grants(as_keeper) == ()


def test_a_reader_cannot_write(url: str) -> None:
    """A ledger opened for reading is read-only to the database itself."""
    with open_record(url) as store, pytest.raises(ReadOnlyLedgerError):
        append(store, 2)


def test_what_is_not_a_ledger(url: str, postgres: Server) -> None:
    """No ledger, another's tables, a taken database, a later schema: each is called what it is."""
    empty = postgres.new_database()
    assert (exists(empty), exists(url)) == (False, True)
    with pytest.raises(NoLedgerError) as caught:
        open_record(empty)
    assert "mission init" in caught.value.hint
    run(empty, "CREATE TABLE log (line text)")
    with pytest.raises(NotALedgerError):
        open_record(empty)
    with pytest.raises(StoreError, match="already has tables"):
        create_record(empty)
    with pytest.raises(StoreError, match="already has tables"):
        create_record(str(as_owner(url)))
    run(url, "UPDATE alembic_version SET version_num = '0999'")
    with pytest.raises(NewerLedgerError, match="0999"):
        open_record(url)


def test_names_of_every_script_need_a_database_that_holds_them(postgres: Server) -> None:
    """A database in an encoding that cannot hold every name is refused."""
    name = f"latin_{postgres.databases}"
    postgres.run(postgres.new_database(), "SELECT 1")
    postgres._run(f"CREATE DATABASE {name} ENCODING 'LATIN1' TEMPLATE template0")
    with pytest.raises(StoreError, match="LATIN1"):
        create_record(postgres.url(name))


def test_a_table_that_is_locked_is_a_busy_ledger(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else's lock on the log is told as that, for reading too."""
    monkeypatch.setattr(postgresql_connections, "BUSY_SECONDS", 1)
    engine = sa.create_engine(str(as_owner(url)), poolclass=sa.NullPool)
    with engine.begin() as connection, open_record(url) as store:
        connection.exec_driver_sql("LOCK TABLE log IN ACCESS EXCLUSIVE MODE")
        for ask in (store.position, store.tree, lambda: list(store.entries())):
            with pytest.raises(BusyLedgerError) as caught:
                ask()
            assert caught.value.hint == "try again"  # and nothing of an append


def test_a_writer_who_waits_in_vain(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer whose turn does not come is told who has it, and nothing is appended."""
    monkeypatch.setattr(postgresql_connections, "BUSY_SECONDS", 1)
    engine = sa.create_engine(
        str(as_owner(url)), connect_args={"application_name": "a long transaction"}
    )
    with engine.begin() as connection, open_record(url, write=True) as store:
        connection.exec_driver_sql(f"SELECT {postgresql_connections.WRITE_LOCK}")
        with pytest.raises(BusyLedgerError, match="a long transaction") as caught:
            append(store, 2)
        assert "nothing was appended" in caught.value.hint
        connection.rollback()
        assert append(store, 2).position == 2
    engine.dispose()


def test_connections_that_were_cut_are_made_anew(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection the server ended between two appends, or at any moment of one, is replaced."""
    monkeypatch.setattr(retry, "PAUSES", (0.01,) * 10)
    random, halfway = Random(1), []

    def clock() -> datetime:
        while halfway:
            halfway.pop()()
        return datetime.now(UTC)

    with (
        sa.create_engine(
            str(as_owner(url)), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool
        ).connect() as cutter,
        open_record(url, write=True, clock=clock) as store,
    ):

        def cut() -> None:
            cutter.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

        for number in range(2, 62, 3):
            cut()
            assert append(store, number).position == number
            halfway.append(cut)
            assert append(store, number + 1).position == number + 1
            at_any_moment = threading.Timer(random.uniform(0, 0.01), cut)
            at_any_moment.start()
            receipt = append(store, number + 2)
            at_any_moment.join()
            assert (len(receipt.appended), receipt.position) == (1, number + 2)


def test_an_error_of_the_driver_itself_is_a_lost_connection(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the server ends a connection between two messages, psycopg tells of its own trouble."""
    monkeypatch.setattr(retry, "PAUSES", (0.01,))
    raised = []
    executemany = psycopg.Cursor.executemany

    def once(self: "psycopg.Cursor[Any]", query: bytes, rows: list[Any]) -> None:
        if not raised:
            raised.append("cannot exit pipeline mode while busy")
            raise psycopg.OperationalError(raised[0])
        executemany(self, query, rows)

    with open_record(url, write=True) as store:
        monkeypatch.setattr(psycopg.Cursor, "executemany", once)
        events = (CommandAttested(mission="kfor", on="2021", by=each) for each in ("DNK", "ITA"))
        assert store.append(Batch(tuple(events)), by="anna").position == 3
    assert raised


def test_an_acknowledgement_that_was_lost(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An append that landed as its connection died is reported as appended, not as there before."""
    with open_record(url, write=True) as store:
        lost = []
        writing = store._backend.writing

        @contextmanager
        def cut() -> Iterator[Transaction]:
            with writing() as writer:
                yield writer
            if not lost:
                lost.append(writer)
                raise UnreachableError("the connection was lost")

        monkeypatch.setattr(store._backend, "writing", cut)
        receipt = append(store, 2)
        assert lost
        assert ([entry.position for entry in receipt.appended], receipt.already) == ([2], ())
        assert store.position() == 2


def test_a_server_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that dies, and comes back or does not, costs a wait or one clear error."""
    with running_server() as server:
        url = server.empty_ledger()
        with open_record(url, write=True) as store:
            load(store, "nmi")
            end = store.position()
            server.kill()
            monkeypatch.setattr(retry, "PAUSES", (0.1,) * 600)
            positions: list[int] = []
            waiting = threading.Thread(target=lambda: positions.append(append(store).position))
            waiting.start()
            time.sleep(0.3)
            server.start()
            waiting.join()
            assert positions == [end + 1]
            server.kill()
            monkeypatch.setattr(retry, "PAUSES", (0.1, 0.1))
            with pytest.raises(UnreachableError):
                append(store, 2)
            with pytest.raises(UnreachableError):
                store.position()
        with pytest.raises(UnreachableError, match="cannot be reached"):
            open_record(url)


@contextmanager
def restored_afterwards(url: str) -> Iterator[None]:
    """Take a ledger back to its present state, under open stores, as a failover that loses does."""
    tables = [each.name for each in tables_of(PROJECTIONS) if each.name != "alembic_version"]
    run(url, *(f"CREATE TABLE saved_{table} AS TABLE {table}" for table in tables))
    yield
    triggers = triggers_of(tables_of(PROJECTIONS))
    run(
        url,
        *(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables),
        *(f"TRUNCATE {table}" for table in tables),
        *(f"INSERT INTO {table} TABLE saved_{table}" for table in tables),
        *(
            f"ALTER TABLE {trigger.split('_', 1)[0]} ENABLE ALWAYS TRIGGER {trigger}"
            for trigger in triggers
        ),
        *(f"DROP TABLE saved_{table}" for table in tables),
    )


def test_a_server_that_lost_entries_under_a_writer(url: str) -> None:
    """A writer that is kept open goes by the log as it is, not by entries that are lost."""
    with open_record(url, write=True) as kept_open, open_record(url, write=True) as other:
        with restored_afterwards(url):
            assert append(kept_open, 2).position == 2
        assert append(other, 3).position == 2
        for position in range(3, 9):  # until what was lost would be below a new node of the tree
            assert append(kept_open, position + 1).position == position
        for store in (kept_open, other):
            assert verify(store).findings == ()
    with open_record(url) as store:
        assert verify(store).findings == ()
        assert verify(store).size == 8


def test_any_year_can_be_asked_about(url: str) -> None:
    """However small or large the numbers of the days are, the database reckons with them."""
    count = StrengthReported.model_validate(
        {
            "mission": "isaf",
            "counted": "DNK",
            "quantity": {"min": 1, "max": 1},
            "on": "[1990-01-01..2020-01-01]",
        }
    )
    with open_record(url, write=True) as store:
        store.append(Batch((count,)), by="anna")
        for day in [*range(-40_000, 40_000, 999), 700_000, -3_000_000, 3_000_000]:
            assert not store.select("isaf", SpanQuestion(day - 10, day)).claims
            assert bool(store.select("isaf", DayQuestion(day), known=0).claims) == (day > 2_000_000)
        assert store.select("isaf", SpanQuestion(730_000, 730_001)).claims
