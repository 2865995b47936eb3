"""What a doctor says of a set-up: from facts as they may be, and from real files and servers."""

import os
import sqlite3
import stat
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from events.catalogue import CommandAttested
from ledger.log import Batch
from ledger.storage.postgresql import WRITER
from ledger.storage.postgresql_connections import WRITE_LOCK
from ledger.storage.schema_revision import REVISION
from ledger.upkeep import health_disk, health_file, health_postgresql, health_program
from ledger.upkeep.doctor import Key, examine, key_checks
from ledger.upkeep.health import Check, size_in_words
from ledger.upkeep.health_disk import filesystem_of
from ledger.upkeep.health_file import FileStatus, SideFile
from ledger.upkeep.health_postgresql import Server
from ledger.upkeep.health_program import Program, as_numbers
from projections.record import PROJECTIONS, create_record, open_record
from tests.postgres import Server as PostgresServer
from tests.postgres import running_server
from tests.ready import empty_ledger
from tests.roles import as_owner, as_user, run

NOBODY = 65534


def levels(found: Iterable[Check]) -> dict[str, str]:
    """Return the gravest level of each check."""
    order = ("fine", "note", "problem")
    said: dict[str, str] = {}
    for each in found:
        said[each.check] = max(said.get(each.check, "fine"), each.level, key=order.index)
    return said


def amiss(found: Iterable[Check]) -> dict[str, str]:
    """Return the checks that are not fine, with their levels."""
    return {check: level for check, level in levels(found).items() if level != "fine"}


def well_said(found: Iterable[Check]) -> None:
    """Make sure that whatever is a problem says what to do."""
    for each in found:
        assert each.found
        assert each.do or each.level != "problem", each


# The program.

SOUND = Program(
    mission="1.2",
    python=(3, 12, 1),
    sqlite="3.51.3",
    sqlite_options=("THREADSAFE=1",),
    synchronous=2,
    packages={"sqlalchemy": "2.0.44", "pydantic": "2.12.0", "psycopg": "3.2.9", "rich": "14.1"},
    needed={"sqlalchemy": "2.0.40", "rich": "14"},
)


def test_a_sound_program() -> None:
    """A program with all it needs has nothing to be said against it."""
    assert amiss(health_program.checks(SOUND)) == {}


@pytest.mark.parametrize(
    ("version", "level"),
    [
        ("3.6.23", "fine"),
        ("3.7.0", "note"),
        ("3.40.1", "note"),
        ("3.51.2", "note"),
        ("3.51.3", "fine"),
        ("3.53.0", "fine"),
        ("4.0", "fine"),
    ],
)
def test_a_sqlite_with_the_fault_of_the_wal_reset(version: str, level: str) -> None:
    """SQLite 3.7.0 to 3.51.2 is noted, with why mission's own writers are safe from it."""
    said = [
        each
        for each in health_program.checks(replace(SOUND, sqlite=version))
        if each.check == "sqlite"
    ]
    assert [each.level for each in said] == [level]
    if level == "note":
        assert "by a lock" in said[0].do


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (replace(SOUND, mission=None), {"program": "note"}),
        (replace(SOUND, python=(3, 10, 9)), {"python": "problem"}),
        (replace(SOUND, synchronous=1), {"durability": "problem"}),
        (replace(SOUND, synchronous=None), {"durability": "note"}),
        (replace(SOUND, sqlite_options=("NO_SYNC",)), {"durability": "problem"}),
        (replace(SOUND, packages={"rich": "14.1"}), {"packages": "problem"}),
        (replace(SOUND, needed={"rich": "15"}), {"packages": "problem"}),
        (replace(SOUND, needed={"rich": "14.1.0"}), {"packages": "problem"}),
    ],
)
def test_a_program_that_is_not(facts: Program, expected: dict[str, str]) -> None:
    """What is too old, missing, or does not wait for the disk is told by name."""
    found = list(health_program.checks(facts))
    assert amiss(found) == expected
    well_said(found)


def test_versions_are_compared_as_numbers() -> None:
    """2.0.40 is later than 2.0.9, and what follows a number counts for nothing."""
    assert as_numbers("2.0.40rc1") == (2, 0, 40) > as_numbers("2.0.9")
    assert as_numbers("unknown") == ()


