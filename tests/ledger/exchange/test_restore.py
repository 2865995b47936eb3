"""A restored backup takes the place of a ledger whole, and the ledger is kept."""

import errno
import os
import shutil
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from events.errors import BusyLedgerError, NotALedgerError, StoreError
from ledger.exchange.backup import back_up
from ledger.exchange.restore import Restored, restore
from ledger.log import Batch
from ledger.storage import sqlite
from ledger.storage.write_lock import hold_lock, is_log_familiar
from ledger.upkeep.verify import verify
from projections.record import open_record
from tests.ledger.storage.mixtures import Mixture, Stored, beside, events, make, new_ledger, run
from tests.tampering import tamper

Paths = tuple[Path, Path]


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """Give a ledger, and a backup of it."""
    path, backup = tmp_path / "ledger.sqlite", tmp_path / "kept" / "backup.sqlite"
    backup.parent.mkdir()
    new_ledger(path, 1)
    with open_record(path) as store:
        back_up(store, backup)
    return path, backup


def restored(backup: Path, place: Path | str, *, without_newer: bool = False) -> Restored:
    """Restore a backup."""
    with open_record(backup) as source:
        return restore(source, place, without_newer=without_newer)


def log(path: Path) -> Stored:
    """Return the log of a ledger that verifies."""
    with open_record(path) as store:
        assert verify(store).findings == ()
        return tuple(store.stored())


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder, without those of the lock and the shared memory."""
    return {
        each.name: each.read_bytes()
        for each in folder.iterdir()
        if each.is_file() and not each.name.endswith(("-lock", "-shm")) and each.stat().st_size
    }


def add(path: Path, number: int) -> None:
    """Append an announcement of three entries."""
    with open_record(path, write=True) as store:
        store.append(Batch(tuple(events("m-2", number, number + 1))), by="anna")


def test_a_backup_takes_the_place_of_a_ledger(paths: Paths) -> None:
    """Its entries are there, and what was there is kept under another name."""
    path, backup = paths
    path.chmod(0o640)
    before = log(path)
    add(backup, 900)  # it has gone on elsewhere
    done = restored(backup, path)
    assert log(path) == log(backup)
    assert len(log(path)) == done.tree.size == len(before) + 3
    assert done.replaced
    assert done.replaced == (done.replaced.path, len(before), 0, True)
    assert log(done.replaced.path) == before
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert path.stat().st_nlink == done.replaced.path.stat().st_nlink == 1
    add(path, 901)
    again = restored(backup, path, without_newer=True)
    assert again.replaced
    assert again.replaced.path != done.replaced.path


def test_what_a_killed_writer_left_is_kept(paths: Paths) -> None:
    """Entries in the write-ahead log move into the file that is set aside, and not into the new."""
    path, backup = paths
    run(path, events("m-2", 900, 901), then="kill")
    assert beside(path, "-wal").stat().st_size > 0
    done = restored(backup, path, without_newer=True)
    assert log(path) == log(backup)
    assert done.replaced
    assert not beside(done.replaced.path, "-wal").exists()
    assert len(log(done.replaced.path)) == len(log(backup)) + 3
    assert done.replaced.lacking == 3


@pytest.mark.parametrize("then", ["close", "kill"])
def test_newer_entries_are_not_left_out_unasked(paths: Paths, then: str) -> None:
    """A ledger with entries that the backup lacks stays, and they are counted."""
    path, backup = paths
    run(path, events("m-2", 900, 901), then=then)  # type: ignore[arg-type]
    before = contents(path.parent)
    with pytest.raises(StoreError, match=r"has 3 entries that .*backup.sqlite lacks") as caught:
        restored(backup, path)
    assert "--without-newer-entries" in caught.value.hint
    assert contents(path.parent) == before


def test_another_ledger_is_not_replaced_unasked(paths: Paths, tmp_path: Path) -> None:
    """All entries of a ledger that has another log count as newer."""
    path, _ = paths
    other = new_ledger(tmp_path / "other.sqlite", 2, "ITA")
    with pytest.raises(StoreError, match="has 25 entries"):
        restored(other, path)


def test_where_there_is_no_ledger(paths: Paths, tmp_path: Path) -> None:
    """A backup becomes the ledger; folders are created, and a log without a file is set aside."""
    _, backup = paths
    path = tmp_path / "a" / "b" / "ledger.sqlite"
    assert restored(backup, path).replaced is None
    assert log(path) == log(backup)
    path.unlink()
    beside(path, "-wal").write_bytes(b"of a ledger that was removed")
    assert restored(backup, path).replaced is None
    assert log(path) == log(backup)
    assert b"of a ledger that was removed" in contents(path.parent).values()


def cut(path: Path) -> None:
    """Truncate a ledger's file."""
    os.truncate(path, path.stat().st_size // 2)


def overwrite(path: Path) -> None:
    """Overwrite all but the first page."""
    path.write_bytes(path.read_bytes()[:4096] + os.urandom(path.stat().st_size - 4096))


def change(path: Path) -> None:
    """Change the bytes of an entry."""
    tamper(path, "UPDATE log SET bytes = x'7b7d' WHERE position = 3")


def with_foreign_log(path: Path) -> None:
    """Put a write-ahead log of another ledger beside a file."""
    bases = [new_ledger(path.with_name(who), 3, who) for who in ("DNK", "ITA")]
    mixed = path.with_name("mixed")
    mixed.mkdir()
    make(Mixture("another", 3, checkpoint=False, with_lock=False), mixed / "it", *bases)
    for ending in ("", "-wal"):
        shutil.move(beside(mixed / "it", ending), beside(path, ending))


@pytest.mark.parametrize("damage", [cut, overwrite, change, with_foreign_log])
def test_a_damaged_ledger_is_replaced(paths: Paths, damage: Callable[[Path], None]) -> None:
    """It is kept as it is, with the log beside it."""
    path, backup = paths
    damage(path)
    before = [
        beside(path, each).read_bytes() for each in ("", "-wal") if beside(path, each).exists()
    ]
    done = restored(backup, path, without_newer=True)
    assert log(path) == log(backup)
    assert done.replaced
    kept = [beside(done.replaced.path, each) for each in ("", "-wal")]
    assert [each.read_bytes() for each in kept if each.exists()] == before
    assert not beside(path, "-wal").exists() or not beside(path, "-wal").stat().st_size


@pytest.mark.parametrize("damage", [cut, overwrite])
def test_a_ledger_that_cannot_be_read_needs_no_option(
    paths: Paths, damage: Callable[[Path], None]
) -> None:
    """Where no entry can be read that the backup lacks, the backup takes its place at once."""
    path, backup = paths
    damage(path)
    done = restored(backup, path)
    assert done.replaced
    assert not done.replaced.complete


@pytest.mark.parametrize(
    "damage",
    [change, cut, lambda path: tamper(path, "DELETE FROM entry WHERE position = 3")],
    ids=["entry", "cut", "index"],
)
def test_a_damaged_backup_is_refused(paths: Paths, damage: Callable[[Path], None]) -> None:
    """What `verify` finds anything wrong with takes no ledger's place."""
    path, backup = paths
    damage(backup)
    before = contents(path.parent)
    with pytest.raises(StoreError, match=r"backup.sqlite") as caught:
        restored(backup, path)
    assert str(caught.value).count(".ledger-") == 0
    assert contents(path.parent) == before


def test_what_is_no_place_for_a_backup(paths: Paths, tmp_path: Path) -> None:
    """A database, the backup itself, a folder and another file are refused."""
    path, backup = paths
    with pytest.raises(StoreError, match="not of a PostgreSQL") as caught:
        restored(backup, "postgresql+psycopg://localhost/missions")
    assert "mission import" in caught.value.hint
    with pytest.raises(StoreError, match="that ledger itself"):
        restored(path, path)
    with pytest.raises(StoreError, match="is a folder"):
        restored(backup, tmp_path)
    (tmp_path / "thesis.txt").write_text("a thesis, not to be moved away")
    with pytest.raises(NotALedgerError):
        restored(backup, tmp_path / "thesis.txt")
    assert (tmp_path / "thesis.txt").read_text() == "a thesis, not to be moved away"


def test_a_link_leads_to_the_ledger(paths: Paths, tmp_path: Path) -> None:
    """Where the place is a symbolic link, what it leads to is replaced."""
    path, backup = paths
    add(backup, 900)
    link = tmp_path / "link"
    link.symlink_to(path)
    restored(backup, link)
    assert link.is_symlink()
    assert log(path) == log(backup)


@pytest.mark.parametrize("write", [True, False])
def test_programs_that_have_it_open_are_told(paths: Paths, write: bool) -> None:
    """They go on with neither ledger, and take no log of the new one away when they close it."""
    path, backup = paths
    store = open_record(path, write=write)
    assert store.position() > 0
    restored(backup, path)
    for _ in range(2):
        with pytest.raises(StoreError, match="no longer the same file"):
            store.position()
    if write:
        with pytest.raises(StoreError, match="no longer the same file"):
            store.append(Batch(tuple(events("m-2", 900, 901))), by="anna")
    run(path, events("m-2", 901, 902), then="kill")
    store.close()
    assert beside(path, "-wal").stat().st_size > 0
    assert is_log_familiar(path, 0)
    assert len(log(path)) == len(log(backup)) + 3


def test_it_waits_for_the_writer(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is replaced while another holds the write lock, or reads what is only in the log."""
    path, backup = paths
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.1)
    with hold_lock(path, 1), pytest.raises(BusyLedgerError):
        restored(backup, path)
    run(path, events("m-2", 900, 901), then="kill")
    with open_record(path) as store, store.reading() as reader:
        assert reader
        store.position()
        _ = reader.connection.exec_driver_sql("SELECT count(*) FROM log").all()
        with open_record(path, write=True) as another:
            another.append(Batch(tuple(events("m-2", 901, 902))), by="anna")
            with pytest.raises(StoreError, match=r"is reading|is locked"):
                restored(backup, path, without_newer=True)
    assert len(log(path)) == len(log(backup)) + 6


STEPS = ("link", "unlink", "rename", "replace", "fsync", "chmod")


@pytest.mark.parametrize("healthy", [True, False])
def test_a_crash_leaves_the_old_ledger_or_the_new(paths: Paths, healthy: bool) -> None:
    """Before and after each step on the file system the place holds one ledger, and all is kept."""
    path, backup = paths
    run(path, events("m-2", 900, 901), then="kill")
    if not healthy:
        beside(path, "-lock").unlink()
        path.touch()
        tamper_below(path)
    template = path.parent / "template"
    template.mkdir()
    for each in path.parent.glob(f"{path.name}*"):
        shutil.copy2(each, template / each.name)
    old = [beside(path, each).read_bytes() for each in ("", "-wal")]
    expected = log(backup)
    outcomes = []
    for step in range(60):
        folder = path.parent / str(step)
        shutil.copytree(template, folder)
        place = folder / path.name
        if healthy:
            open_record(place).close()  # which marks it
        finished = killed_at(step, backup, place)
        aside = sorted(folder.glob("ledger.sqlite.replaced-*[0-9]"))
        if healthy:
            found = log(place)
            assert found[: len(expected)] == expected
            outcomes.append("new" if found == expected else "old")
            if outcomes[-1] == "new":
                assert len(log(aside[0])) == len(expected) + 3
        else:
            kept = [place, *aside]
            whole = [
                [beside(each, ending).read_bytes() for ending in ("", "-wal")]
                for each in kept
                if each.exists() and beside(each, "-wal").exists()
            ]
            assert old in whole
            outcomes.append("new" if place.exists() and place.read_bytes() != old[0] else "old")
        restored(backup, place, without_newer=True)
        assert log(place) == expected
        add(place, 902)
        if finished:
            break
    assert finished
    assert set(outcomes) == {"old", "new"}
    assert outcomes == sorted(outcomes, reverse=True)


def tamper_below(path: Path) -> None:
    """Change a page of a ledger, so that it is damaged, and leave its log."""
    data = bytearray(path.read_bytes())
    data[5 * 4096 : 6 * 4096] = bytes(4096)
    path.write_bytes(data)


def killed_at(step: int, backup: Path, place: Path) -> bool:
    """Restore in a process that ends right before a step; return whether it came to its end."""
    if pid := os.fork():
        _, status = os.waitpid(pid, 0)
        assert os.waitstatus_to_exitcode(status) in (0, 9)
        return os.waitstatus_to_exitcode(status) == 0
    remaining = step

    def stopping(act: Callable[..., object]) -> Callable[..., object]:
        def stop(*arguments: object, **options: object) -> object:
            nonlocal remaining
            if not remaining:
                os._exit(9)
            remaining -= 1
            return act(*arguments, **options)

        return stop

    for name in STEPS:
        setattr(os, name, stopping(getattr(os, name)))
    try:
        restored(backup, place, without_newer=True)
    finally:
        os._exit(0 if place.exists() else 1)


def test_a_full_disk_changes_nothing(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the copy cannot be written, the ledger stays, and the error names it."""
    path, backup = paths
    before = contents(path.parent)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    for name in ("link", "fsync"):
        with monkeypatch.context() as patch, closing(open_record(backup)) as source:
            patch.setattr(os, name, full)
            with pytest.raises(StoreError, match=str(path)) as caught:
                restore(source, path)
        assert "nothing was changed" in caught.value.hint
        assert contents(path.parent) == before


def test_a_file_system_without_hard_links(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    """There the ledger is renamed, and the backup takes the name after that."""
    path, backup = paths
    add(path, 900)

    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    done = restored(backup, path, without_newer=True)
    assert log(path) == log(backup)
    assert done.replaced
    assert len(log(done.replaced.path)) == len(log(path)) + 3
