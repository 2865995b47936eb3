"""`mission sources`: list the documents that state the events."""

from collections import Counter
from collections.abc import Iterator

import click

from cli.failures import NegativeAnswer
from cli.inquiry import inquiry
from cli.options.common import mission_optional, recorded_option
from cli.options.request import Request, asks
from cli.render import wording
from cli.render.counting import count
from cli.render.legend import language
from cli.render.output import put
from cli.render.page import Line, Mark, Page, Row, Table
from events.entry import Entry
from events.record_events import sources_of
from events.source import Source
from events.source_description import SourceDescription
from projections import names
from projections.question import ClaimStore
from projections.sources import SourceInForce, changed, sources_in_force

CSV_COLUMNS = (
    *SourceDescription._fields,
    *("events", "position", "changed"),
)


@click.command(name="sources")
@mission_optional
@recorded_option
@asks
def command(request: Request, *, mission: str | None) -> None:
    """List the sources of the ledger, or of MISSION, in the order they were recorded.

    A source is shown as it is described by now; what corrected or withdrew it stands below.

    \b
    Examples:
      mission sources nmi
      mission sources --format json
    """  # noqa: D301
    with inquiry(request) as asked:
        short = None if mission is None else names.mission(asked.store, mission)
        found = list(_sources(asked.store, short, asked.end))
        by_now = sources_in_force(asked.store, [each.id for _, each, _ in found], upto=asked.end)
        many = count(len(found), "source", "sources")
        rows = [_row(by_now[source.id], events) for _, source, events in found]
        shown = [_record(entry, by_now[source.id], events) for entry, source, events in found]
        put(
            request.form,
            records=shown,
            columns=CSV_COLUMNS,
            heading={"mission": short, **asked.recorded_columns},
            page=lambda: Page(
                f"{many} of {short}" if short else many,
                (asked.as_recorded,),
                (Table(("source", "published", "events"), rows),) if rows else (),
            ),
        )
    if not found:
        raise NegativeAnswer


def _record(entry: Entry, by_now: SourceInForce, events: int) -> dict[str, object]:
    """Return a source as data: `changed` has what corrected and withdrew it."""
    return {
        **by_now.description._asdict(),
        "events": events,
        "position": entry.position,
        "event": entry.id,
        "changed": [
            {
                **{"event": each.event, "position": each.position, "kind": each.kind.value},
                **{"source": each.source, "reason": each.reason, "stated": {**each.stated}},
            }
            for each in by_now.changes
        ],
    }


def _sources(
    store: ClaimStore, mission: str | None, upto: int
) -> Iterator[tuple[Entry, Source, int]]:
    """Yield each source with the number of events it states (in the mission, if one is given)."""
    events = store.of_mission(mission, upto=upto) if mission else store.entries(upto=upto)
    stated: Counter[str] = Counter()
    for entry in events:
        if isinstance(entry.content, Source):
            stated[entry.content.id] += 0
        else:
            stated.update(sources_of(entry.content))
    described = sorted(store.of_sources(stated, upto=upto), key=lambda entry: entry.position)
    for entry in described:
        if isinstance(entry.content, Source):
            yield entry, entry.content, stated[entry.content.id]


def _row(by_now: SourceInForce, events: int) -> Row:
    source = by_now.description
    below: list[Line] = [f"{source.publisher}, “{source.title}”, in {language(source)}"]
    facts = (
        source.url,
        source.archived and f"archived: {source.archived}",
        source.retrieved and f"retrieved {wording.date(source.retrieved)}",
        source.reprints and f"reprints {source.reprints}",
        source.digest,
        source.note,
    )
    below.extend(each for each in facts if each)
    below.extend(Mark(changed(each), "alert") for each in by_now.changes)
    return Row((Mark(source.id), wording.date(source.published), str(events)), below)
