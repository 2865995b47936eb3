"""Error messages for phrases that are not dates: which word is wrong, and what to write instead.

A hint never drops or replaces a word: neither "around May 2021" nor "befor May 2021" suggests May
2021. It may only correct a spelling ("before"), or ask for a year or for the order of digits.
"""

import re
from dataclasses import fields
from functools import cache
from typing import NoReturn

from events.dates.edtf import parse
from events.dates.edtf_diagnostics import refuse
from events.dates.languages import LANGUAGES, DateWords
from events.dates.phrase_relations import day_between, read_pair, read_words
from events.dates.phrase_units import PhraseMeaning, any_of, normalized
from events.errors import DateError
from events.names import NamedThing, nearest
from events.redaction import without_keys

_THE_DAY = "write the day itself, such as 2021-05-12"
_YEAR_FIRST = "a date in digits is written year first, with hyphens"
_HELP = (
    "write EDTF, such as [..2024-02]; options such as --on also accept the phrases that"
    " `mission date --help` lists"
)


def refuse_passing(words: str) -> NoReturn:
    """Refuse a word whose meaning depends on the current day."""
    problem = "a recorded date must not depend on the current day"
    refuse(words, problem, f"{_THE_DAY}; as_stated can keep the word")


def refuse_coming(words: str) -> NoReturn:
    """Refuse a word for a future day."""
    refuse(words, "only today and yesterday are accepted, not future days", _THE_DAY)


def refuse_phrase(words: str, published: str | None) -> NoReturn:
    """Refuse a phrase that cannot be parsed; report the first problem found."""
    if words.isprintable():
        _refuse_passing_among(words)
        _refuse_digits(words)
        _refuse_qualifier(words)
        _refuse_dash(words)
        _refuse_approximation(words)
        _refuse_without_year(words, published)
        if corrected := _corrected(words):
            refuse(words, "a word is misspelt or unknown", f"did you mean {corrected}?")
    if (found := _NUMERIC(words)) and len(found[3]) == 4:
        refuse(found[0], _YEAR_FIRST, "write each date as 2021-05-12, then try again")
    if without_keys(words) == words and (unknown := _unknown(words)):  # no piece of a key
        quoted = " and ".join(f'"{word}"' for word in unknown[:3]) + (" …" * (len(unknown) > 3))
        noun = "words" if len(unknown) > 1 else "word"
        refuse(words, f"unknown {noun} {quoted}", _HELP)
    refuse(words, "not a known form of date", _HELP)


def _read(words: str) -> PhraseMeaning | None:
    """Parse a phrase in any language; None also for an invalid date."""
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
            problem = "is not accepted" if found[0] in language.coming else "must be the only word"
            hint = "write the day in its place, such as 2021-05-12; keep the other words"
            refuse(words, f'"{found[0]}" {problem}', hint)


def _refuse_qualifier(words: str) -> None:
    """Refuse an EDTF qualifier after words."""
    bare = words.rstrip("?~% ")
    if bare != words and (found := _read(bare)) and parse(found.edtf).kind == "date":
        refuse(words, "?, ~ and % can only follow an EDTF date", f"write {found.edtf}{words[-1]}")


_NUMERIC = re.compile(
    r"(?<![0-9./-])(?:([0-9]{1,2})[./-] ?)?([0-9]{1,2})"
    r"(?:[./-] ?|(?<=[./-][0-9]) |(?<=[./-][0-9][0-9]) )([0-9]{2}|[0-9]{4})(?![0-9./-])"
).search


def _refuse_digits(words: str) -> None:
    """Refuse 24/5/2022 and 5/2021, alone or in a phrase that would be valid with EDTF."""
    found = _NUMERIC(words)
    if found is None:
        return
    one, other, year = found[1] or "", found[2], found[3]
    if len(year) != 4:
        if one:
            refuse(found[0], "a year has four digits", "write it as 2021-05-12")
        return
    orders = [(other, one), (one, other)] if one else [(other,)]
    dates = ["-".join([year, *(f"{part:0>2}" for part in parts)]) for parts in orders]
    real = [date for date in dict.fromkeys(dates) if _read(date)]
    if not real:
        refuse(found[0], "there is no such date", "write it as 2021-05-12")
    before, after = words[: found.start()], words[found.end() :]
    if not any(_read(f"{before}{date}{after}") for date in real):
        return
    if len(real) > 1:
        raise DateError(
            f"{found[0]} is ambiguous: the day or the month may come first",
            hint=f"write {' or '.join(f'{before}{date}{after}' for date in real)}",
        )
    refuse(found[0], _YEAR_FIRST, f"write {before}{real[0]}{after}")


