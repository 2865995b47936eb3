"""`mission show`: one event or source, and what has been done to it since."""

import hashlib
import json
import sys
from collections.abc import Iterator

import click

from cli import describing, wording
from cli.commands.log import CSV_COLUMNS
from cli.ledger import reading
from cli.naming import entry_named
from cli.options import format_option, ledger_option
from cli.output import put
from cli.page import Line, Mark, Notes, Page, Row, Table
from events.codec import Entry, to_data
from events.record import ClaimCorrected, ClaimRetracted, ReadingPreferred, sources_of
from events.source import Source
from ledger.store import Store
from projections.view import view


@click.command(name="show", short_help="Show one event or source.")
@click.argument("event", metavar="EVENT")
@format_option()
@ledger_option
def command(*, event: str, form: str, ledger: str | None) -> None:
    """Show EVENT whole: an event's id or the beginning of it, a position, or a source's id.

    \b
    Examples:
      mission show 17
      mission show 86f4e85f74b6
      mission show um-handover-2022-05 --format json
    """  # noqa: D301
    with reading(ledger) as store:
        entry = entry_named(store, event)
        since = list(_since(store, entry))
        described = _sources(store, entry)
    if form == "jsonl":
        sys.stdout.flush()
        sys.stdout.buffer.write(entry.raw + b"\n")
        return
    envelope = json.loads(entry.raw)
    put(
        form,
        data=envelope,
        records=[envelope],
        columns=CSV_COLUMNS,
        page=lambda: _page(entry, since, described),
    )


def _since(store: Store, entry: Entry) -> Iterator[tuple[Entry, bool]]:
    """Yield what was recorded about an event, and whether that still counts."""
    if entry.mission is None:
        return
    seen = view(store, entry.mission)
    for later in seen.entries:
        content = later.content
        targets = (
            (content.target,)
            if isinstance(content, ClaimRetracted | ClaimCorrected)
            else content.claims
            if isinstance(content, ReadingPreferred)
            else ()
        )
        if entry.id in targets:
            yield later, later.id not in seen.visible.cancelled


def _sources(store: Store, entry: Entry) -> list[tuple[str, Line]]:
    """Describe the sources an event names, for the notes under it."""
    if isinstance(entry.content, Source):
        return []
    found = {
        each.content.id: each.content
        for each in store.of_sources(sources_of(entry.content))
        if isinstance(each.content, Source)
    }
    return [("-", wording.source_line(found.get(name), name)) for name in sources_of(entry.content)]


_DONE = {"claim-retracted": "retracted", "claim-corrected": "corrected"}


def _page(entry: Entry, since: list[tuple[Entry, bool]], described: list[tuple[str, Line]]) -> Page:
    listed = describing.fields(to_data(entry.content))
    if isinstance(entry.content, Source):
        title: Line = f"Source {entry.content.id}"
        state = ""
    else:
        title = describing.summary(entry)
        undone = [
            _DONE[e.content.type] for e, counts in since if counts and e.content.type in _DONE
        ]
        state = f"no longer counts: {undone[-1]}" if undone else "counts"
    facts = [
        ("id", entry.id),
        ("position", str(entry.position)),
        ("recorded", f"{entry.recorded_at:%Y-%m-%d %H:%M:%S.%f} UTC by {entry.recorded_by}"),
        *([("status", state)] if state else []),
        ("announcement", entry.announcement),
        ("stored bytes", f"{len(entry.raw)}, sha256 {hashlib.sha256(entry.raw).hexdigest()}"),
    ]
    notes = [
        (
            f"position {later.position}:",
            (
                _DONE.get(later.content.type, "preferred"),
                f" by {describing.short(later.id)}: {getattr(later.content, 'reason', '')}",
                "" if counts else " (itself undone since)",
            ),
        )
        for later, counts in since
    ]
    return Page(
        title,
        (),
        (
            Table(
                ("", ""),
                [Row((name, Mark(value) if name == "id" else value)) for name, value in facts],
            ),
            Notes("WHAT IT SAYS", [(name, value) for name, value in listed]),
            *([Notes("SINCE THEN", notes)] if notes else []),
            *([Notes("SOURCE", described)] if described else []),
        ),
    )
