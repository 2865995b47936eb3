"""Publication dates as reference managers write them.

    2022-05        {"date-parts": [[2022, 5]]}
    2021-22~       {"date-parts": [[2021]], "season": 2, "circa": true}
    2020-33        {"date-parts": [[2020, 1], [2020, 3]], "circa": true}
    [..2024-02]    {"literal": "[..2024-02]"}

CSL has no window of days of which one is meant. The nearest is a range that is marked `circa`; an
open window has no form but its own text. The EDTF is kept beside all but the plainest dates.
"""

from events.dates.days import civil_day, days_in_month
from events.dates.edtf import parse
from events.dates.edtf_date import Edtf

_PLAIN = {"second": 3, "day": 3, "month": 2, "year": 1}
"""How many parts a date of each precision has."""

_SEASONS = {"21": 1, "22": 2, "23": 3, "24": 4}
"""EDTF's seasons of no hemisphere, and those of CSL."""

Json = dict[str, object]


def is_plain(edtf: str) -> bool:
    """Whether a date is a day, a month or a year, and nothing about it is vague."""
    date = parse(edtf)
    return _parts(date) is not None and not (date.uncertain or date.approximate)


def csl_date(edtf: str) -> Json:
    """Return a publication date as a CSL date."""
    date = parse(edtf)
    doubt = {"circa": True} if date.uncertain or date.approximate else {}
    if parts := _parts(date):
        return {"date-parts": [parts], **doubt}
    year, _, season = edtf.rstrip("?~%").partition("-")
    if season in _SEASONS and year.isdigit():
        return {"date-parts": [[int(year)]], "season": _SEASONS[season], **doubt}
    if date.window.first is None or date.window.last is None:
        return {"literal": edtf}
    return {"date-parts": _edges(date.window.first, date.window.last), "circa": True}


def _parts(date: Edtf) -> list[int] | None:
    """Return year, month and day of a plain date, as far as it has them."""
    if date.kind != "date" or date.precision not in _PLAIN or "X" in date.text:
        return None
    first = date.window.first
    return None if first is None else list(civil_day(first)[: _PLAIN[date.precision]])


def _edges(first: int, last: int) -> list[list[int]]:
    """Return the first and the last date of a window, in months or years where these are whole."""
    since, until = civil_day(first), civil_day(last)
    parts = 3
    if since[2] == 1 and until[2] == days_in_month(*until[:2]):
        parts = 1 if (since[1], until[1]) == (1, 12) else 2
    edges = [list(since[:parts]), list(until[:parts])]
    return edges[:1] if edges[0] == edges[1] else edges
