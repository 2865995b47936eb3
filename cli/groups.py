"""Command groups: the options before a command, finding a command, and help.

    mission --ledger x.sqlite state nmi        mission state --ledger x.sqlite nmi
    mission --help state                       mission state --help
    mission export                             the commands under `export`

The options that all commands share may come before a command's name. They are passed to the
command as its first options, so that it parses and rejects them with the same messages, and the
same option after the name comes later and wins.
"""

from collections.abc import Iterator
from typing import Any

import click
from click.shell_completion import CompletionItem

from cli import call
from cli.call import complete_files, complete_one_of
from cli.failures import CallError


class Group(click.Group):
    """A group that passes its shared options to its commands; called alone, it prints its help."""

    lists_shared = False
    """Whether its help lists the shared options, as each command's help does."""

    def __init__(
        self,
        name: str | None = None,
        params: list[click.Parameter] | None = None,
        **settings: Any,  # noqa: ANN401 (click's own)
    ) -> None:
        super().__init__(name, params=[*self._shared(), *(params or [])], **settings)

    def _shared(self) -> Iterator[click.Option]:
        """Yield the options that may come before a command; the command parses their values."""
        for name, metavar, values, help_text in (
            (call.LEDGER, "PLACE", (), "The ledger: a file or a database URL."),
            (call.FORMAT, "FORMAT", call.FORMATS, f"One of {', '.join(call.FORMATS)}."),
            (call.COLOUR, "WHEN", call.COLOURS, f"One of {', '.join(call.COLOURS)}."),
        ):
            yield click.Option(
                [f"--{name}"],
                metavar=metavar,
                is_eager=True,
                expose_value=False,
                callback=_keep,
                help=help_text,
                hidden=not self.lists_shared,
                shell_complete=complete_one_of(values) if values else complete_files,
            )

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the options before a command's name. Raises CallError for others of a command."""
        if not args and not ctx.resilient_parsing:
            print_help(ctx)
            ctx.exit()
        if args[1:] and args[0] in ctx.help_option_names and not args[1].startswith("-"):
            args = [args[1], args[0], *args[2:]]
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            raise _misplaced(self, ctx, error, args) or error from None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command and pass it the options before its name. Raises CallError."""
        name, *rest = args
        if name not in self.list_commands(ctx) and not ctx.resilient_parsing:
            raise _unknown(self, ctx, name)
        command = self.get_command(ctx, name)
        return name, command, [*_forwarded(ctx, command), *rest]

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete the names of commands without importing any, and the group's options."""
        named = [
            CompletionItem(name, help=self.summary(ctx, name))
            for name in self.list_commands(ctx)
            if name.startswith(incomplete)
        ]
        return named + click.Command.shell_complete(self, ctx, incomplete)

    def summary(self, ctx: click.Context, name: str) -> str:
        """Return a command's one-line description."""
        command = self.get_command(ctx, name)
        return command.get_short_help_str(limit=100) if command else ""


def print_help(ctx: click.Context) -> None:
    """Print a command's help, through the pager if it does not fit the terminal."""
    from cli.render import pager  # noqa: PLC0415 (start-up)

    text = f"{ctx.get_help()}\n"
    pager.show(text, lambda: text)


def _keep(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    if value is not None:
        ctx.meta.setdefault(_BEFORE, {})[param.name] = value
        call.keep(ctx, str(param.name), value)


_BEFORE = "cli.before"
"""The key in a context's `meta` of the options before a command's name."""


def _forwarded(ctx: click.Context, command: click.Command | None) -> list[str]:
    """Return the options before a command's name, for the command to parse.

    A format is passed to every command, so that one that cannot write it rejects it; a ledger or
    a colour is dropped for a command without that option.
    """
    if command is None or isinstance(command, click.Group):
        return []
    known = {opt for param in command.params for opt in param.opts} | {f"--{call.FORMAT}"}
    before: dict[str, str] = ctx.meta.get(_BEFORE, {})
    return [f"--{name}={value}" for name, value in before.items() if f"--{name}" in known]


def _unknown(group: click.Group, ctx: click.Context, name: str) -> CallError:
    """Return the error for an unknown command; its hint suggests similar names."""
    from events.names import did_you_mean  # noqa: PLC0415 (start-up)

    hint = did_you_mean(name, group.list_commands(ctx))
    if name == "version" and ctx.parent is None:
        hint = f"`{ctx.command_path} --version` prints the version"
    return CallError(f"no such command: {name}", hint or f"`{ctx.command_path} --help` lists them")


def _misplaced(
    group: click.Group, ctx: click.Context, error: click.NoSuchOption, args: list[str]
) -> CallError | None:
    """Return the error for a command's option given before its name; None for other errors."""
    option, path = error.option_name, ctx.command_path
    command: click.Command | None = group
    for arg in args:
        if isinstance(command, click.Group) and arg in command.list_commands(ctx):
            path, command = f"{path} {arg}", command.get_command(ctx, arg)
    if command is None or isinstance(command, click.Group):
        return None
    arguments = [
        each.make_metavar(ctx) for each in command.params if isinstance(each, click.Argument)
    ]
    for param in command.params:
        if isinstance(param, click.Option) and option in param.opts:
            value = [] if param.is_flag else [param.make_metavar(ctx)]
            return CallError(
                f"{option} goes after the command", " ".join([path, *arguments, option, *value])
            )
    return None
