"""State entries as rows of the site's tables, in the words of `mission state`."""

from collections.abc import Iterable, Mapping, Sequence

from cli.render import entry_values, state_rows, wording
from cli.render.languages.translation import term
from cli.render.legend import Legend
from cli.render.page import Line, plain
from cli.site.words import Count, Row, Slot, Words
from events.facets import FACETS, STATE_FACETS, PeriodKey
from events.printable import printable
from projections.quantities import kind_counted
from projections.rectangles import Slot as StateSlot
from projections.state_object import StateEntry
from projections.weighing.claims import Claim
from projections.weighing.period import Standing

STANDINGS = tuple(Standing)

ClaimNumbers = Mapping[PeriodKey, Mapping[tuple[str, str], int]]
"""The number of each claim on a period, by its event and role."""


def place_of(facet: str, key: str, period: int) -> PeriodKey:
    """Return whose claims an entry opens: of what has no periods, all on the key."""
    return facet, key, period if FACETS[facet].lasting else 1


def claims_by_place(claims: Iterable[Claim]) -> dict[PeriodKey, list[Claim]]:
    """Return the claims on each period, one for each event and role, in the order given."""
    found: dict[PeriodKey, dict[tuple[str, str], Claim]] = {}
    for claim in claims:
        of_place = found.setdefault(place_of(*claim.place), {})
        of_place.setdefault((claim.event, claim.role.value), claim)
    return {place: list(of_place.values()) for place, of_place in found.items()}


class RowWriter:
    """Puts entries into words in the current language; texts and lists are there once."""

    def __init__(self, legend: Legend, claims: ClaimNumbers) -> None:
        self._legend = legend
        self._claims = claims
        self._text: dict[str, int] = {}
        self._lists: dict[tuple[int, ...], int] = {}
        self._kinds: dict[str, int] = {}

    def words(
        self,
        entries: Iterable[StateEntry],
        slots: Iterable[StateSlot],
        places: Mapping[PeriodKey, int],
        sources: Sequence[Sequence[int]],
    ) -> Words:
        """Return the rows of entries; `sources` has that of each claim, place by place."""
        rows, counts = [], dict[int, Count]()
        for number, entry in enumerate(entries):
            rows.append(self._row(entry))
            if not FACETS[entry.facet].lasting:
                counts[number] = self._count(entry)
        return Words(
            facets=[(name, term("facet", FACETS[name].label)) for name in STATE_FACETS],
            standings=[(each.value, wording.standing(each)) for each in STANDINGS],
            slots=[
                Slot(
                    STATE_FACETS.index(each.facet),
                    each.key,
                    each.period,
                    places[place_of(*each[:3])],
                )
                for each in slots
            ],
            text=[*map(printable, self._text)],
            lists=list(self._lists),
            rows=rows,
            counts=counts,
            sources=sources,
        )

    def _row(self, entry: StateEntry) -> Row:
        numbers = self._claims[place_of(entry.facet, entry.key, entry.period)]
        rests_on = sorted({numbers[each.event, each.role.value] for each in entry.claims})
        return Row(
            STANDINGS.index(entry.standing),
            int(entry.disputed),
            self._lines(state_rows.name(entry, self._legend)),
            self._lines(state_rows.when(entry)),
            self._lines(entry_values.carried(entry, self._legend)),
            self._list(tuple(rests_on)),
        )

    def _count(self, entry: StateEntry) -> Count:
        stated = wording.as_mapping(entry.value.get("quantity"))
        low, high = (stated.get(bound) for bound in ("min", "max"))
        unit = self._number(wording.unit(str(stated.get("unit") or "")))
        approximate = int(bool(stated.get("approximate")))
        kind = self._kinds.setdefault(kind_counted(entry), len(self._kinds))
        return _bound(low), _bound(high), approximate, unit, kind

    def _lines(self, lines: Iterable[Line]) -> int:
        return self._list(tuple([self._number(plain(line)) for line in lines]))

    def _number(self, text: str) -> int:
        return self._text.setdefault(text, len(self._text))

    def _list(self, numbers: tuple[int, ...]) -> int:
        return self._lists.setdefault(numbers, len(self._lists))


def _bound(number: object) -> float | None:
    return number if isinstance(number, int | float) else None
