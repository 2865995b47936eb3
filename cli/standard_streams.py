"""Standard input and output where a file is named: `-`, as everywhere.

A file that is called so is `./-`.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click

from cli.failures import CallError

DASH = "-"

OUT = "out"
"""The option that names what is written; every other file that is named is read."""


def standard_input() -> BinaryIO:
    """Return standard input. Raises CallError where two of the call's files are to be it."""
    ctx = click.get_current_context(silent=True)
    names = list(_named_so(ctx)) if ctx else []
    if len(names) > 1:
        several = " and ".join(dict.fromkeys(names))
        of = several if len(set(names)) > 1 else f"the {several}s"
        raise CallError(f"standard input can be only one of {of}", "name the file of another")
    return sys.stdin.buffer


@contextmanager
def opened_input(name: str | Path) -> Iterator[BinaryIO]:
    """Open a file to read, or standard input: `-`, and no Path. An OSError on the way names it."""
    try:
        if name == DASH:
            yield standard_input()
        else:
            with Path(name).open("rb") as stream:
                yield stream
    except OSError as error:
        error.filename = error.filename or named_input(str(name))
        raise


def _named_so(ctx: click.Context) -> Iterator[str]:
    """Yield the option or argument for each file of a call that is standard input."""
    for param in ctx.command.params:
        value = ctx.params.get(str(param.name))
        values = value if isinstance(value, tuple) else (value,)
        name = param.opts[0] if isinstance(param, click.Option) else _plain(param)
        yield from (name for each in values if each == DASH and param.name != OUT)


def _plain(param: click.Parameter) -> str:
    """Return the name of an argument without what says that it may be given again or left out."""
    return param.human_readable_name.strip("[]…")


def standard_output(*, binary: bool = False) -> BinaryIO:
    """Return standard output for bytes; what was printed before comes first.

    Raises CallError for what is `binary` where it is a terminal.
    """
    if binary and sys.stdout.isatty():
        raise CallError(
            "these bytes are not for a terminal", "send them to a file or a program: `> FILE`"
        )
    sys.stdout.flush()
    return sys.stdout.buffer


def named_input(name: str) -> str:
    """Return a file's name as messages have it."""
    return "standard input" if name == DASH else name
