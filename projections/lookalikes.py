"""Which names and which sources look like others: likely the same, written twice.

A name may be misspelt, or one document recorded from two files. A key that is put together from
several names is compared name by name: `force-comander/kazura` has a new post that looks like
`force-commander`, whoever holds it, and `m/troop` a new category that looks like `troops`.
"""

from collections.abc import Iterator
from typing import NamedTuple

from events.facets import DEFAULT_POST, FACETS, key_parts
from events.names import foldings
from events.source import Source
from events.source_description import SourceDescription
from events.twins import Twins

Described = Source | SourceDescription


class Lookalike(NamedTuple):
    """A new name and the one that it looks like; `what` they name, for messages."""

    what: str
    name: str
    other: str


class KeyNames:
    """The names in the keys of one mission, to compare new ones with."""

    def __init__(self) -> None:
        self._twins: dict[str, Twins] = {"post": Twins([DEFAULT_POST])}

    def add(self, facet: str, key: str) -> Lookalike | None:
        """Add the names in a key; return the first that is new and looks like another, if any."""
        found = None
        for what, name in _names_in(facet, key):
            twins = self._twins.setdefault(what, Twins())
            if found is None and (other := twins.of(name)):
                found = Lookalike(what, name, other)
            twins.add(name)
        return found


def _names_in(facet: str, key: str) -> Iterator[tuple[str, str]]:
    """Yield the names that a key is put together from, each with what it names."""
    if not FACETS[facet].is_mission:
        parts = key_parts(facet, key) or {facet: key}
        yield from ((what, name) for what, name in parts.items() if what != "sex")


class SourceIndex:
    """Sources by what identifies a document, to find one that looks like another."""

    def __init__(self) -> None:
        self._by_trait: dict[object, list[Described]] = {}
        self._reprinted: dict[str, str] = {}

    def add(self, source: Described) -> tuple[Described, str] | None:
        """Add a source; return one before it that it looks like, and what is the same, if any.

        A source that says which one it reprints is no likeness of that one, or of its reprints.
        """
        if source.reprints:
            self._reprinted[source.id] = source.reprints
        found = None
        for trait, what in _traits(source).items():
            others = self._by_trait.setdefault(trait, [])
            alike = (each for each in others if self._is_alike(source, each, what))
            if found is None and (other := next(alike, None)):
                found = other, what
            others.append(source)
        return found

    def _is_alike(self, source: Described, other: Described, what: str) -> bool:
        return (
            other.id != source.id
            and (what != "title" or _can_be_of_one_day(source, other))
            and self._original(source.id) != self._original(other.id)
        )

    def _original(self, name: str) -> str:
        """Return the source that one reprints in the end; in a circle, one of them."""
        seen = {name}
        while (following := self._reprinted.get(name)) and following not in seen:
            name = following
            seen.add(name)
        return name


def _traits(source: Described) -> dict[object, str]:
    """Return the values that identify a document, each with its name for messages."""
    traits: dict[object, str] = {}
    if source.url:
        traits["url", source.url] = "address"
    if source.digest:
        traits["digest", source.digest] = "digest"
    traits["title", foldings(source.publisher), foldings(source.title)] = "title"
    return traits


def _can_be_of_one_day(one: Described, other: Described) -> bool:
    """Whether both sources can have been published on the same day."""
    a, b = one.publication, other.publication
    return (a.last is None or b.first is None or b.first <= a.last) and (
        b.last is None or a.first is None or a.first <= b.last
    )
