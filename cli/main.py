"""The command `mission`: one table of commands, each imported only when it is called.

To add a command, write `cli/commands/<group>/<name>.py`, which exports `command`, and add a row
to its group here.
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

from cli import call, failures
from cli.groups import Group
from cli.options.key_guard import refuse_keys

GROUPS: dict[str, dict[str, str]] = {
    "Ask": {
        "state": "Show a mission's state as of a date.",
        "timeline": "Show what happened when.",
        "plans": "Show every plan against what came of it.",
        "find": "Find who had what where, across missions.",
        "why": "Show which claims an answer rests on.",
    },
    "Record": {
        "init": "Make a ledger.",
        "add": "Append announcements, each whole or not at all.",
        "check": "Validate announcement files, or report what is odd in the record.",
        "retract": "Record that an event no longer counts.",
        "correct": "Record a claim in place of a wrong one.",
        "prefer": "Settle a dispute between sources.",
    },
    "Audit": {
        "log": "Show the log.",
        "show": "Show one event or source.",
        "history": "Show one key's claims over record time.",
        "diff": "Show how answers changed between two points on a clock.",
        "verify": "Verify the whole ledger, a checkpoint or a proof.",
        "checkpoint": "Sign the log's size and Merkle root.",
        "prove": "Prove that an entry is in the log, or an old log in it.",
        "key": "Make a signing key, or show its public half.",
    },
    "Exchange": {
        "export": "Write the log in formats of others.",
        "import": "Continue a log from elsewhere, or merge what is new.",
    },
    "Look up": {
        "missions": "List the missions in the ledger.",
        "sources": "List the sources of the ledger or of a mission.",
        "types": "List the event types and their fields.",
        "date": "Say what a date is taken to mean.",
        "help": "Explain a command.",
    },
    "Maintain": {
        "backup": "Make a verified copy of the ledger.",
        "rebuild": "Make all that is not the log anew from it.",
        "doctor": "Say what is wrong with this set-up.",
    },
}
"""Every command with its one-line summary, in groups, in the order they are listed."""

COMMANDS = {name: summary for group in GROUPS.values() for name, summary in group.items()}
"""Every command's one-line summary."""

FOLDERS = {
    name: title.lower().replace(" ", "_") for title, group in GROUPS.items() for name in group
}
"""The folder of every command's module."""


class LazyGroup(Group):
    """A group that imports a command's module only when that command is needed."""

    lists_shared = True

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Name the commands in the order of the table."""
        return list(COMMANDS)

    def summary(self, ctx: click.Context, name: str) -> str:  # noqa: ARG002
        """Say what a command does, from the table."""
        return COMMANDS[name]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuse a key and an empty argument, and parse what stands before the command's name.

        An empty one is mostly a shell variable that was not set. Taken for "not given", it would
        leave out a check that was asked for.
        """
        with failures.reported(ctx):
            for before, arg in pairwise(["", *args]):
                if before == f"--{call.FORMAT}" or arg.startswith(f"--{call.FORMAT}="):
                    # So that what is wrong with the call is told in this format, too.
                    call.keep(ctx, call.FORMAT, arg.rpartition("=")[2])
            refuse_keys(ctx, args)
            for before, arg in pairwise(["", *args]):
                if not arg or (arg.startswith("--") and arg.endswith("=")):
                    name = arg.removesuffix("=") or before
                    where = f" after {name}" if name.startswith("-") else ""
                    ctx.fail(f"an argument{where} is empty")
            return super().parse_args(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import one command; None where there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
        found = import_module(f"cli.commands.{FOLDERS[cmd_name]}.{module}")
        command: click.Command = found.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands in their groups, importing none."""
        widest = max(map(len, COMMANDS))
        for title, commands in GROUPS.items():
            with formatter.section(title):
                formatter.write_dl([(f"{name:{widest}}", says) for name, says in commands.items()])

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 (click's own signature)
        """Run the command; what goes wrong becomes a message and an exit code."""
        with failures.reported(ctx):
            return super().invoke(ctx)


def _version(ctx: click.Context, param: click.Parameter, value: bool) -> None:  # noqa: ARG001
    """Print the version and where the ledger is, and end."""
    if value and not ctx.resilient_parsing:
        from cli.location import version  # noqa: PLC0415
        from cli.render.messages import say  # noqa: PLC0415 (start-up)

        say(version(call.asked(call.LEDGER)), err=False)
        ctx.exit()


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done; 1 the answer is no, or nothing was found; 2 the call or the "
    "input was wrong.  MISSION_LEDGER names the ledger where --ledger does not.  "
    "`mission help COMMAND` explains a command.",
)
@click.option(
    "-V",
    "--version",
    is_flag=True,
    expose_value=False,
    callback=_version,
    help="Show the version and where the ledger is.",
)
def cli() -> None:
    """Keep a record of international military missions from dated, sourced claims.

    Ask for a mission's state on any date, as known on any date, as recorded at any position.

    \b
    Examples:
      mission state nmi --on 2021-06-15
      mission state nmi --on 2021 --known 2020-04-01
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
