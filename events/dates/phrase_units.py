"""Parse one date in words: a day, a month, a part of a year, or EDTF.

    24 May 2022, Tuesday 24 May 2022, 2022-05-24     2022-05-24
    May 2021, 2021 May                               2021-05
    Q1 2021, første kvartal 2021                     2021-33
    beginning of, middle of, end of 2021             2021-33, 2021-38, 2021-36
    year-end 2021                                    2021-36
    early 2021, late 2021                            2021-37, 2021-39
    early May 2021                                   2021-05: the whole month
    summer 2021, winter 2020/21                      2021-22, 2020-24
    turn of the year 2020/21                         [2020-36,2021-33]

Every pattern matches the whole text: a phrase with an unknown word is not parsed.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache
from typing import NamedTuple

from events.dates.days import Window
from events.dates.edtf import parse
from events.dates.languages import DateWords
from events.errors import DateError


class PhraseMeaning(NamedTuple):
    """The date a phrase means, and the rule that was applied.

    `still` is set where the phrase says it was still so on publication. `sharp` is set where the
    first and last day are beyond dispute, unlike those of a summer or the middle of a year.
    """

    edtf: str
    rule: str
    still: bool = False
    sharp: bool = True

    @property
    def window(self) -> Window:
        """The days the date allows. Raises DateError for an invalid date such as 31 June."""
        return parse(self.edtf).window

    def related(self, edtf: str, relation: str) -> "PhraseMeaning":
        """Return the date that a relation to this one means."""
        return PhraseMeaning(edtf, f"{self.rule}; {relation}")


_LETTERS = str.maketrans(
    {"å": "aa", "æ": "ae", "ø": "oe", "é": "e", "–": "-", "—": "-", "‑": "-", "’": "'"}
)


def normalized(text: str) -> str:
    """Return a phrase in lower case, without accents, extra spaces or final punctuation."""
    small = unicodedata.normalize("NFC", text).lower().translate(_LETTERS)
    return re.sub(r"(?<![.,;])[.,;]$", "", " ".join(small.replace(", ", " ").split()))


@cache
def compiled(pattern: str) -> Callable[[str], re.Match[str] | None]:
    """Return a function that matches a pattern against a whole text."""
    return re.compile(pattern).fullmatch


def any_of(words: Iterable[str]) -> str:
    """Return a pattern that matches any of the words."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def read_date(language: DateWords, text: str) -> PhraseMeaning | None:
    """Parse one date of any precision; None if the text is not a date.

    Raises DateError for an invalid date: 2021-13, or a Tuesday called Monday.
    """
    bare = compiled(language.lead + "(.+)")(text)
    if bare is None:
        return None
    for unit in (
        _edtf,
        _day,
        _month,
        _part,
        _fraction,
        _season,
        _year_end,
        _turn_of_year,
        _on_weekday,
    ):
        if found := unit(language, bare[1]):
            return found
    return None


_EDTF = re.compile("-?[0-9x]{4}(?:-[0-9x]{2}){0,2}[?~%]?").fullmatch
_SHARP = re.compile("[0-9]{4}(?:-(?:0[1-9]|1[0-2])){0,2}(?:-[0-9]{2})?").fullmatch


def _edtf(_language: DateWords, text: str) -> PhraseMeaning | None:
    if not _EDTF(text):
        return None
    date = parse(text.upper())
    return PhraseMeaning(date.text, f"a {date.precision}", sharp=bool(_SHARP(date.text)))


def _day(language: DateWords, text: str) -> PhraseMeaning | None:
    year_first = r"(?P<year>[0-9]{4})[ -](?P<month>[a-z]+)\.?[ -](?P<day>[0-9]{1,2})"
    for pattern in (*language.day, year_first):
        found = compiled(pattern)(text)
        if found and (month := language.months.get(found["month"])):
            return PhraseMeaning(f"{found['year']}-{month:02d}-{int(found['day']):02d}", "a day")
    return None


def _month(language: DateWords, text: str) -> PhraseMeaning | None:
    for pattern in (
        rf"(?P<month>[a-z]+)[.,]*[ -]{language.of}(?P<year>[0-9]{{4}})",
        r"(?P<year>[0-9]{4})[ -](?P<month>[a-z]+)",
    ):
        found = compiled(pattern)(text)
        if found and (month := language.months.get(found["month"])):
            return PhraseMeaning(f"{found['year']}-{month:02d}", "a month")
    return None


_PART_RULES = {
    33: "the beginning of a year is January to March",
    37: "early in a year is January to April",
    38: "the middle of a year is May to August",
    39: "late in a year is September to December",
    36: "the end of a year is October to December",
}
_WHOLE = "a part of a {0} is taken for the whole {0}, wide rather than narrow"
_YEAR = re.compile("[0-9]{4}").fullmatch


