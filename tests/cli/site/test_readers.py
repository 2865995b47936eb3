"""The pages for every reader: without scripts, by keyboard, on paper, narrow, with other needs."""

import threading
from collections.abc import Iterator
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from events.dates.days import day_number
from tests.cli.site.browsing import Site, Visits, kinds, publish, published, shows

if TYPE_CHECKING:
    from playwright.sync_api import Page

MISSION = "missions/nato-mission-iraq/index.html"

CELLS = """() => [...document.querySelectorAll("table.state:not([hidden]) tbody:not([hidden]) tr")]
    .map((row) => [...row.cells].map((cell) => cell.innerText.trim()))"""


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *args: object) -> None:
        """Leave the standard error alone."""


@pytest.fixture
def served(shipped_site: Site) -> Iterator[str]:
    """Serve the shipped record's site from a plain web server; return its address."""
    handler = partial(QuietHandler, directory=str(shipped_site.folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def stays_within(page: "Page") -> bool:
    """Whether a page is no wider than its window."""
    within: bool = page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )
    return within


@pytest.mark.parametrize("language", ["en", "da"])
@pytest.mark.parametrize("width", [1280, 360])
def test_every_kind_of_page_opens(
    width: int, language: str, shipped_site: Site, visits: Visits
) -> None:
    """From the disk, in both languages, nothing goes wrong, leaves the site, or is too wide."""
    with visits.reader(shipped_site, width=width) as reader:
        for path in kinds(shipped_site, language):
            page = reader.open(path)
            assert page.locator("html").get_attribute("lang") == language
            assert page.locator("h1").inner_text()
            assert stays_within(page), path
            for details in page.locator("details").all()[:5]:
                details.evaluate("each => { each.open = true }")
            assert stays_within(page), path
            page.close()
        page = reader.open("index.html")
        page.wait_for_url("**/en/index.html")


def test_a_plain_web_server_is_enough(served: str, shipped_site: Site, visits: Visits) -> None:
    """Served as files, the pages open, answer by their clocks and load what an entry opens."""
    with visits.reader(shipped_site, root=served) as reader:
        for path in kinds(shipped_site, "en"):
            reader.open(path).close()
        page = reader.open(f"en/{MISSION}#on=2021-06-15&known=2022-05-31&recorded=123")
        shows(page, "2021-06-15")
        page.locator("button.name").first.click()
        page.locator("tr.claims li").first.wait_for()
        page.get_by_role("link", name="DNK").first.or_(page.locator("td.sources a").first).click()
        page.wait_for_url("**/sources/**")


def test_without_scripts(shipped_site: Site, tmp_path: Path, visits: Visits) -> None:
    """A reader without scripts has today's state, a timeline as a picture, and the days."""
    path = f"en/{MISSION}"
    site = publish(shipped_site.ledger, tmp_path / "site", day_number(2021, 6, 15))
    with visits.reader(site) as reader:
        page = reader.open(path)
        shows(page, "2021-06-15")
        scripted = page.evaluate(CELLS)
        assert any("disputed" in cell for row in scripted for cell in row)
    with visits.reader(site, java_script_enabled=False) as reader:
        page = reader.open(path)
        assert page.evaluate(CELLS) == scripted
        assert page.locator("#clock-words li").first.inner_text().endswith("2021-06-15")
        assert page.locator("#clocks").is_hidden()
        picture = page.locator("#timeline-static")
        assert picture.is_visible()
        assert picture.evaluate("each => each.complete && each.naturalWidth > 0")
        page.get_by_role("link", name="Day by day").click()
        day = page.locator("section.day h2 a").first
        assert day.get_attribute("href") == f"index.html#on={day.inner_text()}"
        day.click()
        page.wait_for_url("**/nato-mission-iraq/index.html#on=*")


def test_everything_is_reached_by_keyboard(shipped_site: Site, visits: Visits) -> None:
    """Tab goes through all controls and links, each of which then shows that it has the focus."""
    focusable = "a[href], button, input, select, summary, [tabindex='0']"
    with visits.reader(shipped_site) as reader:
        page = reader.open(f"en/{MISSION}#on=2021-06-15")
        shows(page, "2021-06-15")
        visible = sum(each.is_visible() for each in page.locator(focusable).all())
        page.evaluate("document.activeElement.blur()")
        told: list[Any] = []
        for _ in range(visible + 20):
            page.keyboard.press("Tab")
            told.append(
                page.evaluate(
                    """() => {
                      const it = document.activeElement, look = getComputedStyle(it);
                      if (it === document.body) return null;
                      if (it.seen) return "again";
                      it.seen = true;
                      return [it.outerHTML.slice(0, 80), look.outlineStyle, look.outlineWidth];
                    }"""
                )
            )
            if told[-1] is None:
                break
        reached = [each for each in told if isinstance(each, list)]
        assert [each for each in reached if each[1:] != ["solid", "3px"]] == []
        assert len(reached) == visible


def test_an_entry_is_opened_by_keyboard(shipped_site: Site, visits: Visits) -> None:
    """Enter opens an entry's claims and closes them; the focus stays while days go by."""
    with visits.reader(shipped_site) as reader:
        page = reader.open(f"en/{MISSION}#on=2021-06-15")
        shows(page, "2021-06-15")
        name = page.locator("button.name").nth(2)
        name.focus()
        page.keyboard.press("Enter")
        page.locator("tr.claims li").first.wait_for()
        assert name.get_attribute("aria-expanded") == "true"
        assert page.locator(f"#{name.get_attribute('aria-controls')}").is_visible()
        page.evaluate("location.replace('#on=2021-06-16')")
        shows(page, "2021-06-16")
        assert name.evaluate("each => each === document.activeElement")
        assert page.locator("tr.claims").count() == 1
        page.keyboard.press("Space")
        assert name.get_attribute("aria-expanded") == "false"
        assert page.locator("tr.claims").count() == 0


def test_a_page_is_printed(shipped_site: Site, visits: Visits) -> None:
    """On paper the controls are left out, and the clocks are told in words beside the answer."""
    with visits.reader(shipped_site) as reader:
        page = reader.open(f"en/{MISSION}#on=2021-06-15&known=2022-05-31")
        shows(page, "2021-06-15")
        page.emulate_media(media="print")
        assert page.locator("#clocks").is_hidden()
        assert page.locator("#downloads").is_hidden()
        assert page.locator("#clock-words").is_visible()
        assert page.locator("#answers").is_visible()
        assert page.pdf().startswith(b"%PDF")


@pytest.mark.parametrize("language", ["en", "da"])
def test_no_motion_where_none_is_wanted(language: str, shipped_site: Site, visits: Visits) -> None:
    """A reader who asks for less motion gets none."""
    with visits.reader(shipped_site, reduced_motion="reduce") as reader:
        page = reader.open(f"{language}/{MISSION}")
        moving = page.evaluate(
            """() => [...document.querySelectorAll("*")].map((each) => getComputedStyle(each))
              .filter((look) => look.scrollBehavior === "smooth"
                || /[1-9]/.test(look.transitionDuration + look.animationDuration)).length"""
        )
        assert moving == 0


@cache
def axe() -> str:
    """Return the script of axe-core, which tests the Web Content Accessibility Guidelines."""
    return resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")


def violations(page: "Page") -> list[tuple[str, str]]:
    """Return what axe-core finds wrong in a page: the rule, and the first element."""
    found: list[tuple[str, str]] = page.evaluate(
        """async () => {
          const { violations } = await axe.run({ resultTypes: ["violations"], preload: false });
          return violations.map(({ id, nodes }) => [id, nodes[0].html.slice(0, 200)]);
        }"""
    )
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_breaks_a_guideline(scheme: str, shipped_site: Site, visits: Visits) -> None:
    """On a page of each kind axe-core finds nothing, wide and narrow."""
    with visits.reader(shipped_site, color_scheme=scheme) as reader:
        for path in kinds(shipped_site, "en"):
            page = reader.open(path)
            if path.endswith(MISSION):
                page.evaluate("location.hash = '#on=2021-06-15&entry=command/DNK/1'")
                page.locator("tr.claims li").first.wait_for()
                for details in page.locator("details").all()[:3]:
                    details.evaluate("each => { each.open = true }")
            page.evaluate(axe())
            for width in (1280, 360):
                page.set_viewport_size({"width": width, "height": 800})
                assert (path, width, violations(page)) == (path, width, [])
            page.close()


def test_no_danish_page_breaks_a_guideline(shipped_site: Site, visits: Visits) -> None:
    """The Danish page of a mission, with a complaint, breaks none either."""
    with visits.reader(shipped_site) as reader:
        page = reader.open(f"da/{MISSION}#on=2021-02-30")
        page.locator("#problem").wait_for()
        page.evaluate(axe())
        assert violations(page) == []


VISITS = """
mission: visited
source: {id: book-YEAR, publisher: P, title: Visitors, language: en, published: YEAR-12-31}
events:
"""


def test_the_whole_history_is_a_page(tmp_path: Path, visits: Visits) -> None:
    """Where the log has more on a mission than its page lists, another page has all of it."""
    texts = []
    for year in ("2020", "2021"):
        events = [
            f"  - {{type: happening-reported, happening: v-{n}, kind: visit, on: {year}-03}}"
            for n in range(160)
        ]
        texts.append(VISITS.replace("YEAR", year) + "\n".join(events))
    site = published(texts, tmp_path, day_number(2022, 1, 1))
    with visits.reader(site, width=360) as reader:
        page = reader.open("en/missions/visited/index.html")
        page.get_by_role("link", name="All 2 announcements").click()
        page.wait_for_url("**/history.html")
        for details in page.locator("details").all():
            details.locator("summary").click()
        assert page.locator("ol.history li li").count() == 322
        assert stays_within(page)
        page.evaluate(axe())
        assert violations(page) == []
