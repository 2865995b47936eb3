"""Dates, standings and quantities in words.

A date is shown as its source wrote it and, unless that is plain, with its meaning:

    2020-11                [..2024-02] (by Feb 2024)                2020-33 (Jan–Mar 2020)
"""

from collections.abc import Callable, Iterable, Mapping
from typing import cast

from cli.render.page import Line, Mark
from events.dates.days import BEGINNING, FOREVER, civil_day, days_in_month, iso_day
from events.dates.edtf import parse
from events.facets import FACETS, Basis
from projections.quantities import in_words
from projections.state_object import StateEntry
from projections.weighing.claims import Claim, dates_of
from projections.weighing.occurrence import Occurrence
from projections.weighing.period import Standing

MONTHS = (
    *("", "Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
DISPUTED = Mark("disputed", "alert")
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
    doubts = {"uncertain": read.uncertain, "approximate": read.approximate}
    return [word for word, is_so in doubts.items() if is_so]


def days(first: int | None, last: int | None) -> str:
    """Return a window of day numbers in words; None, BEGINNING and FOREVER are open sides."""
    since = None if first in (None, BEGINNING) else first
    until = None if last in (None, FOREVER) else last
    if since is None:
        return "at any time" if until is None else f"by {_edge(until, end=True)}"
    if until is None:
        return f"{_edge(since, end=False)} or later"
    if since == until:
        return iso_day(since)
    (year, month, day), (end_year, end_month, end_day) = civil_day(since), civil_day(until)
    if day != 1 or end_day != days_in_month(end_year, end_month):
        return f"{iso_day(since)} to {iso_day(until)}"
    if (month, end_month) == (1, 12):
        return f"{year:04}" if year == end_year else f"{year:04}–{end_year:04}"
    if year != end_year:
        return f"{MONTHS[month]} {year:04}–{MONTHS[end_month]} {end_year:04}"
    one = MONTHS[month] if month == end_month else f"{MONTHS[month]}–{MONTHS[end_month]}"
    return f"{one} {year:04}"


def _edge(number: int, *, end: bool) -> str:
    """Return one side of a window, as a month if the month is whole."""
    year, month, day = civil_day(number)
    whole = day == (days_in_month(year, month) if end else 1)
    return f"{MONTHS[month]} {year:04}" if whole else iso_day(number)


def occurrence(lead: str, found: Occurrence) -> Line:
    """Show a start or an end: its dates, its basis unless reported, and whether it is disputed."""
    text = f"{lead} {occurrence_dates(found, date)}"
    if not found.reported:
        text += f", {found.basis.value}"
    return (f"{text}, ", DISPUTED) if found.disputed else text


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
    return "still assumed" if found is Standing.ASSUMED else found.value


def entry_standing(entry: StateEntry) -> list[Line]:
    """Show an entry's standing, and below it `disputed` if it is."""
    return [standing(entry.standing), *([DISPUTED] if entry.disputed else [])]


def quantity(value: Mapping[str, object], language: str = "") -> str:
    """Return a JSON quantity in words: `at most 140`, `about 500`, `2 ships (“to”, in Danish)`.

    The source's own words are quoted if they differ; `language` is the name of their language, if
    it is not English.
    """
    words, bare = in_words(value), in_words({**value, "unit": None})
    stated = value.get("stated")
    if not stated or str(stated).casefold() in (bare, words):
        return words
    quoted = f"“{stated}”, in {language}" if language else f"“{stated}”"
    return f"{words} ({quoted})"


def facet(name: str) -> str:
    """Return the label of a facet as it stands inside a line."""
    return FACETS[name].label.lower()


def basis_mark(basis: object) -> str:
    """Return `planned` or `decided`; empty if the basis is reported."""
    return "" if basis in (None, Basis.REPORTED.value, Basis.REPORTED) else str(basis)


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
