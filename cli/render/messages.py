"""Messages, mostly on standard error, wrapped to the terminal's width.

    error: --recorded 900: the log ends at position 157
    hint: a plain number is a position; for a day write it in full: 2021-12-31

If the stream is not a terminal, a message stays on one line. On a terminal it is broken between
words; a path or an id longer than the line is not broken, so that it can be copied.
"""

import os
import sys
from dataclasses import replace
from typing import TextIO

import click

from events.files.diagnostics import Diagnostic
from events.printable import printable
from events.redaction import without_keys

USUAL = 80
"""The assumed width of a terminal that does not report one."""

HANG = 2
"""The extra indent of a message's second and later lines."""


def say(*lines: str, err: bool = True) -> None:
    """Write lines, escaped so that they are safe to print, to standard error or output."""
    end_drawing()
    text = "\n".join(map(printable, lines))
    click.echo(fitted(text, columns(sys.stderr if err else sys.stdout)), err=err)


def say_error(message: str, hint: str = "") -> None:
    """Write an error and what to do about it, with keys and passwords redacted."""
    hints = [f"hint: {without_keys(hint)}"] if hint else []
    say(f"error: {without_keys(message)}", *hints)


def say_fault(fault: Diagnostic, *, err: bool = True) -> None:
    """Write a file's diagnostic to standard error, or to standard output."""
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
    """Draw a line on the terminal of standard error, replacing the last drawn line."""
    global _drawn  # noqa: PLW0603 (there is one standard error)
    _drawn = True
    room = (columns(sys.stderr) or USUAL) - 1
    sys.stderr.write(f"\r{line[:room]}\x1b[K")
    sys.stderr.flush()


def end_drawing() -> None:
    """Keep the last drawn line, and continue below it."""
    global _drawn  # noqa: PLW0603
    if _drawn:
        _drawn = False
        sys.stderr.write("\n")
        sys.stderr.flush()


_drawn = False
"""Whether the cursor is in a drawn line."""


def columns(stream: TextIO) -> int | None:
    """Return the width of a stream's terminal; None if it is not a terminal."""
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
    """Break the lines of a text that are wider than `width`; None breaks none."""
    if width is None:
        return text
    return "\n".join(_wrapped(line, width) for line in text.split("\n"))


def _wrapped(line: str, width: int) -> str:
    """Break a line between words, with a hanging indent."""
    from cli.render.terminal import wrap  # noqa: PLC0415 (start-up)

    words = line.lstrip(" ")
    indent = " " * (len(line) - len(words))
    lines = wrap(words, max(width - len(indent) - HANG, HANG), fold=False)
    texts = ["".join(chunk.text for chunk in chunks) for chunks in lines]
    first, *rest = texts
    return f"\n{indent}{' ' * HANG}".join([indent + first, *rest])


def _cropped(fault: Diagnostic, width: int) -> Diagnostic:
    """Crop the source line of a diagnostic around its caret, so that it fits."""
    from rich.cells import cell_len  # noqa: PLC0415 (start-up)

    room = max(width - len(f"{fault.line:5} | "), 2 * HANG)
    text, caret = fault.text, fault.caret
    while cell_len(text) > room and caret > room // 2:
        text, caret = f"…{text[2:]}", caret - cell_len(text[1])
    while cell_len(text) > room:
        text = f"{text[:-2]}…"
    return replace(fault, text=text, caret=caret)
