"""What a mission's pages are made from, read from the ledger once for all languages."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from cli.inquiry import legend
from cli.render.legend import Legend
from cli.render.page import plain
from cli.site.mission_data import MissionData
from events.entry import Entry
from events.printable import printable
from events.source import Source
from events.source_circles import all_about
from projections.labels import Labels, labels
from projections.record import Record
from projections.rectangles import EveryDay, every_day

MOST_OFFERED = 50
"""The most positions of the record that a mission's page offers: the latest ones."""

MOST_WEIGHED = 10_000_000
"""The most claims weighed for a mission's positions, each at every step of what was known."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """The entries of one announcement that are about a mission, in order of position."""

    entries: tuple[Entry, ...]

    @property
    def position(self) -> int:
        """The last position: from there on all of it is in the record."""
        return self.entries[-1].position

    @property
    def source(self) -> str | None:
        """The source that states the last entry; None for the record-keeper's own events."""
        return self.entries[-1].source


@dataclass(frozen=True)
class MissionRecord:
    """The record of one mission: its entries, its sources, and its state on every day.

    `sources` are the ids of all sources that its entries name, in the order of their descriptions.
    `offered` are the announcements after which the state is given, oldest first; `roots` are the
    Merkle roots of the log up to these, in hex.
    """

    mission: str
    announcements: Sequence[Announcement]
    offered: Sequence[Announcement]
    sources: Sequence[str]
    legend: Legend
    labels: Labels
    data: MissionData
    roots: Mapping[int, str]

    @property
    def latest(self) -> EveryDay:
        """The state by the record as it is now."""
        return self.data.latest

    @property
    def position(self) -> int:
        """The last position that changed this mission's record."""
        return self.announcements[-1].position

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """The number of each source on the mission's pages."""
        return {name: number for number, name in enumerate(self.sources, 1)}

    def cited(self) -> list[dict[str, object]]:
        """Return its sources in the current language, with their numbers and pages."""
        return [
            {
                "n": number,
                "id": name,
                "href": f"../../sources/{name}/index.html",
                "line": printable(plain(self.legend.source(name)).removeprefix(f"{name}: ")),
            }
            for name, number in self.numbers.items()
        ]

    @cached_property
    def entries(self) -> Mapping[int, Entry]:
        """Its entries by position."""
        return {each.position: each for found in self.announcements for each in found.entries}


def mission_record(store: Record, mission: str, end: int) -> MissionRecord:
    """Read the record of one mission up to a position. Raises StoreError."""
    events = list(store.of_mission(mission, upto=end))
    named = dict.fromkeys(each.source for each in events if each.source)
    described = sorted(store.of_sources(named, upto=end), key=lambda each: each.position)
    # What is said of a source can rest on another, of which more is said in other missions.
    about = all_about(named, lambda some: store.about_sources(some, upto=end))
    entries = {each.position: each for each in (*described, *about, *events)}
    announcements = list(_announcements(entries[at] for at in sorted(entries)))
    sources = [each.content.id for each in described if isinstance(each.content, Source)]
    sources = list(dict.fromkeys([*sources, *named]))
    every: list[EveryDay] = []
    weighed = 0
    latest = [each.position for each in announcements[-MOST_OFFERED:]]
    for found in every_day(store, mission, reversed(latest)):
        weighed += len(found.views) * len(found.views[-1].claims)
        if every and weighed > MOST_WEIGHED:
            break
        every.append(found)
    data = MissionData(mission, every[::-1])
    offered = announcements[-len(every) :]
    return MissionRecord(
        mission=mission,
        announcements=announcements,
        offered=offered,
        sources=sources,
        legend=legend(store, sources, data.entries.values(), upto=end),
        labels=labels(store, events),
        data=data,
        roots={each.position: store.tree(each.position).root.hex() for each in offered},
    )


def _announcements(entries: Iterable[Entry]) -> Iterator[Announcement]:
    """Group entries, in order of position, by the announcement they came with.

    A source that was described for another mission says nothing of this one by itself, unless
    entries before it rest on it, as they may in a log from elsewhere.
    """
    named = set[str]()
    for _, of_one in groupby(entries, key=lambda each: each.announcement):
        found = tuple(of_one)
        if any(not isinstance(e.content, Source) or e.content.id in named for e in found):
            yield Announcement(found)
        named.update(each.source for each in found if each.source)
