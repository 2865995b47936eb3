"""How transactions begin on a PostgreSQL server, on one of several hosts, and behind a pooler."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import pytest
import sqlalchemy as sa

from events.errors import ReadOnlyLedgerError, StoreError, UnreachableError
from ledger.location import display_place, display_place_fast, parse_place, path_of
from ledger.storage.postgresql_server import collect
from ledger.storage.postgresql_url import shown
from ledger.upkeep.doctor import examine
from ledger.upkeep.verify import verify
from projections.record import PROJECTIONS, create_record, open_record
from tests.postgres import Server, append, give_to_server, running_server
from tests.roles import OWNER, WRITER, as_owner, as_user, asked, run

PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")


def set_database(url: str, setting: str) -> None:
    """Change a setting of a ledger's database, for connections made from now on."""
    run(url, f"ALTER DATABASE {sa.make_url(url).database} SET {setting}")


# How transactions begin.


def test_a_transaction_that_reads_is_read_only(url: str) -> None:
    """Reading is one snapshot and READ ONLY, also where the ledger is open for appending."""
    for write in (False, True):
        with open_record(url, write=write) as store, store.reading() as reader:
            assert asked(reader, "SHOW transaction_read_only") == [("on",)]
            assert asked(reader, "SHOW transaction_isolation") == [("repeatable read",)]
        with (
            pytest.raises(ReadOnlyLedgerError),
            open_record(url, write=write) as store,
            store.reading() as reader,
        ):
            asked(reader, "DELETE FROM alias")


def test_the_database_refuses_a_reader_every_change(url: str) -> None:
    """Even the owner's transaction with the write lock is READ ONLY in a ledger opened to read."""
    with open_record(as_owner(url)) as store:
        with pytest.raises(ReadOnlyLedgerError), store._writing() as writer:
            asked(writer, "INSERT INTO log VALUES (2, 'x')")
        with pytest.raises(ReadOnlyLedgerError, match="read-only") as caught:
            store.rebuild()
        assert store.position() == 1
    assert "nothing was appended" in caught.value.hint


def test_a_database_that_is_set_to_be_read_only_is_left_so(url: str) -> None:
    """What an administrator made read-only is not written to, whatever was read before."""
    set_database(url, "default_transaction_read_only = on")
    with open_record(url, write=True) as store:
        assert store.position() == 1
        with pytest.raises(ReadOnlyLedgerError):
            append(store, 2)


def test_nothing_is_set_for_the_session(url: str) -> None:
    """Sessions are as the server makes them, and hold no prepared statement."""
    with open_record(url, write=True) as store:
        for number in range(2, 12):
            append(store, number)
            assert store.position() == number
        with store.reading() as reader:
            for _ in range(10):
                asked(reader, "SELECT position FROM log WHERE position = 1")
            settings = asked(
                reader,
                "SELECT name, reset_val FROM pg_settings WHERE reset_val <> boot_val AND name IN"
                " ('lock_timeout', 'default_transaction_read_only', 'synchronous_commit',"
                " 'default_transaction_isolation', 'statement_timeout')",
            )
            assert settings == []
            assert asked(reader, "SELECT count(*) FROM pg_prepared_statements") == [(0,)]
            assert asked(reader, "SHOW lock_timeout") == [("10s",)]


@pytest.mark.parametrize(
    ("set_to", "waits"), [("off", "on"), ("local", "local"), ("remote_apply", "remote_apply")]
)
def test_a_commit_waits_for_the_disk(url: str, set_to: str, waits: str) -> None:
    """Where the server is set to acknowledge before the disk has it, appends wait all the same."""
    set_database(url, f"synchronous_commit = {set_to}")
    with open_record(url, write=True) as store, store._writing() as writer:
        assert asked(writer, "SHOW synchronous_commit") == [(waits,)]
        assert asked(writer, "SHOW transaction_isolation") == [("read committed",)]
        assert asked(writer, "SHOW lock_timeout") == [("10s",)]


def test_options_in_a_url_are_passed_on(url: str) -> None:
    """What the user sets with `options` holds."""
    with open_record(f"{url}&options=-c%20work_mem%3D5MB") as store, store.reading() as reader:
        assert asked(reader, "SHOW work_mem") == [("5MB",)]


