"""State entries as rows of the site's tables, in the words of `mission state`.

A row is a list, since there are many: its standing, whether it is disputed, the lines of its name,
when, the lines below, the numbers of its sources, those of the claims that it rests on, and of a
count its quantity. Lines are numbers of texts.
"""

from collections.abc import Iterable, Mapping, Sequence

from cli.render import entry_values, state_rows, wording
from cli.render.legend import Legend
from cli.render.page import Line, plain
from cli.site.data_script import TextTable
from events.facets import FACETS, PeriodKey
from projections.state_object import StateEntry
from projections.weighing.claims import Claim
from projections.weighing.period import Standing

STANDINGS = tuple(Standing)

Row = tuple[object, ...]

ClaimNumbers = Mapping[tuple[str, str], int]
"""The number of each claim on a period, by its event and role."""


def place_of(facet: str, key: str, period: int) -> PeriodKey:
    """Return whose claims an entry opens: of what has no periods, all on the key."""
    return facet, key, period if FACETS[facet].lasting else 1


def claim_numbers(claims: Iterable[Claim]) -> dict[PeriodKey, dict[tuple[str, str], int]]:
    """Return the number of each claim on its period, in the order given."""
    numbers: dict[PeriodKey, dict[tuple[str, str], int]] = {}
    for claim in claims:
        of_place = numbers.setdefault(place_of(*claim.place), {})
        of_place.setdefault((claim.event, claim.role.value), len(of_place))
    return numbers


def row(
    entry: StateEntry,
    legend: Legend,
    texts: TextTable,
    sources: Mapping[str, int],
    claims: ClaimNumbers,
) -> Row:
    """Return a state entry as a row of numbers."""

    def numbered(lines: Iterable[Line]) -> tuple[int, ...]:
        return tuple(texts.number(plain(line)) for line in lines)

    return (
        STANDINGS.index(entry.standing),
        int(entry.disputed),
        numbered(state_rows.name(entry, legend)),
        numbered(state_rows.when(entry)),
        numbered(entry_values.carried(entry, legend)),
        tuple(sources[name] for name in entry.sources),
        tuple(sorted({claims[each.event, each.role.value] for each in entry.claims})),
        _quantity(entry, texts),
    )


def _quantity(entry: StateEntry, texts: TextTable) -> Sequence[object] | int:
    """Return the bounds, whether they are approximate, and the unit of a count; 0 of others."""
    if FACETS[entry.facet].lasting:
        return 0
    stated = wording.as_mapping(entry.value.get("quantity"))
    unit = texts.number(wording.unit(str(stated.get("unit") or "")))
    return stated.get("min"), stated.get("max"), int(bool(stated.get("approximate"))), unit
