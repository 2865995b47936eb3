"""The clocks of a page: what sets them, what they say, and the address that keeps them."""

from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from events.dates.days import day_number, iso_day
from projections.state import state
from projections.view import view
from tests.cli.site.browsing import Site, Visits, address, clock, clock_words, published, shows
from tests.cli.site.conftest import TODAY

if TYPE_CHECKING:
    from playwright.sync_api import Page

MISSION = "missions/nato-mission-iraq/index.html"
NOW = iso_day(TODAY)

PLANNED = """
mission: future
source: {id: plan, publisher: P, title: A plan, language: en, published: 2021-05-01}
events:
  - {type: mission-established, name: Future Mission, on: 2021-01-01}
  - {type: command-taken-over, by: DNK, on: 2024-02-01, basis: planned}
"""


def rows(page: "Page") -> list[str]:
    """Return the names of the entries in a page's table."""
    return page.locator("#answers tr[data-slot] .name").all_inner_texts()


def test_a_slider_moves_a_day_by_an_arrow_key(shipped_site: Site, visits: Visits) -> None:
    """Each press is one day; the date, the words and the address say the same day."""
    with visits.reader(shipped_site) as reader:
        page = reader.open(f"en/{MISSION}#on=2021-06-15&known=2022-05-31")
        clock(page, "on", "slider").press("ArrowLeft")
        shows(page, "2021-06-14")
        clock(page, "on", "slider").press("ArrowLeft")
        shows(page, "2021-06-13")
        clock(page, "known", "slider").press("ArrowRight")
        page.wait_for_url("**known=2022-06-01")
        assert clock(page, "on", "date").input_value() == "2021-06-13"
        assert clock(page, "on", "slider").get_attribute("aria-valuetext") == (
            "as of the close of 2021-06-13"
        )
        assert address(page) == "on=2021-06-13&known=2022-06-01"
        assert clock_words(page)[1].startswith("from sources certainly public by 2022-06-01")


def test_a_slider_is_dragged(shipped_site: Site, visits: Visits) -> None:
    """The page follows the slider while it is dragged; one drag is one step back."""
    with visits.reader(shipped_site) as reader:
        page = reader.open(f"en/{MISSION}")
        slider = clock(page, "on", "slider")
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        assert box
        page.mouse.move(box["x"] + box["width"] - 8, box["y"] + box["height"] / 2)
        page.mouse.down()
        seen = set()
        for part in (0.8, 0.6, 0.4):
            page.mouse.move(box["x"] + box["width"] * part, box["y"] + box["height"] / 2)
            seen.add(clock_words(page)[0])
            assert address(page) == ""
        page.mouse.up()
        assert len(seen) == 3
        day = iso_day(int(slider.input_value()))
        page.wait_for_url(f"**#on={day}")
        shows(page, day)
        page.go_back()
        shows(page, NOW)


def test_a_date_is_typed(shipped_site: Site, visits: Visits) -> None:
    """A date typed key by key is shown; one that is none leaves the view, and is named."""
    with visits.reader(shipped_site) as reader:
        page = reader.open(f"en/{MISSION}")
        date = clock(page, "on", "date")
        date.focus()
        page.keyboard.type("06152021")
        shows(page, "2021-06-15")
        assert address(page) == "on=2021-06-15"
        assert clock(page, "on", "slider").input_value() == str(day_number(2021, 6, 15))
        date.fill("")
        problem = page.locator("#problem")
        problem.wait_for()
        assert problem.inner_text().count("no date") == 1
        shows(page, "2021-06-15")
        date.fill("2020-01-31")
        shows(page, "2020-01-31")
        assert problem.is_hidden()


def test_the_buttons_go_to_where_something_changes(shipped_site: Site, visits: Visits) -> None:
    """Each press leads to the next day whose state is not that of the day before, and says so."""
    with shipped_site.record() as store:
        seen = view(store, "nato-mission-iraq")
        first, last = day_number(2018, 12, 1), day_number(2020, 12, 1)
        said = [[*chain(*state(seen, day).facets.values())] for day in range(first, last + 1)]
    changes = [iso_day(first + n) for n in range(1, len(said)) if said[n] != said[n - 1]]
    assert "2019-01-31" in changes, "a day on which something ends, and nothing begins"
    with visits.reader(shipped_site) as reader:
        page = reader.open(f"en/{MISSION}#on=2018-12-01")
        for day in changes:
            clock(page, "on", "on").click()
            shows(page, day)
        for day in changes[-2::-1]:
            clock(page, "on", "back").click()
            shows(page, day)


def test_everything_published_is_a_tick(shipped_site: Site, visits: Visits) -> None:
    """The tick lifts the limit of what was known, and setting a day takes the tick away."""
    with visits.reader(shipped_site) as reader:
        page = reader.open(f"en/{MISSION}#known=2022-05-31")
        tick = clock(page, "known", "all")
        assert not tick.is_checked()
        tick.check()
        assert clock_words(page)[1] == "from all sources, whenever published"
        clock(page, "known", "date").fill("2021-01-31")
        page.wait_for_url("**#known=2021-01-31")
        assert not tick.is_checked()


def test_an_earlier_record_is_chosen(shipped_site: Site, visits: Visits) -> None:
    """The list of announcements sets the record's clock, and the address names it."""
    with visits.reader(shipped_site) as reader:
        page = reader.open(f"en/{MISSION}#on=2021-06-15")
        latest, earliest = rows(page), page.locator("#recorded option").last
        position = earliest.get_attribute("value")
        page.locator("#recorded").select_option(position)
        page.wait_for_url(f"**#on=2021-06-15&recorded={position}")
        assert clock_words(page)[2] == f"as recorded up to position {position}"
        assert 0 < len(rows(page)) < len(latest)


