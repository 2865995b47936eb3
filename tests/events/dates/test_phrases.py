"""Words read as dates, in English and Danish."""

import difflib
import re
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from events.dates.days import day_number
from events.dates.edtf import parse
from events.dates.languages import DANISH, ENGLISH, DateWords
from events.dates.phrase_units import normalized
from events.dates.phrases import Phrase, parse_date, read_phrase
from events.errors import DateError

SAID = {
    # the beginning, the middle and the end of a year
    "beginning of 2021": "2021-33",
    "in the beginning of 2021": "2021-33",
    "start of 2021": "2021-33",
    "at the start of 2021": "2021-33",
    "primo 2021": "2021-33",
    "i begyndelsen af 2021": "2021-33",
    "starten af 2021": "2021-33",
    "middle of 2022": "2022-38",
    "mid-2022": "2022-38",
    "mid 2022": "2022-38",
    "medio 2022": "2022-38",
    "midten af 2022": "2022-38",
    "midt i 2022": "2022-38",
    "end of 2020": "2020-36",
    "at the end of 2020": "2020-36",
    "end-2020": "2020-36",
    "ultimo 2020": "2020-36",
    "year-end 2020": "2020-36",
    "at year end 2020": "2020-36",
    "year's end 2020": "2020-36",
    "the end of the year 2020": "2020-36",
    "by year-end 2020": "[..2020]",
    "by year’s end 2020": "[..2020]",
    "ved årets udgang 2020": "2020-36",
    "senest ved udgangen af året 2020": "[..2020]",
    "udgangen af 2020": "2020-36",
    "slutningen af 2020": "2020-36",
    # early and late in it, which begin and end less sharply
    "early 2021": "2021-37",
    "early in 2021": "2021-37",
    "tidligt i 2021": "2021-37",
    "late 2020": "2020-39",
    "late in 2020": "2020-39",
    "sent i 2020": "2020-39",
    "sidst i 2020": "2020-39",
    # of a month, a quarter or a half: the whole of it
    "beginning of May 2021": "2021-05",
    "in early May 2021": "2021-05",
    "mid-May 2021": "2021-05",
    "late May 2021": "2021-05",
    "first half of May 2021": "2021-05",
    "early 2021-05": "2021-05",
    "primo maj 2021": "2021-05",
    "udgangen af maj 2021": "2021-05",
    "i anden halvdel af maj 2021": "2021-05",
    "the end of the first quarter of 2021": "2021-33",
    "udgangen af 1. halvår 2021": "2021-40",
    # no later than
    "by February 2024": "[..2024-02]",
    "no later than February 2024": "[..2024-02]",
    "by no later than February 2024": "[..2024-02]",
    "in February 2024 at the latest": "[..2024-02]",
    "February 2024 or earlier": "[..2024-02]",
    "not after February 2024": "[..2024-02]",
    "until February 2024": "[..2024-02]",
    "up to and including February 2024": "[..2024-02]",
    "on or before 11 June 2020": "[..2020-06-11]",
    "by the end of 2023": "[..2023]",
    "by the end of Q1 2023": "[..2023-33]",
    "by mid-2023": "[..2023-38]",
    "by end 2023": "[..2023]",
    "by end-May 2023": "[..2023-05]",
    "by 11 June 2020": "[..2020-06-11]",
    "by 2024-02": "[..2024-02]",
    "by 202X": "[..202X]",
    "by winter 2021": "[..2022-02-28]",
    "senest i februar 2024": "[..2024-02]",
    "senest den 11. juni 2020": "[..2020-06-11]",
    "inden udgangen af februar 2024": "[..2024-02]",
    "inden februar 2024": "[..2024-02]",
    "ikke senere end februar 2024": "[..2024-02]",
    "ikke efter februar 2024": "[..2024-02]",
    "indtil februar 2024": "[..2024-02]",
    "frem til februar 2024": "[..2024-02]",
    "til og med februar 2024": "[..2024-02]",
    "i eller før februar 2024": "[..2024-02]",
    "slut februar 2024": "2024-02",
    "februar 2024 eller tidligere": "[..2024-02]",
    # before
    "before May 2021": "[..2021-04-30]",
    "prior to May 2021": "[..2021-04-30]",
    "earlier than May 2021": "[..2021-04-30]",
    "before 2021": "[..2020-12-31]",
    "before 11 June 2020": "[..2020-06-10]",
    "before Q2 2021": "[..2021-03-31]",
    "before the second half of 2021": "[..2021-06-30]",
    "before 2021-05-01": "[..2021-04-30]",
    "før maj 2021": "[..2021-04-30]",
    "forud for 2021": "[..2020-12-31]",
    "tidligere end maj 2021": "[..2021-04-30]",
    # before what begins and ends on no certain day: all of it
    "before the end of February 2024": "[..2024-02]",
    "before mid-2022": "[..2022-38]",
    "before late May 2021": "[..2021-05]",
    "before summer 2021": "[..2021-22]",
    "before 2021-05?": "[..2021-05?]",
    "før udgangen af 2021": "[..2021]",
    # after
    "after 2021": "[2021..]",
    "after May 2021": "[2021-05..]",
    "later than May 2021": "[2021-05..]",
    "after the end of 2021": "[2021-36..]",
    "after winter 2021": "[2020-12-01..]",
    "not before May 2021": "[2021-05..]",
    "no earlier than 1 May 2021": "[2021-05-01..]",
    "not earlier than May 2021": "[2021-05..]",
    "no sooner than May 2021": "[2021-05..]",
    "not until May 2021": "[2021-05..]",
    "in May 2021 at the earliest": "[2021-05..]",
    "May 2021 or later": "[2021-05..]",
    "on or after 1 May 2021": "[2021-05-01..]",
    "efter maj 2021": "[2021-05..]",
    "senere end maj 2021": "[2021-05..]",
    "ikke før maj 2021": "[2021-05..]",
    "ikke tidligere end den 1. maj 2021": "[2021-05-01..]",
    "tidligst i maj 2021": "[2021-05..]",
    "i eller efter maj 2021": "[2021-05..]",
    "maj 2021 eller senere": "[2021-05..]",
    # plain dates
    "May 2021": "2021-05",
    "in May 2021": "2021-05",
    "2021 May": "2021-05",
    "maj 2021": "2021-05",
    "i maj 2021": "2021-05",
    "Sept. 2021": "2021-09",
    "okt. 2021": "2021-10",
    "11 June 2020": "2020-06-11",
    "11-June-2020": "2020-06-11",
    "2020 June 11": "2020-06-11",
    "on the 11th of June, 2020": "2020-06-11",
    "June 11, 2020": "2020-06-11",
    "11. juni 2020": "2020-06-11",
    "den 11. juni 2020": "2020-06-11",
    "2018": "2018",
    "in 2018": "2018",
    "in the year 2018": "2018",
    "during 2018": "2018",
    "in the course of 2018": "2018",
    "some time in 2018": "2018",
    "i 2018": "2018",
    "i løbet af 2018": "2018",
    "engang i 2018": "2018",
    "in 201X": "201X",
    # with the day of the week
    "Tuesday 24 May 2022": "2022-05-24",
    "on Tuesday the 24th of May 2022": "2022-05-24",
    "Tuesday, May 24, 2022": "2022-05-24",
    "Tue. 24 May 2022": "2022-05-24",
    "Tuesday 2022-05-24": "2022-05-24",
    "tirsdag den 24. maj 2022": "2022-05-24",
    "tirs. d. 24. maj 2022": "2022-05-24",
    "by Tuesday 24 May 2022": "[..2022-05-24]",
    # since
    "since October 2018": "2018-10",
    "ever since October 2018": "2018-10",
    "siden oktober 2018": "2018-10",
    "siden 2018": "2018",
    "since 2018-10": "2018-10",
    "since at least 2018": "[..2018]",
    "since before 2018": "[..2017-12-31]",
    "siden mindst 2018": "[..2018]",
    "siden før 2018": "[..2017-12-31]",
    "2018 to date": "2018",
    "from 2018 to the present": "2018",
    "fra 2018 til i dag": "2018",
    "from May 2021, still so": "2021-05",
    "fra maj 2021 og stadig": "2021-05",
    "from May 2021": "2021-05",
    "from May 2021 onwards": "2021-05",
    "with effect from 1 May 2021": "2021-05-01",
    "as from 24 March 2016": "2016-03-24",
    "as of 1 May 2021": "2021-05-01",
    "as of May 2021 onwards": "2021-05",
    "fra maj 2021 og frem": "2021-05",
    "fra og med maj 2021": "2021-05",
    "fra primo 2014": "2014-33",
    "pr. 1. maj 2021": "2021-05-01",
    # from and to
    "from May 2021 and one year ahead": "2021-05/2022-05",
    "from May 2021 for a year": "2021-05/2022-05",
    "fra maj 2021 og et år frem": "2021-05/2022-05",
    "fra maj 2021 og ét år frem": "2021-05/2022-05",
    "fra maj 2021 og to år frem": "2021-05/2023-05",
    "from 11 June 2020 and one year ahead": "2020-06-11/2021-06",
    "from 2021 and two years ahead": "2021/2023",
    "from May 2021 to May 2022": "2021-05/2022-05",
    "from May to August 2021": "2021-05/2021-08",
    "from 11 to 15 June 2020": "2020-06-11/2020-06-15",
    "from 11 May to 15 June 2020": "2020-05-11/2020-06-15",
    "from May to 15 June 2020": "2020-05/2020-06-15",
    "from 5 May to June 2022": "2022-05-05/2022-06",
    "from May to the end of 2022": "2022-05/2022-36",
    "fra 5. maj til udgangen af juni 2022": "2022-05-05/2022-06",
    "fra maj til udgangen af 2022": "2022-05/2022-36",
    "from summer to autumn 2020": "2020-22/2020-23",
    "first half to second half 2020": "2020-40/2020-41",
    "2021-05 to 2022-05": "2021-05/2022-05",
    "May 2021 until May 2022": "2021-05/2022-05",
    "fra november 2020 til maj 2022": "2020-11/2022-05",
    "fra 11. til 15. juni 2020": "2020-06-11/2020-06-15",
    "i perioden november 2020 til maj 2022": "2020-11/2022-05",
    "from the end of 2020 to mid-2022": "2020-36/2022-38",
    "fra udgangen af 2020 og frem til midten af 2022": "2020-36/2022-38",
    "between May and August 2021": "[2021-05..2021-08]",
    "mellem november 2020 og maj 2022": "[2020-11..2022-05]",
    "between 2020 and May 2021": "[2020-01-01..2021-05-31]",
    "May or June 2021": "[2021-05,2021-06]",
    "enten 2020 eller 2021": "[2020,2021]",
    # quarters, halves and seasons
    "first quarter of 2021": "2021-33",
    "in the fourth quarter of 2021": "2021-36",
    "Q2 2021": "2021-34",
    "2021Q2": "2021-34",
    "1st quarter 2021": "2021-33",
    "1. kvartal 2021": "2021-33",
    "tredje kvartal af 2021": "2021-35",
    "first half of 2021": "2021-40",
    "andet halvår 2021": "2021-41",
    "i første halvdel af 2021": "2021-40",
    "spring 2021": "2021-21",
    "in the summer of 2021": "2021-22",
    "fall 2021": "2021-23",
    "foråret 2021": "2021-21",
    "sommeren 2021": "2021-22",
    "i efteråret 2021": "2021-23",
    "winter 2020/21": "2020-24",
    "winter 2021": "[2020-24,2021-24]",
    "vinteren 2020-2021": "2020-24",
    "at the turn of the year 2020/21": "[2020-36,2021-33]",
    "ved årsskiftet 2020/2021": "[2020-36,2021-33]",
}

