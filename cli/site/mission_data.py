"""The data files of a mission: rectangles of days, the words of rows, and entries as JSON.

    state-164.js     which row each slot has, by steps of both clocks, as recorded up to 164
    rows.js          the rows in words, one file a language
    entries.js       the rows as entries of the state object

Rows and slots are numbered once for all positions of the log that are offered.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import orjson

from cli.render import wording
from cli.render.legend import Legend
from cli.site.data_script import TextTable
from cli.site.rows import STANDINGS, claim_numbers, place_of, row
from events.facets import STATE_FACETS, PeriodKey
from projections.rectangles import EveryDay, Rectangle, Slot, in_order
from projections.state_object import StateEntry

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
        return chain.from_iterable(each.rectangles for each in self.every)

    @cached_property
    def entries(self) -> Mapping[int, StateEntry]:
        """The different entries, by identity."""
        return {id(each.entry): each.entry for each in self._rectangles}

    @cached_property
    def claims(self) -> dict[PeriodKey, dict[tuple[str, str], int]]:
        """The number of every claim among those on its period, by event and role."""
        return claim_numbers(self.latest.views[-1].claims)

    @cached_property
    def places(self) -> Mapping[PeriodKey, int]:
        """The numbers of the periods that slots open the claims of."""
        found = dict.fromkeys(place_of(*slot[:3]) for slot in self.slots)
        return {place: number for number, place in enumerate(found)}

    def words(self, legend: Legend, sources: Mapping[str, int]) -> dict[str, object]:
        """Return the rows in the words of the current language."""
        texts = TextTable()
        rows = [
            row(
                each,
                legend,
                texts,
                sources,
                self.claims[place_of(each.facet, each.key, each.period)],
            )
            for each in self.entries.values()
        ]
        return {
            "facets": [[name, wording.facet_heading(name)] for name in STATE_FACETS],
            "standings": [[each.value, wording.standing(each)] for each in STANDINGS],
            "slots": [
                [
                    STATE_FACETS.index(each.facet),
                    each.key,
                    each.period,
                    self.places[place_of(*each[:3])],
                ]
                for each in self.slots
            ],
            "rows": rows,
            "text": texts.texts,
        }

    @cached_property
    def _row_numbers(self) -> Mapping[int, int]:
        return {of_entry: number for number, of_entry in enumerate(self.entries)}

    @cached_property
    def _slot_numbers(self) -> Mapping[Slot, int]:
        return {slot: number for number, slot in enumerate(self.slots)}

    def state(self, every: EveryDay) -> dict[str, object]:
        """Return the rectangles of one position as numbers of slots, rows and steps."""
        rows, slots = self._row_numbers, self._slot_numbers
        return {
            "position": every.position,
            "days": every.on,
            "known": every.known,
            "left_out": every.left_out,
            "rects": [
                number
                for each in every.rectangles
                for number in (slots[each.slot], rows[id(each.entry)], *each.known, *each.on)
            ],
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
