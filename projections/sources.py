"""The sources in force: how they are described by now, corrected and withdrawn.

The log keeps the description that a source was recorded with. What later entries say of it is laid
over that: each correction that counts replaces the fields it states.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from events.entry import Entry
from events.record_events import SourceCorrected
from events.source import Source
from events.source_circles import source_about
from events.source_description import SourceDescription
from ledger.log import Log
from projections.claims_table.claim_rows import source_change_of, version_of
from projections.weighing.sources import SourceChange, Sources


class SourceInForce(NamedTuple):
    """A source: as it was described first, as it is described by now, and what changed it.

    `changes` are the corrections and withdrawals that count, in order of position.
    """

    first: SourceDescription
    description: SourceDescription
    changes: tuple[SourceChange, ...]
    withdrawal: SourceChange | None


def sources_named(store: Log, names: Iterable[str], *, upto: int | None = None) -> Sources:
    """Return sources with all that the log says of them, and those that this rests on."""
    found, _ = _read(store, names, upto)
    return found


def sources_in_force(
    store: Log, names: Iterable[str], *, known: int | None = None, upto: int | None = None
) -> Mapping[str, SourceInForce]:
    """Return those sources, by id, that are described, as they were known at a second.

    `known` is in seconds since 1970 UTC, None for no limit; `upto` is a position.
    """
    wanted = list(dict.fromkeys(names))
    sources, contents = _read(store, wanted, upto)
    as_known = sources.as_known(known)
    found = {}
    for name, first in store.descriptions(wanted, upto=upto).items():
        changes = as_known.changes(name)
        description = first
        for each in changes:
            content = contents[each.position]
            if isinstance(content, SourceCorrected):
                description = description._replace(**content.corrections())
        found[name] = SourceInForce(first, description, changes, as_known.withdrawal(name))
    return found


def _read(
    store: Log, names: Iterable[str], upto: int | None
) -> tuple[Sources, Mapping[int, object]]:
    """Read sources and what is said of them; also return the contents of these entries."""
    entries: dict[int, Entry] = {}
    seen: set[str] = set()
    wanted = set(names)
    while new := wanted - seen:
        seen |= new
        about = store.about_sources(new, upto=upto)
        entries.update((each.position, each) for each in about)
        wanted = {each.source for each in about if each.source}
    changes, about_source = [], dict[str, str]()
    for position in sorted(entries):
        entry = entries[position]
        if source := source_about(entry.content, about_source):
            about_source[entry.id] = source
            changes.append(source_change_of(entry, source))
    versions = {
        content.id: version_of(content.published, entry)
        for entry in store.of_sources(seen, upto=upto)
        if isinstance(content := entry.content, Source)
    }
    contents = {position: entry.content for position, entry in entries.items()}
    return Sources(versions, tuple(changes)), contents
