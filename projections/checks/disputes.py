"""Checks for what sources say differently: dates, counts and other values."""

from collections.abc import Iterator

from events.facets import COUNTRY_FIELDS, PARTY_FIELDS
from projections.checks.dates import ends_before_it_starts
from projections.checks.finding import RecordFinding, of_claims, of_period
from projections.view import View, reading_series
from projections.weighing.claims import Claim, dates_of
from projections.weighing.period import Period
from projections.weighing.readings import clashes

FIXED_FIELDS = frozenset({*PARTY_FIELDS, *COUNTRY_FIELDS, "coordinates", "vote", "rests_on"})
"""The fields whose values are codes and do not change while a period lasts.

Sources put a name or a capability in different words, and a location can change.
"""


def disputes(view: View, _: int) -> Iterator[RecordFinding]:
    """Find disputes that nobody settled, and reports that cannot all be true."""
    for period in view.all_periods:
        for role, part in period.parts:
            if part.disputed:
                dates = ", ".join(dates_of(part.counted))
                yield of_period(
                    view,
                    period,
                    "dispute-unsettled",
                    f"sources disagree on its {role}: {dates}; `mission prefer` settles it",
                    part.counted,
                )
        is_at_odds = period.contradicted and alone(view, period).contradicted
        if is_at_odds and not ends_before_it_starts(period):
            yield of_period(
                view,
                period,
                "contradiction",
                "the starts, ends and attestations that sources report cannot all be true",
            )


def disputed_quantities(view: View, _: int) -> Iterator[RecordFinding]:
    """Find counts of one date that exclude each other."""
    for (facet, key, _), measure, found, preference in reading_series(view):
        if clashing := clashes(found, preference):
            dates = ", ".join(dates_of(each.claim for each in clashing))
            yield RecordFinding(
                "dispute-unsettled",
                f"sources disagree on its {measure} of {dates}; `mission prefer` settles it",
                view.mission,
                facet,
                key,
                tuple(each.claim.event for each in clashing),
            )


def value_contradicted(view: View, _: int) -> Iterator[RecordFinding]:
    """Find periods of which reports state different values of one field."""
    for claims in view.by_period.values():
        stated: dict[str, dict[str, list[Claim]]] = {}
        for claim in claims:
            for name in FIXED_FIELDS & claim.particulars.keys() if claim.reported else ():
                value = " and ".join(sorted(_words(claim.particulars[name])))
                stated.setdefault(name, {}).setdefault(value, []).append(claim)
        for name in sorted(stated):
            by_value = stated[name]
            if len(by_value) > 1:
                message = f"sources name different values of its {name}: {'; '.join(by_value)}"
                about = (claim for each in by_value.values() for claim in each)
                yield of_claims(view, "value-contradicted", message, *about)


def _words(value: object) -> list[str]:
    """Return a value as words, so that the order in which a list names them does not matter."""
    if isinstance(value, list | tuple):
        return [str(each) for each in value]
    if isinstance(value, dict):
        return [f"{name} {each}" for name, each in value.items()]
    return [str(value)]


def alone(view: View, period: Period) -> Period:
    """Return a period as it is by what is said of it alone, not of others of its key."""
    (found,) = view.weighed(period.facet, [period.claims])
    return found
