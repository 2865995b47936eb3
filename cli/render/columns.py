"""Answers as rows of a spreadsheet: one column a field, the same columns in every row."""

from collections.abc import Mapping
from functools import cache

from cli.render import wording
from events.facets import MEASURES
from projections.state_object import StateEntry

QUANTITY = ("min", "max", "approximate", "unit", "stated")


@cache
def fields() -> tuple[str, ...]:
    """Return the fields of the facets other than quantities."""
    from events.catalogue import CLAIM_TYPES  # noqa: PLC0415 (start-up)
    from events.claim_event import value_fields  # noqa: PLC0415 (start-up)

    named = (name for kind in CLAIM_TYPES.values() for name in value_fields(kind))
    return tuple(dict.fromkeys(name for name in named if name not in MEASURES))


def claimed() -> tuple[str, ...]:
    """Return the columns of one claim's values."""
    return (
        *(f"value.{field}" for field in fields()),
        *(f"value.{measure}.{field}" for measure in MEASURES for field in QUANTITY),
    )


def value() -> tuple[str, ...]:
    """Return the columns of a state entry's values; `on` is the day of a count."""
    return (
        *(f"value.{field}" for field in fields()),
        *(f"value.on.{field}" for field in ("edtf", "earliest", "latest", "basis")),
        *(
            f"value.{measure}.{field}"
            for measure in MEASURES
            for field in (*QUANTITY, "standing", "basis", "on", "source", "rivals")
        ),
    )


def entry() -> tuple[str, ...]:
    """Return the columns of a state entry, each a path into its record."""
    occurrence = ("edtf", "earliest", "latest")
    return (
        *("facet", "key", "period", "label", "standing", "disputed"),
        *(f"{side}.{field}" for side in ("start", "end") for field in occurrence),
        *("start.basis", "end.basis", "last_attested", "surely_attested"),
        *value(),
        *("variants", "planned_fields", "sources", "events"),
    )


def entry_over_days() -> tuple[str, ...]:
    """Return the columns of a state entry over a span of days."""
    return (*entry(), *DAYS)


DAYS = ("days.first", "days.last", "days.standings")
"""The additional columns of a state entry over a span of days."""


def row(found: StateEntry) -> dict[str, object]:
    """Return a state entry's record, with values nested deeper than a column put in words."""
    shown = dict(found.value)
    for measure in MEASURES:
        if quantity := wording.as_mapping(shown.get(measure)):
            shown[measure] = {**quantity, "rivals": _others(quantity)}
    variants = [f"{name}: {'; '.join(map(_text, all_))}" for name, all_ in found.variants.items()]
    return {"facet": found.facet, **found.to_json(), "value": shown, "variants": variants}


def _text(stated: object) -> str:
    return ", ".join(map(str, stated)) if isinstance(stated, list | tuple) else str(stated)


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
