"""A backup is the ledger as it stood, whole and verified, or there is none."""

import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from events.catalogue import CommandAttested
from events.errors import DamagedLedgerError, StoreError
from ledger.exchange.backup import CHUNK, back_up
from ledger.log import Batch
from ledger.merkle.tree import EMPTY_ROOT, Tree, grow, leaf_hash
from ledger.upkeep.verify import verify
from projections.record import open_record
from tests.postgres import Server
from tests.ready import empty_ledger
from tests.tampering import forged, tamper


def events(first: int, end: int) -> Batch:
    """Make a batch of events that differ by their numbers."""
    return Batch(
        tuple(
            CommandAttested(mission="kfor", on="2021-05-01", by="DNK", note=f"no. {number}")
            for number in range(first, end)
        ),
    )


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """Give a ledger of five entries."""
    path = empty_ledger(tmp_path / "ledger.sqlite")
    with open_record(path, write=True) as store:
        store.append(events(0, 5), by="anna")
    return path


def copied(place: str | Path, to: Path) -> Tree:
    """Back a ledger up."""
    with open_record(place) as store:
        return back_up(store, to)


def logged(place: str | Path) -> list[tuple[int, bytes]]:
    """Return a ledger's stored bytes by position."""
    with open_record(place) as store:
        return list(store.stored())


def names(folder: Path) -> set[str]:
    """Return what is in a folder, without what lies beside a ledger in use."""
    return {each.name for each in folder.iterdir() if not each.name.startswith("ledger.sqlite-")}


def test_a_backup_is_the_same_ledger(ledger: Path, tmp_path: Path) -> None:
    """The copy holds the same bytes at the same positions, verifies, and goes on from there."""
    made = copied(ledger, tmp_path / "copy.sqlite")
    assert names(tmp_path) == {"ledger.sqlite", "copy.sqlite"}
    assert logged(tmp_path / "copy.sqlite") == logged(ledger)
    with open_record(tmp_path / "copy.sqlite", write=True) as store:
        assert verify(store).findings == ()
        assert store.tree() == made == grow(Tree(), (leaf_hash(r) for _, r in logged(ledger)))[0]
        assert store.append(events(5, 6), by="anna").position == 6
    assert len(logged(ledger)) == 5


def test_a_backup_of_many_entries(ledger: Path, tmp_path: Path) -> None:
    """What takes several transactions comes out as one log, and its progress is told."""
    with open_record(ledger, write=True) as store:
        store.append(events(5, 2 * CHUNK + 1), by="anna")
    told: list[tuple[int, int]] = []
    with open_record(ledger) as store:
        back_up(store, tmp_path / "copy.sqlite", progress=lambda *each: told.append(each))
    end = 2 * CHUNK + 1
    assert told == [(CHUNK, end), (2 * CHUNK, end), (end, end)]
    assert logged(tmp_path / "copy.sqlite") == logged(ledger)


def test_a_backup_of_nothing(tmp_path: Path) -> None:
    """An empty ledger is copied like any other."""
    empty_ledger(tmp_path / "ledger.sqlite")
    assert copied(tmp_path / "ledger.sqlite", tmp_path / "copy.sqlite").root == EMPTY_ROOT
    assert logged(tmp_path / "copy.sqlite") == []


def test_a_backup_of_a_ledger_in_postgresql(postgres: Server, tmp_path: Path) -> None:
    """A ledger in PostgreSQL becomes a SQLite ledger of the same bytes and the same root."""
    url = postgres.empty_ledger()
    with open_record(url, write=True) as store:
        store.append(events(0, 7), by="anna")
        tree = store.tree()
    assert copied(url, tmp_path / "copy.sqlite") == tree
    assert logged(tmp_path / "copy.sqlite") == logged(url)
    assert stat.S_IMODE((tmp_path / "copy.sqlite").stat().st_mode) == 0o600


