"""The picture of a mission's periods, and the pure functions that lay it out."""

import re
from io import BytesIO
from itertools import pairwise
from xml.etree import ElementTree as Xml

import pytest

from events.catalogue import CLAIM_TYPES
from events.dates.days import BEGINNING, day_number
from projections.exports import timeline_svg
from projections.exports.bars import WORDS, Bar, Group, Piece, axis, groups_of, pieces_of
from projections.exports.scale import Scale
from projections.exports.svg_looks import draw_piece
from projections.record import Record
from projections.spans import DayRun
from projections.state import state
from projections.weighing.occurrence import Days
from projections.weighing.period import Standing
from tests.projections.build import Record as Small
from tests.projections.exports.hostile import extract_of

ON = day_number(2020, 1, 31)
SVG = "{http://www.w3.org/2000/svg}"


def picture(store: Record, mission: str, **clocks: str) -> Xml.Element:
    """Return the picture of a mission as an XML parser reads it."""
    target = BytesIO()
    timeline_svg.write(extract_of(store, mission, **clocks), target)  # type: ignore[arg-type]
    return Xml.fromstring(target.getvalue())


def test_a_bar_has_the_standing_of_each_day(odd: Record, shipped: Record) -> None:
    """On every tenth day each piece says what the state of that day says, and no piece is amiss."""
    for store, mission in ((odd, "odd-mission"), (shipped, "nato-mission-iraq")):
        view = extract_of(store).view(mission)
        bars = [bar for group in groups_of(view, ON) for bar in group.bars]
        for day in range(day_number(2018, 1, 1), ON + 1, 10):
            drawn = sorted(
                (bar.name, piece.standing)
                for bar in bars
                for piece in bar.pieces
                if piece.first <= day <= piece.last
            )
            said = sorted(
                (each.label + (f" ({each.period})" if each.period > 1 else ""), each.standing)
                for facet, found in state(view, day).facets.items()
                for each in found
                if facet not in ("strength", "ceiling")
            )
            assert [standing for _, standing in drawn] == [standing for _, standing in said]
        assert all(piece.last <= ON for bar in bars for piece in bar.pieces)


def test_the_last_word_is_that_of_the_day(odd: Record) -> None:
    """Beside a bar stands how sure the period is at the close of the day, or when it had ended."""
    view = extract_of(odd).view("odd-mission")
    told = {bar.name: bar.on_day for group in groups_of(view, ON) for bar in group.bars}
    assert told["Denmark"] == "still assumed, disputed"
    assert told["lapsed"] == "presumed ended"
    assert told["@frigate"] == "certain"
    later = groups_of(view, day_number(2021, 1, 1))
    told = {bar.name: bar.on_day for group in later for bar in group.bars}
    assert told["@frigate"] == "ended by 2020-02-29"
    assert told["planned"] == "only planned"


def test_what_was_only_planned_has_not_ended() -> None:
    """A plan that is over, and that nothing reports, is still called a plan."""
    record = Small().source("plans", "2019-01-01")
    for kind, on in (
        ("contribution-deployed", "2019-02-01"),
        ("contribution-withdrawn", "2019-03"),
    ):
        party = {"contributor": "DNK"} if kind.endswith("deployed") else {}
        record.say(CLAIM_TYPES[kind], contribution="ship", on=on, basis="planned", **party)
    ((bar,),) = [group.bars for group in groups_of(record.view(), ON)]
    assert bar.on_day == "only planned, up to 2019-03-30"
    assert {piece.standing for piece in bar.pieces} == {Standing.EXPECTED}


def test_an_assumed_piece_pales_from_the_last_certain_day() -> None:
    """It is paler the longer nobody has said anything, whatever pieces lie between."""
    runs = [
        DayRun(1, 4, Standing.CERTAIN),
        DayRun(5, 9, Standing.POSSIBLE),
        DayRun(10, 20, Standing.ASSUMED),
    ]
    *_, view = pieces_of(runs)
    assert view == Piece(10, 20, Standing.ASSUMED, 5)
    root = Xml.Element("svg")
    draw_piece(root, view, Scale(0, 100, 0, 100), 0)
    assert root[0].get("fill") == "url(#pale5)"
    group = Group("Command", (Bar("A", (view,), (), "still assumed"),))
    parsed = Xml.fromstring(timeline_svg.drawn("A", [group], 20, []))
    gradient = parsed.find(f".//{SVG}linearGradient[@id='pale5']")
    assert gradient is not None
    assert float(str(gradient.get("x1"))) < float(str(gradient.get("x2")))
    dark, pale = (float(str(stop.get("stop-opacity"))) for stop in gradient)
    assert dark > pale > 0


