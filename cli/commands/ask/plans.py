"""`mission plans`: compare plans with what was reported, in one mission or in all."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import click

from cli.call import complete_one_of
from cli.failures import NegativeAnswer
from cli.inquiry import inquiry, title_of
from cli.options.common import clocks, facets_option, mission_optional, one_of
from cli.options.request import Request, asks
from cli.render import wording
from cli.render.counting import count
from cli.render.legend import Legend
from cli.render.output import put
from cli.render.page import Block, Cell, Line, Mark, Page, Row, Table
from events.dates.days import iso_day
from events.facets import Role
from projections import names
from projections.plans.listing import is_due, plans
from projections.plans.plan import Outcome, Plan
from projections.question import PlansQuestion
from projections.view import View, view_of
from projections.weighing.claims import Claim

CSV_COLUMNS = (
    *("facet", "key", "period", "role", "measure", "label", "planned.edtf", "planned.basis"),
    *("planned.earliest", "planned.latest", "planned.said", "happened.edtf", "happened.earliest"),
    *("happened.latest", "counted", "outcome", "revised", "sources", "events"),
)


OUTCOMES = {
    Outcome.ON_TIME: "on time",
    Outcome.EARLY: "early",
    Outcome.LATE: "late",
    Outcome.NOT_BY_THEN: "not by then: it was still there",
    Outcome.UNCLEAR: "happened; the dates are too vague to say whether on time",
    Outcome.PERHAPS: "perhaps happened, perhaps still to come",
    Outcome.AHEAD: "still ahead",
    Outcome.DUE: "its time has begun",
    Outcome.UNCONFIRMED: "unconfirmed",
    Outcome.DROPPED: "dropped",
    Outcome.FITS: "counted, and it fits",
    Outcome.OTHERWISE: "counted otherwise",
}
"""The outcomes in words."""

OUTCOMES_OF_COUNTS = OUTCOMES | {
    Outcome.UNCLEAR: "counted; too vague to say whether as planned",
    Outcome.PERHAPS: "perhaps counted, perhaps still to come",
}

HIGHLIGHTED = (
    *(Outcome.UNCONFIRMED, Outcome.DROPPED, Outcome.LATE, Outcome.NOT_BY_THEN),
    Outcome.OTHERWISE,
)
"""The outcomes that need attention; they are highlighted."""

_UNITS = {"d": 1, "w": 7, "m": 31, "y": 366}
"""The most days in a day, a week, a month and a year."""


def _read_due(_ctx: click.Context, _param: click.Parameter, text: str | None) -> int | None:
    """Read a duration (`90d`, `12w`, `3m`, `1y`) as days."""
    if text is None:
        return None
    found = re.fullmatch(r"([0-9]{1,5})\s*([dwmy]?)", text.strip().lower())
    if found is None:
        raise click.BadParameter(f"{text}: write days, weeks, months or years: 90d, 12w, 3m")
    number, unit = found.groups()
    return int(number) * _UNITS[unit or "d"]


def _read_outcomes(
    _ctx: click.Context, _param: click.Parameter, texts: tuple[str, ...]
) -> frozenset[Outcome]:
    return frozenset(Outcome(one_of(text, list(Outcome), "outcome")) for text in texts)


@click.command(name="plans")
@mission_optional
@click.option(
    "--due",
    metavar="90d",
    callback=_read_due,
    help="Only plans due within this time after --on, not known to have happened.",
)
@click.option(
    "--outcome",
    "outcomes",
    metavar="OUTCOME",
    multiple=True,
    callback=_read_outcomes,
    shell_complete=complete_one_of(Outcome),
    help=f"Only plans with this outcome: {', '.join(Outcome)}.",
)
@facets_option
@clocks
@asks
def command(
    request: Request, *, mission: str | None, due: int | None, outcomes: frozenset[Outcome]
) -> None:
    """Compare the plans of MISSION, or of all missions, with what was reported.

    Shows every version of a plan: of starts, ends and quantities.

    \b
    Examples:
      mission plans nmi
      mission plans nmi --outcome unconfirmed
      mission plans --due 90d
    """  # noqa: D301
    on, until = request.on, None if due is None else request.on.day + due
    with inquiry(request) as asked:
        store = asked.store
        missions = list(store.names()) if mission is None else [names.mission(store, mission)]
        questions = dict.fromkeys(missions, PlansQuestion())
        known = request.known.seconds
        found: list[_MissionPlan] = []
        titles: list[str] = []
        left_out: set[str] = set()
        for short, selection in store.select_each(questions, known=known, upto=asked.end):
            seen = view_of(selection, short, known)
            titles.append(title_of(seen))
            left_out |= seen.visible.possibly_public
            found += [
                _MissionPlan(seen, plan)
                for plan in plans(seen, on.day)
                if request.takes(plan.facet)
                and (not outcomes or plan.outcome in outcomes)
                and (until is None or is_due(plan, on.day, until))
            ]
        due_by = None if until is None else iso_day(until)
        due_line = [f"due by {due_by}"] if due_by else []
        heading = (str(on), *due_line, *asked.clocks(left_out))
        put(
            request.form,
            records=[each.to_json() for each in found],
            columns=CSV_COLUMNS,
            page=lambda: _page(
                found,
                heading,
                asked.legend(_cited(found)),
                of=None if mission is None else titles[0],
                none="No plans fit" if outcomes or request.facets or due_by else "No plans",
            ),
            heading={"mission": None, **on.heading, "due_by": due_by, **asked.columns},
            sheet=lambda: [_flat(each) for each in found],
        )
    if not found:
        raise NegativeAnswer


@dataclass(frozen=True)
class _MissionPlan:
    """A plan, and the view of the mission it belongs to."""

    seen: View
    plan: Plan

    def to_json(self) -> dict[str, object]:
        """Return the plan as a JSON object, with its mission."""
        return {"mission": self.seen.mission, **self.plan.to_json()}


def _cited(found: Sequence[_MissionPlan]) -> Iterator[str | None]:
    for each in found:
        yield from (claim.source for claim in (*each.plan.versions, *each.plan.reports))


def _flat(found: _MissionPlan) -> dict[str, object]:
    """Return a plan as a row for a spreadsheet, with quantities in words."""
    record, plan = found.to_json(), found.plan
    planned = wording.as_mapping(record["planned"])
    words = {"said": [each for one in plan.versions for each in _quantities(plan, [one])]}
    return {**record, "planned": {**planned, **words}, "counted": _quantities(plan, plan.reports)}


def _page(
    found: Sequence[_MissionPlan], heading: Sequence[str], key: Legend, *, of: str | None, none: str
) -> Page:
    """Lay out plans; `of` is the title of the mission, `none` the title when there are none."""
    if not found:
        return Page(none if of is None else f"{none} in {of}", heading, ())
    of_each: dict[str, list[_MissionPlan]] = {}
    for each in found:
        of_each.setdefault(title_of(each.seen), []).append(each)
    blocks: list[Block] = []
    for title, of_mission in of_each.items():
        if of is None:
            blocks.append(Mark(title))
        rows = [
            Row((_name(plan), _planned(plan, key), _outcome(plan, key)))
            for plan in (each.plan for each in of_mission)
        ]
        blocks.append(Table(("plan", "planned for", "what came of it"), rows))
    many = count(len(found), "plan", "plans")
    where = count(len(of_each), "mission", "missions")
    return Page(of or f"{many} in {where}", heading, [*blocks, *key.notes()])


def _name(plan: Plan) -> Cell:
    period = f", period {plan.period}" if plan.period > 1 else ""
    facet = wording.facet(plan.facet)
    what = facet if plan.role is Role.HAPPENING else f"{facet} {plan.measure or plan.role.value}"
    return [Mark(plan.label), f"{what}: {plan.key}{period}"]


def _planned(plan: Plan, key: Legend) -> Cell:
    """Return a line for each version of a plan, by publication; equal ones share a line."""
    lines: list[Line] = []
    for words, claims in groupby(plan.versions, lambda claim: _version(plan, claim, key)):
        lines.append(f"{words} {key.cited(claim.source for claim in claims)}")
    if plan.revised:
        lines.append(f"revised {'once' if plan.revised == 1 else f'{plan.revised} times'}")
    return lines


def _version(plan: Plan, claim: Claim, key: Legend) -> str:
    counted = "".join(f"{each}, " for each in _quantities(plan, [claim], key))
    return f"{counted}{wording.date(claim.edtf)}, {claim.basis.value}"


def _quantities(plan: Plan, claims: Sequence[Claim], key: Legend | None = None) -> list[str]:
    language = key.foreign(claims[0].source) if key and claims else ""
    return [wording.quantity(each.to_json(), language) for each in plan.quantities(claims)]


def _outcome(plan: Plan, key: Legend) -> Cell:
    words = (OUTCOMES_OF_COUNTS if plan.role is Role.READING else OUTCOMES)[plan.outcome]
    lines: list[Line] = [Mark(words) if plan.outcome in HIGHLIGHTED else words]
    if plan.measure:
        for claim in plan.reports:
            (counted,) = _quantities(plan, [claim], key)
            lines.append(f"{counted}, {wording.date(claim.edtf)} {key.cited([claim.source])}")
    elif plan.reports:
        cited = key.cited(claim.source for claim in plan.reports)
        lines.append(f"{wording.dates(plan.reports)} {cited}")
    elif plan.happened:
        lines.append(wording.days(plan.happened.first, plan.happened.last))
    return lines