def test_a_backup_while_others_append(ledger: Path, tmp_path: Path) -> None:
    """Entries appended meanwhile are not in the copy, and nobody waits for it."""

    def meanwhile(*_: object) -> None:
        with open_record(ledger, write=True) as another:
            another.append(events(5, 8), by="bo")

    with open_record(ledger) as store:
        made = back_up(store, tmp_path / "copy.sqlite", progress=meanwhile)
    assert made.size == 5
    assert logged(ledger)[:5] == logged(tmp_path / "copy.sqlite")
    assert len(logged(ledger)) == 8


WRITER = """
import sys
import time
from events.catalogue import CommandAttested
from projections.record import open_record
from ledger.log import Batch
with open_record(sys.argv[1], write=True) as store:
    number = 1000
    while True:
        number += 1
        event = CommandAttested(mission="kfor", on="2021-05-01", by="DNK", note=str(number))
        print(store.append(Batch((event,)), by="anna").position, flush=True)
"""


def wait_for_more(ledger: Path, than: int) -> None:
    """Wait until somebody has appended to a ledger of so many entries."""
    with open_record(ledger) as store:
        while store.position() <= than:
            time.sleep(0.01)


def test_backups_beside_a_writer_who_does_not_stop(ledger: Path, tmp_path: Path) -> None:
    """Each copy made beside a busy writer is the beginning of the log it is made from."""
    command = [sys.executable, "-c", WRITER, str(ledger)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as writer:
        sizes = []
        for number in range(3):
            wait_for_more(ledger, than=sizes[-1] if sizes else 5)
            sizes.append(copied(ledger, tmp_path / f"{number}.sqlite").size)
        writer.kill()
    assert sizes == sorted(set(sizes))
    for number, size in enumerate(sizes):
        assert logged(tmp_path / f"{number}.sqlite") == logged(ledger)[:size]


@pytest.mark.parametrize(
    "put",
    [
        lambda path: path.write_bytes(b"something"),
        lambda path: path.mkdir(),
        lambda path: path.symlink_to("nowhere"),
        lambda path: path.with_name(f"{path.name}-wal").write_bytes(b"of another database"),
    ],
    ids=["file", "folder", "dangling link", "write-ahead log"],
)
def test_nothing_is_overwritten(
    ledger: Path, tmp_path: Path, put: Callable[[Path], object]
) -> None:
    """Whatever has the name already, or would be taken for a part of the copy, stays as it is."""
    put(tmp_path / "copy.sqlite")
    before = names(tmp_path)
    with pytest.raises(StoreError, match=r"already exists|is a folder"):
        copied(ledger, tmp_path / "copy.sqlite")
    assert names(tmp_path) == before


def test_a_name_taken_meanwhile(ledger: Path, tmp_path: Path) -> None:
    """A file that somebody puts there while the copy is made is not overwritten."""
    path = tmp_path / "copy.sqlite"
    with open_record(ledger) as store, pytest.raises(StoreError, match="already exists"):
        back_up(store, path, progress=lambda *_: path.write_bytes(b"mine") and None)
    assert path.read_bytes() == b"mine"
    assert names(tmp_path) == {"ledger.sqlite", "copy.sqlite"}


def test_a_place_where_no_file_can_be(ledger: Path, tmp_path: Path) -> None:
    """A folder that is not there is not made, and a database is not a file."""
    with pytest.raises(StoreError, match="no folder"):
        copied(ledger, tmp_path / "a" / "copy.sqlite")
    with pytest.raises(StoreError):
        copied(ledger, "postgresql://localhost/copy")  # type: ignore[arg-type]
    assert names(tmp_path) == {"ledger.sqlite"}


@pytest.mark.parametrize(
    "damage",
    [
        forged,
        lambda path: tamper(path, "UPDATE log SET bytes = x'7b7d' WHERE position = 3"),
        lambda path: tamper(path, "UPDATE log SET bytes = 'text' WHERE position = 3"),
        lambda path: tamper(path, "UPDATE log SET bytes = 3 WHERE position = 3"),
        lambda path: tamper(path, "DELETE FROM log WHERE position = 3"),
        lambda path: tamper(
            path,
            "UPDATE log SET bytes = (SELECT bytes FROM log WHERE position = 2) WHERE position = 3",
        ),
    ],
    ids=["forged", "no entry", "text", "number", "gap", "twice"],
)
def test_a_damaged_ledger_is_not_copied(
    ledger: Path, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    """A ledger that holds what was not appended is named with the position; no copy appears."""
    damage(ledger)
    with pytest.raises(DamagedLedgerError, match=str(ledger)) as caught:
        copied(ledger, tmp_path / "copy.sqlite")
    assert caught.value.position == 3
    assert "no backup was made" in caught.value.hint
    assert names(tmp_path) == {"ledger.sqlite"}


def test_damage_beside_the_log_does_not_spoil_a_copy(ledger: Path, tmp_path: Path) -> None:
    """Indexes, inner nodes and triggers that are wrong in the ledger are right in the copy."""
    tamper(ledger, "DELETE FROM entry WHERE position = 2", "DELETE FROM leaf WHERE position = 2")
    with closing(sqlite3.connect(ledger)) as raw:
        raw.execute("DROP TRIGGER log_no_delete")
    copied(ledger, tmp_path / "copy.sqlite")
    with open_record(tmp_path / "copy.sqlite") as store:
        assert verify(store).findings == ()


def test_an_interrupted_backup_leaves_nothing(ledger: Path, tmp_path: Path) -> None:
    """Who is interrupted while copying, or while verifying, leaves no file behind."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with open_record(ledger) as store:
        with pytest.raises(KeyboardInterrupt):
            back_up(store, tmp_path / "copy.sqlite", progress=interrupted)
        with pytest.raises(KeyboardInterrupt):
            back_up(store, tmp_path / "copy.sqlite", verifying=interrupted)
    assert names(tmp_path) == {"ledger.sqlite"}


SLOWLY = """
import sys, time
from ledger.exchange.backup import back_up
from projections.record import open_record
def wait(*_):
    print("halfway", flush=True)
    time.sleep(60)
with open_record(sys.argv[1]) as store:
    back_up(store, sys.argv[2], **{sys.argv[3]: wait})
"""


@pytest.mark.parametrize("at", ["progress", "verifying"])
def test_a_killed_backup(ledger: Path, tmp_path: Path, at: str) -> None:
    """A backup that is killed leaves nothing under the name, and the next one is not hindered."""
    path = tmp_path / "copy.sqlite"
    command = [sys.executable, "-c", SLOWLY, str(ledger), str(path), at]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    assert not path.exists()
    assert copied(ledger, path).size == 5


LIMITED = """
import resource, sys
from events.errors import StoreError
from ledger.exchange.backup import back_up
from projections.record import open_record
with open_record(sys.argv[1]) as store:
    store.position()
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]),) * 2)
    try:
        back_up(store, sys.argv[2])
    except StoreError as error:
        print(error.message, error.hint, file=sys.stderr)
