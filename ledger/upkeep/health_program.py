"""Whether the program, and what it is built on, are fit to keep a ledger."""

import re
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from ledger.storage.sqlite_connections import connect
from ledger.upkeep.health import Check

OLDEST_PYTHON = (3, 11)
MENDED_SQLITE = (3, 51, 3)
"""The first release without the fault of https://sqlite.org/wal.html#walresetbug."""
SYNCHRONOUS_FULL = 2
NAMED = ("sqlalchemy", "pydantic", "psycopg")
"""Packages whose versions are told; the others only where they are missing or too old."""


@dataclass(frozen=True, slots=True)
class Program:
    """What runs here. Versions are as the packages say them; None is not installed.

    `needed` are the versions mission asks for at least, `synchronous` what a writer's connection
    to a ledger is set to (PRAGMA synchronous; None where it could not be tried).
    """

    mission: str | None
    python: tuple[int, ...]
    sqlite: str
    sqlite_options: tuple[str, ...]
    synchronous: int | None
    packages: Mapping[str, str | None]
    needed: Mapping[str, str]


def collect() -> Program:
    """Look at the running program."""
    needed = dict(_needed())
    with closing(sqlite3.connect(":memory:")) as connection:
        options = tuple(str(each) for (each,) in connection.execute("PRAGMA compile_options"))
    return Program(
        mission=_installed("mission-ledger"),
        python=sys.version_info[:3],
        sqlite=sqlite3.sqlite_version,
        sqlite_options=options,
        synchronous=_synchronous(),
        packages={name: _installed(name) for name in (*needed, *NAMED)},
        needed=needed,
    )


def checks(facts: Program) -> Iterator[Check]:
    """Judge the program and what it is built on."""
    if facts.mission is None:
        yield Check(
            "program", "note", "mission-ledger runs without being installed",
            "install it, so that the versions it needs are known: pipx install mission-ledger",
        )  # fmt: skip
    else:
        yield Check("program", "fine", f"mission-ledger {facts.mission}")
    yield _python(facts.python)
    yield from _packages(facts)
    yield _sqlite(facts.sqlite)
    yield _durability(facts)


def _python(version: tuple[int, ...]) -> Check:
    said = f"Python {'.'.join(map(str, version))}"
    if version < OLDEST_PYTHON:
        oldest = ".".join(map(str, OLDEST_PYTHON))
        return Check("python", "problem", said, f"install Python {oldest} or newer")
    return Check("python", "fine", said)


def _packages(facts: Program) -> Iterator[Check]:
    unfit = False
    for name, least in facts.needed.items():
        found = facts.packages.get(name)
        if found is None or as_numbers(found) < as_numbers(least):
            unfit = True
            said = f"{name} {found}" if found else f"{name} is not installed"
            do = f"mission needs {least} or newer: install mission-ledger again"
            yield Check("packages", "problem", said, do)
    if not unfit:
        named = ((name, facts.packages.get(name)) for name in NAMED)
        said = ", ".join(f"{name} {version}" for name, version in named if version)
        yield Check("packages", "fine", said or "none that are looked at")


def _sqlite(version: str) -> Check:
    said = f"SQLite {version}"
    if (3, 7, 0) <= as_numbers(version) < MENDED_SQLITE:
        return Check(
            "sqlite", "note",
            f"{said}: a writer and a checkpoint that meet can corrupt a file (fixed in 3.51.3)",
            "mission's own writers take turns, so they never meet: let no other program write to"
            " the ledger, and copy it with `mission backup`",
        )  # fmt: skip
    return Check("sqlite", "fine", said)


def _durability(facts: Program) -> Check:
    if "NO_SYNC" in facts.sqlite_options:
        return Check(
            "durability", "problem", "this SQLite was built never to wait for the disk (NO_SYNC)",
            "use another: what is acknowledged may be gone after a power cut",
        )  # fmt: skip
    if facts.synchronous is None:
        return Check("durability", "note", "not tried: there is no room for temporary files")
    if facts.synchronous < SYNCHRONOUS_FULL:
        return Check(
            "durability", "problem",
            f"SQLite did not take the setting synchronous=FULL (it says {facts.synchronous})",
            "use another SQLite: what is acknowledged may be gone after a power cut",
        )  # fmt: skip
    return Check("durability", "fine", "writers wait until the disk has it (synchronous=FULL)")


def as_numbers(version: str) -> tuple[int, ...]:
    """Return a version's numbers, up to what is no number: 2.0.40rc1 as (2, 0, 40)."""
    found = re.match(r"[0-9]+(\.[0-9]+)*", version)
    return tuple(int(part) for part in found[0].split(".")) if found else ()


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _needed() -> Iterator[tuple[str, str]]:
    """Yield what mission needs at run time, and the least version of it."""
    try:
        required = metadata.requires("mission-ledger") or []
    except metadata.PackageNotFoundError:
        return
    for line in required:
        found = re.match(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?>=([0-9.]+)$", line)
        if found:  # those of an extra go on after the version
            yield found[1].lower(), found[2]


def _synchronous() -> int | None:
    """Return what a writer's connection is set to, tried on a file of its own."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "tried.sqlite")
            path.touch()
            with closing(connect(path, write=True)) as connection:
                return int(connection.execute("PRAGMA synchronous").fetchone()[0])
    except Exception:  # a doctor reports what is wrong elsewhere, and goes on
        return None
