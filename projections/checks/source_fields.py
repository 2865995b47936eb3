"""Checks of how a source is described: when it was read, and which source it reprints.

published: 2022-05-24, retrieved: 2022-05-20       retrieved-before-published
a reprints b, and b reprints a                     reprints-in-circle
"""

from collections.abc import Callable, Iterator

from events.ahead import is_retrieved_early
from events.publication import publication
from events.source import Source
from events.source_description import SourceDescription
from projections.checks.finding import RecordFinding

Describe = Callable[[str], Source | SourceDescription | None]
"""Gives the description of a source by its id; None where there is none."""


def odd_fields(
    name: str, describe: Describe, *entries: str, circle: bool = True
) -> Iterator[RecordFinding]:
    """Yield what is odd in how a source is described; `entries` are the ids of those that do.

    Without `circle`, circles of reprints are passed over.
    """
    source = describe(name)
    if source is None:
        return
    retrieved = source.retrieved and publication(source.retrieved)
    if retrieved and is_retrieved_early(retrieved, source.publication):
        message = f"{name} was read on {source.retrieved}, before it came out on {source.published}"
        yield _on_source("retrieved-before-published", message, name, *entries)
    if circle and (path := reprint_circle(name, describe)):
        message = " reprints ".join((*path, name))
        yield _on_source("reprints-in-circle", message, name, *entries)


def reprint_circle(name: str, describe: Describe) -> tuple[str, ...]:
    """Return the sources that each reprint the next, and the last of them the first, `name`.

    Empty where following what it reprints does not lead back to it.
    """
    path = [name]
    while (source := describe(path[-1])) and source.reprints:
        if source.reprints == name:
            return tuple(path)
        if source.reprints in path:
            return ()
        path.append(source.reprints)
    return ()


def _on_source(code: str, message: str, source: str, *entries: str) -> RecordFinding:
    return RecordFinding(code, message, None, "source", source, entries)
