"""Measure `mission publish`: all of a ledger of many small missions, and again after one append.

    python -m benchmarks.publish_many 1000 FOLDER

The measure is 100 states of each mission, asked for in the same process as `mission state --format
json` asks: the mission's name is looked up, the claims of the day are read and weighed, and the
answer is encoded. Of publishing again, it is the time of the first publication.
"""

import gc
import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from random import Random
from shutil import rmtree
from typing import NamedTuple

from benchmarks.missions import LAST_DAY, Mission, Shape, fill
from cli.inquiry import through
from cli.options.clocks import PublicationLimit, RecordPoint
from cli.site.pages import SiteFacts
from cli.site.publish import Publication, Published
from cli.site.site_folder import SiteFolder
from events.dates.days import day_number, iso_day
from events.encoding.codec import Content, encode, write
from events.entry import Entry
from ledger.announcements import announcement_id
from ledger.progress import no_progress
from projections.question import DayQuestion
from projections.record import Record, create_record, open_record
from projections.state import state

EVENTS = 100
"""The events of a mission."""

STATES = 100
"""The states asked for of a mission."""

MEASURED = 40
"""The missions of which states are asked for."""

TODAY = day_number(2026, 1, 5)
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


class Figures(NamedTuple):
    """Seconds of processor time, for each mission and in all."""

    states: float
    publish: float
    again: float
    missions: int


def ledger_of(missions: int, path: Path) -> Path:
    """Create a ledger of so many missions of EVENTS events, with one announcement to come."""
    for each in path.parent.glob(f"{path.name}*"):
        each.unlink()
    create_record(path, lambda store: fill(store, _entries(missions)))
    return path


def _entries(missions: int) -> list[Entry]:
    made: list[Entry] = []
    for number in range(missions):
        for said in islice(_said(f"small-{number}"), EVENTS // 10):
            written = list({each.id: each for each in map(write, said)}.values())
            announced = announcement_id(each.id for each in written)
            made += [
                encode(each, len(made) + at, NOON, "anna", announced)
                for at, each in enumerate(written, 1)
            ]
    return made


def _said(mission: str) -> Iterator[list[Content]]:
    """Yield the announcements on a mission, of ten events each: those recorded, and one more."""
    shape = Shape(mission, EVENTS + 10, 3, 6, 5)
    yield from (said for _, _, said in Mission(shape, Random(mission)).announcements())


def ask(store: Record, mission: str, days: range) -> None:
    """Ask for the states of a mission as `mission state` does."""
    asked = through(store, PublicationLimit(), RecordPoint())
    for day in days:
        found = state(asked.of_mission(mission, DayQuestion(day)).seen, day)
        json.dumps(found.to_json(), ensure_ascii=False, indent=2)


def publish(store: Record, folder: Path) -> tuple[float, Published]:
    """Publish a record; return the seconds of processor time it took."""
    size = store.position()
    facts = SiteFacts("Bench", "", "0", iso_day(TODAY), size, store.tree(size).root.hex())
    begun = time.process_time()
    done = Publication(store, SiteFolder(folder), facts, TODAY).write(no_progress)
    return time.process_time() - begun, done


def measure(missions: int, folder: Path) -> Figures:
    """Publish a ledger of so many missions, append to one of them, and publish again."""
    folder.mkdir(parents=True, exist_ok=True)
    path, site = ledger_of(missions, folder / f"{missions}.sqlite"), folder / "site"
    rmtree(site, ignore_errors=True)
    gc.set_threshold(500_000)  # as the program has it
    with closing(open_record(path, write=True)) as store:
        names = list(store.names())
        asked = names[:: max(1, len(names) // MEASURED)]
        begun = time.process_time()
        for name in asked:
            ask(store, name, range(LAST_DAY - 7 * STATES, LAST_DAY, 7))
        states = (time.process_time() - begun) / len(asked)
        whole, _ = publish(store, site)
        *_, news = _said(names[0])
        store.continue_with(_after(store, news))
        again, done = publish(store, site)
        assert done.written == 1
    return Figures(states, whole / len(names), again, len(names))


def _after(store: Record, said: Sequence[Content]) -> list[Entry]:
    written = list({each.id: each for each in map(write, said)}.values())
    announced, at = announcement_id(each.id for each in written), store.position() + 1
    return [encode(each, place, NOON, "anna", announced) for place, each in enumerate(written, at)]


if __name__ == "__main__":
    found = measure(int(sys.argv[1]), Path(sys.argv[2]))
    total = found.publish * found.missions
    print(f"{STATES} states of a mission     {found.states:.3f} s")
    print(
        f"publishing a mission      {found.publish:.3f} s, {found.publish / found.states:.2f} of it"
    )
    print(f"publishing {found.missions} missions   {total:.1f} s")
    print(f"again after one append    {found.again:.2f} s, 1/{total / found.again:.0f} of it")
