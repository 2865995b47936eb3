r"""BibTeX: the sources, for LaTeX (BibTeX, biblatex) and reference managers.

    @misc{um-handover-2022-05,
      title = {{Denmark hands over command of NATO Mission Iraq to Italy}},
      howpublished = {Ministry of Foreign Affairs of Denmark},
      year = {2022},
      month = may,
    }

Text is UTF-8; what TeX would take for a command is escaped. A brace becomes a command, too, since
BibTeX counts `\{` as one that opens. An address has its few such characters percent-encoded.
"""

from collections.abc import Iterator, Mapping
from typing import BinaryIO

from events.dates.days import civil_day
from events.dates.edtf import parse
from projections.exports.extract import Extract
from projections.exports.publication_dates import csl_date, is_plain
from projections.exports.references import CANNOT_HOLD, Reference, references

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        **{each: f"\\{each}" for each in "&%$#_"},
    }
)

LIMITS = (
    *CANNOT_HOLD,
    "A vague publication date has the year alone, if that is sure; the note has all of it.",
)
"""What the format cannot hold, in sentences."""


def write(extract: Extract, target: BinaryIO) -> Mapping[str, int]:
    """Write the sources as BibTeX in UTF-8; return how many there are."""
    head = ["Sources of a mission ledger, as they are described by now through the clocks."]
    head += [f"{name}: {text}" for name, text in extract.facts.items()]
    for line in [*head, *LIMITS]:
        # Outside of entries all is comment, up to the next @.
        target.write(f"% {line.replace('@', '(at)')}\n".encode())
    written = 0
    for found in references(extract):
        fields = "".join(f"  {name} = {value},\n" for name, value in _fields(found))
        target.write(f"\n@misc{{{found.id},\n{fields}}}\n".encode())
        written += 1
    return {"source": written}


def _fields(found: Reference) -> Iterator[tuple[str, str]]:
    shown = found.shown
    yield "title", f"{{{{{tex(shown.title)}}}}}"
    yield "howpublished", f"{{{tex(shown.publisher)}}}"
    yield from dates(found.described.published)
    yield "language", f"{{{tex(shown.language)}}}"
    if found.url:
        yield "url", f"{{{found.url}}}"
    if shown.retrieved:
        yield "urldate", f"{{{tex(shown.retrieved)}}}"
    if found.archived:
        yield "archive", f"{{{found.archived}}}"
    if found.notes:
        yield "note", f"{{{tex('; '.join(found.notes))}}}"


def dates(edtf: str) -> Iterator[tuple[str, str]]:
    """Yield the year if there is no doubt about it, and the month and day of a plain date."""
    date, parts = parse(edtf), csl_date(edtf).get("date-parts")
    if date.uncertain or date.approximate or not isinstance(parts, list):
        return
    (year, *rest), *_ = parts
    # A winter is named by the year that it begins in, and may be meant to the end of the next.
    if any(civil_day(day)[0] != year for day in date.window.bounds):
        return
    yield "year", f"{{{year}}}"
    if is_plain(edtf) and rest:
        month, *day = rest
        yield "month", _MONTHS[month - 1]
        if day:
            yield "day", f"{{{day[0]}}}"


def tex(text: str) -> str:
    """Return a text with what TeX would take for a command escaped."""
    return text.translate(_ESCAPES)