STILL = {
    "since October 2018": True,
    "siden 2018": True,
    "since at least 2018": True,
    "siden før 2018": True,
    "from 2018 to the present": True,
    "fra 2018 til i dag": True,
    "from May 2021, still so": True,
    "fra maj 2021 og stadig": True,
    "from May 2021": False,
    "fra maj 2021 og frem": False,
    "as of May 2021": False,
    "until May 2021": False,
    "May 2021": False,
}


def refusal(words: str, published: str | None = None) -> DateError:
    """Return the error some words are refused with."""
    with pytest.raises(DateError) as caught:
        read_phrase(words, published)
    return caught.value


@pytest.mark.parametrize(("words", "edtf"), SAID.items())
def test_words_mean_a_date(words: str, edtf: str) -> None:
    """Each phrase of the table, and its family, has the date the table gives it."""
    phrase = read_phrase(words)
    assert phrase.edtf == edtf
    assert phrase.rule
    assert parse(phrase.edtf).text == edtf


@pytest.mark.parametrize("words", SAID)
def test_capitals_spaces_and_spelling_of_letters_do_not_matter(words: str) -> None:
    """A phrase in capitals, with more spaces, or with aa for å means the same."""
    shouted = words.upper().replace(" ", "  ")
    spelt = words.replace("å", "aa").replace("ø", "oe")
    decomposed = words.replace("å", "a\u030a")
    assert {read_phrase(other).edtf for other in (shouted, spelt, decomposed)} == {SAID[words]}


