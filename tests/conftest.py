"""What all the tests share: a PostgreSQL server, started when the first of them asks for it."""

from collections.abc import Iterator

import pytest

from tests.postgres import Server, running_server, why_not


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """Give a server; `postgres.new_database()` makes a database and returns its URL."""
    if reason := why_not():
        pytest.skip(reason)
    with running_server() as server:
        yield server
