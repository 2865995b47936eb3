"""A desk officer's ledger, for the tests of the commands that write."""

import json
import stat
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from cli.main import cli
from projections.record import open_record

NEWS = """mission: nmi-test
source:
  id: news
  publisher: A ministry
  title: Helicopters leave
  language: en
  published: 2021-05-10
events:
  - type: contribution-deployed
    contribution: dnk-helicopters
    contributor: DNK
    on: 2021-05-01
  - {type: command-taken-over, by: DNK, on: 2020-11}
"""

OTHER = """mission: nmi-test
source: {id: other, publisher: Another, title: Looking back, language: en, published: 2022-01}
events:
  - {type: command-taken-over, by: DNK, on: 2020-12}
"""


class Desk:
    """A desk officer's ledger, and the command run on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.place = folder / "ledger.sqlite"

    def __call__(self, *args: str, **environment: str) -> Result:
        """Run `mission` on the ledger."""
        given = {
            "MISSION_LEDGER": str(self.place),
            "MISSION_BY": "anna",
            "COLUMNS": "100",
            "HOME": str(self.folder),
            "XDG_STATE_HOME": str(self.folder / "state"),
            "VISUAL": "",
            **environment,
        }
        return CliRunner().invoke(cli, args, env=given, prog_name="mission")

    def file(self, text: str, name: str = "news.yaml") -> str:
        """Write an announcement file and return its path."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    def json(self, *args: str) -> Any:  # noqa: ANN401 (JSON)
        """Run a command for JSON."""
        result = self(*args, "--format", "json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    def position(self) -> int:
        """Return where the log ends."""
        with open_record(self.place) as store:
            return store.position()

    def drafts(self) -> list[Path]:
        """Return the drafts that are kept."""
        return list((self.folder / "state").rglob("*.yaml"))


def id_at(desk: Desk, position: int) -> str:
    """Return the id of the event at a position."""
    with open_record(desk.place) as store:
        return next(iter(store.entries(after=position - 1))).id


def editor(folder: Path, script: str) -> str:
    """Make an editor out of a shell script; the file it edits is $1."""
    path = folder / "an editor.sh"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return f"'{path}'"
