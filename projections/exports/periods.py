"""The table `periods`: a row a period of every facet that has periods.

What a value is depends on the day. Where a period is in the state at the close of the day asked
about, its row has the values of that day; else those of the nearest day on which it is or was in
the state. The column `value_on` says which.
"""

from collections.abc import Iterator, Mapping

from events.catalogue import CLAIM_TYPES
from events.claim_event import value_fields
from events.dates.days import BEGINNING, FOREVER
from events.facets import COMMANDER_PARTS, FACETS, MEASURES, Basis
from events.files.field_help import FIELDS
from projections.exports import words
from projections.exports.table import Column, Row, Table
from projections.spans import hull, runs_of
from projections.state import period_entry
from projections.state_object import StateEntry, day_json
from projections.view import View
from projections.weighing.period import Period, Standing, standing

_VOTE = ("for", "against", "abstained", "absent")
_NOT_OF_PERIODS = (*MEASURES, "until", "category", "sex")

BASES = tuple(basis.value for basis in Basis if basis is not Basis.UNLESS_AHEAD)
STANDINGS = tuple(each.value for each in Standing)


def _fields() -> tuple[str, ...]:
    """Return the fields that claims on periods state and those of their keys, but quantities."""
    named = (name for kind in CLAIM_TYPES.values() for name in value_fields(kind))
    return tuple(
        name for name in dict.fromkeys((*COMMANDER_PARTS, *named)) if name not in _NOT_OF_PERIODS
    )


FIELDS_OF_PERIODS = _fields()


def _columns() -> Iterator[Column]:
    yield Column("mission", "string", "the mission's short name", required=True)
    facets = tuple(name for name, facet in FACETS.items() if facet.lasting)
    yield Column("facet", "string", "the part of the state", required=True, one_of=facets)
    yield Column("key", "string", "which one in the facet", required=True)
    yield Column("period", "integer", "which stay of this key, from 1 on", required=True)
    yield Column("label", "string", "what the key is called")
    meaning = "how sure it is at the close of `on`; empty where it is not in the state on that day"
    yield Column("standing", "string", meaning, one_of=STANDINGS)
    yield Column("disputed", "boolean", "sources contradict each other on it", required=True)
    for side in ("start", "end"):
        yield Column(f"{side}_edtf", "string", f"the dates of the {side} as stated, in EDTF")
        yield Column(f"{side}_earliest", "date", f"the earliest day of the {side}; empty: open")
        yield Column(f"{side}_latest", "date", f"the latest day of the {side}; empty: open")
        yield Column(f"{side}_basis", "string", f"whether the {side} is reported", one_of=BASES)
        yield Column(f"{side}_disputed", "boolean", f"sources disagree on the date of the {side}")
    yield Column("end_states", "string", "what sources say of the end besides its date")
    yield Column("last_attested", "date", "the latest day on which a source attests it, perhaps")
    yield Column("surely_attested", "date", "the latest day on which sources surely attest it")
    yield Column("in_state_from", "date", "the first day it is in the state, surely or perhaps")
    yield Column("in_state_until", "date", "the last such day; empty: open")
    yield Column("value_on", "date", "the day for which the columns that follow hold")
    for name in FIELDS_OF_PERIODS:
        if name == "vote":
            for side in _VOTE:
                yield Column(f"vote_{side}", "integer", f"how many voted: {side}")
        else:
            yield Column(name, "string", FIELDS[name].meaning)
    for measure in MEASURES:
        yield Column(f"{measure}_min", "integer", f"the least {measure}; empty: not stated")
        yield Column(f"{measure}_max", "integer", f"the most {measure}; empty: not stated")
        yield Column(f"{measure}_approximate", "boolean", "the source says: about")
        yield Column(f"{measure}_unit", "string", "what is counted")
        yield Column(f"{measure}_stated", "string", "the source's words")
        yield Column(f"{measure}_standing", "string", "how sure it is", one_of=STANDINGS)
        yield Column(f"{measure}_basis", "string", "whether it is reported", one_of=BASES)
        yield Column(f"{measure}_on", "string", "the date of the number, in EDTF")
        yield Column(f"{measure}_source", "string", "the id of its source")
        yield Column(f"{measure}_beside", "string", "other numbers beside it, and of other things")
    yield Column("variants", "string", "other values that sources give of the same fields")
    yield Column("planned_fields", "string", "the fields whose value only a plan gives")
    yield Column("sources", "string", "the ids of the sources it rests on")
    yield Column("events", "string", "the ids of the events it rests on, shortened")


def _rows(view: View, on: int) -> Iterator[Row]:
    for period in view.all_periods:
        yield _row(view, period, on)


def _row(view: View, period: Period, on: int) -> Row:
    runs = runs_of(period)
    found = standing(period, on)
    day = on if found else _nearest(runs, on)
    # A period that is on no day in the state has values all the same, and none of them is sure.
    then = found or standing(period, day) or Standing.POSSIBLE
    entry = period_entry(view, period, then, day)
    shown = hull(runs) if runs else None
    return {
        **{"mission": view.mission, "facet": period.facet, "key": period.key},
        **{"period": period.number, "label": entry.label},
        "standing": found.value if found else None,
        "disputed": entry.disputed,
        **_sides(entry),
        "last_attested": day_json(entry.attested_to),
        "surely_attested": day_json(entry.attested_from),
        "in_state_from": shown and day_json(shown.first),
        "in_state_until": shown and day_json(shown.last),
        "value_on": day_json(day) if runs else None,
        **_values(entry.value),
        "variants": [
            *words.variants(entry.variants),
            *words.variants(entry.planned_variants, " (planned)"),
        ],
        "planned_fields": entry.planned,
        "sources": entry.sources,
        "events": entry.events,
    }


def _nearest(runs: tuple[tuple[int, int, Standing], ...], on: int) -> int:
    """Return the last day of runs before a day, else the first day after it, else the day."""
    before = [last for _, last, _ in runs if last < on]
    after = [first for first, _, _ in runs if BEGINNING < first < FOREVER]
    return max(before) if before else min(after, default=on)


def _sides(entry: StateEntry) -> dict[str, object]:
    stated = entry.to_json()
    row: dict[str, object] = {}
    for side in ("start", "end"):
        found = stated[side]
        if isinstance(found, Mapping):
            for name in ("edtf", "earliest", "latest", "basis", "disputed"):
                row[f"{side}_{name}"] = found[name]
    row["end_states"] = [
        *(f"{name}: {words.value(each)}" for name, each in entry.end_value.items()),
        *words.variants(entry.end_variants),
    ]
    return row


def _values(value: Mapping[str, object]) -> dict[str, object]:
    """Return the values of a state entry by column."""
    row: dict[str, object] = {name: value.get(name) for name in FIELDS_OF_PERIODS}
    vote = row.pop("vote", None)
    if isinstance(vote, Mapping):
        row.update({f"vote_{side}": vote.get(side) for side in _VOTE})
    for measure in MEASURES:
        given = value.get(measure)
        if isinstance(given, Mapping):
            names = ("min", "max", "approximate", "unit", "stated", "standing", "basis")
            row.update({f"{measure}_{name}": given[name] for name in (*names, "on", "source")})
            row[f"{measure}_beside"] = list(words.beside(given))
    return row


PERIODS = Table(
    "periods",
    "period",
    "A row for each period of each key: when it began and ended, how sure that is, and its values.",
    tuple(_columns()),
    ("mission", "facet", "key", "period"),
    _rows,
)