@pytest.mark.parametrize(("words", "still"), STILL.items())
def test_since_says_that_it_is_still_so(words: str, still: bool) -> None:
    """Only words that say so until now ask for an attestation, and the rule then says it."""
    phrase = read_phrase(words, "2022-05")
    assert phrase.still is still
    assert ("attestation on the publication date (2022-05)" in phrase.rule) is still


def test_the_language_is_told() -> None:
    """A phrase is read in one language, English where both have it, and never in a mixture."""
    assert read_phrase("in May 2021").language == "en"
    assert read_phrase("i maj 2021").language == "da"
    assert read_phrase("april 2021").language == "en"
    refusal("by februar 2024")


@pytest.mark.parametrize(
    ("words", "says", "advises"),
    [
        ("03/04/2021", "ambiguous", "2021-04-03 or 2021-03-04"),
        ("3.4.2021", "ambiguous", "2021-04-03 or 2021-03-04"),
        ("by 3/4/2021", "3/4/2021 is ambiguous", "write by 2021-04-03 or by 2021-03-04"),
        ("25/04/2021", "year first", "write 2021-04-25"),
        ("04/25/2021", "year first", "write 2021-04-25"),
        ("04/04/2021", "year first", "write 2021-04-04"),
        ("24.05.2022", "year first", "write 2022-05-24"),
        ("by 24/5/2022", "24/5/2022: a date in digits", "write by 2022-05-24"),
        (
            "between 24/5/2021 and 25/6/2021",
            "24/5/2021: a date in digits",
            "each date as 2021-05-12",
        ),
        ("since 5/2021", "5/2021: a date in digits", "write since 2021-05"),
        ("3/4/21", "four digits", "2021-05-12"),
        ("30/30/2021", "no such date", "2021-05-12"),
        ("by 31/6/2021", "31/6/2021: there is no such date", "2021-05-12"),
        ("den 24/5 2022", "24/5 2022: a date in digits", "write den 2022-05-24"),
        ("in May", "needs a year", "in May 2021"),
        ("24 May", "needs a year", "24 May 2021"),
        ("i maj", "needs a year", "i maj 2021"),
        ("May 2021?", "?, ~ and % can only follow", "write 2021-05?"),
        ("31 June 2020", "no day 31", "2020-06"),
        ("by 2021-13", "no month 13", "01 to 12"),
        ("Monday 24 May 2022", "2022-05-24 is a Tuesday, not a Monday", "check the source"),
        ("mandag den 24. maj 2022", "2022-05-24 is a Tuesday, not a Monday", "check the source"),
        ("Monday, May 24, 2022", "2022-05-24 is a Tuesday, not a Monday", "check the source"),
        ("from May 2022 to May 2021", "before it starts", "2021-05/2022-05"),
        ("from November to February 2022", "the year is ambiguous", "after november"),
        ("from 5 to May 2022", "5: the month is ambiguous", "month and year after 5"),
        ("from 11 to June 2021", "11: the month is ambiguous", "month and year after 11"),
        ("from 11 to mid-June 2021", "11: the month is ambiguous", "month and year after 11"),
        ("from 5 to 2022", "5: the month is ambiguous", "month and year after 5"),
        ("fra 5. til maj 2022", "5.: the month is ambiguous", "month and year after 5."),
        ("from May to 2022", "may: the year is ambiguous", "write the year after may"),
        (
            "from November to 2022",
            "november: the year is ambiguous",
            "write the year after november",
        ),
        ("between May and 2022", "may: the year is ambiguous", "write the year after may"),
        ("May or 2022", "may: the year is ambiguous", "write the year after may"),
        ("fra maj til 2022", "maj: the year is ambiguous", "write the year after maj"),
        ("maj eller 2022", "maj: the year is ambiguous", "write the year after maj"),
        (
            "from summer until mid 2022",
            "summer: the year is ambiguous",
            "write the year after summer",
        ),
        (
            "from fourth quarter to 2022",
            "fourth quarter: the year is ambiguous",
            "write the year after",
        ),
        (
            "from May to the first half of 2022",
            "may: the year is ambiguous",
            "write the year after may",
        ),
        ("from May to May 2022", "may: the year is ambiguous", "write the year after may"),
        ("from May to 15 May 2022", "may: the year is ambiguous", "write the year after may"),
        ("from 15 to 15 May 2022", "15: the month is ambiguous", "month and year after 15"),
        ("May - 2022", "not a known form of date", "--help"),
        ("May-June 2021", "a period, or one day", "2021-05/2021-06 for the period"),
        ("May 2021 – May 2022", "a period, or one day", "[2021-05..2022-05] for one day"),
        ("May 2021 - 2022", "a period, or one day", "[2021-05-01..2022-12-31] for one day"),
        ("11-15 June 2020", "a period, or one day", "2020-06-11/2020-06-15"),
        ("beginnig of 2021", "misspelt", 'did you mean "beginning of 2021" (2021-33)?'),
        ("febuary 2021", "misspelt", 'did you mean "february 2021" (2021-02)?'),
        ("befor May 2021", "misspelt", 'did you mean "before may 2021" ([..2021-04-30])?'),
        ("no latter than May 2021", "misspelt", '"no later than may 2021"'),
        ("senst i februar 2024", "misspelt", '"senest i februar 2024"'),
        ("around May 2021", '"around" does not say how much', "such as [2020..2022]"),
        ("ca. 2021", '"ca." does not say how much', "such as [2020..2022]"),
        ("circa 2021", '"circa" does not say how much', "such as [2020..2022]"),
        ("omkring maj 2021", '"omkring" does not say how much', "such as [2020..2022]"),
        ("around the turn of the year 2020/21", '"around" does not say', "[2019..2021]"),
        ("FY2021", "fiscal year", "such as [2020-10..2021-09]"),
        ("the fiscal year 2021", "fiscal year", "such as [2020-10..2021-09]"),
        ("before the fiscal year 2021", "fiscal year", "its first (2020-10) or last (2021-09)"),
        ("by about May 2021", '"about" does not say how much', "such as [..2022]"),
        ("from May 2021 to about 2022", '"about" does not say how much', "such as [..2022]"),
        ("in around May 2021", '"around" does not say how much', "such as [2020..2022]"),
        ("not before today", '"today" must be the only word', "keep the other words"),
        ("until the Minister decides", 'unknown words "Minister" and "decides"', "--help"),
        ("almost 2021", 'unknown word "almost"', "--help"),
        ("not in 2021", "not a known form of date", "--help"),
        ("mid to late May 2021", "not a known form of date", "--help"),
        ("the end of summer 2021", "not a known form of date", "--help"),
        ("winter 2020/22", "not a known form of date", "--help"),
        ("turn of the year 2021", "not a known form of date", "--help"),
        ("from May 2021 and six months ahead", 'unknown word "months"', ""),
        ("from 9999 and one year ahead", "not a known form of date", "--help"),
        ("year-end May 2021", "not a known form of date", "--help"),
        ("year end May 2021", "not a known form of date", "--help"),
        ("til 2022", "not a known form of date", "--help"),
        ("2021..", "not a known form of date", "--help"),
        ("soon", 'unknown word "soon"', "--help"),
        ("", "not a known form of date", "--help"),
        ("may " * 100, "too long", "200"),
    ],
)
def test_what_is_not_known_is_refused(words: str, says: str, advises: str) -> None:
    """Unknown and ambiguous words are refused, with the nearest thing that is known."""
    error = refusal(words)
    assert says in error.message
    assert advises in error.hint


