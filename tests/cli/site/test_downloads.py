"""Downloads and citations of a view: the files of `mission state`, and what finds it again."""

import csv
import io
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from pybtex.database import parse_string

from cli.main import cli
from tests.cli.site.browsing import Reader, Site, Visits, publish, shows
from tests.cli.site.conftest import TODAY

if TYPE_CHECKING:
    from playwright.sync_api import Page

MISSION = "nato-mission-iraq"

VIEWS: Sequence[Sequence[str]] = (
    ("--on", "2021-06-15", "--known", "2022-05-31", "--recorded", "123"),
    ("--on", "2023-01-01"),
    ("--on", "2017-01-01"),
)


def address(options: Sequence[str]) -> str:
    """Return the address of a view that `mission state` shows with these options."""
    pairs = zip(options[::2], options[1::2], strict=True)
    return "#" + "&".join(f"{name.removeprefix('--')}={value}" for name, value in pairs)


def answer(site: Site, options: Sequence[str], form: str) -> str:
    """Return what `mission state` writes."""
    environment = {"MISSION_LEDGER": str(site.ledger)}
    result = CliRunner().invoke(
        cli, ["state", MISSION, *options, "--format", form], env=environment
    )
    assert result.exit_code == 0, result.output
    return result.stdout


def opened(reader: Reader, options: Sequence[str]) -> "Page":
    """Open a view."""
    page = reader.open(f"en/missions/{MISSION}/index.html{address(options)}")
    shows(page, options[1])
    return page


def downloaded(page: "Page", form: str) -> tuple[str, str]:
    """Download a view; return the name of the file, and its text."""
    with page.expect_download() as saving:
        page.locator(f"#download-{form}").click()
    return saving.value.suggested_filename, Path(saving.value.path()).read_bytes().decode("utf-8")


@pytest.mark.parametrize("options", VIEWS, ids=address)
def test_json_is_that_of_mission_state(
    options: Sequence[str], shipped_site: Site, visits: Visits
) -> None:
    """The JSON of a view is the command's, to the last field of every entry."""
    with visits.reader(shipped_site) as reader:
        name, text = downloaded(opened(reader, options), "json")
    expected = json.loads(answer(shipped_site, options, "json"))
    found: dict[str, Any] = json.loads(text)
    assert name == f"{MISSION}-{options[1]}-{found['position']}.json"
    assert found == expected


@pytest.mark.parametrize("options", VIEWS, ids=address)
def test_csv_is_that_of_mission_state(
    options: Sequence[str], shipped_site: Site, visits: Visits
) -> None:
    """The CSV of a view has the same entries, with the same values in the columns of both."""
    with visits.reader(shipped_site) as reader:
        _, text = downloaded(opened(reader, options), "csv")
    found = list(csv.DictReader(io.StringIO(text)))
    expected = list(csv.DictReader(io.StringIO(answer(shipped_site, options, "csv"))))
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        shared = one.keys() & other.keys()
        assert shared >= {"mission", "on", "facet", "key", "period", "standing", "disputed"}
        assert {each: one[each] for each in shared} == {each: other[each] for each in shared}


@pytest.fixture
def on_the_web(shipped_site: Site, tmp_path: Path) -> Site:
    """Publish the shipped record for an address on the web."""
    return publish(shipped_site.ledger, tmp_path / "site", TODAY, address="https://example.org/m/")


def test_citations_name_what_finds_the_view_again(on_the_web: Site, visits: Visits) -> None:
    """Mission, clocks, position, root hash and address are in each form, and the forms are read."""
    with on_the_web.record() as store:
        root, size = store.tree(123).root.hex(), store.position()
        latest = store.tree(size).root.hex()
    url = f"https://example.org/m/en/missions/{MISSION}/index.html"
    with visits.reader(on_the_web) as reader:
        for options, position, of_log, known in (
            (VIEWS[0], 123, root, "certainly public by 2022-05-31"),
            (VIEWS[1], size, latest, "all sources, whenever published"),
        ):
            page = opened(reader, options)
            plain, bibtex, csl = (
                page.locator(f"#cite-{form}").evaluate("each => each.textContent")
                for form in ("plain", "bibtex", "csl")
            )
            at = f"{url}#on={options[1]}" + ("&known=2022-05-31" if position == 123 else "")
            at += f"&recorded={position}"
            (read,) = parse_string(bibtex, "bibtex").entries.values()
            (listed,) = json.loads(csl)
            note = read.fields["note"].replace("\\", "")
            assert (read.fields["url"], listed["URL"]) == (at, at)
            for text in (
                plain,
                f"{read.fields['title']}; {note}",
                f"{listed['title']}; {listed['note']}",
            ):
                for told in ("NATO Mission Iraq (nato-mission-iraq)", options[1], known, of_log):
                    assert told in text
                assert f"position {position}" in text
                assert f"a log of {position} entries" in text
            assert at in plain
            page.goto(
                f"{on_the_web.url('en')}/missions/{MISSION}/index.html#{at.partition('#')[2]}"
            )
            shows(page, options[1])


def test_a_citation_is_copied(shipped_site: Site, visits: Visits) -> None:
    """One press puts a citation on the clipboard, and says so."""
    with visits.reader(shipped_site, permissions=["clipboard-read", "clipboard-write"]) as reader:
        page = opened(reader, VIEWS[1])
        page.locator("[data-copy=cite-plain]").click()
        page.get_by_role("button", name="Copied").wait_for()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == page.locator("#cite-plain").evaluate("each => each.textContent")


READ_ON = re.compile(
    r" \(read on .*?\)|,\n  urldate = {.*?}|,\n    \"accessed\": .*?\]\s*\]\s*}", re.DOTALL
)
"""What citations say of the day on which a page was read."""


def test_a_page_without_scripts_has_the_citations_of_one_with_them(
    on_the_web: Site, visits: Visits
) -> None:
    """Today's state is cited in the same words, but for the day on which it was read."""
    cited = []
    for options in ({}, {"java_script_enabled": False}):
        with visits.reader(on_the_web, **options) as reader:
            page = reader.open(f"en/missions/{MISSION}/index.html")
            forms = ("plain", "bibtex", "csl")
            told = [page.locator(f"#cite-{each}").text_content() or "" for each in forms]
            cited.append([READ_ON.sub("", each).strip() for each in told])
    assert cited[0] == cited[1]
