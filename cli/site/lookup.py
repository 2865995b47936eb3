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
        self._known = cast("list[int]", state["known"])
        flat = cast("list[int]", state["rects"])
        self._rectangles = list(zip(*(flat[at::6] for at in range(6)), strict=True))

    def numbers(self, on: int) -> dict[int, int]:
        """Return the row of each slot at the close of a day, from all sources."""
        step, known = bisect_right(self.days, on), len(self._known) + 1
        return {
            slot: row
            for slot, row, k0, k1, d0, d1 in self._rectangles
            if k0 <= known <= k1 and d0 <= step <= d1
        }

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
        before: dict[int, int] = {}
        for day in [each for each in self.days if each <= upto]:
            after = self.numbers(day)
            changed = [
                (
                    self.shown(slot, before[slot]) if slot in before else None,
                    self.shown(slot, after[slot]) if slot in after else None,
                )
                for slot in sorted({*before, *after})
                if before.get(slot) != after.get(slot)
            ]
            if changed:
                yield day, changed
            before = after
