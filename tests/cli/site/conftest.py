"""A browser and published sites, once for all tests of a process."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from ledger.log import Store
from ledger.shipped.records import load
from projections.record import create_record
from tests.cli.site.browsing import CHROMIUM, Site, Visits, publish
from tests.ready import load_nmi

TODAY = datetime.now(UTC).date().toordinal()


@pytest.fixture(scope="session")
def visits() -> Iterator[Visits]:
    """Start the browser."""
    if CHROMIUM is None:
        pytest.skip("needs Chromium (Debian's chromium-headless-shell or chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield Visits(browser)
        browser.close()


def _published(fill: Callable[[Store], object], factory: pytest.TempPathFactory) -> Site:
    folder = factory.mktemp("published")
    create_record(folder / "ledger.sqlite", lambda store: fill(store) and None)
    return publish(folder / "ledger.sqlite", folder / "site", TODAY)


@pytest.fixture(scope="session")
def shipped_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Publish the shipped record, today."""
    return _published(load_nmi, tmp_path_factory)


@pytest.fixture(scope="session")
def sample_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Publish the sample record, today."""
    return _published(lambda store: load(store, "sample"), tmp_path_factory)
