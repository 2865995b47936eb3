"""The options that all commands share: --ledger, --format and --color.

Each may come before or after the command's name; if both are given, the one after the name wins.
`mission --format json state nmi` is `mission state nmi --format json`.
"""

from collections.abc import Callable, Iterable

import click
from click.shell_completion import CompletionItem

Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]

LEDGER, FORMAT, COLOUR = "ledger", "format", "color"
"""The options' names. A value is stored in the click context's `meta` under `cli.NAME`."""

FORMATS = ("table", "json", "jsonl", "csv", "markdown")
COLOURS = ("auto", "always", "never")


def keep(ctx: click.Context, name: str, value: str | None) -> None:
    """Store an option's value for code that cannot see the command's parameters."""
    if value is not None:
        ctx.meta[f"cli.{name}"] = value


def asked(name: str) -> str | None:
    """Return an option's stored value; None if it was not given or no command runs."""
    ctx = click.get_current_context(silent=True)
    return None if ctx is None else ctx.meta.get(f"cli.{name}")


def complete_one_of(known: Iterable[str]) -> Complete:
    """Let the shell complete one of some fixed names."""
    return lambda _ctx, _param, text: matching(known, text)


def matching(known: Iterable[str], text: str) -> list[CompletionItem]:
    """Return the names that a text begins, in any case."""
    prefix = text.casefold()
    names = (name for name in dict.fromkeys(known) if name.casefold().startswith(prefix))
    # A shell would split a name of several words into several arguments.
    return [CompletionItem(name) for name in names if " " not in name]


def complete_files(_ctx: click.Context, _param: click.Parameter, text: str) -> list[CompletionItem]:
    """Let the shell complete a file name."""
    return [CompletionItem(text, type="file")]
