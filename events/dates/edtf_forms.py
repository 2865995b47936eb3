"""Regular expressions for the forms of an EDTF date, and the table of parts of a year."""

import re

PLAIN = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?([?~%])?").fullmatch
"""A year, a month, a part of a year or a day: nearly every date in practice."""

DETAILED = re.compile(
    r"([?~%]?)(-?)([0-9X]{4})([?~%]?)"
    r"(?:-([?~%]?)([0-9X]{2})([?~%]?)"
    r"(?:-([?~%]?)([0-9X]{2})([?~%]?))?)?"
).fullmatch
"""`PLAIN` with a sign, unspecified digits, and a qualifier on either side of each part."""

MAGNITUDE = re.compile(
    r"([?~%]?)(?:Y(-?[1-9][0-9]*)(?:E([1-9][0-9]*))?|(-?[0-9]{4})(?=S))"
    r"(?:S([1-9][0-9]*))?([?~%]?)"
).fullmatch
"""A year of more than four digits, an exponent, or a number of significant digits (levels 1, 2)."""

MOST_DIGITS = 16
"""The most digits a year may have for its day numbers to fit in 64 bits."""

# EDTF code of a part of a year (ISO 8601-2, 4.8): first month, number of months, name.
PARTS: dict[int, tuple[int, int, str]] = {
    **{21 + n: (3 + 3 * (n % 4), 3, "season") for n in range(8)},
    **{29 + n: (3 + 3 * ((n + 2) % 4), 3, "season") for n in range(4)},
    **{33 + n: (1 + 3 * n, 3, "quarter") for n in range(4)},
    **{37 + n: (1 + 4 * n, 4, "third") for n in range(3)},
    **{40 + n: (1 + 6 * n, 6, "half") for n in range(2)},
}

SHORT_END = re.compile(r"[0-9]{1,2}(?:-[0-9]{1,2})?").fullmatch
"""An interval end without its year, or part of a date written with slashes: not EDTF."""

TIMED = re.compile(
    r"(-?[0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})"
    r"(?:(Z)|([+-])([0-9]{2})(?::([0-9]{2}))?)?"
).fullmatch
