"""The export formats, one row each. To add one, write a module and add its row.

A module has `write(extract, target)`, which returns how many things it wrote, by their noun, and
`LIMITS`, the sentences that say what the format cannot hold. It is imported when it is needed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from events.errors import MissionLedgerError


@dataclass(frozen=True, slots=True)
class Format:
    """An export format: its name, its module here, and its help.

    It writes a file of text, unless it is `binary` or a `folder` of files. `extra` names the extra
    of the distribution, and its library, that it needs installed.
    """

    name: str
    module: str
    summary: str
    example: str
    folder: bool = False
    binary: bool = False
    one_mission: bool = False
    extra: tuple[str, str] | None = None

    @property
    def write(self) -> Callable[..., Mapping[str, int]]:
        """The function that writes it. Raises MissionLedgerError where a library is missing."""
        found: Callable[..., Mapping[str, int]] = self._imported().write
        return found

    @property
    def limits(self) -> tuple[str, ...]:
        """What the format cannot hold, in sentences. Raises like `write`."""
        found: tuple[str, ...] = self._imported().LIMITS
        return found

    def _imported(self) -> Any:  # noqa: ANN401 (a module)
        try:
            return import_module(f"projections.exports.{self.module}")
        except ModuleNotFoundError as error:
            if self.extra is None or error.name != self.extra[1]:
                raise
            raise MissionLedgerError(
                f"export {self.name} needs the library {self.extra[1]}, which is not installed",
                hint=f"pip install 'mission-ledger[{self.extra[0]}]'",
            ) from None


FORMATS = (
    Format(
        "csv",
        "csv_folder",
        "Write periods and monthly counts as CSV tables, with a data package.",
        "mission export csv nmi-tables nmi --on 2021-06-15",
        folder=True,
    ),
    Format(
        "xlsx",
        "xlsx",
        "Write the tables of `csv` as sheets of a workbook.",
        "mission export xlsx nmi.xlsx nmi --on 2021-06-15",
        binary=True,
        extra=("xlsx", "xlsxwriter"),
    ),
    Format(
        "csl-json",
        "csl_json",
        "Write the sources as CSL-JSON, for Zotero and Pandoc.",
        "mission export csl-json nmi-sources.json nmi",
    ),
    Format(
        "bibtex",
        "bibtex",
        "Write the sources as BibTeX, for LaTeX.",
        "mission export bibtex nmi.bib nmi --known 2022",
    ),
    Format(
        "sqlite",
        "sqlite_file",
        "Write a SQLite database with views, for Datasette.",
        "mission export sqlite nmi-answers.sqlite nmi --on 2021-06-15",
        binary=True,
    ),
    Format(
        "timeline-svg",
        "timeline_svg",
        "Draw the periods of a mission as an SVG picture.",
        "mission export timeline-svg nmi.svg nmi --on 2023",
        one_mission=True,
    ),
)
"""Every format, in the order of the listing."""
