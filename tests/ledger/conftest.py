"""Ledgers of both kinds, for the tests of what every ledger promises."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from ledger.opening import create, open_store
from ledger.sql import SqlStore


@pytest.fixture(params=["sqlite", "postgresql"])
def new_ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], SqlStore]]:
    """Give a function that makes an empty ledger."""
    number = itertools.count()
    with ExitStack() as stack:

        def make() -> SqlStore:
            place: str | Path = tmp_path / f"ledger-{next(number)}.sqlite"
            if request.param == "postgresql":
                place = request.getfixturevalue("postgres").new_database()
            return stack.enter_context(open_store(create(place), write=True))

        yield make