def test_a_missing_year_is_suggested_from_the_publication_and_never_taken() -> None:
    """A month without a year is refused even where the year of publication would do."""
    assert "May 2022" in refusal("in May", "2022-05-24").hint


@pytest.mark.parametrize("language", [ENGLISH, DANISH], ids=lambda language: language.code)
def test_every_month_and_season_has_a_word(language: DateWords) -> None:
    """Each language names twelve months and four seasons, and reads all of its names."""
    assert set(language.months.values()) == set(range(1, 13))
    assert set(language.seasons.values()) == {21, 22, 23, 24}
    for name, month in language.months.items():
        assert read_phrase(f"{name} 2021").edtf == f"2021-{month:02d}"


@pytest.mark.parametrize(
    ("words", "within"),
    [
        ("beginning of 2021", ["2021-01-01", "2021-03-31"]),
        ("winter 2021", ["2021-01-15", "2021-12-15"]),
        ("end of May 2021", ["2021-05-25", "2021-05-31"]),
        ("by February 2024", ["2020-01-01", "2024-02-29"]),
        ("before February 2024", ["2024-01-31"]),
        ("before the end of February 2024", ["2024-02-28"]),
        ("before mid-2022", ["2022-05-31"]),
        ("before the beginning of 2021", ["2020-12-31", "2021-01-15"]),
        ("after 2021", ["2021-12-31", "2022-01-01"]),
        ("after mid-2021", ["2021-05-31", "2021-07-01"]),
        ("not before mid-2021", ["2021-06-15"]),
        ("early 2021", ["2021-01-01", "2021-04-15"]),
        ("late 2020", ["2020-09-15", "2020-12-31"]),
        ("turn of the year 2020/21", ["2020-12-20", "2021-01-10"]),
        ("since at least 2018", ["1999-01-01", "2018-12-31"]),
        ("between May 2021 and August 2021", ["2021-05-01", "2021-08-31"]),
    ],
)
def test_words_are_wide_rather_than_narrow(words: str, within: list[str]) -> None:
    """A day that the words can be said of is in the window."""
    first, last = parse(read_phrase(words).edtf).window.bounds
    for day in within:
        assert first <= (parse(day).window.first or 0) <= last


