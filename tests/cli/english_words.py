"""English words that are left in what is told in Danish, outside of what a record states itself."""

import re
from collections.abc import Iterable, Iterator, Mapping

from cli.inquiry import through
from cli.options.clocks import PublicationLimit, RecordPoint
from cli.render.languages.danish import TEXTS
from cli.render.languages.danish_terms import TERMS
from projections.record import Record

TOLD = ("category", "sex", "basis", "role", "facet", "language")
"""The fields whose values the program has words for."""


def texts(value: object, name: str = "") -> Iterator[str]:
    """Yield the texts of a stored value that are shown as they are."""
    if isinstance(value, Mapping):
        for field, each in value.items():
            yield from texts(each, field)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from texts(each, name)
    elif isinstance(value, str) and name == "post":
        yield value.replace("-", " ")
    elif isinstance(value, str) and name not in TOLD and not is_known_unit(name, value):
        yield value


def is_known_unit(name: str, value: str) -> bool:
    """Whether a field is a unit for which the program has a word."""
    return name == "unit" and value.casefold() in TERMS["unit"]


def stated(store: Record) -> re.Pattern[str]:
    """Return a pattern of all that the record states as texts, and of its keys."""
    found: set[str] = set()
    for entry in store.entries():
        found.update(texts(entry.content.model_dump(mode="json", by_alias=True)))
        found.add(entry.id)
    for mission in store.names():
        asked = through(store, PublicationLimit(), RecordPoint()).of_mission(mission)
        found.update(claim.key for claim in asked.seen.claims)
    longest_first = sorted(filter(None, found), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")


def words_of(some: str) -> set[str]:
    """Return the words of a text in lower case, without its places."""
    return set(re.findall(r"(?<!\w)[^\W\d_]+(?:-\w+)*(?!\w)", re.sub(r"\{\w+\}", "", some).lower()))


def english_words() -> set[str]:
    """Return the words of what is translated that are no words of the translations."""
    pairs = [*TEXTS.items(), *(pair for of_kind in TERMS.values() for pair in of_kind.items())]
    english = {word for text, _ in pairs for word in words_of(text)}
    return english - {word for _, text in pairs for word in words_of(text)}


class EnglishWords:
    """Finds the English words of the program in texts about a record."""

    def __init__(self, store: Record) -> None:
        self._values = stated(store)
        self._english = english_words()

    def left(self, told: Iterable[str]) -> dict[str, set[str]]:
        """Return the texts that have English words which the record does not state, with these."""
        found = {text: words_of(self._values.sub(" ", text)) & self._english for text in told}
        return {text: words for text, words in found.items() if words}
