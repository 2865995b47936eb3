"""Words to dates: what an announcement says, in English or Danish, as EDTF.

Words go to windows that are wide rather than narrow, because a window too narrow makes a false
"certain"; and what the tables below do not know is refused, never guessed:

    beginning of 2021                 primo 2021                    2021-33
    mid-2022                          midten af 2022                2022-38
    by February 2024                  senest i februar 2024         [..2024-02]
    since October 2018                siden oktober 2018            2018-10, and still so
    from the end of 2020 to mid-2022  fra udgangen af 2020 til medio 2022   2020-36/2022-38
    from May 2021 and one year ahead  fra maj 2021 og et år frem    2021-05/2022-05

Capitals and extra spaces do not matter, å may be written aa (æ ae, ø oe), and a month may be
shortened. A year has four digits.
"""

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple, NoReturn

from events.days import iso_day
from events.edtf import LONGEST, Edtf, parse
from events.errors import DateError
from events.tongues import DANISH, ENGLISH, TONGUES, Language, Tongue


@dataclass(frozen=True, slots=True)
class Phrase:
    """What words were taken to mean, and why.

    `edtf` is the date, `words` the phrase as given, `language` the one it was read in (`en`
    where it is the same in both) and `rule` the rule that read it, in plain words. `still` says
    that the words claim it was so until they were published, which is an attestation.
    """

    edtf: str
    rule: str
    language: Language
    words: str
    still: bool = False


class Reading(NamedTuple):
    """The date some words mean, the rule that says so, and whether it was still so."""

    edtf: str
    rule: str
    still: bool = False


def read_phrase(text: str, published: str | None = None) -> Phrase:
    """Read words as a date; `published` (EDTF, publication clock) helps word what is said of it.

    Raises DateError, which says what it does not know and what comes nearest, and never guesses.
    """
    if len(text) > LONGEST:
        raise DateError("this is too long for a date", hint=f"use at most {LONGEST} characters")
    plain = _plainly(text)
    for tongue in TONGUES:
        if found := _read(tongue, plain):
            break
    else:
        _refuse(text.strip(), plain, published)
    parse(found.edtf)  # refuses 31 June, and an interval that ends before it starts
    rule = found.rule
    if found.still:
        on = f" ({published})" if published else ""
        rule += f"; still so, so an attestation on the publication date{on} goes with it"
    return Phrase(found.edtf, rule, tongue.code, text.strip(), found.still)


def understand(text: str, published: str | None = None) -> tuple[Edtf, Phrase | None]:
    """Read EDTF, or else words (`read_phrase`); the phrase is None where the text was EDTF.

    Raises DateError: about the EDTF where it looks like EDTF, and otherwise about the words.
    """
    try:
        return parse(text), None
    except DateError as error:
        refused = error
    try:
        phrase = read_phrase(text, published)
    except DateError:
        if not _LIKE_WORDS(text):
            raise refused from None
        raise
    return parse(phrase.edtf), phrase


# Reading ----------------------------------------------------------------------------------

_LIKE_WORDS = re.compile(
    r"(?s).*[^\W\d_xXuU]{2}|\s*[0-9]{1,2}[./-] ?[0-9]{1,2}[./-] ?[0-9]{2,4}\s*$"
).match
_NUMERIC = re.compile(r"([0-9]{1,2})[./-] ?([0-9]{1,2})[./-] ?([0-9]{2,4})").fullmatch
_LETTERS = str.maketrans({"å": "aa", "æ": "ae", "ø": "oe", "–": "-", "‑": "-", "’": "'"})


def _plainly(text: str) -> str:
    """Put a phrase in small letters, without Danish ones, with single spaces."""
    small = unicodedata.normalize("NFC", text).lower().translate(_LETTERS)
    return " ".join(small.replace(", ", " ").split()).rstrip(".,; ")


def _read(tongue: Tongue, text: str) -> Reading | None:
    """Try a relation between dates first, then one date."""
    for relation in (_ahead, _by, _since, _between, _span):
        if found := relation(tongue, text):
            return found
    return _one(tongue, text)


def _one(tongue: Tongue, text: str) -> Reading | None:
    """Read a day, a month, a year or a named part of one."""
    bare = _compiled(tongue.lead + "(.*)")(text)
    if bare is None:
        return None
    for unit in (_day, _month, _year, _part, _fraction, _season):
        if found := unit(tongue, bare[1]):
            return found
    return None


@cache
def _compiled(pattern: str) -> Callable[[str], re.Match[str] | None]:
    return re.compile(pattern).fullmatch