# Several hosts.


def several(url: str, form: str) -> str:
    """Return the URL of the same database, with a host before it that does not answer."""
    parsed = sa.make_url(url)
    folder = quote(str(parsed.query["host"]), safe="")
    return f"postgresql+psycopg://{parsed.username}@/{parsed.database}?{form.format(folder)}"


FORMS = ("host=127.0.0.1:1&host={}:5432", "host=127.0.0.1,{}&port=1,5432")


@pytest.mark.parametrize("form", FORMS)
def test_the_first_host_that_accepts_writes_is_used(url: str, tmp_path: Path, form: str) -> None:
    """Of several hosts one that answers is found, by every way to open and to examine a ledger."""
    place = f"{several(url, form)}&target_session_attrs=read-write"
    with open_record(place, write=True) as store:
        assert append(store, 2).position == 2
        assert verify(store).findings == ()
        assert store.place == display_place(place)
    with open_record(place) as store:
        assert store.position() == 2
    found = examine(place, PROJECTIONS, named_by="--ledger", key=tmp_path / "key")
    assert [each for each in found if each.level == "problem" and each.check == "server"] == []
    assert any("127.0.0.1" in each.found for each in found if each.check == "setting")


def test_a_server_that_accepts_no_writes_is_passed_over(url: str) -> None:
    """A server that is read-only is none that `target_session_attrs=read-write` asks for."""
    set_database(url, "default_transaction_read_only = on")
    with open_record(url) as store:
        assert store.position() == 1
    with pytest.raises(UnreachableError, match="session is read-only"):
        open_record(f"{several(url, FORMS[0])}&target_session_attrs=read-write")


def test_hosts_of_which_none_answers_are_all_told() -> None:
    """Where no host answers, what each said is in the message."""
    with pytest.raises(UnreachableError) as caught:
        open_record("postgresql+psycopg://anna:sesam@/m?host=127.0.0.1:1&host=127.0.0.1:2")
    assert "port 1 failed" in caught.value.message
    assert "port 2 failed" in caught.value.message
    assert "sesam" not in caught.value.message


@pytest.mark.parametrize("form", ["host=127.0.0.1:1&host={}:1", "host=127.0.0.1,{}&port=1,1"])
def test_an_impossible_host_among_several(form: str) -> None:
    """A host name that cannot be one is told as that, wherever it stands."""
    with pytest.raises(StoreError, match="impossible host name"):
        open_record(f"postgresql+psycopg://anna@/m?{form.format('a' * 64 + '.example')}")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("host=a:5432&host=b:5433", "?host=a:5432&host=b:5433"),
        ("host=a,b&port=1,2", "?host=a,b&port=1,2"),
        ("host=a:1&host=b:2&password=sesam", "?host=a:1&host=b:2&password=***"),
        ("host=a&password=sesam&password=sesame", "?host=a&password=***"),
        ("host=a&sslpassword=sesam", "?host=a&sslpassword=***"),
        ("host=::1,b&port=1,2", "?host=::1,b&port=1,2"),
    ],
)
def test_hosts_are_shown_and_passwords_are_not(options: str, told: str) -> None:
    """A URL is shown with its hosts, legibly, and with no password, in full and in short."""
    place = f"postgresql://anna:sesam@/m?{options}"
    assert display_place(place) == f"postgresql+psycopg://anna:***@/m{told}"
    assert collect(parse_place(place), PROJECTIONS).password_in_place  # type: ignore[arg-type]
    short = display_place_fast(place)
    assert short.startswith("postgresql://anna@/m?host=")
    assert "sesam" not in short
    again = parse_place(display_place(place))
    assert shown(again) == display_place(place)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "place",
    [
        "postgresql://anna:sesam@a:1,b:2/m",
        "postgresql://anna@/m?host=anna:sesam@a&host=b",
        "postgresql://anna@/m?host=anna:sesam%40a",
        "postgresql://anna:sesam@/m?host=a:1&host=b&port=1",
        "postgresql://anna:sesam@/m?host=a,b,c&port=1,2",
        "postgresql://anna@/m?host=a:sesam&host=b",
        "postgresql://anna:sesam@/m?host=[::1]:5432&host=b:5433",
    ],
)
def test_hosts_that_are_none_are_told_without_their_text(place: str) -> None:
    """Hosts and ports that do not match are refused, with the ways to write them."""
    with pytest.raises(StoreError, match="database URL") as caught:
        parse_place(place)
    assert "sesam" not in caught.value.message + caught.value.hint + display_place_fast(place)
    assert caught.value.hint


