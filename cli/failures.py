"""Errors into messages and exit codes: the one place where it is decided what a user sees.

    error: no mission goes by nmj
    hint: did you mean nmi?

0 done, 1 the answer is no or nothing was found, 2 the call or the input was wrong, 130
interrupted. With `--format json` (or jsonl) the error is also an object on standard output:
`{"error": "lookup", "message": "…", "hint": "…", "faults": []}`.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from cli import call, messages
from events.errors import LookupFailure, MissionLedgerError, ProofError, UnreadableProofError


class AnswerIsNo(Exception):  # noqa: N818 (it is no error)
    """Raised to end with exit code 1 once the answer has been printed."""


def shown(text: object) -> str:
    """Return text from outside fit for one line of a terminal."""
    from events.visible import visible  # noqa: PLC0415 (start-up)

    return visible(str(text))


@contextmanager
def reported(ctx: click.Context) -> Iterator[None]:
    """Turn whatever is raised inside into a message on standard error and an exit code."""
    try:
        yield
        sys.stdout.flush()
    except (click.exceptions.Exit, click.ClickException):
        raise
    except AnswerIsNo:
        ctx.exit(1)
    except MissionLedgerError as error:
        _tell(error)
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
        messages.say(f"error: {shown(name)}{shown(error.strerror or error)}")
        try:
            sys.stdout.flush()
        except OSError:
            drop_output()  # the disk the answer went to is full
        ctx.exit(2)
    except UnicodeEncodeError as error:
        # What was typed held bytes that are no UTF-8; Python keeps them as lone surrogates.
        messages.say(f"error: {shown(error.object[:100])}: this is not text in UTF-8")
        ctx.exit(2)
    except Exception as error:
        if os.environ.get("MISSION_DEBUG"):
            raise
        ctx.exit(_unforeseen(error))


def drop_output() -> None:
    """See to it that what was not written is not tried again on the way out."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _tell(error: MissionLedgerError) -> None:
    faults = getattr(error, "faults", ())
    for fault in faults:
        messages.say_fault(fault)
    messages.say(f"error: {shown(error.message)}")
    if error.hint:
        messages.say(f"hint: {shown(error.hint)}")
    form = call.asked(call.FORMAT)
    if form in ("json", "jsonl"):
        from cli.output import print_json  # noqa: PLC0415 (start-up)

        print_json(
            {
                "error": error.code,
                "message": error.message,
                "hint": error.hint,
                "faults": [fault.to_json() for fault in faults],
            },
            one_line=form == "jsonl",
        )


def _unforeseen(error: Exception) -> int:
    """Say in one line what nobody thought of."""
    text = shown(" ".join(str(error).split()))[:300]
    if type(error).__module__.partition(".")[0] in ("sqlalchemy", "sqlite3"):
        messages.say(f"error: the database: {text}")
        return 2
    messages.say(f"error: this is a bug: {type(error).__name__}: {text}")
    messages.say("hint: MISSION_DEBUG=1 shows where; please report it")
    return 2
