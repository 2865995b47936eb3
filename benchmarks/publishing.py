"""The published page of a mission in a browser: its bytes, its first paint, and a moved slider.

Needs Chromium (Debian's chromium-headless-shell or chromium) and Playwright, of the extra `dev`.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlparse

from benchmarks import contingents
from benchmarks.figures import Figure, p50, timed
from benchmarks.starting import ROOT

CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
LOADS = 5
MOVES = 100
SHARES_OF_COUNTS = (0.0, 0.25)
"""Of the reports between the start and the end of a contingent."""

MOVE = """async ([moves]) => {
  const slider = document.querySelector("#clock-on [data-part=slider]");
  const painted = () => new Promise((done) => {
    requestAnimationFrame(() => requestAnimationFrame(done));
  });
  const [first, last] = [+slider.min, +slider.max], taken = [];
  for (let move = 0; move < moves; move++) {
    await painted();
    slider.value = Math.round(first + (last - first) * ((move * 0.618) % 1));
    const begun = performance.now();
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    await painted();
    taken.push(performance.now() - begun);
  }
  return taken;
}"""
"""Moves the slider over its whole length; gives milliseconds to the second frame after each."""

LOADED = """async () => {
  const find = () => performance.getEntriesByName("first-contentful-paint")[0];
  while (!find()) await new Promise(requestAnimationFrame);
  const paint = find();
  const [page] = performance.getEntriesByType("navigation");
  return [paint.startTime, page.domContentLoadedEventEnd];
}"""


class Measured(NamedTuple):
    """A page: its bytes, and milliseconds to its first paint, its answers and each move."""

    size: int
    painted: list[float]
    answered: list[float]
    moved: list[float]


def figures(events: int, folder: Path) -> Iterator[Figure | str]:
    """Measure the page of a large mission, and that of the shipped record."""
    del events
    if CHROMIUM is None or find_spec("playwright") is None:
        yield "published pages: Chromium or Playwright is not installed"
        return
    site = folder / "site"
    for share in SHARES_OF_COUNTS:
        yield from _of_large_mission(folder, share)
    _publish(site / "shipped", "")
    page = _measure(site / "shipped/en/missions/nato-mission-iraq/index.html")
    yield Figure("publish: bytes of the shipped record's page", page.size / 1e3, "kB", 400)


def _of_large_mission(folder: Path, share_of_counts: float) -> Iterator[Figure]:
    """Measure the page of a mission of many contingents."""
    ledger, site = contingents.ledger(folder, share_of_counts), folder / "site/large"
    of = f"publish, {share_of_counts:.0%} counts"
    taken, _ = timed(_publish, site, str(ledger))
    claims = contingents.CONTINGENTS * (contingents.REPORTS + 2)
    said = f"{contingents.CONTINGENTS:,} periods, {claims:,} claims"
    yield Figure(f"{of}: the whole site", taken, "s", beside=said)
    page = _measure(site / f"en/missions/{contingents.NAME}/index.html")
    moved = sorted(page.moved)
    yield Figure(f"{of}: bytes of the mission's page", page.size / 1e6, "MB", 3)
    yield Figure(f"{of}: slider to repaint, median", p50(moved), "ms", 50)
    yield Figure(f"{of}: slider to repaint, 95 of 100", moved[int(MOVES * 0.95)], "ms", 50)
    yield Figure(f"{of}: first paint", p50(page.painted) / 1e3, "s", 1)
    yield Figure(f"{of}: answers by its clocks", p50(page.answered) / 1e3, "s")


def _publish(folder: Path, ledger: str) -> None:
    """Publish a ledger, or the shipped record, as a process."""
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run(
        [sys.executable, "-m", "cli.main", "publish", str(folder)],
        cwd=ROOT,
        env={**os.environ, "MISSION_LEDGER": ledger, "XDG_DATA_HOME": str(folder.parent)},
        check=True,
        capture_output=True,
    )


def _measure(path: Path) -> Measured:
    """Load a page from the disk a few times, and move its slider."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 (of an extra)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        loaded: list[str] = []
        page.on("request", lambda request: loaded.append(request.url))
        times = []
        for _ in range(LOADS):
            loaded.clear()
            page.goto(path.as_uri())
            times.append(page.evaluate(LOADED))
        files = {unquote(urlparse(url).path) for url in loaded}
        moved = page.evaluate(MOVE, [MOVES])
        browser.close()
    size = sum(Path(each).stat().st_size for each in files)
    painted, answered = zip(*times, strict=True)
    return Measured(size, [*painted], [*answered], moved)
