"""The state of a mission as of a date: what was so, from which sources, and how surely.

The JSON form is the contract; keys are only ever added to it:

    {"mission": "nato-mission-iraq", "on": "2021-06-15", "known": null, "recorded": null,
     "position": 93, "facets": {"command": [{"key": "DNK", "period": 1, …}], …},
     "left_out": {"possibly_known_sources": 0}}
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field

from events import nations
from events.days import BEGINNING, FOREVER, iso_day
from events.facets import FACETS, Role
from events.types import MEASURES
from projections.claims import Claim
from projections.occurrence import Days, Occurrence, days_of, last_published
from projections.period import Period, Standing, standing
from projections.reading import Answer, Reading, answers, readings
from projections.view import View

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class StateEntry:
    """One facet key in force, or perhaps in force, at the close of a day.

    `value` is what the facet carries, ready for JSON. `variants` are what other reported claims
    say of the same field; `planned` names fields that only a plan gives. `startless` says that it
    is possible for no other reason than that no source states its start. Why it is disputed:
    `contradicted` says that evidence of other kinds does not fit its start or end,
    `counts_disputed` that sources count otherwise.
    """

    facet: str
    key: str
    period: int
    label: str
    standing: Standing
    disputed: bool
    start: Occurrence | None
    end: Occurrence | None
    attested_from: int
    attested_to: int
    value: Json
    variants: Mapping[str, tuple[object, ...]]
    planned: tuple[str, ...]
    claims: tuple[Claim, ...]
    startless: bool = False
    contradicted: bool = False
    counts_disputed: bool = False

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources the entry rests on, in the order they were recorded."""
        return tuple(dict.fromkeys(claim.source for claim in self.claims if claim.source))

    @property
    def events(self) -> tuple[str, ...]:
        """The ids of the events it rests on, by position."""
        return tuple(dict.fromkeys(claim.event for claim in self.claims))

    def to_json(self) -> Json:
        """Return the entry as the state object has it."""
        return {
            "key": self.key,
            "period": self.period,
            "label": self.label,
            "standing": self.standing.value,
            "disputed": self.disputed,
            "start": occurrence_json(self.start),
            "end": occurrence_json(self.end),
            "last_attested": day_json(self.attested_to),
            "surely_attested": day_json(self.attested_from),
            "value": self.value,
            "variants": {name: list(values) for name, values in self.variants.items()},
            "planned_fields": list(self.planned),
            "sources": list(self.sources),
            "events": list(self.events),
        }


@dataclass(frozen=True, slots=True)
class State:
    """Every facet of a mission at the close of day `on` (a day number)."""

    mission: str
    on: int
    position: int
    facets: Mapping[str, tuple[StateEntry, ...]]
    possibly_public: frozenset[str] = field(default_factory=frozenset)

    def to_json(self, *, known: str | None = None, recorded: str | None = None) -> Json:
        """Return the state object; `known` and `recorded` are the clocks as they were asked."""
        return {
            "mission": self.mission,
            "on": iso_day(self.on),
            "known": known,
            "recorded": recorded,
            "position": self.position,
            "facets": {
                name: [entry.to_json() for entry in entries]
                for name, entries in self.facets.items()
            },
            "left_out": {"possibly_known_sources": len(self.possibly_public)},
        }


def state(view: View, day: int) -> State:
    """Rebuild a mission's state at the close of a day."""
    facets: dict[str, list[StateEntry]] = {name: [] for name in FACETS}
    for name, periods in view.periods.items():
        for period in periods:
            if found := standing(period, day):
                facets[name].append(in_force(view, period, found, day))
    for key, claims in view.strengths.items():
        preference = view.preferred_reading(("strength", key, 1))
        answered = answers(readings(claims), day, preference)
        facets["strength"].extend(counted(view, key, answer) for answer in answered)
    return State(
        mission=view.mission,
        on=day,
        position=view.position,
        facets={name: tuple(entries) for name, entries in facets.items()},
        possibly_public=view.visible.possibly_public,
    )


def in_force(view: View, period: Period, found: Standing, day: int) -> StateEntry:
    """Return a period as an entry of the state on a day, on which it has this standing."""
    said = telling(period)
    value, variants, planned = described(said, day)
    preference = view.preferred_reading((period.facet, period.key, period.number))
    counts_disputed = False
    shown: set[str] = set()
    for measure in MEASURES:
        if counts := answers(readings(said, measure), day, preference):
            value[measure] = answer_json(counts[0], others=counts[1:])
            counts_disputed = counts_disputed or any(count.disputed for count in counts)
            shown.update(each.claim.event for count in counts for each in count.heard)
    return StateEntry(
        facet=period.facet,
        key=period.key,
        period=period.number,
        label=_label(period.facet, period.key, value),
        standing=found,
        disputed=period.disputed or counts_disputed,
        start=period.start,
        end=period.end,
        attested_from=period.surely_attested,
        attested_to=period.attested_to,
        value=value,
        variants=variants,
        planned=() if period.only_planned else planned,
        claims=_resting_on(period, shown),
        startless=found is Standing.POSSIBLE
        and period.start is None
        and day < min(period.begun.last, period.ended.first)
        and not FACETS[period.facet].exclusive,
        contradicted=period.contradicted,
        counts_disputed=counts_disputed,
    )


def telling(period: Period) -> list[Claim]:
    """Return the claims that say what a period carries: no ends, and no plans that were revised."""
    said = [claim for claim in period.claims if claim.role is not Role.END]
    revised = set(_revised(said))
    return [claim for claim in said if claim not in revised]


