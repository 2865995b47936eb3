"""`mission help`: show the help of a command."""

import click
from click.shell_completion import CompletionItem

from cli.call import matching
from cli.failures import CallError
from cli.groups import print_help


def _complete(ctx: click.Context, _: click.Parameter, text: str) -> list[CompletionItem]:
    root = ctx.find_root()
    names = root.command.list_commands(root) if isinstance(root.command, click.Group) else []
    return matching(names, text)


@click.command(name="help")
@click.argument("words", metavar="[COMMAND]...", nargs=-1, shell_complete=_complete)
@click.pass_context
def command(ctx: click.Context, *, words: tuple[str, ...]) -> None:
    """Show the help of COMMAND, or list the commands.

    \b
    Examples:
      mission help state
      mission help export cloudevents
    """  # noqa: D301
    here = ctx.find_root()
    for word in words:
        group = here.command
        if not isinstance(group, click.Group):
            raise CallError(
                f"{here.command_path} has no subcommand {word}",
                f"`{here.command_path} --help` shows its help",
            )
        name, found, _ = group.resolve_command(here, [word])
        if found is not None:
            here = click.Context(found, parent=here, info_name=name)
    print_help(here)
