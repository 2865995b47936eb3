"""SVG: the periods of one mission as bars over an axis of time, up to a day.

The picture is light or dark as its reader's screen is, has no script, and refers to nothing outside
itself. What it shows is told in words, too: of each bar in its title, of all in the description.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from textwrap import wrap
from typing import BinaryIO
from xml.etree import ElementTree as Xml

from events.dates.days import iso_day
from events.printable import printable
from projections.exports.bars import Bar, Group, axis, groups_of
from projections.exports.extract import Extract
from projections.exports.scale import Scale
from projections.exports.svg import add, add_text, written
from projections.exports.svg_looks import BAR, define, draw_disputed, draw_key, draw_piece
from projections.exports.svg_looks import STYLE as LOOKS

LIMITS = (
    "Only periods are drawn: counts, happenings, values and sources are not.",
    "A bar ends at the day up to which it is drawn; what begins later has none.",
    "A bar has standings, not the windows of starts and ends that they come from.",
    "Invisible characters are written as escapes (\\u202e).",
)
"""What the format cannot hold, in sentences."""

WIDTH = 960
MARGIN = 20
LABEL = 270
"""The room for names, left of the bars."""

LAST = 170
"""The room for what is said of the day, right of the bars."""

LINE = 16
ROW = 24
APART = 44
"""The least distance of two labels of the axis."""

NAME_LENGTH = 38
"""The characters of a line of a name; it has three lines at most."""

NOTE_LENGTH = 140

STYLE = """
text { font: 12px system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1c1c1c }
.title { font-size: 17px; font-weight: bold }
.group { font-weight: bold }
.note { font-size: 11px; fill: #4a4a4a }
.paper { fill: #ffffff }
.grid { stroke: #c9c9c9 }
.day { stroke: #1c1c1c; stroke-width: 1.5; stroke-dasharray: 5 3 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6e6e6 }
  .note { fill: #b8b8b8 }
  .paper { fill: #16181c }
  .grid { stroke: #43474e }
  .day { stroke: #e6e6e6 }
}
"""


def write(extract: Extract, target: BinaryIO) -> Mapping[str, int]:
    """Write the picture of the extract's one mission; return how many periods it has."""
    (mission,) = extract.missions
    groups = groups_of(extract.view(mission), extract.on)
    facts = [f"{name}: {text}" for name, text in extract.facts.items() if name != "missions"]
    picture = drawn(extract.facts["missions"], groups, extract.on, [*facts, *LIMITS])
    target.write(b'<?xml version="1.0" encoding="UTF-8"?>\n' + picture.encode() + b"\n")
    return {"period": sum(len(group.bars) for group in groups)}


def drawn(
    title: str,
    groups: Sequence[Group],
    on: int,
    notes: Sequence[str],
    words: Callable[[str], str] = str,
) -> str:
    """Return the picture of some bars as an SVG element; `notes` are written under it.

    `words` gives a text of the picture for its English (see `PictureWords`).
    """
    first, last = axis(groups, on)
    chart = Scale(first, last, MARGIN + LABEL, WIDTH - 2 * MARGIN - LABEL - LAST)
    root = Xml.Element("svg", xmlns="http://www.w3.org/2000/svg", role="img")
    add(root, "title", text=title)
    add(root, "desc", text="\n".join([*_told(groups, words), *notes]))
    add(root, "style", text=STYLE + LOOKS)
    define(root, groups, chart)
    paper = add(root, "rect", {"class": "paper", "width": WIDTH})
    add_text(root, MARGIN, 32, title, "title")
    upto = words("periods up to the close of {day}").format(day=iso_day(on))
    add_text(root, MARGIN, 52, upto)
    top = 84.0
    rows = Xml.Element("g")
    bottom = _draw_groups(rows, groups, chart, top, words)
    _draw_grid(root, chart, top, bottom)
    root.append(rows)
    at = chart.at(on + 1)
    add(root, "line", {"class": "day", "x1": at, "x2": at, "y1": top - 16, "y2": bottom})
    draw_key(root, MARGIN, bottom + 24, words)
    y = bottom + 24 + BAR + 28
    for line in [part for note in notes for part in wrap(note, NOTE_LENGTH)]:
        add_text(root, MARGIN, y, line, "note")
        y += LINE
    height = f"{y:.0f}"
    paper.set("height", height)
    for name, value in (("viewBox", f"0 0 {WIDTH} {height}"), ("width", str(WIDTH))):
        root.set(name, value)
    root.set("height", height)
    return written(root)


def _told(groups: Sequence[Group], words: Callable[[str], str]) -> Iterator[str]:
    """Yield the picture in words, for those who do not see it."""
    for group in groups:
        for bar in group.bars:
            yield f"{group.title}: {printable(bar.name)}: {'; '.join(_words(bar, words))}."


def _words(bar: Bar, words: Callable[[str], str]) -> list[str]:
    found = [piece.words(words) for piece in bar.pieces]
    return [*found, words("sources disagree on some of these days")] if bar.disputed else found


def _draw_groups(
    root: Xml.Element,
    groups: Sequence[Group],
    chart: Scale,
    top: float,
    words: Callable[[str], str],
) -> float:
    """Draw the bars under the labels of their facets; return where they end."""
    y = top
    for group in groups:
        add_text(root, MARGIN, y + 12, group.title, "group")
        y += ROW
        for bar in group.bars:
            y += _draw_bar(root, bar, chart, y, words)
        y += 6
    if not groups:
        add_text(root, MARGIN, y + 12, words("Nothing is in the state on any day up to then."))
        y += ROW
    return y


def _draw_bar(
    root: Xml.Element, bar: Bar, chart: Scale, y: float, words: Callable[[str], str]
) -> float:
    """Draw a bar with its name and its last word; return its height."""
    lines = wrap(printable(bar.name), NAME_LENGTH, max_lines=3, placeholder=" …")
    for number, line in enumerate(lines):
        add_text(root, MARGIN + 10, y + 12 + number * LINE, line)
    add_text(root, WIDTH - MARGIN - LAST + 10, y + 12, bar.on_day)
    group = add(root, "g")
    add(group, "title", text="\n".join([printable(bar.name), *_words(bar, words)]))
    for piece in bar.pieces:
        draw_piece(group, piece, chart, y + 1)
    for days in bar.disputed:
        draw_disputed(group, days, chart, y + 1)
    return ROW + (max(len(lines), 1) - 1) * LINE


def _draw_grid(root: Xml.Element, chart: Scale, top: float, bottom: float) -> None:
    for at, label in chart.ticks(APART):
        add(root, "line", {"class": "grid", "x1": at, "x2": at, "y1": top - 10, "y2": bottom})
        add_text(root, at + 3, top - 4, label, "note")
