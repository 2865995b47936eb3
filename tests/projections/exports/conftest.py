"""A record that is odd in every way, and the shipped one."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from ledger.shipped.stored_log import shipped_entries
from projections.record import Record, record_in_memory
from tests.projections.exports import hostile


@pytest.fixture(scope="session")
def odd() -> Iterator[Record]:
    """Give a record in which everything is odd."""
    with closing(hostile.record()) as made:
        yield made


@pytest.fixture(scope="session")
def shipped() -> Iterator[Record]:
    """Give the shipped record."""
    with closing(record_in_memory()) as made:
        made.continue_with(shipped_entries())
        yield made
