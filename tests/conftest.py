"""What all tests share: files in memory, and a PostgreSQL server started when first asked for."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.postgres import Server, running_server, why_not
from tests.ready import memory

# How long an example takes says more of what else the machine does than of the program.
settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("unhurried")


def pytest_xdist_auto_num_workers() -> int:
    """Run one process more than there are processors: many tests wait for a lock or a server."""
    return (os.cpu_count() or 1) + 1


def pytest_configure() -> None:
    """Put what tests write into memory, where there is room: none of them waits for a disk."""
    if folder := memory():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", folder)


@pytest.fixture(scope="session")
def _server() -> Iterator[Server]:
    if reason := why_not():
        pytest.skip(reason)
    with running_server() as server:
        yield server


@pytest.fixture
def postgres(_server: Server) -> Iterator[Server]:
    """Give a server; what databases a test makes there are gone after it."""
    yield _server
    _server.clear_up()
