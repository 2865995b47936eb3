"""The three clocks, as they are asked for on the command line."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest
from click.testing import Result

from cli.options.clocks import (
    PublicationLimit,
    ValidDay,
    read_known,
    read_on,
    read_recorded,
    today,
)
from cli.options.ranges import FromTo, read_from_to, read_range
from events.dates.days import FOREVER, day_number, iso_day
from events.errors import DateError
from projections.weighing.occurrence import Days

Run = Callable[..., Result]
Answer = TypeVar("Answer")


def answer(run: Run, *args: str) -> dict[str, object]:
    """Ask for the small mission's state as JSON."""
    result = run("state", "nmi", "--format", "json", *args)
    assert result.exit_code == 0, result.stderr
    said: dict[str, object] = json.loads(result.stdout)
    return said


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2021-06-15", "2021-06-15"),
        ("2021-06", "2021-06-30"),
        ("2020", "2020-12-31"),
        ("2020-33", "2020-03-31"),
        ("[..2024-02]", "2024-02-29"),
        ("2021-05/2022-05", "2022-05-31"),
        ("2022-05-24T23:30:00-02:00", "2022-05-24"),
        ("2021-05-14T00:30:00+03:00", "2021-05-14"),
        ("2021-05-14T00:30:00Z", "2021-05-14"),
        ("maj 2022", "2022-05-31"),
    ],
)
def test_a_date_on_valid_time_is_its_last_day(text: str, day: str) -> None:
    """Any date means the close of the last day it can be; a moment, of its day as written."""
    assert iso_day(read_on(text).day) == day


def test_a_wider_date_is_named_in_the_heading(run: Run) -> None:
    """An answer for a month or year says which day was taken."""
    assert str(read_on("2021-06-15")) == "as of the close of 2021-06-15"
    assert str(read_on("2021-06")) == "as of the close of 2021-06-30, the last day of 2021-06"
    assert "the last day of 2021-06\n" in run("state", "nmi", "--on", "2021-06").stdout
    assert "(2022-05)" in str(read_on("maj 2022"))


def days() -> tuple[str, str]:
    """Return yesterday and today in UTC."""
    now = datetime.now(UTC).date()
    return (now - timedelta(1)).isoformat(), now.isoformat()


def same_day(ask: Callable[[], Answer]) -> tuple[Answer, str, str]:
    """Ask within one day, and return what was answered with yesterday and today."""
    while True:
        eve, day = days()
        found = ask()
        if days() == (eve, day):
            return found, eve, day


def test_today_and_yesterday_are_days_in_utc_and_named_in_the_heading(run: Run) -> None:
    """`today` and `yesterday`, English or Danish, are read on every clock; the heading has both."""
    words = ("today", "Yesterday", "i dag", "idag", "i går", "igår")
    read, eve, day = same_day(lambda: [str(read_on(word)) for word in words])
    assert read == [
        f"as of the close of {day}, today (UTC)",
        f"as of the close of {eve}, Yesterday (UTC)",
        f"as of the close of {day}, i dag (UTC)",
        f"as of the close of {day}, idag (UTC)",
        f"as of the close of {eve}, i går (UTC)",
        f"as of the close of {eve}, igår (UTC)",
    ]
    page, eve, day = same_day(lambda: run("state", "nmi", "--on", "yesterday").stdout)
    assert page.splitlines()[1] == f"as of the close of {eve}, yesterday (UTC)"
    known, eve, day = same_day(lambda: read_known("yesterday").text)
    assert known == eve
    recorded, eve, day = same_day(lambda: read_recorded("i dag"))
    assert (recorded.text, str(recorded.moment)) == (day, f"{day} 23:59:59.999999+00:00")
    span, eve, day = same_day(lambda: str(read_from_to("yesterday", "today")))
    assert span == f"from {eve} to {day}"


@pytest.mark.parametrize("text", ["yesterday..today", "i går..i dag", "yesterday.."])
def test_a_range_runs_from_yesterday_to_today(text: str) -> None:
    """The words stand on either side of a range."""
    found, eve, day = same_day(lambda: read_range(text, read_on, today, "--on"))
    assert (iso_day(found.before.day), iso_day(found.after.day)) == (eve, day)


@pytest.mark.parametrize("text", ["by today", "before yesterday", "from May 2021 to today"])
def test_today_is_read_alone(text: str) -> None:
    """Among other words it is refused."""
    with pytest.raises(DateError, match=r"--on: .* must be the only word"):
        read_on(text)


@pytest.mark.parametrize("text", ["since 2018", "fra maj 2021 og stadig", "after 2021"])
@pytest.mark.parametrize("read", [read_on, read_known, lambda text: read_from_to(None, text)])
def test_what_goes_on_has_no_last_day(read: Callable[[str], object], text: str) -> None:
    """Words that say it was still so are refused where a last day is asked for."""
    with pytest.raises(DateError, match="open end has no last day"):
        read(text)


def test_a_span_from_an_open_beginning_is_refused() -> None:
    """`--from "before 2021"` has no first day, and is no silent want of a limit."""
    with pytest.raises(DateError, match="--from before 2021: an open beginning has no first day"):
        read_from_to("before 2021", None)
    assert read_from_to("since 2018", None) == FromTo(Days(day_number(2018, 1, 1), FOREVER))


@pytest.mark.parametrize("read", [read_on, read_known, lambda text: read_from_to(None, text)])
def test_a_date_too_far_away_has_no_open_end(read: Callable[[str], object]) -> None:
    """A year that no day can be counted in is refused as that."""
    with pytest.raises(DateError, match="Y17E99999999: it is too far away to have days"):
        read("Y17E99999999")


