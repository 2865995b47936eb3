"""What is said in lines, mostly beside an answer on standard error: they fit a terminal's width.

    error: --recorded 900: the log ends at position 157
    hint: a plain number is a position; for a day write it in full: 2021-12-31

Away from a terminal a message stays one line. On one it is broken between words, and a path or
an id that is longer than the line stays whole, so that it can be copied.
"""

import os
import sys
from dataclasses import replace
from typing import TextIO

import click

from events.files.diagnostics import Diagnostic

USUAL = 80
"""How wide a terminal is that does not say so."""

HANG = 2
"""How much farther in the second line of a message stands, and those after it."""


def say(text: str, *, err: bool = True) -> None:
    """Write a message, or several lines of them, to standard error, or else standard output."""
    end_drawing()
    click.echo(fitted(text, columns(sys.stderr if err else sys.stdout)), err=err)


def say_fault(fault: Diagnostic, *, err: bool = True) -> None:
    """Write what is wrong with a file to standard error, or else to standard output."""
    end_drawing()
    width = columns(sys.stderr if err else sys.stdout)
    if width is None:
        click.echo(fault.render(), err=err)
        return
    message, *excerpt = _cropped(fault, width).render().split("\n")
    hint = excerpt.pop() if fault.hint else None
    shown = [fitted(message, width), *excerpt, *([fitted(hint, width)] if hint else [])]
    click.echo("\n".join(shown), err=err)


def redraw(line: str) -> None:
    """Draw a line on the terminal of standard error, in place of the one that was drawn last."""
    global _drawn  # noqa: PLW0603 (there is one standard error)
    _drawn = True
    room = (columns(sys.stderr) or USUAL) - 1
    sys.stderr.write(f"\r{line[:room]}\x1b[K")
    sys.stderr.flush()


def end_drawing() -> None:
    """Leave the line that was drawn last as it is, and go on below it."""
    global _drawn  # noqa: PLW0603
    if _drawn:
        _drawn = False
        sys.stderr.write("\n")
        sys.stderr.flush()


_drawn = False
"""Whether the cursor stands in a line that was drawn."""


def columns(stream: TextIO) -> int | None:
    """Return how wide the terminal is that a stream goes to; None where it goes to none."""
    if not stream.isatty():
        return None
    named = os.environ.get("COLUMNS", "")
    if named.isdecimal() and int(named):
        return int(named)
    try:
        return os.get_terminal_size(stream.fileno()).columns or USUAL
    except OSError:
        return USUAL


def fitted(text: str, width: int | None) -> str:
    """Break the lines of a text that are wider than a terminal; None is no terminal."""
    if width is None:
        return text
    return "\n".join(_wrapped(line, width) for line in text.split("\n"))


def _wrapped(line: str, width: int) -> str:
    """Break a line between words; what follows its first line stands farther in."""
    from cli.render.terminal import wrap  # noqa: PLC0415 (start-up)

    words = line.lstrip(" ")
    indent = " " * (len(line) - len(words))
    lines = wrap(words, max(width - len(indent) - HANG, HANG), fold=False)
    said = ["".join(chunk.text for chunk in chunks) for chunks in lines]
    return f"\n{indent}{' ' * HANG}".join([indent + said[0], *said[1:]])


def _cropped(fault: Diagnostic, width: int) -> Diagnostic:
    """Cut the line that is shown to what surrounds the caret, so that it fits."""
    from rich.cells import cell_len  # noqa: PLC0415 (start-up)

    room = max(width - len(f"{fault.line:5} | "), 2 * HANG)
    text, caret = fault.text, fault.caret
    while cell_len(text) > room and caret > room // 2:
        text, caret = f"…{text[2:]}", caret - cell_len(text[1])
    while cell_len(text) > room:
        text = f"{text[:-2]}…"
    return replace(fault, text=text, caret=caret)
