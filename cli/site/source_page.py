"""The page of a source: how it is described by now, what changed it, and all that it states."""

from collections.abc import Iterable, Mapping, Sequence

from cli.render import entry_text, wording
from cli.render.legend import changed, language
from events.entry import Entry
from events.record_events import sources_of
from events.source import Source
from projections.labels import Labels
from projections.sources import SourceInForce

Stated = Mapping[str, Sequence[tuple[int, str]]]
"""The lines on what a source states in each mission, with their positions in the log."""


def context(name: str, found: SourceInForce | None, stated: Stated) -> Mapping[str, object]:
    """Return what the page of a source shows in the current language."""
    described: dict[str, object] = {"id": name, "described": found is not None, "changes": []}
    if found:
        of = found.description
        described |= {
            **of._asdict(),
            "published": wording.date(of.published),
            "retrieved": of.retrieved and wording.date(of.retrieved),
            "language": language(of),
            "changes": [changed(each) for each in found.changes],
        }
    states = [
        {"mission": mission, "href": f"../../missions/{mission}/index.html", "lines": lines}
        for mission, lines in stated.items()
    ]
    return {"source": described, "states": states}


def lines(source: str, entries: Iterable[Entry], labels: Labels) -> list[tuple[int, str]]:
    """Return what the entries of a mission that rest on a source say, in words."""
    return [
        (each.position, entry_text.summary(each, labels))
        for each in entries
        if not isinstance(each.content, Source) and source in sources_of(each.content)
    ]
