"""Names that are nearly another's: what one slip of the keyboard makes of a name.

Two names resemble each other where leaving out at most one letter of each makes them the same, or
the same words stand in another order. Those that differ in their digits or in the nation they begin
with do not: `battalion-1` and `battalion-2` are two, and so are `aus-staff` and `aut-staff`.
"""

import re
from collections.abc import Iterable, Iterator

from events import nations
from events.names import foldings

SHORTEST = 5
"""Letters a name has at least for one of them to be a slip."""


class Twins:
    """Names that are there already, to look up those that a new one resembles."""

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
        """Return a name that is there and that one resembles; None where it is there itself."""
        if name in self._names:
            return None
        for variant in _variants(name):
            for other in self._by_variant.get(variant, ()):
                if not _told_apart(name, other):
                    return other
        return None


def _told_apart(one: str, other: str) -> bool:
    """Whether two names that are alike have other numbers, or begin with other nations."""
    first = [name.partition("-")[0].upper() for name in (one, other)]
    nation = first[0] != first[1] and all(name in nations.known() for name in first)
    return nation or re.findall(r"\d+", one) != re.findall(r"\d+", other)


def _variants(name: str) -> Iterator[str]:
    """Yield a name in plain letters, its words in order, and each form with a letter less."""
    if name.isupper():
        return
    words = min(foldings(name)).split()
    plain = "".join(words)
    yield plain
    yield " ".join(sorted(words))
    if len(plain) >= SHORTEST:
        yield from {plain[:at] + plain[at + 1 :] for at in range(len(plain))}
