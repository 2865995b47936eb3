"""The rectangles of days answer every question as a state does.

Set MISSION_LEDGER_EXAMPLES=2000 for a long run.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path
from random import Random

import pytest

from events.publication import close_of_day
from ledger.shipped.stored_log import shipped_entries
from projections.record import Record, open_record, record_in_memory
from projections.rectangles import EveryDay, every_day
from projections.state import state
from projections.state_object import StateEntry
from projections.view import view
from tests.projections.drawing import FIRST, MISSIONS, append_drawn, draw
from tests.ready import empty_ledger

EXAMPLES = int(os.environ.get("MISSION_LEDGER_EXAMPLES", "6"))


def beside(days: Iterable[int]) -> list[int]:
    """Return days and those beside them, in order."""
    return sorted({day + step for day in days for step in (-1, 0, 1)})


def some(random: Random, days: list[int], many: int) -> list[int]:
    """Draw some of these days."""
    return random.sample(days, min(many, len(days)))


def compare(
    store: Record, found: EveryDay, ons: Iterable[int], knowns: Iterable[int | None]
) -> int:
    """Compare the rectangles with the states of these days; return how many entries there were."""
    entries = 0
    for known in knowns:
        limit = None if known is None else close_of_day(known)
        seen = view(store, found.mission, known=limit, upto=found.position)
        left_out = found.left_out[found.step_known(known)]
        for on in ons:
            said = state(seen, on)
            expected: list[StateEntry] = [*chain.from_iterable(said.facets.values())]
            assert found.entries(on, known) == expected, (found.mission, found.position, on, known)
            assert left_out == len(said.possibly_public), (found.mission, found.position, known)
            entries += len(expected)
    return entries


@pytest.fixture
def shipped() -> Iterator[Record]:
    """Give the shipped record."""
    with closing(record_in_memory()) as store:
        store.continue_with(shipped_entries())
        yield store


def test_they_answer_for_every_pair_of_boundary_days_of_the_shipped_record(shipped: Record) -> None:
    """For each boundary day of both clocks and the days beside it, the entries are the state's."""
    (found,) = every_day(shipped, "nato-mission-iraq", [shipped.position()])
    assert compare(shipped, found, beside(found.on), [None, *beside(found.known)]) > 10_000


@pytest.mark.parametrize("seed", range(EXAMPLES))
def test_they_answer_at_every_position_of_drawn_records(seed: int, tmp_path: Path) -> None:
    """At random positions, on random and on boundary days of both clocks, they are the state's."""
    random, entries = Random(seed), 0
    path = empty_ledger(tmp_path / "drawn.sqlite")
    with closing(open_record(path, write=True)) as store:
        append_drawn(store, draw(seed, 120))
        positions = [*random.sample(range(1, store.position()), 3), store.position()]
        for mission in MISSIONS:
            for found in every_day(store, mission, positions):
                ons = some(random, beside([*found.on, FIRST]), 12)
                knowns = some(random, beside([*found.known, FIRST]), 6)
                entries += compare(store, found, ons, [None, *knowns])
    assert entries


def test_every_slot_has_one_entry_at_most(shipped: Record) -> None:
    """No two rectangles of a slot share a pair of days, so that a look-up has one answer."""
    for mission in shipped.names():
        (found,) = every_day(shipped, mission, [shipped.position()])
        for at, one in enumerate(found.rectangles):
            for other in found.rectangles[at + 1 :]:
                apart = any(
                    a[1] < b[0] or b[1] < a[0]
                    for a, b in ((one.known, other.known), (one.on, other.on))
                )
                assert one.slot != other.slot or apart
