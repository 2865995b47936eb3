"""The published site in Danish: pages, pictures and data files without an English word."""

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

from cli.site.data_script import script_data
from cli.site.pages import SiteFacts
from cli.site.publish import Publication
from cli.site.site_folder import SiteFolder
from events.dates.days import day_number, iso_day
from ledger.progress import no_progress
from ledger.shipped.records import load
from projections.record import create_record, open_record
from tests.cli.english_words import EnglishWords

DAYS = {"nmi": day_number(2021, 6, 15), "sample": day_number(2016, 3, 15)}
"""For each shipped record, a day on which it has rows of many standings, and disputes."""

SHOWN = ("alt", "aria-label", "data-label", "data-line", "title")
"""The attributes whose values readers see or hear."""

CODED = ("cite-bibtex", "cite-csl", "other-language")
"""The elements whose words are those of a format, or are for readers of the other language."""


class PageTexts(HTMLParser):
    """The texts of a page, each of them whole: what stands between tags, and in attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self._hidden = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: D102
        given = dict(attrs)
        self._hidden = tag in ("style", "code") or given.get("id") in CODED
        self.found.update(str(given[name]) for name in SHOWN if name in given)

    def handle_endtag(self, tag: str) -> None:  # noqa: D102
        self._hidden = False

    def handle_data(self, data: str) -> None:  # noqa: D102
        if not self._hidden:
            self.found.add(data.strip())


def strings(value: object) -> Iterator[str]:
    """Yield the texts in the data of a script, without codes and names of files."""
    if isinstance(value, dict):
        for name, each in value.items():
            if name in ("facets", "standings"):
                yield from (label for _, label in each)
            elif name not in ("slots", "chunks", "href"):
                yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)
    elif isinstance(value, str):
        yield value


@pytest.fixture(scope="module", params=DAYS)
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, EnglishWords]:
    """Publish a record on its day; return the folder, and what finds English in what it tells."""
    name, folder = str(request.param), tmp_path_factory.mktemp("site")
    place, today = folder / "ledger.sqlite", DAYS[str(request.param)]
    create_record(place, lambda store: load(store, name))
    with open_record(place) as store:
        facts = SiteFacts("Missioner", "", "1", iso_day(today), store.position(), "00")
        Publication(store, SiteFolder(folder / "site"), facts, today).write(no_progress)
        return folder / "site", EnglishWords(store)


def test_no_danish_page_has_an_english_word(site: tuple[Path, EnglishWords]) -> None:
    """But for what the record states, nothing that a page says, or lets scripts say, is English."""
    folder, english = site
    pages = sorted((folder / "da").rglob("*.html"))
    kinds = {each.relative_to(folder / "da").parts[0] for each in pages}
    names = {"index.html", "changes.html", "verify.html", "missions", "nations", "sources"}
    assert kinds == names
    for page in pages:
        assert english.left(PageTexts(page.read_text("utf-8")).found) == {}, page


def test_no_danish_data_file_has_an_english_word(site: tuple[Path, EnglishWords]) -> None:
    """Rows and claims that scripts show are Danish, but for what the record states."""
    folder, english = site
    scripts = sorted(folder.rglob("*.da.js"))
    assert {each.name.partition("-")[0] for each in scripts} >= {"rows.da.js", "claims"}
    for script in scripts:
        assert english.left(strings(script_data(script.read_bytes()))) == {}, script


def test_no_danish_timeline_has_an_english_word(site: tuple[Path, EnglishWords]) -> None:
    """The picture for readers without scripts is Danish, in its labels and in its description."""
    folder, english = site
    for picture in folder.rglob("timeline.da.svg"):
        elements = [each for each in Xml.parse(picture).iter() if each.text]
        told = " ".join(str(each.text) for each in elements if not each.tag.endswith("style"))
        assert "antages fortsat" in told
        assert english.left([told]) == {}, picture
