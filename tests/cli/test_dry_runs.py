"""Dry runs as processes: whoever runs them, whatever others do, and that nobody waits for a reader.

A dry run is an append that is rolled back. Where that cannot be, it is on a temporary copy.
"""

import hashlib
import os
import pty
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ledger.storage import sqlite
from ledger.upkeep.verify import verify
from projections.record import open_record
from tests.cli.desk import NEWS, OTHER, Desk, editor
from tests.nobody import as_nobody, shelf
from tests.postgres import Server
from tests.ready import shipped_ledger
from tests.roles import OWNER, as_user, run

ROOT = Path(__file__).parents[2]

LATER = """mission: nato-mission-iraq
source: {id: later, publisher: An office, title: Later news, language: en, published: 2024-02}
events:
  - {type: contribution-withdrawn, contribution: dnk-staff, on: 2024-01-10}
  - {type: contribution-withdrawn, contribution: swe-hospital, on: 2024-01-10}
"""
"""An announcement with one warning: the second end is of what never began."""

ON_A_COPY = "the dry run is on a temporary copy\n"

QUICKLY = """
import sys
from ledger.storage import postgresql, sqlite
sqlite.BUSY_SECONDS = postgresql.BUSY_SECONDS = 1
from cli.main import main
main()
"""
"""The command, which waits for a second where another writer holds the lock."""

HOLD = """
import sys, time
from projections.record import open_record
with open_record(sys.argv[1], write=True) as record, record.trial():
    print("held", flush=True)
    time.sleep(float(sys.argv[2])) if sys.argv[2:] else sys.stdin.read()
"""
"""Hold the write lock of a ledger for some seconds, or until standard input ends."""

Done = subprocess.CompletedProcess[str]


