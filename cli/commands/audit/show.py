"""`mission show`: one event or source, and what was recorded about it since."""

import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import click

from cli.entry_lookup import entry_named
from cli.inquiry import legend
from cli.ledger import reading
from cli.options import completion
from cli.options.common import format_option, ledger_option
from cli.render import columns, entry_text
from cli.render.counting import count
from cli.render.legend import Legend
from cli.render.output import put
from cli.render.page import Block, Group, Line, Mark, Notes, Page, Row, Table
from events.encoding.codec import to_data
from events.entry import Entry
from events.record_events import (
    sources_of,
    statement_of,
)
from events.source import Source
from projections.labels import Labels
from projections.labels import labels as labels_of
from projections.question import ClaimStore
from projections.view import View, view
from projections.why import passed_over


@click.command(name="show")
@click.argument("event", metavar="EVENT", shell_complete=completion.entries)
@format_option()
@ledger_option
def command(*, event: str, form: str, ledger: str | None) -> None:
    """Show one event or source with all its fields.

    EVENT is the id of an event or the beginning of one, a position, or a source. For a source,
    list the events it states, each with the wording and the place in the source.

    \b
    Examples:
      mission show 17
      mission show 86f4e85f74b6
      mission show um-handover-2022-05
    """  # noqa: D301
    with reading(ledger) as store:
        entry = entry_named(store, event)
        seen = None if entry.mission is None else view(store, entry.mission)
        shown = _EntryReport(
            entry,
            undone=entry_text.cancellation(seen.visible.cancelled.get(entry.id)) if seen else None,
            passed_over=seen is not None and entry.id in _passed_over(seen),
            since=list(_since(store, seen, entry)) if seen else [],
            states=list(_stated(store, entry)),
            sources=legend(store, sources_of(entry.content)),
        )
        labels = labels_of(store, (entry, *(each.entry for each in shown.states)))
    if form == "jsonl":
        sys.stdout.flush()
        for each in (entry, *(each.entry for each in shown.states)):
            sys.stdout.buffer.write(each.raw + b"\n")
        return
    reports: list[_EntryReport | _StatedEvent] = [shown, *shown.states]
    envelope, *states = (
        {**json.loads(each.entry.raw), "undone": each.undone, "passed_over": each.passed_over}
        for each in reports
    )
    put(
        form,
        data={**envelope, "states": states} if isinstance(entry.content, Source) else envelope,
        records=[envelope, *states],
        columns=(*columns.LOGGED, "undone", "passed_over"),
        sheet=lambda: [columns.logged(each) for each in (envelope, *states)],
        page=lambda: _page(shown, labels),
    )


@dataclass(frozen=True)
class _StatedEvent:
    """An event that a source states, and whether it still counts.

    `undone` says how it was undone, if it was; `passed_over` is set if a preference chose other
    claims.
    """

    entry: Entry
    undone: str | None
    passed_over: bool


@dataclass(frozen=True)
class _EntryReport:
    """An entry, whether it still counts, what was recorded about it since, and what it states.

    `since` pairs each later entry about this one with whether that entry still counts.
    """

    entry: Entry
    undone: str | None
    passed_over: bool
    since: list[tuple[Entry, bool]]
    states: list[_StatedEvent]
    sources: Legend


def _passed_over(seen: View) -> frozenset[str]:
    """Return the ids of the events that a preference passed over."""
    return frozenset(claim.event for claim in passed_over(seen))


def _since(store: ClaimStore, seen: View, entry: Entry) -> Iterator[tuple[Entry, bool]]:
    """Yield the later entries about an event, each with whether it still counts."""
    about = [each for each in seen.amendments if entry.id in each.targets]
    entries = store.at(each.position for each in about)
    for each in about:
        yield entries[each.position], each.event not in seen.visible.cancelled


def _stated(store: ClaimStore, entry: Entry) -> Iterator[_StatedEvent]:
    """Yield the events that a source states, mission by mission."""
    if not isinstance(entry.content, Source):
        return
    for mission in store.missions_citing(entry.content.id):
        seen = view(store, mission)
        passed = _passed_over(seen)
        for each in store.of_mission(mission):
            if entry.content.id in sources_of(each.content):
                undone = entry_text.cancellation(seen.visible.cancelled.get(each.id))
                yield _StatedEvent(each, undone, each.id in passed)


PASSED_OVER = "passed over by a preference"


def _page(shown: _EntryReport, labels: Labels) -> Page:
    entry = shown.entry
    listed = entry_text.fields(to_data(entry.content))
    if isinstance(entry.content, Source):
        title: Line = f"Source {entry.content.id}"
        state = ""
    else:
        title = entry_text.summary(entry, labels)
        state = f"no longer counts: {shown.undone}" if shown.undone else "counts"
        if shown.passed_over:
            state = PASSED_OVER
    facts = [
        ("id", entry.id),
        ("position", str(entry.position)),
        ("recorded", f"{entry.recorded_at:%Y-%m-%d %H:%M:%S.%f} UTC by {entry.recorded_by}"),
        *([("status", state)] if state else []),
        ("announcement", entry.announcement),
        ("stored bytes", f"{len(entry.raw)}, sha256 {hashlib.sha256(entry.raw).hexdigest()}"),
    ]
    metadata = Table(
        ("", ""), [Row((name, Mark(value) if name == "id" else value)) for name, value in facts]
    )
    content = Notes("WHAT IT SAYS", [(name, value) for name, value in listed])
    if isinstance(entry.content, Source):
        return Page(title, (), (content, *_states(shown.states, labels), metadata))
    return Page(title, (), (metadata, content, *_notes(shown)))


def _states(states: Sequence[_StatedEvent], labels: Labels) -> Iterator[Block]:
    """Lay out the events a source states, each with the wording and the place in the source."""
    rows: list[Row | Group] = []
    for mission in dict.fromkeys(each.entry.mission for each in states):
        events = [each for each in states if each.entry.mission == mission]
        rows.append(Group(f"STATES OF {mission}: {count(len(events), 'event', 'events')}"))
        rows.extend(_row(each, labels) for each in events)
    if rows:
        yield Table(("", ""), rows)


def _row(each: _StatedEvent, labels: Labels) -> Row:
    claim = statement_of(each.entry.content)
    words = f"“{claim.as_stated}”" if claim and claim.as_stated else ""
    place = getattr(claim or each.entry.content, "at", None) or ""
    below = [", ".join(part for part in (words, place) if part)] if words or place else []
    fate = each.undone or (PASSED_OVER if each.passed_over else "")
    mark = Mark(f" ({fate})" if fate else "", "alert")
    line: Line = (entry_text.summary(each.entry, labels), mark)
    return Row((entry_text.short(each.entry.id), line), below=[f"  {text}" for text in below])


def _notes(shown: _EntryReport) -> Iterator[Notes]:
    since = [
        (
            f"position {later.position}:",
            (
                later.content.type.rpartition("-")[2],
                f" by {entry_text.short(later.id)}: {getattr(later.content, 'reason', '')}",
                "" if counts else " (itself undone since)",
            ),
        )
        for later, counts in shown.since
    ]
    if since:
        yield Notes("SINCE THEN", since)
    named = sources_of(shown.entry.content)
    if named:
        yield Notes("SOURCE", [("-", shown.sources.source(name)) for name in named])
