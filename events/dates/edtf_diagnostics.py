"""What to say of a date that is none: the part that is wrong, and what to write instead.

Each function here raises DateError; `edtf` calls them where a string fits no form.
"""

import re
from typing import NoReturn

from events.dates.days import days_in_month
from events.dates.edtf_forms import DETAILED, PARTS, PLAIN, SHORT_END, TIMED
from events.errors import DateError


def shown(text: str) -> str:
    """Return text as it can be printed."""
    return text if text.isprintable() else ascii(text)


def refuse_month(text: str, y: str, m: str, d: str | None) -> NoReturn:
    """Refuse a month that is none, or a part of a year that is given a day or an unknown year."""
    is_part = m.isdigit() and int(m) in PARTS
    if is_part and "X" in y:
        low, high = y.replace("X", "0"), y.replace("X", "9")
        ends = (high, low) if y.startswith("-") else (low, high)
        raise DateError(
            f"{text}: {m} is a part of one year, and {y} is not known to be one",
            hint=f"write {y}, or the first and the last it can be: [{ends[0]}-{m}..{ends[1]}-{m}]",
        )
    if re.fullmatch("[2-4]X", m):
        raise DateError(
            f"{text}: {m} may be any part of a year, or none",
            hint=f"write {y} where the part is not known",
        )
    if_day = f"; if {m} is the day, write {y}-{d}-{m}" if d and _is_day(y, d, m) else ""
    if is_part:
        raise DateError(
            f"{text}: {m} is a season or another part of a year, and has no days",
            hint=f"leave the day out, or write a month from 01 to 12{if_day}",
        )
    parts = "" if d else ", seasons and other parts of a year 21 to 41"
    raise DateError(f"{text}: there is no month {m}", hint=f"months are 01 to 12{parts}{if_day}")


def _is_day(y: str, m: str, d: str) -> bool:
    if not (y + m + d).isdecimal() or not 1 <= int(m) <= 12:
        return False
    return 1 <= int(d) <= days_in_month(int(y), int(m))


def refuse_day(text: str, y: str, m: str, d: str) -> NoReturn:
    """Refuse a day that its month does not have."""
    if d == "00" or (d.isdigit() and int(d) > 31):
        raise DateError(f"{text}: there is no day {d}", hint="days are 01 to 31")
    known = y.lstrip("-").isdigit() and m.isdigit()
    length = f": {y}-{m} has {days_in_month(int(y), int(m))} days" if known else ""
    raise DateError(
        f"{text}: there is no day {d} in month {m}{length}",
        hint=f"write {y}-{m} if the day is not known",
    )


def refuse_member(text: str, dots: str, right: str) -> NoReturn:
    """Refuse a set with a date missing, or an open side in its midst."""
    if right:
        raise DateError(
            f"{shown(text)}: only the first date of a set can reach back",
            hint=f"put ..{shown(right)} first",
        )
    if dots:
        raise DateError(
            f"{shown(text)}: .. needs a date beside it", hint="write [..2021] or [2021..]"
        )
    raise DateError(
        f"{shown(text)}: a date is missing in the set", hint="write dates with commas: [2020,2021]"
    )


def refuse_ends(text: str) -> NoReturn:
    """Refuse a set as an end of an interval."""
    left, _, right = shown(text).partition("/")
    ends = [end for end in (left, right) if end not in ("", "..")]
    raise DateError(
        f"{shown(text)}: the ends of an interval are dates, not sets",
        hint=f"write two events, a start on {left} and an end on {right}"
        if len(ends) == 2
        else f"write {ends[0]}",
    )


