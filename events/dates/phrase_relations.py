"""Parse phrases that relate to one or two dates: before, by, after, since, from … to.

before May 2021, før maj 2021           [..2021-04-30]
by, no later than, until, senest i      [..2021-05]
after, not before, efter                [2021-05..], as it may include May
since May 2021, siden maj 2021          2021-05, and still so
from May 2021, as of, pr.               2021-05
between May and August 2021             [2021-05..2021-08]
from May to August 2021                 2021-05/2021-08
from May 2021 and one year ahead        2021-05/2022-05
"""

import re

from events.dates.days import iso_day
from events.dates.edtf import parse
from events.dates.languages import DateWords
from events.dates.phrase_units import PhraseMeaning, any_of, compiled, read_date
from events.errors import DateError


def read_words(language: DateWords, text: str) -> PhraseMeaning | None:
    """Parse a relation or else a single date; None if any word is unknown.

    Raises DateError if all words are known but the date is impossible.
    """
    for relation in (*_RELATIONS, read_date):
        if found := relation(language, text):
            parse(found.edtf)  # raises for 31 June, or an interval that ends before it starts
            return found
    return None


def _led(
    language: DateWords, text: str, lead: str, tail: str = "(?!)"
) -> tuple[str, PhraseMeaning] | None:
    """Parse a date with relation words before or after it; return its text too."""
    found = compiled(rf"(?:{lead}) (?P<led>.+?)(?: (?:{tail}))?|(?P<tailed>.+) (?:{tail})")(text)
    inner = (found["led"] or found["tailed"]) if found else ""
    date = read_date(language, inner) if inner else None
    return (inner, date) if date else None


def _before(language: DateWords, text: str) -> PhraseMeaning | None:
    led = _led(language, text, language.before)
    if led is None:
        return None
    inner, date = led
    if date.sharp and date.window.first is not None:
        eve = iso_day(date.window.first - 1)
        return date.related(f"[..{eve}]", "before it, so up to the day before its first")
    rule = "before it, so up to its last day, as its edges are not sharp"
    return _up_to(language, inner, date, rule)


def _by(language: DateWords, text: str) -> PhraseMeaning | None:
    led = _led(language, text, language.by, language.by_then)
    return led and _up_to(language, *led, "no later, so up to its last day")


def _up_to(language: DateWords, text: str, date: PhraseMeaning, rule: str) -> PhraseMeaning:
    """Return a date as the latest possible; the end of a year or month means its last day."""
    ends = any_of(words for words, code in language.parts.items() if code == 36)
    ends = rf"(?:{ends})[ -]{language.article}|(?:{language.year_end}) "
    end = compiled(rf"{language.lead}(?:{ends})(.+)")(text)
    whole = read_date(language, end[1]) if end else None
    return date.related(f"[..{_plain_end(whole or date, date.window.last)}]", rule)


def _after(language: DateWords, text: str) -> PhraseMeaning | None:
    if led := _led(language, text, language.after, language.or_later):
        first = _plain_end(led[1], led[1].window.first)
        return led[1].related(f"[{first}..]", "after it or not before it, so from its first day on")
    return None


def _plain_end(date: PhraseMeaning, day: int | None) -> str:
    """Return a date in the form a range can hold: for a set, the given first or last day."""
    return iso_day(day or 0) if date.edtf.startswith("[") else date.edtf


def _since(language: DateWords, text: str) -> PhraseMeaning | None:
    found = compiled(
        rf"(?:(?P<at_least>{language.at_least}) )?(?:{language.since})"
        rf"(?: (?P<or_before>{language.at_least}))? (?P<start>.+?)"
        rf"(?: (?:{language.onwards}))?(?: (?:{language.still}))?"
        rf"|(?:(?:{language.starting}) )?(?P<from>.+?) (?:{language.still})"
    )(text)
    if found is None:
        return None
    start = found["start"] or found["from"]
    date = read_date(language, start)
    if date and (found["at_least"] or found["or_before"]):
        date = _up_to(language, start, date, "in it or before it, so up to its last day")
    else:
        date = _before(language, start) or date
    return date and date.related(date.edtf, "a start")._replace(still=True)


def _as_of(language: DateWords, text: str) -> PhraseMeaning | None:
    led = _led(language, text, language.as_of)
    return led and led[1].related(led[1].edtf, "as of it, so then or from then on")


def _start(language: DateWords, text: str) -> PhraseMeaning | None:
    led = _led(language, text, language.starting, language.onwards)
    return led and led[1].related(led[1].edtf, "a start")


