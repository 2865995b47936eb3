"""`mission log`: the log, in its own order, and as it is exported."""

import json
import sys
from collections import deque
from collections.abc import Iterable, Iterator

import click

from cli import describing
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
from cli.page import Mark, Page, Row, Table
from events.codec import Entry
from ledger.store import Store
from projections.claims import sources_of

CSV_COLUMNS = (
    *("position", "time", "recordedby", "type", "subject", "source", "id", "data.on"),
    *("data.basis", "data", "announcement"),
)


@click.command(name="log", short_help="Show the log.")
@click.option(
    "--mission",
    metavar="MISSION",
    help="Only this mission's events, and the sources they name.",
    shell_complete=lambda ctx, _, text: complete_missions(ctx, text),
)
@click.option("--source", metavar="ID", help="Only this source and what it states.")
@click.option(
    "--last", type=click.IntRange(min=1, max=10**9), metavar="N", help="Only the last N entries."
)
@recorded_option
@format_option()
@ledger_option
def command(
    *,
    mission: str | None,
    source: str | None,
    last: int | None,
    recorded: Recorded,
    form: str,
    ledger: str | None,
) -> None:
    """Show what was recorded, in the log's own order: the newest entry is the last.

    `--format jsonl` prints the stored entries byte for byte, as CloudEvents JSON Lines.

    \b
    Examples:
      mission log --last 10
      mission log --mission nmi --format jsonl > nmi.jsonl
    """  # noqa: D301
    with reading(ledger) as store:
        upto = position_of(store, recorded)
        entries = _of(store, mission, upto)
        if source is not None:
            entries = (
                entry for entry in entries if source == entry.source or source in sources_of(entry)
            )
        if last:
            entries = deque(entries, maxlen=last)
        if form == "jsonl":
            count = _export(entries)
        else:
            listed = list(entries)
            count = len(listed)
            envelopes = [json.loads(entry.raw) for entry in listed]
            put(
                form,
                data=envelopes,
                records=envelopes,
                columns=CSV_COLUMNS,
                page=lambda: page(listed, count, store.position()),
            )
    if not count and (mission is not None or source is not None):
        raise AnswerIsNo


def _of(store: Store, mission: str | None, upto: int | None) -> Iterable[Entry]:
    """Return the log, or one mission's entries with the sources they name, by position."""
    if mission is None:
        return store.entries(upto=upto)
    events = list(store.of_mission(mission_in(store, mission), upto=upto))
    names = dict.fromkeys(name for event in events for name in sources_of(event))
    entries = [*store.of_sources(names, upto=upto), *events]
    return sorted(entries, key=lambda entry: entry.position)


def _export(entries: Iterable[Entry]) -> int:
    """Write the stored bytes, a line each, and return how many."""
    count = 0
    sys.stdout.flush()
    for count, entry in enumerate(entries, 1):  # noqa: B007 (the last one is the count)
        sys.stdout.buffer.write(entry.raw + b"\n")
    sys.stdout.buffer.flush()
    return count


def page(entries: Iterable[Entry], count: int, end: int) -> Page:
    """Lay entries out for people."""
    rows = list(_rows(entries))
    table = Table(("", "recorded (UTC)", "by", "event", "mission"), rows)
    many = "1 entry" if count == 1 else f"{count} entries"
    return Page(
        "The log", (f"{many}; the log ends at position {end}",), (table,) if rows else ("Empty.",)
    )


def _rows(entries: Iterable[Entry]) -> Iterator[Row]:
    for entry in entries:
        yield Row(
            (
                Mark(str(entry.position)),
                f"{entry.recorded_at:%Y-%m-%d %H:%M:%S}",
                entry.recorded_by,
                describing.short(entry.id),
                entry.mission or "",
            ),
            below=(describing.summary(entry),),
        )
