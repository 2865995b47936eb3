"""The published tiles: complete, checked from outside, added to, and never another log's."""

import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import ModuleType

import pytest
import sqlalchemy as sa

from events.errors import DamagedLedgerError, ProofError, UnreadableProofError
from ledger.transparency.checkpoints import (
    Checkpoint,
    read_checkpoint,
    read_unverified,
    write_checkpoint,
)
from ledger.transparency.keys import SigningKey
from ledger.transparency.tiles import export_tiles, tile_path
from projections.record import Record, open_record
from tests.ledger.transparency.signed import KEY, checkpoint_of, lengthen, new_log
from tests.postgres import Server

SIZE = 600


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Record]:
    """Give a ledger of two full tiles and a partial one."""
    with new_log(tmp_path_factory.mktemp("log") / "ledger.sqlite", SIZE) as ledger:
        yield ledger


@pytest.fixture(scope="module")
def outside() -> ModuleType:
    """Give a verifier of tile logs that is not ours."""
    verifier: ModuleType = pytest.importorskip(
        "aics_tlog", reason="aics-tlog, a verifier of tile logs, is not installed"
    )
    return verifier


def export(ledger: Record, directory: Path, size: int) -> None:
    """Publish the first entries of a ledger."""
    export_tiles(ledger, directory, checkpoint_of(ledger, size), size)


def files(directory: Path) -> dict[str, bytes]:
    """Read every file of a folder."""
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


def audit(outside: ModuleType, directory: Path) -> int:
    """Have the published log checked from outside, all of it; return its size."""
    note = outside.parse_note((directory / "checkpoint").read_bytes())
    found = outside.verify_checkpoint(note, outside.parse_vkey(str(KEY.verifier)))
    if not found.ok:
        raise ValueError(found.error)
    checkpoint = outside.parse_checkpoint(note.text)
    reader = outside.FileSystemTileReader(directory)
    outside.audit_tiles(reader, checkpoint.size, checkpoint.root)
    return int(checkpoint.size)


@pytest.mark.parametrize(
    ("number", "width", "path"),
    [
        (0, 256, "000"),
        (7, 256, "007"),
        (999, 256, "999"),
        (1000, 256, "x001/000"),
        (1234067, 256, "x001/x234/067"),
        (273, 112, "273.p/112"),
        (1234, 1, "x001/234.p/1"),
    ],
)
def test_a_tile_is_named_as_the_standard_says(number: int, width: int, path: str) -> None:
    """A tile's number goes into groups of three digits, and its width behind a partial one."""
    assert tile_path(number, width) == path


def test_the_files_are_those_the_standard_names(ledger: Record, tmp_path: Path) -> None:
    """Six hundred entries are two full tiles and bundles, a partial one, and one above."""
    export(ledger, tmp_path / "log", SIZE)
    published = files(tmp_path / "log")
    assert {name: len(data) for name, data in published.items() if "entries" not in name} == {
        "checkpoint": len(checkpoint_of(ledger, SIZE)),
        "tile/0/000": 256 * 32,
        "tile/0/001": 256 * 32,
        "tile/0/002.p/88": 88 * 32,
        "tile/1/000.p/2": 2 * 32,
    }
    bundles = [published[f"tile/entries/{name}"] for name in ("000", "001", "002.p/88")]
    stored = [raw for _, raw in ledger.stored()]
    assert b"".join(bundles) == b"".join(len(raw).to_bytes(2, "big") + raw for raw in stored)
    assert read_checkpoint(published["checkpoint"], KEY.verifier).size == SIZE


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 511, 512, 513, SIZE])
def test_an_outside_verifier_accepts_the_folder(
    ledger: Record, tmp_path: Path, outside: ModuleType, size: int
) -> None:
    """A log of any size is read from its folder and found sound by a verifier that is not ours."""
    export(ledger, tmp_path / "log", size)
    assert audit(outside, tmp_path / "log") == size


def test_one_flipped_byte_anywhere_is_refused(
    ledger: Record, tmp_path: Path, outside: ModuleType
) -> None:
    """Whichever published file has a byte changed, the outside verifier refuses the log."""
    export(ledger, tmp_path, SIZE)
    for name, data in files(tmp_path).items():
        places = range(len(data)) if name == "checkpoint" else range(0, len(data), 997)
        for at in (*places, len(data) - 1):
            changed = bytearray(data)
            changed[at] ^= 1
            (tmp_path / name).write_bytes(changed)
            with pytest.raises((ValueError, OSError)):
                audit(outside, tmp_path)
        (tmp_path / name).write_bytes(data)
    assert audit(outside, tmp_path) == SIZE


