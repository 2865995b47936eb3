"""EDTF read into windows of days."""

import calendar
import inspect
import re
import time
from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from events.dates import edtf as module
from events.dates.days import Window, day_number, iso_day
from events.dates.edtf import LONGEST, parse, parse_uncached
from events.dates.edtf_date import Edtf
from events.errors import DateError

QUALIFIERS = st.sampled_from("?~%")
YEARS = st.integers(0, 9999)
MONTHS = st.tuples(YEARS, st.integers(1, 12))
PLAIN = st.one_of(
    YEARS.map(lambda year: f"{year:04d}"),
    MONTHS.map(lambda month: f"{month[0]:04d}-{month[1]:02d}"),
    st.tuples(YEARS, st.integers(21, 41)).map(lambda part: f"{part[0]:04d}-{part[1]}"),
    st.dates().map(date.isoformat),
    YEARS.map(lambda year: f"{year // 10:03d}X"),
    MONTHS.map(lambda month: f"{month[0]:04d}-{month[1]:02d}-XX"),
)
DATE_LIKE = st.text("0123456789X-/.,[]{}?~%YESTZ:+ x", max_size=40)


def days(text: str) -> str:
    """Write the window of a date as two days; an open side is empty."""
    window = parse(text).window
    return " ".join("" if day is None else iso_day(day) for day in (window.first, window.last))


def refusal(text: str) -> DateError:
    """Return the error a text is refused with."""
    with pytest.raises(DateError) as caught:
        parse(text)
    return caught.value


# Windows ----------------------------------------------------------------------------------


def test_the_examples_of_the_module_are_true() -> None:
    """Each line of the module's own table that names two days is what the parser says."""
    rows = re.findall(
        r"^    (?P<text>\S+) .*? (\d{4}-\d\d-\d\d) to (\d{4}-\d\d-\d\d)$",
        inspect.getdoc(module) or "",
        re.MULTILINE,
    )
    assert len(rows) >= 8
    for text, first, last in rows:
        if not text.startswith("Y"):
            assert days(text) == f"{first} {last}"
    assert days("1950S2") == "1900-01-01 1999-12-31"


@given(st.dates())
def test_a_day_comes_back(day: date) -> None:
    """The text of a day is a window of that one day, and is written the same."""
    read = parse_uncached(day.isoformat())
    assert read.window == Window(day.toordinal(), day.toordinal())
    assert iso_day(read.window.first or 0) == read.text == day.isoformat()
    assert read.precision == "day"


@given(st.integers(1, 9999), st.integers(1, 12))
def test_a_month_has_each_of_its_days(year: int, month: int) -> None:
    """A month's window is from its first day to its last, and neither more nor less."""
    window = parse_uncached(f"{year:04d}-{month:02d}").window
    length = calendar.monthrange(year, month)[1]
    assert window == Window(day_number(year, month, 1), day_number(year, month, length))


@given(PLAIN, QUALIFIERS)
def test_a_qualifier_moves_no_window(text: str, mark: str) -> None:
    """`?`, `~` and `%` are kept and shown, and the window stays where it was."""
    plain, marked = parse_uncached(text), parse_uncached(text + mark)
    assert marked.window == plain.window
    assert (marked.uncertain, marked.approximate) == (mark in "?%", mark in "~%")
    assert marked.text == text + mark


@given(st.lists(PLAIN, min_size=1, max_size=8), st.sampled_from(["[]", "{}"]))
def test_a_set_spans_its_members(members: list[str], brackets: str) -> None:
    """The window of a set is the hull of its members' windows."""
    read = parse_uncached(brackets[0] + ",".join(members) + brackets[1])
    hull = parse_uncached(members[0]).window
    for member in members:
        hull = hull.hull(parse_uncached(member).window)
    assert read.window == hull
    assert read.kind == ("one-of" if brackets == "[]" else "all-of")


@given(PLAIN, PLAIN)
def test_an_interval_runs_from_its_start_to_its_end(left: str, right: str) -> None:
    """An interval goes from its start's first day to its end's last, or is refused as reversed."""
    start, end = parse_uncached(left), parse_uncached(right)
    if (start.window.first or 0) > (end.window.last or 0):
        assert "before it starts" in refusal(f"{left}/{right}").message
        return
    read = parse_uncached(f"{left}/{right}")
    assert (read.start, read.end) == (start, end)
    assert read.window == Window(start.window.first, end.window.last)


