"""Import of a log as a whole process, compared with bare SQLite and with a shorter log."""

import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

from benchmarks.figures import Figure, p50, seconds, timed
from benchmarks.missions import large_ledger
from projections.record import create_record, open_record

ROOT = Path(__file__).parents[1]
SHORTER, BATCH = 10, 1000


def figures(events: int, folder: Path) -> Iterator[Figure]:
    """Measure the import of two logs in turn with bare inserts of the longer one."""
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        place = Path(temporary)
        short, shorts = _log(events // SHORTER, folder, place / "short.jsonl")
        long, longs = _log(events, folder, place / "long.jsonl")
        before = _imported(short, place)
        rows = [longs / _bare(long, place)]
        took, most = _imported(long, place)
        rows.append(longs / _bare(long, place))
        after = _imported(short, place)
    rate, bare = longs / took, p50(rows)
    short_rate = 2 * shorts / (before[0] + after[0])
    name = f"import of {longs:,} events, whole process"
    yield Figure(name, rate, "events/s", 25_000, most=False, beside=f"in {took:,.1f} s")
    said = f"bare sqlite3 {bare:,.0f} rows/s"
    yield Figure("import, of bare sqlite3's rate", rate / bare, "times", 0.12, False, said)
    yield Figure("import, memory of the largest process", most, "MB", 300)
    said = f"{short_rate:,.0f} events/s"
    name = f"import, of the rate for {shorts:,} events"
    yield Figure(name, rate / short_rate, "times", 1, False, said)


def _log(events: int, folder: Path, path: Path) -> tuple[Path, int]:
    """Write the log of a ledger to a file; return it, and the number of entries."""
    with open_record(large_ledger(events, folder)) as store, path.open("wb") as file:
        file.writelines(raw + b"\n" for _, raw in store.stored())
        return path, store.position()


def _bare(log: Path, folder: Path) -> float:
    """Insert the lines of a log durably, in batches; return the seconds without reading them."""
    path, taken, first = folder / "bare.sqlite", 0.0, 1
    with closing(sqlite3.connect(path, isolation_level=None)) as bare, log.open("rb") as lines:
        bare.execute("PRAGMA journal_mode = WAL")
        bare.execute("PRAGMA synchronous = FULL")
        bare.execute("CREATE TABLE log (position INTEGER PRIMARY KEY, bytes BLOB)")

        def insert(rows: list[tuple[int, bytes]]) -> None:
            bare.execute("BEGIN")
            bare.executemany("INSERT INTO log VALUES (?, ?)", rows)
            bare.execute("COMMIT")

        while rows := [*enumerate(islice(lines, BATCH), first)]:
            first += len(rows)
            taken += seconds(insert, rows)
    path.unlink()
    return taken


_MEMORY = (
    "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True,"
    " stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL);"
    " print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
)


def _imported(log: Path, folder: Path) -> tuple[float, float]:
    """Import a log into an empty ledger; return the seconds and the peak memory in MB.

    A small intermediate process starts it, since the peak memory of a child process includes that
    of its parent at the time of the fork.
    """
    into = folder / "imported.sqlite"
    create_record(into)
    command = [sys.executable, "-m", "cli.main", "import", str(log), "--ledger", str(into)]
    measured = [sys.executable, "-c", _MEMORY, *command]
    taken, said = timed(subprocess.check_output, measured, cwd=ROOT)
    for file in folder.glob("imported.sqlite*"):
        file.unlink()
    return taken, int(said) / 1024
