"""What to say of a date that is none: the part that is wrong, and what to write instead.

Each function here raises DateError; `edtf` calls them where a string fits no form.
"""

import re
from typing import NoReturn

from events.days import days_in_month
from events.edtf_forms import DETAILED, PARTS, TIMED
from events.errors import DateError


def shown(text: str) -> str:
    """Return text as it can be printed."""
    return text if text.isprintable() else ascii(text)


def refuse_month(text: str, m: str, d: str | None) -> NoReturn:
    """Refuse a month that is none, or a part of a year that is given a day."""
    if m.isdigit() and int(m) in PARTS:
        raise DateError(
            f"{text}: {m} is a season or another part of a year, and has no days",
            hint="leave the day out, or write a month from 01 to 12",
        )
    raise DateError(
        f"{text}: there is no month {m}",
        hint="months are 01 to 12" + (", seasons and other parts of a year 21 to 41" * (d is None)),
    )


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


def refuse_slashes(text: str) -> NoReturn:
    """Refuse slashes that do not part the two ends of an interval."""
    raise DateError(
        f"{shown(text)}: EDTF dates use hyphens; a slash is for the two ends of an interval",
        hint="write a day as 2021-05-12 and an interval as 2021-05/2022-05",
    )


_DIGITS_WITHOUT_ZEROS = re.compile(r"(-?[0-9]{4})-([0-9]{1,2})(?:-([0-9]{1,2}))?").fullmatch
_YEAR_LAST = re.compile(r"[0-9]{1,2}[-.][0-9]{1,2}[-.][0-9]{4}").fullmatch
_OTHER_SHAPES = (
    (r"[0-9]{8}", "a day is written with hyphens", "write it as 2021-05-12"),
    (r"-?[0-9]{5,}", "a year of more than four digits starts with Y", "write Y12345"),
    (r"-?[0-9]{1,3}", "a year has four digits", "write 0198, or 198X for its decade"),
    (r"-?[0-9]{4}-[0-9]{3}", "days are counted within their month", "write it as 2021-05-12"),
    (r"[0-9]{4}-?W.*", "EDTF has no weeks", "write the days from and to: [2021-05-10..2021-05-16]"),
    (r"P[0-9].*|R[0-9]*/.*", "a duration is not a date", "write an interval: 2021-05/2022-05"),
    (r"\.\..*|.*\.\.", "an open date goes in brackets", "write [..2021] or [2021..]"),
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
    for pattern, message, hint in _OTHER_SHAPES:
        if re.fullmatch(pattern, text, re.DOTALL):
            raise DateError(f"{said}: {message}", hint=hint)
    raise DateError(
        f"{said}: this is not an EDTF date", hint="write it as 2021, 2021-05 or 2021-05-12"
    )
