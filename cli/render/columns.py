"""Answers as rows of a spreadsheet: one column a field, the same columns in every row."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from cli.render import field_text, wording
from events.facets import FACETS, MEASURES
from projections.state_object import StateEntry

QUANTITY = ("min", "max", "approximate", "unit", "stated")
VOTE = ("for", "against", "abstained", "absent")
KEY_PARTS = dict.fromkeys(part for facet in FACETS.values() for part in facet.key_parts)
"""The fields that keys are put together from."""


BESIDE = ("rivals", "also")
"""The columns of quantities beside one: of the same kind of things, and of others."""


@cache
def fields() -> tuple[str, ...]:
    """Return the fields of the facets other than quantities."""
    from events.catalogue import CLAIM_TYPES  # noqa: PLC0415 (start-up)
    from events.claim_event import value_fields  # noqa: PLC0415 (start-up)

    named = (name for kind in CLAIM_TYPES.values() for name in value_fields(kind))
    return tuple(dict.fromkeys(name for name in named if name not in MEASURES))


def paths(names: Iterable[str]) -> Iterator[str]:
    """Yield the columns of fields by name: a vote has one for each side."""
    for name in names:
        yield from (f"{name}.{side}" for side in VOTE) if name == "vote" else (name,)


def stated() -> tuple[str, ...]:
    """Return the columns of the fields that claims state and of those that keys hold."""
    return tuple(f"value.{path}" for path in (*KEY_PARTS, *paths(fields())))


def claimed() -> tuple[str, ...]:
    """Return the columns of one claim's values."""
    return (
        *stated(),
        *(f"value.{measure}.{field}" for measure in MEASURES for field in QUANTITY),
    )


def value() -> tuple[str, ...]:
    """Return the columns of a state entry's values; `on` is the day of a count."""
    return (
        *(each for each in stated() if each != "value.until"),
        *(f"value.on.{field}" for field in ("edtf", "earliest", "latest", "basis")),
        *(
            f"value.{measure}.{field}"
            for measure in MEASURES
            for field in (*QUANTITY, "standing", "basis", "on", "until", "source", *BESIDE)
        ),
    )


def entry() -> tuple[str, ...]:
    """Return the columns of a state entry, each a path into its record."""
    occurrence = ("edtf", "earliest", "latest")
    return (
        *("facet", "key", "period", "label", "standing", "disputed"),
        *(f"{side}.{field}" for side in ("start", "end") for field in occurrence),
        *("start.basis", "end.basis", "end.value", "last_attested", "surely_attested"),
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
            beside = {"rivals": _others(quantity, _SAME_KIND), "also": _others(quantity, ("also",))}
            shown[measure] = {**quantity, **beside}
    record = {"facet": found.facet, **found.to_json(), "value": shown}
    of_plans = (f"{each} (planned)" for each in variants(found.planned_variants))
    record["variants"] = [*variants(found.variants), *of_plans]
    if found.end:
        of_end = [f"{name}: {_text(each)}" for name, each in found.end_value.items()]
        of_end += variants(found.end_variants)
        record["end"] = {**wording.as_mapping(record["end"]), "value": of_end}
    return record


def variants(given: Mapping[str, object]) -> list[str]:
    """Return the other values of fields, one field after the other."""
    return [
        f"{name}: {'; '.join(map(_text, wording.as_list(values)))}"
        for name, values in given.items()
    ]


def _text(stated: object) -> str:
    if isinstance(stated, Mapping):
        return field_text.vote(stated)
    return ", ".join(map(str, stated)) if isinstance(stated, list | tuple) else str(stated)


_SAME_KIND = ("rivals", "last_reported", "others", "before")


def _others(quantity: Mapping[str, object], names: Sequence[str]) -> list[str]:
    """Describe the quantities given beside one, each with its date and source."""
    beside: list[str] = []
    for name in names:
        found = quantity.get(name)
        for each in map(wording.as_mapping, found if isinstance(found, list) else [found]):
            if each:
                words = wording.quantity({**each, "stated": None})
                beside += [
                    f"{words} ({each.get('on')}, {each.get('source')})",
                    *_others(each, _SAME_KIND),
                ]
    return beside
