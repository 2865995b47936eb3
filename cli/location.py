"""The location of the ledger in use, and the setting that names it, as `--version` prints them.

mission 0.1.0
ledger: /home/anna/missions.sqlite (from MISSION_LEDGER)
"""

import os
from importlib import metadata
from typing import NamedTuple

from events.errors import MissionLedgerError
from ledger.location import default_path, display_place_fast, path_of

VARIABLE = "MISSION_LEDGER"


class Setting(NamedTuple):
    """A ledger's location, and the option or variable that names it; None for the default."""

    place: str
    named_by: str | None

    def __str__(self) -> str:
        return f"from {self.named_by}" if self.named_by else "the default"


def setting(given: str | None) -> Setting:
    """Return the location in use, given the value of `--ledger` or None."""
    if given:
        return Setting(given, "--ledger")
    if named := os.environ.get(VARIABLE):
        return Setting(named, VARIABLE)
    return Setting(str(default_path()), None)


def version(given: str | None) -> tuple[str, str]:
    """Return the program's version and the ledger's location, without opening the ledger."""
    try:
        program = f"mission {metadata.version('mission-ledger')}"
    except metadata.PackageNotFoundError:
        program = "mission, not installed as a package"
    return program, f"ledger: {_described(setting(given))}"


def _described(found: Setting) -> str:
    """Describe the ledger's location and whether it exists; a server is not contacted."""
    try:
        place = str(display_place_fast(found.place))
        if "://" in place or place == "a database URL":
            return f"{place} ({found}; `mission doctor` checks it)"
        exists = path_of(found.place).exists()
    except (MissionLedgerError, OSError) as error:
        return f"{found}: {getattr(error, 'message', error)}"
    if exists:
        return f"{place} ({found})"
    return f"{place} ({found}; does not exist yet)"
