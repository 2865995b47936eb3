"""What a ledger in a SQLite file promises beyond the contract: in mishap, misuse and crowds."""

import gc
import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import pytest

import ledger.storage.sqlite
from events.catalogue import CommandAttested
from events.encoding.codec import Content
from events.errors import (
    BusyLedgerError,
    DamagedLedgerError,
    MissionLedgerError,
    NewerLedgerError,
    NoLedgerError,
    NotALedgerError,
    PositionConflictError,
    ReadOnlyLedgerError,
    StoreError,
)
from events.source import Source
from ledger.location import default_path, path_of
from ledger.log import Batch
from ledger.shipped.records import load
from ledger.storage.migrate import revisions
from ledger.storage.schema_revision import APPLICATION_ID, REVISIONS
from ledger.storage.sqlite import log_of
from ledger.storage.write_lock import hold_lock
from ledger.upkeep.verify import verify
from projections.question import DayQuestion, PlansQuestion, SpanQuestion
from projections.record import Record, create_record, open_record
from tests import nobody
from tests.nobody import as_nobody
from tests.projections.drawing import append_drawn, draw
from tests.ready import empty_ledger
from tests.tampering import tamper


def attested(mission: str = "nato-mission-iraq", number: int = 1) -> CommandAttested:
    """Make an event; each number makes another."""
    return CommandAttested(mission=mission, on="2021-05-01", by="DNK", note=f"no. {number}")


UM = Source(id="um", publisher="UM", title="Handover", language="en", published="2022-05")


def batch(*contents: Content) -> Batch:
    """Make a batch."""
    return Batch(contents)


def positions(path: Path) -> list[int]:
    """Read a ledger's positions."""
    with open_record(path) as store:
        return [entry.position for entry in store.entries()]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give a ledger of three entries."""
    path = empty_ledger(tmp_path / "ledger.sqlite")
    with open_record(path, write=True) as store:
        store.append(batch(*(attested(number=number) for number in range(3))), by="anna")
    return path


# The log is append-only in the database itself.


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log SET bytes = x'00' WHERE position = 2",
        "UPDATE log SET position = 9 WHERE position = 3",
        "DELETE FROM log WHERE position = 3",
        "DELETE FROM log",
        "INSERT OR REPLACE INTO log SELECT * FROM log WHERE position = 2",
        "INSERT OR IGNORE INTO log SELECT position + 2, bytes FROM log WHERE position = 3",
        "INSERT INTO log SELECT position + 2, bytes FROM log WHERE position = 3",
        "INSERT INTO log SELECT 0, bytes FROM log WHERE position = 3",
        "INSERT INTO log SELECT NULL, bytes FROM log WHERE position = 2",
        "REPLACE INTO log SELECT position, x'00' FROM log WHERE position = 3",
        "INSERT INTO log SELECT * FROM log WHERE position = 3"
        " ON CONFLICT (position) DO UPDATE SET bytes = x'00'",
    ],
)
@pytest.mark.parametrize("recursive", ["ON", "OFF"])
def test_the_database_refuses_changes(path: Path, statement: str, recursive: str) -> None:
    """UPDATE, DELETE, REPLACE and gaps are refused even to someone with the sqlite3 shell."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA recursive_triggers = {recursive}")
        before = connection.execute("SELECT * FROM log").fetchall()
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(statement)
        connection.commit()
        assert connection.execute("SELECT * FROM log").fetchall() == before


def test_a_reader_cannot_write(path: Path) -> None:
    """A ledger opened for reading refuses an append in plain words, and nothing is appended."""
    with open_record(path) as store, pytest.raises(ReadOnlyLedgerError, match=path.name) as caught:
        store.append(batch(attested(number=9)), by="anna")
    assert caught.value.hint
    assert positions(path) == [1, 2, 3]


# What is not a ledger is told apart from what is.


def garbage(path: Path) -> None:
    """Write noise that starts as a SQLite file does."""
    path.write_bytes(b"SQLite format 3\0" + os.urandom(5000))


def garbage_in_wal_mode(path: Path) -> None:
    """Write noise for which SQLite would look for a write-ahead log, and make one."""
    path.write_bytes(b"SQLite format 3\0\x10\0\2\2" + os.urandom(5000))


