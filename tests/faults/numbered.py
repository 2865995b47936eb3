"""Announcements that state their own number, so that a log itself shows what it lost.

    writer 3, announcement 17, part 2 of 6

is in the source's title and in each event's `as_stated`. `Following` reads a log in order and
reports faults: a gap, a partial announcement, one that is repeated or out of order.
"""

import random
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from events.catalogue import CommandAttested
from events.entry import Entry
from events.files.announcement import Announcement
from events.source import Source
from ledger.merkle.tree import Tree, grow, leaf_hash

_MARK = re.compile(r"writer (\d+), announcement (\d+), part (\d+) of (\d+)")


def numbered(writer: int, number: int, *, most: int) -> Announcement:
    """Return one writer's announcement: a source and 1 to `most` events, of random lengths.

    The same numbers give the same announcement every time.
    """
    chance = random.Random(f"{writer} {number}")
    parts = 1 + chance.randint(1, most)
    source = Source(
        id=f"w{writer}-n{number}",
        publisher=f"Writer {writer}",
        title=_mark(writer, number, 1, parts),
        language="en",
        published="2021-05-18",
    )
    events = tuple(
        CommandAttested(
            mission=f"mission-{number % 7}",
            source=source.id,
            on="2021-05-01",
            by="DNK",
            as_stated=_mark(writer, number, part, parts),
            note="x" * chance.randint(1, 1500),
        )
        for part in range(2, parts + 1)
    )
    return Announcement(source, events)


def _mark(writer: int, number: int, part: int, parts: int) -> str:
    return f"writer {writer}, announcement {number}, part {part} of {parts}"


@dataclass
class Following:
    """What was read of a log: the complete announcements, the Merkle tree, and the faults."""

    position: int = 0
    whole: set[tuple[int, int]] = field(default_factory=set)
    tree: Tree = field(default_factory=Tree)
    faults: list[str] = field(default_factory=list)
    _last: dict[int, int] = field(default_factory=dict)
    _due: str = ""

    def take(self, entries: Iterable[Entry]) -> None:
        """Read entries up to the log's current end, where no announcement may be incomplete."""
        leaves = []
        for entry in entries:
            self._take(entry)
            leaves.append(leaf_hash(entry.raw))
        self.tree, _ = grow(self.tree, leaves)
        if self._due:
            self.faults.append(f"half an announcement: the log ends before {self._due}")

    def _take(self, entry: Entry) -> None:
        content = entry.content
        text = content.title if isinstance(content, Source) else getattr(content, "as_stated", "")
        found = _MARK.fullmatch(text)
        if entry.position != self.position + 1 or not found:
            self.faults.append(f"a gap: position {entry.position} ({text}) after {self.position}")
        self.position = entry.position
        if not found:
            return
        writer, number, part, parts = map(int, found.groups())
        if text != (self._due or _mark(writer, number, 1, parts)):
            what = "half an announcement: " if self._due else ""
            due = self._due or "a start"
            self.faults.append(f"{what}position {entry.position} is {text}, not {due}")
        if part == 1:
            if number <= self._last.get(writer, -1):
                self.faults.append(f"{text} came after announcement {self._last[writer]}")
            self._last[writer] = number
        self._due = _mark(writer, number, part + 1, parts) if part < parts else ""
        if part == parts:
            self.whole.add((writer, number))
