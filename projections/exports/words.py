"""What stands beside a value in words: other quantities, other values of a field."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from projections.quantities import in_words
from projections.weighing.readings import Reading

_NESTED = ("last_reported", "rivals", "others", "before")
"""Where a quantity of the state object has those beside it; `also` has other kinds of things."""


def beside(given: Mapping[str, object]) -> Iterator[str]:
    """Yield the quantities beside one, each with its date, source and, if it has one, standing."""
    for name in (*_NESTED, "also"):
        found = given.get(name)
        for each in found if isinstance(found, list) else [found]:
            if isinstance(each, Mapping):
                facts = [each.get("standing"), each.get("on"), each.get("source")]
                yield f"{in_words(each)} ({', '.join(str(fact) for fact in facts if fact)})"
                yield from beside(each)


def of_readings(readings: Iterable[Reading]) -> list[str]:
    """Return readings in words, each with its basis, date and source."""
    return [
        f"{in_words(each.quantity.to_json())}"
        f" ({each.claim.basis.value}, {each.claim.edtf}, {each.claim.source})"
        for each in readings
    ]


def variants(given: Mapping[str, Sequence[object]], mark: str = "") -> list[str]:
    """Return other values of fields, each after the field's name."""
    return [f"{name}: {value(each)}{mark}" for name, found in given.items() for each in found]


def value(stated: object) -> str:
    """Return the value of a field in words; a list is joined by commas, a vote has its sides."""
    if isinstance(stated, Mapping):
        return ", ".join(
            f"{number} {side}" for side, number in stated.items() if number is not None
        )
    return ", ".join(map(str, stated)) if isinstance(stated, list | tuple) else str(stated)