def counted(view: View, key: str, answer: Answer) -> StateEntry:
    """Return what answers for a strength key as an entry of the state."""
    reading = answer.reading
    attested = Days(BEGINNING, BEGINNING)
    if reading.claim.reported:
        # On which day of a longer window it was so, the source does not say.
        one_day = reading.days.first == reading.days.last
        attested = Days(reading.days.first if one_day else BEGINNING, reading.days.last)
    return StateEntry(
        facet="strength",
        key=key,
        period=1,
        label=label_of(view, "strength", key, 1),
        standing=answer.standing,
        disputed=answer.disputed,
        start=None,
        end=None,
        attested_from=attested.first,
        attested_to=attested.last,
        value={"quantity": answer_json(answer), "on": reading_date(reading)},
        variants={},
        planned=(),
        claims=tuple(each.claim for each in answer.heard),
        counts_disputed=answer.disputed,
    )


def _revised(claims: Sequence[Claim]) -> list[Claim]:
    """Return the plans to start that a later plan took the place of."""
    plans = [claim for claim in claims if claim.role is Role.START and not claim.reported]
    last = last_published(plans) if len(plans) > 1 else plans
    return [plan for plan in plans if plan not in last]


def described(
    claims: Sequence[Claim], day: int = FOREVER
) -> tuple[Json, dict[str, tuple[object, ...]], tuple[str, ...]]:
    """Gather what claims say of a period, field by field.

    Reported goes before planned, what dates from no later than `day` before what dates from
    after it, and then the latest published.
    """
    value: Json = {}
    variants: dict[str, list[object]] = {}
    from_plans = []
    for claim in sorted(claims, key=lambda claim: _weight(claim, day), reverse=True):
        for name, said in claim.statement.particulars().items():
            if name not in value:
                value[name] = said
                if not claim.reported:
                    from_plans.append(name)
            elif claim.reported and said != value[name] and said not in variants.get(name, ()):
                variants.setdefault(name, []).append(said)
    return value, {name: tuple(said) for name, said in variants.items()}, tuple(from_plans)


def _weight(claim: Claim, day: int) -> tuple[object, ...]:
    first, last = claim.published.first, claim.published.last
    return (
        claim.reported,
        claim.first <= day,
        float("inf") if last is None else last,
        float("-inf") if first is None else first,
        claim.position,
    )


def _resting_on(period: Period, shown: Set[str]) -> tuple[Claim, ...]:
    """Return the claims an answer rests on: not the plans that reports overtook.

    Of its readings, those that are `shown`. Where there is nothing but readings of other days,
    the first of them is what shows that there is something to tell of at all.
    """
    revised = set(_revised(period.claims))
    overtaken = set(period.end.superseded if period.end else ())
    overtaken |= {
        claim
        for claim in (period.start.superseded if period.start else ())
        if claim in revised or not claim.statement.value()
    }
    resting = tuple(
        claim
        for claim in period.claims
        if claim not in overtaken and (claim.role is not Role.READING or claim.event in shown)
    )
    return resting or (min(period.claims, key=_dated),)


def _dated(claim: Claim) -> tuple[int, int]:
    days = days_of(claim)
    return days.last, claim.position


def label_of(view: View, facet: str, key: str, number: int) -> str:
    """Return what to call a key: the name its claims give it, its nation's name, or the key."""
    place = (facet, key, number)
    if facet == "strength" and key == view.mission:
        place = ("mission", key, 1)
    if place not in view.labels:
        view.labels[place] = _label(place[0], key, described(view.by_period.get(place, ()))[0])
    return view.labels[place]


def _label(facet: str, key: str, value: Mapping[str, object]) -> str:
    for name in ("name", "capability"):
        if isinstance(said := value.get(name), str):
            return said
    return nations.label(key) if facet in ("command", "participation", "strength") else key


def answer_json(answer: Answer, others: Sequence[Answer] = ()) -> Json:
    """Return a quantity as the state object has it, with what stands beside it."""
    shown = {**said_json(answer), "standing": answer.standing.value}
    if answer.last_reported:
        shown["last_reported"] = _quantity_json(answer.last_reported)
    if others:
        shown["others"] = [answer_json(other) for other in others]
    return shown


def said_json(answer: Answer) -> Json:
    """Return a quantity and those that rival it."""
    shown = _quantity_json(answer.reading)
    if answer.rivals:
        shown["rivals"] = [_quantity_json(rival) for rival in answer.rivals]
    return shown


def _quantity_json(reading: Reading) -> Json:
    return {
        **reading.quantity.model_dump(mode="json"),
        "on": reading.claim.edtf,
        "basis": reading.claim.basis.value,
        "source": reading.claim.source,
    }


def reading_date(reading: Reading) -> Json:
    """Return a reading's own date in the form of an occurrence."""
    return {
        "edtf": [reading.claim.edtf],
        "earliest": day_json(reading.days.first),
        "latest": day_json(reading.days.last),
        "basis": reading.claim.basis.value,
    }


def occurrence_json(found: Occurrence | None) -> Json | None:
    """Return a start or an end as the state object has it; null where no claim bears on it."""
    if found is None:
        return None
    return {
        "edtf": list(dict.fromkeys(claim.edtf for claim in sorted(found.counted, key=_date))),
        "earliest": day_json(found.days.first),
        "latest": day_json(found.days.last),
        "basis": found.basis.value,
        "disputed": found.disputed,
    }


def _date(claim: Claim) -> tuple[int, int]:
    return (claim.first, claim.last)


def day_json(day: int) -> str | None:
    """Return a day as YYYY-MM-DD; None where it is open."""
    return None if day in (BEGINNING, FOREVER) else iso_day(day)