def test_what_is_new_is_added(tmp_path: Path, outside: ModuleType) -> None:
    """Published again after it grew, a folder gains what is new; its full tiles are not touched."""
    published = tmp_path / "log"
    with new_log(tmp_path / "ledger.sqlite", 0) as ledger:
        before: dict[str, tuple[bytes, int]] = {}
        for size in (0, 3, 255, 256, 256, 300, 512, 515):
            lengthen(ledger, size)
            export(ledger, published, size)
            assert audit(outside, published) == size
            after = files(published)
            for name, (data, number) in before.items():
                if name != "checkpoint":
                    assert (published / name).stat().st_ino == number, f"{name} at {size}"
                    assert after[name] == data
            before = {
                name: (data, (published / name).stat().st_ino) for name, data in after.items()
            }
        fresh = tmp_path / "fresh"
        export(ledger, fresh, 515)
        assert files(fresh).items() <= files(published).items()


def test_a_folder_of_another_log_is_refused(ledger: Record, tmp_path: Path) -> None:
    """Where the folder holds entries this log not the first ones, nothing in it is written."""
    published = tmp_path / "log"
    with new_log(tmp_path / "other.sqlite", 10, note="otherwise") as other:
        export(other, published, 10)
    before = files(published)
    with pytest.raises(ProofError, match="not the first ones") as caught:
        export(ledger, published, SIZE)
    assert str(published) in caught.value.message
    assert files(published) == before


def test_a_folder_of_another_origin_is_refused(ledger: Record, tmp_path: Path) -> None:
    """The same entries under another name are another log."""
    export(ledger, tmp_path, 5)
    before = files(tmp_path)
    named = SigningKey("example.net/other", KEY.seed)
    with pytest.raises(ProofError, match="holds the log example"):
        export_tiles(ledger, tmp_path, checkpoint_of(ledger, SIZE, named), SIZE)
    assert files(tmp_path) == before


def test_what_was_published_is_not_taken_back(ledger: Record, tmp_path: Path) -> None:
    """Neither an older checkpoint, nor a ledger that lost entries, replaces what is there."""
    published = tmp_path / "log"
    export(ledger, published, SIZE)
    before = files(published)
    with pytest.raises(ProofError, match="never removed"):
        export(ledger, published, SIZE - 1)
    with new_log(tmp_path / "shorter.sqlite", 7) as shorter, pytest.raises(ProofError):
        export(shorter, published, 7)
    assert files(published) == before


def test_a_checkpoint_that_is_not_this_logs_is_refused(ledger: Record, tmp_path: Path) -> None:
    """A checkpoint of another root, another size, or more than there is writes nothing."""
    signed = write_checkpoint(Checkpoint(KEY.name, 5, bytes(32)), KEY)
    beyond = write_checkpoint(Checkpoint(KEY.name, SIZE + 1, bytes(32)), KEY)
    for note, size in ((signed, 5), (checkpoint_of(ledger, 5), 6), (beyond, SIZE + 1), (b"", 5)):
        with pytest.raises(ProofError):
            export_tiles(ledger, tmp_path / "log", note, size)
    assert not (tmp_path / "log").exists()


def test_a_folder_with_some_other_checkpoint_is_refused(ledger: Record, tmp_path: Path) -> None:
    """A file of that name which is no checkpoint is named, and left as it is."""
    (tmp_path / "checkpoint").write_text("saved game\n")
    with pytest.raises(UnreadableProofError, match="checkpoint: not a signed note"):
        export(ledger, tmp_path, 5)
    assert files(tmp_path) == {"checkpoint": b"saved game\n"}


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE leaf SET hash = zeroblob(32) WHERE position = 301",
        "UPDATE tile SET hash = zeroblob(32) WHERE number = 1",
        "UPDATE leaf SET hash = zeroblob(32) WHERE position = 600",
        "UPDATE log SET bytes = CAST(bytes || ' ' AS BLOB) WHERE position = 301",
        "DELETE FROM log WHERE position = 301",
    ],
)
def test_a_damaged_ledger_is_not_published(tmp_path: Path, damage: str) -> None:
    """Where entries and tree do not match, what was published last stands."""
    published = tmp_path / "log"
    with new_log(tmp_path / "ledger.sqlite", SIZE) as ledger:
        export(ledger, published, 200)
        before = files(published)["checkpoint"]
        signed = checkpoint_of(ledger, SIZE)
    change(tmp_path / "ledger.sqlite", damage)
    damaged = open_record(tmp_path / "ledger.sqlite")
    with damaged, pytest.raises(DamagedLedgerError, match="do not match"):
        export_tiles(damaged, published, signed, SIZE)
    assert files(published)["checkpoint"] == before