def _ahead(language: DateWords, text: str) -> PhraseMeaning | None:
    found = next(filter(None, (compiled(pattern)(text) for pattern in language.ahead)), None)
    if found is None or found["number"] not in language.numbers:
        return None
    start = read_date(language, found["start"])
    if start is None or found["length"] not in language.years:
        return None
    written = re.fullmatch("([0-9]{4})(-(?:0[1-9]|1[0-2]))?(?:-[0-9]{2})?", start.edtf)
    if written is None:
        return None
    year = int(written[1]) + language.numbers[found["number"]]
    if year > 9999:
        return None
    end = f"{year:04d}{written[2] or ''}"
    rule = "from it until the month, or the year, so long after"
    return start.related(f"{start.edtf}/{end}", rule)


def _either(language: DateWords, text: str) -> PhraseMeaning | None:
    ends = _matched_pair(language, language.either, text)
    return ends and _combined(ends, "[{},{}]", "one of the two")


def _between(language: DateWords, text: str) -> PhraseMeaning | None:
    ends = _matched_pair(language, language.between, text, sets=True)
    return ends and day_between(*ends)


def day_between(start: PhraseMeaning, end: PhraseMeaning) -> PhraseMeaning:
    """Return the set of days from one date to another, one of which is meant."""
    low, high = parse(start.edtf), parse(end.edtf)
    if low.precision != high.precision or low.kind != "date" or high.kind != "date":
        start = start._replace(edtf=iso_day(low.window.first or 0))
        end = end._replace(edtf=iso_day(high.window.last or 0))
    return _combined((start, end), "[{}..{}]", "on some day of either or between them")


def _span(language: DateWords, text: str) -> PhraseMeaning | None:
    ends = _matched_pair(language, language.span, text)
    return ends and _combined(ends, "{}/{}", "from the one to the other")


_RELATIONS = (_ahead, _before, _after, _by, _since, _as_of, _start, _either, _between, _span)

Pair = tuple[PhraseMeaning, PhraseMeaning]


def _matched_pair(
    language: DateWords, pattern: str, text: str, *, sets: bool = False
) -> Pair | None:
    found = compiled(pattern)(text)
    return read_pair(language, found[1], found[2], sets=sets) if found else None


def _combined(ends: Pair, form: str, rule: str) -> PhraseMeaning:
    start, end = ends
    rules = "; ".join(dict.fromkeys((start.rule, end.rule)))
    return PhraseMeaning(form.format(start.edtf, end.edtf), f"{rules}; {rule}")


def read_pair(language: DateWords, left: str, right: str, *, sets: bool = False) -> Pair | None:
    """Parse two dates; the first may take its year, or its month and year, from the second.

    A date that is a set, such as winter 2021, cannot be part of an interval or of another set, so
    it is parsed only with `sets`. Raises DateError if the second date does not determine the year
    or month of the first.
    """
    end = read_date(language, right)
    if end is None:
        return None
    start = read_date(language, left) or _completed(language, left, right.split(), end)
    if start is None or (not sets and "[" in (start.edtf[0], end.edtf[0])):
        return None
    return start, end


def _completed(
    language: DateWords, left: str, right: list[str], end: PhraseMeaning
) -> PhraseMeaning | None:
    """Parse the first of two dates with the year, or the month and year, of the second.

    The second date must begin after the first is over: in "from May to 2022" and in "from May to
    May 2022" the first May may be in 2021. A day without a month takes it only from another day.
    Raises DateError otherwise.
    """
    if not re.fullmatch("[0-9]{4}", right[-1]):
        return None
    missing = "year"
    if re.fullmatch(rf"{language.lead}[0-9]{{1,2}}(?:\.|st|nd|rd|th)?", left):
        to_a_day = parse(end.edtf).precision == "day"
        start = read_date(language, " ".join([left, *right[-2:]])) if to_a_day else None
        missing = "month"
    elif compiled(rf"{language.lead}(?:{any_of(language.parts)})")(left):
        return None  # "mid to late May 2021" is one vague date
    else:
        start = read_date(language, f"{left} {right[-1]}")
        if start is None:
            return None
    if start is None or not _comes_before(start, end):
        rest = "month and year" if missing == "month" else "year"
        raise DateError(
            f"{left}: the {missing} is ambiguous", hint=f"write the {rest} after {left} too"
        )
    return start


def _comes_before(start: PhraseMeaning, end: PhraseMeaning) -> bool:
    """Whether one date is over before the other begins."""
    last, first = start.window.last, end.window.first
    return last is None or first is None or last < first
