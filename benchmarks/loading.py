"""Import and verification of a log, compared with the speed of bare SQLite and SHA-256."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from benchmarks.figures import Figure, p50, seconds
from ledger.merkle.tree import leaf_hash
from ledger.upkeep.verify import verify
from projections.record import create_record, open_record

ROOT = Path(__file__).parents[1]
RUNS, BATCH = 9, 1000


def mission(*args: str, **env: str) -> subprocess.CompletedProcess[bytes]:
    """Run a `mission` command as a process."""
    command = [sys.executable, "-m", "cli.main", *args]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **env}, check=True, capture_output=True
    )


def figures(path: Path, folder: Path) -> Iterator[Figure]:
    """Measure the import of a ledger's whole log, and its verification."""
    with open_record(path) as store:
        raws = [raw for _, raw in store.stored()]
    log = folder / "log.jsonl"
    log.write_bytes(b"".join(raw + b"\n" for raw in raws))
    rows = len(raws) / seconds(lambda: _bare(folder / "bare.sqlite", raws))
    leaves = len(raws) / seconds(lambda: [leaf_hash(raw) for raw in raws])
    limits = f"bare sqlite3 {rows:,.0f} rows/s"
    copy = folder / "copy.sqlite"
    create_record(copy)
    imported, most = _import(log, copy)
    rate = len(raws) / imported
    name = f"import of {len(raws):,} events, whole process"
    yield Figure(name, rate, "events/s", 40_000, most=False, beside=limits)
    yield Figure(f"{name}, memory", most, "MB", 300)
    with open_record(copy) as store:
        verified = seconds(lambda: verify(store, share_out=True))
    yield Figure(
        f"verify of {len(raws):,} entries", len(raws) / verified, "entries/s", 400_000,
        most=False, beside=f"SHA-256 of the leaves alone {leaves:,.0f}/s",
    )  # fmt: skip


def _bare(path: Path, raws: Sequence[bytes]) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as bare:
        bare.execute("PRAGMA journal_mode = WAL")
        bare.execute("PRAGMA synchronous = FULL")
        bare.execute("CREATE TABLE log (position INTEGER PRIMARY KEY, bytes BLOB)")
        for first in range(0, len(raws), BATCH):
            bare.execute("BEGIN")
            some = enumerate(raws[first : first + BATCH], first + 1)
            bare.executemany("INSERT INTO log VALUES (?, ?)", some)
            bare.execute("COMMIT")


_MEMORY = (
    "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True,"
    " stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL);"
    " print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
)


def _import(log: Path, into: Path) -> tuple[float, float]:
    """Import a log in a process; return the seconds and its peak memory in MB.

    A small intermediate process starts it, since the peak memory of a child process includes that
    of its parent at the time of the fork.
    """
    command = [sys.executable, "-m", "cli.main", "import", str(log), "--ledger", str(into)]
    said = b""

    def act() -> None:
        nonlocal said
        said = subprocess.run(
            [sys.executable, "-c", _MEMORY, *command], cwd=ROOT, check=True, capture_output=True
        ).stdout

    return seconds(act), int(said) / 1024


def startup(folder: Path) -> Iterator[Figure]:
    """Measure whole commands, compared with the bare interpreter."""
    own = {"XDG_DATA_HOME": str(folder / "data")}
    mission("init", "--with", "nmi", **own)
    bare = p50([seconds(_nothing) for _ in range(RUNS)])
    for wanted, args in ((0.12, ["--version"]), (0.35, ["state", "nmi", "--on", "2021-06-15"])):
        taken = p50([seconds(lambda a=args: mission(*a, **own)) for _ in range(RUNS)])  # type: ignore[misc]
        said = f"{taken / bare:.1f} times the bare interpreter"
        yield Figure(f"mission {args[0]}, whole process", taken, "s", wanted, beside=said)


def _nothing() -> None:
    subprocess.run([sys.executable, "-c", ""], check=True)
