"""Reject keys on the command line and in environment variables, without printing them.

A key given where a file name is expected could be printed in an error, become the name of a file,
or be recorded permanently. So this check runs before anything is read or written.
"""

import os
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import click

from events.redaction import is_bare_key, looks_like_key

OTHERS = ("VISUAL", "EDITOR", "PAGER", "LOGNAME", "USER", "LNAME", "USERNAME")
"""Variables besides MISSION_… whose values are run, printed or recorded."""

_OPTION = re.compile(r"--?[a-z][a-z-]*")


def refuse_keys(ctx: click.Context, args: Sequence[str]) -> None:
    """Exit with a usage error if an argument or variable looks like a key or part of one."""
    if ctx.resilient_parsing:  # completion prints nothing that was typed
        return
    where = next(_keys(args), None)
    if where:
        ctx.fail(
            f"{where} looks like a private key, part of one, or a truncated public key; the command"
            " did nothing, and the value is not shown. Name a file with the key instead. If it is"
            " private, others may have seen it: make a new one (`mission key new`)"
        )


def _keys(args: Sequence[str]) -> Iterator[str]:
    """Yield a description of each argument and variable that looks like a key."""
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
    if not looks_like_key(text):
        return False
    # A long path can look like base64.
    return not (is_bare_key(text) and _is_path(text.strip()))


def _is_path(text: str) -> bool:
    """Whether the path or its parent folder exists.

    The root folder is no evidence: a key can begin with a slash, and `/` always exists.
    """
    path = Path(text)
    try:
        return path.exists() or (
            path.parent != Path(path.anchor) and path.parent.exists() and not is_bare_key(path.name)
        )
    except (OSError, ValueError):
        return False
