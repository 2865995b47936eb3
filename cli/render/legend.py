"""The legend of an answer: the sources that its numbers refer to, and missions' names.

    [1]  um-handover-2022-05: Ministry of Foreign Affairs of Denmark, “…”, published 2022-05, …

A page cites sources by number, in the order of first citation, and lists them at its end.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from cli.render import wording
from cli.render.languages.translation import language as reader_language
from cli.render.languages.translation import term, tr
from cli.render.page import Line, Mark, Notes
from events.source_description import SourceDescription
from projections.weighing.amendments import Kind
from projections.weighing.sources import SourceChange

if TYPE_CHECKING:
    from events.source import Source

LANGUAGES = {"da": "Danish", "en": "English"}


class Legend:
    """The numbered sources of one answer.

    They are described as they are known by now; `changes` has their corrections and withdrawals.
    `titles` are the names of other missions.
    """

    def __init__(
        self,
        sources: Iterable[str],
        described: Mapping[str, SourceDescription],
        titles: Mapping[str, str] | None = None,
        changes: Mapping[str, Sequence[SourceChange]] | None = None,
    ) -> None:
        self._numbers = {name: n for n, name in enumerate(dict.fromkeys(sources), 1)}
        self._described = described
        self._titles = titles or {}
        self._changes = changes or {}

    def beginning_with(self, sources: Iterable[str], *, only: bool = False) -> "Legend":
        """Return this legend with these sources numbered first; with `only`, without the others."""
        order = (*sources, *(() if only else self._numbers))
        return Legend(order, self._described, self._titles, self._changes)

    def cited(self, sources: Iterable[str | None]) -> str:
        """Return the numbers of sources: `[1]`, `[1, 3]`, `[1-5]`; empty if there are none."""
        numbers = wording.runs(self._numbers[source] for source in sources if source)
        return f"[{numbers}]" if numbers else ""

    def foreign(self, source: object) -> str:
        """Return the name of a source's language; empty if it is the reader's or not known."""
        found = self._described.get(str(source))
        return "" if found is None or found.language == reader_language() else language(found)

    def title(self, mission: str) -> str:
        """Return a mission's name if the legend has it, else its short name."""
        return self._titles.get(mission, mission)

    def published(self, name: str) -> str:
        """Return when a source came out, in words; empty where the record does not describe it."""
        found = self._described.get(name)
        return wording.brief_date(found.published) if found else ""

    def notes(self) -> list[Notes]:
        """Return the list of sources below an answer; empty if there are none."""
        lines = [(f"[{n}]", self.source(name)) for name, n in self._numbers.items()]
        return [Notes(tr("SOURCES"), lines)] if lines else []

    def brief(self) -> Notes:
        """Return the sources with their publishers only."""
        return Notes("", [(f"[{n}]", self._publisher(name)) for name, n in self._numbers.items()])

    def _publisher(self, name: str) -> Line:
        source = self._described.get(name)
        return (Mark(name), f": {source.publisher}") if source else Mark(name)

    def source(self, name: str) -> Line:
        """Describe a source in one line: its id, publisher, title, date and language."""
        source = self._described.get(name)
        if source is None:
            return (Mark(name), tr(", which the record does not describe"))
        described = tr(
            "{publisher}, {title}, published {date}, in {language}",
            publisher=source.publisher,
            title=wording.quoted(source.title),
            date=wording.date(source.published),
            language=language(source),
        )
        return (
            Mark(name),
            f": {described}",
            *(f"; {changed(each)}" for each in self._changes.get(name, ())),
        )


def changed(change: SourceChange) -> str:
    """Return what an event did to a source, and why."""
    did = tr("withdrawn") if change.kind is Kind.SOURCE_WITHDRAWN else tr("corrected")
    if change.source:
        did = tr("{changed} by {source}", changed=did, source=change.source)
    return tr(
        "{changed} at position {position}: {reason}",
        changed=did,
        position=change.position,
        reason=change.reason,
    )


def language(source: "SourceDescription | Source") -> str:
    """Return the name of a source's language, or its tag."""
    return term("language", LANGUAGES.get(source.language, source.language))