@pytest.mark.parametrize(
    ("text", "start_is", "end_is"),
    [
        ("2021-05/..", "dated", "open"),
        ("2021-05/", "dated", "unknown"),
        ("../2021-05", "open", "dated"),
        ("/2021-05", "unknown", "dated"),
        ("[..2024-02]", "open", "dated"),
        ("[2024-02..]", "dated", "open"),
        ("2021-05/2022-05", "dated", "dated"),
        ("Y9E99", "unknown", "unknown"),
    ],
)
def test_open_is_told_from_unknown(text: str, start_is: str, end_is: str) -> None:
    """`..` says that there is no bound, a blank that it is not known."""
    read = parse(text)
    assert (read.start_is, read.end_is) == (start_is, end_is)
    assert (read.window.first is None, read.window.last is None) == (
        start_is != "dated",
        end_is != "dated",
    )


@pytest.mark.parametrize(
    ("text", "precision"),
    [
        ("2022-05-24T10:00:00Z", "second"),
        ("2021-05-11", "day"),
        ("2021-05-1X", "day"),
        ("2021-05", "month"),
        ("2021-05-XX", "month"),
        ("2021-21", "season"),
        ("2021-33", "quarter"),
        ("2021-38", "third"),
        ("2021-40", "half"),
        ("2021", "year"),
        ("2021-XX", "year"),
        ("201X", "decade"),
        ("20XX", "century"),
        ("2XXX", "millennium"),
        ("XXXX", "age"),
        ("2021-05/2022", "month"),
        ("[..2024-02]", "month"),
    ],
)
def test_precision_is_a_word(text: str, precision: str) -> None:
    """The precision is the finest unit of which something is written."""
    assert parse(text).precision == precision


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        (21, "2021-03-01", "2021-05-31"),
        (24, "2021-12-01", "2022-02-28"),
        (28, "2021-12-01", "2022-02-28"),
        (29, "2021-09-01", "2021-11-30"),
        (30, "2021-12-01", "2022-02-28"),
        (32, "2021-06-01", "2021-08-31"),
        (33, "2021-01-01", "2021-03-31"),
        (36, "2021-10-01", "2021-12-31"),
        (38, "2021-05-01", "2021-08-31"),
        (41, "2021-07-01", "2021-12-31"),
    ],
)
def test_parts_of_a_year(code: int, first: str, last: str) -> None:
    """Seasons follow the stated convention; quarters, thirds and halves are exact."""
    assert days(f"2021-{code}") == f"{first} {last}"


@given(st.text("0123456789X", min_size=4, max_size=4), st.integers(1, 31))
@settings(max_examples=50)
def test_unknown_digits_reach_exactly_the_days_that_fit(year: str, day: int) -> None:
    """The window of a day in February runs between the first and last real day that fits."""
    fits = re.compile(year.replace("X", "[0-9]")).fullmatch
    real = [
        number
        for number in range(10_000)
        if fits(f"{number:04d}") and day <= calendar.monthrange(number or 2000, 2)[1]
    ]
    text = f"{year}-02-{day:02d}"
    if not real:
        refusal(text)
        return
    assert parse_uncached(text).window == Window(
        day_number(real[0], 2, day), day_number(real[-1], 2, day)
    )


# Times ------------------------------------------------------------------------------------


@given(st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.replace(microsecond=0)))
def test_a_time_is_an_instant(moment: datetime) -> None:
    """A date with a time is its second since 1970 UTC, and without a zone it counts as UTC."""
    text = moment.strftime("%Y-%m-%dT%H:%M:%S").zfill(19)
    seconds = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // (
        datetime(1970, 1, 1, 0, 0, 1) - datetime(1970, 1, 1)
    )
    assert parse_uncached(text).instant == parse_uncached(text + "Z").instant == seconds
    assert parse_uncached(text + "+02:00").instant == seconds - 7200
    assert parse_uncached(text + "-03:30").instant == seconds + 12_600


def test_the_day_of_a_time_is_the_day_as_written() -> None:
    """The window is the local date in the text, though the instant may fall on another UTC day."""
    read = parse("2020-05-01T00:00:00+14:00")
    assert days(read.text) == "2020-05-01 2020-05-01"
    assert read.instant == parse("2020-04-30T10:00:00Z").instant


