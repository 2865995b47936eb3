"""`mission state`: the state of a mission as of a date, or over a span of days."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import click

from cli.inquiry import MissionInquiry, inquiry
from cli.options.common import Facets, clocks, during_option, facets_option, mission_argument
from cli.options.request import Request, asks
from cli.render import columns, disputes, headlines, presences, state_rows, wording
from cli.render.counting import count
from cli.render.output import put
from cli.render.page import Block, Page, grouped
from events.facets import FACETS, STATE_FACETS
from projections.question import DayQuestion
from projections.spans import Presence, presences_during
from projections.state import state
from projections.state_object import State, StateEntry
from projections.summary import Headline
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
@asks
def command(request: Request, *, mission: str, extent: str | None) -> None:
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
    if outside := [name for name in request.facets if name not in STATE_FACETS]:
        raise click.UsageError(
            f"a {wording.facet(outside[0])} is in no state: `mission timeline` and `mission find`"
            f" show them with --facet {outside[0]}"
        )
    names, span = request.facets or STATE_FACETS, request.span
    with inquiry(request) as opened:
        asked = opened.of_mission(mission, None if span else DayQuestion(request.on.day))
        found: Mapping[str, Sequence[StateEntry | Presence]]
        if span:
            everything = presences_during(asked.seen, span.days)
            found = during = {name: everything[name] for name in names}
            page = partial(_page_of_span, asked, during, request)
        else:
            answer = state(asked.seen, request.on.day)
            found = {name: answer.facets[name] for name in names}
            page = partial(_page, asked, answer, request, extent)
        shown = [each for entries in found.values() for each in entries]
        heading = asked.heading(request.when)
        put(
            request.form,
            data={
                **heading,
                "facets": {name: [each.to_json() for each in found[name]] for name in names},
                "left_out": {"possibly_known_sources": len(asked.seen.visible.possibly_public)},
            },
            records=[presences.record(each) for each in shown],
            columns=columns.entry_over_days if span else columns.entry,
            page=page,
            heading=heading,
            sheet=lambda: [presences.row(each) for each in shown],
        )


def _page(asked: MissionInquiry, found: State, request: Request, extent: str | None) -> Page:
    wanted = {name: found.facets[name] if request.takes(name) else () for name in STATE_FACETS}
    shown = [entry for each in wanted.values() for entry in each]
    brief = extent == "brief"
    legend = asked.legend(entries=shown)
    first: list[Headline] = []
    if brief or not request.facets:
        first = headlines.fitting_headlines(replace(found, facets=wanted), legend)
    legend = legend.beginning_with([s for each in first for s in each.sources], only=brief)
    blocks: list[Block] = [headlines.notes(first, found.mission, legend)] if first else []
    if not shown:
        blocks += _nothing(asked, request.facets, "on that day")
    elif brief:
        entries = count(len(shown), "entry is", "entries are")
        no_headline = f"{entries} in the state, and none that --brief tells."
        blocks.append(legend.brief() if first else no_headline)
    else:
        by_facet = {
            wording.facet_heading(name): state_rows.rows(
                each,
                legend,
                fold=extent != "full",
                ceilings=[entry for entry in shown if FACETS[entry.facet].limits == name],
            )
            for name, each in wanted.items()
        }
        blocks += [
            grouped(state_rows.column_names(), by_facet),
            *disputes.notes(shown, legend),
            *legend.notes(),
        ]
    return Page(asked.title, asked.under(request.on), blocks)


def _nothing(asked: MissionInquiry, facets: Facets, when: str) -> list[Block]:
    """Say that nothing is in the state, and list other days, through the clocks or else none."""
    where = f" under {' or '.join(map(wording.facet, facets))}" if facets else ""
    nothing: Block = f"Nothing is in the state{where} {when}."
    clocks, unlimited = asked.of_mission(asked.seen.mission), view(asked.store, asked.seen.mission)
    for title, seen in ((presences.OTHER_DAYS, clocks.seen), (presences.LATER, unlimited)):
        found = presences_during(seen, ANY_DAY)
        if others := [("", each) for name in facets or STATE_FACETS for each in found[name]]:
            return [nothing, *presences.on_other_days(others, title)]
    return [nothing]


def _page_of_span(
    asked: MissionInquiry, found: dict[str, tuple[Presence, ...]], request: Request
) -> Page:
    entries = [each.entry for facet in found.values() for each in facet]
    legend = asked.legend(entries=entries)
    blocks: list[Block] = [
        presences.table(found, legend),
        *disputes.notes(entries, legend),
        *legend.notes(),
    ]
    if not entries:
        blocks = _nothing(asked, request.facets, "on these days")
    return Page(asked.title, asked.under(request.when), blocks)
