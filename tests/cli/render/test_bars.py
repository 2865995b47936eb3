"""Bars: what was there when, at a glance, without colour, and no surer than the record."""

import io
import sys

import pytest

from cli.render import bars
from cli.render.page import Bar, Bars
from events.dates.days import day_number

FIRST, LAST = day_number(2021, 1, 1), day_number(2021, 12, 31)


def drawn(*runs: tuple[int, int, str], width: int = 82, name: str = "Denmark") -> list[str]:
    """Draw one bar on an axis of 2021."""
    chart = Bars(FIRST, LAST, [("COMMAND", [Bar(name, runs)])])
    return [text for text, _ in bars.drawn(chart, width)]


def test_a_bar_begins_and_ends_where_its_days_do() -> None:
    """An axis of 73 columns for 365 days has a column for five; the last is today's."""
    axis, title, bar, *_ = drawn((FIRST, FIRST + 4, "certain"), (LAST, LAST, "possible"))
    assert title == "COMMAND"
    assert axis == f"{'':9}2021"
    assert bar == f"Denmark  █{'':71}░"


def test_a_column_shows_the_least_sure_of_its_days() -> None:
    """Where days of several standings share a column, the weakest is drawn."""
    looks = [(FIRST, FIRST + 1, "certain"), (FIRST + 2, FIRST + 3, "possible")]
    assert drawn(*looks)[2] == "Denmark  ░"
    assert drawn(*looks, (FIRST, FIRST + 3, "expected"))[2] == "Denmark  ▫"
    assert drawn((FIRST, LAST, "assumed"), (FIRST, FIRST, "disputed"))[2] == f"Denmark  ▞{'▄' * 72}"


def test_what_goes_on_past_the_axis_is_drawn_to_its_end() -> None:
    """Open sides reach the edges, and nothing is drawn beyond them."""
    assert drawn((-(10**9), 10**9, "assumed"))[2] == f"Denmark  {'▄' * 73}"


def test_every_look_is_told_apart_without_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each standing has a character of its own, in ASCII too, and a word for it below."""
    every = [(FIRST + 20 * n, FIRST + 20 * n + 9, look) for n, look in enumerate(bars.LOOKS)]
    for encoding in ("utf-8", "ascii"):
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding=encoding))
        lines = drawn(*every)
        used = set(lines[2].removeprefix("Denmark")) - {" "}
        assert len(used) == len(bars.LOOKS)
        assert encoding == "utf-8" or "".join(lines).isascii()
        for glyph in used:
            assert any(f"{glyph} " in line for line in lines[3:])
    assert "up to 2021-12-31" in " ".join(lines)


def test_too_narrow_a_terminal_has_none() -> None:
    """Where bars could not be read they are left out: the table under them has it all."""
    assert drawn((FIRST, LAST, "certain"), width=bars.NARROWEST - 1) == []
    assert all(len(line) <= 72 for line in drawn((FIRST, LAST, "certain"), width=72, name="n" * 50))


def test_years_are_written_where_there_is_room() -> None:
    """A long axis names some of its years, each under where it begins."""
    first = day_number(1990, 5, 1)
    camp = Bar("camp", [(FIRST, LAST, "possible")])
    axis, _, bar, *_ = [text for text, _ in bars.drawn(Bars(first, LAST, [("", [camp])]), 100)]
    years = [int(year) for year in axis.split()]
    assert years == list(range(1992, 2022, 2))
    columns = 100 - len("camp") - 2
    for year in years:
        share = (day_number(year, 1, 1) - first) / (LAST - first + 1)
        assert abs(axis.index(str(year)) - 6 - share * columns) <= 1
    assert abs(bar.index("░") - axis.index("2020") - columns / 31.7) <= 2


def test_no_year_is_left_out_for_the_first_one() -> None:
    """Where the first year has too little room, the next one is written, not it."""
    for width in (80, 100, 120):
        camp = Bar("camp", [(FIRST, LAST, "possible")])
        axis, *_ = [
            text
            for text, _ in bars.drawn(Bars(day_number(2018, 10, 1), LAST, [("", [camp])]), width)
        ]
        years = [int(year) for year in axis.split()]
        assert years == list(range(years[0], years[-1] + 1)), width


def test_a_day_wider_than_a_column_is_drawn_whole() -> None:
    """On a short axis no day has holes, and two that follow each other meet."""
    first = day_number(2022, 4, 28)
    runs = [(first, first + 2, "certain"), (first + 3, first + 4, "possible")]
    drawn = bars.drawn(Bars(first, first + 4, [("", [Bar("camp", runs)])]), 100)
    bar = [text for text, _ in drawn][2].removeprefix("camp").strip()
    assert set(bar) == {"█", "░"}
    assert len(bar) == 100 - len("camp") - 2
    assert abs(bar.count("█") - len(bar) * 3 / 5) <= 1
