"""Plans as table rows: what was planned, every version of it, and what came of it.

plan                      planned for              what came of it
Denmark                   2022-38 (May–Aug 2022),  on time
command end: DNK          planned [1-3]            2022-05 [4, 5]
"""

from collections.abc import Iterable, Sequence
from itertools import groupby

from cli.render import field_text, local_names, wording
from cli.render.languages.translation import term, terms, tr
from cli.render.legend import Legend
from cli.render.page import Cell, Line, Mark, Row, Table
from events.facets import Role
from projections.plans.plan import Outcome, Plan
from projections.weighing.claims import Claim

COLUMNS = ("plan", "planned for", "what came of it")

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


def table(plans: Iterable[Plan], key: Legend) -> Table:
    """Lay out plans, each with all of its versions."""
    rows = [Row((_name(plan), _planned(plan, key), _outcome(plan, key))) for plan in plans]
    return Table(terms("column", COLUMNS), rows)


def _name(plan: Plan) -> Cell:
    what = wording.facet(plan.facet)
    if plan.role is not Role.HAPPENING:
        measure = plan.measure and field_text.named(plan.measure)
        part = measure or term("role", plan.role.value)
        what = tr("{facet} {part}", facet=what, part=part)
    label = local_names.label(plan.facet, plan.key, plan.label)
    return [Mark(label), f"{what}: {plan.key}{wording.period_mark(plan.period)}"]


def _planned(plan: Plan, key: Legend) -> Cell:
    """Return a line for each version of a plan, by publication; equal ones share a line."""
    lines: list[Line] = []
    for words, claims in groupby(plan.versions, lambda claim: _version(plan, claim, key)):
        lines.append(f"{words} {key.cited(claim.source for claim in claims)}")
    if plan.revised:
        once = plan.revised == 1
        lines.append(tr("revised once") if once else tr("revised {n} times", n=plan.revised))
    return lines


def _version(plan: Plan, claim: Claim, key: Legend) -> str:
    counted = "".join(f"{each}, " for each in quantities(plan, [claim], key))
    return f"{counted}{wording.date(claim.edtf)}, {wording.basis(claim.basis)}"


def quantities(plan: Plan, claims: Sequence[Claim], key: Legend | None = None) -> list[str]:
    """Return the quantities that claims on a plan state, in words."""
    language = key.foreign(claims[0].source) if key and claims else ""
    return [wording.quantity(each.to_json(), language) for each in plan.quantities(claims)]


def _outcome(plan: Plan, key: Legend) -> Cell:
    outcomes = OUTCOMES_OF_COUNTS if plan.role is Role.READING else OUTCOMES
    words = term("outcome", outcomes[plan.outcome])
    lines: list[Line] = [Mark(words) if plan.outcome in HIGHLIGHTED else words]
    if plan.measure:
        for claim in plan.reports:
            (counted,) = quantities(plan, [claim], key)
            lines.append(f"{counted}, {wording.date(claim.edtf)} {key.cited([claim.source])}")
    elif plan.reports:
        cited = key.cited(claim.source for claim in plan.reports)
        lines.append(f"{wording.dates(plan.reports)} {cited}")
    elif plan.happened:
        lines.append(wording.days(plan.happened.first, plan.happened.last))
    return lines
