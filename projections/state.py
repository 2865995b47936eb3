"""Compute a mission's state as of a date from its claims: what was so, and with what standing."""

from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import chain

from events.dates.days import BEGINNING, FOREVER
from events.facets import FACETS, MEASURES, MISSION, STATE_FACETS, Role, counted_in, key_parts
from projections.key_label import label, stated_name
from projections.quantities import answer_json, combined, reading_date
from projections.state_object import Json, State, StateEntry
from projections.view import View
from projections.weighing.claims import Claim
from projections.weighing.mission_end import answers_of_mission, end_of_plans
from projections.weighing.occurrence import Days, last_published
from projections.weighing.period import Period, Standing, standing
from projections.weighing.readings import (
    Answer,
    answers,
    by_kind,
    readings,
    weakened,
)


def state(view: View, day: int) -> State:
    """Return a mission's state at the close of a day."""
    facets: dict[str, list[StateEntry]] = {name: [] for name in STATE_FACETS}
    for name, periods in view.periods.items():
        for period in periods:
            if found := standing(period, day):
                facets[name].append(period_entry(view, period, found, day))
    for (facet, key), claims in view.counts.items():
        facets[facet] += count_entries(view, facet, key, claims, day)
    return State(
        mission=view.mission,
        on=day,
        position=view.position,
        facets={name: tuple(entries) for name, entries in facets.items()},
        possibly_public=view.visible.possibly_public,
    )


def count_entries(
    view: View, facet: str, key: str, claims: Sequence[Claim], day: int
) -> Iterator[StateEntry]:
    """Yield the entries of a key of a facet without periods on a day, one series after the other.

    Each is a reading that answers.
    """
    ends = ends_of(view, facet)
    for series in by_kind(readings(claims)):
        answered = answers(series, day, view.preferred_reading((facet, key, 1)))
        for each in answers_of_mission(answered, ends, end_of_plans(series, ends), day):
            yield reading_entry(view, facet, key, each)


def ends_of(view: View, facet: str) -> tuple[Days, ...]:
    """Return the ends of the mission, where they end what is said of a facet."""
    return view.mission_ends if FACETS[facet].ends_with_mission else ()


def period_entry(view: View, period: Period, found: Standing, day: int) -> StateEntry:
    """Return the state entry of a period on a day on which it has this standing."""
    claims = descriptive_claims(period)
    value, variants, planned = gather_fields(claims, day)
    planned_variants = planned_otherwise(claims, value, variants)
    preference = view.preferred_reading(period.place)
    end_value, end_variants, _ = gather_fields(period.end.counted if period.end else (), day)
    counts_disputed = False
    shown: set[str] = set()
    for measure in MEASURES:
        of_kinds = [
            answered
            for series in by_kind(readings(claims, measure))
            if (answered := as_sure_as(found, answers(series, day, preference)))
        ]
        if of_kinds:
            value[measure] = combined(answer_json(first, others) for first, *others in of_kinds)
        for count in chain.from_iterable(of_kinds):
            counts_disputed = counts_disputed or count.disputed
            shown.update(each.claim.event for each in count.supporting)
    return StateEntry(
        facet=period.facet,
        key=period.key,
        period=period.number,
        label=_label_on(view, period, value),
        standing=found,
        disputed=period.disputed_on(day) or counts_disputed,
        start=period.start,
        end=period.end,
        attested_from=period.surely_attested,
        attested_to=period.attested_to,
        value=key_parts(period.facet, period.key) | value,
        variants=variants,
        planned_variants=planned_variants,
        planned=() if period.only_planned else planned,
        claims=_resting_on(period, shown),
        end_value=end_value,
        end_variants=end_variants,
        startless=found is Standing.POSSIBLE
        and period.start is None
        and day < min(period.begun.last, period.ended.first)
        and not FACETS[period.facet].exclusive,
        contradicted=period.contradicted,
        clashing=period.clash is not None and day >= period.clash,
        counts_disputed=counts_disputed,
    )


def as_sure_as(found: Standing, answered: Sequence[Answer]) -> list[Answer]:
    """Return the quantities of a period: where it is only `possible`, none is more than that."""
    return [weakened(each) if found is Standing.POSSIBLE else each for each in answered]


def descriptive_claims(period: Period) -> list[Claim]:
    """Return the claims that state a period's fields: all but ends and revised plans to start."""
    claims = [claim for claim in period.claims if claim.role is not Role.END]
    revised = set(_revised(claims))
    return [claim for claim in claims if claim not in revised]