def test_an_address_keeps_the_view(shipped_site: Site, visits: Visits) -> None:
    """Loaded anew, in the other language, and back and forward, the view is what it names."""
    with visits.reader(shipped_site) as reader:
        page = reader.open(f"en/{MISSION}#on=2021-06-15&known=2022-05-31&recorded=87")
        before = clock_words(page), rows(page)
        page.reload()
        shows(page, "2021-06-15")
        assert (clock_words(page), rows(page)) == before
        page.locator("#other-language").click()
        page.wait_for_url("**/da/**")
        assert address(page) == "on=2021-06-15&known=2022-05-31&recorded=87"
        assert "2021-06-15" in clock_words(page)[0]
        page.go_back()
        shows(page, "2021-06-15")
        page.evaluate("location.hash = '#on=2020-01-31'")
        shows(page, "2020-01-31")
        assert page.locator("#recorded").input_value() != "87"
        page.go_back()
        shows(page, "2021-06-15")
        assert (clock_words(page), rows(page)) == before
        page.go_forward()
        shows(page, "2020-01-31")
        page.locator(".skip").press("Enter")
        page.wait_for_url("**#on=2020-01-31")
        shows(page, "2020-01-31")


def test_steps_back_are_those_of_a_reader(shipped_site: Site, visits: Visits) -> None:
    """A run of arrow keys is one step back; what is set a while later is another."""
    with visits.reader(shipped_site) as reader:
        page = reader.context.new_page()
        page.clock.install()
        page.goto(shipped_site.url(f"en/{MISSION}"))
        page.clock.run_for(2000)
        clock(page, "on", "date").fill("2021-06-15")
        shows(page, "2021-06-15")
        page.clock.run_for(2000)
        for day in ("2021-06-14", "2021-06-13", "2021-06-12"):
            clock(page, "on", "slider").press("ArrowLeft")
            shows(page, day)
        page.go_back()
        shows(page, "2021-06-15")
        page.go_back()
        shows(page, NOW)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ("on=2021-02-30", "2021-02-30"),
        ("on=<script>alert(1)</script>", "<script>alert(1)"),
        ("on=", "no date"),
        ("ON=2021-06-15&recorded=1", "is no clock: write on"),
        ("/known=2021-06-15", "is no clock: write known"),
        ("known=9999999", "9999999"),
        ("known=2999-12-31", "2999-12-31"),
        ("on=9999-12-31", "9999-12-31"),
        ("on=0000-01-01", "0000-01-01"),
        ("recorded=7", "position 7"),
        ("recorded=%E0%A4%A", "position"),
        ("on=2021-06-15&entry=command/XXX/1", "command/XXX/1"),
        ("on=" + "9" * 5000, "999"),
        ("on=__proto__&known=constructor", "__proto__"),
    ],
)
def test_a_wrong_address_is_named(
    given: str, named: str, shipped_site: Site, visits: Visits
) -> None:
    """It gets one short message that names what is wrong; the page answers and can be moved."""
    with visits.reader(shipped_site) as reader:
        page = reader.open(f"en/{MISSION}#{given}")
        problem = page.locator("#problem")
        problem.wait_for()
        assert named in problem.inner_text()
        assert len(problem.inner_text()) < 300
        assert rows(page)
        clock(page, "on", "date").fill("2021-06-14")
        shows(page, "2021-06-14")
        assert problem.is_hidden()


@pytest.mark.parametrize("given", ["", "#", "#&", "#=", "#sources", "#other=1"])
def test_an_address_that_names_no_clock(given: str, shipped_site: Site, visits: Visits) -> None:
    """It shows today from everything, without a complaint."""
    with visits.reader(shipped_site) as reader:
        page = reader.open(f"en/{MISSION}{given}")
        shows(page, NOW)
        assert clock_words(page)[1] == "from all sources, whenever published"
        assert page.locator("#problem").is_hidden()


def test_a_planned_day_can_be_asked_about(tmp_path: Path, visits: Visits) -> None:
    """Days up to the last on which something changes are answered, though they are to come."""
    site = published([PLANNED], tmp_path, day_number(2021, 6, 15))
    with visits.reader(site) as reader:
        page = reader.open("en/missions/future/index.html#on=2024-01-31")
        shows(page, "2024-01-31")
        assert page.locator("#problem").is_hidden()
        command = page.locator("#answers tr", has_text="Denmark")
        assert command.count() == 0
        clock(page, "on", "on").click()
        shows(page, "2024-02-01")
        assert command.locator(".standing").first.inner_text() == "expected"
        slider = clock(page, "on", "slider")
        assert slider.get_attribute("max") == str(day_number(2024, 2, 1))
        clock(page, "on", "date").fill("2024-02-02")
        problem = page.locator("#problem")
        problem.wait_for()
        assert "2024-02-02 is later than 2024-02-01" in problem.inner_text()
        clock(page, "known", "date").fill("2021-06-16")
        page.get_by_text("2021-06-16 is later than 2021-06-15, the day on which").wait_for()
        shows(page, "2024-02-01")
        nation = reader.open("en/nations/DNK/index.html#on=2024-02-01")
        shows(nation, "2024-02-01")
        assert nation.locator("tr", has_text="expected").count() == 1