def refuse_slashes(text: str) -> NoReturn:
    """Refuse slashes that do not part the two ends of an interval."""
    left, _, right = text.partition("/")
    whole = f"{left[: -len(right)]}{right}"
    if SHORT_END(right) and "-" in left and PLAIN(left) and PLAIN(whole):
        raise DateError(
            f"{text}: both ends of an interval are written in full", hint=f"write {left}/{whole}"
        )
    meant = []
    if found := re.fullmatch(r"([0-9]{4})/([0-9]{1,2})(?:/([0-9]{1,2}))?", text):
        y, m, d = found.groups()
        if _is_day(y, m, d or "1"):
            meant.append(f"{y}-{m:0>2}-{d:0>2}" if d else f"{y}-{m:0>2} for the month")
        if not d and (after := f"{int(y) + 1:04d}").endswith(f"{m:0>2}"):
            meant.append(f"{y}/{after} from the one year to the other")
            meant.append(f"[{y},{after}] for one of the two")
    elif found := re.fullmatch("([0-9]{1,2})/([0-9]{4})", text):
        m, y = found.groups()
        if _is_day(y, m, "1"):
            meant.append(f"{y}-{m:0>2}")
    raise DateError(
        f"{shown(text)}: EDTF dates use hyphens; a slash is for the two ends of an interval",
        hint=f"write {', or '.join(meant)}"
        if meant
        else "write a day as 2021-05-12 and an interval as 2021-05/2022-05",
    )


_DIGITS_WITHOUT_ZEROS = re.compile(r"(-?[0-9]{4})-([0-9]{1,2})(?:-([0-9]{1,2}))?").fullmatch
_YEAR_LAST = re.compile(r"[0-9]{1,2}[-.][0-9]{1,2}[-.][0-9]{4}").fullmatch

_Y, _M, _D = "([0-9]{4})", "(0[1-9]|1[0-2])", "(0[1-9]|[12][0-9]|3[01])"
_DATE = "([0-9]{4}(?:-[0-9]{2}){0,2})"

_SHAPES: tuple[tuple[str, str, str], ...] = (
    (rf"{_DATE}, ?{_DATE}", "dates of which one is meant go in brackets", r"write [\1,\2]"),
    (rf"{_Y}([._ ]){_M}\2{_D}", "EDTF dates use hyphens", r"write \1-\3-\4"),
    (rf"{_Y}[._]{_M}", "EDTF dates use hyphens", r"write \1-\2"),
    (rf"{_M}[-.]{_Y}", "the year comes first, and a hyphen between", r"write \2-\1"),
    (
        rf"['\"(]*{_DATE} ?(?:-{{1,3}}|–|—)['\")]*",
        "a dash after a date may mean nothing, or since",
        r"write \1, or \1/.. where it means since \1",
    ),
    (rf"([1-9])[-.]{_Y}", "the year comes first, and a hyphen between", r"write \2-0\1"),
    (
        rf"({_Y}-{_M}-{_D})[Tt ]([0-9]{{2}}:[0-9]{{2}})",
        "a time is hours, minutes and seconds, with its zone",
        r"write \1T\5:00Z for a time in UTC",
    ),
    (
        rf"({_Y}-{_M}-{_D}) ([0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}})",
        "a time follows its day after a T, with its zone",
        r"write \1T\5Z for a time in UTC",
    ),
)
"""Shapes people type, some with spaces; a hint may name the groups of its pattern."""

