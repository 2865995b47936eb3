"""Checks of how a source is described: when it was read, and which source it reprints.

published: 2022-05-24, retrieved: 2022-05-20       retrieved-before-published
a reprints b, and b reprints a                     reprints-in-circle
"""

from collections.abc import Callable, Iterator, Sequence

from events.ahead import is_retrieved_early
from events.publication import publication
from events.source import Source
from events.source_description import SourceDescription
from projections.checks.finding import RecordFinding, of_source

Describe = Callable[[str], Source | SourceDescription | None]
"""Gives the description of a source by its id; None where there is none."""


def read_early(
    name: str, source: Source | SourceDescription, *entries: str
) -> Iterator[RecordFinding]:
    """Yield a finding if a source was read before it came out; `entries` describe it."""
    retrieved = source.retrieved and publication(source.retrieved)
    if retrieved and is_retrieved_early(retrieved, source.publication):
        message = f"{name} was read on {source.retrieved}, before it came out on {source.published}"
        yield of_source("retrieved-before-published", message, name, *entries)


def in_circle(circle: Sequence[str], *entries: str) -> RecordFinding:
    """Return the finding on a circle of reprints, at its first source; `entries` describe that."""
    first = circle[0]
    return of_source("reprints-in-circle", " reprints ".join((*circle, first)), first, *entries)


def reprint_circle(name: str, describe: Describe) -> tuple[str, ...]:
    """Return the sources that each reprint the next, and the last of them the first, `name`.

    Empty where following what it reprints does not lead back to it.
    """
    path = {name: None}
    following = describe(name)
    while following and (original := following.reprints) not in path:
        if original is None:
            return ()
        path[original] = None
        following = describe(original)
    return tuple(path) if following and following.reprints == name else ()
