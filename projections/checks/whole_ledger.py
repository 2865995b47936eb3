"""Checks across missions: sources recorded twice or oddly described, missions named alike.

Each is reported once, whichever missions a source is cited in.
"""

from collections.abc import Collection, Iterator, Mapping

from events.dates.days import iso_day
from events.entry import Entry
from events.facets import MISSION
from events.names import foldings
from events.source import Source
from events.twins import Twins
from projections import names
from projections.checks.finding import RecordFinding, of_source
from projections.checks.source_fields import in_circle, read_early, reprint_circle
from projections.lookalikes import SourceIndex
from projections.question import ClaimStore
from projections.sources import sources_in_force
from projections.weighing.sources import KnownSources, Sources


def ledger_findings(
    store: ClaimStore, sources: Collection[str] | None = None
) -> list[RecordFinding]:
    """Return the findings across missions; with `sources`, those on these sources alone."""
    ids = store.source_ids()
    entries = {e.content.id: e for e in store.of_sources(ids) if isinstance(e.content, Source)}
    described = dict(sorted(entries.items(), key=lambda each: each[1].position))
    known = store.sources(ids)
    found = [
        *_same_documents(store, described),
        *_published_in_future(known.as_known(None), described),
        *_odd_fields(store, described),
        *_in_circles(known),
    ]
    if sources is None:
        return [*found, *_missions_alike(store)]
    concerned = {described[name].id for name in sources if name in described}
    return [each for each in found if each.key in sources or not concerned.isdisjoint(each.events)]


def _same_documents(store: ClaimStore, described: Mapping[str, Entry]) -> Iterator[RecordFinding]:
    """Find sources that look like one recorded before, unless they say that they reprint it."""
    index = SourceIndex()
    in_force = sources_in_force(store, described)
    for name in described:
        source = in_force[name]
        if not source.withdrawn and (found := index.add(source.description)):
            other, what = found
            message = f"{name} looks like {other.id}: the {what} is the same"
            events = (described[name].id, described[other.id].id)
            yield of_source("same-document", message, name, *events)


def _published_in_future(
    known: KnownSources, described: Mapping[str, Entry]
) -> Iterator[RecordFinding]:
    """Find sources that surely came out later than the day after they were recorded."""
    for name, entry in described.items():
        version = known.version(name)
        if version.is_in_future and known.withdrawal(name) is None:
            moved = [each.event for each in known.changes(name) if each.moved]
            since, recorded = iso_day(version.published.since), iso_day(version.recorded)
            message = f"{name} was recorded on {recorded} as having come out on {since} or later"
            yield of_source("published-in-future", message, name, *(moved[-1:] or [entry.id]))


def _odd_fields(store: ClaimStore, described: Mapping[str, Entry]) -> Iterator[RecordFinding]:
    """Find sources read before they came out, and circles of reprints, each told once."""
    in_force = sources_in_force(store, described)
    counting = {name: one.description for name, one in in_force.items() if not one.withdrawn}
    told: set[str] = set()
    for name in described:
        stating = [each.event for each in in_force[name].changes if each.stated]
        events = (described[name].id, *stating)
        if source := counting.get(name):
            yield from read_early(name, source, *events)
        if name not in told and (circle := reprint_circle(name, counting.get)):
            told.update(circle)
            yield in_circle(circle, *events)


def _in_circles(sources: Sources) -> Iterator[RecordFinding]:
    """Find events about sources that have no effect: a source would depend on itself by them."""
    for each in sources.changes:
        if each.event in sources.circular:
            message = f"what {each.source} says of {each.about} rests on {each.about} itself"
            yield of_source("source-depends-on-itself", message, each.about, each.event)


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
            yield RecordFinding("near-twin", message, newer, MISSION, newer, events)
        for name in own:
            twins.add(name)
            by_name.setdefault(name, mission)
        by_title.setdefault(title, mission)
