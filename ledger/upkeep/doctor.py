"""Diagnose a set-up: the program, the place of the ledger, the ledger itself, the signing key.

Since it is needed most where nothing works, it does not open the ledger as other commands do, and
continues after every problem. It changes nothing, and creates no file beside the ledger.
"""

import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from events.errors import MissionLedgerError, StoreError
from ledger.location import display_place, parse_place
from ledger.storage.inline_projection import InlineProjection
from ledger.upkeep import health_file, health_program, health_sqlite
from ledger.upkeep.health import Check

if TYPE_CHECKING:
    import sqlalchemy as sa


@dataclass(frozen=True, slots=True)
class Key:
    """A signing key's file; `mode` is None if there is none, or it cannot be accessed."""

    path: Path
    mode: int | None
    folder_of_ledger: bool


def examine(
    place: str | Path,
    projections: Sequence[InlineProjection],
    *,
    named_by: str | None,
    key: Path,
) -> list[Check]:
    """Check everything that a ledger depends on.

    `named_by` is the option or variable by which the user gave `place`, None for the default place;
    `key` is where the signing key would be. No fault of the set-up raises an exception.
    """
    found = list(_guarded("program", lambda: health_program.checks(health_program.collect())))
    path: Path | None = None
    try:
        where = parse_place(place)
        shown = where.absolute() if isinstance(where, Path) else display_place(place)
        found.append(_setting(str(shown), named_by))
    except StoreError as error:
        found.append(Check("ledger", "problem", error.message, error.hint))
    except ImportError as error:
        found.append(_unexpected("ledger", error))
    else:
        if isinstance(where, Path):
            path = where
            named = named_by is not None
            found += _guarded("ledger", lambda: _in_file(where, projections, named=named))
        else:
            found += _guarded("server", lambda: _in_postgresql(where, projections))
    return [*found, *_guarded("signing key", lambda: key_checks(_key(key, path)))]


def _setting(place: str, named_by: str | None) -> Check:
    if named_by:
        return Check("setting", "fine", f"{named_by} names the ledger: {place}")
    message = f"the default is used: {place}; neither --ledger nor MISSION_LEDGER names one"
    return Check("setting", "fine", message)


def _in_file(
    path: Path, projections: Sequence[InlineProjection], *, named: bool
) -> Iterator[Check]:
    place = health_file.collect(path)
    yield from health_file.checks(place, named=named)
    if place.kind == "file" and place.readable:
        yield from health_sqlite.checks(health_sqlite.collect(path, projections))


def _in_postgresql(url: "sa.URL", projections: Sequence[InlineProjection]) -> Iterator[Check]:
    from ledger.storage.postgresql_server import collect  # noqa: PLC0415 (start-up)
    from ledger.upkeep import health_postgresql  # noqa: PLC0415 (start-up)

    yield from health_postgresql.checks(collect(url, projections))


def _guarded(what: str, check: Callable[[], Iterator[Check]]) -> Iterator[Check]:
    """Report an unexpected error in a check as a problem, and continue."""
    try:
        yield from check()
    except Exception as error:
        yield _unexpected(what, error)


def _unexpected(what: str, error: Exception) -> Check:
    if isinstance(error, MissionLedgerError):
        return Check(what, "problem", error.message, error.hint)
    if isinstance(error, ImportError):
        message = f"part of the program is missing: {error}"
        return Check(what, "problem", message, "reinstall mission-ledger")
    return Check(what, "problem", f"the check failed: {type(error).__name__}: {error}")


def _key(path: Path, ledger: Path | None) -> Key:
    try:
        mode = path.stat().st_mode
    except OSError:
        mode = None
    same = ledger is not None and ledger.absolute().parent == path.absolute().parent
    return Key(path, mode, same)


def key_checks(key: Key) -> Iterator[Check]:
    """Check the file of the key that signs checkpoints."""
    if key.mode is None:
        message = f"none at {key.path}; only `mission checkpoint` needs one"
        yield Check("signing key", "fine", message)
    elif not stat.S_ISREG(key.mode):
        yield Check("signing key", "problem", f"{key.path} is not a file", "set MISSION_KEY")
    elif key.mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield Check(
            "signing key", "problem", f"others than its owner can read or change {key.path}",
            f"chmod 600 {key.path}; if others may have read it, make a new key",
        )  # fmt: skip
    elif key.folder_of_ledger:
        yield Check(
            "signing key", "note", f"{key.path} is in the folder of the ledger",
            "keep it elsewhere (MISSION_KEY): access to the ledger is now access to the key",
        )  # fmt: skip
    else:
        yield Check("signing key", "fine", str(key.path))