"""


@pytest.mark.parametrize("room", [0, 30_000, 300_000])
def test_a_disk_that_takes_no_more(ledger: Path, tmp_path: Path, room: int) -> None:
    """Where the disk is full the error names the file that was asked for, and nothing is left."""
    with open_record(ledger, write=True) as store:
        store.append(events(5, 1000), by="anna")
    path = tmp_path / "copy.sqlite"
    ran = subprocess.run(
        [sys.executable, "-c", LIMITED, str(ledger), str(path), str(room)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(path) in ran.stderr
    assert "no backup was made" in ran.stderr
    assert names(tmp_path) == {"ledger.sqlite"}


def test_a_backup_is_no_more_open_than_the_ledger(ledger: Path, tmp_path: Path) -> None:
    """Who may not read the ledger may not read its copy."""
    ledger.chmod(0o640)
    copied(ledger, tmp_path / "copy.sqlite")
    assert stat.S_IMODE((tmp_path / "copy.sqlite").stat().st_mode) == 0o640


def test_a_backup_of_a_ledger_one_can_only_read(ledger: Path, tmp_path: Path) -> None:
    """A ledger in a folder where nothing can be put is copied to one where it can."""
    ledger.chmod(0o444)
    (tmp_path / "own").mkdir()
    tmp_path.chmod(0o555)
    try:
        assert copied(ledger, tmp_path / "own" / "copy.sqlite").size == 5
    finally:
        tmp_path.chmod(0o755)
