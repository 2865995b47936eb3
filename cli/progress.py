"""How far a long command is, on a terminal's standard error; nothing anywhere else."""

import sys
import time
from collections.abc import Callable

import click

EVERY = 0.1
"""Seconds between two lines."""


def progress(doing: str) -> Callable[[int, int], None] | None:
    """Return what is told how many of how many entries are done; None where nobody looks on."""
    if not sys.stderr.isatty():
        return None
    shown_at = 0.0

    def say(done: int, of: int) -> None:
        nonlocal shown_at
        if done == of or time.monotonic() - shown_at > EVERY:
            shown_at = time.monotonic()
            end = "\n" if done == of else ""
            click.echo(f"\r{doing}: {done:,} of {of:,} entries{end}", err=True, nl=False)

    return say
