"""The exported SQLite file, read by SQLite itself and by Datasette."""

import asyncio
import json
import sqlite3
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from events.facets import FACETS
from projections.exports import sqlite_file
from projections.exports.extract import Extract
from projections.exports.sqlite_views import VIEWS
from projections.record import Record
from projections.state import state
from tests.projections.exports.hostile import extract_of
from tests.projections.exports.outside import needs_module


def written(extract: Extract, path: Path) -> Path:
    """Write an extract to a file."""
    with path.open("wb") as file:
        sqlite_file.write(extract, file)
    return path


@pytest.fixture(scope="module")
def file(odd: Record, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the odd record."""
    return written(extract_of(odd), tmp_path_factory.mktemp("sqlite") / "odd.sqlite")


@pytest.fixture
def database(file: Path) -> Iterator[sqlite3.Connection]:
    """Open it."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as opened:
        opened.row_factory = sqlite3.Row
        yield opened


def test_the_file_is_sound(database: sqlite3.Connection) -> None:
    """Every row that refers to another finds it, and every view has rows."""
    assert database.execute("PRAGMA integrity_check").fetchall()[0][0] == "ok"
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    for view in VIEWS:
        assert database.execute(f"SELECT count(*) FROM {view}").fetchone()[0] > 0


@pytest.mark.parametrize("on", ["2018-11-20", "2019-01-15", "2020-01-31"])
def test_state_today_is_the_state(odd: Record, tmp_path: Path, on: str) -> None:
    """The view has the entries of the state of that day, with their standings and disputes."""
    extract = extract_of(odd, on=on)
    expected = Counter(
        (mission.mission, each.facet, each.key, each.standing.value, each.disputed)
        for mission in extract.views()
        for found in state(mission, extract.on).facets.values()
        for each in found
    )
    with closing(sqlite3.connect(written(extract, tmp_path / "a.sqlite"))) as opened:
        rows = opened.execute("SELECT mission, facet, key, standing, disputed FROM state_today")
        assert Counter((*row[:4], bool(row[4])) for row in rows) == expected
    assert {row[3] for row in expected} >= {"certain", "assumed"}


def test_state_today_says_what_is_only_planned(odd: Record, tmp_path: Path) -> None:
    """A date, or a number, that only a plan gives stands beside its basis in the view."""
    extract = extract_of(odd, on="2020-01-31")
    expected = Counter(
        (each.key, *(part and part.basis.value for part in (each.start, each.end)))
        for mission in extract.views()
        for facet, found in state(mission, extract.on).facets.items()
        if FACETS[facet].lasting
        for each in found
    )
    with closing(sqlite3.connect(written(extract, tmp_path / "a.sqlite"))) as opened:
        rows = opened.execute("SELECT facet, key, start_basis, end_basis FROM state_today")
        told = Counter(tuple(row[1:]) for row in rows if FACETS[row[0]].lasting)
        counts = opened.execute(
            "SELECT start_basis, quantity_basis FROM state_today WHERE facet = 'strength'"
        )
        assert all(None not in row for row in counts)
    assert told == expected
    assert "planned" in {row[2] for row in expected}


def test_each_claim_says_what_became_of_it(database: sqlite3.Connection) -> None:
    """Every claim of the log is there once, with its source and the event that undid it."""
    rows = database.execute("SELECT * FROM claims").fetchall()
    by_source = {row["source"] for row in rows}
    assert by_source == {"odd-2019", "odd-2021", "odd-1898", "odd-2022", "odd-2023"}
    (withdrawn,) = [row for row in rows if row["source"] == "odd-2022"]
    assert (withdrawn["part"], withdrawn["reason"]) == ("source-withdrawn", "forged")
    (by,) = database.execute("SELECT * FROM log WHERE id = ?", [withdrawn["undone_by"]])
    assert by["type"] == "source-withdrawn"
    (stated,) = [row for row in rows if row["as_stated"]]
    assert (stated["as_stated"], stated["at"]) == ("at Christmas", "page 3")
    assert json.loads(stated["value"]) == {}


def test_the_log_is_whole_up_to_the_position(odd: Record, tmp_path: Path) -> None:
    """Each entry stands at its position with its id and content; none is after the last one."""
    extract = extract_of(odd, position=15)
    with closing(sqlite3.connect(written(extract, tmp_path / "a.sqlite"))) as opened:
        rows = opened.execute("SELECT position, id, content FROM log").fetchall()
    entries = list(odd.entries(upto=15))
    assert [(row[0], row[1]) for row in rows] == [(each.position, each.id) for each in entries]
    assert [json.loads(row[2]) for row in rows] == [json.loads(e.raw)["data"] for e in entries]


def test_missions_that_share_sources_share_their_rows(shipped: Record, tmp_path: Path) -> None:
    """The log of all missions is the whole log, each entry once, each reference found."""
    with closing(sqlite3.connect(written(extract_of(shipped), tmp_path / "a.sqlite"))) as opened:
        rows = opened.execute("SELECT position FROM log").fetchall()
        assert opened.execute("PRAGMA foreign_key_check").fetchall() == []
    assert [position for (position,) in rows] == list(range(1, shipped.position() + 1))


def test_the_table_about_explains_the_rest(database: sqlite3.Connection) -> None:
    """It has the clocks, the limits, and the meaning of each column but numbers of rows."""
    told = database.execute("SELECT name, value FROM about").fetchall()
    names = {row["name"] for row in told}
    assert {"on", "known", "recorded", "position", "root"} <= names
    assert {row["value"] for row in told} >= set(sqlite_file.LIMITS)
    for table in ("period", "reading", "monthly", "claim", "source", "entry"):
        columns = {row["name"] for row in database.execute(f"PRAGMA table_info({table})")}
        assert {f"{table}.{name}" for name in columns - {"id"}} <= names


@needs_module("datasette")
def test_datasette_serves_the_views(file: Path) -> None:
    """Each view answers as JSON and as a page, and text from the record is alive in none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from datasette.app import Datasette

        async def pages() -> dict[str, tuple[Any, str]]:
            served = Datasette([], immutables=[str(file)])
            await served.invoke_startup()
            found = {}
            for name in (*VIEWS, "monthly", "about", "source"):
                data = await served.client.get(f"/odd/{name}.json?_shape=array")
                page = await served.client.get(f"/odd/{name}")
                assert (data.status_code, page.status_code) == (200, 200), name
                found[name] = data.json(), page.text
            return found

        found = asyncio.run(pages())
    assert all(rows for rows, _ in found.values())
    assert {row["standing"] for row in found["state_today"][0]} > {"certain", "assumed"}
    for _, page in found.values():
        assert "<script>alert" not in page
        assert "</svg> Bo" not in page
