"""The state of a mission as a value, and its JSON form.

The JSON form is a public contract: keys may be added, but never renamed or removed.

    {"mission": "nato-mission-iraq", "on": "2021-06-15", "known": null, "recorded": null,
     "position": 93, "facets": {"command": [{"key": "DNK", "period": 1, …}], …},
     "left_out": {"possibly_known_sources": 0}}
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from events.dates.days import BEGINNING, FOREVER, iso_day
from projections.weighing.claims import Claim, dates_of, events_of, sources_of
from projections.weighing.occurrence import Occurrence
from projections.weighing.period import Standing

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class StateEntry:
    """One facet key in force, or possibly in force, at the close of a day.

    `value` holds the fields of the facet, ready for JSON, `end_value` those that its end states: a
    reason, or the number of what extended it. `variants` and `end_variants` are other reported
    values of the same fields, `planned_variants` those that only a plan that stands gives;
    `planned` names the fields whose value only a plan gives. `startless`: the
    standing is `possible` only because no source states a start. An entry may be disputed because
    other evidence does not fit its start or end (`contradicted`), because reports on another holder
    do not fit those on it (`clashing`), or because sources disagree on a quantity
    (`counts_disputed`).
    """

    facet: str
    key: str
    period: int
    label: str
    standing: Standing
    disputed: bool
    attested_from: int
    attested_to: int
    value: Json
    claims: tuple[Claim, ...]
    start: Occurrence | None = None
    end: Occurrence | None = None
    variants: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    planned: tuple[str, ...] = ()
    end_value: Json = field(default_factory=dict)
    end_variants: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    planned_variants: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    startless: bool = False
    contradicted: bool = False
    clashing: bool = False
    counts_disputed: bool = False

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources the entry rests on, in the order they were recorded."""
        return tuple(sources_of(self.claims))

    @property
    def events(self) -> tuple[str, ...]:
        """The ids of the events it rests on, by position."""
        return tuple(events_of(self.claims))

    def to_json(self) -> Json:
        """Return the entry as the state object has it."""
        return {
            "key": self.key,
            "period": self.period,
            "label": self.label,
            "standing": self.standing.value,
            "disputed": self.disputed,
            "start": self.start and occurrence_json(self.start),
            "end": self.end
            and {
                **occurrence_json(self.end),
                "value": self.end_value,
                "variants": _lists(self.end_variants),
            },
            "last_attested": day_json(self.attested_to),
            "surely_attested": day_json(self.attested_from),
            "value": self.value,
            "variants": _lists(self.variants),
            "planned_variants": _lists(self.planned_variants),
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
        """Return the state object; `known` and `recorded` are the clocks as given by the user."""
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


def _lists(variants: Mapping[str, tuple[object, ...]]) -> Json:
    return {name: list(values) for name, values in variants.items()}


def occurrence_json(found: Occurrence) -> Json:
    """Return a start or an end for the state object."""
    return {
        "edtf": dates_of(sorted(found.counted, key=_date)),
        "earliest": day_json(found.days.first),
        "latest": day_json(found.days.last),
        "basis": found.basis.value,
        "disputed": found.disputed,
    }


def _date(claim: Claim) -> tuple[int, int]:
    return (claim.first, claim.last)


def day_json(day: int) -> str | None:
    """Return a day as YYYY-MM-DD; None if it is an open bound."""
    return None if day in (BEGINNING, FOREVER) else iso_day(day)
