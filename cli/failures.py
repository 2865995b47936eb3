"""Turn errors into messages and exit codes. No other module decides what a user sees of one.

    error: no mission goes by nmj
    hint: did you mean nmi?

Exit codes: 0 success, 1 the answer is no or nothing was found, 2 the call or the input was wrong,
130 interrupted. With `--format json` (or jsonl) the error is also printed on standard output:
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
from events.printable import printable
from events.redaction import without_keys

if TYPE_CHECKING:
    from events.files.diagnostics import Diagnostic


_UNEXPECTED_DATE = re.compile(r"extra arguments? \((\d{4}[^ )]*)")
"""Matches click's message for an unexpected argument that is a date."""


class NegativeAnswer(Exception):  # noqa: N818 (not an error)
    """Ends the command with exit code 1 after the answer has been printed."""


class CallError(click.UsageError):
    """An invalid call; the hint says how to write it."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


@contextmanager
def error_reporting(ctx: click.Context) -> Iterator[None]:
    """Turn any exception raised inside into a message on standard error and an exit code."""
    try:
        yield
        sys.stdout.flush()
    except click.exceptions.Exit:
        raise
    except NegativeAnswer:
        ctx.exit(1)
    except click.ClickException as error:
        _report("usage", *_wrong_call(error))
        ctx.exit(error.exit_code)
    except MissionLedgerError as error:
        _report(error.code, error.message, error.hint, getattr(error, "faults", ()))
        wrong_input = isinstance(error, UnreadableProofError)
        ctx.exit(1 if isinstance(error, LookupFailure | ProofError) and not wrong_input else 2)
    except BrokenPipeError:
        drop_output()  # the reader closed the pipe (`| head`)
        ctx.exit(0)
    except (KeyboardInterrupt, click.Abort):
        messages.say("interrupted")
        ctx.exit(130)
    except OSError as error:
        name = f"{error.filename}: " if error.filename else ""
        try:
            _report("system", f"{name}{error.strerror or error}")
            sys.stdout.flush()
        except OSError:
            drop_output()  # standard output goes to a full disk
        ctx.exit(2)
    except UnicodeEncodeError:
        # Python keeps bytes of the command line that are not UTF-8 as lone surrogates. The error
        # holds the whole text, possibly a URL with a password, so it is not printed.
        _report("text", "an argument or an environment variable is not valid UTF-8")
        ctx.exit(2)
    except Exception as error:
        if os.environ.get("MISSION_DEBUG"):
            raise
        _report_unexpected(error)
        ctx.exit(2)


def drop_output() -> None:
    """Discard unwritten output, so that Python does not retry it at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _report(code: str, message: str, hint: str = "", faults: "Sequence[Diagnostic]" = ()) -> None:
    """Print an error on standard error, and as an object if the format is JSON."""
    for fault in faults:
        messages.say_fault(fault)
    messages.say_error(message, hint)
    form = call.asked(call.FORMAT)
    if form in ("json", "jsonl"):
        from cli.render.output import print_json  # noqa: PLC0415 (start-up)

        listed = [fault.to_json() for fault in faults]
        report = {
            "error": code,
            "message": without_keys(message),
            "hint": without_keys(hint),
            "faults": listed,
        }
        print_json(report, one_line=form == "jsonl")


def _options_meant(error: click.NoSuchOption) -> str:
    """Return a question that suggests the options nearest to an unknown one; or an empty one."""
    from events.names import did_you_mean  # noqa: PLC0415 (start-up)

    params = error.ctx.command.get_params(error.ctx) if error.ctx else ()
    options = (each for each in params if isinstance(each, click.Option) and not each.hidden)
    return did_you_mean(error.option_name, [name for each in options for name in each.opts])


def _wrong_call(error: click.ClickException) -> tuple[str, str]:
    """Return the message and hint for an invalid call."""
    message, hint = error.format_message(), ""
    ctx = getattr(error, "ctx", None)
    if isinstance(error, CallError):
        hint = error.hint
    elif isinstance(error, click.NoSuchOption) and (meant := _options_meant(error)):
        message, hint = error.message, meant
    elif ctx is not None:
        pieces = " ".join(ctx.command.collect_usage_pieces(ctx))
        hint = f"{ctx.command_path} {pieces}; see `{ctx.command_path} --help`"
        takes_a_name = any(isinstance(param, click.Argument) for param in ctx.command.params)
        if takes_a_name and "extra argument" in message:
            hint = f"put a name of several words in quotes: {hint}"
        day = _UNEXPECTED_DATE.search(message)
        if day and any("--on" in param.opts for param in ctx.command.params):
            hint = f"give the day with an option: --on {day[1]}"
    if not message[1:2].isupper():  # unless it begins with a metavar
        message = message[:1].lower() + message[1:]
    return message.removesuffix("."), hint


def _report_unexpected(error: Exception) -> None:
    """Report an unexpected exception in one line."""
    text = printable(without_keys(" ".join(str(error).split())))[:300]
    if type(error).__module__.partition(".")[0] in ("sqlalchemy", "sqlite3"):
        _report("database", f"database error: {text}")
    else:
        hint = "please report this bug; MISSION_DEBUG=1 prints the traceback"
        _report("bug", f"internal error: {type(error).__name__}: {text}", hint)
