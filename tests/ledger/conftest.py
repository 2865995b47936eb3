"""Ledgers of both kinds, for the tests of what every ledger promises."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from projections.record import Record, open_record
from tests.ready import empty_ledger


@pytest.fixture(params=["sqlite", "postgresql"])
def new_ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Record]]:
    """Give a function that makes an empty ledger."""
    number = itertools.count()
    with ExitStack() as stack:

        def make() -> Record:
            place: str | Path
            if request.param == "postgresql":
                place = request.getfixturevalue("postgres").empty_ledger()
            else:
                place = empty_ledger(tmp_path / f"ledger-{next(number)}.sqlite")
            return stack.enter_context(open_record(place, write=True))

        yield make
