"""The days on which answers are compared after an append."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from cli.recording.compared_days import days_to_compare
from events.catalogue import CommandTakenOver
from events.entry import Entry
from tests.projections.build import MISSION, Record, day


def test_a_long_chain_of_retractions_names_the_day_of_its_claim() -> None:
    """It is longer than calls may be nested; each event is looked up once."""
    record = Record().source("book", "2025-01-01")
    target = record.say(CommandTakenOver, by="DNK", on="2020-01-01")
    for _ in range(1500):
        target = record.retract(target)
    by_id = {each.id: each for each in record.entries}
    asked: list[str] = []

    def starting_with(id_: str, *, limit: int) -> Sequence[Entry]:
        asked.append(id_)
        return [by_id[id_]]

    store: Any = SimpleNamespace(starting_with=starting_with)
    found = days_to_compare(store, record.entries[-1:], None)
    assert (MISSION, day("2020-01-01")) in [(mission, on.day) for mission, on in found.days]
    assert len(asked) == 1500
