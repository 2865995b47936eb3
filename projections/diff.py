"""How the answers changed between two points on any clock.

Two states are compared key by key. A difference is an entry that only one of them has, or that
has another value in the other.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from events.facets import FACETS
from projections.quantities import kind_counted
from projections.state_object import Json, State, StateEntry

COMPARED = (
    *("standing", "disputed", "label", "start", "end", "last_attested", "surely_attested"),
    *("value", "variants", "planned_variants", "planned_fields"),
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One entry that differs. `before` or `after` is None where it was not in the state."""

    facet: str
    key: str
    period: int
    before: StateEntry | None
    after: StateEntry | None

    @property
    def change(self) -> str:
        """`added`, `removed` or `changed`."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that differ, if the entry is in both states."""
        if self.before is None or self.after is None:
            return ()
        one, other = self.before.to_json(), self.after.to_json()
        return tuple(name for name in COMPARED if one[name] != other[name])

    def to_json(self) -> Json:
        """Return the difference as a JSON object."""
        return {
            "change": self.change,
            "facet": self.facet,
            "key": self.key,
            "period": self.period,
            "fields": list(self.fields),
            "before": self.before and self.before.to_json(),
            "after": self.after and self.after.to_json(),
        }


def diff(before: State, after: State) -> list[Difference]:
    """Compare two states of a mission, facet by facet and key by key."""
    return [
        difference
        for facet in before.facets
        for difference in _facet(facet, before.facets[facet], after.facets[facet])
        if difference.change != "changed" or difference.fields
    ]


def _facet(
    facet: str, before: tuple[StateEntry, ...], after: tuple[StateEntry, ...]
) -> Iterator[Difference]:
    old, new = _by_key_and_period(before), _by_key_and_period(after)
    for key, period in sorted(old.keys() | new.keys()):
        for one, other in _pairs(old.get((key, period), []), new.get((key, period), [])):
            yield Difference(facet, key, period, one, other)


def _by_key_and_period(entries: tuple[StateEntry, ...]) -> dict[tuple[str, int], list[StateEntry]]:
    """Group entries by key and period; a key can have several readings that answer."""
    grouped: dict[tuple[str, int], list[StateEntry]] = {}
    for entry in entries:
        grouped.setdefault((entry.key, entry.period), []).append(entry)
    return grouped


def _pairs(
    before: Sequence[StateEntry], after: Sequence[StateEntry]
) -> Iterator[tuple[StateEntry | None, StateEntry | None]]:
    """Pair the entries of the same subject (readings by claim), then the rest by kind.

    An entry without a partner of its kind is paired with None: it was added or removed.
    """
    only_after = list(after)
    only_before: list[StateEntry] = []
    for entry in before:
        same = next((each for each in only_after if _same_subject(each, entry)), None)
        if same is None:
            only_before.append(entry)
        else:
            only_after.remove(same)
            yield entry, same
    for kind in dict.fromkeys(map(_kind, (*only_before, *only_after))):
        yield from zip_longest(
            [each for each in only_before if _kind(each) == kind],
            [each for each in only_after if _kind(each) == kind],
        )


def _kind(entry: StateEntry) -> tuple[object, bool]:
    """Return the kind of things that are counted, and whether the quantity is reported."""
    return kind_counted(entry), entry.claims[0].reported


def _same_subject(one: StateEntry, other: StateEntry) -> bool:
    """Whether two entries of one key and period match; readings do if they have the same claim."""
    return FACETS[one.facet].lasting or one.claims[0].event == other.claims[0].event
