"""`mission sources`: which documents the record rests on."""

from collections import Counter
from collections.abc import Iterator

import click

from cli import wording
from cli.failures import AnswerIsNo
from cli.ledger import mission_in, position_of, reading
from cli.options import (
    Recorded,
    complete_missions,
    format_option,
    ledger_option,
    recorded_option,
)
from cli.output import put
from cli.page import Line, Mark, Page, Row, Table
from events.codec import Entry, to_data
from events.record import sources_of
from events.source import Source
from ledger.store import Store

CSV_COLUMNS = (
    *("id", "publisher", "title", "language", "published", "events", "url", "digest", "note"),
    "position",
)


@click.command(name="sources", short_help="List the sources of the ledger or of a mission.")
@click.argument(
    "mission",
    metavar="[MISSION]",
    required=False,
    shell_complete=lambda ctx, _, text: complete_missions(ctx, text),
)
@recorded_option
@format_option()
@ledger_option
def command(*, mission: str | None, recorded: Recorded, form: str, ledger: str | None) -> None:
    """List the documents that events are stated by, in the order they were recorded.

    \b
    Examples:
      mission sources nmi
      mission sources --format json
    """  # noqa: D301
    with reading(ledger) as store:
        found = list(_sources(store, mission, position_of(store, recorded)))
    data = [
        {
            **dict.fromkeys(("url", "digest", "note")),
            **{name: said for name, said in to_data(source).items() if name != "type"},
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
        data=data,
        records=data,
        columns=CSV_COLUMNS,
        page=lambda: Page(
            f"{count} of {mission}" if mission else count,
            (),
            (Table(("source", "published", "events"), rows),) if rows else (),
        ),
    )
    if not found:
        raise AnswerIsNo


def _sources(
    store: Store, mission: str | None, upto: int | None
) -> Iterator[tuple[Entry, Source, int]]:
    """Yield each source with the number of events it states (in the mission, if one is named)."""
    if mission is None:
        events = store.entries(upto=upto)
    else:
        events = store.of_mission(mission_in(store, mission), upto=upto)
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
    below: list[Line] = [f"{source.publisher}, “{source.title}”, in {wording.language(source)}"]
    below.extend(each for each in (source.url, source.digest, source.note) if each)
    return Row((Mark(source.id), wording.date(source.published), str(events)), below)
