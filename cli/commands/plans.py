"""`mission plans`: every plan against what came of it."""

import click

from cli import wording
from cli.ledger import Asked, ask, reading
from cli.options import (
    Known,
    On,
    Recorded,
    clocks,
    format_option,
    ledger_option,
    mission_argument,
)
from cli.output import put
from cli.page import Cell, Line, Mark, Page, Row, Table
from ledger.scope import Planned
from projections.plans import Outcome, Plan, plans

CSV_COLUMNS = (
    *("facet", "key", "period", "role", "label", "planned.edtf", "planned.earliest"),
    *("planned.latest", "happened.edtf", "happened.earliest", "happened.latest", "outcome"),
    *("revised", "sources", "events"),
)


OUTCOMES = {
    Outcome.ON_TIME: "on time",
    Outcome.EARLY: "early",
    Outcome.LATE: "late",
    Outcome.NOT_BY_THEN: "not by then: it was still there",
    Outcome.UNCLEAR: "happened; the dates are too vague to say whether on time",
    Outcome.AHEAD: "still ahead",
    Outcome.DUE: "its time has begun",
    Outcome.UNCONFIRMED: "unconfirmed",
    Outcome.DROPPED: "dropped",
}
"""What came of a plan, in words."""

CALLS = (Outcome.UNCONFIRMED, Outcome.DROPPED, Outcome.LATE, Outcome.NOT_BY_THEN)
"""The outcomes that call for a look."""


@click.command(name="plans", short_help="Show every plan against what came of it.")
@mission_argument
@clocks
@format_option()
@ledger_option
def command(
    *,
    mission: str,
    on: On,
    known: Known,
    recorded: Recorded,
    form: str,
    ledger: str | None,
) -> None:
    """Show what sources said would happen in MISSION, every version, and what came of it.

    \b
    Examples:
      mission plans nmi
      mission plans nmi --on 2021-06-15 --format csv
    """  # noqa: D301
    with reading(ledger) as store:
        asked = ask(store, mission, known, recorded, Planned())
        found = plans(asked.seen, on.day)
        data = [plan.to_json() for plan in found]
        put(
            form, data=data, records=data, columns=CSV_COLUMNS, page=lambda: _page(asked, found, on)
        )


def _page(asked: Asked, found: list[Plan], on: On) -> Page:
    marks = wording.numbered(
        claim.source for plan in found for claim in (*plan.versions, *plan.reports) if claim.source
    )
    rows = [Row((_name(plan), _planned(plan, marks), _outcome(plan, marks))) for plan in found]
    return Page(
        asked.title,
        (str(on), *asked.clocks),
        (
            Table(("plan", "planned for", "what came of it"), rows) if rows else "No plans.",
            *wording.source_notes(marks, asked.described(marks)),
        ),
    )


def _name(plan: Plan) -> Cell:
    period = f", period {plan.period}" if plan.period > 1 else ""
    return [Mark(plan.label), f"{plan.facet} {plan.role.value}: {plan.key}{period}"]


def _planned(plan: Plan, marks: dict[str, int]) -> Cell:
    """List a plan's versions, the first published first."""
    said: list[Line] = [
        f"{wording.date(claim.edtf)}, {claim.basis.value} {_cited(claim.source, marks)}"
        for claim in plan.versions
    ]
    if plan.revised:
        said.append(f"revised {'once' if plan.revised == 1 else f'{plan.revised} times'}")
    return said


def _outcome(plan: Plan, marks: dict[str, int]) -> Cell:
    words = OUTCOMES[plan.outcome]
    said: list[Line] = [Mark(words) if plan.outcome in CALLS else words]
    if plan.reports:
        sources = [claim.source for claim in plan.reports if claim.source]
        dates = dict.fromkeys(wording.date(claim.edtf) for claim in plan.reports)
        said.append(f"{' / '.join(dates)} {wording.cited(sources, marks)}")
    elif plan.happened:
        said.append(wording.days(plan.happened.first, plan.happened.last))
    return said


def _cited(source: str | None, marks: dict[str, int]) -> str:
    return wording.cited([source] if source else [], marks)
