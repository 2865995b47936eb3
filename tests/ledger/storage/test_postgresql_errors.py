"""Errors of PostgreSQL are told apart by their SQLSTATE; those that pass are retried."""

import psycopg
import pytest
from psycopg import errors

from events.catalogue import CommandAttested
from events.errors import (
    BusyLedgerError,
    DamagedLedgerError,
    NoLedgerError,
    NotALedgerError,
    ReadOnlyLedgerError,
    StoreError,
    UnreachableError,
)
from ledger.append import RecordKeeperEvents, append_announcement
from ledger.log import Receipt, Store
from ledger.storage import retry
from ledger.storage.postgresql_errors import translate
from ledger.upkeep.verify import verify
from projections.record import open_record
from tests.postgres import Server
from tests.roles import run

PLACE = "postgresql+psycopg://anna@h/m"

FAIL_ONCE = """
CREATE SEQUENCE attempts;
CREATE FUNCTION fail_once() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF nextval('attempts') = 1 THEN
        RAISE EXCEPTION 'a table is full, malformed and " does not exist' USING ERRCODE = '{}';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER fail_once BEFORE INSERT ON entry FOR EACH STATEMENT EXECUTE FUNCTION fail_once();
"""
"""Makes the first insert into `entry` fail; a sequence is not rolled back."""


def append(store: Store) -> Receipt:
    """Append an event."""
    event = CommandAttested(mission="kfor", on="2021-05-01", by="DNK")
    return append_announcement(store, RecordKeeperEvents((event,)), by="anna")


@pytest.mark.parametrize(
    ("state", "kind", "said"),
    [
        ("08006", UnreachableError, "cannot be reached"),
        ("25006", ReadOnlyLedgerError, "read-only"),
        ("26000", UnreachableError, "prepared statement"),
        ("28P01", UnreachableError, "refuses the login"),
        ("3D000", NoLedgerError, "does not exist"),
        ("40001", BusyLedgerError, "cancelled the transaction"),
        ("40P01", BusyLedgerError, "waited for each other"),
        ("42501", ReadOnlyLedgerError, "refuses this user"),
        ("42703", DamagedLedgerError, "tables were altered"),
        ("42P01", NotALedgerError, "not a mission ledger"),
        ("53100", StoreError, "disk is full"),
        ("53200", UnreachableError, "short of resources"),
        ("53300", UnreachableError, "no further connection"),
        ("55P03", BusyLedgerError, "locked"),
        ("57014", StoreError, "time limit"),
        ("57P03", UnreachableError, "stopping or starting"),
        ("XX001", DamagedLedgerError, "corrupted data"),
        ("XX002", DamagedLedgerError, "corrupted index"),
        ("22003", StoreError, "error of the database: no such table"),
        ("P0001", StoreError, "error of the database: no such table"),
    ],
)
def test_the_state_decides_whatever_the_text(state: str, kind: type[StoreError], said: str) -> None:
    """The server's SQLSTATE decides; a text that SQLite might have written does not."""
    error = errors.lookup(state)('no such table: role "x", database " does not exist, malformed')
    told = translate(error, PLACE)
    assert isinstance(told, kind)
    assert type(told) is kind or kind is BusyLedgerError
    assert said in told.message
    assert told.message.startswith(PLACE)
    assert "nothing was appended" not in told.hint


@pytest.mark.parametrize("state", ["25006", "40001", "40P01", "53100", "55P03"])
def test_only_an_append_is_told_that_nothing_was_appended(state: str) -> None:
    """What ended an append says so; the same, met while reading, does not."""
    error = errors.lookup(state)("no")
    assert "nothing was appended" in translate(error, PLACE, appending=True).hint
    assert "append" not in translate(error, PLACE).hint


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ('FATAL:  too many connections for role "anna"', UnreachableError, "no further connection"),
        ("FATAL:  sorry, too many clients already", UnreachableError, "no further connection"),
        ('FATAL:  role "anna" does not exist', StoreError, "no such role"),
        ('FATAL:  role "anna" is not permitted to log in', StoreError, "refuses the login"),
        ('FATAL:  database "m" does not exist', NoLedgerError, "does not exist"),
        ('FATAL:  no pg_hba.conf entry for host "::1"', StoreError, "refuses the login"),
        ("FATAL:  the database system is starting up", UnreachableError, "is starting"),
        ("Connection refused", UnreachableError, "cannot be reached: connection to server"),
        ("database disk image is malformed", UnreachableError, "cannot be reached"),
    ],
)
def test_an_error_while_connecting_is_told_by_its_text(
    text: str, kind: type[StoreError], said: str
) -> None:
    """What libpq says, which has no SQLSTATE, tells why there is no connection."""
    text = f'connection failed: connection to server at "::1", port 5432 failed: {text}'
    told = translate(psycopg.OperationalError(text), PLACE)
    assert (type(told), said in told.message) == (kind, True)


def test_each_host_that_failed_is_told() -> None:
    """Where several hosts were tried, what each said is told, and what all say is told once."""
    refused, no_role = "Connection refused", 'FATAL:  role "u" does not exist'

    def told(*reasons: str) -> str:
        failed = [
            f'connection failed: connection to server at "h", port {port} failed: {reason}\n\tIs?'
            for port, reason in enumerate(reasons)
        ]
        each = [f"- host: 'h', port: '1', hostaddr: '::1': {one}" for one in failed]
        lines = [failed[-1], "Multiple connection attempts failed. All failures were:", *each]
        return translate(psycopg.OperationalError("\n".join(lines)), PLACE).message

    assert told(refused, no_role) == (
        f'{PLACE} cannot be reached: connection to server at "h", port 0 failed: {refused};'
        f' connection to server at "h", port 1 failed: {no_role}'
    )
    assert told(no_role, no_role) == f"{PLACE} refuses the login: no such role"


@pytest.mark.parametrize("state", ["40001", "40P01", "53300", "26000"])
def test_an_append_that_was_rolled_back_is_repeated(
    postgres: Server, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    """What the server cancelled because of others, or for want of room, is appended once."""
    monkeypatch.setattr(retry, "PAUSES", (0.01,))
    url = postgres.empty_ledger()
    run(url, FAIL_ONCE.format(state))
    with open_record(url, write=True) as store:
        receipt = append(store)
        assert ([entry.position for entry in receipt.appended], receipt.already) == ([1], ())
        assert verify(store).size == 1


def test_an_append_that_fails_for_good_is_not_repeated(postgres: Server) -> None:
    """An error that no retry mends is raised at once, in the server's words."""
    url = postgres.empty_ledger()
    run(url, FAIL_ONCE.format("23514"))
    with open_record(url, write=True) as store:
        with pytest.raises(StoreError, match="a table is full, malformed") as caught:
            append(store)
        assert type(caught.value) is StoreError
        assert append(store).position == 1
