"""Check the program, and the Python, SQLite and packages it runs on."""

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata

from ledger.storage import sqlite
from ledger.upkeep.health import Check

OLDEST_PYTHON = (3, 11)
FIXED_SQLITE = (3, 51, 3)
"""The first release without the bug of https://sqlite.org/wal.html#walresetbug."""
SYNCHRONOUS_FULL = 2
NAMED = ("sqlalchemy", "pydantic", "psycopg")
"""Packages whose versions are always shown; others only if they are missing or too old."""


@dataclass(frozen=True, slots=True)
class Program:
    """The facts about the running program. Versions are as the packages state them.

    None means not installed. `needed` are the least versions required, `synchronous` is the setting
    of a writer's connection (PRAGMA synchronous; None where it could not be tested).
    """

    mission: str | None
    python: tuple[int, ...]
    sqlite: str
    sqlite_options: tuple[str, ...]
    synchronous: int | None
    packages: Mapping[str, str | None]
    needed: Mapping[str, str]


def collect() -> Program:
    """Collect the facts about the running program."""
    needed = dict(_needed())
    version, options, synchronous = sqlite.facts()
    return Program(
        mission=_installed("mission-ledger"),
        python=sys.version_info[:3],
        sqlite=version,
        sqlite_options=options,
        synchronous=synchronous,
        packages={name: _installed(name) for name in (*needed, *NAMED)},
        needed=needed,
    )


def checks(facts: Program) -> Iterator[Check]:
    """Check the program and what it runs on."""
    if facts.mission is None:
        yield Check(
            "program", "note", "mission-ledger is not installed as a package",
            "pipx install mission-ledger: only then can the versions it needs be checked",
        )  # fmt: skip
    else:
        yield Check("program", "fine", f"mission-ledger {facts.mission}")
    yield _python(facts.python)
    yield from _packages(facts)
    yield _sqlite(facts.sqlite)
    yield _durability(facts)


def _python(version: tuple[int, ...]) -> Check:
    message = f"Python {'.'.join(map(str, version))}"
    if version < OLDEST_PYTHON:
        oldest = ".".join(map(str, OLDEST_PYTHON))
        return Check("python", "problem", message, f"install Python {oldest} or newer")
    return Check("python", "fine", message)


def _packages(facts: Program) -> Iterator[Check]:
    unfit = False
    for name, least in facts.needed.items():
        found = facts.packages.get(name)
        if found is None or as_numbers(found) < as_numbers(least):
            unfit = True
            message = f"{name} {found}" if found else f"{name} is not installed"
            do = f"mission needs {least} or newer: reinstall mission-ledger"
            yield Check("packages", "problem", message, do)
    if not unfit:
        named = ((name, facts.packages.get(name)) for name in NAMED)
        message = ", ".join(f"{name} {version}" for name, version in named if version)
        yield Check("packages", "fine", message or "none to check")


def _sqlite(version: str) -> Check:
    message = f"SQLite {version}"
    if (3, 7, 0) <= as_numbers(version) < FIXED_SQLITE:
        return Check(
            "sqlite", "note",
            f"{message}: a write during a checkpoint can corrupt a file (fixed in 3.51.3)",
            "mission prevents this for its own writers by a lock: let no other program write to the"
            " ledger, and copy it with `mission backup`",
        )  # fmt: skip
    return Check("sqlite", "fine", message)


def _durability(facts: Program) -> Check:
    if "NO_SYNC" in facts.sqlite_options:
        return Check(
            "durability", "problem", "this SQLite was built without sync to disk (NO_SYNC)",
            "use another SQLite: acknowledged entries may be lost in a power cut",
        )  # fmt: skip
    if facts.synchronous is None:
        return Check("durability", "note", "not tested: no temporary file could be created")
    if facts.synchronous < SYNCHRONOUS_FULL:
        return Check(
            "durability", "problem",
            f"SQLite ignored the setting synchronous=FULL (it reports {facts.synchronous})",
            "use another SQLite: acknowledged entries may be lost in a power cut",
        )  # fmt: skip
    return Check("durability", "fine", "every commit is synced to disk (synchronous=FULL)")


def as_numbers(version: str) -> tuple[int, ...]:
    """Return the numbers that a version starts with: (2, 0, 40) for 2.0.40rc1."""
    found = re.match(r"[0-9]+(\.[0-9]+)*", version)
    return tuple(int(part) for part in found[0].split(".")) if found else ()


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _needed() -> Iterator[tuple[str, str]]:
    """Yield the packages required at run time, with their least versions."""
    try:
        required = metadata.requires("mission-ledger") or []
    except metadata.PackageNotFoundError:
        return
    for line in required:
        found = re.match(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?>=([0-9.]+)$", line)
        if found:  # not those of an extra, which have a marker after the version
            yield found[1].lower(), found[2]