# Refusals ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "says", "advises"),
    [
        ("", "missing", "2021-05"),
        ("2021-13", "no month 13", "01 to 12"),
        ("2021-02-30", "no day 30", "2021-02"),
        ("2021-02-29", "2021-02 has 28 days", "2021-02"),
        ("2021-00", "no month 00", "01 to 12"),
        ("2021-21-05", "has no days", "remove the day"),
        ("2022-05/2021-05", "before it starts", "2021-05/2022-05"),
        ("[2022..2021]", "before it starts", "2021..2022"),
        ("[2021-05..2022]", "from a month to a year", "same precision"),
        (" 2021-05", "space", "write 2021-05"),
        ("2021-5", "two digits", "write 2021-05"),
        ("2021-5-3", "two digits", "write 2021-05-03"),
        ("12/05/2021", "hyphens", "2021-05-12"),
        ("2021/05/12", "hyphens", "2021-05-12"),
        ("2021/05", "hyphens", "write 2021-05 for the month"),
        ("2021/5/3", "hyphens", "write 2021-05-03"),
        ("5/2021", "hyphens", "write 2021-05"),
        ("13/2021", "hyphens", "2021-05-12"),
        ("2020/21", "hyphens", "write 2020/2021 for an interval of two years"),
        ("2009/10", "hyphens", "write 2009-10 for the month, or 2009/2010"),
        ("2021-05-24/31", "in full", "write 2021-05-24/2021-05-31"),
        ("2021-05-24/06-02", "in full", "write 2021-05-24/2021-06-02"),
        ("2021-05/06", "in full", "write 2021-05/2021-06"),
        ("192X-33", "192X may be several", "[1920-33..1929-33]"),
        ("-192X-33", "-192X may be several", "[-1929-33..-1920-33]"),
        ("2021-3X", "any part of a year", "write 2021 "),
        ("2021-24-05", "has no days", "if 24 is the day, write 2021-05-24"),
        ("2021-13-05", "no month 13", "if 13 is the day, write 2021-05-13"),
        ("2021-33-XX", "has no days", "remove the day"),
        ("[..2014-05]/2015-09", "not sets", "a start on [..2014-05] and an end on 2015-09"),
        ("2014-05/[2015-09..]", "not sets", "a start on 2014-05 and an end on [2015-09..]"),
        ("{2014}/2015", "not sets", "a start on {2014} and an end on 2015"),
        ("[2014,2015]/[2016..]", "not sets", "on [2014,2015] and an end on [2016..]"),
        ("[..2014-05]/..", "not sets", "write [..2014-05]"),
        ("2021-05 - 2022-05", "a period, or one day", "2021-05/2022-05"),
        ("2021-2022", "a period, or one day", "[2021..2022]"),
        ("2021..2022", "a period, or one day", "2021/2022"),
        ("2021-0512", "not an EDTF date", "2021-05-12"),
        ("2021, 2022", "brackets", "write [2021,2022]"),
        ("2021.05.24", "hyphens", "write 2021-05-24"),
        ("2021 05 24", "hyphens", "write 2021-05-24"),
        ("2021 - 05", "space", "write 2021-05"),
        ("05-2021", "year comes first", "write 2021-05"),
        ("5.2021", "year comes first", "write 2021-05"),
        ("2021-05;", "surrounded by", "write 2021-05"),
        ("2021-05-", "may mean nothing or 'since'", "write 2021-05, or 2021-05/.. if"),
        ("2018-", "may mean nothing or 'since'", "write 2018, or 2018/.. if it means since 2018"),
        ("2018--", "may mean nothing or 'since'", "2018/.."),
        ("2018 –", "may mean nothing or 'since'", "2018/.."),
        ("(2018-)", "may mean nothing or 'since'", "2018/.."),
        ("2021-05-32", "no day 32", "01 to 31"),
        ("2021-W20", "no weeks", "[2021-05-17..2021-05-23] for week 20"),
        ("12-05-2021", "year comes first", "2021-05-12"),
        ("20210512", "hyphens", "write 2021-05-12"),
        ("202105", "hyphen", "write 2021-05, or Y202105"),
        ("201x", "capital X", "write 201X"),
        ("201u", "capital X", "write 201X"),
        ("２０２１", "0 to 9", "0 to 9"),
        ("202", "four digits", "0202, or 202X"),
        ("21", "four digits", "all four digits: 2021"),
        ("-12345", "starts with Y", "write Y-12345"),
        ("12345", "starts with Y", "Y12345"),
        ("Y2021", "more than four digits", "write 2021"),
        ("-0000", "no year -0000", "write 0000"),
        ("1950S5", "significant", "S1 to S4"),
        ("..2024-02", "brackets", "write [..2024-02]"),
        ("2024-02..", "brackets", "write [2024-02..]"),
        ("..", "brackets", "[..2021]"),
        ("[2020,2021", "not closed", "]"),
        ("[]", "missing in the set", "commas"),
        ("[..]", "needs a date", "[..2021]"),
        ("[2020..,2021]", "only the last", "last"),
        ("[2020,..2021]", "only the first", "first"),
        ("[2020/2021]", "cannot contain an interval", "2020..2021"),
        ("../..", "one side", "2021/.."),
        ("2022-05-24T24:00:00", "no time 24:00:00", "23:59:59"),
        ("2022-05-24T10:00", "seconds", "write 2022-05-24T10:00:00Z"),
        ("2022-05-24 10:00", "seconds", "write 2022-05-24T10:00:00Z"),
        ("2022-05-24 10:00:30", "a T separates", "write 2022-05-24T10:00:30Z"),
        ("2022-05-24t10:00:00z", "capitals", "2022-05-24T10:00:00Z"),
        ("2022-05-24T10:00:00+15:00", "offset", "+14:00"),
        ("2022-05-24T10:00:00-00:00", "-00:00", "Z"),
        ("2022-05-24T10:00:00Z/2023", "without a time", "2022-05-24"),
        ("in May", "space", "remove the spaces"),
        ("May", "not an EDTF date", "2021-05"),
        ("2021" * 60, "too long", "200"),
    ],
)
def test_a_refusal_says_what_is_wrong_and_what_to_write(text: str, says: str, advises: str) -> None:
    """An error names the wrong part and gives something to write instead."""
    error = refusal(text)
    assert says in error.message
    assert advises in error.hint