def test_edtf_is_understood_before_words() -> None:
    """EDTF comes back without a phrase, words with one."""
    assert parse_date("2021-05") == (parse("2021-05"), None)
    date, phrase = parse_date("in May 2021")
    assert date == parse("2021-05")
    assert isinstance(phrase, Phrase)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2021-13", "no month 13"),
        ("2021-5", "two digits"),
        ("2024-02..", "brackets"),
        ("2021-05 - 2022-05", "a period, or one day"),
        ("20xx1", "not an EDTF date"),
        ("2021/05/12", "hyphens"),
        ("03/04/2021", "ambiguous"),
        ("SOON", "unknown word"),
        ("by and by", "not a known form of date"),
    ],
)
def test_a_refusal_is_about_what_was_meant(text: str, says: str) -> None:
    """What looks like EDTF is refused as EDTF, and words as words."""
    with pytest.raises(DateError) as caught:
        parse_date(text)
    assert says in caught.value.message


TODAY = day_number(2026, 11, 29)


@pytest.mark.parametrize(
    ("words", "day", "language"),
    [
        ("today", "2026-11-29", "en"),
        ("Yesterday", "2026-11-28", "en"),
        ("i dag", "2026-11-29", "da"),
        ("idag", "2026-11-29", "da"),
        ("I går", "2026-11-28", "da"),
        ("igaar", "2026-11-28", "da"),
    ],
)
def test_today_is_read_where_the_day_is_given(words: str, day: str, language: str) -> None:
    """Who says on which day "yesterday" is said can have it read; nobody else can."""
    phrase = read_phrase(words, today=TODAY)
    assert (phrase.edtf, phrase.language, phrase.passing) == (day, language, True)
    error = refusal(words)
    assert "must not depend" in error.message
    assert "write the day itself" in error.hint