@pytest.mark.parametrize("text", ["[2020..]", "2020/..", "2021-13", "soon", "", "2021-02-30"])
@pytest.mark.parametrize("read", [read_on, read_known])
def test_a_date_without_a_last_day_is_refused(read: Callable[[str], object], text: str) -> None:
    """What has no last day is refused, and the option named."""
    with pytest.raises(DateError, match=r"--on|--known"):
        read(text)


def test_no_date_means_today_and_everything(run: Run) -> None:
    """`--on` is today in UTC unless given; the other clocks are open."""
    before = datetime.now(UTC).date().isoformat()
    said = answer(run)
    assert before <= str(said["on"]) <= datetime.now(UTC).date().isoformat()
    assert (said["known"], said["recorded"]) == (None, None)


def test_publication_time_is_a_day_or_a_second() -> None:
    """A day means its close; a timestamp means that second."""
    noon = int(datetime(2022, 5, 24, 12, tzinfo=UTC).timestamp())
    assert read_known("2022-05-24T12:00:00Z") == PublicationLimit(noon, "2022-05-24T12:00:00Z")
    assert read_known("2022-05-24") == PublicationLimit(noon + 12 * 3600 - 1, "2022-05-24")
    assert read_known("2022-05").text == "2022-05-31"
    late = PublicationLimit(noon + 9 * 3600, "2022-05-24T21:00:00Z")
    assert read_known("2022-05-25T00:00:00+03:00") == late


def test_only_certainly_public_sources_count(run: Run) -> None:
    """What came out later is not known yet; what may have is left out and counted."""
    said = answer(run, "--on", "2021-06-15", "--known", "2020-04-01")
    command = said["facets"]["command"]  # type: ignore[index]
    assert [(each["key"], each["standing"]) for each in command] == [
        ("CAN", "presumed-ended"),
        ("DNK", "expected"),
    ]
    assert said["left_out"] == {"possibly_known_sources": 0}
    said = answer(run, "--on", "2021-06-15", "--known", "2022-07-01")
    assert said["left_out"] == {"possibly_known_sources": 1}
    page = run("state", "nmi", "--on", "2021-06-15", "--known", "2022-07-01").stdout
    assert "(1 source that may have been" in page


def test_record_time_is_a_position_or_a_moment(run: Run) -> None:
    """Plain digits are a position; a day means its close and a second its end."""
    assert read_recorded("17").position == 17
    moment = read_recorded("2026-01-05T09:30:00Z").moment
    assert moment == datetime(2026, 1, 5, 9, 30, 0, 999_999, tzinfo=UTC)
    exact = read_recorded("2026-01-05T09:30:00.000250Z").moment
    assert exact == datetime(2026, 1, 5, 9, 30, 0, 250, tzinfo=UTC)
    assert answer(run, "--recorded", "5")["position"] == 5
    assert answer(run, "--recorded", "2000-01-01")["position"] == 0
    assert answer(run, "--recorded", "9999-12-31")["position"] == answer(run)["position"]


def test_a_position_beyond_the_end_says_where_the_log_ends(run: Run) -> None:
    """A year given as a position is an error that says how to write a day."""
    result = run("state", "nmi", "--recorded", "2021")
    assert result.exit_code == 2
    assert "the log ends at position" in result.stderr
    assert "2021-12-31" in result.stderr


def test_the_clocks_compose_and_stand_in_the_heading(run: Run) -> None:
    """All three clocks at once, each said above the answer."""
    result = run(
        *("state", "nmi", "--on", "2021-06-15", "--known", "2021-12", "--recorded", "8"),
    )
    assert result.stdout.splitlines()[1:4] == [
        "as of the close of 2021-06-15",
        "from sources certainly public by 2021-12-31",
        result.stdout.splitlines()[3],
    ]
    assert result.stdout.splitlines()[3].startswith("as recorded up to position 8 (")


def test_clocks_go_before_or_after_the_mission(run: Run) -> None:
    """Options stand on either side of what is asked about."""
    one = run("state", "--on", "2021-06-15", "nmi", "--format", "json")
    other = run("state", "nmi", "--format", "json", "--on", "2021-06-15")
    assert one.stdout == other.stdout


def test_a_span_runs_from_a_first_to_a_last_day() -> None:
    """`--from 2020 --to 2020` is the whole year."""
    span = read_from_to("2020", "2020")
    assert span == FromTo(Days(day_number(2020, 1, 1), day_number(2020, 12, 31)))
    with pytest.raises(DateError):
        read_from_to("2021", "2020")


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("2021..2022", "2021", "2022"),
        ("2021-05 .. 2022-05", "2021-05", "2022-05"),
        ("[..2024-02]..2024-03", "[..2024-02]", "2024-03"),
        ("2020..[2021..2022]", "2020", "[2021..2022]"),
        ("{2020..2021}..{2022,2023}", "{2020..2021}", "{2022,2023}"),
        ("../2021..2022", "../2021", "2022"),
        ("2021..", "2021", "now"),
        ("2020/2021..2022", "2020/2021", "2022"),
    ],
)
def test_a_range_divides_where_no_date_does(text: str, before: str, after: str) -> None:
    """The dots of a range are told from the dots of a date."""
    found = read_range(text, str, lambda: "now", "--on")
    assert (found.before, found.after, found.is_range) == (before, after, True)


@pytest.mark.parametrize("text", ["2021", "[..2024-02]", "2021/..", "../2021", "[2020..2021]"])
def test_a_date_with_dots_is_no_range(text: str) -> None:
    """A date may have dots of its own."""
    found = read_range(text, str, lambda: "now", "--on")
    assert (found.before, found.is_range) == (text, False)


def test_a_range_has_a_beginning() -> None:
    """`..B` says nothing to compare with."""
    with pytest.raises(DateError, match="no beginning"):
        read_range("..2021", read_on, lambda: ValidDay(1), "--on")