def test_this_program_is_sound() -> None:
    """The program that runs these tests has what it needs, and its writers wait for the disk."""
    facts = health_program.collect()
    assert facts.synchronous == 2
    assert "sqlalchemy" in facts.needed
    assert "problem" not in levels(health_program.checks(facts)).values()


# Where the ledger is.

PLACE = FileStatus(
    Path("/srv/missions/ledger.sqlite"),
    "file",
    size=5_000_000,
    mode=stat.S_IFREG | 0o640,
    folder_mode=stat.S_IFDIR | 0o755,
    filesystem="ext4",
    free=50 * 10**9,
    side_files=(SideFile("-lock", 200), SideFile("-wal", 0), SideFile("-shm", 32768)),
)


def judged(place: FileStatus, *, named: bool = True) -> dict[str, str]:
    """Judge a place; return what is not fine."""
    found = list(health_file.checks(place, named=named))
    well_said(found)
    return amiss(found)


def test_a_sound_place() -> None:
    """A ledger that lies well has nothing to be said against it."""
    assert judged(PLACE) == {}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"kind": "nothing"}, {"ledger": "problem"}),
        ({"kind": "folder"}, {"ledger": "problem"}),
        ({"kind": "other"}, {"ledger": "problem"}),
        ({"kind": "hidden"}, {"ledger": "problem"}),
        ({"readable": False}, {"ledger": "problem"}),
        ({"writable": False}, {"permissions": "note"}),
        ({"folder_writable": False}, {"permissions": "note"}),
        ({"mode": stat.S_IFREG | 0o666}, {"permissions": "problem"}),
        ({"folder_mode": stat.S_IFDIR | 0o777}, {"permissions": "problem"}),
        ({"folder_mode": stat.S_IFDIR | 0o1777}, {"permissions": "note"}),
        ({"side_files": (SideFile("-wal", 0, writable=False),)}, {"permissions": "problem"}),
        ({"names": 2}, {"names": "problem"}),
        ({"link": True}, {"names": "note"}),
        ({"free": 99 * 10**6}, {"space": "problem"}),
        ({"free": 900 * 10**6}, {"space": "note"}),
        ({"free": 5 * 10**9, "size": 3 * 10**9}, {"space": "note"}),
        ({"free": None}, {}),
        ({"filesystem": None}, {}),
        ({"side_files": (SideFile("-wal", 4152),)}, {"write-ahead log": "note"}),
        ({"side_files": (SideFile("-wal", 4152), SideFile("-shm", 32768))}, {}),
        (
            {"side_files": (SideFile("-wal", 1 << 30), SideFile("-shm", 32768))},
            {"write-ahead log": "note"},
        ),
        ({"side_files": (SideFile("-journal", 512),)}, {"write-ahead log": "note"}),
        ({"drafts": (".ledger-00ff",)}, {"left over": "note"}),
    ],
)
def test_a_place_that_is_not(change: dict[str, object], expected: dict[str, str]) -> None:
    """Each thing that is not as it should be is told, and nothing else is."""
    assert judged(replace(PLACE, **change)) == expected  # type: ignore[arg-type]


def test_no_ledger_where_none_was_named() -> None:
    """Who named no ledger and has none yet has no problem: the shipped record answers."""
    assert judged(replace(PLACE, kind="nothing"), named=False) == {"ledger": "note"}


@pytest.mark.parametrize(
    ("kinds", "level"),
    [
        ("ext4 xfs btrfs zfs apfs", "fine"),
        ("nfs nfs4 cifs smb3 smbfs 9p fuse.sshfs fuse.rclone ceph vboxsf drvfs", "problem"),
        ("tmpfs ramfs overlay fuse.something fuseblk", "note"),
    ],
)
def test_kinds_of_file_systems(kinds: str, level: str) -> None:
    """Where SQLite's locks do not work is a problem, where nothing stays for long is a note."""
    for kind in kinds.split():
        assert health_disk.filesystem(kind).level == level, kind


