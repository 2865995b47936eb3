"""A write-ahead log of another file is told: the ledger is refused, or answers as one ledger."""

import os
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import get_args

import pytest

import ledger.upkeep.foreign_log
from events.encoding.codec import Content, decode
from events.errors import DamagedLedgerError
from ledger import backends
from ledger.storage.write_lock import (
    accept_log,
    hold_lock,
    is_log_familiar,
    lock_of,
    observe_log,
)
from ledger.upkeep import health_file
from ledger.upkeep.health import Check
from ledger.upkeep.verify import verify
from projections.record import create_record, open_record
from tests.ledger.storage.mixtures import (
    CUTS,
    Kind,
    Mixture,
    Stored,
    answers,
    beside,
    copy,
    events,
    make,
    new_ledger,
    run,
)

SIZES = {"small": 0, "larger": 8}
"""Rounds of events for each mission: the claims are on one page, or on many."""

Ledgers = tuple[Path, Path]

_expected: dict[Stored, dict[str, object]] = {}


@pytest.fixture(scope="module", params=SIZES)
def ledgers(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Ledgers:
    """Give two ledgers with the same number of entries, about different nations."""
    folder, rounds = tmp_path_factory.mktemp(request.param), SIZES[request.param]
    return new_ledger(folder / "a", rounds), new_ledger(folder / "b", rounds, "ITA")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give a ledger whose writer was killed."""
    path = new_ledger(tmp_path / "ledger.sqlite", 1)
    run(path, events("m-1", 100, 102), then="kill")
    return path


def of_one_ledger(log: Stored, path: Path) -> dict[str, object]:
    """Return the answers of a ledger that was never anything but this log."""
    if log not in _expected:
        create_record(path)
        with open_record(path, write=True) as store:
            store.continue_with([decode(raw) for _, raw in log])
        _expected[log] = answers(path)
    return _expected[log]


def outcome(mixture: Mixture, folder: Path, ledgers: Ledgers) -> str:
    """Make a mixture and open it; say whether it is refused, answers rightly or wrongly."""
    folder.mkdir()
    path = folder / "ledger.sqlite"
    histories = make(mixture, path, *ledgers)
    try:
        found = answers(path)
    except DamagedLedgerError as error:
        if f"{path.name}-wal, do not belong together" not in error.message:
            return "unclear"
        return "refused"
    except AssertionError:  # in weighing, where claims are missing
        return "wrong"
    log = found["log"]
    whole = any(
        log == each[: len(each) if len(log) > len(each) else len(log)] for each in histories
    )
    return "right" if whole and found == of_one_ledger(log, folder / "new.sqlite") else "wrong"


@pytest.mark.parametrize("checkpoint", [True, False], ids=["checkpoint", "no checkpoint"])
@pytest.mark.parametrize("kind", get_args(Kind))
def test_no_mixture_gives_a_wrong_answer(
    kind: Kind, checkpoint: bool, ledgers: Ledgers, tmp_path: Path
) -> None:
    """Whatever file came to lie beside the log of a killed writer, no answer is a mixture's.

    The lock file came with half of them.
    """
    mixtures = (Mixture(kind, cut, checkpoint, with_lock=cut % 4 < 2) for cut in range(CUTS))
    found = Counter(outcome(each, tmp_path / str(each.cut), ledgers) for each in mixtures)
    assert found["refused"] + found["right"] == CUTS, found
    if checkpoint:
        assert found["refused"]


@pytest.mark.parametrize("ledgers", ["larger"], indirect=True)
def test_without_the_check_answers_would_be_wrong(
    ledgers: Ledgers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mixtures of larger ledgers are dangerous: many would be answered from."""
    monkeypatch.setattr(backends, "is_log_familiar", lambda *_: True)
    mixtures = (Mixture("newer", cut, checkpoint=True, with_lock=True) for cut in range(CUTS))
    found = Counter(outcome(each, tmp_path / str(each.cut), ledgers) for each in mixtures)
    assert found["wrong"]


@contextmanager
def counted_checks(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Path]]:
    """Yield a list of the ledgers that are verified on opening."""
    checked: list[Path] = []
    original = ledger.upkeep.foreign_log.check_foreign_log

    def check(path: Path, *args: object, **options: object) -> None:
        checked.append(path)
        original(path, *args, **options)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(ledger.upkeep.foreign_log, "check_foreign_log", check)
        yield checked


