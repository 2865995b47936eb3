"""The rows of a mission's tables in words, as its pages read them.

    {"text": ["Denmark", "DNK", …], "lists": [[0, 1], …], "slots": [[2, "DNK", 1, 0], …],
     "rows": {"standing": [0, 1, …], "disputed": […], "name": […], "when": […], "below": […],
              "claims": […]}, "counts": {"17": [null, 140, 0, 5, 0]}, "sources": [[1, 2], …], …}

A row has one number in each column. `name`, `when` and `below` count lists of texts, `claims` lists
of the claims on the place of its slot that it rests on; these columns hold differences from row to
row, which are mostly small. `sources` has the source of each claim, place by place, 0 for none.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Any, NamedTuple, cast

Json = Mapping[str, object]

ROW_COLUMNS = ("standing", "disputed", "name", "when", "below", "claims")
DIFFERENCES = frozenset({"name", "when", "below", "claims"})
"""The columns that hold differences."""

Count = tuple[float | None, float | None, int, int, int]
"""The bounds of a count, whether they are approximate, the text of its unit, and its kind.

Kinds of things that are counted have numbers, which say only which are the same.
"""


class Slot(NamedTuple):
    """A line of the table: the numbers of its facet and of the place whose claims it opens."""

    facet: int
    key: str
    period: int
    place: int


class Row(NamedTuple):
    """What a slot says: numbers of its standing and of lists."""

    standing: int
    disputed: int
    name: int
    when: int
    below: int
    claims: int


class Words(NamedTuple):
    """The rows of a mission, or of a nation in one, in one language.

    `facets` and `standings` are names with their words. `counts` are those of rows that count.
    `sources` has the number of the source of each claim, place by place.
    """

    facets: Sequence[Sequence[str]]
    standings: Sequence[Sequence[str]]
    slots: Sequence[Slot]
    text: Sequence[str]
    lists: Sequence[Sequence[int]]
    rows: Sequence[Row]
    counts: Mapping[int, Count]
    sources: Sequence[Sequence[int]]

    def lines(self, number: int) -> list[str]:
        """Return the texts of a list."""
        return [self.text[each] for each in self.lists[number]]

    def cited(self, slot: int, row: int) -> list[int]:
        """Return the numbers of the sources that a row rests on, in the order of its claims."""
        of_claims = self.sources[self.slots[slot].place]
        found = (of_claims[each] for each in self.lists[self.rows[row].claims])
        return list(dict.fromkeys(each for each in found if each))

    def part(self, slots: Collection[int], rows: Collection[int]) -> "Words":
        """Return some slots and rows, numbered anew in the order given, with all that they need."""
        own_slots = [self.slots[each] for each in slots]
        places = _numbered(each.place for each in own_slots)
        own_rows = [self.rows[each] for each in rows]
        of_text = _numbered(n for each in own_rows for n in (each.name, each.when, each.below))
        of_claims = _numbered(each.claims for each in own_rows)
        counts = {at: self.counts[each] for at, each in enumerate(rows) if each in self.counts}
        text = _numbered(
            (
                *(each for number in of_text for each in self.lists[number]),
                *(unit for *_, unit, _ in counts.values()),
            )
        )
        claims = {each: len(of_text) + at for each, at in of_claims.items()}
        return Words(
            facets=self.facets,
            standings=self.standings,
            slots=[each._replace(place=places[each.place]) for each in own_slots],
            text=[self.text[each] for each in text],
            lists=[
                *([text[each] for each in self.lists[number]] for number in of_text),
                *(self.lists[number] for number in of_claims),
            ],
            rows=[
                each._replace(
                    name=of_text[each.name],
                    when=of_text[each.when],
                    below=of_text[each.below],
                    claims=claims[each.claims],
                )
                for each in own_rows
            ],
            counts={
                at: (low, high, about, text[unit], kind)
                for at, (low, high, about, unit, kind) in counts.items()
            },
            sources=[self.sources[each] for each in places],
        )

    def to_json(self) -> Json:
        """Return the rows as a data file has them."""
        columns = zip(ROW_COLUMNS, zip(*self.rows, strict=True), strict=False)
        rows = {
            name: _differences(numbers) if name in DIFFERENCES else numbers
            for name, numbers in columns
        }
        counts = {str(row): count for row, count in self.counts.items()}
        slots = [tuple(each) for each in self.slots]
        return {**self._asdict(), "rows": rows, "slots": slots, "counts": counts}


def words_of(data: Json) -> Words:
    """Return the rows in a data file: the reverse of `to_json`."""
    columns = cast("Mapping[str, Sequence[int]]", data["rows"])
    rows = zip(
        *(
            accumulate(columns.get(name, ())) if name in DIFFERENCES else columns.get(name, ())
            for name in ROW_COLUMNS
        ),
        strict=True,
    )
    fields: dict[str, Any] = {name: data[name] for name in Words._fields}
    slots = cast("Sequence[Sequence[Any]]", data["slots"])
    counts = cast("Mapping[str, Sequence[Any]]", data["counts"])
    fields |= {
        "rows": [Row(*each) for each in rows],
        "slots": [Slot(*each) for each in slots],
        "counts": {int(row): tuple(count) for row, count in counts.items()},
    }
    return Words(**fields)


def _differences(numbers: Iterable[int]) -> list[int]:
    return [after - before for before, after in pairwise([0, *numbers])]


def _numbered(numbers: Iterable[int]) -> dict[int, int]:
    found = dict.fromkeys(numbers)
    return {number: place for place, number in enumerate(found)}
