"""Error messages for invalid EDTF: which part is wrong, and what to write instead.

Each `refuse_` function raises DateError; `edtf` calls them for a string that is not a valid date.
"""

import re
from typing import NoReturn

from events.dates.days import days_in_month
from events.dates.edtf_forms import DETAILED, PARTS, PLAIN, SHORT_END, TIMED
from events.errors import DateError


def shown(text: str) -> str:
    """Return text in printable form."""
    return text if text.isprintable() else ascii(text)


def refuse(text: str, problem: str, hint: str) -> NoReturn:
    """Refuse a date, or a part of one."""
    raise DateError(f"{shown(text)}: {problem}", hint=hint)


def refuse_month(text: str, y: str, m: str, d: str | None) -> NoReturn:
    """Refuse an invalid month, or a part of a year with a day or an unspecified year."""
    is_part = m.isdigit() and int(m) in PARTS
    if is_part and "X" in y:
        low, high = y.replace("X", "0"), y.replace("X", "9")
        first, last = (high, low) if y.startswith("-") else (low, high)
        refuse(
            text,
            f"{m} is a part of a single year, and {y} may be several",
            f"write {y}, or the earliest and the latest: [{first}-{m}..{last}-{m}]",
        )
    if re.fullmatch("[2-4]X", m):
        refuse(
            text,
            f"{m} may be any part of a year, or not a part of a year at all",
            f"write {y} if the part is not known",
        )
    if_day = f"; if {m} is the day, write {y}-{d}-{m}" if d and _is_day(y, d, m) else ""
    if is_part:
        refuse(
            text,
            f"{m} is a season or another part of a year, and has no days",
            f"remove the day, or write a month from 01 to 12{if_day}",
        )
    parts = "" if d else ", or a season or other part of a year from 21 to 41"
    refuse(text, f"there is no month {m}", f"write a month from 01 to 12{parts}{if_day}")


def _is_day(y: str, m: str, d: str) -> bool:
    if not (y + m + d).isdecimal() or not 1 <= int(m) <= 12:
        return False
    return 1 <= int(d) <= days_in_month(int(y), int(m))


def refuse_day(text: str, y: str, m: str, d: str) -> NoReturn:
    """Refuse a day that does not exist in its month."""
    if d == "00" or (d.isdigit() and int(d) > 31):
        refuse(text, f"there is no day {d}", "write a day from 01 to 31")
    known = y.lstrip("-").isdigit() and m.isdigit()
    length = f": {y}-{m} has {days_in_month(int(y), int(m))} days" if known else ""
    refuse(
        text,
        f"there is no day {d} in month {m}{length}",
        f"write {y}-{m} in its place if the day is not known",
    )


def refuse_member(text: str, dots: str, right: str) -> NoReturn:
    """Refuse a set with a missing date, or with an open side that is not at its end."""
    if right:
        problem = "only the first date of a set can be open at its start"
        refuse(text, problem, f"put ..{shown(right)} first")
    if dots:
        refuse(text, ".. needs a date before or after it", "write [..2021] or [2021..]")
    refuse(text, "a date is missing in the set", "separate the dates with commas: [2020,2021]")


def refuse_ends(text: str) -> NoReturn:
    """Refuse a set as the end of an interval."""
    left, _, right = shown(text).partition("/")
    ends = [end for end in (left, right) if end not in ("", "..")]
    refuse(
        text,
        "the ends of an interval are dates, not sets",
        f"write two events, a start on {left} and an end on {right}"
        if len(ends) == 2
        else f"write {ends[0]}",
    )


def refuse_slashes(text: str) -> NoReturn:
    """Refuse slashes that do not separate the two ends of an interval."""
    left, _, right = text.partition("/")
    whole = f"{left[: -len(right)]}{right}"
    if SHORT_END(right) and "-" in left and PLAIN(left) and PLAIN(whole):
        refuse(text, "both ends of an interval must be written in full", f"write {left}/{whole}")
    meant = []
    if found := re.fullmatch(r"([0-9]{4})/([0-9]{1,2})(?:/([0-9]{1,2}))?", text):
        y, m, d = found.groups()
        if _is_day(y, m, d or "1"):
            meant.append(f"{y}-{m:0>2}-{d:0>2}" if d else f"{y}-{m:0>2} for the month")
        if not d and (after := f"{int(y) + 1:04d}").endswith(f"{m:0>2}"):
            meant.append(f"{y}/{after} for an interval of two years")
            meant.append(f"[{y},{after}] for one of the two")
    elif found := re.fullmatch("([0-9]{1,2})/([0-9]{4})", text):
        m, y = found.groups()
        if _is_day(y, m, "1"):
            meant.append(f"{y}-{m:0>2}")
    refuse(
        text,
        "EDTF dates use hyphens; a slash separates the two ends of an interval",
        f"write {', or '.join(meant)}"
        if meant
        else "write a day as 2021-05-12 and an interval as 2021-05/2022-05",
    )


_AS = "write it as 2021, 2021-05 or 2021-05-12"

_Y, _M, _D = "([0-9]{4})", "(0[1-9]|1[0-2])", "(0[1-9]|[12][0-9]|3[01])"
_DATE = "([0-9]{4}(?:-[0-9]{2}){0,2})"

