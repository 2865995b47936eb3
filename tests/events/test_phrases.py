"""Words read as dates, in English and Danish."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from events.edtf import parse
from events.errors import DateError
from events.phrases import DANISH, ENGLISH, Phrase, Tongue, read_phrase, understand

SAID = {
    # the beginning, the middle and the end of a year
    "beginning of 2021": "2021-33",
    "in the beginning of 2021": "2021-33",
    "early 2021": "2021-33",
    "start of 2021": "2021-33",
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
    "late 2020": "2020-36",
    "ultimo 2020": "2020-36",
    "udgangen af 2020": "2020-36",
    "slutningen af 2020": "2020-36",
    # of a month: the whole of it
    "beginning of May 2021": "2021-05",
    "mid-May 2021": "2021-05",
    "late May 2021": "2021-05",
    "primo maj 2021": "2021-05",
    "udgangen af maj 2021": "2021-05",
    # no later than
    "by February 2024": "[..2024-02]",
    "no later than February 2024": "[..2024-02]",
    "before the end of February 2024": "[..2024-02]",
    "by the end of 2023": "[..2023]",
    "by mid-2023": "[..2023-38]",
    "by 11 June 2020": "[..2020-06-11]",
    "senest i februar 2024": "[..2024-02]",
    "senest den 11. juni 2020": "[..2020-06-11]",
    "inden udgangen af februar 2024": "[..2024-02]",
    # plain dates
    "May 2021": "2021-05",
    "in May 2021": "2021-05",
    "maj 2021": "2021-05",
    "i maj 2021": "2021-05",
    "Sept. 2021": "2021-09",
    "okt. 2021": "2021-10",
    "11 June 2020": "2020-06-11",
    "on the 11th of June, 2020": "2020-06-11",
    "June 11, 2020": "2020-06-11",
    "11. juni 2020": "2020-06-11",
    "den 11. juni 2020": "2020-06-11",
    "2018": "2018",
    "in 2018": "2018",
    "i 2018": "2018",
    # since
    "since October 2018": "2018-10",
    "siden oktober 2018": "2018-10",
    "siden 2018": "2018",
    "from May 2021, still so": "2021-05",
    "fra maj 2021 og stadig": "2021-05",
    "from May 2021": "2021-05",
    "from May 2021 onwards": "2021-05",
    "fra maj 2021 og frem": "2021-05",
    # from and to
    "from May 2021 and one year ahead": "2021-05/2022-05",
    "fra maj 2021 og et år frem": "2021-05/2022-05",
    "fra maj 2021 og to år frem": "2021-05/2023-05",
    "from 11 June 2020 and one year ahead": "2020-06-11/2021-06",
    "from May 2021 to May 2022": "2021-05/2022-05",
    "from May to August 2021": "2021-05/2021-08",
    "fra november 2020 til maj 2022": "2020-11/2022-05",
    "i perioden november 2020 til maj 2022": "2020-11/2022-05",
    "from the end of 2020 to mid-2022": "2020-36/2022-38",
    "fra udgangen af 2020 og frem til midten af 2022": "2020-36/2022-38",
    "between May and August 2021": "[2021-05..2021-08]",
    "mellem november 2020 og maj 2022": "[2020-11..2022-05]",
    "between 2020 and May 2021": "[2020-01-01..2021-05-31]",
    # quarters, halves and seasons
    "first quarter of 2021": "2021-33",
    "in the fourth quarter of 2021": "2021-36",
    "Q2 2021": "2021-34",
    "1. kvartal 2021": "2021-33",
    "tredje kvartal af 2021": "2021-35",
    "first half of 2021": "2021-40",
    "andet halvår 2021": "2021-41",
    "i første halvdel af 2021": "2021-40",
    "spring 2021": "2021-21",
    "in the summer of 2021": "2021-22",
    "fall 2021": "2021-23",
    "foråret 2021": "2021-21",
    "i efteråret 2021": "2021-23",
    "winter 2020/21": "2020-24",
    "winter 2021": "[2020-24,2021-24]",
    "vinteren 2020-2021": "2020-24",
}

STILL = {
    "since October 2018": True,
    "siden 2018": True,
    "from May 2021, still so": True,
    "fra maj 2021 og stadig": True,
    "from May 2021": False,
    "fra maj 2021 og frem": False,
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
    assert phrase.words == words
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
        ("25/04/2021", "year first", "write 2021-04-25"),
        ("04/25/2021", "year first", "write 2021-04-25"),
        ("04/04/2021", "year first", "write 2021-04-04"),
        ("3/4/21", "four digits", "2021-05-12"),
        ("in May", "needs a year", "May 2021"),
        ("i maj", "needs a year", "Maj 2021"),
        ("31 June 2020", "no day 31", "2020-06"),
        ("from May 2022 to May 2021", "before it starts", "2021-05/2022-05"),
        ("from November to February 2022", "which year", "after november"),
        ("beginnig of 2021", "nothing is guessed", 'is it "beginning of 2021" (2021-33)?'),
        ("senst i februar 2024", "nothing is guessed", '"senest i februar 2024"'),
        ("around May 2021", "nothing is guessed", "May 2021".lower()),
        ("until May 2021", "nothing is guessed", 'without "until"'),
        ("after May 2021", "nothing is guessed", 'without "after"'),
        ("til 2022", "nothing is guessed", 'without "til"'),
        ("around the turn of the year", "nothing is guessed", "mid-2022"),
        ("soon", "nothing is guessed", "May 2021"),
        ("", "nothing is guessed", "May 2021"),
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


@pytest.mark.parametrize("tongue", [ENGLISH, DANISH], ids=lambda tongue: tongue.code)
def test_every_month_and_season_has_a_word(tongue: Tongue) -> None:
    """Each language names twelve months and four seasons, and reads all of its names."""
    assert set(tongue.months.values()) == set(range(1, 13))
    assert set(tongue.seasons.values()) == {21, 22, 23, 24}
    for name, month in tongue.months.items():
        assert read_phrase(f"{name} 2021").edtf == f"2021-{month:02d}"


@pytest.mark.parametrize(
    ("words", "within"),
    [
        ("beginning of 2021", ["2021-01-01", "2021-03-31"]),
        ("winter 2021", ["2021-01-15", "2021-12-15"]),
        ("end of May 2021", ["2021-05-25", "2021-05-31"]),
        ("by February 2024", ["2020-01-01", "2024-02-29"]),
        ("before February 2024", ["2024-01-31"]),
        ("between May 2021 and August 2021", ["2021-05-01", "2021-08-31"]),
    ],
)
def test_words_are_wide_rather_than_narrow(words: str, within: list[str]) -> None:
    """A day that the words can be said of is in the window."""
    window = parse(read_phrase(words).edtf).window
    for day in within:
        assert window.contains(parse(day).window.first or 0)


def test_edtf_is_understood_before_words() -> None:
    """EDTF comes back without a phrase, words with one."""
    assert understand("2021-05") == (parse("2021-05"), None)
    date, phrase = understand("in May 2021")
    assert date == parse("2021-05")
    assert isinstance(phrase, Phrase)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2021-13", "no month 13"),
        ("2021-5", "two digits"),
        ("20xx1", "not an EDTF date"),
        ("2021/05/12", "hyphens"),
        ("03/04/2021", "ambiguous"),
        ("SOON", "nothing is guessed"),
        ("by and by", "nothing is guessed"),
    ],
)
def test_a_refusal_is_about_what_was_meant(text: str, says: str) -> None:
    """What looks like EDTF is refused as EDTF, and words as words."""
    with pytest.raises(DateError) as caught:
        understand(text)
    assert says in caught.value.message


VOCABULARY = (
    "from fra to til by senest since between and og mid- primo may maj 2021 1. first winter of "
    "quarter end the in 11 still frem one year ahead"
)
WORDS = st.lists(st.sampled_from(VOCABULARY.split()), max_size=12).map(" ".join)


@given(st.text(max_size=220) | WORDS)
@example(".rom \x00 2022")
def test_any_words_are_read_or_refused(words: str) -> None:
    """Nothing but a phrase with a valid date, or a DateError, comes of any words."""
    refused: DateError | None = None
    try:
        date, phrase = understand(words)
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
