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

    def excludes(self, other: "Amount") -> bool:
        """Whether two amounts of the same unit have no number in common."""
        if self.unit and other.unit and self.unit != other.unit:
            return False
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


def amount(given: Mapping[str, Any]) -> Amount:
    """Return the amount that an event's data states."""
    return Amount(**given)
