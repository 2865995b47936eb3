"""`mission state`: what a mission was, as of a date or over a span of days."""

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
from ledger.question import DayQuestion
from projections.spans import Presence, during
from projections.state import state
from projections.state_object import State, StateEntry
from projections.view import view
from projections.weighing.occurrence import ANY_DAY


@click.command(
    name="state",
    epilog="Standings: certain; still assumed (begun, no end reported, and later than any source "
    "attests); possible (the dates leave it open); expected (planned only); presumed-ended "
    "(planned to end, and nothing says that it did). Disputed: sources contradict each other.",
)
@mission_argument
@facets_option
@click.option("--brief", "extent", flag_value="brief", help="Only the first lines.")
@click.option("--full", "extent", flag_value="full", help="Every entry on lines of its own.")
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
    """Show MISSION's state at the close of a day: who led it, who gave what, and how surely.

    It opens with what most want to know. --during shows all that was so on some day of a span.

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
        asked = ask(store, mission, known, recorded, question)
        if span:
            _over(asked, span, facets, form)
        else:
            _on_day(asked, on, facets, extent, form)


def _on_day(asked: Inquiry, on: ValidDay, facets: Facets, extent: str | None, form: str) -> None:
    found = state(asked.seen, on.day)
    shown = [each for name in facets or FACETS for each in found.facets[name]]
    data = found.to_json(known=asked.known.text, recorded=asked.recorded.text)
    if facets:
        data["facets"] = {name: [each.to_json() for each in found.facets[name]] for name in facets}
    put(
        form,
        data=data,
        records=[columns.record(each) for each in shown],
        columns=columns.ENTRY,
        page=lambda: _page(asked, found, facets, extent, on),
        heading=asked.heading(on),
        sheet=lambda: [columns.row(each) for each in shown],
    )


def _page(asked: Inquiry, found: State, facets: Facets, extent: str | None, on: ValidDay) -> Page:
    wanted = {name: found.facets[name] if name in (facets or FACETS) else () for name in FACETS}
    shown = [entry for each in wanted.values() for entry in each]
    brief = extent == "brief"
    legend = asked.legend(entries=shown)
    told = (
        [] if facets and not brief else headlines.told_first(replace(found, facets=wanted), legend)
    )
    legend = legend.beginning_with([s for each in told for s in each.sources], only=brief)
    blocks: list[Block] = [headlines.notes(told, found.mission, legend)] if told else []
    if not shown:
        blocks += _nothing(asked, facets, "on that day")
    elif brief:
        there = count(len(shown), "entry is", "entries are")
        untold = f"{there} in the state, and none that --brief tells."
        blocks.append(legend.brief() if told else untold)
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
    return Page(asked.title, (str(on), *asked.clocks), blocks)


def _nothing(asked: Inquiry, facets: Facets, when: str) -> list[Block]:
    """Say that nothing is there, and when there was something: by the same clocks, or by none."""
    where = f" under {' or '.join(facets)}" if facets else ""
    said: Block = f"Nothing is in the state{where} {when}."
    store, mission = asked.store, asked.seen.mission
    clocks = view(store, mission, known=asked.known.seconds, upto=asked.seen.position)
    for title, seen in ((presences.OTHER_DAYS, clocks), (presences.LATER, view(store, mission))):
        found = during(seen, ANY_DAY)
        if there := [("", each) for name in facets or FACETS for each in found[name]]:
            return [said, *presences.on_other_days(there, title)]
    return [said]


def _over(asked: Inquiry, span: DaySpan, facets: Facets, form: str) -> None:
    found = during(asked.seen, span.days)
    found = {name: found[name] for name in facets or FACETS}
    shown = [each for facet in found.values() for each in facet]
    data = {
        **asked.heading(span),
        "facets": {name: [each.to_json() for each in facet] for name, facet in found.items()},
        "left_out": {"possibly_known_sources": len(asked.seen.visible.possibly_public)},
    }
    put(
        form,
        data=data,
        records=[presences.record(each) for each in shown],
        columns=(*columns.ENTRY, *columns.DAYS),
        page=lambda: _page_over(asked, found, span),
        heading=asked.heading(span),
        sheet=lambda: [presences.row(each) for each in shown],
    )


def _page_over(asked: Inquiry, found: dict[str, tuple[Presence, ...]], span: DaySpan) -> Page:
    shown = [each for facet in found.values() for each in facet]
    some: list[StateEntry] = [each.entry for each in shown]
    legend = asked.legend(entries=some)
    blocks: list[Block] = [
        presences.table(found, legend),
        *state_rows.disputes(some, legend),
        *legend.notes(),
    ]
    if not shown:
        facets = tuple(found) if len(found) < len(FACETS) else ()
        blocks = _nothing(asked, facets, "on these days")
    return Page(asked.title, (str(span), *asked.clocks), blocks)
