"""How many, as vaguely as the source says it."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class Amount(NamedTuple):
    """Inclusive bounds of a count of `unit`, at least one of them given.

    `approximate` marks "about"; `stated` are the source's words.
    """

    min: int | None = None
    max: int | None = None
    unit: str | None = None
    approximate: bool = False
    stated: str | None = None

    @property
    def bounds(self) -> tuple[object, ...]:
        """All but the stated words."""
        return self.min, self.max, self.unit, self.approximate

    def same_number(self, other: "Amount") -> bool:
        """Whether two amounts of the same kind of thing say the same number."""
        return (self.min, self.max, self.approximate) == (other.min, other.max, other.approximate)

    def excludes(self, other: "Amount") -> bool:
        """Whether two amounts of the same kind of thing have no number in common."""
        return self._least > other._most or other._least > self._most

    @property
    def _least(self) -> float:
        return 0 if self.min is None else self.min

    @property
    def _most(self) -> float:
        return float("inf") if self.max is None else self.max

    def to_json(self) -> dict[str, object]:
        """Return the amount as a JSON object."""
        return self._asdict()


def amount(given: int | Mapping[str, Any]) -> Amount:
    """Return an amount as it is stored: a bare number, or the fields that are stated."""
    return Amount(given, given) if isinstance(given, int) else Amount(**given)


def stored(found: Amount) -> int | dict[str, object]:
    """Return how an amount is stored."""
    least = found.min
    if least is not None and found == (least, least, None, False, None):
        return least
    named = zip(found._fields, found, strict=True)
    return {name: each for name, each in named if each is not None and each is not False}
