"""A mission's page says what `mission state` says, through every pair of clocks, at every position.

The page looks rows up in rectangles of days that were worked out when it was made. What it must
show is worked out here for each day by itself, by the functions that `mission state` calls.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, product
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from cli.inquiry import MissionInquiry, legend, through
from cli.options.clocks import PublicationLimit, RecordPoint, ValidDay, read_known, read_on
from cli.render import state_rows, wording
from cli.render.languages.translation import in_language, tr
from cli.render.page import Cell, lines, plain
from cli.site.data_script import script_data
from events.dates.days import iso_day
from events.facets import STATE_FACETS
from events.printable import printable
from events.publication import close_of_day
from projections.find import parties_of
from projections.record import Record
from projections.state import state
from projections.state_object import StateEntry
from projections.view import view
from tests.cli.site.browsing import Site, Visits, shows
from tests.cli.site.conftest import TODAY

READ = Path(__file__).with_name("every_view.js").read_text("utf-8")

Said = Mapping[str, object]
"""A row of a table: the title of a facet, or the texts of an entry's cells."""


class Clocks(NamedTuple):
    """Two of a page's clocks: a position that it offers, and a day of knowledge or none."""

    position: str
    known: int | None


def beside(days: Iterable[int]) -> list[int]:
    """Return days and those beside them, in order."""
    return sorted({day + step for day in days for step in (-1, 0, 1)})


@dataclass
class MissionData:
    """A mission's page, as its HTML and its data files describe it."""

    site: Site
    mission: str
    html: str = field(init=False)

    def __post_init__(self) -> None:
        page = self.site.folder / f"en/missions/{self.mission}/index.html"
        self.html = page.read_text("utf-8")

    @property
    def numbers(self) -> dict[str, int]:
        """The numbers that the page gives its sources."""
        listed = re.findall(r'data-source="(\d+)" data-id="([^"]+)"', self.html)
        return {name: int(number) for number, name in listed}

    @property
    def positions(self) -> list[str]:
        """The positions that the page offers, the latest first."""
        return re.findall(r'<option value="(\d+)"', self.html)

    def days(self, position: str) -> list[int]:
        """Return the days to ask about: those on which an answer may change, and beside them."""
        days = self._state(position)["days"]
        return [each for each in beside(days) if each <= max(TODAY, *days)]

    def clocks(self) -> Iterator[Clocks]:
        """Yield every position with the days on which what is known may change, and beside them."""
        for position in self.positions:
            yield Clocks(position, None)
            for day in beside(self._state(position)["known"]):
                if day <= TODAY:
                    yield Clocks(position, day)

    def _state(self, position: str) -> Any:  # noqa: ANN401 (JSON)
        files = self.site.folder.glob(f"missions/{self.mission}/data-*/state-{position}.js")
        return script_data(next(files).read_bytes())


def inquiry(store: Record, data: MissionData, clocks: Clocks) -> MissionInquiry:
    """Ask about a mission as `mission state` does with these options."""
    limit = PublicationLimit()
    if clocks.known is not None:
        limit = PublicationLimit(close_of_day(clocks.known), iso_day(clocks.known))
    recorded = RecordPoint(int(clocks.position), text=clocks.position)
    return through(store, limit, recorded).of_mission(data.mission)


def texts(cell: Cell) -> list[str]:
    """Return the lines of a cell as a page shows them."""
    return [printable(plain(line)) for line in lines(cell)]


class Expected:
    """What `mission state` says through two clocks, on some days.

    Entries that are equal are put into words once.
    """

    def __init__(
        self, asked: MissionInquiry, days: Iterable[int], numbers: Mapping[str, int]
    ) -> None:
        self.answers = {day: state(asked.seen, day) for day in days}
        entries = [e for each in self.answers.values() for e in chain(*each.facets.values())]
        self._legend = asked.legend(numbers, entries)
        self._numbers = numbers
        self._said: dict[tuple[str, str, int], list[tuple[StateEntry, Said]]] = {}

    def table(self, day: int) -> list[Said]:
        """Return the rows of the table at the close of a day, with the titles of facets."""
        said: list[Said] = []
        for facet in STATE_FACETS:
            if entries := self.answers[day].facets[facet]:
                said.append({"facet": printable(wording.facet_heading(facet))})
                said += map(self._row, entries)
        return said

    def _row(self, entry: StateEntry) -> Said:
        known = self._said.setdefault((entry.facet, entry.key, entry.period), [])
        for before, said in reversed(known):
            if before == entry:
                return said
        row = state_rows.row(entry, self._legend)
        name, standing, when, _ = map(texts, row.cells)
        numbers = sorted(self._numbers[each] for each in entry.sources)
        said = {
            "name": name,
            "below": texts([*row.below]),
            "standing": standing,
            "when": when,
            "sources": [str(each) for each in numbers],
        }
        known.append((entry, said))
        return said