@pytest.mark.parametrize("appends", [1, 30, 120, 300])
def test_a_killed_writer_costs_no_check(
    tmp_path: Path, appends: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before a checkpoint, after one and in the next round of the log, the mark matches."""
    path = new_ledger(tmp_path / "ledger.sqlite", 0)
    with counted_checks(monkeypatch) as checked:
        for first in (0, 1000):
            run(path, events("m-1", first, first + appends // 3 + 1), then="kill")
            assert beside(path, "-wal").stat().st_size > 0
            with open_record(path) as store:
                assert verify(store).findings == ()
        with open_record(path, write=True) as store, open_record(path) as reader:
            assert reader.position() == store.position()
    assert checked == []


def test_a_pair_that_verifies_is_checked_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the mark is lost, all is verified, and marked; reading changes nothing else."""
    lock_of(path).unlink()
    before = [beside(path, ending).stat().st_mtime_ns for ending in ("", "-wal")]
    with counted_checks(monkeypatch) as checked:
        for _ in range(3):
            with open_record(path) as store:
                assert store.position() == 31
    assert checked == [path]
    assert before == [beside(path, ending).stat().st_mtime_ns for ending in ("", "-wal")]


@pytest.mark.parametrize(
    "change",
    [
        lambda path: path.touch(),
        lambda path: copy(path, path.with_name("copy")).replace(path),
        lambda path: beside(copy(path, path.with_name("copy")), "-wal").replace(
            beside(path, "-wal")
        ),
        lambda path: lock_of(path).write_text('{"host": "desk", "pid": 1, "user": "anna"}'),
        lambda path: lock_of(path).write_bytes(lock_of(path).read_bytes()[:100]),
        lambda path: os.truncate(beside(path, "-wal"), 4096),
    ],
    ids=["time", "file", "log", "lock of an earlier version", "torn lock", "cut log"],
)
def test_what_the_mark_covers(
    path: Path, change: Callable[[Path], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another file or log, or a mark that is missing or torn, leads to the check."""
    change(path)
    with counted_checks(monkeypatch) as checked:
        open_record(path).close()
    assert checked == [path]


def test_an_earlier_log_of_the_same_round(path: Path) -> None:
    """An earlier state of the log, written over it, lacks a frame that the file has already."""
    earlier, salts = beside(path, "-wal").read_bytes(), beside(path, "-wal").read_bytes()[16:24]
    before = path.stat().st_mtime_ns

    def until_checkpoint() -> Iterator[Content]:
        for each in events("m-2", 0, 1000):
            if path.stat().st_mtime_ns != before:
                return
            yield each

    run(path, until_checkpoint(), then="kill")
    assert beside(path, "-wal").read_bytes()[16:24] == salts
    assert is_log_familiar(path, 0)
    beside(path, "-wal").write_bytes(earlier)
    assert not is_log_familiar(path, 0)


def test_a_reader_waits_for_a_checkpoint(path: Path) -> None:
    """While a writer has changed the file, and not yet marked it, the mark is waited for."""
    with ThreadPoolExecutor() as pool:
        with hold_lock(path, 5):
            path.touch()
            assert not is_log_familiar(path, 0)
            waiting = pool.submit(is_log_familiar, path, 10)
        assert waiting.result()


def test_a_checkpoint_that_has_written_the_first_page(path: Path) -> None:
    """A file that is shorter than its first page says is opened with its log."""
    run(path, events("m-2", 200, 230), then="kill")
    frame = 24 + 4096
    log = beside(path, "-wal").read_bytes()[32:]
    frames = [log[start : start + frame] for start in range(0, len(log), frame)]
    first = [each[24:] for each in frames if each[:4] == (1).to_bytes(4)][-1]
    with path.open("r+b") as file:
        file.write(first)
    with pytest.raises(sqlite3.DatabaseError), closing(immutable(path)) as raw:
        raw.execute("PRAGMA application_id").fetchone()
    with open_record(path) as store:
        assert store.position() == 31 + 90
        assert verify(store).findings == ()


def immutable(path: Path) -> sqlite3.Connection:
    """Open a file without its log."""
    return sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)


def test_a_log_that_a_writer_has_begun_anew(path: Path) -> None:
    """A writer in its first transaction after a checkpoint is known by the first salt."""
    log = beside(path, "-wal")
    header = log.read_bytes()[:32]
    following = (int.from_bytes(header[16:20]) + 1).to_bytes(4)
    for salts, familiar in ((following + b"abcd", True), (b"abcdabcd", False)):
        with log.open("r+b") as file, hold_lock(path, 5):
            file.write(header[:16] + salts)
            file.flush()
            assert is_log_familiar(path, 0) is familiar
            file.seek(0)
            file.write(header)
            file.flush()
    assert is_log_familiar(path, 0)


def test_a_writer_leaves_the_mark_of_another_pair(path: Path) -> None:
    """Only who has verified it notes a pair that did not belong together before."""
    lock_of(path).unlink()
    with hold_lock(path, 5) as familiar:
        assert not familiar
    assert not is_log_familiar(path, 0)
    seen = observe_log(path)
    path.touch()
    assert not accept_log(path, seen, 1)  # it is not what was verified
    assert accept_log(path, observe_log(path), 1)
    assert is_log_familiar(path, 0)


def test_a_crash_in_an_append_is_no_finding(path: Path) -> None:
    """A log that a power cut may have cut looks damaged, and is used as far as it goes."""
    lock_of(path).unlink()
    log = beside(path, "-wal")
    data = bytearray(log.read_bytes())
    data[-100] ^= 1
    log.write_bytes(data)
    with open_record(path) as store:
        assert store.position() < 31
        assert any("seems to be damaged" in each.message for each in verify(store).findings)


def test_doctor_notes_it(path: Path) -> None:
    """Without the mark it cannot be told, and the report says so."""
    assert "perhaps not" not in found_by_doctor(path).found
    lock_of(path).unlink()
    assert "perhaps not the log of this file" in found_by_doctor(path).found
    assert found_by_doctor(path).level == "note"


def found_by_doctor(path: Path) -> Check:
    """Return what is said of the log of a ledger."""
    checks = health_file.checks(health_file.collect(path), named=True)
    return next(each for each in checks if each.check == "write-ahead log")


def mission(*arguments: object, ledger: Path) -> "subprocess.CompletedProcess[str]":
    """Run the program."""
    command = [sys.executable, "-m", "cli.main", *map(str, arguments), "--ledger", str(ledger)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_program_refuses_a_mixture_until_a_backup_is_restored(tmp_path: Path) -> None:
    """Questions and appends are refused; what examines a ledger runs, and changes nothing."""
    bases = tuple(new_ledger(tmp_path / who, 12, who) for who in ("DNK", "ITA"))
    path = tmp_path / "ledger.sqlite"
    make(Mixture("another", 4, checkpoint=False, with_lock=True), path, *bases)
    pair = [beside(path, ending).read_bytes() for ending in ("", "-wal")]
    assert mission("backup", tmp_path / "backup", ledger=bases[0]).returncode == 0
    for command in (["state", "m-1"], ["log"], ["retract", "abc", "--reason", "x"]):
        refused = mission(*command, ledger=path)
        assert refused.returncode == 2, refused
        assert "ledger.sqlite-wal, do not belong together" in refused.stderr
        assert "mission restore BACKUP" in refused.stderr
    for command in (["verify"], ["doctor"], ["rebuild"]):
        assert mission(*command, ledger=path).returncode in (0, 1, 2)
        assert [beside(path, ending).read_bytes() for ending in ("", "-wal")] == pair
    assert mission("verify", ledger=path).returncode == 1
    restored = mission("restore", tmp_path / "backup", "--without-newer-entries", ledger=path)
    assert restored.returncode == 0, restored
    assert mission("verify", ledger=path).returncode == 0
    (kept,) = tmp_path.glob("ledger.sqlite.replaced-*[0-9]")
    assert [beside(kept, ending).read_bytes() for ending in ("", "-wal")] == pair
