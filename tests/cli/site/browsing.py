"""Published sites, and a real browser to read them: Debian's Chromium, driven by Playwright.

    with visits.reader(site, width=360) as reader:
        page = reader.open("en/index.html")

A reader fails the test that uses it where a page says anything on the console, opens a dialog or
asks for anything outside of the site. The headless shell is the same browser without its windows.
"""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from cli.site.pages import SiteFacts
from cli.site.publish import Publication
from cli.site.site_folder import SiteFolder
from events.dates.days import iso_day
from ledger.progress import no_progress
from projections.record import Record, open_record

CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
"""The browser; None where there is none."""

PATIENCE = 20_000
"""Milliseconds to wait for what a page should show; a busy machine is slow."""


@dataclass(frozen=True)
class Site:
    """A published site, and the ledger that it was published from."""

    folder: Path
    ledger: Path

    def record(self) -> Record:
        """Open the ledger."""
        return open_record(self.ledger)

    def url(self, path: str) -> str:
        """Return the address of a page on the disk; what follows a `#` is kept."""
        name, sharp, rest = path.partition("#")
        return f"{(self.folder / name).as_uri()}{sharp}{rest}"


def publish(ledger: Path, folder: Path, today: int, address: str = "") -> Site:
    """Publish a ledger as `mission publish` does on a day, given as a day number."""
    with open_record(ledger) as store:
        size = store.position()
        facts = SiteFacts(
            ledger="A ledger",
            address=address,
            version="1.2.3",
            today=iso_day(today),
            position=size,
            root=store.tree(size).root.hex(),
        )
        Publication(store, SiteFolder(folder), facts, today).write(no_progress)
    return Site(folder, ledger)


@dataclass
class Reader:
    """A window of the browser; `complaints` is what the pages in it did that they must not do."""

    context: BrowserContext
    site: Site
    root: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Open a page of the site, once its script has shown what it is to show."""
        page = self.context.new_page()
        page.goto(f"{self.root}{path}")
        return page

    def __post_init__(self) -> None:
        self.context.set_default_timeout(PATIENCE)
        self.context.on("console", lambda said: self.complaints.append(f"console: {said.text}"))
        self.context.on("weberror", lambda error: self.complaints.append(f"error: {error.error}"))
        self.context.on("request", lambda request: self._requested(request.url))
        self.context.on("page", lambda page: page.on("dialog", self._asked))

    def _requested(self, url: str) -> None:
        if not url.startswith((self.root, "blob:")):
            self.complaints.append(f"request: {url}")

    def _asked(self, dialog: Any) -> None:  # noqa: ANN401 (a page's event)
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()


@dataclass(frozen=True)
class Visits:
    """A browser that opens windows on published sites."""

    browser: Browser

    @contextmanager
    def reader(
        self, site: Site, *, root: str = "", width: int = 1280, **looks: Any
    ) -> Iterator[Reader]:
        """Open a window on a site; `root` is its address, that on the disk where not given."""
        options: Mapping[str, Any] = {"viewport": {"width": width, "height": 800}, **looks}
        context = self.browser.new_context(accept_downloads=True, **options)
        try:
            reader = Reader(context, site, root or site.url("") + "/")
            yield reader
            assert reader.complaints == []
        finally:
            context.close()


def table(page: Page) -> list[list[str]]:
    """Return the rows of a state's table in a page, each as the texts of its cells."""
    rows: list[list[str]] = page.evaluate(
        """() => [...document.querySelectorAll("table.state:not([hidden]) tbody:not([hidden]) tr")]
            .map((row) => [...row.cells].map((cell) => cell.innerText.trim()))"""
    )
    return rows


def clock_words(page: Page) -> list[str]:
    """Return the clocks of a page in words."""
    return [each.strip() for each in page.locator("#clock-words li").all_inner_texts()]