def test_control_characters_are_shown_as_escapes() -> None:
    """A refusal never carries a control character of what was typed to a terminal."""
    assert refusal("2021\x1b[31m").message.isprintable()
    assert refusal("2021\n").message.isprintable()
    assert refusal("[2021\x00").message.isprintable()


@given(st.text(max_size=300) | DATE_LIKE)
@example("[" + "X" * 198 + "]")
@example("Y1E" + "9" * 190)
@example("Y" + "9" * 190 + "S3")
def test_any_text_is_read_or_refused(text: str) -> None:
    """Nothing but a date or a DateError comes of any text, and the error is never empty."""
    refused: DateError | None = None
    try:
        assert parse_uncached(text).text == text
    except DateError as error:
        refused = error
    if refused:
        assert refused.message
        assert (refused.message + refused.hint).isprintable()


@pytest.mark.parametrize(
    "text",
    [
        "[" + ",".join(["XXX1-02-29"] * 18) + "]",
        "[" + ",".join(["XXXX-XX-XX"] * 18) + "]",
        "[" + "," * 198 + "]",
        "[" + "." * 198 + "]",
        "/" * 200,
        "?" * 200,
        "Y" + "1" * 199,
        "Y1E" + "9" * 197,
        "{" * 200,
        "2021-05/" * 25,
        "0" * 10_000_000,
    ],
    ids=lambda text: f"{text[:14]}...",
)
def test_hostile_text_takes_no_time(text: str) -> None:
    """The longest and oddest text is read or refused within a blink of the processor."""
    begun = time.process_time()
    with suppress(DateError):
        parse_uncached(text)
    assert time.process_time() - begun < 0.5


# Around the parser ------------------------------------------------------------------------


def test_a_date_is_remembered() -> None:
    """Parsing the same text twice gives the same object, and one that cannot be changed."""
    assert parse("2021-05") is parse("2021-05")
    with pytest.raises(AttributeError):
        parse("2021-05").text = "2022"  # type: ignore[misc]


def test_the_longest_date_is_allowed() -> None:
    """A set of exactly the longest length is read; one character more is refused."""
    text = "[" + "2021," * ((LONGEST - 6) // 5)
    text += "2021-05"[: LONGEST - len(text) - 1].ljust(4, "1") + "]"
    assert isinstance(parse(text), Edtf)
    assert "too long" in refusal(text + " " * (LONGEST + 1 - len(text))).message


@given(st.dates(date(1000, 1, 1)), st.sampled_from([4, 7, 10]))
@settings(max_examples=30, deadline=None)
def test_the_edtf_package_agrees(day: date, size: int) -> None:
    """A second opinion, where it is sound: years, months and days have the same bounds."""
    other = pytest.importorskip("edtf")
    text = day.isoformat()[:size]
    theirs = other.parse_edtf(text)
    first, last = theirs.lower_strict(), theirs.upper_strict()
    assert parse_uncached(text).window == Window(day_number(*first[:3]), day_number(*last[:3]))
