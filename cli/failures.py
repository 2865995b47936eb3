"""Errors into messages and exit codes: the one place where it is decided what a user sees.

    error: no mission goes by nmj
    hint: did you mean nmi?

0 done, 1 the answer is no or nothing was found, 2 the call or the input was wrong, 130
interrupted. With `--format json` (or jsonl) the error is also an object on standard output:
`{"error": "lookup", "message": "…", "hint": "…", "faults": []}`.
"""

import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from cli import call
from cli.render import messages
from events.errors import LookupFailure, MissionLedgerError, ProofError, UnreadableProofError

if TYPE_CHECKING:
    from events.files.diagnostics import Diagnostic


_DAY_TOO_MANY = re.compile(r"extra arguments? \((\d{4}[^ )]*)")
"""What click says of an argument too many, where that is a date."""


class NegativeAnswer(Exception):  # noqa: N818 (it is no error)
    """Raised to end with exit code 1 once the answer has been printed."""


class CallError(click.UsageError):
    """A call that cannot be meant so, with a hint that says how to write it."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def shown(text: object) -> str:
    """Return text from outside fit for one line of a terminal."""
    from events.printable import printable  # noqa: PLC0415 (start-up)

    return printable(str(text))


def told(text: object) -> str:
    """Return text for an error fit for one line of a terminal: no key of any kind is in it."""
    from events.redaction import without_keys  # noqa: PLC0415 (start-up)

    return shown(without_keys(str(text)))


@contextmanager
def reported(ctx: click.Context) -> Iterator[None]:
    """Turn whatever is raised inside into a message on standard error and an exit code."""
    try:
        yield
        sys.stdout.flush()
    except click.exceptions.Exit:
        raise
    except NegativeAnswer:
        ctx.exit(1)
    except click.ClickException as error:
        _tell("usage", *_wrong_call(error))
        ctx.exit(error.exit_code)
    except MissionLedgerError as error:
        _tell(error.code, error.message, error.hint, getattr(error, "faults", ()))
        wrong_input = isinstance(error, UnreadableProofError)
        ctx.exit(1 if isinstance(error, LookupFailure | ProofError) and not wrong_input else 2)
    except BrokenPipeError:
        drop_output()  # the reader has had enough (`| head`)
        ctx.exit(0)
    except (KeyboardInterrupt, click.Abort):
        messages.say("interrupted")
        ctx.exit(130)
    except OSError as error:
        name = f"{error.filename}: " if error.filename else ""
        try:
            _tell("system", f"{name}{error.strerror or error}")
            sys.stdout.flush()
        except OSError:
            drop_output()  # the disk the answer went to is full
        ctx.exit(2)
    except UnicodeEncodeError:
        # What was typed held bytes that are no UTF-8; Python keeps them as lone surrogates. The
        # error has all that was to be encoded, which may be a password's URL.
        _tell("text", "something in this call, or in a variable, is not text in UTF-8")
        ctx.exit(2)
    except Exception as error:
        if os.environ.get("MISSION_DEBUG"):
            raise
        _tell_unforeseen(error)
        ctx.exit(2)


def drop_output() -> None:
    """See to it that what was not written is not tried again on the way out."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _tell(code: str, message: str, hint: str = "", faults: "Sequence[Diagnostic]" = ()) -> None:
    """Say what is wrong on standard error, and as an object where JSON was asked for."""
    for fault in faults:
        messages.say_fault(fault)
    messages.say(f"error: {told(message)}")
    if hint:
        messages.say(f"hint: {told(hint)}")
    form = call.asked(call.FORMAT)
    if form in ("json", "jsonl"):
        from cli.render.output import print_json  # noqa: PLC0415 (start-up)
        from events.redaction import without_keys  # noqa: PLC0415

        listed = [fault.to_json() for fault in faults]
        said = {
            "error": code,
            "message": without_keys(message),
            "hint": without_keys(hint),
            "faults": listed,
        }
        print_json(said, one_line=form == "jsonl")


def _wrong_call(error: click.ClickException) -> tuple[str, str]:
    """Return what is wrong with a call, and how the command is written."""
    message, hint = error.format_message(), ""
    ctx = getattr(error, "ctx", None)
    if isinstance(error, CallError):
        hint = error.hint
    elif isinstance(error, click.NoSuchOption) and error.possibilities:
        message = error.message
        hint = f"did you mean {' or '.join(error.possibilities)}?"
    elif ctx is not None:
        pieces = " ".join(ctx.command.collect_usage_pieces(ctx))
        hint = f"{ctx.command_path} {pieces}; `{ctx.command_path} --help` says more"
        takes_a_name = any(isinstance(param, click.Argument) for param in ctx.command.params)
        if takes_a_name and "extra argument" in message:
            hint = f"a name of several words goes in quotes: {hint}"
        day = _DAY_TOO_MANY.search(message)
        if day and any("--on" in param.opts for param in ctx.command.params):
            hint = f"a day is asked for with an option: --on {day[1]}"
    if not message[1:2].isupper():  # it begins with no CAPITALS
        message = message[:1].lower() + message[1:]
    return message.removesuffix("."), hint


def _tell_unforeseen(error: Exception) -> None:
    """Say in one line what nobody thought of."""
    text = told(" ".join(str(error).split()))[:300]
    if type(error).__module__.partition(".")[0] in ("sqlalchemy", "sqlite3"):
        _tell("database", f"the database: {text}")
    else:
        hint = "MISSION_DEBUG=1 shows where; please report it"
        _tell("bug", f"this is a bug: {type(error).__name__}: {text}", hint)
