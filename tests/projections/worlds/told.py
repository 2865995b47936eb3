"""What the oracle says of a record, in a form that a test reads easily."""

from events.catalogue import MissionEstablished
from events.publication import close_of_day
from tests.projections.build import MISSION, Record, day
from tests.projections.oracle import World

Standings = dict[str, str]


def world(record: Record, known: str | None = None) -> World:
    """Return what the oracle has of a record."""
    until = close_of_day(day(known)) if known else None
    return World(record.entries, record.sources, MISSION, until)


def told(record: Record, on: str, known: str | None = None) -> Standings:
    """Return each key with its standing; `#2` is a second period, `!` means disputed."""
    found = world(record, known).on(day(on)).periods
    return {
        key + (f"#{number}" if number > 1 else ""): standing + ("!" if disputed else "")
        for (facet, key, number), (standing, disputed) in found.items()
        if facet != "mission"
    }


def counts(record: Record, key: str, on: str) -> list[tuple[str, str, bool]]:
    """Return the counts of a key that answer: the event, its standing, whether it is disputed."""
    found = world(record).on(day(on)).counts.get(("strength", key), [])
    return [(each.event, each.standing, each.disputed) for each in found]


def recorded(established: str = "2000-01-01") -> Record:
    """Begin a record of a mission."""
    record = Record().source("s0", "2014-01-01" if established < "2014" else established)
    record.say(MissionEstablished, on=established)
    return record
