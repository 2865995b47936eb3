"""`mission show`: one event or source, and what was recorded about it since."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import click

from cli.entry_lookup import entry_named
from cli.follow import write_lines
from cli.inquiry import legend
from cli.ledger import reading
from cli.options import completion
from cli.options.request import Request, asks
from cli.render import entry_text, log_columns
from cli.render.counting import count
from cli.render.output import put
from cli.render.page import Block, Group, Line, Mark, Notes, Page, Row, Table
from events.encoding.codec import to_data
from events.entry import Entry
from events.record_events import sources_of, statement_of
from events.source import Source
from projections.labels import Labels
from projections.labels import labels as labels_of
from projections.question import ClaimStore
from projections.sources import changed, sources_in_force
from projections.view import View, view
from projections.why import passed_over


@click.command(name="show")
@click.argument("event", metavar="EVENT", shell_complete=completion.entries)
@asks
def command(request: Request, *, event: str) -> None:
    """Show one event or source with all its fields.

    EVENT is the id of an event or the beginning of one, a position, or a source. For a source,
    list the events it states, each with the wording and the place in the source.

    \b
    Examples:
      mission show 17
      mission show 86f4e85f74b6
      mission show um-handover-2022-05
    """  # noqa: D301
    with reading(request.ledger) as store:
        entry = entry_named(store, event)
        seen = None if entry.mission is None else view(store, entry.mission)
        shown = _Shown(entry) if seen is None else next(_counting(seen, [entry]))
        states = list(_stated(store, entry))
        if request.form == "jsonl":
            write_lines("jsonl", (each.entry for each in (shown, *states)))
            return
        envelope, *stated = (
            {**json.loads(each.entry.raw), "undone": each.undone, "passed_over": each.passed_over}
            for each in (shown, *states)
        )
        is_source = isinstance(entry.content, Source)
        put(
            request.form,
            data={**envelope, "states": stated} if is_source else envelope,
            records=[envelope, *stated],
            columns=(*log_columns.LOGGED, "undone", "passed_over"),
            sheet=lambda: [log_columns.logged(each) for each in (envelope, *stated)],
            page=lambda: _page(store, shown, states, seen),
        )


@dataclass(frozen=True)
class _Shown:
    """An entry, and whether it still counts.

    `undone` says how it was undone, if it was; `passed_over` is set if a preference chose other
    claims.
    """

    entry: Entry
    undone: str | None = None
    passed_over: bool = False

    @property
    def fate(self) -> str:
        """Why the entry no longer counts; empty if it does."""
        return self.undone or (PASSED_OVER if self.passed_over else "")


PASSED_OVER = "passed over by a preference"


def _counting(seen: View, entries: Iterable[Entry]) -> Iterator[_Shown]:
    """Yield entries of a mission, each with whether it still counts."""
    passed = {claim.event for claim in passed_over(seen)}
    for entry in entries:
        undone = entry_text.cancellation(seen.visible.cancelled.get(entry.id))
        yield _Shown(entry, undone, entry.id in passed)


def _stated(store: ClaimStore, entry: Entry) -> Iterator[_Shown]:
    """Yield the events that a source states, mission by mission."""
    if not isinstance(entry.content, Source):
        return
    source = entry.content.id
    for mission in store.missions_citing(source):
        seen = view(store, mission)
        events = store.of_mission(mission)
        yield from _counting(seen, (e for e in events if source in sources_of(e.content)))


def _page(store: ClaimStore, shown: _Shown, states: Sequence[_Shown], seen: View | None) -> Page:
    entry = shown.entry
    labels = labels_of(store, (entry, *(each.entry for each in states)))
    state = f"no longer counts: {shown.undone}" if shown.undone else "counts"
    facts = [
        ("id", entry.id),
        ("position", str(entry.position)),
        ("recorded", f"{entry.recorded_at:%Y-%m-%d %H:%M:%S.%f} UTC by {entry.recorded_by}"),
        *([("status", PASSED_OVER if shown.passed_over else state)] if seen else []),
        ("announcement", entry.announcement),
        ("stored bytes", f"{len(entry.raw)}, sha256 {hashlib.sha256(entry.raw).hexdigest()}"),
    ]
    rows = [Row((name, Mark(value) if name == "id" else value)) for name, value in facts]
    metadata = Table(("", ""), rows)
    content = Notes("WHAT IT SAYS", entry_text.fields(to_data(entry.content)))
    if isinstance(entry.content, Source):
        source = entry.content.id
        found = sources_in_force(store, [source])
        since = [("-", changed(each)) for each in found[source].changes] if found else []
        notes = [Notes("SINCE THEN", since)] if since else []
        return Page(f"Source {source}", (), (content, *notes, *_states(states, labels), metadata))
    notes = []
    if later := list(_since(seen, entry)) if seen else []:
        notes.append(Notes("SINCE THEN", later))
    if named := sources_of(entry.content):
        sources = legend(store, named)
        notes.append(Notes("SOURCE", [("-", sources.source(name)) for name in named]))
    return Page(entry_text.summary(entry, labels), (), (metadata, content, *notes))


def _states(states: Sequence[_Shown], labels: Labels) -> Iterator[Block]:
    """Lay out the events a source states, each with the wording and the place in the source."""
    rows: list[Row | Group] = []
    for mission, events in groupby(states, key=lambda each: each.entry.mission):
        listed = [_row(each, labels) for each in events]
        rows += [Group(f"STATES OF {mission}: {count(len(listed), 'event', 'events')}"), *listed]
    if rows:
        yield Table(("", ""), rows)


def _row(each: _Shown, labels: Labels) -> Row:
    claim = statement_of(each.entry.content)
    words = f"“{claim.as_stated}”" if claim and claim.as_stated else ""
    place = getattr(claim or each.entry.content, "at", None) or ""
    below = [f"  {', '.join(filter(None, (words, place)))}"] if words or place else []
    mark = Mark(f" ({each.fate})" if each.fate else "", "alert")
    line: Line = (entry_text.summary(each.entry, labels), mark)
    return Row((entry_text.short(each.entry.id), line), below=below)


def _since(seen: View, entry: Entry) -> Iterator[tuple[str, Line]]:
    """Yield a line for each later entry about an event, with whether that still counts."""
    for later in seen.amendments:
        if entry.id in later.targets:
            by = f" by {entry_text.short(later.event)}: {later.reason}"
            undone = " (itself undone since)" if later.event in seen.visible.cancelled else ""
            yield f"position {later.position}:", (later.kind.value, by, undone)
