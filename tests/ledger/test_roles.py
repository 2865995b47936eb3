"""Every right that the application role has is needed by those who append, and it has no other."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from events.catalogue import CommandAttested
from events.errors import ReadOnlyLedgerError
from events.record_events import ClaimRetracted
from ledger.append import RecordKeeperEvents, append_announcement
from ledger.shipped.records import load
from ledger.storage.inline_projection import tables_of
from ledger.storage.postgresql import WRITER as ROLE
from ledger.upkeep.verify import verify
from projections.question import DayQuestion
from projections.record import PROJECTIONS, missing_grants, open_record
from tests.postgres import Server
from tests.roles import OWNER, WRITER, as_owner, run

TABLES = {each.name: each.info["rights"] for each in tables_of(PROJECTIONS)}
NEEDED = [(right, table) for table, rights in TABLES.items() for right in rights]
ASKED = {("SELECT", "leaf"), ("SELECT", "tile")}
"""Those that no append needs, but questions do."""

SHIPPED = 164
"""Entries of the shipped record."""

MORE = 100
"""Entries that fill a tile together with these."""

ENTRIES = SHIPPED + 1 + MORE

OF_A_TABLE = (
    "DELETE FROM {}",
    "TRUNCATE {}",
    "DROP TABLE {}",
    "COMMENT ON TABLE {} IS NULL",
    "ALTER TABLE {} DISABLE TRIGGER ALL",
    "ALTER TABLE {} ADD COLUMN more int",
    f"ALTER TABLE {{}} OWNER TO {WRITER}",
    "CREATE INDEX more ON {} ((1))",
    "CREATE RULE more AS ON INSERT TO {} DO INSTEAD NOTHING",
)
OF_ONE = (
    "UPDATE log SET bytes = bytes",
    "UPDATE name SET name = ''",
    "UPDATE entry SET recorded = 0",
    "UPDATE source SET position = 0",
    "UPDATE alias SET position = 0",
    "UPDATE leaf SET hash = hash",
    "UPDATE tile SET hash = hash",
    "UPDATE claim SET source = 0",
    "UPDATE party SET k = 0",
    "UPDATE record SET position = 0",
    "DELETE FROM projection",
    "UPDATE alembic_version SET version_num = '0'",
    "INSERT INTO alembic_version VALUES ('0')",
    "DROP TRIGGER log_no_change ON log",
    "CREATE OR REPLACE FUNCTION log_is_append_only() RETURNS trigger LANGUAGE plpgsql"
    " AS $$ BEGIN RETURN NEW; END $$",
    "CREATE TABLE more (number int)",
    "CREATE SCHEMA more",
    "SET session_replication_role = replica",
    f"SET ROLE {OWNER}",
    "CREATE ROLE more",
    f"ALTER ROLE {ROLE} SUPERUSER",
    "COPY log TO PROGRAM 'true'",
)
"""With those of every table: what only the owner or an administrator may do."""


@pytest.fixture
def url(postgres: Server) -> str:
    """Give an empty ledger."""
    return postgres.empty_ledger()


def clock_set_back() -> Callable[[], datetime]:
    """Return a clock that goes back an hour each time it is looked at."""
    hours = itertools.count()
    return lambda: datetime(2026, 1, 5, 12, tzinfo=UTC) - timedelta(hours=next(hours))


def append_of_every_kind(url: str) -> None:
    """Append what adds a row to every table, and changes one where a row may be changed."""
    clock = clock_set_back()
    with open_record(url, write=True, clock=clock) as store:
        load(store, "nmi")
    with open_record(url, write=True, clock=clock) as store:
        entry = next(entry for entry in store.entries(after=100) if entry.mission)
        event = ClaimRetracted(mission=entry.mission, target=entry.id, reason="misread")
        more = (
            CommandAttested(mission="kfor", on="2021-05", by="DNK", note=f"no. {number}")
            for number in range(MORE)
        )
        append_announcement(store, RecordKeeperEvents((event, *more)), by="anna")


def ask(url: str) -> None:
    """Ask what is answered from tables that an append only adds to."""
    with open_record(url) as store:
        store.position_at(datetime(2026, 1, 5, tzinfo=UTC))
        store.select("nato-mission-iraq", DayQuestion(738_000), known=10**11)
        assert store.nodes(0, 0, 1) != store.nodes(8, 0, 1)


def append_and_ask(url: str) -> None:
    """Do what needs every right that the role has."""
    append_of_every_kind(url)
    ask(url)


def position(url: str) -> int:
    """Return where the log ends, as its owner sees it."""
    with open_record(as_owner(url)) as store:
        return store.position()


def test_who_may_append_appends_and_verifies(url: str) -> None:
    """A login with the application role alone can append all there is, and read all of it."""
    append_of_every_kind(url)
    with open_record(url) as store:
        assert store.position() == ENTRIES
        assert verify(store).findings == ()
    engine = sa.create_engine(str(as_owner(url)), poolclass=sa.NullPool)
    with engine.connect() as connection:
        for table in TABLES:
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar(), table


@pytest.mark.parametrize(("right", "table"), NEEDED)
def test_every_right_is_needed(url: str, right: str, table: str) -> None:
    """Without one right there is one clear error and nothing is appended; what mends it is told."""
    run(url, f"REVOKE {right} ON {table} FROM {ROLE}")
    with pytest.raises(ReadOnlyLedgerError, match="refuses this user") as caught:
        append_and_ask(url)
    assert "role" in caught.value.hint
    assert (position(url) > SHIPPED) == ((right, table) in ASKED)
    left = missing_grants(str(as_owner(url)))
    assert left == (f"GRANT {right} ON {table} TO {ROLE}",)
    run(url, *left)
    append_and_ask(url)
    assert position(url) == ENTRIES


def test_the_role_has_no_other_right(url: str) -> None:
    """The rights that are granted, on whatever there is, are those that appending needs."""
    engine = sa.create_engine(str(as_owner(url)), poolclass=sa.NullPool)
    granted = (
        "SELECT privilege_type, table_name FROM information_schema.role_table_grants"
        f" WHERE grantee IN ('{ROLE}', '{WRITER}', 'PUBLIC') AND table_schema = 'public'"
    )
    with engine.connect() as connection:
        assert sorted(map(tuple, connection.exec_driver_sql(granted))) == sorted(NEEDED)


@pytest.mark.parametrize("statement", [*OF_A_TABLE, *OF_ONE])
def test_who_may_append_may_do_no_more(url: str, statement: str) -> None:
    """Nothing is changed, taken away or switched off by a user in the application role."""
    for table in TABLES if statement in OF_A_TABLE else ["log"]:
        with pytest.raises(sa.exc.ProgrammingError, match=r"permission denied|must be"):
            run(url, statement.format(table), user=WRITER)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE period SET ends = 0",
        "UPDATE tree SET size = 1, peaks = ''",
        "INSERT INTO name VALUES (99, 'isaf')",
        "INSERT INTO entry VALUES (0, '', NULL, NULL, NULL, 0)",
        "INSERT INTO source VALUES (1, 0, 1, NULL, NULL, NULL, NULL, 1)",
        "INSERT INTO alias VALUES ('isaf', 1, 1)",
        "INSERT INTO leaf VALUES (0, '')",
        "INSERT INTO tile VALUES (9, 9, '')",
        "INSERT INTO claim VALUES (1, 0, 0, 0, 0, 0, NULL, '{}')",
        "INSERT INTO party VALUES ('ITA', 1)",
        "INSERT INTO record VALUES ('', 0, 1, 'retracted', NULL, NULL, NULL, '')",
        "INSERT INTO period SELECT 0, 0, facet, key, period, begins, ends, first_source,"
        " first_position, settled_source, settled_position, attested_from, attested_to, planned,"
        " whole, series FROM period",
        "UPDATE projection SET position = 0",
        "UPDATE projection SET position = position + 1",
        "UPDATE projection SET version = version + 1",
        "UPDATE projection SET name = upper(name)",
    ],
)
def test_derived_rows_change_only_with_an_append(url: str, statement: str) -> None:
    """Who may append cannot change what is derived beside it, the rights for it notwithstanding."""
    append_of_every_kind(url)
    with pytest.raises(sa.exc.DatabaseError, match=r"only with an append|position of a projection"):
        run(url, statement, user=WRITER)
    with open_record(as_owner(url), write=True) as store:
        store.rebuild()
        assert verify(store).findings == ()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE public.period SET ends = 0",
        "UPDATE public.tree SET size = 1, peaks = ''",
        "INSERT INTO public.alias VALUES ('isaf', 1, 1)",
        "INSERT INTO public.log SELECT 1000001, bytes FROM public.log WHERE position = 1",
        "UPDATE public.projection SET position = 1000000",
    ],
)
def test_a_temporary_table_is_not_taken_for_the_log(url: str, statement: str) -> None:
    """The triggers look at the ledger's own tables, whatever else goes by their names."""
    append_of_every_kind(url)
    pretended = (
        "CREATE TEMP TABLE log (position bigint, bytes bytea);"
        "INSERT INTO log VALUES (1000000, '');"
        "CREATE TEMP TABLE projection (name text, version int, position bigint);"
        "INSERT INTO projection VALUES ('claims', 2, 0);"
    )
    with pytest.raises(sa.exc.DatabaseError, match=r"append|position of a projection"):
        run(url, pretended + statement, user=WRITER)


