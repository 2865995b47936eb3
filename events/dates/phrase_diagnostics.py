"""What to say of words that are no date: which of them is in the way, and what to write instead.

Nothing is suggested that leaves a word out or puts another in its place: "around May 2021" is not
answered with May 2021, nor "befor May 2021". A word may be spelt anew ("before"), a year or an
order of digits asked for; that is all.
"""

import difflib
import re
from dataclasses import fields
from functools import cache
from typing import NoReturn

from events.dates.edtf import parse
from events.dates.languages import LANGUAGES, DateWords
from events.dates.phrase_relations import day_between, read_pair, read_words
from events.dates.phrase_units import PhraseMeaning, any_of, normalized
from events.errors import DateError
from events.redaction import without_keys

_HELP = (
    "write EDTF, as [..2024-02]; options such as --on read words too, those that"
    " `mission date --help` lists"
)


def refuse_passing(words: str) -> NoReturn:
    """Refuse a word that means another day tomorrow."""
    raise DateError(
        f"{words}: what is recorded has to mean the same tomorrow",
        hint="write the day itself, such as 2021-05-12; the word can stand beside it as as_stated",
    )


def refuse_coming(words: str) -> NoReturn:
    """Refuse a word for a day to come."""
    raise DateError(
        f"{words}: only today and yesterday are read, and no day to come",
        hint="write the day itself, such as 2021-05-12",
    )


def refuse(words: str, published: str | None) -> NoReturn:
    """Refuse words that no table knows, with the first thing that is wrong with them."""
    shown = words if words.isprintable() else ascii(words)
    if words.isprintable():
        _refuse_passing_among(words)
        _refuse_digits(words)
        _refuse_mark(words)
        _refuse_dash(words)
        _refuse_roughly(words)
        _refuse_without_year(words, published)
        if spelt := _spelt(words):
            raise DateError(
                f"{shown}: a word is misspelt, or not known in a date",
                hint=f"is it {spelt}?",
            )
    if (found := _NUMERIC(words)) and len(found[3]) == 4:
        raise DateError(
            f"{found[0]}: a date in digits is written year first, with hyphens",
            hint="write each as 2021-05-12, and see what is said of the words then",
        )
    if without_keys(words) == words and (unknown := _unknown(words)):  # no piece of a key
        several = len(unknown) > 1
        said = " and ".join(f'"{word}"' for word in unknown[:3]) + (" …" * (len(unknown) > 3))
        raise DateError(
            f"{shown}: {said} {'are' if several else 'is'} not known, and nothing is guessed",
            hint=_HELP,
        )
    raise DateError(f"{shown}: this is not a date it knows, and nothing is guessed", hint=_HELP)


def _read(words: str) -> PhraseMeaning | None:
    """Read words in any language; None also where they are a date that is wrong."""
    for language in LANGUAGES:
        try:
            if found := read_words(language, normalized(words)):
                return found
        except DateError:
            return None
    return None


def _refuse_passing_among(words: str) -> None:
    for language in LANGUAGES:
        passing = any_of((*language.days, *language.coming))
        if found := re.search(rf"(?<![a-z])(?:{passing})(?![a-z])", normalized(words)):
            said = "is not read" if found[0] in language.coming else "can only stand alone"
            raise DateError(
                f'{words}: "{found[0]}" {said}', hint="write the day itself, such as 2021-05-12"
            )


def _refuse_mark(words: str) -> None:
    """Refuse a mark of EDTF behind words."""
    bare = words.rstrip("?~% ")
    if bare != words and (found := _read(bare)) and parse(found.edtf).kind == "date":
        raise DateError(
            f"{words}: ?, ~ and % go with EDTF, not with words",
            hint=f"write {found.edtf}{words[-1]}",
        )


_NUMERIC = re.compile(
    r"(?<![0-9./-])(?:([0-9]{1,2})[./-] ?)?([0-9]{1,2})"
    r"(?:[./-] ?|(?<=[./-][0-9]) |(?<=[./-][0-9][0-9]) )([0-9]{2}|[0-9]{4})(?![0-9./-])"
).search


