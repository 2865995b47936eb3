"""Which events about sources count: none by which a source comes to depend on itself.

A source depends on every source that states an event about it: a correction of it, its withdrawal,
or a retraction of one of these. If s withdrew t and t withdrew s, neither could be told to be
public. So of the events about sources, in order of position, one that closes such a circle has no
effect: it is refused when it is appended, and is a finding in a log from elsewhere.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, TypeVar

SourceName = TypeVar("SourceName", int, str)
AboutSource = TypeVar("AboutSource", bound=Any)


class SourceStatement(NamedTuple):
    """An event about the source `about`, by its id; `source` states it, or nobody's does."""

    event: str
    about: str
    source: str | None


def all_about(
    sources: Iterable[SourceName], about: Callable[[set[SourceName]], Iterable[AboutSource]]
) -> list[AboutSource]:
    """Return the events about sources, and about those that these events rest on, in any order.

    `about` returns the events about some sources, each with the `source` that states it, or None.
    """
    found: list[AboutSource] = []
    seen: set[SourceName] = set()
    wanted = set(sources)
    while new := wanted - seen:
        seen |= new
        events = list(about(new))
        found += events
        wanted = {each.source for each in events if each.source}
    return found


def closing_circles(statements: Iterable[SourceStatement]) -> frozenset[str]:
    """Return the ids of those events by which a source would come to depend on itself.

    They are given in order of position, with all about every source that one of them rests on.
    """
    needed: dict[str, set[str]] = defaultdict(set)
    stating = set()
    closing = set()
    for event, about, source in statements:
        if source is None:
            continue
        # Nothing depends yet on a source that has stated none of them.
        if about == source or (about in stating and _reaches(source, about, needed)):
            closing.add(event)
        else:
            needed[about].add(source)
            stating.add(source)
    return frozenset(closing)


def _reaches(source: str, wanted: str, needed: Mapping[str, set[str]]) -> bool:
    """Whether a source depends on another, in any number of steps."""
    seen: set[str] = set()
    waiting = [source]
    while waiting:
        one = waiting.pop()
        if one == wanted:
            return True
        if one not in seen:
            seen.add(one)
            waiting += needed.get(one, ())
    return False