def mission(place: str | Path, *args: str, program: tuple[str, ...] = ("-m", "cli.main")) -> Done:
    """Run the command as a process."""
    return subprocess.run(
        [sys.executable, *program, *args],
        cwd=ROOT,
        env=environment(place),
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def environment(place: str | Path) -> dict[str, str]:
    """Return the environment of a command."""
    return {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "COLUMNS": "80",
        "MISSION_LEDGER": str(place),
        "MISSION_BY": "anna",
    }


@contextmanager
def lock_held(place: str | Path, seconds: float | None = None) -> Iterator[None]:
    """Hold the write lock in another process, to the end or for some seconds."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(place), *([str(seconds)] if seconds else [])],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
        yield
    finally:
        holder.communicate()
    assert holder.returncode == 0


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str | Path:
    """Give a ledger with the shipped record, for one who may append."""
    if request.param == "sqlite":
        return shipped_ledger(tmp_path / "ledger.sqlite")
    url: str = request.getfixturevalue("postgres").shipped_ledger()
    return url


@pytest.fixture
def later(tmp_path: Path) -> str:
    """Give a file of the announcement, and what trying it says anywhere."""
    path = tmp_path / "later.yaml"
    path.write_text(LATER)
    return str(path)


def log_of(place: str | Path) -> object:
    """Return the log, and its tree."""
    with open_record(place) as record:
        assert verify(record).findings == ()
        return list(record.stored()), record.tree()


def check_answer(done: Done, later: str) -> None:
    """Check that an answer is that of a dry run on the shipped record."""
    assert done.returncode == 0, done.stderr
    assert "Would be added (dry run, nothing appended)" in done.stdout
    assert "165" in done.stdout
    assert "167" in done.stdout
    assert "What changes in nato-mission-iraq" in done.stdout
    assert f"{later}:5: warning: never-began" in done.stderr


def test_it_leaves_the_log_as_it_was(place: str | Path, later: str) -> None:
    """One who may append tries on the ledger itself, and not a byte of the log is changed."""
    before = log_of(place)
    done = mission(place, "add", "--dry-run", later)
    check_answer(done, later)
    assert ON_A_COPY not in done.stderr
    checked = mission(place, "check", later)
    assert (checked.returncode, "never-began" in checked.stdout) == (0, True)
    assert log_of(place) == before


def test_it_says_what_adding_says(place: str | Path, later: str) -> None:
    """The append that follows has the answer of the dry run, under its own title."""
    tried, done = mission(place, "add", "--dry-run", later), mission(place, "add", later)
    assert done.returncode == 0, done.stderr
    assert tried.stderr == done.stderr
    title = "Would be added (dry run, nothing appended)"
    assert tried.stdout.replace(title, "Added") == done.stdout


def test_it_leaves_a_file_as_it_was(tmp_path: Path, later: str) -> None:
    """The file of a ledger is the same byte for byte."""
    place = shipped_ledger(tmp_path / "ledger.sqlite")
    before = hashlib.sha256(place.read_bytes()).hexdigest()
    check_answer(mission(place, "add", "--dry-run", later), later)
    assert hashlib.sha256(place.read_bytes()).hexdigest() == before


def test_without_a_ledger_it_is_on_the_shipped_record(tmp_path: Path, later: str) -> None:
    """The shipped record in memory takes it, and nothing is left behind."""
    home = tmp_path / "home"
    home.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", "add", "--dry-run", later],
        cwd=ROOT,
        env={**environment(""), "XDG_DATA_HOME": str(home), "HOME": str(home)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    check_answer(done, later)
    assert list(home.iterdir()) == []


# Where the ledger cannot be written.


@pytest.mark.parametrize("folder_mode", [0o555, 0o755])
@pytest.mark.parametrize("call", [("add", "--dry-run"), ("check",)], ids=["add", "check"])
def test_a_file_one_may_only_read(later: str, call: tuple[str, ...], folder_mode: int) -> None:
    """In somebody else's folder it says what it says to the owner, and that it is on a copy."""
    with shelf() as folder:
        desk = Desk(folder)
        shipped_ledger(desk.place).chmod(0o444)
        text = Path(desk.file(LATER, "later.yaml"))
        (wanted, names) = (desk(*call, str(text)), {"ledger.sqlite", text.name})
        assert wanted.exit_code == 0, wanted.output
        for leftover in folder.glob("*-*"):
            leftover.unlink()
        folder.chmod(folder_mode)

        def tried() -> object:
            done = desk(*call, str(text))
            return f"{done.exit_code}\n{done.stderr}\0{done.stdout}"

        said, _, answer = as_nobody(tried).partition("\0")
        assert said.startswith("0\n"), said
        assert said.endswith(ON_A_COPY + wanted.stderr)
        assert said.count("\n") == 2 + wanted.stderr.count("\n")
        assert answer == wanted.stdout
        assert {path.name for path in folder.iterdir()} == names


@pytest.mark.parametrize(
    "reader",
    [
        ("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {0}",),
        (
            "GRANT mission_ledger_writer TO {0}",
            "ALTER ROLE {0} SET default_transaction_read_only = on",
        ),
    ],
    ids=["without INSERT", "read-only"],
)
def test_a_server_where_one_may_only_read(
    postgres: Server, later: str, reader: tuple[str, ...]
) -> None:
    """A reader's dry run, on the log's bytes in a temporary file, says what a writer's says."""
    place = postgres.shipped_ledger()
    name = f"reader_{len(reader)}"
    run(place, f"CREATE ROLE {name} LOGIN", *(each.format(name) for each in reader))
    before = log_of(place)
    for call in (("add", "--dry-run", later), ("check", later)):
        wanted, done = mission(place, *call), mission(as_user(place, name), *call)
        assert done.returncode == wanted.returncode == 0, done.stderr
        assert done.stdout == wanted.stdout
        first, rest = done.stderr.split("\n", 1)
        assert f"{first}\n".endswith(ON_A_COPY)
        assert rest.replace(name, "writer") == wanted.stderr
    assert log_of(place) == before
    run(place, f"DROP OWNED BY {name}", f"DROP ROLE {name}")


def test_one_who_may_not_append_is_told_before_typing(later: str, postgres: Server) -> None:
    """Without --dry-run it is an error, not an answer from a copy, nor an editor."""
    place = postgres.shipped_ledger()
    run(place, "CREATE ROLE looker LOGIN", "GRANT SELECT ON ALL TABLES IN SCHEMA public TO looker")
    for call in (("add", later), ("add",)):
        done = mission(as_user(place, "looker"), *call)
        assert done.returncode == 2
        assert "refuses this user" in done.stderr
        assert ON_A_COPY not in done.stderr
    run(place, "DROP OWNED BY looker", "DROP ROLE looker")


# While others write, and while people read.


def test_it_waits_for_a_writer(place: str | Path, later: str) -> None:
    """A lock held for a moment is waited for."""
    with lock_held(place, 1):
        done = mission(place, "add", "--dry-run", later)
    check_answer(done, later)
    assert ON_A_COPY not in done.stderr


def test_it_does_not_wait_for_ever(place: str | Path, later: str) -> None:
    """A lock that is not let go is named, and the answer is the same, on a copy."""
    wanted = mission(place, "add", "--dry-run", later)
    with lock_held(place):
        done = mission(place, "add", "--dry-run", later, program=("-c", QUICKLY))
    assert (done.returncode, done.stdout) == (wanted.returncode, wanted.stdout)
    first, rest = done.stderr.split("\n", 1)
    assert f"{first}\n".endswith(ON_A_COPY)
    assert "is locked by" in first
    assert rest == wanted.stderr


def append_at_once(place: str | Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Append as another writer, who would not wait."""
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.1)
    owner = as_user(place, OWNER) if isinstance(place, str) else place
    start = time.monotonic()
    with open_record(owner, write=True) as record, record.trial():
        assert time.monotonic() - start < 5


def test_no_lock_is_held_while_somebody_reads(
    place: str | Path, later: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pager of a dry run keeps nobody waiting."""
    started, go = tmp_path / "started", tmp_path / "go"
    pager = editor(
        tmp_path, f"cat >/dev/null; touch '{started}'; while [ ! -e '{go}' ]; do sleep 0.05; done"
    )
    keyboard, terminal = pty.openpty()
    running = subprocess.Popen(
        [sys.executable, "-m", "cli.main", "add", "--dry-run", later],
        cwd=ROOT,
        env={**environment(place), "PAGER": pager, "LINES": "5", "TERM": "xterm"},
        stdout=terminal,
        stderr=subprocess.DEVNULL,
    )
    os.close(terminal)
    try:
        while not started.exists():
            assert running.poll() is None
            time.sleep(0.02)
        append_at_once(place, monkeypatch)
    finally:
        go.touch()
        exit_code = running.wait(60)
    assert exit_code == 0
    os.close(keyboard)


def test_no_lock_is_held_while_somebody_decides(
    place: str | Path, later: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked whether to append anyway, one keeps nobody waiting; then what is there counts."""
    keyboard, terminal = pty.openpty()
    running = subprocess.Popen(
        [sys.executable, "-m", "cli.main", "add"],
        cwd=ROOT,
        env={
            **environment(place),
            "XDG_STATE_HOME": str(tmp_path / "state"),
            "EDITOR": editor(tmp_path, f'cp "{later}" "$1"'),
        },
        stdin=terminal,
        stderr=terminal,
        stdout=subprocess.PIPE,
    )
    os.close(terminal)
    said = ""
    while "append anyway?" not in said:
        said += os.read(keyboard, 4096).decode()
    try:
        append_at_once(place, monkeypatch)
        for number, text in enumerate((NEWS, OTHER)):
            path = tmp_path / f"{number}.yaml"
            path.write_text(text)
            assert mission(place, "add", str(path)).returncode == 0
    finally:
        os.write(keyboard, b"y\n")
        answer, _ = running.communicate(timeout=60)
    os.close(keyboard)
    assert running.returncode == 0
    assert b"Added" in answer
    with open_record(place) as record:
        assert record.position() == 164 + 5 + 3
        assert [entry.source for entry in record.entries(after=169)] == ["later"] * 3
