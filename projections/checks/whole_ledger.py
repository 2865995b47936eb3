"""Checks across missions: sources recorded twice or from the future, missions named alike.

Each is reported once, whichever missions a source is cited in.
"""

from collections.abc import Collection, Iterator

from events.ahead import is_published_in_future
from events.dates.days import iso_day
from events.entry import Entry
from events.names import foldings
from events.source import Source
from events.twins import Twins
from projections import names
from projections.checks.finding import RecordFinding
from projections.lookalikes import SourceIndex
from projections.question import ClaimStore


def ledger_findings(
    store: ClaimStore, sources: Collection[str] | None = None
) -> list[RecordFinding]:
    """Return the findings across missions; with `sources`, those on these sources alone."""
    described = sorted(store.of_sources(store.source_ids()), key=lambda each: each.position)
    found = [*_same_documents(described), *_published_in_future(described)]
    if sources is None:
        return [*found, *_missions_alike(store)]
    concerned = {
        e.id for e in described if isinstance(e.content, Source) and e.content.id in sources
    }
    return [each for each in found if not concerned.isdisjoint(each.events)]


def _same_documents(described: Collection[Entry]) -> Iterator[RecordFinding]:
    """Find sources that look like one recorded before, unless they say that they reprint it."""
    index = SourceIndex()
    entries = {e.content.id: e.id for e in described if isinstance(e.content, Source)}
    for entry in described:
        if isinstance(entry.content, Source) and (found := index.add(entry.content)):
            other, what = found
            source = entry.content.id
            message = f"{source} looks like {other.id}: the {what} is the same"
            yield _on_source("same-document", message, source, entry.id, entries[other.id])


def _published_in_future(described: Collection[Entry]) -> Iterator[RecordFinding]:
    """Find sources that surely came out later than the day after they were recorded."""
    for entry in described:
        recorded = entry.recorded_at.toordinal()
        source = entry.content
        if isinstance(source, Source) and is_published_in_future(source.publication, recorded):
            message = (
                f"{source.id} was recorded on {iso_day(recorded)}, and dated {source.published}"
            )
            yield _on_source("published-in-future", message, source.id, entry.id)


def _missions_alike(store: ClaimStore) -> Iterator[RecordFinding]:
    """Find missions whose names look alike, or that have one full name."""
    aliases = store.names()
    titles = names.titles(store, aliases)
    twins = Twins()
    by_name: dict[str, str] = {}
    by_title: dict[frozenset[str], str] = {}
    for mission in aliases:
        own = (mission, *aliases[mission])
        alike = (by_name[twin] for name in own if (twin := twins.of(name)))
        title = foldings(titles[mission])
        if other := next(alike, None) or by_title.get(title):
            pair = {name: next(iter(store.of_mission(name))) for name in (mission, other)}
            older, newer = sorted(pair, key=lambda each: pair[each].position)
            message = f"the mission {newer} looks like {older}"
            events = (pair[newer].id, pair[older].id)
            yield RecordFinding("near-twin", message, newer, "mission", newer, events)
        for name in own:
            twins.add(name)
            by_name.setdefault(name, mission)
        by_title.setdefault(title, mission)


def _on_source(code: str, message: str, source: str, *entries: str) -> RecordFinding:
    return RecordFinding(code, message, None, "source", source, entries)
