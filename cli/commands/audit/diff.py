"""`mission diff`: compare the states of a mission at two points in time."""

import click

from cli.inquiry import Inquiry, ask
from cli.ledger import reading
from cli.options.clocks import (
    PublicationLimit,
    RecordPoint,
    ValidDay,
    read_known,
    read_on,
    read_recorded,
    today,
)
from cli.options.common import Facets, facets_option, format_option, ledger_option, mission_argument
from cli.options.ranges import Range, read_range
from cli.render import columns, diff_table
from cli.render.output import put
from cli.render.page import Page
from events.dates.days import iso_day
from projections.diff import Difference, diff
from projections.question import DayQuestion
from projections.state import state

PLACE = ("facet", "key", "period")

CSV_COLUMNS = (
    *("change", *PLACE, "fields"),
    *(
        f"{side}.{column}"
        for column in columns.ENTRY
        if column not in PLACE
        for side in ("before", "after")
    ),
)
"""The columns: where the difference is, and all fields of a state entry for each side."""


@click.command(name="diff")
@mission_argument
@facets_option
@click.option("--on", metavar="DATE[..DATE]", help="Valid time: one day or a range.  [today]")
@click.option("--known", metavar="DATE[..DATE]", help="Publication time: one date or a range.")
@click.option(
    "--recorded",
    metavar="WHEN[..WHEN]",
    help="Record time: a position, day or timestamp, or a range of them.",
)
@format_option()
@ledger_option
def command(
    *,
    mission: str,
    facets: Facets,
    on: str | None,
    known: str | None,
    recorded: str | None,
    form: str,
    ledger: str | None,
) -> None:
    """Compare the states of MISSION at the two ends of a range.

    At least one of --on, --known and --recorded must be a range, A..B. `A..` ends today, or at
    the end of the log.

    \b
    Examples:
      mission diff nmi --on 2020-06-01..2021-06-15
      mission diff nmi --on 2021-06-15 --known 2020-04-01..
      mission diff nmi --recorded 93..
    """  # noqa: D301
    days = read_range(on, read_on, today, "--on")
    publicly = read_range(known, read_known, PublicationLimit, "--known")
    log = read_range(recorded, read_recorded, RecordPoint, "--recorded")
    if not any(each.is_range for each in (days, publicly, log)):
        raise click.UsageError("give --on, --known or --recorded a range: A..B, or A.. until now")
    with reading(ledger) as store:
        before = ask(store, mission, publicly.before, log.before, DayQuestion(days.before.day))
        after = ask(store, mission, publicly.after, log.after, DayQuestion(days.after.day))
        found = [
            each
            for each in diff(state(before.seen, days.before.day), state(after.seen, days.after.day))
            if not facets or each.facet in facets
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
            heading=_heading_of_files(before, after, days),
            sheet=lambda: [diff_table.row(each) for each in found],
        )


def _clocks(inquiry: Inquiry, on: ValidDay) -> dict[str, object]:
    return {
        "on": iso_day(on.day),
        "known": inquiry.known.text,
        "recorded": inquiry.recorded.text,
        "position": inquiry.seen.position,
    }


def _heading_of_files(before: Inquiry, after: Inquiry, days: Range[ValidDay]) -> dict[str, object]:
    """Return the mission, and the clocks of both sides."""
    return {
        "mission": after.seen.mission,
        "from": _clocks(before, days.before),
        "to": _clocks(after, days.after),
    }


def _page(before: Inquiry, after: Inquiry, days: Range[ValidDay], found: list[Difference]) -> Page:
    later = max(before, after, key=lambda each: each.seen.position)
    legend = later.legend(entries=diff_table.entries_of(found))
    return Page(
        after.title,
        _heading(before, after, days),
        (
            diff_table.table(found, legend) if found else "No difference.",
            *legend.notes(),
        ),
    )


def _heading(before: Inquiry, after: Inquiry, days: Range[ValidDay]) -> list[str]:
    """Return one line for each clock that both sides share, and two for each that differs."""
    lines = []
    pairs = zip((str(days.before), *before.clocks), (str(days.after), *after.clocks), strict=True)
    for one, other in pairs:
        lines.extend([one] if one == other else [f"before: {one}", f"after:  {other}"])
    return lines
