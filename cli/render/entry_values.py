"""The values of state entries in words, one line each.

Belgium, Norway, Portugal, 86th Brigade Combat Team, rotation 12: 2 helicopters
75 people, still assumed, as of 2020-02-01
contributor also given as Belgium, Norway
"""

from collections.abc import Iterator, Mapping

from cli.render import field_text, wording
from cli.render.legend import Legend
from cli.render.page import Line
from events.facets import MEASURES
from projections.state_object import StateEntry
from projections.weighing.period import Standing

MEASURE_LEADS = {"quantity": "", "reserve": "in reserve: ", "personnel": "personnel: "}
"""What stands before the number of each measure."""


def carried(entry: StateEntry, legend: Legend, *, is_dated: bool = False) -> Iterator[Line]:
    """Yield the lines on an entry's values other than its name and dates.

    With `is_dated`, every quantity has its date, even one with the same standing as the entry.
    """
    value = entry.value
    hidden = (*MEASURES, *field_text.IN_KEY, "on", "aliases")
    facts = [
        field_text.phrase(name, value[name]) + (" (planned)" if name in entry.planned else "")
        for name in field_text.ordered([*value])
        if name not in hidden and value[name] != entry.label and not _is_name(entry, name)
    ]
    if "aliases" in value:
        facts.append(field_text.phrase("aliases", value["aliases"]))
    text = ", ".join(facts)
    if found := wording.as_mapping(value.get("quantity")):
        first, *others = _measured("", found, entry, legend, is_dated=is_dated)
        yield f"{text}: {first}" if text else first
        yield from others
    elif text:
        yield text
    for measure, lead in MEASURE_LEADS.items():
        answer = wording.as_mapping(value.get(measure))
        if answer and measure != "quantity":
            yield from _measured(lead, answer, entry, legend, is_dated=is_dated)
    if ended := [field_text.phrase(name, each) for name, each in _end_facts(entry)]:
        yield f"on its end: {', '.join(ended)}"
    for of_part in (entry.end_variants, entry.variants):
        yield from (field_text.also_given(name, values) for name, values in of_part.items())
    for name, values in entry.planned_variants.items():
        yield f"{field_text.also_given(name, values)} (planned)"


def _is_name(entry: StateEntry, name: str) -> bool:
    """Whether a field is the name that the label begins with."""
    return name == "name" and entry.label.startswith(str(entry.value[name]))


def _end_facts(entry: StateEntry) -> Iterator[tuple[str, object]]:
    """Yield the fields that only the end of an entry states."""
    for name, value in entry.end_value.items():
        if value not in (entry.value.get(name), entry.label):
            yield name, value


def _measured(
    lead: str, answer: Mapping[str, object], entry: StateEntry, legend: Legend, *, is_dated: bool
) -> Iterator[str]:
    yield lead + _answer(answer, entry, legend, is_dated=is_dated)
    yield from _rivals(lead, answer, legend)
    if last := wording.as_mapping(answer.get("last_reported")):
        yield f"{lead}last reported: {quantity(last, legend)}, {dated(last)}"
    for other in map(wording.as_mapping, wording.as_list(answer.get("others"))):
        yield from _measured(f"{lead}or ", other, entry, legend, is_dated=is_dated)
    for also in map(wording.as_mapping, wording.as_list(answer.get("also"))):
        yield from _measured(lead, also, entry, legend, is_dated=is_dated)
    for before in map(wording.as_mapping, wording.as_list(answer.get("before"))):
        yield f"{lead}before: {quantity(before, legend)}, {dated(before)}"
        yield from _rivals(f"{lead}before: ", before, legend)


def _rivals(lead: str, answer: Mapping[str, object], legend: Legend) -> Iterator[str]:
    for rival in map(wording.as_mapping, wording.as_list(answer.get("rivals"))):
        yield f"{lead}or {quantity(rival, legend)}, as {rival.get('source')} says"


def quantity(found: Mapping[str, object], legend: Legend) -> str:
    """Return a quantity in words."""
    return wording.quantity(found, legend.foreign(found.get("source")))


def _answer(
    answer: Mapping[str, object], entry: StateEntry, legend: Legend, *, is_dated: bool
) -> str:
    words = quantity(answer, legend)
    if "until" in answer:
        words += f", until {wording.date(str(answer['until']))}"
    same, is_reading = answer.get("standing") == entry.standing.value, "on" in entry.value
    if is_dated and same and not is_reading:
        return f"{words}, {dated(answer)}"
    if same and (is_reading or not wording.basis_mark(answer.get("basis"))):
        return words
    standing = Standing(str(answer.get("standing")))
    return f"{words}, {wording.STANDINGS.get(standing, standing.value)}, {dated(answer)}"


def dated(reading: Mapping[str, object]) -> str:
    """Return the date of a quantity, and that it is planned if it is."""
    basis = wording.basis_mark(reading.get("basis")) or "as of"
    return f"{basis} {wording.date(str(reading.get('on')))}"