MOUNTS = r"""22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 22 0:40 / /srv rw - nfs4 server:/export rw
31 30 0:41 / /srv/my\040missions rw master:2 - xfs /dev/vdb rw
32 22 0:42 / /srv-other rw - tmpfs tmpfs rw
33 31 0:43 / /srv/my\040missions rw - btrfs /dev/vdc rw
nonsense
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/anna/ledger.sqlite", "ext4"),
        ("/srv/ledger.sqlite", "nfs4"),
        ("/srv/my missions/ledger.sqlite", "btrfs"),
        ("/srv-other/ledger.sqlite", "tmpfs"),
        ("/srv-others/ledger.sqlite", "ext4"),
    ],
)
def test_the_file_system_a_path_is_on(path: str, kind: str) -> None:
    """The longest mount point above a path counts, and of two at one point the later."""
    assert filesystem_of(Path(path), MOUNTS) == kind


def test_bytes_for_people() -> None:
    """A number of bytes is told in the unit that fits."""
    assert [size_in_words(n) for n in (0, 999, 5 * 10**5, 540 * 10**6, 84 * 10**9, 2 * 10**12)] == [
        "0 bytes", "999 bytes", "500 kB", "540 MB", "84 GB", "2.0 TB",
    ]  # fmt: skip


# The key.


@pytest.mark.parametrize(
    ("mode", "beside", "level"),
    [
        (None, True, "fine"),
        (stat.S_IFREG | 0o600, False, "fine"),
        (stat.S_IFREG | 0o400, False, "fine"),
        (stat.S_IFREG | 0o600, True, "note"),
        (stat.S_IFREG | 0o640, False, "problem"),
        (stat.S_IFREG | 0o604, True, "problem"),
        (stat.S_IFDIR | 0o700, False, "problem"),
    ],
)
def test_where_the_key_is_kept(mode: int | None, beside: bool, level: str) -> None:
    """A key that others may read is a problem; one beside the ledger is worth a note."""
    found = list(key_checks(Key(Path("/home/anna/signing.key"), mode, beside)))
    assert [each.level for each in found] == [level]
    well_said(found)


# Real files.


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give a ledger of one entry, in a folder of its own."""
    (tmp_path / "kept").mkdir()
    path = empty_ledger(tmp_path / "kept" / "ledger.sqlite")
    with open_record(path, write=True) as store:
        event = CommandAttested(mission="kfor", on="2021-05-01", by="DNK")
        store.append(Batch((event,)), by="anna")
    return path


def examined(place: str | Path) -> list[Check]:
    """Examine a place that the user named, with no key."""
    found = examine(place, PROJECTIONS, named_by="--ledger", key=Path("/nowhere/signing.key"))
    well_said(found)
    return found


def problems(place: str | Path) -> set[str]:
    """Return the checks that find a problem."""
    return {check for check, level in levels(examined(place)).items() if level == "problem"}


@contextmanager
def unchanged(folder: Path) -> Iterator[None]:
    """Make sure that a folder's files are the same after."""

    def look() -> dict[str, tuple[int, bytes]]:
        return {
            each.name: (each.stat().st_mtime_ns, each.read_bytes())
            for each in folder.iterdir()
            if each.is_file()
        }

    before = look()
    yield
    assert look() == before


