"""The timeline that the page's script draws: nothing in it looks surer than the table says."""

from pathlib import Path

import pytest

from tests.cli.site.browsing import Site, Visits, published
from tests.cli.site.conftest import TODAY

COUNTS = """
mission: alpha
source: {id: news, publisher: P, title: News, language: en, published: 2021-04}
events:
  - {type: mission-established, on: 2021-01-01}
  - {type: strength-reported, counted: DNK, on: 2021-03-01, quantity: {max: 140, unit: people}}
  - {type: ceiling-authorised, counted: DNK, on: 2021-03-01, quantity: {max: 4, unit: helicopters}}
  - {type: ceiling-authorised, counted: DNK, on: 2021-03-01, quantity: {max: 200, unit: people}}
  - {type: ceiling-authorised, counted: DNK, on: 2024-03-01, basis: planned, quantity: {max: 90, unit: people}}
  - {type: contribution-deployed, contribution: ship, contributor: DNK, on: 2021-01-01/2022-05}
  - {type: contribution-strength-reported, contribution: ship, on: 2020-06-01, quantity: {min: 1, max: 1, unit: ships}}
"""  # noqa: E501

RIVAL = """
mission: alpha
source: {id: rival, publisher: P, title: Rival, language: en, published: 2022-08}
events:
  - {type: contribution-deployed, contribution: staff, contributor: DNK, on: 2021-01-01}
  - {type: contribution-strength-reported, contribution: staff, on: 2022-01-01, quantity: {min: 5, max: 5, unit: people}}
  - {type: contribution-strength-reported, contribution: staff, on: 2022-01-01, quantity: {min: 8, max: 8, unit: people}}
  - {type: contribution-strength-reported, contribution: staff, on: 2022-06-01, quantity: {min: 6, max: 6, unit: people}}
"""  # noqa: E501

LANES = """(name) => [...document.querySelectorAll(".lane")]
  .filter((each) => each.querySelector(".lane-name").textContent === name)
  .map((each) => ({
    facet: each.closest(".block").previousElementSibling.textContent,
    limits: [...each.querySelectorAll(".limit")].map((line) => line.getAttribute("class")),
    told: [...each.querySelectorAll("title")].map((title) => title.textContent),
    fading: [...each.querySelectorAll(".b-assumed")].map((bar) =>
      [...document.querySelector(bar.getAttribute("fill").slice(4, -1)).children]
        .map((stop) => +stop.getAttribute("stop-opacity"))),
  }))"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Publish a mission with counts, and ceilings of two kinds of things."""
    folder: Path = tmp_path_factory.mktemp("counts")
    return published((COUNTS, RIVAL), folder, TODAY)


def test_a_limit_is_drawn_over_what_it_limits_as_sure_as_it_is(site: Site, visits: Visits) -> None:
    """A number of helicopters limits no people, and what is planned is not drawn as authorised."""
    with visits.reader(site) as reader:
        page = reader.open("en/missions/alpha/index.html")
        lanes = {each["facet"]: each for each in page.evaluate(LANES, "Denmark")}
    assert not any("helicopters" in each for each in lanes["Strength"]["told"])
    assert [*dict.fromkeys(lanes["Strength"]["limits"])] == [
        "limit c-certain",
        "limit c-assumed",
        "limit c-expected",
    ]
    assert lanes["Ceiling"]["limits"] == []


def test_a_bar_does_not_grow_darker_where_nobody_attests_it(site: Site, visits: Visits) -> None:
    """From the last day that a source attests, no part is darker than the one before."""
    with visits.reader(site) as reader:
        page = reader.open("en/missions/alpha/index.html")
        (lane,) = page.evaluate(LANES, "staff")
    opacities = [each for bar in lane["fading"] for each in bar]
    assert len(lane["fading"]) > 1
    assert opacities == sorted(opacities, reverse=True)


def test_an_opened_entry_says_that_its_end_was_planned(site: Site, visits: Visits) -> None:
    """An end that lies after its source came out is planned in the list of claims, too."""
    with visits.reader(site) as reader:
        page = reader.open("en/missions/alpha/index.html")
        page.get_by_role("button", name="ship").first.click()
        page.locator("tr.claims li").first.wait_for()
        told = page.locator("tr.claims li .claim-head").all_inner_texts()
    assert any("2022-05, planned" in each for each in told)
    assert not any("unless-ahead" in each for each in told)