def test_the_guard_of_each_derived_table_is_missed(url: str) -> None:
    """A trigger that the owner took away, switched off or put in is named."""
    names = [name for name in TABLES if name not in ("log", "alembic_version")]
    for table in names[::2]:
        run(url, f"DROP TRIGGER {table}_derived ON {table}")
    for table in names[1::2]:
        run(url, f"ALTER TABLE {table} ENABLE TRIGGER {table}_derived")
    with open_record(url) as store:
        found = [each.message for each in verify(store).findings]
    for table in names[::2]:
        assert f"the trigger {table}_derived is missing" in found
    for table in names[1::2]:
        assert f"the trigger {table}_derived is not enabled ALWAYS" in found
    assert len(found) == len(names)


def test_a_user_who_may_only_read_is_refused_an_append_and_nothing_else(url: str) -> None:
    """Without the right to change anything there is every answer, and no append."""
    append_of_every_kind(url)
    run(url, *(f"REVOKE INSERT, UPDATE ON {table} FROM {ROLE}" for table in TABLES))
    event = CommandAttested(mission="kfor", on="2021-05-01", by="DNK")
    with open_record(url, write=True) as store:
        with pytest.raises(ReadOnlyLedgerError, match="refuses this user"):
            append_announcement(store, RecordKeeperEvents((event,)), by="anna")
        assert store.position() == ENTRIES
        assert verify(store).findings == ()
    ask(url)