@pytest.mark.parametrize("words", ["tomorrow", "Tomorrow", "i morgen", "imorgen"])
def test_no_day_to_come_is_read(words: str) -> None:
    """Who says "tomorrow" is told which such words are read, and to write the day."""
    with pytest.raises(DateError, match="only today and yesterday are accepted") as caught:
        read_phrase(words, today=TODAY)
    assert "write the day itself" in caught.value.hint
    with pytest.raises(DateError, match="is not accepted"):
        read_phrase(f"by {words}", today=TODAY)
    assert "must not depend" in refusal(words).message


@pytest.mark.parametrize("words", ["by today", "from May 2021 to yesterday", "indtil i går"])
def test_today_stands_alone(words: str) -> None:
    """With other words "today" would be a date whose other end is of no day: it is refused."""
    with pytest.raises(DateError, match="must be the only word"):
        read_phrase(words, today=TODAY)


# Every word counts ------------------------------------------------------------------------

SAYS_NOTHING = {
    *("in", "on", "at", "the", "of", "during", "year", "some", "time", "course", "a", "by", "up"),
    "year's",
    *("and", "as", "is", "so", "ever", "from", "onwards", "period", "either", "including"),
    *("den", "i", "d", "ved", "paa", "engang", "loebet", "aaret", "af", "og", "fra", "frem"),
    *("med", "so", "perioden", "enten"),
}
"""Words that may come or go without another meaning: prepositions, articles, "ever" since."""

