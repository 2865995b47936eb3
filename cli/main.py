"""The command `mission`: one table of commands, each imported only when it is called.

To add a command, write `cli/commands/<name>.py`, which exports `command`, and add a row here.
"""

import gc
import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from itertools import pairwise
from keyword import iskeyword
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from cli import failures
from cli.keyguard import refuse_keys

COMMANDS: dict[str, str] = {
    "init": "Make a ledger.",
    "add": "Append announcements, each whole or not at all.",
    "check": "Validate announcement files, or report what is odd in the record.",
    "state": "Show a mission's state as of a date.",
    "timeline": "Show what happened when.",
    "plans": "Show every plan against what came of it.",
    "find": "Find who had what where, across missions.",
    "why": "Show which claims an answer rests on.",
    "log": "Show the log.",
    "show": "Show one event or source.",
    "history": "Show one key's claims over record time.",
    "diff": "Show how answers changed between two points on a clock.",
    "retract": "Record that an event no longer counts.",
    "correct": "Record a claim in place of a wrong one.",
    "prefer": "Settle a dispute between sources.",
    "missions": "List the missions in the ledger.",
    "sources": "List the sources of the ledger or of a mission.",
    "types": "List the event types and their fields.",
    "date": "Say what a date is taken to mean.",
    "verify": "Verify the whole ledger, a checkpoint or a proof.",
    "checkpoint": "Sign the log's size and Merkle root.",
    "prove": "Prove that an entry is in the log, or an old log in it.",
    "key": "Make a signing key, or show its public half.",
    "export": "Write the log in formats of others.",
    "import": "Continue a log from elsewhere, or merge what is new.",
    "backup": "Make a verified copy of the ledger.",
    "rebuild": "Make all that is not the log anew from it.",
    "doctor": "Say what is wrong with this set-up.",
}
"""Every command with its one-line summary, in the order they are listed."""


class Lazy(click.Group):
    """A group that imports a command's module only when that command is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Name the commands in the order of the table."""
        return list(COMMANDS)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuse a key and an empty argument, and say where options go.

        An empty one is mostly a shell variable that was not set. Taken for "not given", it would
        leave out a check that was asked for.
        """
        refuse_keys(ctx, args)
        for before, arg in pairwise(["", *args]):
            if not arg or (arg.startswith("--") and arg.endswith("=")):
                name = arg.removesuffix("=") or before
                where = f" after {name}" if name.startswith("-") else ""
                ctx.fail(f"an argument{where} is empty")
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            ctx.fail(
                f"{failures.told(error.format_message())} Options go after the command:"
                " mission state nmi --on 2021-06-15"
            )

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import one command; None where there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
        command: click.Command = import_module(f"cli.commands.{module}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands from the table, importing none."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command named; suggest the nearest where there is none."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from cli.near import did_you_mean  # noqa: PLC0415 (start-up)

            hint = did_you_mean(args[0], COMMANDS) or "`mission --help` lists the commands."
            ctx.fail(f"no such command: {failures.told(args[0])}. {hint}")
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete command names without importing any command."""
        named = [
            CompletionItem(name, help=summary)
            for name, summary in COMMANDS.items()
            if name.startswith(incomplete)
        ]
        return named + click.Command.shell_complete(self, ctx, incomplete)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 (click's own signature)
        """Run the command; what goes wrong becomes a message and an exit code."""
        with failures.reported(ctx):
            return super().invoke(ctx)


@click.group(
    cls=Lazy,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done; 1 the answer is no, or nothing was found; 2 the call or the "
    "input was wrong.  MISSION_LEDGER names the ledger where --ledger does not.",
)
@click.version_option(package_name="mission-ledger", message="mission %(version)s")
def cli() -> None:
    """Keep a record of international military missions from dated, sourced claims.

    Ask for a mission's state on any date, as known on any date, as recorded at any position.

    \b
    Examples:
      mission state nmi --on 2021-06-15
      mission state nmi --on 2021-06-15 --known 2020-04-01
      mission why nmi DNK
    """  # noqa: D301


def main(args: Sequence[str] | None = None) -> None:
    """Run the command line and exit."""
    # Imports make much that is never garbage: looking for it all the time costs 60 ms.
    gc.set_threshold(50_000)
    _open_what_is_closed()
    _end_in_order()
    for stream in (sys.stdout, sys.stderr):
        # A pipe or terminal without UTF-8 gets escapes, never a traceback.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        cli.main(args, prog_name="mission")
    except OSError as error:
        # Help and usage are written outside any command: the place they go to is full or gone.
        failures.drop_output()
        if sys.stderr is not None:
            click.echo(f"error: {error.strerror or error}", err=True)
        sys.exit(2)


def _end_in_order() -> None:
    """Let a command that is told to end (SIGTERM, a terminal that closes) clear up first."""

    def end(*_: object) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # as `nohup` has it
            signal.signal(number, end)


def _open_what_is_closed() -> None:
    """Give a process started without standard streams empty ones: `mission … >&-`."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode))  # noqa: SIM115 (for the whole run)


if __name__ == "__main__":
    main()
