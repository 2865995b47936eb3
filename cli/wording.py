"""The words answers are put in: dates, standings, quantities, sources.

A date is shown as its source wrote it; where that is not plain, with what it is taken to mean:

    2020-11                [..2024-02] (by Feb 2024)                2020-33 (Jan–Mar 2020)
"""

from collections.abc import Iterable, Mapping
from typing import cast

from cli.page import Line, Mark, Notes
from events.days import BEGINNING, FOREVER, civil_day, days_in_month, iso_day
from events.edtf import parse
from events.facets import Basis
from events.source import Source
from projections.claims import Claim
from projections.occurrence import Occurrence
from projections.state import StateEntry

MONTHS = (
    *("", "Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
LANGUAGES = {"da": "Danish", "en": "English"}
PLAIN_FORMS = ("second", "day", "month", "year")


def date(edtf: str) -> str:
    """Show one EDTF date, with a plain reading where it needs one."""
    return " ".join(date_lines(edtf))


def date_lines(edtf: str) -> list[str]:
    """Show one EDTF date as it is written, and its plain reading apart."""
    read = parse(edtf)
    doubts = {"uncertain": read.uncertain, "approximate": read.approximate}
    said = [word for word, is_so in doubts.items() if is_so]
    if read.kind != "date" or read.precision not in PLAIN_FORMS or "X" in edtf:
        said.insert(0, days(read.window.first, read.window.last))
    return [edtf, f"({', '.join(said)})"] if said else [edtf]


def days(first: int | None, last: int | None) -> str:
    """Say a window of day numbers plainly; None, BEGINNING and FOREVER are open sides."""
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
    """Say one side of a window: by its month where the month is whole."""
    year, month, day = civil_day(number)
    whole = day == (days_in_month(year, month) if end else 1)
    return f"{MONTHS[month]} {year:04}" if whole else iso_day(number)


def occurrence(lead: str, found: Occurrence) -> Line:
    """Show a start or an end: its date or dates, its basis unless reported, its dispute."""
    dates = list(dict.fromkeys(claim.edtf for claim in sorted(found.counted, key=_by_window)))
    if len(dates) == 1 or found.disputed:
        said = f"{lead} {' / '.join(date(each) for each in dates)}"
    else:
        said = f"{lead} {days(found.days.first, found.days.last)}"
    if not found.reported:
        said += f", {found.basis.value}"
    return (f"{said}, ", Mark("disputed", "alert")) if found.disputed else said


def _by_window(claim: Claim) -> tuple[int, int]:
    return (claim.first, claim.last)


def standing(entry: StateEntry) -> list[Line]:
    """Show a standing as its word, with `disputed` under it where it is."""
    if entry.disputed:
        return [entry.standing.value, Mark("disputed", "alert")]
    return [entry.standing.value]


def quantity(said: Mapping[str, object]) -> str:
    """Say a quantity as JSON has it: `at most 140`, `about 500`, `2 helicopters (stated: two)`."""
    low, high = said.get("min"), said.get("max")
    about = "about " if said.get("approximate") else ""
    if low is None:
        words = f"at most {about}{high}"
    elif high is None:
        words = f"at least {about}{low}"
    else:
        words = about + (f"{low}" if low == high else f"{low} to {high}")
    unit, stated = f" {said['unit']}" if said.get("unit") else "", said.get("stated")
    # The source's words are worth showing where they are not the same words.
    tells = stated and str(stated).casefold() not in (words, words + unit)
    return f"{words}{unit} (stated: {stated})" if tells else words + unit


def basis_mark(basis: object) -> str:
    """Return `planned`, `decided` or nothing, for what is reported."""
    return "" if basis in (None, Basis.REPORTED.value, Basis.REPORTED) else str(basis)


def numbered(sources: Iterable[str]) -> dict[str, int]:
    """Return the numbers of sources footnotes, in the order given."""
    return {source: n for n, source in enumerate(dict.fromkeys(sources), 1)}


def cited(sources: Iterable[str], marks: Mapping[str, int]) -> str:
    """Return the footnote marks of sources: `[1]`, `[1, 3]`, `[1-5]`."""
    said = runs(marks[source] for source in sources)
    return f"[{said}]" if said else ""


def runs(numbers: Iterable[int]) -> str:
    """Write numbers in order, three and more in a row as a run: `1, 3-5`."""
    found: list[list[int]] = []
    for number in sorted({*numbers}):
        if found and found[-1][-1] == number - 1:
            found[-1].append(number)
        else:
            found.append([number])
    said = [f"{run[0]}-{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in found]
    return ", ".join(said)


def source_line(source: Source | None, name: str) -> Line:
    """Describe a source in one line: its id, publisher, title, publication date and language."""
    if source is None:
        return (Mark(name), ", which the record does not describe")
    return (
        Mark(name),
        f": {source.publisher}, “{source.title}”, published {date(source.published)},"
        f" in {language(source)}",
    )


def language(source: Source) -> str:
    """Name a source's language, or give its tag."""
    return LANGUAGES.get(source.language, source.language)


def source_notes(marks: Mapping[str, int], described: Mapping[str, Source]) -> list[Notes]:
    """Return the list of sources under an answer; nothing where there are none."""
    lines = [(f"[{mark}]", source_line(described.get(name), name)) for name, mark in marks.items()]
    return [Notes("SOURCES", lines)] if lines else []


def as_mapping(value: object) -> Mapping[str, object]:
    """Return a JSON object as one; an empty one for anything else."""
    return cast("Mapping[str, object]", value) if isinstance(value, Mapping) else {}
