"""`mission sources`: list the documents that state the events."""

from collections import Counter
from collections.abc import Iterator

import click

from cli.failures import NegativeAnswer
from cli.inquiry import as_recorded, end_of
from cli.ledger import reading
from cli.options import completion
from cli.options.clocks import RecordPoint
from cli.options.common import format_option, ledger_option, recorded_option
from cli.render import wording
from cli.render.legend import language
from cli.render.output import put
from cli.render.page import Line, Mark, Page, Row, Table
from events.encoding.codec import to_data
from events.entry import Entry
from events.record_events import sources_of
from events.source import Source
from projections import names
from projections.question import ClaimStore

CSV_COLUMNS = (
    *("id", "publisher", "title", "language", "published", "events", "url", "digest", "note"),
    "position",
)


@click.command(name="sources")
@click.argument(
    "mission",
    metavar="[MISSION]",
    required=False,
    shell_complete=completion.missions,
)
@recorded_option
@format_option()
@ledger_option
def command(*, mission: str | None, recorded: RecordPoint, form: str, ledger: str | None) -> None:
    """List the sources of the ledger, or of MISSION, in the order they were recorded.

    \b
    Examples:
      mission sources nmi
      mission sources --format json
    """  # noqa: D301
    with reading(ledger) as store:
        short = None if mission is None else names.mission(store, mission)
        end = end_of(store, recorded)
        found = list(_sources(store, short, end))
        heading = as_recorded(store, end, recorded)
    records = [
        {
            **dict.fromkeys(("url", "digest", "note")),
            **{name: value for name, value in to_data(source).items() if name != "type"},
            "events": events,
            "position": entry.position,
            "event": entry.id,
        }
        for entry, source, events in found
    ]
    rows = [_row(source, events) for _, source, events in found]
    count = "1 source" if len(found) == 1 else f"{len(found)} sources"
    put(
        form,
        records=records,
        columns=CSV_COLUMNS,
        heading={"mission": short, "recorded": recorded.text, "log_position": end},
        page=lambda: Page(
            f"{count} of {short}" if short else count,
            (heading,),
            (Table(("source", "published", "events"), rows),) if rows else (),
        ),
    )
    if not found:
        raise NegativeAnswer


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


def _row(source: Source, events: int) -> Row:
    below: list[Line] = [f"{source.publisher}, “{source.title}”, in {language(source)}"]
    below.extend(each for each in (source.url, source.digest, source.note) if each)
    return Row((Mark(source.id), wording.date(source.published), str(events)), below)
