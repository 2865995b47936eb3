"""`mission state`: the state of a mission as of a date, or over a span of days."""

from dataclasses import replace

import click

from cli.inquiry import Inquiry, ask
from cli.ledger import reading
from cli.options.clocks import PublicationLimit, RecordPoint, ValidDay
from cli.options.common import (
    Facets,
    check_one_of,
    clocks,
    during_option,
    facets_option,
    format_option,
    ledger_option,
    mission_argument,
)
from cli.options.ranges import DaySpan
from cli.render import columns, headlines, presences, state_rows
from cli.render.counting import count
from cli.render.output import put
from cli.render.page import Block, Group, Page, Row, Table
from events.facets import FACETS
from projections.question import DayQuestion
from projections.spans import Presence, presences_during
from projections.state import state
from projections.state_object import State, StateEntry
from projections.view import view
from projections.weighing.occurrence import ANY_DAY


@click.command(
    name="state",
    epilog="Standings: certain; still assumed (begun, no end reported, last attested earlier); "
    "possible (the dates leave it open); expected (planned only); presumed-ended (the planned end "
    "has passed, no end reported). Disputed: sources contradict each other.",
)
@mission_argument
@facets_option
@click.option("--brief", "extent", flag_value="brief", help="Show only the headlines.")
@click.option("--full", "extent", flag_value="full", help="Show every entry separately.")
@during_option
@clocks
@format_option()
@ledger_option
def command(
    *,
    mission: str,
    facets: Facets,
    extent: str | None,
    span: DaySpan | None,
    on: ValidDay,
    known: PublicationLimit,
    recorded: RecordPoint,
    form: str,
    ledger: str | None,
) -> None:
    """Show the state of MISSION at the close of a day, and how certain each entry is.

    The answer begins with headlines: who led it, its strength, who contributed what.
    With --during, shows everything that held on some day of a span.

    \b
    Examples:
      mission state nmi --on 2021-06-15
      mission state nmi --on 2021-06-15 --known 2020-04-01
      mission state nmi --during 2021 --facet command
      mission state nmi --on 2023 --brief
    """  # noqa: D301
    check_one_of(span)
    with reading(ledger) as store:
        question = None if span else DayQuestion(on.day)
        inquiry = ask(store, mission, known, recorded, question)
        if span:
            _over_span(inquiry, span, facets, form)
        else:
            _on_day(inquiry, on, facets, extent, form)


def _on_day(inquiry: Inquiry, on: ValidDay, facets: Facets, extent: str | None, form: str) -> None:
    found = state(inquiry.seen, on.day)
    shown = [each for name in facets or FACETS for each in found.facets[name]]
    data = found.to_json(known=inquiry.known.text, recorded=inquiry.recorded.text)
    if facets:
        data["facets"] = {name: [each.to_json() for each in found.facets[name]] for name in facets}
    put(
        form,
        data=data,
        records=[columns.record(each) for each in shown],
        columns=columns.ENTRY,
        page=lambda: _page(inquiry, found, facets, extent, on),
        heading=inquiry.heading(on),
        sheet=lambda: [columns.row(each) for each in shown],
    )


def _page(inquiry: Inquiry, found: State, facets: Facets, extent: str | None, on: ValidDay) -> Page:
    wanted = {name: found.facets[name] if name in (facets or FACETS) else () for name in FACETS}
    shown = [entry for each in wanted.values() for entry in each]
    brief = extent == "brief"
    legend = inquiry.legend(entries=shown)
    first = (
        []
        if facets and not brief
        else headlines.fitting_headlines(replace(found, facets=wanted), legend)
    )
    legend = legend.beginning_with([s for each in first for s in each.sources], only=brief)
    blocks: list[Block] = [headlines.notes(first, found.mission, legend)] if first else []
    if not shown:
        blocks += _nothing(inquiry, facets, "on that day")
    elif brief:
        entries = count(len(shown), "entry is", "entries are")
        no_headline = f"{entries} in the state, and none that --brief tells."
        blocks.append(legend.brief() if first else no_headline)
    else:
        rows: list[Row | Group] = []
        for name, each in wanted.items():
            if each:
                rows.append(Group(name.upper()))
                rows.extend(state_rows.rows(each, legend, fold=extent != "full"))
        blocks += [
            Table(state_rows.COLUMNS, rows),
            *state_rows.disputes(shown, legend),
            *legend.notes(),
        ]
    return Page(inquiry.title, (str(on), *inquiry.clocks), blocks)


def _nothing(inquiry: Inquiry, facets: Facets, when: str) -> list[Block]:
    """Say that nothing is in the state, and list other days, through the clocks or else none."""
    where = f" under {' or '.join(facets)}" if facets else ""
    nothing: Block = f"Nothing is in the state{where} {when}."
    store, mission = inquiry.store, inquiry.seen.mission
    clocks = view(store, mission, known=inquiry.known.seconds, upto=inquiry.seen.position)
    for title, seen in ((presences.OTHER_DAYS, clocks), (presences.LATER, view(store, mission))):
        found = presences_during(seen, ANY_DAY)
        if others := [("", each) for name in facets or FACETS for each in found[name]]:
            return [nothing, *presences.on_other_days(others, title)]
    return [nothing]


def _over_span(inquiry: Inquiry, span: DaySpan, facets: Facets, form: str) -> None:
    found = presences_during(inquiry.seen, span.days)
    found = {name: found[name] for name in facets or FACETS}
    shown = [each for facet in found.values() for each in facet]
    data = {
        **inquiry.heading(span),
        "facets": {name: [each.to_json() for each in facet] for name, facet in found.items()},
        "left_out": {"possibly_known_sources": len(inquiry.seen.visible.possibly_public)},
    }
    put(
        form,
        data=data,
        records=[presences.record(each) for each in shown],
        columns=(*columns.ENTRY, *columns.DAYS),
        page=lambda: _page_of_span(inquiry, found, span),
        heading=inquiry.heading(span),
        sheet=lambda: [presences.row(each) for each in shown],
    )


def _page_of_span(inquiry: Inquiry, found: dict[str, tuple[Presence, ...]], span: DaySpan) -> Page:
    shown = [each for facet in found.values() for each in facet]
    entries: list[StateEntry] = [each.entry for each in shown]
    legend = inquiry.legend(entries=entries)
    blocks: list[Block] = [
        presences.table(found, legend),
        *state_rows.disputes(entries, legend),
        *legend.notes(),
    ]
    if not shown:
        facets = tuple(found) if len(found) < len(FACETS) else ()
        blocks = _nothing(inquiry, facets, "on these days")
    return Page(inquiry.title, (str(span), *inquiry.clocks), blocks)
