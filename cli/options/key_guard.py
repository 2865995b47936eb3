"""No key on a command line or in a variable: what looks like one is refused, and not shown.

A key handed in where a file was meant would be printed in an error, become the name of a file, or
be recorded for good. So it is looked for before anything is read or made.
"""

import os
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import click

from events.redaction import is_bare_key, may_be_key

OTHERS = ("VISUAL", "EDITOR", "PAGER", "LOGNAME", "USER", "LNAME", "USERNAME")
"""Variables besides MISSION_…, of which what is in them is run, shown or recorded."""

_OPTION = re.compile(r"--?[a-z][a-z-]*")


def refuse_keys(ctx: click.Context, args: Sequence[str]) -> None:
    """End with a usage error where an argument or a variable looks like a key, or part of one."""
    if ctx.resilient_parsing:  # completion shows nothing of what is typed
        return
    where = next(_keys(args), None)
    if where:
        ctx.fail(
            f"{where} looks like a private key, a part of one, or a public key that was not copied"
            " whole: nothing was done, and it is not shown. Name the file that holds a key; and if"
            " it is a private one, others may have seen it: make a new one (`mission key new`)"
        )


def _keys(args: Sequence[str]) -> Iterator[str]:
    """Name each place that has what looks like a key."""
    for number, (before, arg) in enumerate(pairwise(["", *args]), 1):
        option, equals, value = arg.partition("=")
        if _OPTION.fullmatch(option) and equals:
            if _is_key(value):
                yield f"the value of {option}"
        elif _is_key(arg):
            yield f"what follows {before}" if _OPTION.fullmatch(before) else f"argument {number}"
    for name in sorted(os.environ):
        if (name.startswith("MISSION_") or name in OTHERS) and _is_key(os.environ[name]):
            yield f"the variable {name}"


def _is_key(text: str) -> bool:
    if not may_be_key(text):
        return False
    # A long path may be written like base64.
    return not (is_bare_key(text) and _is_path(text.strip()))


def _is_path(text: str) -> bool:
    """Whether something is there, or the folder that it would be in.

    A key may begin with a slash, and the folder `/` is always there.
    """
    path = Path(text)
    try:
        return path.exists() or (
            path.parent != Path(path.anchor) and path.parent.exists() and not is_bare_key(path.name)
        )
    except (OSError, ValueError):
        return False
