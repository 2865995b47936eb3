"""Dates, standings and quantities in words.

A date is shown as its source wrote it and, unless that is plain, with its meaning:

    2020-11                [..2024-02] (by Feb 2024)                2020-33 (Jan–Mar 2020)
"""

from collections.abc import Callable, Iterable, Mapping
from typing import cast

from cli.render.languages.translation import term, tr
from cli.render.page import Line, Mark
from events.dates.days import BEGINNING, FOREVER, civil_day, days_in_month, iso_day
from events.dates.edtf import parse
from events.facets import FACETS, Basis
from projections.state_object import StateEntry
from projections.weighing.claims import Claim, dates_of
from projections.weighing.occurrence import Occurrence
from projections.weighing.period import Standing

MONTHS = (
    *("", "Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
PLAIN_FORMS = ("second", "day", "month", "year")


def date(edtf: str) -> str:
    """Show an EDTF date, with its meaning unless that is plain."""
    return " ".join(date_lines(edtf))


def date_lines(edtf: str) -> list[str]:
    """Show an EDTF date as written, and its meaning separately."""
    meaning = [*_meaning(edtf), *_doubts(edtf)]
    return [edtf, f"({', '.join(meaning)})"] if meaning else [edtf]


def brief_date(edtf: str) -> str:
    """Show an EDTF date as written if that is plain, else only its meaning."""
    plain = _meaning(edtf)
    return ", ".join([*plain, *_doubts(edtf)]) if plain else edtf


def _meaning(edtf: str) -> list[str]:
    """Return a date's meaning; empty if that is plain from how it is written."""
    read = parse(edtf)
    if read.kind == "date" and read.precision in PLAIN_FORMS and "X" not in edtf:
        return []
    return [days(read.window.first, read.window.last)]


def _doubts(edtf: str) -> list[str]:
    read = parse(edtf)
    doubts = {tr("uncertain"): read.uncertain, tr("approximate"): read.approximate}
    return [word for word, is_so in doubts.items() if is_so]


def days(first: int | None, last: int | None) -> str:
    """Return a window of day numbers in words; None, BEGINNING and FOREVER are open sides."""
    since = None if first in (None, BEGINNING) else first
    until = None if last in (None, FOREVER) else last
    if since is None:
        return tr("at any time") if until is None else tr("by {day}", day=_edge(until, end=True))
    if until is None:
        return tr("{day} or later", day=_edge(since, end=False))
    if since == until:
        return iso_day(since)
    (year, month, day), (end_year, end_month, end_day) = civil_day(since), civil_day(until)
    if day != 1 or end_day != days_in_month(end_year, end_month):
        return tr("{first} to {last}", first=iso_day(since), last=iso_day(until))
    if (month, end_month) == (1, 12):
        return f"{year:04}" if year == end_year else f"{year:04}–{end_year:04}"
    if year != end_year:
        return f"{_month(month)} {year:04}–{_month(end_month)} {end_year:04}"
    one = _month(month) if month == end_month else f"{_month(month)}–{_month(end_month)}"
    return f"{one} {year:04}"


def _edge(number: int, *, end: bool) -> str:
    """Return one side of a window, as a month if the month is whole."""
    year, month, day = civil_day(number)
    whole = day == (days_in_month(year, month) if end else 1)
    return f"{_month(month)} {year:04}" if whole else iso_day(number)


def _month(number: int) -> str:
    return term("month", MONTHS[number])


def occurrence(lead: str, found: Occurrence) -> Line:
    """Show a start or an end: its dates, its basis unless reported, and whether it is disputed."""
    text = f"{lead} {occurrence_dates(found, date)}"
    if not found.reported:
        text += f", {basis(found.basis)}"
    return (f"{text}, ", disputed()) if found.disputed else text


def occurrence_dates(found: Occurrence, show: Callable[[str], str]) -> str:
    """Return the date of a start or an end, or all of its dates if the sources disagree."""
    each = dates(found.counted, show)
    if found.disputed or " / " not in each:
        return each
    return days(found.days.first, found.days.last)


def dates(claims: Iterable[Claim], show: Callable[[str], str] = date) -> str:
    """Return the dates of claims, each once, in order."""
    return " / ".join(map(show, dates_of(sorted(claims, key=by_window))))


def by_window(claim: Claim) -> tuple[int, int]:
    """Return the sort key of a claim by date."""
    return (claim.first, claim.last)


def standing(found: Standing) -> str:
    """Return a standing in words."""
    return term("standing", "still assumed" if found is Standing.ASSUMED else found.value)


def disputed() -> Mark:
    """Return the mark of what sources contradict each other on."""
    return Mark(tr("disputed"), "alert")


def entry_standing(entry: StateEntry) -> list[Line]:
    """Show an entry's standing, and below it `disputed` if it is."""
    return [standing(entry.standing), *([disputed()] if entry.disputed else [])]


def quantity(value: Mapping[str, object], language: str = "") -> str:
    """Return a JSON quantity in words: `at most 140`, `about 500`, `2 ships (“to”, in Danish)`.

    The source's own words are quoted if they differ; `language` is the name of their language, if
    it is not English.
    """
    low, high = value.get("min"), value.get("max")
    if low is None:
        words = tr("at most {number}", number=_about(high, value))
    elif high is None:
        words = tr("at least {number}", number=_about(low, value))
    else:
        both = low if low == high else tr("{low} to {high}", low=low, high=high)
        words = _about(both, value)
    counted = f" {unit(str(value['unit']))}" if value.get("unit") else ""
    stated = value.get("stated")
    if not stated or str(stated).casefold() in (words, words + counted):
        return words + counted
    quote = quoted(stated)
    if language:
        quote = tr("{quote}, in {language}", quote=quote, language=language)
    return f"{words}{counted} ({quote})"


def _about(number: object, value: Mapping[str, object]) -> str:
    return tr("about {number}", number=number) if value.get("approximate") else str(number)


def unit(stated: str) -> str:
    """Return a unit in the reader's language if that has a word for it, else as it is stated."""
    word = " ".join(stated.casefold().split())
    found = term("unit", word)
    return stated if found == word else found


def quoted(words: object) -> str:
    """Return the source's own words in quotation marks."""
    return tr("“{words}”", words=words)


def facet(name: str) -> str:
    """Return the label of a facet as it stands inside a line."""
    return facet_heading(name).lower()


def facet_heading(name: str) -> str:
    """Return the label of a facet."""
    return term("facet", FACETS[name].label)


def basis(found: Basis) -> str:
    """Return a basis in words."""
    return term("basis", found.value)


def basis_mark(found: object) -> str:
    """Return `planned` or `decided`; empty if the basis is reported."""
    return "" if found in (None, Basis.REPORTED.value) else term("basis", str(found))


def period_mark(number: int) -> str:
    """Return which period of a key it is, after a comma; empty for the first."""
    return tr(", period {number}", number=number) if number > 1 else ""


def runs(numbers: Iterable[int]) -> str:
    """Write numbers in order, three or more consecutive ones as a run: `1, 3-5`."""
    found: list[list[int]] = []
    for number in sorted({*numbers}):
        if found and found[-1][-1] == number - 1:
            found[-1].append(number)
        else:
            found.append([number])
    texts = [f"{run[0]}-{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in found]
    return ", ".join(texts)


def as_mapping(value: object) -> Mapping[str, object]:
    """Return a value if it is a JSON object; an empty one otherwise."""
    return cast("Mapping[str, object]", value) if isinstance(value, Mapping) else {}


def as_list(value: object) -> list[object]:
    """Return a value if it is a JSON list; an empty one otherwise."""
    return list(value) if isinstance(value, list | tuple) else []