def test_a_real_ledger(path: Path) -> None:
    """A ledger as `init` made it has no problem, and looking at it leaves no trace."""
    for ending in ("-wal", "-shm", "-lock"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    with unchanged(path.parent):
        found = examined(path)
    assert "problem" not in levels(found).values()
    assert {"schema", "journal", "triggers"} <= levels(found).keys()


def test_a_ledger_in_use(path: Path) -> None:
    """A ledger that others have open is looked at with what they have in their log."""
    with open_record(path, write=True) as store:
        store.append(Batch((CommandAttested(mission="kfor", on="2022", by="ITA"),)), by="bo")
        assert path.with_name("ledger.sqlite-wal").stat().st_size
        found = examined(path)
        assert "problem" not in levels(found).values()
        assert store.position() == 2


def test_a_log_that_a_crash_left(path: Path, tmp_path: Path) -> None:
    """A write-ahead log without its index is noted, and not taken in by looking."""
    with open_record(path, write=True) as store:
        store.append(Batch((CommandAttested(mission="kfor", on="2022", by="ITA"),)), by="bo")
        crashed = tmp_path / "crashed"
        crashed.mkdir()
        for name in ("ledger.sqlite", "ledger.sqlite-wal"):
            (crashed / name).write_bytes((path.parent / name).read_bytes())
    with unchanged(crashed):
        found = examined(crashed / "ledger.sqlite")
    assert amiss(found)["write-ahead log"] == "note"
    assert problems(crashed / "ledger.sqlite") == set()


def sql(*statements: str) -> Callable[[Path], None]:
    """Return what runs SQL on a ledger's file."""

    def run(path: Path) -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            for statement in statements:
                connection.execute(statement)

    return run


def cut(path: Path) -> None:
    """Leave only the first page of a file."""
    path.write_bytes(path.read_bytes()[:4096])


def noise(path: Path) -> None:
    """Put noise after a ledger's header."""
    path.write_bytes(path.read_bytes()[:100] + os.urandom(9000))


def folder(path: Path) -> None:
    """Put a folder where the ledger was."""
    path.unlink()
    path.mkdir()


def pipe(path: Path) -> None:
    """Put a pipe, which waits for whoever opens it, where the ledger was."""
    path.unlink()
    os.mkfifo(path)


def circle(path: Path) -> None:
    """Put a link to itself where the ledger was."""
    path.unlink()
    path.symlink_to(path)


def second_name(path: Path) -> None:
    """Give the file another name."""
    path.with_name("also.sqlite").hardlink_to(path)


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (sql("DROP TRIGGER log_no_delete"), {"triggers"}),
        (sql("PRAGMA journal_mode = DELETE"), {"journal"}),
        (sql("UPDATE alembic_version SET version_num = '0001'"), {"schema"}),
        (sql("UPDATE alembic_version SET version_num = '0999'"), {"schema"}),
        (sql("DELETE FROM alembic_version"), {"schema"}),
        (sql("DROP TABLE alembic_version"), {"schema"}),
        (sql("PRAGMA application_id = 7"), {"schema"}),
        (lambda path: path.write_bytes(b""), {"schema"}),
        (lambda path: path.write_bytes(b"SQLite format 3\0"), {"schema"}),
        (lambda path: path.write_text("mission: kfor\n"), {"schema"}),
        (lambda path: path.write_bytes(os.urandom(5000)), {"schema"}),
        (cut, {"schema"}),
        (noise, {"schema"}),
        (folder, {"ledger"}),
        (pipe, {"ledger"}),
        (circle, {"ledger"}),
        (lambda path: path.unlink(), {"ledger"}),
        (second_name, {"names"}),
        (lambda path: path.chmod(0o666), {"permissions"}),
        (lambda path: path.parent.chmod(0o777), {"permissions"}),
    ],
    ids=[
        *("trigger", "journal", "older", "newer", "no revision", "no revisions", "unmarked"),
        *("empty", "header", "text", "random", "cut", "noise", "folder", "pipe", "circle", "gone"),
        *("second name", "open file", "open folder"),
    ],
)
def test_a_ledger_that_is_spoilt(
    path: Path, spoil: Callable[[Path], object], expected: set[str]
) -> None:
    """Each kind of damage is a problem of its own name, and changes nothing on the disk."""
    spoil(path)
    with unchanged(path.parent):
        assert problems(path) == expected


@pytest.mark.parametrize(
    "place", ["", ":memory:", "mysql://host/x", "postgresql://[", "~nobody-of-that-name/x", "a\0b"]
)
def test_a_place_that_is_none(place: str) -> None:
    """What names no place at all is a problem, and the rest is looked at all the same."""
    found = examined(place)
    assert "problem" in {each.level for each in found}
    assert {"python", "sqlite", "signing key"} <= {each.check for each in found}


