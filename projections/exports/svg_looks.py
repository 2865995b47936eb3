"""How the pieces of bars look in SVG, and the key that says what each look means.

The looks differ in height and pattern, so that they are told apart without colour: certain is a
full bar; still assumed is lower, and pales from the last day it was certain; presumed ended is a
line; possible is dotted; only planned is an outline; disputed days are hatched.
"""

from collections.abc import Callable, Iterable
from xml.etree import ElementTree as Xml

from projections.exports.bars import WORDS, Group, Piece
from projections.exports.scale import Scale
from projections.exports.svg import add, add_text
from projections.weighing.occurrence import Days
from projections.weighing.period import Standing

BAR = 14
"""The height of a bar."""

NARROWEST = 2
"""The least width of a piece, so that a single day is seen."""

FADING_DAYS = 5 * 365
"""After how many days an assumed piece is at its palest."""

_IN_KEY = 0
"""In place of a day, the number of the gradient that the key shows: year 0 has no record."""

STYLE = """
.ink { fill: #1f4e79 }
.pale { stop-color: #1f4e79 }
.line { stroke: #1f4e79; fill: none }
.hatch { stroke: #b3261e; stroke-width: 2 }
@media (prefers-color-scheme: dark) {
  .ink { fill: #8ab4e8 }
  .pale { stop-color: #8ab4e8 }
  .line { stroke: #8ab4e8 }
  .hatch { stroke: #ff9c8f }
}
"""
"""The colours of the looks, on light and on dark paper."""


def define(root: Xml.Element, groups: Iterable[Group], chart: Scale) -> None:
    """Define the patterns, and a gradient for each day from which something pales."""
    found = add(root, "defs")
    on_paper: dict[str, str | float] = {"patternUnits": "userSpaceOnUse"}
    dots = add(found, "pattern", {"id": "possible", "width": 4, "height": 4, **on_paper})
    add(dots, "circle", {"class": "ink", "cx": 1, "cy": 1, "r": 0.8})
    add(dots, "circle", {"class": "ink", "cx": 3, "cy": 3, "r": 0.8})
    slanted = {"width": 5, "height": 5, "patternTransform": "rotate(45)", **on_paper}
    hatch = add(found, "pattern", {"id": "disputed", **slanted})
    add(hatch, "line", {"class": "hatch", "x1": 0, "x2": 0, "y1": 0, "y2": 5})
    pieces = (piece for group in groups for bar in group.bars for piece in bar.pieces)
    days = {piece.since for piece in pieces if piece.standing is Standing.ASSUMED}
    length = FADING_DAYS * chart.length / (chart.last - chart.first + 1)
    for day in sorted(days):
        ends = {"x1": chart.at(day), "x2": chart.at(day) + length, "y1": 0, "y2": 0}
        _pale(found, day, {"gradientUnits": "userSpaceOnUse", **ends})
    _pale(found, _IN_KEY, {})


def _pale(root: Xml.Element, day: int, place: dict[str, str | float]) -> None:
    found = add(root, "linearGradient", {"id": f"pale{day}", **place})
    for offset, opacity in ((0, 0.85), (1, 0.12)):
        add(found, "stop", {"class": "pale", "offset": offset, "stop-opacity": opacity})


def draw_piece(root: Xml.Element, piece: Piece, chart: Scale, y: float) -> None:
    """Draw a piece of a bar whose upper edge is at `y`."""
    since, until = _edges(chart, piece.first, piece.last)
    place = {"x": since, "y": y, "width": until - since, "height": BAR}
    match piece.standing:
        case Standing.CERTAIN:
            add(root, "rect", {"class": "ink", **place})
        case Standing.ASSUMED:
            lower = {**place, "y": y + 5, "height": BAR - 5}
            add(root, "rect", {"fill": f"url(#pale{piece.since})", **lower})
        case Standing.PRESUMED_ENDED:
            add(root, "rect", {"class": "ink", **place, "y": y + BAR - 3, "height": 3})
        case Standing.POSSIBLE:
            add(root, "rect", {"fill": "url(#possible)", **place})
        case Standing.EXPECTED:
            add(root, "rect", {"class": "line", "stroke-dasharray": "4 2", **place})


def draw_disputed(root: Xml.Element, days: Days, chart: Scale, y: float) -> None:
    """Draw days on which sources disagree over what is drawn of them."""
    since, until = _edges(chart, *days)
    place = {"x": since, "y": y, "width": until - since, "height": BAR}
    add(root, "rect", {"class": "line", **place})
    add(root, "rect", {"fill": "url(#disputed)", **place})


def _edges(chart: Scale, first: int, last: int) -> tuple[float, float]:
    since, until = chart.span(first, last)
    if until - since < NARROWEST:
        since = max(min(since, until - NARROWEST), chart.start)
        until = since + NARROWEST
    return since, until


def draw_key(root: Xml.Element, x: float, y: float, words: Callable[[str], str] = str) -> None:
    """Draw the looks in a row, each with what it means."""
    swatch = 2 * BAR
    for standing, english in WORDS.items():
        text = words(english)
        draw_piece(root, Piece(0, 0, standing, _IN_KEY), Scale(0, 0, x, swatch), y)
        add_text(root, x + swatch + 6, y + 12, text)
        x += swatch + 24 + 7 * len(text)
    draw_disputed(root, Days(0, 0), Scale(0, 0, x, swatch), y)
    add_text(root, x + swatch + 6, y + 12, words("disputed"))
