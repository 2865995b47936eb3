"""`mission state`: what a mission was, as of a date."""

import click

from cli import entries, wording
from cli.ledger import Asked, ask, reading
from cli.options import (
    Known,
    On,
    Recorded,
    clocks,
    facet_option,
    format_option,
    ledger_option,
    mission_argument,
)
from cli.output import put
from cli.page import Group, Page, Row, Table
from ledger.scope import OnDay
from projections.state import State, state


@click.command(
    name="state",
    short_help="Show a mission's state as of a date.",
    epilog="Standings: certain; assumed (begun, no end reported, and later than any source "
    "attests); possible (the dates leave it open); expected (planned only); presumed-ended "
    "(planned to end, and nothing says that it did). Disputed: sources contradict each other.",
)
@mission_argument
@facet_option
@clocks
@format_option()
@ledger_option
def command(
    *,
    mission: str,
    facet: str | None,
    on: On,
    known: Known,
    recorded: Recorded,
    form: str,
    ledger: str | None,
) -> None:
    """Show MISSION's state at the close of a day: who led it, who gave what, and how surely.

    \b
    Examples:
      mission state nmi --on 2021-06-15
      mission state nmi --on 2021-06-15 --known 2020-04-01
      mission state nmi --facet command --format json
    """  # noqa: D301
    with reading(ledger) as store:
        asked = ask(store, mission, known, recorded, OnDay(on.day))
        found = state(asked.seen, on.day)
        asked_for = [name for name in found.facets if facet in (None, name)]
        shown = [each for name in asked_for for each in found.facets[name]]
        data = found.to_json(known=known.text, recorded=recorded.text)
        if facet:
            data["facets"] = {facet: [each.to_json() for each in shown]}

        put(
            form,
            data=data,
            records=[{"facet": each.facet, **each.to_json()} for each in shown],
            columns=entries.CSV_COLUMNS,
            page=lambda: _page(asked, found, facet, on),
        )


def _page(asked: Asked, found: State, facet: str | None, on: On) -> Page:
    facets = {name: each for name, each in found.facets.items() if facet in (None, name) and each}
    shown = [entry for each in facets.values() for entry in each]
    marks = wording.numbered(source for entry in shown for source in entry.sources)
    rows: list[Row | Group] = []
    for name, each in facets.items():
        rows.append(Group(name.upper()))
        rows.extend(entries.row(entry, marks) for entry in each)
    nothing = f"Nothing is in the state{f' under {facet}' if facet else ''} on that day."
    return Page(
        asked.title,
        (str(on), *asked.clocks),
        (
            Table(entries.COLUMNS, rows) if rows else nothing,
            *entries.disputes(shown, marks),
            *wording.source_notes(marks, asked.described(marks)),
        ),
    )
