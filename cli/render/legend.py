"""What the numbers and short names in an answer stand for.

    [1]  um-handover-2022-05: Ministry of Foreign Affairs of Denmark, “…”, published 2022-05, …

A page cites its sources by number, in the order they are first named, and lists them at its end.
"""

from collections.abc import Iterable, Mapping

from cli.render import wording
from cli.render.page import Line, Mark, Notes
from events.source import Source

LANGUAGES = {"da": "Danish", "en": "English"}


class Legend:
    """The sources of one answer with their numbers; `titles` are names of other missions."""

    def __init__(
        self,
        sources: Iterable[str],
        described: Mapping[str, Source],
        titles: Mapping[str, str] | None = None,
    ) -> None:
        self._numbers = {name: n for n, name in enumerate(dict.fromkeys(sources), 1)}
        self._described = described
        self._titles = titles or {}

    def beginning_with(self, sources: Iterable[str], *, only: bool = False) -> "Legend":
        """Return this legend with some sources numbered first; with `only`, without the others."""
        order = (*sources, *(() if only else self._numbers))
        return Legend(order, self._described, self._titles)

    def cited(self, sources: Iterable[str | None]) -> str:
        """Return the numbers of sources: `[1]`, `[1, 3]`, `[1-5]`; nothing where there are none."""
        said = wording.runs(self._numbers[source] for source in sources if source)
        return f"[{said}]" if said else ""

    def foreign(self, source: object) -> str:
        """Return the name of a source's language; nothing where that is English, or not known."""
        found = self._described.get(str(source))
        return "" if found is None or found.language == "en" else language(found)

    def title(self, mission: str) -> str:
        """Return a mission's name where it is known here, else its short name."""
        return self._titles.get(mission, mission)

    def notes(self) -> list[Notes]:
        """Return the list of sources under an answer; nothing where there are none."""
        lines = [(f"[{n}]", self.source(name)) for name, n in self._numbers.items()]
        return [Notes("SOURCES", lines)] if lines else []

    def brief(self) -> Notes:
        """Return the sources with no more than who published them."""
        return Notes("", [(f"[{n}]", self._publisher(name)) for name, n in self._numbers.items()])

    def _publisher(self, name: str) -> Line:
        source = self._described.get(name)
        return (Mark(name), f": {source.publisher}") if source else Mark(name)

    def source(self, name: str) -> Line:
        """Describe a source in one line."""
        return source_line(self._described.get(name), name)


def source_line(source: Source | None, name: str) -> Line:
    """Describe a source in one line: its id, publisher, title, publication date and language."""
    if source is None:
        return (Mark(name), ", which the record does not describe")
    return (
        Mark(name),
        f": {source.publisher}, “{source.title}”, published {wording.date(source.published)},"
        f" in {language(source)}",
    )


def language(source: Source) -> str:
    """Name a source's language, or give its tag."""
    return LANGUAGES.get(source.language, source.language)
