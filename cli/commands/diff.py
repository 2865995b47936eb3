"""`mission diff`: how answers changed between two points on a clock."""

from collections.abc import Iterable

import click

from cli import entries, wording
from cli.ledger import Asked, ask, reading
from cli.options import (
    Known,
    On,
    Recorded,
    facet_option,
    format_option,
    ledger_option,
    mission_argument,
    read_known,
    read_on,
    read_recorded,
    today,
)
from cli.output import put
from cli.page import Cell, Group, Line, Mark, Page, Row, Table
from cli.ranges import Range, read_range
from events.days import iso_day
from projections.diff import Difference, diff
from projections.state import StateEntry, state

CSV_COLUMNS = (
    *("change", "facet", "key", "period", "fields", "before.standing", "after.standing"),
    *("before.start.edtf", "after.start.edtf", "before.end.edtf", "after.end.edtf"),
    *("before.last_attested", "after.last_attested", "before.value", "after.value"),
)


@click.command(name="diff", short_help="Show how answers changed between two points on a clock.")
@mission_argument
@facet_option
@click.option("--on", metavar="DATE[..DATE]", help="Valid time.  [today]")
@click.option("--known", metavar="DATE[..DATE]", help="Publication time.")
@click.option("--recorded", metavar="WHEN[..WHEN]", help="Record time: positions, days, moments.")
@format_option()
@ledger_option
def command(
    *,
    mission: str,
    facet: str | None,
    on: str | None,
    known: str | None,
    recorded: str | None,
    form: str,
    ledger: str | None,
) -> None:
    """Compare two states of MISSION: give at least one clock a range, A..B.

    `A..` runs to today, or to the end of the record.

    \b
    Examples:
      mission diff nmi --on 2020-06-01..2021-06-15
      mission diff nmi --on 2021-06-15 --known 2020-04-01..
      mission diff nmi --recorded 93..
    """  # noqa: D301
    days = read_range(on, read_on, today, "--on")
    publicly = read_range(known, read_known, Known, "--known")
    log = read_range(recorded, read_recorded, Recorded, "--recorded")
    if not any(each.is_range for each in (days, publicly, log)):
        raise click.UsageError("give --on, --known or --recorded a range: A..B, or A.. up to now")
    with reading(ledger) as store:
        before = ask(store, mission, publicly.before, log.before)
        after = ask(store, mission, publicly.after, log.after)
    found = [
        each
        for each in diff(state(before.seen, days.before.day), state(after.seen, days.after.day))
        if facet in (None, each.facet)
    ]
    data = {
        "mission": after.seen.mission,
        "before": _clocks(before, days.before),
        "after": _clocks(after, days.after),
        "differences": [each.to_json() for each in found],
    }
    put(
        form,
        data=data,
        records=[each.to_json() for each in found],
        columns=CSV_COLUMNS,
        page=lambda: _page(before, after, days, found),
    )


def _clocks(asked: Asked, on: On) -> dict[str, object]:
    return {
        "on": iso_day(on.day),
        "known": asked.known.text,
        "recorded": asked.recorded.text,
        "position": asked.seen.position,
    }


def _page(before: Asked, after: Asked, days: Range[On], found: list[Difference]) -> Page:
    marks = wording.numbered(source for each in found for source in _sources(each))
    described = {**before.seen.sources, **after.seen.sources}
    rows: list[Row | Group] = []
    for facet in dict.fromkeys(each.facet for each in found):
        rows.append(Group(facet.upper()))
        rows.extend(_row(each, marks) for each in found if each.facet == facet)
    return Page(
        after.title,
        _heading(before, after, days),
        (
            Table(("", "change", "before", "after"), rows) if rows else "No difference.",
            *wording.source_notes(marks, described),
        ),
    )


def _heading(before: Asked, after: Asked, days: Range[On]) -> list[str]:
    """Say each clock once where both sides have it, and both times where they differ."""
    said = []
    pairs = zip((str(days.before), *before.clocks), (str(days.after), *after.clocks), strict=True)
    for one, other in pairs:
        said.extend([one] if one == other else [f"before: {one}", f"after:  {other}"])
    return said


def _sources(found: Difference) -> Iterable[str]:
    for entry in (found.before, found.after):
        yield from entry.sources if entry else ()


def _row(found: Difference, marks: dict[str, int]) -> Row:
    entry = found.after or found.before
    assert entry is not None  # noqa: S101 (a difference has a side)
    change: Line = found.change if found.change == "changed" else Mark(found.change)
    return Row(
        (
            entries.name(entry),
            change,
            _side(found.before, found, marks),
            _side(found.after, found, marks),
        )
    )


def _side(entry: StateEntry | None, found: Difference, marks: dict[str, int]) -> Cell:
    """Show one side: all of it where it came or went, what differs where it changed."""
    if entry is None:
        return ""
    fields = found.fields or ("standing", "start", "value")
    said: list[Line] = []
    if "standing" in fields or "disputed" in fields:
        said.extend(wording.standing(entry))
    if {"start", "end", "last_attested"} & {*fields}:
        said.extend(entries.when(entry))
    if {"value", "label"} & {*fields}:
        said.extend(entries.carried(entry))
    return [*said, wording.cited(entry.sources, marks)]
