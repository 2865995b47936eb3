"""`mission why`: the claims behind an answer."""

from collections.abc import Iterator

import click

from cli.inquiry import MissionInquiry, inquiry
from cli.options.common import clocks, facet_option, key_argument, mission_argument
from cli.options.request import Request, asks
from cli.render import columns, disputes, entry_text, presences, state_rows, wording
from cli.render.legend import Legend
from cli.render.output import put
from cli.render.page import Block, Line, Mark, Notes, Page, Row, grouped
from events.facets import FACETS, STATE_FACETS
from projections import names
from projections.happenings import happenings_during
from projections.spans import presences_during
from projections.weighing.occurrence import ANY_DAY
from projections.why import Explanation, Ground, Part, why

CSV_COLUMNS = (
    *("facet", "key", "period", "role", "edtf", "earliest", "latest", "basis", "as_stated"),
    *columns.claimed(),
    *("source", "at", "part", "reason", "note", "type", "event", "position"),
)


PARTS = {
    Part.SUPERSEDED: "a plan since revised or overtaken by reports",
    Part.PASSED_OVER: "passed over by a preference",
    Part.RETRACTED: "retracted",
    Part.CORRECTED: "corrected",
    Part.SOURCE_WITHDRAWN: "its source was withdrawn",
}
"""Why a claim does not count, in words."""


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
        blocks.append(grouped(state_rows.COLUMNS, answers))
    else:
        blocks += _no_answer(asked, found, key)
    claims: dict[str, list[Row]] = {}
    for ground in found.grounds:
        on = f"claims on {wording.facet(ground.claim.facet)}"
        claims.setdefault(on, []).append(_row(ground, legend))
    if claims:
        blocks.append(grouped(("says", "when", "part", "source"), claims))
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


def _row(ground: Ground, legend: Legend) -> Row:
    claim = ground.claim
    period = f", period {claim.period}" if claim.period > 1 else ""
    basis = wording.basis_mark(claim.basis)
    when = wording.date(claim.edtf) + (f", {basis}" if basis else "")
    counted = ground.part is Part.COUNTED
    part: Line = "counted" if counted else Mark(PARTS[ground.part])
    source = legend.cited([claim.source])
    return Row((f"{claim.role.value}{period}", when, part, source), list(_details(ground)))


def _details(ground: Ground) -> Iterator[Line]:
    claim = ground.claim
    words = f"“{ground.statement.as_stated}”" if ground.statement.as_stated else ""
    place = ground.statement.at or ""
    if words or place:
        yield ", ".join(each for each in (words, place) if each)
    if values := entry_text.values(ground.statement):
        yield ", ".join(values)
    if ground.reason:
        yield f"because: {ground.reason}"
    if ground.statement.note:
        yield f"note: {ground.statement.note}"
    yield f"event {entry_text.short(claim.event)}, position {claim.position}"