def reading_entry(view: View, facet: str, key: str, answer: Answer) -> StateEntry:
    """Return the state entry of a reading that answers for a key of a facet without periods."""
    reading = answer.reading
    attested = Days(BEGINNING, BEGINNING)
    if reading.claim.reported:
        # The source does not say on which day of a longer window it counted.
        one_day = reading.days.first == reading.days.last
        attested = Days(reading.days.first if one_day else BEGINNING, reading.days.last)
    return StateEntry(
        facet=facet,
        key=key,
        period=1,
        label=label_of(view, facet, key, 1),
        standing=answer.standing,
        disputed=answer.disputed,
        attested_from=attested.first,
        attested_to=attested.last,
        value={
            **key_parts(facet, key),
            **{n: v for n, v in reading.claim.particulars.items() if n != "until"},
            "quantity": answer_json(answer),
            "on": reading_date(reading),
        },
        claims=tuple(each.claim for each in answer.supporting),
        counts_disputed=answer.disputed,
    )


def _revised(claims: Sequence[Claim]) -> list[Claim]:
    """Return the plans to start that a later plan replaced."""
    plans = [claim for claim in claims if claim.role is Role.START and not claim.reported]
    last = last_published(plans) if len(plans) > 1 else plans
    return [plan for plan in plans if plan not in last]


def gather_fields(
    claims: Sequence[Claim], day: int = FOREVER
) -> tuple[Json, dict[str, tuple[object, ...]], tuple[str, ...]]:
    """Merge the fields that claims state of a period; return values, variants and planned fields.

    What a reading states is its own, not the period's. Of several values, a reported one goes
    before a planned one, then a claim dated no later than `day` before one dated after it, then the
    latest published. `variants` are the other reported values of a field; the planned fields are
    those whose value only a plan gives.
    """
    value: Json = {}
    variants: dict[str, list[object]] = {}
    from_plans = []
    stating = [claim for claim in claims if claim.role is not Role.READING]
    for claim in sorted(stating, key=lambda claim: _weight(claim, day), reverse=True):
        for name, stated in claim.particulars.items():
            if name not in value:
                value[name] = stated
                if not claim.reported:
                    from_plans.append(name)
            elif claim.reported and stated != value[name] and stated not in variants.get(name, ()):
                variants.setdefault(name, []).append(stated)
    return value, {name: tuple(values) for name, values in variants.items()}, tuple(from_plans)


def planned_otherwise(
    claims: Sequence[Claim], value: Json, variants: Mapping[str, Sequence[object]]
) -> dict[str, tuple[object, ...]]:
    """Return the values that only plans give of fields, other than those that `gather_fields` did.

    The claims hold no revised plans.
    """
    found: dict[str, list[object]] = {}
    plans = (c for c in claims if not c.reported and c.role is not Role.READING)
    for claim in plans:
        for name, stated in claim.particulars.items():
            shown = (value.get(name), *variants.get(name, ()), *found.get(name, ()))
            if stated not in shown:
                found.setdefault(name, []).append(stated)
    return {name: tuple(values) for name, values in found.items()}


def _weight(claim: Claim, day: int) -> tuple[object, ...]:
    return (claim.reported, claim.first <= day, *claim.published.order, claim.position)


def _resting_on(period: Period, shown: Set[str]) -> tuple[Claim, ...]:
    """Return the claims an answer rests on: all but superseded plans and readings not `shown`.

    If that leaves none, the earliest claim: it is the evidence that the period exists.
    """
    revised = set(_revised(period.claims))
    superseded = set(period.end.superseded if period.end else ())
    superseded |= {
        claim
        for claim in (period.start.superseded if period.start else ())
        if claim in revised or not claim.value
    }
    resting = tuple(
        claim
        for claim in period.claims
        if claim not in superseded and (claim.role is not Role.READING or claim.event in shown)
    )
    return resting or (min(period.claims, key=_dated),)


def _dated(claim: Claim) -> tuple[int, int]:
    return claim.last, claim.position


def label_of(view: View, facet: str, key: str, number: int) -> str:
    """Return the label of a key: by the name its claims give it, or its nation's, or the key.

    What is counted of the whole mission goes by the name of the mission. An end that says a name
    gives it where no other claim does.
    """
    place = (facet, key, number)
    if place not in view.labels:
        of_place = place
        if not FACETS[facet].lasting and counted_in(key) == view.mission:
            of_place = (MISSION, view.mission, 1)
        claims = view.by_period.get(of_place, ())
        others = [claim for claim in claims if claim.role is not Role.END]
        name = stated_name(gather_fields(others)[0]) or stated_name(gather_fields(claims)[0])
        view.labels[place] = label(facet, key, name)
    return view.labels[place]


def _label_on(view: View, period: Period, value: Json) -> str:
    """Return the label of a period on a day on which it has these values."""
    if name := stated_name(value):
        return label(period.facet, period.key, name)
    return label_of(view, *period.place)
