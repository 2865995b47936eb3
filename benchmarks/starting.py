"""Whole commands from the shell, compared with the bare interpreter."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Figure, p50, seconds

ROOT = Path(__file__).parents[1]
RUNS = 15
MISSION = ("-m", "cli.main")
COMMANDS = {
    "bare": ("-c", ""),
    "mission state nmi": (*MISSION, "state", "nmi", "--on", "2021-06-15"),
    "mission --version": (*MISSION, "--version"),
}
BARS = {"mission state nmi": 36, "mission --version": 6}


def figures(events: int, folder: Path) -> Iterator[Figure]:
    """Measure commands in turn with the interpreter."""
    del events
    with tempfile.TemporaryDirectory(dir=folder) as data:
        python(*MISSION, "init", "--with", "nmi", data=data)
        taken: dict[str, list[float]] = {name: [] for name in COMMANDS}
        for _ in range(RUNS):
            for name, args in COMMANDS.items():
                taken[name].append(seconds(python, *args, data=data))

    bare = p50(taken["bare"])
    for name, bar in BARS.items():
        took = p50(taken[name])
        said = f"{took * 1e3:.0f} ms, the interpreter {bare * 1e3:.0f} ms"
        yield Figure(f"{name}, of the bare interpreter", took / bare, "times", bar, beside=said)


def python(*args: str, data: str) -> None:
    """Run Python as a process, with ledgers in a folder of data."""
    subprocess.run(
        [sys.executable, *args],
        cwd=ROOT,
        env={**os.environ, "XDG_DATA_HOME": data, "MISSION_LEDGER": ""},
        check=True,
        capture_output=True,
    )