def someone_elses(path: Path, journal: str = "DELETE") -> None:
    """Make a database that has a table of our name."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA journal_mode = {journal}")
        connection.execute("CREATE TABLE entries (position INTEGER PRIMARY KEY)")
        connection.commit()


@pytest.mark.parametrize("write", [False, True])
@pytest.mark.parametrize(
    "make",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_text("mission: nato-mission-iraq\n"),
        lambda path: path.write_bytes(os.urandom(5000)),
        garbage,
        garbage_in_wal_mode,
        lambda path: path.mkdir(),
        os.mkfifo,
        someone_elses,
        lambda path: someone_elses(path, "WAL"),
    ],
    ids=[
        "empty",
        "text",
        "noise",
        "a header and noise",
        "a WAL header and noise",
        "folder",
        "pipe",
        "another database",
        "another database with a write-ahead log",
    ],
)
def test_what_is_not_a_ledger(tmp_path: Path, make: Callable[[Path], object], write: bool) -> None:
    """A file that is something else is called that, by name, and is left as it was."""
    place = tmp_path / "thing"
    make(place)
    before = place.read_bytes() if place.is_file() else None
    with pytest.raises(NotALedgerError, match="thing"):
        open_record(place, write=write)
    assert (place.read_bytes() if place.is_file() else None) == before
    assert [each.name for each in tmp_path.iterdir()] == ["thing"]


def test_entries_that_stay_in_the_write_ahead_log(tmp_path: Path) -> None:
    """A new ledger whose file does not hold all that was put in is not made at all."""
    with ExitStack() as stack:

        def fill(store: Record) -> None:
            load(store, "nmi")
            reader = stack.enter_context(closing(sqlite3.connect(store.place)))
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM log").fetchone()

        with pytest.raises(StoreError, match="write-ahead log"):
            create_record(tmp_path / "ledger.sqlite", fill)
    assert list(tmp_path.iterdir()) == []


def test_there_is_none(tmp_path: Path) -> None:
    """Where there is no ledger the error says so, and nothing is made."""
    for place in (tmp_path / "none.sqlite", tmp_path / "no" / "such" / "none.sqlite"):
        for write in (False, True):
            with pytest.raises(NoLedgerError, match=r"none\.sqlite"):
                open_record(place, write=write)
    assert list(tmp_path.iterdir()) == []


def test_a_later_schema(path: Path) -> None:
    """A ledger of a revision this program does not know is not touched."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0999'")
        connection.commit()
    for write in (False, True):
        with pytest.raises(NewerLedgerError, match="0999") as caught:
            open_record(path, write=write)
        assert caught.value.hint


def test_the_revisions_are_alembics() -> None:
    """The revisions that opening knows are the migrations there are."""
    assert revisions() == REVISIONS


def test_opening_is_cheap() -> None:
    """Opening and reading a ledger does not import Alembic."""
    program = (
        "import sys, projections.record as o\n"
        "o.open_record(sys.argv[1]).position()\n"
        "assert 'alembic' not in sys.modules"
    )
    with tempfile.TemporaryDirectory() as folder:
        create_record(Path(folder) / "ledger.sqlite")
        subprocess.run([sys.executable, "-c", program, f"{folder}/ledger.sqlite"], check=True)


# Making a ledger.