def _refuse_dash(words: str) -> None:
    """Refuse a dash between two dates, which may mean a period or one day in it."""
    left, dash, right = (part.strip() for part in normalized(words).partition("-"))
    for language in LANGUAGES if dash and left and right else ():
        try:
            ends = read_pair(language, left, right)
        except DateError:
            continue
        if ends:
            start, end = ends
            between = f"or {day_between(start, end).edtf} for one day in it"
            hint = f"write {start.edtf}/{end.edtf} for the period, {between}"
            refuse(words, "ambiguous: a period, or one day in it", hint)


def _refuse_approximation(words: str) -> None:
    plain = normalized(words)
    year = next((int(each) for each in re.findall("[0-9]{4}", plain)), 2021)
    for language in LANGUAGES:
        if found := re.search(rf"(?<![a-z])(?:{language.about})(?![a-z])", plain):
            latest = f"{min(year + 1, 9999):04d}]"
            hint = (
                f"write the earliest and the latest date, such as [{max(year - 1, 0):04d}..{latest}"
            )
            if not re.fullmatch(language.lead, plain[: found.start()]):
                # The example for "by about 2021" must not leave its first word out.
                hint = f"write the widest window that it can mean in EDTF, such as [..{latest}"
            refuse(words, f'"{found[0]}" does not say how much earlier or later', hint)
        if found := re.search(rf"(?<![a-z])(?:{language.fiscal_year})", plain):
            first, last = f"{max(year - 1, 0):04d}-10", f"{year:04d}-09"
            problem = "fiscal years begin in different months in different countries"
            hint = f"write the first and the last month, such as [{first}..{last}]"
            if not re.fullmatch(language.lead, plain[: found.start()]):
                hint = f"write a month in its place, such as its first ({first}) or last ({last})"
            refuse(words, problem, hint)


def _refuse_without_year(words: str, published: str | None) -> None:
    """Refuse a month without a year, if the phrase is otherwise valid."""
    if re.search("[0-9]{4}", words):
        return
    year = published[:4] if published and published[:4].isdecimal() else "2021"
    months = any_of(name for language in LANGUAGES for name in language.months)
    completed = re.sub(rf"(?i)\b({months})\b", rf"\1 {year}", words)
    for whole in (completed, f"{words} {year}"):
        if whole != words and _read(whole) and re.search(rf"(?i)\b(?:{months})\b", words):
            refuse(words, "a month needs a year", f"add the year in four digits, such as {whole}")


def _corrected(words: str) -> str:
    """Return the phrase with its spelling corrected, in quotes, and its meaning; else empty."""
    plain = normalized(words)
    for language in LANGUAGES:

        def correct(found: re.Match[str], language: DateWords = language) -> str:
            return _spelling(language, found[0])

        corrected = re.sub("[a-z]+", correct, plain)
        if corrected != plain and (found := _read(corrected)):
            return f'"{corrected}" ({found.edtf})'
    return ""


def _spelling(language: DateWords, word: str) -> str:
    """Return the known word that a word seems to misspell, or the word itself.

    Short words, and words with another first letter ("nearly", "early"), are not corrected: they
    are too easily confused.
    """
    known = _vocabulary(language)
    if len(word) < 5 or word in known:
        return word
    alike = [
        each
        for each in sorted(known)
        if len(each) > 4 and each[0] == word[0] and abs(len(each) - len(word)) < 2
    ]
    found = nearest(word, map(NamedThing, alike), similarity=0.8)
    return found[0].key if found else word


def _unknown(words: str) -> list[str]:
    """Return the words that are in no table, as written."""
    known = {word for language in LANGUAGES for word in _vocabulary(language)}
    found = re.findall(r"[^\W\d_]{2,}", words) if words.isprintable() else []
    return [word for word in dict.fromkeys(found) if normalized(word) not in known]


@cache
def _vocabulary(language: DateWords) -> frozenset[str]:
    """Return every word in a language's table."""
    words: set[str] = set()
    for field in fields(language):
        if field.name in ("code", "name"):
            continue
        value = getattr(language, field.name)
        for text in (value,) if isinstance(value, str) else value:
            plain = re.sub(r"\?P<[a-z]+>", "", text)
            for spelling in (plain.replace("?", ""), re.sub("[a-z ][?]", "", plain)):
                words.update(re.findall("[a-z]{2,}", spelling))
    return frozenset(words)
