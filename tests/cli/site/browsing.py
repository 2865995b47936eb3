"""Published sites, and a real browser to read them: Debian's Chromium, driven by Playwright.

    with visits.reader(site, width=360) as reader:
        page = reader.open("en/index.html")

A reader fails the test that uses it where a page says anything on the console, opens a dialog or
asks for anything outside of the site. The headless shell is the same browser without its windows.
"""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.site.pages import SiteFacts
from cli.site.publish import Publication
from cli.site.site_folder import SiteFolder
from events.dates.days import iso_day
from events.files.announcement import read_announcement
from ledger.append import append_announcement
from ledger.progress import no_progress
from projections.record import Record, open_record
from tests.ready import empty_ledger

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Locator, Page

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


def publish(
    ledger: Path, folder: Path, today: int, *, address: str = "", title: str = "A ledger"
) -> Site:
    """Publish a ledger as `mission publish` does on a day, given as a day number."""
    with open_record(ledger) as store:
        size = store.position()
        facts = SiteFacts(
            ledger=title,
            address=address,
            version="1.2.3",
            today=iso_day(today),
            position=size,
            root=store.tree(size).root.hex(),
        )
        Publication(store, SiteFolder(folder), facts, today).write(no_progress)
    return Site(folder, ledger)


def published(
    texts: Iterable[str], folder: Path, today: int, *, by: str = "anna", title: str = "A ledger"
) -> Site:
    """Publish a ledger of announcements, given as the texts of their files."""
    ledger = empty_ledger(folder / "ledger.sqlite")
    with open_record(ledger, write=True) as store:
        for text in texts:
            append_announcement(store, read_announcement(text.encode(), "news.yaml"), by=by)
    return publish(ledger, folder / "site", today, title=title)


def kinds(site: Site, language: str) -> list[str]:
    """Return a page of each kind in a language, the largest one that the site has."""
    kind = (
        "index",
        "changes",
        "verify",
        "missions/*/index",
        "missions/*/days",
        "missions/*/history",
    )
    found = []
    for name in (*kind, "nations/*/index", "sources/*/index"):
        pages = [*site.folder.glob(f"{language}/{name}.html")]
        pages.sort(key=lambda page: (page.stat().st_size, page))
        found += [str(each.relative_to(site.folder)) for each in pages[-1:]]
    return found


@dataclass
class Reader:
    """A window of the browser; `complaints` is what the pages in it did that they must not do."""

    context: "BrowserContext"
    site: Site
    root: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> "Page":
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

    browser: "Browser"

    @contextmanager
    def reader(
        self, site: Site, *, root: str = "", width: int = 1280, **looks: object
    ) -> Iterator[Reader]:
        """Open a window on a site; `root` is its address, that on the disk where not given."""
        options: dict[str, Any] = {"viewport": {"width": width, "height": 800}, **looks}
        context = self.browser.new_context(accept_downloads=True, **options)
        try:
            reader = Reader(context, site, root or site.url("") + "/")
            yield reader
            if reader.complaints:
                raise AssertionError("\n".join(reader.complaints))
        finally:
            context.close()


def clock_words(page: "Page") -> list[str]:
    """Return the clocks of a page in words."""
    return [each.strip() for each in page.locator("#clock-words li").all_inner_texts()]


def shows(page: "Page", day: str) -> None:
    """Wait until a page shows a day's state. Raises an AssertionError if it does not."""
    from playwright.sync_api import expect

    first = page.locator("#clock-words li").first
    expect(first).to_have_text(f"as of the close of {day}", timeout=PATIENCE)


def clock(page: "Page", name: str, part: str) -> "Locator":
    """Return a part of the control of a clock: `slider`, `date`, `back`, `on`, `all`."""
    return page.locator(f"#clock-{name} [data-part={part}]")


def address(page: "Page") -> str:
    """Return what an address names after its `#`."""
    return page.url.partition("#")[2]
