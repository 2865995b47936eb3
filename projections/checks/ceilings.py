"""Checks of counts against the ceilings that are in force on their dates."""

from collections.abc import Iterator, Mapping, Sequence

from events.facets import FACETS
from projections.checks.finding import RecordFinding, of_claims
from projections.view import View
from projections.weighing.occurrence import Days
from projections.weighing.period import Standing
from projections.weighing.readings import Reading, answers, by_kind, readings, set_aside


def over_ceiling(view: View, _: int) -> Iterator[RecordFinding]:
    """Find counts above every ceiling that can be in force on their dates.

    Compared are counts and ceilings of the same key (who is counted, category and sex) and of the
    same kind of thing.
    """
    for (facet, key), ceilings in view.counts.items():
        limited = FACETS[facet].limits
        if limited is None or not (claims := view.counts.get((limited, key))):
            continue
        by_unit = _by_kind(view, facet, key, readings(ceilings))
        for kind, counts in _by_kind(view, limited, key, readings(claims)).items():
            lowest = min([_most(each) for each in by_unit.get(kind, ())], default=float("inf"))
            for count in counts:
                if (count.quantity.min or 0) <= lowest:
                    continue  # as is nearly every count: no day has to be looked at
                if above := _exceeded(count, by_unit[kind]):
                    most = max(each.quantity.max or 0 for each in above)
                    yield of_claims(
                        view,
                        "over-ceiling",
                        f"{count.quantity.min} counted on {count.claim.edtf}, more than the ceiling"
                        f" of {most}",
                        count.claim,
                        *(each.claim for each in above),
                    )


def _by_kind(
    view: View, facet: str, key: str, found: Sequence[Reading]
) -> Mapping[str, list[Reading]]:
    """Return the readings that no preference rejects, by the kind of thing they count."""
    preference = view.preferred_reading((facet, key, 1))
    series = by_kind(found)
    rejected: list[Reading] = []
    if preference:
        rejected = [each for of_kind in series for each in set_aside(of_kind, preference)]
    return {
        of_kind[0].kind: [each for each in of_kind if each not in rejected] for of_kind in series
    }


def _exceeded(count: Reading, ceilings: Sequence[Reading]) -> list[Reading]:
    """Return the ceilings that can be in force on the date of a count, if it is above them all."""
    least = count.quantity.min
    if not count.claim.reported or least is None:
        return []
    above: list[Reading] = []
    for day in _days(count.days, ceilings):
        in_force = [
            a.reading for a in answers(ceilings, day) if a.standing is not Standing.EXPECTED
        ]
        if not in_force or any(least <= _most(each) for each in in_force):
            return []
        above += [each for each in in_force if each not in above]
    return above


def _days(window: Days, ceilings: Sequence[Reading]) -> list[int]:
    """Return the days of a window among which are all on which another ceiling answers."""
    edges = {day for each in ceilings for day in (*each.days, *(each.until or ()))}
    return sorted({*window, *(day for day in edges if window.first < day < window.last)})


def _most(ceiling: Reading) -> float:
    return float("inf") if ceiling.quantity.max is None else ceiling.quantity.max