@pytest.mark.parametrize(
    "place",
    [
        "postgresql+psycopg://anna:sesam@127.0.0.1:1/missions",
        "postgresql://anna:sesam@word@127.0.0.1:1/missions",
        "postgresql://anna@127.0.0.1:1/missions?password=sesam",
        "postgresql://anna@127.0.0.1:1/missions?sslpassword=sesam",
        "postgresql://anna:sesam@127.0.0.1:port/missions",
        "postgresql:/anna:sesam@127.0.0.1/missions",
        "host=127.0.0.1 password=sesam",
    ],
)
def test_passwords_are_not_shown(place: str) -> None:
    """No message holds the password of a URL, right or wrong, and no file is made of it."""
    for act in (open_record, create_record, path_of):
        with pytest.raises(StoreError) as caught:
            act(place)
        assert "sesam" not in caught.value.message + caught.value.hint
        assert "word@" not in caught.value.message


def test_what_is_wrong_with_a_connection_is_told_apart(postgres: Server) -> None:
    """A role, a database or an option that is none is named as that."""
    url = postgres.new_database()
    for wrong, said in (
        (as_user(url, "nobody-there"), "no such role"),
        (url.replace("/test_", "/none_"), "does not exist"),
        (f"{url}&foo=bar", "option"),
    ):
        with pytest.raises(StoreError, match=said) as caught:
            open_record(wrong)
        assert caught.value.hint


# Behind a pooler.


@contextmanager
def pooled(server: Server, folder: Path) -> Iterator[Path]:
    """Run PgBouncer, pooling transactions, before a server; give the folder of its socket."""
    assert PGBOUNCER
    folder.mkdir()
    settings = folder / "pgbouncer.ini"
    (folder / "users").write_text(f'"{OWNER}" ""\n"{WRITER}" ""\n', "utf-8")
    settings.write_text(
        f"[databases]\n* = host={server.folder} port=5432\n[pgbouncer]\npool_mode = transaction\n"
        f"listen_port = 5432\nunix_socket_dir = {folder}\nauth_type = trust\n"
        f"auth_file = {folder}/users\nlogfile = {folder}/log\ndefault_pool_size = 2\n"
        "server_check_delay = 0\nserver_login_retry = 0\n",
        "utf-8",
    )
    for path in (folder, *folder.iterdir()):
        give_to_server(path)
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    with subprocess.Popen([PGBOUNCER, "-q", *user, str(settings)]) as process:
        try:
            end = time.monotonic() + 10
            while not (folder / ".s.PGSQL.5432").exists() and time.monotonic() < end:
                time.sleep(0.02)
            yield folder
        finally:
            with suppress(ProcessLookupError):
                process.terminate()


@pytest.mark.skipif(PGBOUNCER is None, reason="PgBouncer is not installed")
def test_a_pooler_of_transactions_changes_nothing(tmp_path: Path) -> None:
    """Behind PgBouncer a reader cannot write, a writer appends, and all is verified."""
    with running_server() as server, pooled(server, server.folder / "pooler") as folder:
        direct = server.new_database()
        place = direct.replace(quote(str(server.folder), safe=""), quote(str(folder), safe=""))
        create_record(place)
        with open_record(place, write=True) as writer, open_record(place) as reader:
            for number in range(1, 21):
                assert append(writer, number).position == number
                with pytest.raises(ReadOnlyLedgerError):
                    append(reader, number + 100)
                assert [entry.position for entry in reader.entries()][-1] == number
            assert verify(reader).findings == ()
            assert reader.position() == 20
            with reader.reading() as transaction:
                first = transaction.cache
            server.kill()
            server.start()
            with reader.reading() as transaction:  # over the same connection to the pooler
                assert transaction.cache is not first
        levels = {
            each.check: each.level
            for each in examine(place, PROJECTIONS, named_by=None, key=tmp_path)
        }
        assert (levels["ledger"], levels["triggers"], levels["turn"]) == ("fine",) * 3