def test_nobody_reads_a_checkpoint_whose_tiles_are_not_there(
    tmp_path: Path, outside: ModuleType
) -> None:
    """Whoever reads the folder while it is written finds, each time, a log that is complete."""
    published, done = tmp_path / "log", threading.Event()
    seen: set[int] = set()
    wrong: list[Exception] = []

    def read() -> None:
        while not done.is_set():
            try:
                seen.add(audit(outside, published))
            except Exception as error:
                wrong.append(error)

    reader = threading.Thread(target=read)
    with new_log(tmp_path / "ledger.sqlite", 400) as ledger:
        export(ledger, published, 1)
        reader.start()
        for size in range(20, 401, 20):
            export(ledger, published, size)
    done.set()
    reader.join()
    assert not wrong
    assert seen - {1}
    assert not [name for name in files(published) if "/." in name or name.startswith(".")]


def test_writers_at_once_leave_the_newest_checkpoint(
    ledger: Record, tmp_path: Path, outside: ModuleType
) -> None:
    """Of many who publish into one folder at once, the one of the longest log has the last word."""
    signed = {size: checkpoint_of(ledger, size) for size in range(60, SIZE + 1, 60)}

    def publish(size: int) -> None:
        with suppress(ProofError):  # more is there already
            export_tiles(ledger, tmp_path, signed[size], size)

    with ThreadPoolExecutor(len(signed)) as pool:
        list(pool.map(publish, signed))
    assert audit(outside, tmp_path) == SIZE


def test_a_ledger_on_postgresql_is_published(
    postgres: Server, tmp_path: Path, outside: ModuleType
) -> None:
    """What is published of a ledger does not depend on the database it is kept in."""
    with new_log(postgres.empty_ledger(), 300) as ledger:
        export(ledger, tmp_path, 300)
    assert audit(outside, tmp_path) == 300


def test_a_published_file_that_was_changed_is_told(
    ledger: Record, tmp_path: Path, outside: ModuleType
) -> None:
    """Exported again, a folder with a flipped byte is refused; moved away, the file is anew."""
    for size in (300, SIZE):
        export(ledger, tmp_path, size)
    whole = files(tmp_path)
    for name in set(whole) - {"checkpoint"}:
        data = bytearray(whole[name])
        data[len(data) // 2] ^= 1
        (tmp_path / name).write_bytes(data)
        if name.endswith(("p/44", "p/1")):  # of the shorter log, which is not looked at again
            continue
        with pytest.raises(ProofError, match="was changed") as caught:
            export(ledger, tmp_path, SIZE)
        assert str(tmp_path / name) in caught.value.message
        (tmp_path / name).unlink()
        export(ledger, tmp_path, SIZE)
        assert (tmp_path / name).read_bytes() == whole[name]
    assert audit(outside, tmp_path) == SIZE


@pytest.mark.skipif(os.name != "posix", reason="who may read a file is told otherwise here")
def test_all_may_read_what_is_published(ledger: Record, tmp_path: Path) -> None:
    """A web server of another user can read every file, as far as the umask lets it."""
    before = os.umask(0o022)
    try:
        export(ledger, tmp_path / "log", 3)
    finally:
        os.umask(before)
    for name in files(tmp_path / "log"):
        assert (tmp_path / "log" / name).stat().st_mode & 0o777 == 0o644


def test_what_stopped_halfway_is_taken_up_again(
    ledger: Record, tmp_path: Path, outside: ModuleType
) -> None:
    """Tiles that an export left without a checkpoint, right or wrong, are written over."""
    (tmp_path / "tile" / "0").mkdir(parents=True)
    (tmp_path / "tile" / "0" / "000").write_bytes(b"half a t")
    export(ledger, tmp_path, SIZE)
    assert (
        audit(outside, tmp_path)
        == read_unverified((tmp_path / "checkpoint").read_bytes()).size
        == SIZE
    )


def change(path: Path, statement: str) -> None:
    """Go around the ledger's own guards, as somebody with the file can."""
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        names = connection.execute(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
        for name in names.scalars().all():
            connection.execute(sa.text(f'DROP TRIGGER "{name}"'))
        connection.execute(sa.text(statement))
    engine.dispose()
