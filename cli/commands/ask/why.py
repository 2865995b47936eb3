"""`mission why`: the claims behind an answer."""

from collections.abc import Iterator

import click

from cli.inquiry import Inquiry, ask
from cli.ledger import reading
from cli.options.clocks import PublicationLimit, RecordPoint, ValidDay
from cli.options.common import (
    clocks,
    facet_option,
    format_option,
    key_argument,
    ledger_option,
    mission_argument,
)
from cli.render import columns, entry_text, presences, state_rows, wording
from cli.render.legend import Legend
from cli.render.output import put
from cli.render.page import Block, Group, Line, Mark, Notes, Page, Row, Table
from events.facets import FACETS
from projections import names
from projections.spans import presences_during
from projections.weighing.occurrence import ANY_DAY
from projections.why import Explanation, Ground, Part, why

CSV_COLUMNS = (
    *("facet", "key", "period", "role", "edtf", "earliest", "latest", "basis", "as_stated"),
    *columns.CLAIMED,
    *("source", "at", "part", "reason", "note", "type", "event", "position"),
)


PARTS = {
    Part.SUPERSEDED: "a plan since revised or overtaken by reports",
    Part.PASSED_OVER: "passed over by a preference",
    Part.RETRACTED: "retracted",
    Part.CORRECTED: "corrected",
}
"""Why a claim does not count, in words."""


@click.command(name="why")
@mission_argument
@key_argument
@facet_option
@clocks
@format_option()
@ledger_option
def command(
    *,
    mission: str,
    key: str,
    facet: str | None,
    on: ValidDay,
    known: PublicationLimit,
    recorded: RecordPoint,
    form: str,
    ledger: str | None,
) -> None:
    """Show the answer for KEY and every claim on it, with the part each claim plays.

    \b
    Examples:
      mission why nmi DNK --facet command --on 2021-06-15
      mission why nmi dnk-helicopters --format json
    """  # noqa: D301
    with reading(ledger) as store:
        inquiry = ask(store, mission, known, recorded)
        key = names.key(inquiry.seen, key, facet)
        found = why(store, inquiry.seen, key, on.day, facet)
        heading = inquiry.heading(on)
        others = {name: value for name, value in heading.items() if name != "position"}
        put(
            form,
            data={**heading, **found.to_json()},
            records=[
                {**ground.to_json(), "edtf": ground.claim.edtf, **on.heading}
                for ground in found.grounds
            ],
            columns=CSV_COLUMNS,
            page=lambda: _page(inquiry, found, key, on),
            heading={**others, "log_position": inquiry.seen.position},
        )


def _page(inquiry: Inquiry, found: Explanation, key: str, on: ValidDay) -> Page:
    cited = [ground.claim.source for ground in found.grounds]
    legend = inquiry.legend(cited, found.answers)
    rows: list[Row | Group] = []
    for facet in dict.fromkeys(ground.claim.facet for ground in found.grounds):
        rows.append(Group(f"CLAIMS ON {facet.upper()}"))
        rows.extend(_row(each, legend) for each in found.grounds if each.claim.facet == facet)
    answer: Block = f"{key} is not in the state on that day."
    other_days: list[Notes] = []
    if not found.answers:
        facets = {ground.claim.facet for ground in found.grounds}
        ever = presences_during(inquiry.seen, ANY_DAY)
        other_days = presences.on_other_days(
            ("", each)
            for facet in FACETS
            if facet in facets
            for each in ever[facet]
            if each.entry.key == key
        )
    if found.answers:
        answers: list[Row | Group] = []
        for each in found.answers:
            answers += [Group(f"ANSWER IN {each.facet.upper()}"), state_rows.row(each, legend)]
        answer = Table(state_rows.COLUMNS, answers)
    unpublished = inquiry.legend(found.unpublished)
    hidden = [("-", unpublished.source(name)) for name in found.unpublished]
    return Page(
        (inquiry.title, f": {key}"),
        (str(on), *inquiry.clocks),
        (
            answer,
            *other_days,
            *([Table(("says", "when", "part", "source"), rows)] if rows else []),
            *state_rows.disputes(found.answers, legend),
            *legend.notes(),
            *([Notes("NOT CERTAINLY PUBLIC BY THEN", hidden)] if hidden else []),
        ),
    )


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
