"""The values of state entries in words, one line each.

Belgium, Norway, Portugal, 86th Brigade Combat Team, rotation 12: 2 helicopters
75 people, still assumed, as of 2020-02-01
contributor also given as Belgium, Norway
"""

from collections.abc import Iterator, Mapping

from cli.render import field_text, wording
from cli.render.languages.translation import term, tr
from cli.render.legend import Legend
from cli.render.page import Line
from events.facets import MEASURES, Basis
from projections.state_object import StateEntry
from projections.weighing.period import Standing

MEASURE_LEADS = {"quantity": "", "reserve": "in reserve:", "personnel": "personnel:"}
"""What stands before the number of each measure."""


def measure_lead(measure: str) -> str:
    """Return what stands before the number of a measure, with a space after it if anything."""
    lead = MEASURE_LEADS[measure]
    return f"{term('lead', lead)} " if lead else ""


def carried(entry: StateEntry, legend: Legend, *, is_dated: bool = False) -> Iterator[Line]:
    """Yield the lines on an entry's values other than its name and dates.

    With `is_dated`, every quantity has its date, even one with the same standing as the entry.
    """
    value = entry.value
    planned = f" ({wording.basis(Basis.PLANNED)})"
    hidden = (*MEASURES, *field_text.IN_KEY, "on", "aliases")
    facts = [
        field_text.phrase(name, value[name]) + (planned if name in entry.planned else "")
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
    for measure in MEASURE_LEADS:
        answer = wording.as_mapping(value.get(measure))
        if answer and measure != "quantity":
            lead = measure_lead(measure)
            yield from _measured(lead, answer, entry, legend, is_dated=is_dated)
    if ended := [field_text.phrase(name, each) for name, each in _end_facts(entry)]:
        yield tr("on its end: {facts}", facts=", ".join(ended))
    for of_part in (entry.end_variants, entry.variants):
        yield from (field_text.also_given(name, values) for name, values in of_part.items())
    for name, values in entry.planned_variants.items():
        yield field_text.also_given(name, values) + planned


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
    """Yield the lines of a quantity and what stands beside it, each reading once."""
    answers = [answer, *map(wording.as_mapping, wording.as_list(answer.get("others")))]
    before = [*map(wording.as_mapping, wording.as_list(answer.get("before")))]
    told = [_reading(each) for each in (*answers, *before)]
    for place, each in enumerate(answers):
        words = _answer(each, entry, legend, is_dated=is_dated)
        yield lead + (tr("or {answer}", answer=words) if place else words)
        yield from _rivals(lead, each, legend, told)
        if last := wording.as_mapping(each.get("last_reported")):
            words = f"{quantity(last, legend)}, {dated(last)}"
            yield lead + tr("last reported: {reading}", reading=words)
    for also in map(wording.as_mapping, wording.as_list(answer.get("also"))):
        yield from _measured(lead, also, entry, legend, is_dated=is_dated)
    for each in before:
        is_possible = each.get("standing") == Standing.POSSIBLE.value
        possible = f", {wording.standing(Standing.POSSIBLE)}" if is_possible else ""
        words = f"{quantity(each, legend)}{possible}, {dated(each)}"
        yield lead + tr("before: {reading}", reading=words)
        yield from _rivals(lead + tr("before: {reading}", reading=""), each, legend, told)


def _rivals(
    lead: str, answer: Mapping[str, object], legend: Legend, told: list[tuple[object, ...]]
) -> Iterator[str]:
    """Yield the lines of the rivals that are not told elsewhere, and add these to `told`."""
    for rival in map(wording.as_mapping, wording.as_list(answer.get("rivals"))):
        if _reading(rival) not in told:
            told.append(_reading(rival))
            words, source = quantity(rival, legend), rival.get("source")
            yield lead + tr("or {quantity}, as {source} says", quantity=words, source=source)


def _reading(found: Mapping[str, object]) -> tuple[object, ...]:
    """Return what tells a reading from others: its quantity, date and source."""
    names = ("min", "max", "approximate", "unit", "stated", "on", "until", "basis", "source")
    return tuple(found.get(name) for name in names)


def quantity(found: Mapping[str, object], legend: Legend) -> str:
    """Return a quantity in words, with the date from which on it answers no more."""
    words = wording.quantity(found, legend.foreign(found.get("source")))
    until = found.get("until")
    return (
        tr("{quantity}, until {date}", quantity=words, date=wording.date(str(until)))
        if until
        else words
    )


def _answer(
    answer: Mapping[str, object], entry: StateEntry, legend: Legend, *, is_dated: bool
) -> str:
    words = quantity(answer, legend)
    same, is_reading = answer.get("standing") == entry.standing.value, "on" in entry.value
    is_possible = answer.get("standing") == Standing.POSSIBLE.value
    if is_dated and same and not is_reading and not is_possible:
        return f"{words}, {dated(answer)}"
    is_plain = not is_dated and not wording.basis_mark(answer.get("basis"))
    if same and (is_reading or is_plain):
        return words
    standing = Standing(str(answer.get("standing")))
    return f"{words}, {wording.standing(standing)}, {dated(answer)}"


def dated(reading: Mapping[str, object]) -> str:
    """Return the date of a quantity, and that it is planned if it is."""
    basis, date = wording.basis_mark(reading.get("basis")), wording.date(str(reading.get("on")))
    return f"{basis} {date}" if basis else tr("as of {date}", date=date)
