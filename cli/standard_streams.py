"""Standard input and output as files: `-` in place of a file name.

A file with that name is `./-`.
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
"""The option that names an output file; all other files of a call are inputs."""


def standard_input() -> BinaryIO:
    """Return standard input. Raises CallError if the call uses it for more than one file."""
    ctx = click.get_current_context(silent=True)
    names = list(_dash_parameters(ctx)) if ctx else []
    if len(names) > 1:
        several = " and ".join(dict.fromkeys(names))
        of = several if len(set(names)) > 1 else f"the {several}s"
        raise CallError(f"standard input can be only one of {of}", "give a file name for the other")
    return sys.stdin.buffer


@contextmanager
def opened_input(name: str | Path) -> Iterator[BinaryIO]:
    """Open a file to read, or standard input for the string `-`. An OSError names the file."""
    try:
        if name == DASH:
            yield standard_input()
        else:
            with Path(name).open("rb") as stream:
                yield stream
    except OSError as error:
        error.filename = error.filename or named_input(str(name))
        raise


def _dash_parameters(ctx: click.Context) -> Iterator[str]:
    """Yield the name of an option or argument for each of its inputs that is `-`."""
    for param in ctx.command.params:
        value = ctx.params.get(str(param.name))
        values = value if isinstance(value, tuple) else (value,)
        is_option = isinstance(param, click.Option)
        # An argument's name has marks for optional and repeated.
        name = param.opts[0] if is_option else param.human_readable_name.strip("[]…")
        yield from (name for each in values if each == DASH and param.name != OUT)


def standard_output(*, binary: bool = False) -> BinaryIO:
    """Flush standard output, and return it as a byte stream.

    Raises CallError for `binary` output to a terminal.
    """
    if binary and sys.stdout.isatty():
        raise CallError(
            "binary output is not for a terminal", "redirect it to a file or a program: `> FILE`"
        )
    sys.stdout.flush()
    return sys.stdout.buffer


def named_input(name: str) -> str:
    """Return a file's name as messages print it."""
    return "standard input" if name == DASH else name
