"""The tidy tables say what the state says, and no more."""

from collections import Counter

import pytest

from events.dates.days import iso_day
from events.dates.edtf import parse
from events.facets import FACETS
from projections.exports.monthly import COUNTED, MONTHLY
from projections.exports.periods import PERIODS
from projections.exports.table import Table
from projections.record import Record
from projections.state import state
from projections.view import View
from tests.projections.exports.hostile import ON, extract_of

DAYS = ("2018-11-20", "2019-02-10", ON, "2020-06-30", "2026-01-01")


def rows(table: Table, view: View, on: str) -> list[dict[str, object]]:
    """Return the rows of a table by column."""
    return [{**row} for row in table.of_mission(view, day(on))]


def day(text: str) -> int:
    """Return the number of a day."""
    found = parse(text).window.last
    assert found is not None
    return found


@pytest.mark.parametrize("on", DAYS)
@pytest.mark.parametrize("mission", ["odd-mission", "other-mission"])
def test_a_period_stands_as_in_the_state(odd: Record, mission: str, on: str) -> None:
    """Its row has the standing, the dispute, the dates and the sources of its state entry."""
    view = extract_of(odd).view(mission)
    entries = {
        (each.facet, each.key, each.period): each
        for found in state(view, day(on)).facets.values()
        for each in found
        if FACETS[each.facet].lasting
    }
    found = {(str(r["facet"]), str(r["key"]), r["period"]): r for r in rows(PERIODS, view, on)}
    assert len(found) == len(list(view.all_periods))
    assert {place for place, row in found.items() if row["standing"]} == set(entries)
    for place, entry in entries.items():
        row, stated = found[place], entry.to_json()
        assert (row["standing"], row["disputed"]) == (stated["standing"], stated["disputed"])
        for side in ("start", "end"):
            said = stated[side] or {}
            for name in ("earliest", "latest", "basis", "edtf"):
                assert row.get(f"{side}_{name}") == said.get(name)  # type: ignore[attr-defined]
        assert (row["value_on"], row["sources"]) == (on, entry.sources)


def test_each_months_counts_are_those_of_the_state_at_its_close(shipped: Record) -> None:
    """The rows of a month are the counts and ceilings of the state, none more and none surer."""
    extract = extract_of(shipped, on="2024-03-15")
    months = [f"{year}-{month:02}" for year in range(2018, 2024) for month in range(1, 13)]
    for view in extract.views():
        by_month: dict[str, Counter[object]] = {}
        for row in rows(MONTHLY, view, "2024-03-15"):
            told = (row["facet"], row["key"], row["standing"], row["disputed"], row["event"])
            by_month.setdefault(str(row["month"]), Counter())[told] += 1
        assert "2024-03" not in by_month  # its close is still ahead
        for month in months:
            facets = state(view, day(month)).facets
            said = Counter(
                (each.facet, each.key, each.standing.value, each.disputed, each.events[0])
                for facet in COUNTED
                for each in facets[facet]
            )
            assert by_month.get(month, Counter()) == said, month


def test_counts_that_may_answer_are_told_apart(odd: Record) -> None:
    """Each of two counts that exclude each other has the other beside it, and is disputed."""
    found = rows(MONTHLY, extract_of(odd).view("odd-mission"), ON)
    disputed = [r for r in found if r["key"] == "DNK" and r["month"] == "2018-11"]
    people = [r for r in disputed if r["kind"] == "people" and r["facet"] == "strength"]
    (one,) = people
    assert (one["standing"], one["disputed"], one["answers"]) == ("assumed", True, 1)
    assert "150" in str(one["beside"]) or "160" in str(one["beside"])
    months = Counter((r["key"], r["kind"]) for r in found if r["month"] == "2019-02")
    assert months["DNK", "people"] >= 1
    assert months["DNK", "tanks"] == 1


def test_a_count_of_an_open_date_has_no_month_before_it(odd: Record) -> None:
    """A count dated `by January 2019` begins with the close of that month."""
    view = extract_of(odd).view("odd-mission")
    (first, *_) = [r for r in rows(MONTHLY, view, ON) if r["key"] == "NOR/police"]
    assert (first["month"], first["standing"]) == ("2019-01", "possible")
    assert (first["reading_earliest"], first["reading_latest"]) == (None, "2019-01-31")


def test_a_period_outside_the_state_has_the_values_of_the_nearest_day(odd: Record) -> None:
    """What has ended is told as on its last day, what has not begun as on its first."""
    view = extract_of(odd).view("odd-mission")
    late = {r["key"]: r for r in rows(PERIODS, view, "2026-01-01")}
    assert late["frigate"]["standing"] is None
    assert late["frigate"]["value_on"] == late["frigate"]["in_state_until"] == "2020-02-28"
    assert late["frigate"]["quantity_max"] == 3
    early = {r["key"]: r for r in rows(PERIODS, view, "2018-01-01")}
    assert early["frigate"]["standing"] is None
    assert early["frigate"]["value_on"] == early["frigate"]["in_state_from"] == "2019-01-15"


def test_the_clocks_stand_in_every_row(odd: Record) -> None:
    """A row that is copied out of its table still tells what was asked."""
    extract = extract_of(odd, known="2020-05", position=13)
    for table in (PERIODS, MONTHLY):
        for view in extract.views():
            for row in table.rows(extract, view):
                assert row[:4] == ("2020-05", "13", 13, iso_day(extract.on))
