"""The data files of a mission: rectangles of days, the words of rows, and entries as JSON.

    state-164.js     which row each slot has, by steps of both clocks, as recorded up to 164
    rows.en.js       the rows in words, one file a language (`cli.site.words`)
    entries.js       the rows as entries of the state object

Rows and slots are numbered once for all positions of the log that are offered. A rectangle of a
slot is five numbers: how much greater its row is than that of the rectangle before, in all slots;
the first step of what is known, and how many more; the first step of the days, and how many more.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import orjson

from cli.render.legend import Legend
from cli.site.lookup import RowSpan
from cli.site.row_writer import RowWriter, claims_by_place, place_of
from cli.site.words import Words
from events.facets import PeriodKey
from projections.rectangles import EveryDay, Rectangle, Slot, in_order
from projections.state_object import StateEntry
from projections.weighing.claims import Claim

ENTRY_FIELDS = (
    *("key", "period", "label", "standing", "disputed", "start", "end", "last_attested"),
    *("surely_attested", "value", "variants", "planned_variants", "planned_fields"),
    *("sources", "events"),
)
"""The keys of an entry in the state object, in the order of a row of `entries.js`."""


@dataclass(frozen=True)
class MissionData:
    """A mission's state on every day, as recorded up to each position offered, oldest first."""

    mission: str
    every: Sequence[EveryDay]

    @property
    def latest(self) -> EveryDay:
        """The state by the record as it is now."""
        return self.every[-1]

    @cached_property
    def slots(self) -> Sequence[Slot]:
        """The rows that any state has, in order."""
        return in_order({each.slot for each in self._rectangles})

    @property
    def _rectangles(self) -> Iterator[Rectangle]:
        return chain.from_iterable(each.rectangles for each in reversed(self.every))

    @cached_property
    def entries(self) -> Mapping[int, StateEntry]:
        """The different entries, by identity."""
        return {id(each.entry): each.entry for each in self._rectangles}

    @cached_property
    def claims_of(self) -> Mapping[PeriodKey, Sequence[Claim]]:
        """The claims on each period, whether they count or not, in the order of their numbers."""
        return claims_by_place(self.latest.views[-1].claims)

    @cached_property
    def claims(self) -> Mapping[PeriodKey, Mapping[tuple[str, str], int]]:
        """The number of every claim among those on its period, by event and role."""
        return {
            place: {(each.event, each.role.value): at for at, each in enumerate(claims)}
            for place, claims in self.claims_of.items()
        }

    @cached_property
    def places(self) -> Mapping[PeriodKey, int]:
        """The numbers of the periods that slots open the claims of."""
        found = dict.fromkeys(place_of(*slot[:3]) for slot in self.slots)
        return {place: number for number, place in enumerate(found)}

    def words(self, legend: Legend, sources: Mapping[str, int]) -> Words:
        """Return the rows in the words of the current language; `sources` are numbers."""
        cited = [
            [sources[each.source] if each.source else 0 for each in self.claims_of.get(place, ())]
            for place in self.places
        ]
        writer = RowWriter(legend, self.claims)
        return writer.words(self.entries.values(), self.slots, self.places, cited)

    @cached_property
    def _row_numbers(self) -> Mapping[int, int]:
        return {of_entry: number for number, of_entry in enumerate(self.entries)}

    @cached_property
    def _slot_numbers(self) -> Mapping[Slot, int]:
        return {slot: number for number, slot in enumerate(self.slots)}

    @cached_property
    def latest_state(self) -> dict[str, object]:
        """The rectangles by the record as it is now, which several pages are made from."""
        return self.state(self.latest)

    def state(self, every: EveryDay) -> dict[str, object]:
        """Return the rectangles of one position as numbers of slots, rows and steps."""
        rows, slots = self._row_numbers, self._slot_numbers
        spans = (
            RowSpan(slots[each.slot], rows[id(each.entry)], each.known, each.on)
            for each in every.rectangles
        )
        return {
            "position": every.position,
            "days": every.on,
            "known": every.known,
            "left_out": every.left_out,
            "rects": rectangles(spans, len(slots)),
        }

    def entries_json(self) -> dict[str, object]:
        """Return the rows as entries of the state object; equal parts are there once."""
        parts: dict[bytes, int] = {}
        entries = []
        for each in self.entries.values():
            found = each.to_json()
            encoded = (orjson.dumps(found[name]) for name in ENTRY_FIELDS)
            entries.append([parts.setdefault(part, len(parts)) for part in encoded])
        return {
            "fields": ENTRY_FIELDS,
            "objects": [orjson.Fragment(part) for part in parts],
            "entries": entries,
        }


def rectangles(spans: Iterable[RowSpan], slots: int) -> list[list[int]]:
    """Return rectangles, in the order of their slots, as a data file has them."""
    found: list[list[int]] = [[] for _ in range(slots)]
    before = 0
    for slot, row, (known, known_last), (on, on_last) in spans:
        found[slot] += (row - before, known, known_last - known, on, on_last - on)
        before = row
    return found
