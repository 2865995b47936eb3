"""The quantities of a state object: what answers, and the readings beside it.

    {"min": 2, "max": 2, "approximate": false, "unit": "helicopters", "stated": null,
     "on": "2019-11-01", "basis": "reported", "source": "…", "standing": "assumed",
     "also": [{"min": 80, "max": 80, "unit": "people", …}]}

Of several kinds of things counted, the first by name answers, and the others are under `also`.
"""

from collections.abc import Iterable, Mapping, Sequence

from events.units import kind_of
from projections.state_object import Json, StateEntry, day_json
from projections.weighing.readings import Answer, Reading


def combined(of_kinds: Iterable[Json]) -> Json:
    """Return the quantities of several kinds of things as the first one, and others under `also`.

    There is at least one.
    """
    first, *others = of_kinds
    return {**first, "also": others} if others else first


def kind_counted(entry: StateEntry) -> str:
    """Return the kind of things that an entry's quantity counts; empty where it has none."""
    quantity = entry.value.get("quantity")
    unit = quantity.get("unit") if isinstance(quantity, Mapping) else None
    return kind_of(unit, in_category="category" in entry.value)


def answer_json(answer: Answer, others: Sequence[Answer] = ()) -> Json:
    """Return a quantity for the state object, with its standing and the readings beside it."""
    shown = {**quantity_json(answer), "standing": answer.standing.value}
    if answer.last_reported:
        shown["last_reported"] = _reading_json(answer.last_reported)
    if others:
        shown["others"] = [answer_json(other) for other in others]
    return shown


def quantity_json(answer: Answer) -> Json:
    """Return a quantity and its rivals."""
    shown = _reading_json(answer.reading)
    if answer.rivals:
        shown["rivals"] = [_reading_json(rival) for rival in answer.rivals]
    return shown


def _reading_json(reading: Reading) -> Json:
    until = reading.claim.data.get("until")
    return {
        **reading.quantity.to_json(),
        "on": reading.claim.edtf,
        **({"until": until} if until else {}),
        "basis": reading.claim.basis.value,
        "source": reading.claim.source,
    }


def in_words(quantity: Mapping[str, object]) -> str:
    """Return a quantity of the state object in words: `at most 140 people`, `about 500`."""
    low, high = quantity.get("min"), quantity.get("max")
    about = "about " if quantity.get("approximate") else ""
    if low is None:
        words = f"at most {about}{high}"
    elif high is None:
        words = f"at least {about}{low}"
    else:
        words = about + (f"{low}" if low == high else f"{low} to {high}")
    return f"{words} {quantity['unit']}" if quantity.get("unit") else words


def reading_date(reading: Reading) -> Json:
    """Return a reading's own date, in the same form as an occurrence."""
    return {
        "edtf": [reading.claim.edtf],
        "earliest": day_json(reading.days.first),
        "latest": day_json(reading.days.last),
        "basis": reading.claim.basis.value,
    }