def address(day: int, clocks: Clocks) -> str:
    """Return what asks a page for a view."""
    known = f"&known={iso_day(clocks.known)}" if clocks.known is not None else ""
    return f"#on={iso_day(day)}{known}&recorded={clocks.position}"


def words(asked: MissionInquiry, data: MissionData) -> list[str]:
    """Return what `mission state` says of the clocks; a page leaves the hour out."""
    known, recorded = asked.clocks(asked.seen.visible.possibly_public)
    if str(asked.end) == data.positions[0]:
        last = "as recorded up to position {position}, the last on this mission"
        return [known, tr(last, position=asked.end)]
    return [known, re.sub(r" \(\S+ \S+ UTC\)$", "", recorded)]


def compare(visits: Visits, site: Site, language: str, part: slice, every: int = 1) -> int:
    """Compare views of a site's missions; return how many.

    `part` says which of the pairs of a position and a day of knowledge, `every` how many days there
    are to one that is asked about. The pages are in frames that are not painted, which is quicker.
    """
    host, asked = site.folder.with_name("host.html"), 0
    root = f"{host.parent.as_uri()}/"
    with visits.reader(site, root=root) as reader, site.record() as store, in_language(language):
        for mission in store.names():
            data = MissionData(site, mission)
            host.write_text(f'<iframe hidden src="site/{language}/missions/{mission}/index.html">')
            page = reader.open("host.html")
            for clocks in [*data.clocks()][part]:
                days = data.days(clocks.position)[::every]
                told = page.frames[1].evaluate(READ, [address(day, clocks) for day in days])
                inquired = inquiry(store, data, clocks)
                expected = Expected(inquired, days, data.numbers)
                said = words(inquired, data)
                for day, number, shown in zip(days, told["views"], told["words"], strict=True):
                    view = mission, address(day, clocks)
                    rows = [told["rows"][each] for each in told["tables"][number]]
                    assert (view, rows) == (view, expected.table(day))
                    assert (view, shown) == (view, [str(ValidDay(day)), *said])
                    asked += 1
            page.close()
    return asked


@pytest.mark.parametrize("part", range(2))
def test_the_shipped_record(part: int, shipped_site: Site, visits: Visits) -> None:
    """For each bound of both clocks and the days beside it, rows and clocks are the command's."""
    assert compare(visits, shipped_site, "en", slice(part, None, 2)) > 2000


@pytest.mark.parametrize("part", range(6))
def test_the_sample_record(part: int, sample_site: Site, visits: Visits) -> None:
    """Corrections, retractions, preferences and withdrawn sources answer as the command does."""
    assert compare(visits, sample_site, "en", slice(part, None, 6)) > 2000


def test_in_danish(shipped_site: Site, sample_site: Site, visits: Visits) -> None:
    """The Danish pages say the same in the Danish words of rows and clocks."""
    for site in (shipped_site, sample_site):
        assert compare(visits, site, "da", slice(None, None, 3), every=10) > 200


NATION = """() => [...document.querySelectorAll("section[data-of-mission]")].map((section) => [
  section.dataset.ofMission,
  [...section.querySelectorAll("table:not([hidden]) tr[data-slot]")].map((row) => [
    row.querySelector(".name").textContent,
    ...[".standing > *", ".when > *"].map((cell) =>
      [...row.querySelectorAll(`td${cell}`)].map((each) => each.textContent)),
  ]),
])"""
"""Reads each mission's rows in the page of a nation."""


def rows_of(store: Record, party: str, mission: str, on: str, known: str) -> list[list[object]]:
    """Return the name, the standing and the dates of a nation's entries in a mission's state."""
    limit = read_known(known).seconds if known else None
    answer = state(view(store, mission, known=limit), read_on(on).day)
    own = [each for each in chain(*answer.facets.values()) if party in parties_of(each)]
    cited = legend(store, entries=own)
    rows = [[texts(cell) for cell in state_rows.row(each, cited).cells] for each in own]
    return [[name[0], standing, when] for name, standing, when, _ in rows]


def test_the_page_of_a_nation(shipped_site: Site, visits: Visits) -> None:
    """In every mission it has the rows of the state that are of the nation, by the same clocks."""
    found = 0
    with visits.reader(shipped_site) as reader, shipped_site.record() as store:
        page = reader.open("en/nations/DNK/index.html")
        for on, known in product(("2018-12-31", "2020-11-30", "2024-01-01"), ("", "2022-05-31")):
            page.evaluate(f"location.replace('#on={on}' + '{known and f'&known={known}'}')")
            page.wait_for_url(f"**#on={on}{known and f'&known={known}'}")
            shows(page, on)
            for mission, shown in page.evaluate(NATION):
                expected = rows_of(store, "DNK", mission, on, known)
                assert (on, known, shown) == (on, known, expected)
                found += len(shown)
    assert found > 20
