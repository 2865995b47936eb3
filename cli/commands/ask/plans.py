"""`mission plans`: compare plans with what was reported, in one mission or in all."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import click

from cli.call import complete_one_of
from cli.failures import NegativeAnswer
from cli.inquiry import inquiry, title_of
from cli.options.common import clocks, facets_option, mission_optional, one_of
from cli.options.request import Request, asks
from cli.render import plan_rows, wording
from cli.render.counting import count
from cli.render.legend import Legend
from cli.render.output import put
from cli.render.page import Block, Mark, Page
from events.dates.days import iso_day
from projections import names
from projections.plans.listing import is_due, plans
from projections.plans.plan import Outcome, Plan
from projections.question import PlansQuestion
from projections.view import View, view_of

CSV_COLUMNS = (
    *("facet", "key", "period", "role", "measure", "label", "planned.edtf", "planned.basis"),
    *("planned.earliest", "planned.latest", "planned.said", "happened.edtf", "happened.earliest"),
    *("happened.latest", "counted", "outcome", "revised", "sources", "events"),
)

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
    said = [each for one in plan.versions for each in plan_rows.quantities(plan, [one])]
    counted = plan_rows.quantities(plan, plan.reports)
    return {**record, "planned": {**planned, "said": said}, "counted": counted}


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
        blocks.append(plan_rows.table([each.plan for each in of_mission], key))
    many = count(len(found), "plan", "plans")
    where = count(len(of_each), "mission", "missions")
    return Page(of or f"{many} in {where}", heading, [*blocks, *key.notes()])