_OTHER_SHAPES: tuple[tuple[str, str, str], ...] = (
    (rf"{_Y}{_M}{_D}", "a day is written with hyphens", r"write \1-\2-\3"),
    (r"[0-9]{8}", "a day is written with hyphens", "write it as 2021-05-12"),
    (rf"{_Y}{_M}", "a month is written with a hyphen", r"write \1-\2, or Y\1\2 for that year"),
    (r"(-?)([0-9]{5,})", "a year of more than four digits starts with Y", r"write Y\1\2"),
    (r"(-?)([0-9]{3})", "a year has four digits", r"write \g<1>0\2, or \1\2X for its decade"),
    (r"-?[0-9]{1,2}", "a year has four digits", "write all four, such as 2021"),
    (r"-?[0-9]{4}-[0-9]{3}", "days are counted within their month", "write it as 2021-05-12"),
    (
        r"[0-9]{4}-?W.*",
        "EDTF has no weeks",
        "write the days it is from and to, as [2021-05-17..2021-05-23] for the 20th of 2021",
    ),
    (r"P[0-9].*|R[0-9]*/.*", "a duration is not a date", "write an interval: 2021-05/2022-05"),
    (rf"\.\.{_DATE}", "an open date goes in brackets", r"write [..\1]"),
    (rf"{_DATE}\.\.", "an open date goes in brackets", r"write [\1..]"),
    (r"\.\..*|.*\.\.", "an open date goes in brackets", "write [..2021] or [2021..]"),
    (
        rf"['\"(]*{_DATE}[.,;:'\")]*",
        "there are signs around it that are no part of a date",
        r"write \1",
    ),
    (r"-?Y-?0.*", "a year after Y starts with another digit than 0", "write Y12345"),
    (r"-Y.*", "the minus comes after the Y", "write Y-12345"),
    (r".*[()].*", "EDTF has no parentheses", "put ?, ~ or % right after the part: 2004-06~-11"),
    (r".*T.*", "a time is hours, minutes and seconds", "write it as 2022-05-24T10:00:00Z"),
    (r"-?0000-.*", "there is no year -0000", "write 0000"),
)


def refuse_shape(text: str) -> NoReturn:
    """Say which part of a string that matches no form of date is wrong."""
    said = shown(text)
    if not text:
        raise DateError("a date is missing", hint="write it as 2021, 2021-05 or 2021-05-12")
    _refuse_range(text)
    _refuse_where(text, _SHAPES)
    if any(character.isspace() for character in text):
        closed_up = "".join(text.split())
        raise DateError(
            f"{said}: there is a space in it",
            hint=f"write {closed_up}" if DETAILED(closed_up) else "EDTF has no spaces",
        )
    if any(character.isdigit() and not character.isascii() for character in text):
        raise DateError(f"{said}: not all its digits are 0 to 9", hint="write them as 0 to 9")
    if DETAILED(text.upper().replace("U", "X")):
        raise DateError(
            f"{said}: a digit that is not known is a capital X",
            hint=f"write {text.upper().replace('U', 'X')}",
        )
    if TIMED(text.upper()):
        raise DateError(f"{said}: T and Z are capitals", hint=f"write {text.upper()}")
    if found := _DIGITS_WITHOUT_ZEROS(text):
        y, m, d = found.groups()
        day = f"-{int(d):02d}" if d else ""
        raise DateError(
            f"{said}: months and days have two digits", hint=f"write {y}-{int(m):02d}{day}"
        )
    if _YEAR_LAST(text):
        raise DateError(
            f"{said}: the year comes first, and hyphens between", hint="write it as 2021-05-12"
        )
    _refuse_where(text, _OTHER_SHAPES)
    raise DateError(
        f"{said}: this is not an EDTF date", hint="write it as 2021, 2021-05 or 2021-05-12"
    )


def _refuse_range(text: str) -> None:
    """Refuse 2021 - 2022 and 2021..2022: a period, or one day of it."""
    found = re.fullmatch(rf"{_DATE} *(?:--?|–|—|\.\.\.?|…) *{_DATE}", text)
    if found and found[1] <= found[2]:
        raise DateError(
            f"{text}: this may mean a period, or one day in it",
            hint=f"write {found[1]}/{found[2]} for a period from the one to the other,"
            f" [{found[1]}..{found[2]}] for some day between them",
        )


def _refuse_where(text: str, shapes: tuple[tuple[str, str, str], ...]) -> None:
    for pattern, message, hint in shapes:
        if found := re.fullmatch(pattern, text, re.DOTALL):
            raise DateError(f"{shown(text)}: {message}", hint=found.expand(hint))
