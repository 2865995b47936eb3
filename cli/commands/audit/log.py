"""`mission log`: the entries of the log by position, as a table or as stored."""

import json
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import click

from cli.failures import NegativeAnswer
from cli.follow import follow as follow_log
from cli.follow import write_lines
from cli.inquiry import through
from cli.ledger import existing_ledger, reading
from cli.options import completion
from cli.options.common import recorded_option
from cli.options.request import Request, asks
from cli.render import entry_text, log_columns
from cli.render.counting import count
from cli.render.output import put
from cli.render.page import Mark, Page, Row, Table
from events.entry import Entry
from events.record_events import sources_of
from projections import names
from projections.labels import labels as labels_of
from projections.question import ClaimStore


@click.command(name="log")
@click.option(
    "--mission",
    metavar="MISSION",
    help="Only events of this mission and the sources they name.",
    shell_complete=completion.missions,
)
@click.option(
    "--source",
    metavar="ID",
    shell_complete=completion.sources,
    help="Only this source and the events it states.",
)
@click.option(
    "--last", type=click.IntRange(min=1, max=10**9), metavar="N", help="Only the last N entries."
)
@click.option(
    "--follow", "-f", is_flag=True, help="Print new entries as they are appended, until Ctrl-C."
)
@recorded_option
@asks
def command(
    request: Request, *, mission: str | None, source: str | None, last: int | None, follow: bool
) -> None:
    """Show the entries of the log by position, oldest first.

    `--format jsonl` prints the stored entries byte for byte, as CloudEvents JSON Lines.

    \b
    Examples:
      mission log --last 10
      mission log --mission nmi --format jsonl > nmi.jsonl
      mission log --last 10 --follow
    """  # noqa: D301
    form = request.form
    if follow and request.recorded.text is not None:
        raise click.UsageError("--follow cannot be combined with --recorded")
    if follow and form not in ("table", "jsonl"):
        raise click.UsageError("--follow requires --format table or jsonl")
    with (existing_ledger if follow else reading)(request.ledger) as store:
        asked = through(store, request.known, request.recorded)
        query = LogQuery(
            store,
            None if mission is None else names.mission(store, mission),
            None if source is None else names.source(store, source),
        )
        entries = query.of_all(asked.end)
        if last:
            entries = deque(entries, maxlen=last)
        if follow:
            _follow(query, entries, asked.end, form)
            return
        if form == "jsonl":
            shown = write_lines(form, entries)
        else:
            listed = list(entries)
            shown = len(listed)
            envelopes = [json.loads(entry.raw) for entry in listed]
            heading = asked.recorded_columns
            put(
                form,
                records=envelopes,
                columns=(*heading, *log_columns.LOGGED),
                sheet=lambda: [{**heading, **log_columns.logged(each)} for each in envelopes],
                page=lambda: _page(query, listed, asked.as_recorded),
            )
    if not shown and (mission is not None or source is not None):
        raise NegativeAnswer


@dataclass(frozen=True, slots=True)
class LogQuery:
    """A selection of entries; `named` holds the sources of the mission seen so far."""

    store: ClaimStore
    mission: str | None
    source: str | None
    named: set[str] = field(default_factory=set)

    def of_all(self, upto: int) -> Iterable[Entry]:
        """Return the selected entries of the log, by position."""
        if self.mission is None:
            return self.among(self.store.entries(upto=upto))
        return self.among(self.store.of_mission(self.mission, upto=upto))

    def among(self, entries: Iterable[Entry]) -> Iterable[Entry]:
        """Return the selected entries among others."""
        if self.mission is not None:
            entries = self._of_mission(each for each in entries if each.mission == self.mission)
        if self.source is None:
            return entries
        return (
            entry
            for entry in entries
            if self.source == entry.source or self.source in sources_of(entry.content)
        )

    def _of_mission(self, found: Iterable[Entry]) -> Iterable[Entry]:
        """Return the events of a mission and the sources they are the first to name."""
        events = list(found)
        names = dict.fromkeys(name for event in events for name in sources_of(event.content))
        upto = events[-1].position if events else 0
        unnamed = [name for name in names if name not in self.named]
        self.named.update(unnamed)
        sources = self.store.of_sources(unnamed, upto=upto)
        return sorted([*sources, *events], key=lambda entry: entry.position)


def _follow(query: LogQuery, entries: Iterable[Entry], end: int, form: str) -> None:
    """Print entries, then selected new entries as they are appended, until interrupted."""
    try:
        write_lines(form, entries)
        follow_log(query.store, end, lambda new: write_lines(form, query.among(new)))
    except KeyboardInterrupt:
        click.get_current_context().exit(130)  # the exit code of `tail -f`


def _page(query: LogQuery, entries: Sequence[Entry], extent: str) -> Page:
    """Lay out entries as a table; `extent` says up to which position the log was read."""
    labels = labels_of(query.store, entries)
    columns: tuple[str, ...] = ("", "recorded (UTC)", "by", "event")
    if query.mission is None:  # else the same in every row
        columns = (*columns, "mission")
    rows = []
    for entry in entries:
        cells = (
            Mark(str(entry.position)),
            f"{entry.recorded_at:%Y-%m-%d %H:%M:%S}",
            entry.recorded_by,
            entry_text.short(entry.id),
            entry.mission or "",
        )
        rows.append(Row(cells[: len(columns)], below=(entry_text.summary(entry, labels),)))
    many = count(len(entries), "entry", "entries")
    return Page("The log", (many, extent), (Table(columns, rows) if rows else "Empty.",))
