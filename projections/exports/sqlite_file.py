"""SQLite: a new database with tables and views, for Datasette and everything else that reads it.

`state_today` and `monthly` are the answers; `period` and `reading` have what they rest on, `claim`
what the sources say, and `entry` the log.
"""

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

import sqlalchemy as sa

from events.facets import PeriodKey
from events.record_events import sources_of
from projections.exports import sqlite_rows as rows
from projections.exports import sqlite_tables as tables
from projections.exports.extract import Extract
from projections.exports.monthly import MONTHLY
from projections.exports.periods import PERIODS
from projections.exports.sqlite_views import CREATE, VIEWS
from projections.exports.tables import CANNOT_HOLD
from projections.view import View

LIMITS = (
    *CANNOT_HOLD,
    "The view `state_today` holds for the day `on` alone, however late it is read.",
    "The tables `entry` and `source` follow the record clock alone: `known` does not shorten them.",
    "`entry` has the events of these missions and the sources that they name, no others.",
    "The content of an entry is its event; the bytes that are hashed are in `export cloudevents`.",
)
"""What the format cannot hold, in sentences."""


def write(extract: Extract, target: BinaryIO) -> Mapping[str, int]:
    """Write a SQLite file; return how many rows of which kind.

    Raises OSError where it cannot be written.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / "export.sqlite"
        engine = sa.create_engine(f"sqlite:///{path}", poolclass=sa.NullPool)
        with engine.begin() as connection:
            tables.metadata.create_all(connection)
            for name, text in VIEWS.items():
                connection.exec_driver_sql(CREATE.format(name=name, text=text))
            _insert(connection, tables.about, rows.about(extract, LIMITS))
            writer = _Writer(connection, extract)
            for view in extract.views(extract.progress):
                writer.write(view)
        with path.open("rb") as file:
            shutil.copyfileobj(file, target)
    return writer.written


class _Writer:
    """Writes one mission after the other; `written` counts what was."""

    def __init__(self, connection: sa.Connection, extract: Extract) -> None:
        self._connection = connection
        self._extract = extract
        self._sources: set[str] = set()
        missions = extract.store.missions(upto=extract.position)
        self._aliases = {each.mission: each.aliases for each in missions}
        self.written = {"period": 0, "claim": 0, "log entry": 0}

    def write(self, view: View) -> None:
        """Write the rows of a mission, and of the sources that no mission before it names."""
        connection, extract, mission = self._connection, self._extract, view.mission
        events = list(extract.store.of_mission(mission, upto=extract.position))
        named = dict.fromkeys(name for each in events for name in sources_of(each.content))
        new = [name for name in named if name not in self._sources]
        self._sources.update(new)
        entries = [*extract.store.of_sources(new, upto=extract.position), *events]
        periods = list(rows.of_table(PERIODS, extract, view))
        ids: dict[PeriodKey, int] = {}
        for number, row in enumerate(periods, self.written["period"] + 1):
            row["id"] = number
            ids[str(row["facet"]), str(row["key"]), int(row["period"] or 0)] = number
        claims = list(rows.of_claims(view, events, ids))
        aliases = "; ".join(self._aliases.get(mission, ())) or None
        titled = {"mission": mission, "name": extract.titles[mission], "aliases": aliases}
        _insert(connection, tables.mission, [titled])
        _insert(connection, tables.source, rows.of_sources(extract, view, new))
        _insert(connection, tables.entry, map(rows.of_entry, entries))
        _insert(connection, tables.period, periods)
        _insert(connection, tables.claim, claims)
        _insert(connection, tables.reading, rows.of_readings(view))
        _insert(connection, tables.monthly, rows.of_table(MONTHLY, extract, view))
        self.written["period"] += len(periods)
        self.written["claim"] += len(claims)
        self.written["log entry"] += len(entries)


def _insert(
    connection: sa.Connection, table: sa.Table, found: Iterable[Mapping[str, object]]
) -> None:
    if listed := list(found):
        connection.execute(table.insert(), listed)