SAID_TWICE = {
    "from May 2021, still so",
    "fra maj 2021 og stadig",
    "by Tuesday 24 May 2022",
}
"""Phrases that say one thing in two words, of which either would do."""

UNKNOWN = [
    *("around", "almost", "hardly", "nearly", "perhaps", "never", "unless", "without", "yearly"),
    *("maybe", "lately", "possibly", "all", "about", "ca.", "Minister", "decides", "omkring"),
    *("næsten", "måske", "aldrig", "formentlig", "næppe", "seneste"),
]
"""Words that no table reads, many of which would turn the meaning of those beside them."""

NEGATING = ["not", "no", "ikke"]
BESIDE = [
    *(*UNKNOWN, *NEGATING, "before", "after", "by", "until", "since", "mid", "end"),
    *("før", "efter", "senest", "siden"),
]
PHRASES = st.sampled_from(sorted(SAID))


def read(words: str) -> tuple[str, str, bool] | None:
    """Return what words are read as, or None where they are refused."""
    try:
        phrase = read_phrase(words)
    except DateError:
        return None
    return phrase.edtf, phrase.rule, phrase.still


def says_again(word: str, found: tuple[str, str, bool]) -> bool:
    """Say whether a word may only say again what a phrase says, as in "since 2018 to date"."""
    edtf, _, still = found
    return (
        (still and word in ("since", "siden"))
        or (edtf.startswith("[..") and word in ("by", "until", "senest"))
        or (edtf.endswith("..]") and word in ("after", "efter"))
    )


@given(PHRASES, st.data())
@settings(max_examples=400, deadline=None)
def test_a_word_put_in_changes_what_is_read(words: str, data: st.DataObject) -> None:
    """A phrase with one more word means something else or is refused; an unknown one refuses it."""
    tokens = words.split()
    added = data.draw(st.sampled_from(BESIDE))
    tokens.insert(data.draw(st.integers(0, len(tokens))), added)
    found = read(" ".join(tokens))
    if found is None or says_again(added, found):
        return
    assert added not in UNKNOWN, tokens
    assert found != read(words), tokens