@contextmanager
def as_nobody() -> Iterator[None]:
    """Be a user who owns nothing, for a while; only root can."""
    if os.getuid() != 0:
        yield
        return
    os.setresuid(NOBODY, NOBODY, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


@pytest.mark.parametrize(
    ("file", "folder", "expected"),
    [
        (0o000, 0o755, {"ledger": "problem"}),
        (0o644, 0o000, {"ledger": "problem"}),
        (0o444, 0o755, {"permissions": "note"}),
        (0o644, 0o555, {"permissions": "note"}),
    ],
)
def test_where_permissions_forbid(
    path: Path, file: int, folder: int, expected: dict[str, str]
) -> None:
    """What may not be read, entered or appended to by this user is told as that."""
    with tempfile.TemporaryDirectory() as outside:
        there = Path(outside, "kept", "ledger.sqlite")
        Path(outside).chmod(0o755)
        there.parent.mkdir()
        there.write_bytes(path.read_bytes())
        there.chmod(file)
        there.parent.chmod(folder)
        try:
            with as_nobody():
                found = amiss(examined(there))
        finally:
            there.parent.chmod(0o755)
    assert {check: found.get(check) for check in expected} == expected
    assert ("problem" in found.values()) == ("problem" in expected.values())


# A PostgreSQL server.

SERVER = Server(
    "postgresql+psycopg://desk@db/missions",
    settings={
        "server_version": "18.1",
        "server_version_num": "180001",
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "server_encoding": "UTF8",
    },
    revisions=(REVISION,),
    user="desk",
)


def with_setting(**settings: str) -> Server:
    """Return a sound server that is set otherwise."""
    return replace(SERVER, settings={**SERVER.settings, **settings})


def test_a_sound_server() -> None:
    """A server that keeps what it acknowledges, asked in the application role, is fine."""
    assert amiss(health_postgresql.checks(SERVER)) == {}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (with_setting(fsync="off"), {"durability": "problem"}),
        (with_setting(full_page_writes="off"), {"durability": "problem"}),
        (with_setting(synchronous_commit="off"), {"durability": "note"}),
        (with_setting(synchronous_commit="local"), {}),
        (with_setting(server_encoding="SQL_ASCII"), {"encoding": "problem"}),
        (with_setting(server_version_num="120022"), {"server": "note"}),
        (replace(SERVER, standby=True), {"server": "note"}),
        (replace(SERVER, superuser=True), {"rights": "note"}),
        (replace(SERVER, owner=True), {"rights": "note"}),
        (replace(SERVER, may_truncate=True), {"rights": "note"}),
        (replace(SERVER, may_insert=False), {"rights": "note"}),
        (
            replace(SERVER, faults=("the trigger log_no_change is missing",)),
            {"triggers": "problem"},
        ),
        (replace(SERVER, revisions=("0001",)), {"schema": "problem"}),
        (replace(SERVER, revisions=("0999",)), {"schema": "problem"}),
        (replace(SERVER, revisions=()), {"schema": "problem"}),
        (replace(SERVER, present=False), {"ledger": "problem"}),
        (replace(SERVER, error="cannot be reached"), {"server": "problem"}),
        (replace(SERVER, encrypted=False), {"connection": "note"}),
        (replace(SERVER, encrypted=True), {}),
        (replace(SERVER, password_in_place=True), {"password": "note"}),
        (replace(SERVER, holder="mission-ledger bo@desk-3 4711"), {}),
    ],
)
def test_a_server_that_is_not(facts: Server, expected: dict[str, str]) -> None:
    """Each setting and right that is not as it should be is told, and nothing else is."""
    found = list(health_postgresql.checks(facts))
    assert amiss(found) == expected
    well_said(found)


def test_a_real_server(postgres: PostgresServer) -> None:
    """The owner is told that the application role is safer; in it, nothing is amiss but fsync."""
    url = postgres.new_database()
    assert amiss(examined(url))["ledger"] == "problem"
    create_record(url)
    assert amiss(examined(url))["rights"] == "note"
    run(url, "DROP ROLE IF EXISTS clerk", "CREATE ROLE clerk LOGIN", f"GRANT {WRITER} TO clerk")
    clerk = as_user(url, "clerk")
    found = amiss(examined(clerk))
    assert found.pop("durability", None) == "problem"  # tests run without fsync
    assert set(found) <= {"sqlite"}
    run(url, "ALTER TABLE log DISABLE TRIGGER log_no_truncate", "DROP TRIGGER log_no_change ON log")
    assert amiss(examined(clerk))["triggers"] == "problem"


def test_whose_turn_it_is(postgres: PostgresServer) -> None:
    """Who holds the writer's turn is named, and asking does not wait for it."""
    url = postgres.empty_ledger()
    engine = sa.create_engine(
        str(as_owner(url)), connect_args={"application_name": "a long transaction"}
    )
    with engine.begin() as connection:
        connection.exec_driver_sql(f"SELECT {WRITE_LOCK}")
        said = next(each for each in examined(url) if each.check == "turn")
    engine.dispose()
    assert "a long transaction" in said.found


def test_a_server_that_waits_for_its_disk() -> None:
    """A server as PostgreSQL comes is no problem; one that is gone is, and no password is told."""
    with running_server(quick=False) as server:
        url = server.new_database()
        create_record(url)
        assert problems(url) == set()
    gone = examined(url.replace("postgres@", "postgres:sesam@"))
    assert levels(gone)["server"] == "problem"
    assert levels(gone)["password"] == "note"
    assert not any("sesam" in each.found + each.do for each in gone)