def _refuse_digits(words: str) -> None:
    """Refuse 24/5/2022 and 5/2021, alone or among words that would be read with EDTF."""
    found = _NUMERIC(words)
    if found is None:
        return
    one, other, year = found[1] or "", found[2], found[3]
    if len(year) != 4:
        if one:
            raise DateError(f"{found[0]}: a year has four digits", hint="write it as 2021-05-12")
        return
    orders = [(other, one), (one, other)] if one else [(other,)]
    dates = ["-".join([year, *(f"{part:0>2}" for part in parts)]) for parts in orders]
    real = [date for date in dict.fromkeys(dates) if _read(date)]
    if not real:
        raise DateError(f"{found[0]}: there is no such date", hint="write it as 2021-05-12")
    before, after = words[: found.start()], words[found.end() :]
    if not any(_read(f"{before}{date}{after}") for date in real):
        return
    if len(real) > 1:
        raise DateError(
            f"{found[0]} is ambiguous: the day may come first, or the month",
            hint=f"write {' or '.join(real)}",
        )
    raise DateError(
        f"{found[0]}: a date in digits is written year first, with hyphens",
        hint=f"write {before}{real[0]}{after}",
    )


def _refuse_dash(words: str) -> None:
    """Refuse a dash between two dates, which may mean a period or one day of it."""
    left, dash, right = (part.strip() for part in normalized(words).partition("-"))
    for language in LANGUAGES if dash and left and right else ():
        try:
            ends = read_pair(language, left, right)
        except DateError:
            continue
        if ends:
            raise DateError(
                f"{words}: this may mean a period, or one day in it",
                hint=f"write {ends[0].edtf}/{ends[1].edtf} for a period from the one to the other,"
                f" {day_between(*ends).edtf} for some day between them",
            )


def _refuse_roughly(words: str) -> None:
    plain = normalized(words)
    year = next((int(each) for each in re.findall("[0-9]{4}", plain)), 2021)
    for language in LANGUAGES:
        if found := re.search(rf"(?<![a-z])(?:{language.about})(?![a-z])", plain):
            raise DateError(
                f'{words}: "{found[0]}" does not say how far from it',
                hint="write the first and the last it can be, such as"
                f" [{max(year - 1, 0):04d}..{min(year + 1, 9999):04d}]",
            )
        if re.search(rf"(?<![a-z])(?:{language.fiscal_year})", plain):
            raise DateError(
                f"{words}: a fiscal year begins in another month from country to country",
                hint="write its first and its last month, such as"
                f" [{max(year - 1, 0):04d}-10..{year:04d}-09]",
            )


def _refuse_without_year(words: str, published: str | None) -> None:
    """Refuse a month without a year, where only that is wrong with the words."""
    if re.search("[0-9]{4}", words):
        return
    year = published[:4] if published and published[:4].isdecimal() else "2021"
    months = any_of(name for language in LANGUAGES for name in language.months)
    beside = re.sub(rf"(?i)\b({months})\b", rf"\1 {year}", words)
    for whole in (beside, f"{words} {year}"):
        if whole != words and _read(whole) and re.search(rf"(?i)\b(?:{months})\b", words):
            raise DateError(
                f"{words}: a month needs a year",
                hint=f"write the year too, in four digits: {whole} or the like",
            )


def _spelt(words: str) -> str:
    """Return the words in quotes with what they mean, every one of them spelt as in a table."""
    plain = normalized(words)
    for language in LANGUAGES:

        def right(found: re.Match[str], language: DateWords = language) -> str:
            return _near(language, found[0])

        spelt = re.sub("[a-z]+", right, plain)
        if spelt != plain and (found := _read(spelt)):
            return f'"{spelt}" ({found.edtf})'
    return ""


def _near(language: DateWords, word: str) -> str:
    """Return the word of a table that a word is a misspelling of, or the word itself.

    Words for which another is easily taken are left alone: short ones, and those that begin with
    another letter ("nearly" is not "early").
    """
    known = _vocabulary(language)
    if len(word) < 5 or word in known:
        return word
    alike = [
        each
        for each in sorted(known)
        if len(each) > 4 and each[0] == word[0] and abs(len(each) - len(word)) < 2
    ]
    return next(iter(difflib.get_close_matches(word, alike, 1, 0.8)), word)


def _unknown(words: str) -> list[str]:
    """Return the words that are in no table, as they were written."""
    known = {word for language in LANGUAGES for word in _vocabulary(language)}
    given = re.findall(r"[^\W\d_]{2,}", words) if words.isprintable() else []
    return [word for word in dict.fromkeys(given) if normalized(word) not in known]


@cache
def _vocabulary(language: DateWords) -> frozenset[str]:
    """Return every word of a language's table."""
    words: set[str] = set()
    for field in fields(language):
        if field.name in ("code", "name"):
            continue
        held = getattr(language, field.name)
        for text in (held,) if isinstance(held, str) else held:
            plain = re.sub(r"\?P<[a-z]+>", "", text)
            for spelling in (plain.replace("?", ""), re.sub("[a-z ][?]", "", plain)):
                words.update(re.findall("[a-z]{2,}", spelling))
    return frozenset(words)
