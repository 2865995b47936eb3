"""A ledger in PostgreSQL, for the tests of what is particular to that."""

import pytest

from projections.record import open_record
from tests.postgres import Server, append


@pytest.fixture
def url(postgres: Server) -> str:
    """Give the URL of a ledger of one entry, for one who may append to it."""
    url = postgres.empty_ledger()
    with open_record(url, write=True) as store:
        append(store)
    return url
