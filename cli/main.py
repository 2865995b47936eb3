"""The `mission` command: a table of its subcommands, each imported only when it is called.

To add a subcommand, write `cli/commands/<group>/<name>.py`, which exports `command`, and add a
row to its group here.
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
        "timeline": "List starts, ends and counts by date.",
        "plans": "Compare plans with what was reported.",
        "find": "Search the states of all missions.",
        "why": "Show the claims behind an answer.",
    },
    "Record": {
        "init": "Create a ledger.",
        "add": "Append announcements from files.",
        "check": "Validate announcement files, or review the record.",
        "retract": "Record that an event no longer counts.",
        "correct": "Record a correction of a claim.",
        "prefer": "Settle a dispute between sources.",
    },
    "Audit": {
        "log": "Show the log.",
        "changes": "Tell what changed since you last looked.",
        "show": "Show one event or source.",
        "history": "List the claims on a key by record time.",
        "diff": "Compare the states at two points in time.",
        "verify": "Verify the ledger, a checkpoint or a proof.",
        "checkpoint": "Sign the log's size and Merkle root.",
        "prove": "Write an inclusion or consistency proof.",
        "key": "Create a signing key, or print its public key.",
    },
    "Exchange": {
        "export": "Export tables, sources, or the log.",
        "import": "Import the entries of another log.",
        "publish": "Write pages to explore and cite.",
    },
    "Look up": {
        "missions": "List missions.",
        "sources": "List sources.",
        "types": "List event types and their fields.",
        "date": "Show how a date expression is read.",
        "help": "Show the help of a command.",
    },
    "Maintain": {
        "backup": "Write a verified copy of the ledger.",
        "restore": "Put a backup in the ledger's place.",
        "rebuild": "Rebuild the derived tables from the log.",
        "doctor": "Check the installation and the ledger.",
    },
}
"""Every command with its one-line summary, by group, in the order of the listing."""

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
        """Return the names of the commands in the order of the table."""
        return list(COMMANDS)

    def summary(self, ctx: click.Context, name: str) -> str:  # noqa: ARG002
        """Return a command's summary from the table."""
        return COMMANDS[name]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the options before the command's name; refuse private keys and empty arguments.

        An empty argument is mostly an unset shell variable. If it counted as "not given", a check
        that the caller asked for would be skipped.
        """
        with failures.error_reporting(ctx):
            for before, arg in pairwise(["", *args]):
                if before == f"--{call.FORMAT}" or arg.startswith(f"--{call.FORMAT}="):
                    # Known before parsing, so that usage errors are written in this format too.
                    call.keep(ctx, call.FORMAT, arg.rpartition("=")[2])
            refuse_keys(ctx, args)
            for before, arg in pairwise(["", *args]):
                if not arg or (arg.startswith("--") and arg.endswith("=")):
                    name = arg.removesuffix("=") or before
                    where = f" after {name}" if name.startswith("-") else ""
                    ctx.fail(f"an argument{where} is empty")
            return super().parse_args(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import one command; return None if there is no such command."""
        if cmd_name not in COMMANDS:
            return None
        module = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
        imported = import_module(f"cli.commands.{FOLDERS[cmd_name]}.{module}")
        command: click.Command = imported.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands by group without importing them."""
        widest = max(map(len, COMMANDS))
        for title, commands in GROUPS.items():
            with formatter.section(title):
                formatter.write_dl([(f"{name:{widest}}", text) for name, text in commands.items()])

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 (click's own signature)
        """Run the command; turn exceptions into a message and an exit code."""
        with failures.error_reporting(ctx):
            return super().invoke(ctx)


def _version(ctx: click.Context, param: click.Parameter, value: bool) -> None:  # noqa: ARG001
    """Print the version and the location of the ledger, and exit."""
    if value and not ctx.resilient_parsing:
        from cli.location import version  # noqa: PLC0415
        from cli.render.messages import say  # noqa: PLC0415 (start-up)

        say(*version(call.asked(call.LEDGER)), err=False)
        ctx.exit()


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 success; 1 negative answer (nothing found, or a check failed); 2 usage "
    "error or invalid input.  Without --ledger, MISSION_LEDGER names the ledger.  "
    "`mission help COMMAND` shows the help of a command.",
)
@click.option(
    "-V",
    "--version",
    is_flag=True,
    expose_value=False,
    callback=_version,
    help="Show the version and the location of the ledger.",
)
def cli() -> None:
    """Record dated, sourced claims about international military missions, and query them.

    Query the state of a mission on any date, as known on any date, as recorded at any position.

    \b
    Examples:
      mission state nmi --on 2021-06-15
      mission state nmi --on 2021 --known 2020-04-01
      mission why nmi DNK
    """  # noqa: D301


def main(args: Sequence[str] | None = None) -> None:
    """Run the command line and exit."""
    # Imports allocate many objects that are never freed: collecting among them costs 60 ms.
    gc.set_threshold(500_000)
    _open_missing_streams()
    _handle_termination()
    for stream in (sys.stdout, sys.stderr):
        # Write what the stream cannot encode as escapes; do not raise.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        cli.main(args, prog_name="mission")
    except OSError as error:
        # Help and usage are written outside any command; here standard output is full or closed.
        failures.drop_output()
        if sys.stderr is not None:
            click.echo(f"error: {error.strerror or error}", err=True)
        sys.exit(2)


def _handle_termination() -> None:
    """Raise KeyboardInterrupt on SIGTERM and SIGHUP, so that commands clean up before exit."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # ignored under `nohup`
            signal.signal(number, interrupt)


def _open_missing_streams() -> None:
    """Open the null device for each standard stream that was closed at start: `mission … >&-`."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode))  # noqa: SIM115 (open until exit)


if __name__ == "__main__":
    main()
