"""Look up the rows of a state in the data files, as the page's script does.

The pages hold today's state for readers without JavaScript, and list the days on which something
changed; both are read from the same rows and rectangles as the script reads.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, cast

from cli.site.words import Words

WIDTH = 5
"""Numbers of a rectangle; see `cli.site.mission_data`."""


class RowSpan(NamedTuple):
    """The steps of both clocks, first and last included, at which a slot has a row."""

    slot: int
    row: int
    known: tuple[int, int]
    on: tuple[int, int]


def row_spans(rects: Sequence[Sequence[int]]) -> Iterator[RowSpan]:
    """Yield the rectangles of a data file."""
    row = 0
    for slot, numbers in enumerate(rects):
        for at in range(0, len(numbers), WIDTH):
            more, known, known_more, on, on_more = numbers[at : at + WIDTH]
            row += more
            yield RowSpan(slot, row, (known, known + known_more), (on, on + on_more))


class ShownRow(NamedTuple):
    """A row of a state table, in words."""

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

    def __init__(self, words: Words, state: Mapping[str, object]) -> None:
        self._words = words
        self.days = cast("Sequence[int]", state["days"])
        no_limit = len(cast("Sequence[int]", state["known"])) + 1
        spans = row_spans(cast("Sequence[Sequence[int]]", state["rects"]))
        self._of_all_sources = [
            each for each in spans if each.known[0] <= no_limit <= each.known[1]
        ]

    def shown(self, slot: int, row: int) -> ShownRow:
        """Return a row in words."""
        words, said = self._words, self._words.rows[row]
        standing, text = words.standings[said.standing]
        return ShownRow(
            standing,
            text,
            bool(said.disputed),
            words.lines(said.name),
            words.lines(said.when),
            words.lines(said.below),
            words.cited(slot, row),
        )

    def facets(self, on: int) -> list[ShownFacet]:
        """Return the state at the close of a day by facet, without those that have no row."""
        step = bisect_right(self.days, on)
        shown: dict[int, list[ShownRow]] = {}
        for each in self._of_all_sources:
            if each.on[0] <= step <= each.on[1]:
                facet = self._words.slots[each.slot].facet
                shown.setdefault(facet, []).append(self.shown(each.slot, each.row))
        named = ((self._words.facets[facet], rows) for facet, rows in shown.items())
        return [ShownFacet(name, label, rows) for (name, label), rows in named]

    def changes(
        self, upto: int
    ) -> Iterator[tuple[int, list[tuple[ShownRow | None, ShownRow | None]]]]:
        """Yield the days on which a state differs from that of the day before, with the rows.

        A row is None before it is there for the first time, and after the last.
        """
        begins: dict[int, dict[int, int]] = {}
        ends: dict[int, dict[int, int]] = {}
        for each in self._of_all_sources:
            begins.setdefault(each.on[0], {})[each.slot] = each.row
            ends.setdefault(each.on[1] + 1, {})[each.slot] = each.row
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