def _any_of(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _day(tongue: Tongue, text: str) -> Reading | None:
    if found := _compiled(tongue.day)(text):
        day, name, year = found.groups()
    elif found := _compiled(tongue.month_first)(text):
        name, day, year = found.groups()
    else:
        return None
    if name not in tongue.months:
        return None
    return Reading(f"{year}-{tongue.months[name]:02d}-{int(day):02d}", "a day")


def _month(tongue: Tongue, text: str) -> Reading | None:
    found = _compiled(rf"([a-z]+)[.,]* {tongue.of}([0-9]{{4}})")(text)
    if found is None or found[1] not in tongue.months:
        return None
    return Reading(f"{found[2]}-{tongue.months[found[1]]:02d}", "a month")


def _year(_tongue: Tongue, text: str) -> Reading | None:
    return Reading(text, "a year") if re.fullmatch("[0-9]{4}", text) else None


_PART_RULES = {
    33: "the beginning of a year is January to March",
    38: "the middle of a year is May to August",
    36: "the end of a year is October to December",
}


def _part(tongue: Tongue, text: str) -> Reading | None:
    found = _compiled(rf"({_any_of(tongue.parts)})[ -](.+)")(text)
    if found is None:
        return None
    code = tongue.parts[found[1]]
    if year := _year(tongue, found[2]):
        return Reading(f"{year.edtf}-{code}", _PART_RULES[code])
    if month := _month(tongue, found[2]):
        return Reading(month.edtf, "a part of a month is the whole month: wide, not narrow")
    return None


def _fraction(tongue: Tongue, text: str) -> Reading | None:
    """Read a quarter or a half of a year."""
    for word, name, count, base in (
        ("quarter", tongue.quarter, 4, 32),
        ("half", tongue.half, 2, 39),
    ):
        which: int | None = None
        if found := _compiled(rf"([a-z0-9.]+) {name} {tongue.of}([0-9]{{4}})")(text):
            which = tongue.ordinals.get(found[1])
        elif found := _compiled(rf"{word[0]}([1-4]) ([0-9]{{4}})")(text):
            which = int(found[1])
        if found and which is not None and which <= count:
            number = base + (count if which == -1 else which)
            return Reading(f"{found[2]}-{number}", f"a {word} of a year")
    return None


_SEASON_RULE = "a season as EDTF has it; that its months are the northern ones is a convention"


def _season(tongue: Tongue, text: str) -> Reading | None:
    found = _compiled(rf"([a-z]+) {tongue.of}([0-9]{{4}})(?:[/-]([0-9]{{2}}|[0-9]{{4}}))?")(text)
    if found is None or found[1] not in tongue.seasons:
        return None
    code, year, next_year = tongue.seasons[found[1]], int(found[2]), found[3]
    if next_year is not None:
        follows = f"{year + 1:04d}".endswith(next_year)
        return Reading(f"{year:04d}-24", _SEASON_RULE) if code == 24 and follows else None
    if code != 24:
        return Reading(f"{year:04d}-{code}", _SEASON_RULE)
    # Either winter may be meant, and only both together are not too narrow.
    return Reading(
        f"[{year - 1:04d}-24,{year:04d}-24]" if year else "0000-24",
        f"{_SEASON_RULE}; the winter that ends or the winter that begins in that year",
    )


# Relations --------------------------------------------------------------------------------


def _ahead(tongue: Tongue, text: str) -> Reading | None:
    found = _compiled(tongue.ahead)(text)
    if found is None or found[2] not in tongue.numbers:
        return None
    start = _one(tongue, found[1])
    if start is None or not re.fullmatch(r"[0-9]{4}(-(0[1-9]|1[0-2])(-[0-9]{2})?)?", start.edtf):
        return None
    later = int(start.edtf[:4]) + tongue.numbers[found[2]]
    return Reading(
        f"{start.edtf}/{later:04d}{start.edtf[4:7]}",
        "from a date and so many years ahead: until the same month that many years later",
    )


def _by(tongue: Tongue, text: str) -> Reading | None:
    found = _compiled(rf"{tongue.by} (.+)")(text)
    if found is None:
        return None
    last = _one(tongue, found[1])
    end = _compiled(rf"{tongue.lead}(?:{_any_of(_ends(tongue))})[ -](.+)")(found[1])
    if end and (whole := _one(tongue, end[1])):
        last = whole
    if last is None:
        return None
    latest = last.edtf
    if latest.startswith("["):
        latest = iso_day(parse(latest).window.last or 0)
    return Reading(f"[..{latest}]", "no later than a date: that date or any before it")


def _ends(tongue: Tongue) -> list[str]:
    return [words for words, code in tongue.parts.items() if code == 36]


def _since(tongue: Tongue, text: str) -> Reading | None:
    found = _compiled(
        rf"(?:({tongue.since})|{tongue.starting}) (.+?)(?: ({tongue.still})|(?: {tongue.onwards}))?"
    )(text)
    if found is None:
        return None
    start = _one(tongue, found[2])
    if start is None:
        return None
    still = found[1] is not None or found[3] is not None
    return Reading(start.edtf, f"a start: {start.rule}", still)


def _between(tongue: Tongue, text: str) -> Reading | None:
    found = _compiled(tongue.between)(text)
    if found is None:
        return None
    pair = _pair(tongue, found[1], found[2])
    if pair is None:
        return None
    low, high = (parse(end) for end in pair)
    if low.precision != high.precision or low.kind != "date" or high.kind != "date":
        first, last = low.window.first or 0, high.window.last or 0
        pair = iso_day(first), iso_day(last)
    return Reading(
        f"[{pair[0]}..{pair[1]}]", "between two dates: on some day of either or amid them"
    )


def _span(tongue: Tongue, text: str) -> Reading | None:
    found = _compiled(tongue.span)(text)
    pair = _pair(tongue, found[1], found[2]) if found else None
    if pair and any(end.startswith("[") for end in pair):
        return None  # an interval of EDTF has no sets at its ends
    return Reading("/".join(pair), "from a start to an end") if pair else None


def _pair(tongue: Tongue, left: str, right: str) -> tuple[str, str] | None:
    """Read two dates; the first may leave out the year where both are of the same."""
    end = _one(tongue, right)
    if end is None:
        return None
    if start := _one(tongue, left):
        return start.edtf, end.edtf
    year = re.search(r"[0-9]{4}$", right)
    start = _one(tongue, f"{left} {year[0]}") if year else None
    if start is None:
        return None
    first, last = parse(start.edtf).window.first, parse(end.edtf).window.last
    if first is not None and last is not None and first > last:
        raise DateError(f"{left}: of which year?", hint=f"write the year after {left} too")
    return start.edtf, end.edtf


# Refusing ---------------------------------------------------------------------------------

_KNOWN = 'it knows "May 2021", "mid-2022", "by February 2024", "since 2018", "primo 2021" and such'


def _refuse(words: str, plain: str, published: str | None) -> NoReturn:
    shown = words if words.isprintable() else ascii(words)
    if found := _NUMERIC(plain):
        _refuse_digits(shown, *found.groups())
    months = ENGLISH.months | DANISH.months
    if not re.search("[0-9]{4}", plain) and (
        named := next((word for word in re.findall("[a-z]+", plain) if word in months), None)
    ):
        year = published[:4] if published and published[:4].isdigit() else "2021"
        raise DateError(
            f"{shown}: a month needs a year", hint=f"write {named.capitalize()} {year} or the like"
        )
    raise DateError(
        f"{shown}: these words are not in the table, and nothing is guessed",
        hint=(_nearest(plain) if plain.isprintable() else "") or _KNOWN,
    )


def _refuse_digits(shown: str, one: str, other: str, year: str) -> NoReturn:
    day_first, month_first = f"{year}-{other:0>2}-{one:0>2}", f"{year}-{one:0>2}-{other:0>2}"
    if len(year) != 4:
        raise DateError(f"{shown}: a year has four digits", hint="write it as 2021-05-12")
    if int(one) <= 12 and int(other) <= 12 and one != other:
        raise DateError(
            f"{shown} is ambiguous: the day may come first, or the month",
            hint=f"write {day_first} or {month_first}",
        )
    raise DateError(
        f"{shown}: a day in digits is written year first, with hyphens",
        hint=f"write {month_first if int(other) > 12 else day_first}",
    )


def _nearest(plain: str) -> str:
    """Suggest a phrase that does read: spelt as the table has it, or its first words left out."""
    tokens = plain.split()
    for tongue in TONGUES:
        spelt = " ".join(_spelt(tongue, token) for token in tokens)
        if spelt != plain and (found := _read(tongue, spelt)):
            return f'is it "{spelt}" ({found.edtf})?'
    for start in range(1, len(tokens)):
        rest = " ".join(tokens[start:])
        for tongue in TONGUES:
            if found := _one(tongue, rest):
                return f'it knows "{rest}" ({found.edtf}), without "{" ".join(tokens[:start])}"'
    return ""


def _spelt(tongue: Tongue, token: str) -> str:
    vocabulary = _vocabulary(tongue.code)
    if not token.isalpha() or token in vocabulary:
        return token
    return next(iter(difflib.get_close_matches(token, vocabulary, 1, 0.75)), token)


@cache
def _vocabulary(code: Language) -> tuple[str, ...]:
    tongue = ENGLISH if code == "en" else DANISH
    tables = (tongue.months, tongue.seasons, tongue.ordinals, tongue.numbers, tongue.parts)
    relations = (tongue.by, tongue.since, tongue.starting, tongue.half, tongue.quarter)
    listed = " ".join([word for table in tables for word in table] + list(relations))
    return tuple(sorted({word for word in re.findall("[a-z]+", listed) if len(word) > 1}))
