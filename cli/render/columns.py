"""Answers as rows of a spreadsheet: one column a field, the same columns in every row."""

from collections.abc import Mapping

from cli.render import wording
from events.catalogue import CLAIM_TYPES, value_fields
from events.encoding.codec import KINDS
from events.facets import MEASURES
from projections.state_object import StateEntry

QUANTITY = ("min", "max", "approximate", "unit", "stated")

FIELDS = tuple(
    dict.fromkeys(
        name for kind in CLAIM_TYPES.values() for name in value_fields(kind) if name not in MEASURES
    )
)
"""The fields of the facets other than quantities."""

CLAIMED = (
    *(f"value.{field}" for field in FIELDS),
    *(f"value.{measure}.{field}" for measure in MEASURES for field in QUANTITY),
)
"""The columns of one claim's values."""

VALUE = (
    *(f"value.{field}" for field in FIELDS),
    *(f"value.on.{field}" for field in ("edtf", "earliest", "latest", "basis")),
    *(
        f"value.{measure}.{field}"
        for measure in MEASURES
        for field in (*QUANTITY, "standing", "basis", "on", "source", "rivals")
    ),
)
"""The columns of a state entry's values; `on` is the day of a count."""

ENTRY = (
    *("facet", "key", "period", "label", "standing", "disputed"),
    *(f"{side}.{field}" for side in ("start", "end") for field in ("edtf", "earliest", "latest")),
    *("start.basis", "end.basis", "last_attested", "surely_attested"),
    *VALUE,
    *("variants", "planned_fields", "sources", "events"),
)
"""The columns of a state entry, each a path into its record."""

_DATA_FIELDS = dict.fromkeys(
    info.alias or name
    for kind in KINDS.values()
    for name, info in kind.model_fields.items()
    if name not in (*MEASURES, "type", "mission", "source", "claim")
)

LOGGED = (
    *("position", "time", "recordedby", "type", "subject", "source", "id"),
    *(f"data.{field}" for field in _DATA_FIELDS),
    *(f"data.{measure}.{field}" for measure in MEASURES for field in QUANTITY),
    "announcement",
)
"""The columns of a log entry; a correction fills those of its new claim."""

DAYS = ("days.first", "days.last", "days.standings")
"""The additional columns of a state entry over a span of days."""


def row(entry: StateEntry) -> dict[str, object]:
    """Return a state entry's record, with values nested deeper than a column put in words."""
    value = dict(entry.value)
    for measure in MEASURES:
        if quantity := wording.as_mapping(value.get(measure)):
            value[measure] = {**quantity, "rivals": _others(quantity)}
    variants = [f"{name}: {'; '.join(map(str, given))}" for name, given in entry.variants.items()]
    return {"facet": entry.facet, **entry.to_json(), "value": value, "variants": variants}


def logged(envelope: Mapping[str, object]) -> dict[str, object]:
    """Return a log entry's envelope, with a correction's new claim among its own fields."""
    data = wording.as_mapping(envelope.get("data"))
    return {**envelope, "data": {**data, **wording.as_mapping(data.get("claim"))}}


def _others(quantity: Mapping[str, object]) -> list[str]:
    """Describe the quantities given beside one, each with its date and source."""
    beside: list[str] = []
    for name in ("rivals", "last_reported", "others", "before"):
        found = quantity.get(name)
        for each in map(wording.as_mapping, found if isinstance(found, list) else [found]):
            if each:
                words = wording.quantity({**each, "stated": None})
                beside += [f"{words} ({each.get('on')}, {each.get('source')})", *_others(each)]
    return beside
