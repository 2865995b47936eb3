"""Detect names that are probably misspellings of another.

Two names resemble each other if removing at most one letter from each makes them equal, or if they
have the same words in another order. Names with different numbers or different leading nations
never do: `battalion-1` and `battalion-2` are distinct, and so are `aus-staff` and `aut-staff`.
"""

import re
from collections.abc import Iterable, Iterator

from events import nations
from events.names import foldings

SHORTEST = 5
"""The minimum length of a name for one letter to count as a typing error."""


class Twins:
    """An index of existing names, to find one that a new name resembles."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._by_variant: dict[str, list[str]] = {}
        self._names: set[str] = set()
        for name in names:
            self.add(name)

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def add(self, name: str) -> None:
        """Add a name."""
        if name not in self._names:
            self._names.add(name)
            for variant in _variants(name):
                self._by_variant.setdefault(variant, []).append(name)

    def of(self, name: str) -> str | None:
        """Return an existing name that this one resembles; None if there is none, or it exists."""
        if name in self._names:
            return None
        for variant in _variants(name):
            for other in self._by_variant.get(variant, ()):
                if not _are_distinct(name, other):
                    return other
        return None


def _are_distinct(one: str, other: str) -> bool:
    """Whether two similar names differ in their numbers or in their leading nations."""
    one_start, other_start = (name.partition("-")[0].upper() for name in (one, other))
    nations_differ = one_start != other_start and {one_start, other_start} <= nations.known().keys()
    return nations_differ or re.findall(r"\d+", one) != re.findall(r"\d+", other)


def _variants(name: str) -> Iterator[str]:
    """Yield a name in plain letters, its words sorted, and each form with one letter removed."""
    if name.isupper():
        return
    words = min(foldings(name)).split()
    plain = "".join(words)
    yield plain
    yield " ".join(sorted(words))
    if len(plain) >= SHORTEST:
        yield from {plain[:at] + plain[at + 1 :] for at in range(len(plain))}