def _part(language: DateWords, text: str) -> PhraseMeaning | None:
    """Parse a part of a year; a part of anything shorter means the whole of it."""
    found = compiled(rf"({any_of(language.parts)})[ -]{language.article}(.+)")(text)
    if found is None:
        return None
    for unit in (_edtf, _month, _fraction):
        if whole := unit(language, found[2]):
            break
    else:
        return None
    if _YEAR(whole.edtf):
        code = language.parts[found[1]]
        return PhraseMeaning(f"{whole.edtf}-{code}", _PART_RULES[code], sharp=False)
    name = parse(whole.edtf).precision
    if not whole.sharp or name not in ("month", "quarter", "half"):
        return None
    return PhraseMeaning(whole.edtf, _WHOLE.format(name), sharp=False)


def _fraction(language: DateWords, text: str) -> PhraseMeaning | None:
    """Parse a quarter or a half of a year; half a month means the whole month."""
    for word, name, count, base in (
        ("quarter", language.quarter, 4, 32),
        ("half", language.half, 2, 39),
    ):
        letter = word[0]
        for pattern in (
            rf"(?P<which>[a-z0-9.]+) {name} {language.of}(?P<year>[0-9]{{4}})",
            rf"{letter}(?P<which>[1-4])[ /-]?{language.of}(?P<year>[0-9]{{4}})",
            rf"(?P<year>[0-9]{{4}})[ /-]?{letter}(?P<which>[1-4])",
        ):
            found = compiled(pattern)(text)
            ordinal = found["which"] if found else ""
            which = int(ordinal) if ordinal.isdecimal() else language.ordinals.get(ordinal, 0)
            if found and which and which <= count:
                code = base + (count if which == -1 else which)
                return PhraseMeaning(f"{found['year']}-{code}", f"a {word} of a year")
    halved = compiled(rf"([a-z0-9.]+) {language.half} {language.of}(.+)")(text)
    month = _month(language, halved[2]) if halved else None
    if halved is None or month is None or language.ordinals.get(halved[1], 3) > 2:
        return None
    return PhraseMeaning(month.edtf, _WHOLE.format("month"), sharp=False)


_SEASON_RULE = "a season, with the months it has in the north"


def _season(language: DateWords, text: str) -> PhraseMeaning | None:
    found = compiled(rf"([a-z]+) {language.of}([0-9]{{4}})(?:[/-]([0-9]{{2}}|[0-9]{{4}}))?")(text)
    if found is None or found[1] not in language.seasons:
        return None
    code, year, next_year = language.seasons[found[1]], int(found[2]), found[3]
    if next_year is not None:
        if code != 24 or not _follows(next_year, year):
            return None
        return PhraseMeaning(f"{year:04d}-24", _SEASON_RULE, sharp=False)
    if code != 24:
        return PhraseMeaning(f"{year:04d}-{code}", _SEASON_RULE, sharp=False)
    # Ambiguous: either winter may be meant, so return both.
    return PhraseMeaning(
        f"[{year - 1:04d}-24,{year:04d}-24]" if year else "0000-24",
        f"{_SEASON_RULE}; the winter that ends or the winter that begins in that year",
        sharp=False,
    )


def _year_end(language: DateWords, text: str) -> PhraseMeaning | None:
    found = compiled(rf"(?:{language.year_end}) ([0-9]{{4}})")(text)
    return PhraseMeaning(f"{found[1]}-36", _PART_RULES[36], sharp=False) if found else None


def _turn_of_year(language: DateWords, text: str) -> PhraseMeaning | None:
    found = compiled(rf"{language.turn_of_year} ([0-9]{{4}})[/-]([0-9]{{2}}|[0-9]{{4}})")(text)
    if found is None or not _follows(found[2], int(found[1])):
        return None
    year = int(found[1])
    return PhraseMeaning(
        f"[{year:04d}-36,{year + 1:04d}-33]",
        "the turn of the year is the end of the one or the beginning of the other",
        sharp=False,
    )


def _follows(digits: str, year: int) -> bool:
    """Whether two or four digits are those of the next year."""
    return year < 9999 and f"{year + 1:04d}".endswith(digits)


_WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def _on_weekday(language: DateWords, text: str) -> PhraseMeaning | None:
    """Parse a day with its day of the week. Raises DateError if the two do not match."""
    found = compiled(rf"([a-z]+)\.?,? {language.article}(.+)")(text)
    if found is None or found[1] not in language.weekdays:
        return None
    date = _edtf(language, found[2]) or _day(language, found[2])
    if date is None or parse(date.edtf).precision != "day" or not date.sharp:
        return None
    stated, actual = language.weekdays[found[1]], ((date.window.first or 0) - 1) % 7 + 1
    if stated != actual:
        raise DateError(
            f"{text}: {date.edtf} is a {_WEEKDAYS[actual - 1]}, not a {_WEEKDAYS[stated - 1]}",
            hint="check the source: the day of the week or the date is wrong",
        )
    return PhraseMeaning(date.edtf, f"a day, and it is a {_WEEKDAYS[actual - 1]}")
