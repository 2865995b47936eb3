"""`mission diff`: compare the states of a mission at two points in time."""

import click

from cli.inquiry import MissionInquiry, through
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
from cli.options.common import facets_option, mission_argument
from cli.options.ranges import Range, read_range
from cli.options.request import Request, asks
from cli.render import columns, diff_table
from cli.render.output import put
from cli.render.page import Page
from projections.diff import Difference, diff
from projections.question import DayQuestion
from projections.state import state

PLACE = ("facet", "key", "period")


def _csv_columns() -> list[str]:
    """Return the columns: where the difference is, and all of a state entry for each side."""
    of_entry = [each for each in columns.entry() if each not in PLACE]
    sides = (f"{side}.{each}" for each in of_entry for side in ("before", "after"))
    return ["change", *PLACE, "fields", *sides]


@click.command(name="diff")
@mission_argument
@facets_option
@click.option(
    "--on", "days", metavar="DATE[..DATE]", help="Valid time: one day or a range.  [today]"
)
@click.option(
    "--known", "publicly", metavar="DATE[..DATE]", help="Publication time: one date or a range."
)
@click.option(
    "--recorded",
    "log",
    metavar="WHEN[..WHEN]",
    help="Record time: a position, day or timestamp, or a range of them.",
)
@asks
def command(
    request: Request, *, mission: str, days: str | None, publicly: str | None, log: str | None
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
    on = read_range(days, read_on, today, "--on")
    known = read_range(publicly, read_known, PublicationLimit, "--known")
    recorded = read_range(log, read_recorded, RecordPoint, "--recorded")
    if not any(each.is_range for each in (on, known, recorded)):
        raise click.UsageError("give --on, --known or --recorded a range: A..B, or A.. until now")
    with reading(request.ledger) as store:

        def ask(day: ValidDay, limit: PublicationLimit, point: RecordPoint) -> MissionInquiry:
            return through(store, limit, point).of_mission(mission, DayQuestion(day.day))

        before = ask(on.before, known.before, recorded.before)
        after = ask(on.after, known.after, recorded.after)
        found = [
            each
            for each in diff(state(before.seen, on.before.day), state(after.seen, on.after.day))
            if request.takes(each.facet)
        ]
        records = [each.to_json() for each in found]
        one = {**on.before.heading, **before.columns}
        other = {**on.after.heading, **after.columns}
        short = after.seen.mission
        put(
            request.form,
            data={"mission": short, "before": one, "after": other, "differences": records},
            records=records,
            columns=_csv_columns,
            page=lambda: _page(before, after, on, found),
            heading={"mission": short, "from": one, "to": other},
            sheet=lambda: [diff_table.row(each) for each in found],
        )


def _page(
    before: MissionInquiry, after: MissionInquiry, on: Range[ValidDay], found: list[Difference]
) -> Page:
    later = max(before, after, key=lambda each: each.end)
    legend = later.legend(entries=diff_table.entries_of(found))
    table = diff_table.table(found, legend) if found else "No difference."
    under: list[str] = []
    for one, other in zip(before.under(on.before), after.under(on.after), strict=True):
        under += [one] if one == other else [f"before: {one}", f"after:  {other}"]
    return Page(after.title, under, (table, *legend.notes()))