def test_the_looks_differ_without_colour() -> None:
    """No two standings are drawn with the same height, place and pattern."""
    looks, heights = set(), {}
    for standing in WORDS:
        root = Xml.Element("svg")
        draw_piece(root, Piece(0, 9, standing, 0), Scale(0, 9, 0, 100), 0)
        (rect,) = root
        heights[standing] = float(str(rect.get("height")))
        pattern = re.sub(r"\d+", "", rect.get("fill", "")) or rect.get("class")
        looks.add((rect.get("y"), rect.get("height"), pattern))
    assert len(looks) == len(WORDS) == len(Standing)
    certain, assumed, presumed, *_ = map(heights.get, WORDS)
    assert certain > assumed > presumed  # type: ignore[operator]


@pytest.mark.parametrize("years", [0, 1, 3, 30, 300])
def test_labels_of_the_axis_never_touch(years: int) -> None:
    """They stand apart, in order, at the beginnings of years or months, on the line."""
    first = day_number(2020 - years, 3, 14)
    scale = Scale(first, day_number(2021, 2, 2), 290, 480)
    ticks = list(scale.ticks(44))
    assert ticks
    assert all(290 <= at <= 770 for at, _ in ticks)
    assert min([b.at - a.at for a, b in pairwise(ticks)], default=99) >= 43


def test_an_axis_of_a_few_days_has_a_label() -> None:
    """Where no month begins on the line, its first day is written."""
    day = day_number(2020, 1, 30)
    assert list(Scale(day, day + 1, 290, 480).ticks(44)) == [(290, "2020-01-30")]


def test_a_scale_keeps_order_and_ends() -> None:
    """A later day lies further right; what is outside lies on an end of the line."""
    scale = Scale(100, 199, 10, 500)
    assert scale.span(100, 199) == (10, 510)
    places = [scale.at(day) for day in range(90, 220)]
    assert places == sorted(places)
    assert (scale.at(BEGINNING), scale.at(10**9)) == (10, 510)
    assert axis([], 5) == Days(5, 5)


def test_nothing_in_the_picture_is_alive(odd: Record) -> None:
    """It has no script, no handler, and no address but those of its own patterns."""
    root = picture(odd, "odd-mission")
    for each in root.iter():
        assert each.tag.removeprefix(SVG) in {
            *("svg", "title", "desc", "style", "defs", "pattern", "circle", "linearGradient"),
            *("stop", "rect", "text", "line", "g"),
        }
        for name, value in each.attrib.items():
            assert not name.startswith("on")
            assert "href" not in name
            assert re.fullmatch(r"url\(#[a-z0-9]+\)", value) or "url" not in value
    style = root.find(f"{SVG}style")
    assert style is not None
    assert "prefers-color-scheme: dark" in str(style.text)
    assert "url" not in str(style.text)
    texts = {str(each.text) for each in root.iter(f"{SVG}text")}
    assert "Anna\\u202e\\u200b \\uffff </svg> Bo" in texts


def test_every_pattern_that_is_used_is_defined(odd: Record, shipped: Record) -> None:
    """A bar without its pattern would be no bar at all."""
    for store, mission in ((odd, "odd-mission"), (shipped, "nato-mission-iraq")):
        root = picture(store, mission)
        defined = {each.get("id") for each in root.iter()}
        used = {m[1] for e in root.iter() if (m := re.match(r"url\(#(.*)\)", e.get("fill", "")))}
        assert used <= defined
        assert {"possible", "disputed"} <= used


def test_the_picture_is_told_in_words(odd: Record) -> None:
    """Who does not see it has each bar's standings and days in the description."""
    root = picture(odd, "odd-mission")
    described = str(root.findtext(f"{SVG}desc"))
    assert "Contribution: lapsed: " in described
    assert "presumed ended: 2019-12-31 to 2020-01-31" in described
    assert "sources disagree on some of these days" in described


def test_a_mission_of_which_nothing_is_known_yet_is_drawn_all_the_same(odd: Record) -> None:
    """The picture says that there is nothing, and what was asked."""
    root = picture(odd, "odd-mission", known="1900", on="1900")
    texts = {str(each.text) for each in root.iter(f"{SVG}text")}
    assert "Nothing is in the state on any day up to then." in texts