@pytest.mark.parametrize("words", SAID)
def test_a_word_left_out_changes_what_is_read(words: str) -> None:
    """Without any one of the words that say something, a phrase means something else or nothing."""
    tokens = words.split()
    for at, word in enumerate(tokens):
        left = " ".join(tokens[:at] + tokens[at + 1 :])
        said = normalized(word).strip(".,")
        if said not in SAYS_NOTHING and words not in SAID_TWICE:
            assert read(left) != read(words), left


def misspelt(draw: st.DrawFn, word: str) -> str:
    """Leave a letter out, double it or change two about."""
    at = draw(st.integers(1, max(1, len(word) - 2)))
    return draw(
        st.sampled_from(
            [
                word[:at] + word[at + 1 :],
                word[:at] + word[at : at + 1] + word[at:],
                word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :],
            ]
        )
    )


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """Draw a phrase with some of its words misspelt, left out, changed about or of no table."""
    tokens = draw(PHRASES).split()
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(tokens) - 1))
        how = draw(st.sampled_from(["spell", "spell", "add", "change", "drop"]))
        if how == "spell":
            tokens[at] = misspelt(draw, tokens[at])
        elif how == "add":
            tokens.insert(at, draw(st.sampled_from(BESIDE)))
        elif how == "change":
            tokens[at] = draw(st.sampled_from(BESIDE))
        elif len(tokens) > 1:
            del tokens[at]
    return " ".join(tokens)


@given(damaged())
@example("befor May 2021")
@example("almost May 2021")
@example("seneste oktober 2018")
@example("nearly 2021")
@example("yearly 2021")
@example("not until the Minister decides in May 2021")
@settings(max_examples=1000, deadline=None)
def test_what_is_suggested_accounts_for_every_word(words: str) -> None:
    """A suggestion has each word of the phrase, spelt the same or nearly; no part is offered."""
    try:
        read_phrase(words)
    except DateError as error:
        hint = error.hint
    else:
        assert not set(words.split()) & set(UNKNOWN)
        return
    given = normalized(words).split()
    if found := re.search('did you mean "(.*)" [(]', hint):
        offered = found[1].split()
        assert len(offered) == len(given)
        for one, other in zip(given, offered, strict=True):
            pairs = ((one, other), (other, one))  # the ratio depends on the order
            nearly = any(difflib.SequenceMatcher(None, *each).ratio() >= 0.8 for each in pairs)
            assert one == other or (nearly and one[0] == other[0])
            assert one == other or one not in {*map(normalized, UNKNOWN), *NEGATING}
    elif found := re.search("in four digits, such as (.*)", hint):
        assert set(given) <= set(normalized(found[1]).split())
    for first in range(len(given)):
        for last in range(first + 1, len(given) + 1):
            part = " ".join(given[first:last])
            if last - first < len(given) and (reading := read(part)):
                assert f'"{part}"' not in hint
                assert f"({reading[0]})" not in hint or "did you mean" in hint
                assert hint != f"write {reading[0]}"


VOCABULARY = (
    "from fra to til by senest since between and og mid- primo may maj 2021 1. first winter of "
    "quarter end the in 11 still frem one year ahead before not until tuesday mandag or turn"
)
WORDS = st.lists(st.sampled_from(VOCABULARY.split()), max_size=12).map(" ".join)


@given(st.text(max_size=220) | WORDS)
@example(".rom \x00 2022")
def test_any_words_are_read_or_refused(words: str) -> None:
    """Nothing but a phrase with a valid date, or a DateError, comes of any words."""
    refused: DateError | None = None
    try:
        date, phrase = parse_date(words)
    except DateError as error:
        refused = error
    if refused:
        assert (refused.message + refused.hint).isprintable()
    elif phrase:
        assert parse(phrase.edtf) == date


@pytest.mark.parametrize(
    "words",
    ["to " * 66, "from " * 40, "from " + "and " * 48, "a" * 200, "x y " * 50, "mid-" * 50],
)
def test_hostile_words_take_no_time(words: str) -> None:
    """The longest and oddest words are read or refused within a blink of the processor."""
    begun = time.process_time()
    with pytest.raises(DateError):
        read_phrase(words)
    assert time.process_time() - begun < 0.5