_FORMS: tuple[tuple[str, str, str], ...] = (
    (rf"{_DATE}, ?{_DATE}", "alternative dates must be in brackets", r"write [\1,\2]"),
    (rf"{_Y}([._ ]){_M}\2{_D}", "EDTF dates use hyphens", r"write \1-\3-\4"),
    (rf"{_Y}[._]{_M}", "EDTF dates use hyphens", r"write \1-\2"),
    (rf"{_M}[-.]{_Y}", "the year comes first, followed by a hyphen", r"write \2-\1"),
    (
        rf"['\"(]*{_DATE} ?(?:-{{1,3}}|–|—)['\")]*",
        "a dash after a date may mean nothing or 'since'",
        r"write \1, or \1/.. if it means since \1",
    ),
    (rf"([1-9])[-.]{_Y}", "the year comes first, followed by a hyphen", r"write \2-0\1"),
    (
        rf"({_Y}-{_M}-{_D})[Tt ]([0-9]{{2}}:[0-9]{{2}})",
        "a time needs hours, minutes, seconds and a zone",
        r"write \1T\5:00Z for a time in UTC",
    ),
    (
        rf"({_Y}-{_M}-{_D}) ([0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}})",
        "a T separates the day from the time, and a zone follows",
        r"write \1T\5Z for a time in UTC",
    ),
)
"""Pattern, message and hint for forms people type; a hint may refer to the pattern's groups."""

_OTHER_FORMS: tuple[tuple[str, str, str], ...] = (
    (r".*\s.*", "a date cannot contain a space", "remove the spaces"),
    (r".*(?![0-9])\d.*", "its digits must be 0 to 9", "use the digits 0 to 9"),
    (
        r"[0-9]{1,2}[-.][0-9]{1,2}[-.][0-9]{4}",
        "the year comes first, and hyphens separate the parts",
        "write it as 2021-05-12",
    ),
    (rf"{_Y}{_M}{_D}", "a day is written with hyphens", r"write \1-\2-\3"),
    (r"[0-9]{8}", "a day is written with hyphens", "write it as 2021-05-12"),
    (rf"{_Y}{_M}", "a month is written with a hyphen", r"write \1-\2, or Y\1\2 for that year"),
    (r"(-?)([0-9]{5,})", "a year of more than four digits starts with Y", r"write Y\1\2"),
    (r"(-?)([0-9]{3})", "a year has four digits", r"write \g<1>0\2, or \1\2X for its decade"),
    (r"-?[0-9]{1,2}", "a year has four digits", "write all four digits: 2021"),
    (r"-?[0-9]{4}-[0-9]{3}", "EDTF has no ordinal days", "write it as 2021-05-12"),
    (
        r"[0-9]{4}-?W.*",
        "EDTF has no weeks",
        "write the first and the last day: [2021-05-17..2021-05-23] for week 20 of 2021",
    ),
    (r"P[0-9].*|R[0-9]*/.*", "a duration is not a date", "write an interval: 2021-05/2022-05"),
    (rf"\.\.{_DATE}", "an open-ended date must be in brackets", r"write [..\1]"),
    (rf"{_DATE}\.\.", "an open-ended date must be in brackets", r"write [\1..]"),
    (r"\.\..*|.*\.\.", "an open-ended date must be in brackets", "write [..2021] or [2021..]"),
    (rf"['\"(]*{_DATE}[.,;:'\")]*", "the date is surrounded by other characters", r"write \1"),
    (r"-?Y-?0.*", "a year after Y cannot start with 0", "write Y12345"),
    (r"-Y.*", "the minus comes after the Y", "write Y-12345"),
    (r".*[()].*", "EDTF has no parentheses", "put ?, ~ or % directly after the part: 2004-06~-11"),
    (r".*T.*", "a time is hours, minutes and seconds", "write it as 2022-05-24T10:00:00Z"),
    (r"-?0000-.*", "there is no year -0000", "write 0000"),
)


def refuse_shape(text: str) -> NoReturn:
    """Refuse a string that matches no form of date; say which part is wrong."""
    if not text:
        raise DateError("a date is missing", hint=_AS)
    _refuse_range(text)
    _refuse_where(text, _FORMS)
    padded = re.sub("(?<=-)[0-9](?=-|$)", r"0\g<0>", text)
    for form, meant, problem in (
        (DETAILED, "".join(text.split()), "a date cannot contain a space"),
        (DETAILED, text.upper().replace("U", "X"), "an unknown digit is written as a capital X"),
        (TIMED, text.upper(), "T and Z must be capitals"),
        (DETAILED, padded, "months and days have two digits"),
    ):
        if form(meant):
            refuse(text, problem, f"write {meant}")
    _refuse_where(text, _OTHER_FORMS)
    refuse(text, "not an EDTF date", _AS)


def _refuse_range(text: str) -> None:
    """Refuse 2021 - 2022 and 2021..2022, which may mean a period or one day in it."""
    found = re.fullmatch(rf"{_DATE} *(?:--?|–|—|\.\.\.?|…) *{_DATE}", text)
    if found and found[1] <= found[2]:
        refuse(
            text,
            "ambiguous: a period, or one day in it",
            f"write {found[1]}/{found[2]} for the period,"
            f" or [{found[1]}..{found[2]}] for one day in it",
        )


def _refuse_where(text: str, forms: tuple[tuple[str, str, str], ...]) -> None:
    for pattern, message, hint in forms:
        if found := re.fullmatch(pattern, text, re.DOTALL):
            refuse(text, message, found.expand(hint))
