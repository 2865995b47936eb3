"""The forms an EDTF date can have, as regular expressions, and the parts of a year."""

import re

PLAIN = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?([?~%])?").fullmatch
"""A year, a month, a part of a year or a day: nearly every date there is."""

DETAILED = re.compile(
    r"([?~%]?)(-?)([0-9X]{4})([?~%]?)"
    r"(?:-([?~%]?)([0-9X]{2})([?~%]?)"
    r"(?:-([?~%]?)([0-9X]{2})([?~%]?))?)?"
).fullmatch
"""The same with a sign, unknown digits, and a qualifier on either side of each part."""

MAGNITUDE = re.compile(
    r"([?~%]?)(?:Y(-?[1-9][0-9]*)(?:E([1-9][0-9]*))?|(-?[0-9]{4})(?=S))"
    r"(?:S([1-9][0-9]*))?([?~%]?)"
).fullmatch
"""A year past four digits, an exponent, or a number of significant digits (level 1 and 2)."""

MOST_DIGITS = 16
"""Years of up to this many digits have day numbers that fit 64 bits."""

# First month, how many months, and what it is called, for each part of a year (ISO 8601-2, 4.8).
PARTS: dict[int, tuple[int, int, str]] = {
    **{21 + n: (3 + 3 * (n % 4), 3, "season") for n in range(8)},
    **{29 + n: (3 + 3 * ((n + 2) % 4), 3, "season") for n in range(4)},
    **{33 + n: (1 + 3 * n, 3, "quarter") for n in range(4)},
    **{37 + n: (1 + 4 * n, 4, "third") for n in range(3)},
    **{40 + n: (1 + 6 * n, 6, "half") for n in range(2)},
}

SHORT_END = re.compile(r"[0-9]{1,2}(?:-[0-9]{1,2})?").fullmatch
"""The end of an interval without its year, or a month or a day with slashes: none of EDTF."""

TIMED = re.compile(
    r"(-?[0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})"
    r"(?:(Z)|([+-])([0-9]{2})(?::([0-9]{2}))?)?"
).fullmatch
