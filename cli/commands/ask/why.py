"""`mission why`: the claims behind an answer."""

from collections.abc import Iterator

import click

from cli.inquiry import MissionInquiry, inquiry
from cli.options.common import clocks, facet_option, key_argument, mission_argument
from cli.options.request import Request, asks
from cli.render import columns, disputes, ground_rows, presences, state_rows, wording
from cli.render.output import put
from cli.render.page import Block, Notes, Page, Row, grouped
from events.facets import FACETS, STATE_FACETS
from projections import names
from projections.happenings import happenings_during
from projections.spans import presences_during
from projections.weighing.occurrence import ANY_DAY
from projections.why import Explanation, why

CSV_COLUMNS = (
    *("facet", "key", "period", "role", "edtf", "earliest", "latest", "basis", "as_stated"),
    *columns.claimed(),
    *("source", "at", "part", "reason", "note", "type", "event", "position"),
)


@click.command(name="why")
@mission_argument
@key_argument
@facet_option
@clocks
@asks
def command(request: Request, *, mission: str, key: str, facet: str | None) -> None:
    """Show the answer for KEY and every claim on it, with the part each claim plays.

    \b
    Examples:
      mission why nmi DNK --facet command --on 2021-06-15
      mission why nmi dnk-helicopters --format json
    """  # noqa: D301
    with inquiry(request) as opened:
        asked = opened.of_mission(mission)
        key = names.key(asked.seen, key, facet)
        found = why(asked.store, asked.seen, key, request.on.day, facet)
        day = request.on.heading
        put(
            request.form,
            data={**asked.heading(request.on), **found.to_json()},
            records=[
                {**ground.to_json(), "edtf": ground.claim.edtf, **day} for ground in found.grounds
            ],
            columns=CSV_COLUMNS,
            page=lambda: _page(asked, found, key, request),
            heading={
                "mission": asked.seen.mission,
                **day,
                "known": request.known.text,
                **asked.recorded_columns,
            },
        )


def _page(asked: MissionInquiry, found: Explanation, key: str, request: Request) -> Page:
    legend = asked.legend([ground.claim.source for ground in found.grounds], found.answers)
    blocks: list[Block] = []
    if found.answers:
        answers: dict[str, list[Row]] = {}
        for each in found.answers:
            rows = answers.setdefault(f"answer in {wording.facet(each.facet)}", [])
            rows.append(state_rows.row(each, legend))
        blocks.append(grouped(state_rows.column_names(), answers))
    else:
        blocks += _no_answer(asked, found, key)
    claims: dict[str, list[Row]] = {}
    for ground in found.grounds:
        on = f"claims on {wording.facet(ground.claim.facet)}"
        claims.setdefault(on, []).append(ground_rows.row(ground, legend))
    if claims:
        blocks.append(grouped(ground_rows.column_names(), claims))
    blocks += [*disputes.notes(found.answers, legend), *legend.notes()]
    unpublished = asked.legend(found.unpublished)
    if hidden := [("-", unpublished.source(name)) for name in found.unpublished]:
        blocks.append(Notes("NOT CERTAINLY PUBLIC BY THEN", hidden))
    return Page((asked.title, f": {key}"), asked.under(request.on), blocks)


def _no_answer(asked: MissionInquiry, found: Explanation, key: str) -> Iterator[Block]:
    """Say that a key is not in the state, and on which other days it is, or happened."""
    facets = {ground.claim.facet for ground in found.grounds}
    in_state = any(FACETS[facet].in_state for facet in facets)
    if in_state:
        yield f"{key} is not in the state on that day."
        ever = presences_during(asked.seen, ANY_DAY)
        of_facets = (each for facet in STATE_FACETS if facet in facets for each in ever[facet])
        yield from presences.on_other_days(("", e) for e in of_facets if e.entry.key == key)
    if facets and not in_state:
        yield f"{key} did not happen on that day."
    happened = [e for e in happenings_during(asked.seen, ANY_DAY) if e.entry.key == key]
    yield from presences.on_other_days((("", each) for each in happened), HAPPENED)


HAPPENED = "WHEN IT HAPPENED, FOR SURE OR PERHAPS"
