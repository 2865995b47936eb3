"""A real answer as a picture: the first screen of a command, drawn as SVG from a terminal's cells.

    python -m tests.docs.screenshot docs/state.svg

The picture holds text and no font: whatever fixed-width font the reader has is used, each run of
characters stretched to the columns it takes.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import escape

import pyte
from pyte.screens import Char

COLUMNS, ROWS = 80, 40
CALL = ("state", "nmi", "--on", "2021-06-15")
WIDE, HIGH, MARGIN = 8.4, 18, 20
"""The size of a cell, and the space around all of them, in pixels."""

STYLE = """
  text { font: 14px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #d8dee4 }
  .strong { font-weight: bold; fill: #ffffff }
  .alert { font-weight: bold; fill: #ff7b72 }
  .typed { fill: #7ee787 }"""


def answer(folder: Path) -> str:
    """Run the command on the shipped record, and return what a terminal is sent."""
    mission = [sys.executable, "-m", "cli.main"]
    environment = {
        **os.environ,
        "MISSION_LEDGER": str(folder / "ledger.sqlite"),
        "COLUMNS": str(COLUMNS),
        "TERM": "xterm",
    }
    subprocess.run([*mission, "init", "--with", "nmi"], env=environment, check=True)
    done = subprocess.run(
        [*mission, *CALL, "--color", "always"],
        env=environment,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
    )
    return done.stdout


def drawn(printed: str) -> str:
    """Draw the first rows of what a terminal is sent."""
    screen = pyte.Screen(COLUMNS, ROWS)
    pyte.Stream(screen).feed("".join(f"{line}\r\n" for line in printed.split("\n")[: ROWS - 1]))
    wide, high = COLUMNS * WIDE + 2 * MARGIN, (ROWS + 1) * HIGH + 2 * MARGIN
    typed = f"$ mission {' '.join(CALL)}"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:g} {high:g}" role="img">',
        f"<title>{typed}</title>",
        f"<style>{STYLE}\n</style>",
        f'<rect width="{wide:g}" height="{high:g}" rx="8" fill="#0d1117"/>',
        _text(0, 0, typed, "typed"),
    ]
    for row in range(ROWS - 1):
        cells = [screen.buffer[row][column] for column in range(COLUMNS)]
        lines += [_text(row + 1, start, text, look) for start, text, look in _runs(cells)]
    return "\n".join([*lines, "</svg>", ""])


def _runs(cells: list[Char]) -> Iterator[tuple[int, str, str]]:
    """Yield each run of one look in a row of cells: where it starts, its text and its look."""
    start = 0
    for look, run in groupby(cells, key=_look):
        text = "".join(cell.data for cell in run)
        if text.strip():
            inner = len(text) - len(text.lstrip())
            yield start + inner, text.strip(), look
        start += len(text)


def _look(cell: Char) -> str:
    return "alert" if cell.fg == "red" else "strong" if cell.bold else ""


def _text(row: int, column: int, text: str, look: str) -> str:
    """Draw a run of characters over exactly the columns it takes."""
    named = f' class="{look}"' if look else ""
    x, y = MARGIN + column * WIDE, MARGIN + (row + 0.8) * HIGH
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" textLength="{len(text) * WIDE:.1f}"{named}'
        f' xml:space="preserve">{escape(text)}</text>'
    )


if __name__ == "__main__":
    with TemporaryDirectory() as empty:
        Path(sys.argv[1]).write_text(drawn(answer(Path(empty))), encoding="utf-8")
