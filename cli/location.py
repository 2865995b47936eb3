"""Which ledger is used, and which setting says so.

mission 0.1.0
ledger: /home/anna/missions.sqlite (from MISSION_LEDGER)
"""

import os
from importlib import metadata
from typing import NamedTuple

from events.errors import MissionLedgerError
from ledger.location import default_path, path_of, shown_at_once

VARIABLE = "MISSION_LEDGER"


class Setting(NamedTuple):
    """A ledger's place, and the option or variable that names it; None where it is the default."""

    place: str
    named_by: str | None

    def __str__(self) -> str:
        return f"from {self.named_by}" if self.named_by else "the default"


def setting(given: str | None) -> Setting:
    """Return the place that is used where `--ledger` is given so, or not given."""
    if given:
        return Setting(given, "--ledger")
    if named := os.environ.get(VARIABLE):
        return Setting(named, VARIABLE)
    return Setting(str(default_path()), None)


def version(given: str | None) -> str:
    """Say which version this is and where the ledger is, without opening it."""
    try:
        said = f"mission {metadata.version('mission-ledger')}"
    except metadata.PackageNotFoundError:
        said = "mission, not installed as a package"
    return f"{said}\nledger: {_seen(setting(given))}"


def _seen(found: Setting) -> str:
    """Say where the ledger is and whether something is there; a database is not asked."""
    from cli.failures import shown  # noqa: PLC0415 (start-up)

    try:
        place = shown(shown_at_once(found.place))
        if "://" in place or place == "a database URL":
            return f"{place} ({found}; `mission doctor` asks it)"
        there = path_of(found.place).exists()
    except (MissionLedgerError, OSError) as error:
        return f"{found}: {shown(getattr(error, 'message', error))}"
    if there:
        return f"{place} ({found})"
    return f"{place} ({found}; nothing is there yet)"
