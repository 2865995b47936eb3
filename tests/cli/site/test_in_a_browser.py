"""The pages in a browser: the script shows what `mission state` answers, through every clock."""

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli.main import cli

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")

PAGE = "en/missions/nato-mission-iraq/index.html"


def mission(folder: Path, *args: str) -> Result:
    """Run `mission` on the shipped record."""
    result = CliRunner().invoke(cli, args, env={"HOME": str(folder), "XDG_DATA_HOME": str(folder)})
    assert result.exit_code == 0, result.output
    return result


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the shipped record, published."""
    folder = tmp_path_factory.mktemp("published")
    mission(folder, "publish", str(folder / "site"))
    return folder / "site"


def shown(site: Path, address: str) -> str:
    """Return the page as a browser that loads it from the disk shows it, as HTML."""
    command = [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"]
    profile = f"--user-data-dir={site.parent / 'profile'}"
    url = f"file://{site / address}"
    done = subprocess.run(
        [*command, profile, "--virtual-time-budget=3000", url],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout


def table(page: str) -> list[tuple[str, str, bool]]:
    """Return the facet, the standing and whether it is disputed of each row that is shown."""
    found = []
    (state,) = re.findall(r'<table[^>]* id="answers".*?</table>', page, re.DOTALL)
    facet = ""
    for row in re.findall(
        r"<tbody[^>]*data-facet[^>]*>|<tr[^>]*data-slot.*?</tr>", state, re.DOTALL
    ):
        if named := re.search(r'data-facet="([^"]+)"', row):
            facet = named[1]
        else:
            (standing,) = re.findall(r'class="standing s-([a-z-]+)"', row)
            found.append((facet, standing, 'class="disputed"' in row))
    return found


def answered(folder: Path, *clocks: str) -> list[tuple[str, str, bool]]:
    """Return the same of what `mission state` answers."""
    output = mission(folder, "state", "nmi", *clocks, "--format", "json").stdout
    state: dict[str, Any] = json.loads(output)
    return [
        (facet, entry["standing"], entry["disputed"])
        for facet, entries in state["facets"].items()
        for entry in entries
    ]


def test_the_page_shows_the_state_through_every_clock(site: Path, tmp_path: Path) -> None:
    """The page's rows are those of `mission state` for the day, the knowledge and the position."""
    page = shown(site, f"{PAGE}#on=2021-06-15&known=2022-05-31&recorded=123")
    clocks = ("--on", "2021-06-15", "--known", "2022-05-31", "--recorded", "123")
    expected = answered(tmp_path, *clocks)
    assert any(disputed for _, _, disputed in expected)
    assert table(page) == expected
    words = re.findall(r"<li>([^<]+)</li>", page.split('id="clock-words"')[1].split("</ul>")[0])
    assert words[0] == "as of the close of 2021-06-15"
    assert words[1].startswith("from sources certainly public by 2022-05-31")
    assert words[2] == "as recorded up to position 123"


def test_an_entry_opens_with_what_its_sources_say(site: Path) -> None:
    """An address can open an entry: its claims are there, each with its part in the answer."""
    page = shown(site, f"{PAGE}#on=2021-06-15&entry=command/DNK/1")
    (claims,) = re.findall(r'<tr[^>]*class="claims".*?</tr>', page, re.DOTALL)
    parts = [unescape(each) for each in re.findall(r'class="part p-\d">([^<]+)<', claims)]
    assert parts.count("counted") == 6
    assert "a plan since revised or overtaken by reports" in parts
    assert "<q>since November 2020</q>" in claims


def test_a_wrong_address_is_told_as_text(site: Path) -> None:
    """A date that is none is named once, as text, and the page answers by the clocks it shows."""
    page = shown(site, f"{PAGE}#on=<img src=x onerror=alert(1)>&recorded=7")
    (told,) = re.findall(r'<p id="problem" role="alert">(.*?)</p>', page)
    assert told.count("&lt;img") == 1
    assert "position 7" in unescape(told)
    assert "<img" not in page
