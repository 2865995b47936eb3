"""Look up the rows of a state in the data files, as the page's script does.

The pages hold today's state for readers without JavaScript, and list the days on which something
changed; both are read from the same rows and rectangles as the script reads.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, cast

Data = Mapping[str, object]


class ShownRow(NamedTuple):
    """A row of a state table, in words."""

    slot: int
    place: int
    row: int
    standing: str
    standing_text: str
    disputed: bool
    name: list[str]
    when: list[str]
    below: list[str]
    sources: Sequence[int]


class ShownFacet(NamedTuple):
    """The rows of one facet."""

    name: str
    label: str
    rows: list[ShownRow]


class StateLookup:
    """The words of a mission's rows in one language, and the rectangles of one position."""

    def __init__(self, words: Data, state: Data) -> None:
        self._text = cast("list[str]", words["text"])
        self._rows = cast("list[tuple[object, ...]]", words["rows"])
        self._slots = cast("list[list[int]]", words["slots"])
        self._facets = cast("list[list[str]]", words["facets"])
        self._standings = cast("list[list[str]]", words["standings"])
        self.days = cast("list[int]", state["days"])
        no_limit = len(cast("list[int]", state["known"])) + 1
        flat = cast("list[int]", state["rects"])
        rectangles = zip(*(flat[at::6] for at in range(6)), strict=True)
        self._of_all_sources = [
            (slot, row, d0, d1) for slot, row, k0, k1, d0, d1 in rectangles if k0 <= no_limit <= k1
        ]

    def numbers(self, on: int) -> dict[int, int]:
        """Return the row of each slot at the close of a day, from all sources."""
        step = bisect_right(self.days, on)
        return {slot: row for slot, row, d0, d1 in self._of_all_sources if d0 <= step <= d1}

    def shown(self, slot: int, row: int) -> ShownRow:
        """Return a row in words."""
        standing, disputed, name, when, below, sources, *_ = self._rows[row]
        code, text = self._standings[cast("int", standing)]
        return ShownRow(
            slot,
            self._slots[slot][3],
            row,
            code,
            text,
            bool(disputed),
            self._lines(name),
            self._lines(when),
            self._lines(below),
            cast("Sequence[int]", sources),
        )

    def _lines(self, numbers: object) -> list[str]:
        return [self._text[each] for each in cast("Sequence[int]", numbers)]

    def facets(self, on: int) -> list[ShownFacet]:
        """Return the state at the close of a day by facet, without those that have no row."""
        found = self.numbers(on)
        shown: dict[int, list[ShownRow]] = {}
        for slot in sorted(found):
            shown.setdefault(self._slots[slot][0], []).append(self.shown(slot, found[slot]))
        named = ((self._facets[facet], rows) for facet, rows in shown.items())
        return [ShownFacet(name, label, rows) for (name, label), rows in named]

    def changes(
        self, upto: int
    ) -> Iterator[tuple[int, list[tuple[ShownRow | None, ShownRow | None]]]]:
        """Yield the days on which a state differs from that of the day before, with the rows.

        A row is None before it is there for the first time, and after the last.
        """
        begins: dict[int, dict[int, int]] = {}
        ends: dict[int, dict[int, int]] = {}
        for slot, row, d0, d1 in self._of_all_sources:
            begins.setdefault(d0, {})[slot] = row
            ends.setdefault(d1 + 1, {})[slot] = row
        for step, day in enumerate(self.days, 1):
            before, after = ends.get(step, {}), begins.get(step, {})
            if day <= upto and (before or after):
                yield (
                    day,
                    [
                        (self._or_none(slot, before), self._or_none(slot, after))
                        for slot in sorted({*before, *after})
                    ],
                )

    def _or_none(self, slot: int, rows: Mapping[int, int]) -> ShownRow | None:
        return self.shown(slot, rows[slot]) if slot in rows else None
