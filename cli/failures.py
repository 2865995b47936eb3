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

from events.errors import LookupFailure, MissionLedgerError, ProofError, UnreadableProofError

FORMAT = "cli.format"
"""Where in a click context's `meta` the format asked for is kept."""


class AnswerIsNo(Exception):  # noqa: N818 (it is no error)
    """Raised to end with exit code 1 once the answer has been printed."""


def shown(text: object) -> str:
    """Return text from outside fit for one line of a terminal."""
    from events.visible import visible  # noqa: PLC0415 (start-up)

    return visible(str(text))


def told(text: object) -> str:
    """Return text for an error fit for one line of a terminal: no key of any kind is in it."""
    from events.secrecy import without_keys  # noqa: PLC0415 (start-up)

    return shown(without_keys(str(text)))


@contextmanager
def reported(ctx: click.Context) -> Iterator[None]:
    """Turn whatever is raised inside into a message on standard error and an exit code."""
    try:
        yield
        sys.stdout.flush()
    except click.exceptions.Exit:
        raise
    except click.ClickException as error:
        raise _without_keys(error, ctx) from None
    except AnswerIsNo:
        ctx.exit(1)
    except MissionLedgerError as error:
        _tell(ctx, error)
        wrong_input = isinstance(error, UnreadableProofError)
        ctx.exit(1 if isinstance(error, LookupFailure | ProofError) and not wrong_input else 2)
    except BrokenPipeError:
        drop_output()  # the reader has had enough (`| head`)
        ctx.exit(0)
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        ctx.exit(130)
    except OSError as error:
        name = f"{error.filename}: " if error.filename else ""
        click.echo(f"error: {told(name)}{told(error.strerror or error)}", err=True)
        try:
            sys.stdout.flush()
        except OSError:
            drop_output()  # the disk the answer went to is full
        ctx.exit(2)
    except UnicodeEncodeError as error:
        # What was typed held bytes that are no UTF-8; Python keeps them as lone surrogates.
        click.echo(f"error: {told(error.object)[:100]}: this is not text in UTF-8", err=True)
        ctx.exit(2)
    except Exception as error:
        if os.environ.get("MISSION_DEBUG"):
            raise
        ctx.exit(_unforeseen(error))


def _without_keys(error: click.ClickException, ctx: click.Context) -> click.ClickException:
    """Return click's own error, or where what was typed looks like a key, one without that."""
    from events.secrecy import without_keys  # noqa: PLC0415 (start-up)

    said = error.format_message()
    kept = without_keys(said)
    return error if kept == said else click.UsageError(kept, getattr(error, "ctx", ctx))


def drop_output() -> None:
    """See to it that what was not written is not tried again on the way out."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _tell(ctx: click.Context, error: MissionLedgerError) -> None:
    faults = getattr(error, "faults", ())
    for fault in faults:
        click.echo(fault.render(), err=True)
    click.echo(f"error: {told(error.message)}", err=True)
    if error.hint:
        click.echo(f"hint: {told(error.hint)}", err=True)
    if ctx.meta.get(FORMAT) in ("json", "jsonl"):
        from cli.output import print_json  # noqa: PLC0415 (start-up)
        from events.secrecy import without_keys  # noqa: PLC0415

        print_json(
            {
                "error": error.code,
                "message": without_keys(error.message),
                "hint": without_keys(error.hint),
                "faults": [fault.to_json() for fault in faults],
            },
            one_line=ctx.meta[FORMAT] == "jsonl",
        )


def _unforeseen(error: Exception) -> int:
    """Say in one line what nobody thought of."""
    text = told(" ".join(str(error).split()))[:300]
    if type(error).__module__.partition(".")[0] in ("sqlalchemy", "sqlite3"):
        click.echo(f"error: the database: {text}", err=True)
        return 2
    click.echo(f"error: this is a bug: {type(error).__name__}: {text}", err=True)
    click.echo("hint: MISSION_DEBUG=1 shows where; please report it", err=True)
    return 2