@pytest.mark.parametrize(
    "name", ["a b", "100%", "what?", "a#b", "~tilde", "Ærø-ж-🙂", "a'b\"c", "%41", "a&mode=memory"]
)
def test_awkward_paths(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path is taken literally, whatever characters it has."""
    place = tmp_path / name / f"{name}.sqlite"
    create_record(place)
    with open_record(place, write=True) as store:
        store.append(batch(attested()), by="anna")
    assert place.is_file()
    beside = {f"{place.name}{ending}" for ending in ("", "-lock")}
    assert {each.name for each in place.parent.iterdir()} == beside
    assert positions(place) == [1]


def test_places_may_be_urls_and_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`sqlite:///` names the same file as its path, and `~` is the user's home."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    create_record(f"sqlite:///{tmp_path}/one.sqlite")
    create_record("sqlite:///two.sqlite")
    create_record("~/three.sqlite")
    assert {each.name for each in tmp_path.iterdir()} == {
        f"{n}.sqlite" for n in ("one", "two", "three")
    }
    for place in ("one.sqlite", "sqlite:///one.sqlite", "~/two.sqlite", tmp_path / "three.sqlite"):
        open_record(place).close()
    assert path_of(f"sqlite:///{tmp_path}/a%20b.sqlite") == tmp_path / "a b.sqlite"


@pytest.mark.parametrize(
    "place",
    [
        *("", " ", ":memory:", "sqlite://", "sqlite:///", "sqlite:///:memory:", "a\0b", "x" * 300),
        *("postgresql://localhost:1/ledger", "mysql://x/y", "http://x/y", "~no-such-user/x"),
    ],
)
def test_places_that_are_none(tmp_path: Path, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A place no ledger can be in is refused in plain words, for making and for opening."""
    monkeypatch.chdir(tmp_path)
    for act in (create_record, open_record):
        with pytest.raises(StoreError):
            act(place)
    assert list(tmp_path.iterdir()) == []


def test_making_where_something_is(tmp_path: Path, path: Path) -> None:
    """Making a ledger never touches what is there already."""
    before = path.read_bytes()
    (tmp_path / "notes.txt").write_text("mine")
    for place in (path, tmp_path / "notes.txt", tmp_path, ".", "/"):
        with pytest.raises(StoreError, match="already"):
            create_record(place)
    assert path.read_bytes() == before
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_a_write_ahead_log_of_another_is_not_taken_for_the_new_ones(tmp_path: Path) -> None:
    """Where the log of a ledger that is gone lies about, none is made that would read it."""
    path = tmp_path / "ledger.sqlite"
    for ending in ("-wal", "-shm", "-journal"):
        beside = tmp_path / f"ledger.sqlite{ending}"
        beside.write_bytes(b"of another")
        with pytest.raises(StoreError, match=ending):
            create_record(path)
        assert not path.exists()
        beside.unlink()
    create_record(path)


def test_making_fails_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a ledger cannot be made no part of one is left."""

    def fail(*_: object) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr("ledger.storage.sqlite_file.create_schema", fail)
    with pytest.raises(StoreError, match="disk is full"):
        create_record(tmp_path / "ledger.sqlite")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="file"):
        create_record(tmp_path / "file" / "ledger.sqlite")


def test_a_new_ledger_has_the_users_permissions(tmp_path: Path) -> None:
    """A ledger is made with the permissions any new file gets, so that others may read it."""
    (tmp_path / "any").write_text("")
    create_record(tmp_path / "ledger.sqlite")
    assert stat.S_IMODE((tmp_path / "ledger.sqlite").stat().st_mode) == stat.S_IMODE(
        (tmp_path / "any").stat().st_mode
    )


def test_a_ledger_is_marked_durable_and_ours(path: Path) -> None:
    """The file says that it is a mission ledger, and keeps a synchronised write-ahead log."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    with closing(ledger.storage.sqlite.connect(path, write=True)) as connection:
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert connection.execute("PRAGMA recursive_triggers").fetchone() == (1,)
        assert connection.execute("PRAGMA trusted_schema").fetchone() == (0,)
        assert connection.execute("PRAGMA cell_size_check").fetchone() == (1,)


def test_the_default_place_is_a_file_of_the_users() -> None:
    """With no place named, the ledger is in the user's own data folder."""
    assert default_path().is_absolute()
    assert default_path().parts[-2:] == ("mission-ledger", "ledger.sqlite")


# Damage.


def read_everything(path: Path) -> None:
    """Ask a ledger every kind of question."""
    with open_record(path) as store:
        list(store.entries())
        list(store.of_mission("nato-mission-iraq"))
        store.missions()
        store.starting_with("0", limit=300)


def test_a_truncated_file(path: Path) -> None:
    """A file cut short is reported as a fault of the ledger, wherever it is met."""
    with open_record(path, write=True) as store:
        store.append(batch(*(attested(number=number) for number in range(9, 300))), by="anna")
    whole = path.read_bytes()
    for size in (17, 99, 100, 512, 4096, 8192, len(whole) // 2, len(whole) - 4096):
        path.write_bytes(whole[:size])
        with pytest.raises(StoreError, match=r"ledger\.sqlite"):
            read_everything(path)


def test_a_damaged_file(path: Path) -> None:
    """Bytes overwritten anywhere give the log as it was or an error of ours, never a traceback."""
    with open_record(path, write=True) as store:
        store.append(batch(*(attested(number=number) for number in range(9, 60))), by="anna")
    whole = path.read_bytes()
    for start in range(16, len(whole) - 64, 1999):
        path.write_bytes(whole[:start] + b"\xff" * 64 + whole[start + 64 :])
        with suppress(MissionLedgerError):
            read_everything(path)


@pytest.mark.parametrize(
    "trick",
    [
        "CREATE VIEW strange AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
        " SELECT i AS position, i AS bytes FROM n",
        "CREATE VIRTUAL TABLE words USING fts5(word)",
    ],
)
def test_a_file_made_to_keep_us_busy(path: Path, trick: str) -> None:
    """A file with views or virtual tables, which a ledger never has, is not read as a ledger."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(trick)
        connection.commit()
    with pytest.raises(NotALedgerError):
        open_record(path)


def test_a_file_with_something_huge(path: Path) -> None:
    """A value larger than any entry is refused before it is read into memory."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO log VALUES (4, zeroblob(50000000))")
        connection.execute("INSERT INTO entry VALUES (4, zeroblob(32), 7, NULL, NULL, 0)")
        connection.execute("INSERT INTO name VALUES (7, 'kfor')")
        connection.execute("UPDATE projection SET position = 4")
        connection.commit()
    with open_record(path) as store:
        for ask in (lambda: list(store.entries()), lambda: list(store.of_mission("kfor"))):
            with pytest.raises(DamagedLedgerError, match="larger than"):
                ask()


# Where nothing may be written.


@pytest.fixture
def shelf() -> Iterator[Path]:
    """Give a folder that every user can reach."""
    with nobody.shelf() as folder:
        yield folder


def on_shelf(path: Path, shelf: Path) -> Path:
    """Copy a ledger to where every user may read it."""
    there = shelf / path.name
    shutil.copy(path, there)
    there.chmod(0o444)
    return there


def test_reading_where_one_may_not_write(path: Path, shelf: Path) -> None:
    """A ledger in somebody else's folder can be read, and nothing is written there."""
    there = on_shelf(path, shelf)
    shelf.chmod(0o555)
    assert as_nobody(lambda: positions(there)) == "[1, 2, 3]"
    assert [each.name for each in shelf.iterdir()] == [there.name]
    shelf.chmod(0o755)


def test_writing_where_one_may_not(path: Path, shelf: Path) -> None:
    """An append to a ledger one may only read is refused as such, and not as something else."""
    there = on_shelf(path, shelf)
    shelf.chmod(0o555)

    def append() -> object:
        with open_record(there, write=True) as store:
            return store.append(batch(attested(number=9)), by="anna")

    assert as_nobody(append).startswith("ReadOnlyLedgerError: ")
    shelf.chmod(0o755)


def test_reading_beside_somebody_elses_writer(path: Path, shelf: Path) -> None:
    """A reader who may not write sees each append, before and after the writer closes the file."""
    there = on_shelf(path, shelf)
    there.chmod(0o644)
    with open_record(there, write=True) as store:
        store.append(batch(attested(number=9)), by="anna")
        assert as_nobody(lambda: positions(there)) == "[1, 2, 3, 4]"
    assert as_nobody(lambda: positions(there)) == "[1, 2, 3, 4]"


def test_a_reader_who_may_not_write_keeps_up(path: Path, shelf: Path) -> None:
    """Opened while nobody writes, a ledger one may only read still shows what comes later."""
    there = on_shelf(path, shelf)
    there.chmod(0o644)
    ready, go = os.pipe(), os.pipe()

    def look_twice() -> object:
        with open_record(there) as store:
            first = store.position()
            os.write(ready[1], b"!")
            os.read(go[0], 1)
            return first, store.position()

    def append() -> None:
        os.read(ready[0], 1)
        with open_record(there, write=True) as store:
            store.append(batch(attested(number=9)), by="anna")
        os.write(go[1], b"!")

    writer = os.fork()
    if not writer:
        append()
        os._exit(0)
    assert as_nobody(look_twice) == "(3, 4)"
    os.waitpid(writer, 0)
    for end in (*ready, *go):
        os.close(end)


def test_a_log_left_by_a_crash_is_not_overlooked(path: Path, shelf: Path) -> None:
    """Where acknowledged entries are in a write-ahead log that cannot be read, that is an error."""
    there = on_shelf(path, shelf)
    there.chmod(0o644)
    with open_record(there, write=True) as store:
        store.append(batch(attested(number=9)), by="anna")
        left = Path(f"{there}-wal").read_bytes()
    Path(f"{there}-wal").write_bytes(left)
    shutil.copy(path, there)
    Path(f"{there}-wal").chmod(0o644)
    shelf.chmod(0o555)
    answer = as_nobody(lambda: positions(there))
    shelf.chmod(0o755)
    assert answer == "[1, 2, 3, 4]" or answer.startswith("StoreError: ")


def test_a_folder_one_may_not_enter(path: Path, shelf: Path) -> None:
    """A ledger behind a closed door is an error in plain words."""
    there = on_shelf(path, shelf)
    shelf.chmod(0o700)
    if os.getuid() == 0:
        assert as_nobody(lambda: positions(there)).startswith("StoreError: ")
    shelf.chmod(0o755)
    there.chmod(0)
    assert as_nobody(lambda: positions(there)).startswith("StoreError: ")


def test_reading_from_a_medium_nobody_can_write(path: Path, shelf: Path) -> None:
    """A ledger in a folder frozen even to root can be read."""
    there = on_shelf(path, shelf)
    if (
        shutil.which("chattr") is None
        or subprocess.run(
            ["chattr", "+i", there, shelf], check=False, capture_output=True
        ).returncode
    ):
        subprocess.run(["chattr", "-i", shelf, there], check=False, capture_output=True)
        pytest.skip("chattr +i does not work here")
    try:
        assert positions(there) == [1, 2, 3]
        with pytest.raises(StoreError), open_record(there, write=True) as store:
            store.append(batch(attested(number=9)), by="anna")
    finally:
        subprocess.run(["chattr", "-i", shelf, there], check=True)


# Several writers, killed writers, full disks.

WRITER = """
import sys
from events.catalogue import CommandAttested
from projections.record import open_record
from ledger.shipped.records import load
from projections.record import Record
from ledger.log import Batch
path, name, times = sys.argv[1], sys.argv[2], int(sys.argv[3])
with open_record(path, write=True) as store:
    for number in range(times):
        contents = tuple(
            CommandAttested(mission=name, on="2021-05-01", by="DNK", note=f"{number} {part}")
            for part in range(3)
        )
        print(store.append(Batch(contents), by=name).position, flush=True)
"""


def writer(path: Path, name: str, times: int) -> "subprocess.Popen[str]":
    """Start a process that appends batches of three and prints each position it is told."""
    command = [sys.executable, "-c", WRITER, str(path), name, str(times)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def whole_batches(path: Path) -> int:
    """Check that the log has no gap and no part of a batch, and return how long it is."""
    with open_record(path) as store:
        entries = list(store.entries())
    assert [entry.position for entry in entries] == list(range(1, len(entries) + 1))
    for first in range(3, len(entries), 3):
        assert len({entry.announcement for entry in entries[first : first + 3]}) == 1
    assert len(entries) % 3 == 0
    return len(entries)


def test_processes_that_write_at_once(path: Path) -> None:
    """Four processes append at once: nothing is lost, split or given a number twice."""
    writers = [writer(path, f"mission-{number}", 50) for number in range(4)]
    acknowledged = [int(line) for each in writers for line in each.communicate()[0].split()]
    assert [each.returncode for each in writers] == [0] * 4
    assert sorted(acknowledged) == list(range(6, 604, 3))
    assert whole_batches(path) == 603


def test_a_killed_writer(path: Path) -> None:
    """What a writer was told is appended is there after it is killed, and no part of a batch is."""
    before = 3
    for round_ in range(4):
        with writer(path, f"mission-{round_}", 100_000) as process:
            assert process.stdout is not None
            acknowledged = [int(process.stdout.readline())]
            time.sleep(0.05 * (round_ + 1))
            process.send_signal(signal.SIGKILL)
            acknowledged += [int(line) for line in process.stdout.read().splitlines() if line]
        length = whole_batches(path)
        assert before < max(acknowledged) <= length
        before = length


def append_elsewhere(path: Path, number: int) -> None:
    """Append an event in a process of its own, which is the last to close the ledger it knows."""
    subprocess.run([sys.executable, "-c", WRITER_OF_ONE, str(path), str(number)], check=True)


WRITER_OF_ONE = """
import sys
from events.catalogue import CommandAttested
from projections.record import open_record
from ledger.log import Batch
with open_record(sys.argv[1], write=True) as store:
    event = CommandAttested(mission="kfor", on="2021-05-01", by="DNK", note=sys.argv[2])
    store.append(Batch((event,)), by="bo")
"""


def test_a_ledger_opened_twice_in_one_process_loses_nothing(path: Path) -> None:
    """Opening it again leaves the locks alone by which others know that it is open."""
    with open_record(path, write=True) as store:
        store.append(batch(attested(number=9)), by="anna")
        with open_record(path) as again:
            assert again.position() == 4
        append_elsewhere(path, 10)
        assert store.append(batch(attested(number=11)), by="anna").position == 6
        assert positions(path) == [1, 2, 3, 4, 5, 6]
    assert positions(path) == [1, 2, 3, 4, 5, 6]


def test_a_checkpoint_that_was_interrupted(path: Path, tmp_path: Path) -> None:
    """A file whose first page states pages that it lacks yet is opened, with its log beside it."""
    left = tmp_path / "left.sqlite"
    with open_record(path, write=True) as store:
        load(store, "nmi")
        for end in ("", "-wal"):
            shutil.copyfile(f"{path}{end}", f"{left}{end}")
        position = store.position()
    # A checkpoint writes the first page first.
    first = path.read_bytes()[:4096]
    left.write_bytes(first + left.read_bytes()[4096:])
    assert left.stat().st_size < 4096 * int.from_bytes(first[28:32], "big")
    with open_record(left) as store:
        assert (store.position(), verify(store).findings) == (position, ())


def test_nothing_is_appended_to_a_log_that_was_taken_away(path: Path) -> None:
    """Who reads the file otherwise drops the locks on it: then all is refused, and nothing lost."""
    store = open_record(path, write=True)
    store.append(batch(attested(number=9)), by="anna")
    path.read_bytes()
    append_elsewhere(path, 10)
    append_elsewhere(path, 11)
    for act in (
        store.position,
        lambda: store.append(batch(attested(number=12)), by="anna"),
        lambda: open_record(path),
    ):
        with pytest.raises(StoreError, match="was removed") as caught:
            act()
        assert "restart" in caught.value.hint
    store.close()
    append_elsewhere(path, 12)
    shown = (
        "import sys; from projections.record import open_record;"
        " from ledger.upkeep.verify import verify"
    )
    program = f"{shown}\nwith open_record(sys.argv[1]) as store: print(verify(store))"
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True
    )
    assert "size=7" in done.stdout
    assert "findings=()" in done.stdout


def test_a_connection_that_is_dropped_takes_no_log_away(path: Path, tmp_path: Path) -> None:
    """However a program lets go of a ledger, what another appended and did not close is there."""
    program = (
        "import sys, os, signal, subprocess; from pathlib import Path\n"
        "from projections.record import open_record\n"
        "from tests.ledger.storage.test_sqlite import append_elsewhere, attested, batch\n"
        "path = Path(sys.argv[1])\n"
        "if sys.argv[2:]:\n"
        "    store = open_record(path, write=True)\n"
        "    store.append(batch(attested(number=11)), by='bo')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "store = open_record(path, write=True)\n"
        "store.append(batch(attested(number=9)), by='bo')\n"
        "path.read_bytes()\n"
        "append_elsewhere(path, 10)\n"
        "subprocess.run([sys.executable, sys.argv[0], path, 'and die'])\n"
    )
    script = tmp_path / "program.py"
    script.write_text(program)
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    subprocess.run([sys.executable, script, path], check=True, env=environment)
    assert positions(path) == [1, 2, 3, 4, 5, 6]


def test_a_link_to_a_ledger_has_the_same_log(path: Path, tmp_path: Path) -> None:
    """What a crash left in the write-ahead log is found through a symbolic link, too."""
    link = tmp_path / "elsewhere" / "link.sqlite"
    link.parent.mkdir()
    link.symlink_to(path)
    assert log_of(link) == path.resolve().with_name("ledger.sqlite-wal")
    with open_record(link, write=True) as store:
        store.append(batch(attested(number=9)), by="anna")
        assert log_of(link).stat().st_size > 0
        assert not link.with_name("link.sqlite-wal").exists()


def descriptors() -> int:
    """Count the descriptors that this process has open."""
    return len(list(Path("/proc/self/fd").iterdir()))


def test_opening_again_and_again_leaves_no_descriptor(path: Path) -> None:
    """Of a file that is in use one descriptor more is kept, and closed when it no longer is."""
    before = descriptors()
    with open_record(path, write=True) as store:
        for _ in range(50):
            with open_record(path) as again:
                assert again.position() == store.position() == 3
        assert descriptors() < before + 10
    assert descriptors() == before
    for _ in range(50):
        assert open_record(path).position() == 3  # and not closed
    gc.collect()
    assert descriptors() == before


def test_a_refusal_costs_no_connection(path: Path) -> None:
    """After what is refused, the same connection is used again, and no checkpoint is made."""
    with open_record(path, write=True) as store:
        store.append(batch(attested(number=9)), by="anna")
        pool = store._backend.engine.pool  # type: ignore[attr-defined]
        with pytest.raises(PositionConflictError):
            store.append(batch(attested(number=10)), by="anna", expected=77)
        with pytest.raises(DamagedLedgerError):
            store.tree(1000)
        assert (pool.checkedin(), pool.checkedout()) == (1, 0)
        assert path.with_name(f"{path.name}-wal").stat().st_size > 0
        assert store.position() == 4


def test_a_writer_who_holds_the_ledger(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer who cannot have its turn is told who is in the way, and nothing is appended."""
    monkeypatch.setattr(ledger.storage.sqlite, "BUSY_SECONDS", 0.1)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with open_record(path, write=True) as store:
            with pytest.raises(BusyLedgerError, match="other than mission") as caught:
                store.append(batch(attested(number=9)), by="anna")
            assert str(path) in caught.value.message
            assert caught.value.hint
            assert store.position() == 3
            other.execute("ROLLBACK")
            assert store.append(batch(attested(number=9)), by="anna").position == 4


def test_a_writer_who_has_the_turn(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer who waits in vain is told which process has the turn."""
    monkeypatch.setattr(ledger.storage.sqlite, "BUSY_SECONDS", 0.1)
    with open_record(path, write=True) as store:
        with hold_lock(path, 1), pytest.raises(BusyLedgerError, match=str(os.getpid())):
            store.append(batch(attested(number=9)), by="anna")
        assert store.append(batch(attested(number=9)), by="anna").position == 4


def test_a_relative_path_has_the_lock_of_where_the_process_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two ledgers of one relative path in two folders each have a lock of their own."""
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        monkeypatch.chdir(tmp_path / name)
        create_record(Path("ledger.sqlite"))
        with open_record("ledger.sqlite", write=True) as store:
            store.append(batch(attested(number=1)), by="anna")
        assert Path("ledger.sqlite-lock").exists()


def test_the_lock_lies_beside_the_file_that_links_lead_to(tmp_path: Path) -> None:
    """A path through a link and up again leads to one ledger, and to its one lock."""
    (tmp_path / "real" / "sub").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "real" / "sub")
    place = create_record(tmp_path / "real" / "ledger.sqlite")
    with hold_lock(tmp_path / "link" / ".." / "ledger.sqlite", 1):
        pass
    assert (tmp_path / "real" / "ledger.sqlite-lock").exists()
    assert not (tmp_path / "ledger.sqlite-lock").exists()
    assert place == tmp_path / "real" / "ledger.sqlite"


def test_closing_takes_a_turn(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last writer to close makes a checkpoint, and waits for its turn to do so."""
    store = open_record(path, write=True)
    store.append(batch(attested(number=9)), by="anna")
    closed = threading.Event()

    def close() -> None:
        store.close()
        closed.set()

    with hold_lock(path, 1):
        closing_ = threading.Thread(target=close)
        closing_.start()
        assert not closed.wait(0.3)
        assert path.with_name(f"{path.name}-wal").stat().st_size
    closing_.join(60)
    assert closed.is_set()
    assert not path.with_name(f"{path.name}-wal").exists()


def test_a_group_takes_turns(path: Path) -> None:
    """Whoever may write to the ledger may take a turn, whatever the umask of who came first."""
    path.chmod(0o664)
    before = os.umask(0o077)
    try:
        open_record(path, write=True).close()
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.with_name(f"{path.name}-lock").stat().st_mode) == 0o664


def test_links_lead_to_the_same_turn(path: Path, tmp_path: Path) -> None:
    """Two writers that name one ledger by a link and by its name take turns all the same."""
    link = tmp_path / "link.sqlite"
    link.symlink_to(path)
    with hold_lock(path, 1), pytest.raises(BusyLedgerError), hold_lock(link, 0.05):
        pass


def test_a_file_of_two_names_is_not_written_to(path: Path, tmp_path: Path) -> None:
    """A hard link would let two writers miss each other: neither may append, both may read."""
    (tmp_path / "twin.sqlite").hardlink_to(path)
    for name in (path, tmp_path / "twin.sqlite"):
        with pytest.raises(StoreError, match="hard link"):
            open_record(name, write=True)
        assert positions(name) == [1, 2, 3]
    (tmp_path / "twin.sqlite").unlink()
    open_record(path, write=True).close()


LIMITED = """
import resource, sys
from events.errors import StoreError
from events.catalogue import CommandAttested
from projections.record import open_record
from ledger.shipped.records import load
from projections.record import Record
from ledger.log import Batch
with open_record(sys.argv[1], write=True) as store:
    store.position()
    resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000))
    try:
        for number in range(1000):
            event = CommandAttested(mission="kfor", on="2021-05-01", by="DNK", note=str(number))
            print(store.append(Batch((event,)), by="anna").position, flush=True)
    except StoreError as error:
        print(error.message, file=sys.stderr)
"""


def test_a_disk_that_takes_no_more(path: Path) -> None:
    """Where the disk refuses to take more, what was acknowledged stays and the rest is refused."""
    ran = subprocess.run(
        [sys.executable, "-c", LIMITED, str(path)], capture_output=True, text=True, check=True
    )
    assert "ledger.sqlite could not be" in ran.stderr
    assert "Traceback" not in ran.stderr
    last = int(ran.stdout.split()[-1])
    assert positions(path) == list(range(1, last + 1))


# The indexes are used.


def test_queries_use_their_indexes(path: Path) -> None:
    """No question about one mission, source, id or moment reads the whole log."""
    asked: list[str] = []
    with open_record(path, write=True) as store:
        with store.reading() as reader:
            driver = reader.connection.connection.driver_connection
            driver.set_trace_callback(asked.append)  # type: ignore[union-attr]
        entry = next(store.of_mission("nato-mission-iraq", upto=2))
        list(store.of_mission("nato-mission-iraq"))
        list(store.of_sources(["um-handover-2022-05", "another"], upto=2))
        store.starting_with("ab")
        store.position_at(entry.recorded_at)
        store.mission_named("nmi")
        store.missions()
        store.missions(upto=2)
        list(store.entries(after=1, upto=2))
        store.tree()
        store.nodes(1, 0, 1)
        store.append(batch(UM, attested(number=9)), by="anna")
    queries = [each for each in asked if each.startswith("SELECT")]
    assert len(queries) >= 14
    with closing(sqlite3.connect(path)) as connection:
        for statement in queries:
            for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {statement}"):
                assert not step.startswith(("SCAN entry", "SCAN log", "SCAN leaf")), statement


@pytest.mark.parametrize("write", [True, False])
def test_another_file_in_its_place_is_not_taken_for_the_ledger(tmp_path: Path, write: bool) -> None:
    """A store that is open refuses to go on with a file that was put there meanwhile."""
    path, other = tmp_path / "ledger.sqlite", tmp_path / "other.sqlite"
    for place, mission in ((path, "aa"), (other, "bb")):
        empty_ledger(place)
        with open_record(place, write=True) as store:
            event = CommandAttested(mission=mission, on="2021", by="DNK")
            store.append(Batch((event,)), by="anna")
    with open_record(path, write=write) as store:
        assert store.position() == 1
        other.replace(path)
        with pytest.raises(StoreError, match="moved, removed or replaced"):
            store.position()
        if write:
            event = CommandAttested(mission="aa", on="2022", by="DNK")
            with pytest.raises(StoreError, match="moved, removed or replaced"):
                store.append(Batch((event,)), by="anna")
    with open_record(path) as store:
        assert [each.mission for each in store.missions()] == ["bb"]
        assert verify(store).findings == ()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE period SET series = 'x'",
        "UPDATE period SET series = '[1]'",
        "UPDATE period SET series = '{\"1\": 7}'",
        "UPDATE period SET series = 7",
        "UPDATE period SET facet = 'x' || facet",
        "UPDATE claim SET first = 'x', source = 'y'",
        "UPDATE claim SET says = 99",
        "UPDATE claim SET data = '['",
        "UPDATE period SET begins = 1.5, ends = 'x'",
    ],
)
def test_a_claims_index_of_other_values_is_one_clear_error(tmp_path: Path, statement: str) -> None:
    """Whatever lies in it, a question gives an answer or one error; `verify` names it."""
    path = empty_ledger(tmp_path / "ledger.sqlite")
    with open_record(path, write=True) as store:
        append_drawn(store, draw(1, 60))
    tamper(path, statement)
    with open_record(path, write=True) as store:
        for question in (DayQuestion(734_000), PlansQuestion(), SpanQuestion(700_000, 740_000)):
            with suppress(DamagedLedgerError):
                store.select("alpha", question)
        with suppress(DamagedLedgerError):
            store.missions_of("DNK", 734_000)
        assert {"claims", "unreadable-index"} & {each.code for each in verify(store).findings}
        store.rebuild()
        assert verify(store).findings == ()
