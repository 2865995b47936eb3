"""What a call asks of every command alike: the ledger, the format, the colour.

Each may stand before the command's name or after it; where both are given, the one after the
name counts. `mission --format json state nmi` is `mission state nmi --format json`.
"""

from collections.abc import Callable

import click
from click.shell_completion import CompletionItem

Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]

LEDGER, FORMAT, COLOUR = "ledger", "format", "color"
"""The names of the options, and of what is kept of each in a click context's `meta`."""


FORMATS = ("table", "json", "jsonl", "csv", "markdown")
COLOURS = ("auto", "always", "never")


def keep(ctx: click.Context, name: str, value: str | None) -> None:
    """Keep what an option asks, for whatever has no access to the command's own values."""
    if value is not None:
        ctx.meta[f"cli.{name}"] = value


def asked(name: str) -> str | None:
    """Return what the call asks, None where it says nothing or there is no call."""
    ctx = click.get_current_context(silent=True)
    return None if ctx is None else ctx.meta.get(f"cli.{name}")


def complete_files(_ctx: click.Context, _param: click.Parameter, text: str) -> list[CompletionItem]:
    """Leave the completion of a file's name to the shell."""
    return [CompletionItem(text, type="file")]
