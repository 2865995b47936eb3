"""Options and arguments that several commands share, as click decorators."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlsplit

import click

from cli import call
from cli.options import completion
from cli.options.clocks import (
    PublicationLimit,
    RecordPoint,
    read_known,
    read_on,
    read_recorded,
    today,
)
from cli.options.ranges import read_during
from events.errors import LookupFailure
from events.facets import FACETS

Command = Callable[..., Any]
Facets = tuple[str, ...]
"""The facets requested; empty means all of them."""

mission_argument = click.argument("mission", metavar="MISSION", shell_complete=completion.missions)
mission_optional = click.argument(
    "mission", metavar="[MISSION]", required=False, shell_complete=completion.missions
)
key_argument = click.argument("key", metavar="KEY", shell_complete=completion.keys)
ledger_option = click.option(
    "--ledger",
    metavar="PLACE",
    envvar="MISSION_LEDGER",
    shell_complete=call.complete_files,
    help="The ledger: a file or a database URL  [env: MISSION_LEDGER]",
)


def file_option(name: str, help_text: str, **settings: Any) -> Callable[[Command], Command]:  # noqa: ANN401
    """Add an option that takes the name of a file."""
    shown: dict[str, Any] = {
        "metavar": "FILE",
        "shell_complete": call.complete_files,
        "help": help_text,
    }
    return click.option(name, **(shown | settings))


def one_of(text: str, known: Iterable[str], kind: str) -> str:
    """Return which of some fixed names a text means. Raises click.BadParameter."""
    from events.names import NamedThing, pick  # noqa: PLC0415 (start-up)

    listed = list(known)
    things = [NamedThing(each, (each, f"{each}s")) for each in listed]
    try:
        otherwise = f"one of {', '.join(listed)}"
        return pick(text, things, kind=kind, beginnings=True, otherwise=otherwise).key
    except LookupFailure as error:
        raise click.BadParameter(f"{error.message}: {error.hint}") from None


def _facet(_ctx: click.Context, _param: click.Parameter, text: str | None) -> str | None:
    return None if text is None else one_of(text, FACETS, "facet")


def _facets(_ctx: click.Context, _param: click.Parameter, texts: tuple[str, ...]) -> Facets:
    asked = [name.strip() for text in texts for name in text.split(",")]
    return tuple(dict.fromkeys(one_of(name, FACETS, "facet") for name in asked))


facet_option = click.option(
    "--facet",
    metavar="FACET",
    callback=_facet,
    shell_complete=completion.facets,
    help=f"Only this facet: {', '.join(FACETS)}.",
)
facets_option = click.option(
    "--facet",
    "facets",
    metavar="FACET",
    multiple=True,
    callback=_facets,
    shell_complete=completion.facets,
    help=f"Only these facets; repeat the option or use commas: {', '.join(FACETS)}.",
)


def _keep(name: str) -> Callable[[click.Context, click.Parameter, str | None], str | None]:
    def keep(ctx: click.Context, _: click.Parameter, value: str | None) -> str | None:
        call.keep(ctx, name, value)
        return value

    return keep


Bundle = TypeVar("Bundle")


def bundled(kind: Callable[..., Bundle], names: Iterable[str], function: Command) -> Command:
    """Return a command that passes the options of these names to `function` as one object."""
    own = tuple(names)

    @wraps(function)
    def command(**given: Any) -> None:  # noqa: ANN401 (click's own)
        function(kind(**{name: given.pop(name) for name in own if name in given}), **given)

    return command


color_option = click.option(
    f"--{call.COLOUR}",
    metavar="WHEN",
    type=click.Choice(call.COLOURS),
    is_eager=True,
    expose_value=False,
    callback=_keep(call.COLOUR),
    help="Use bold and red in tables: auto (on a terminal), always or never.",
)


def format_option(*formats: str) -> Callable[[Command], Command]:
    """Add `--format` with these formats, or all of them, and `--color` for tables."""
    *others, last = formats or call.FORMATS
    form = click.option(
        f"--{call.FORMAT}",
        "form",
        metavar="FORMAT",
        type=click.Choice([*others, last]),
        default="table",
        is_eager=True,  # parsed first: errors in other options use this format
        callback=_keep(call.FORMAT),
        help=f"The output format: {', '.join(others)} or {last}.  [table]",
    )
    return lambda command: form(color_option(command))


def parsed_by(read: Callable[[str], Any], default: Callable[[], Any]) -> Callable[..., Any]:
    """Return a click callback that parses an option's text, or returns its default."""
    return lambda _ctx, _param, text: default() if text is None else read(text)


on_option = click.option(
    "--on",
    metavar="DATE",
    callback=parsed_by(read_on, today),
    shell_complete=completion.dates,
    help="Valid time: the close of this day, or of a month's or year's last day.  [today]",
)
known_option = click.option(
    "--known",
    metavar="DATE",
    callback=parsed_by(read_known, PublicationLimit),
    shell_complete=completion.dates,
    help="Publication time: only sources certainly public by this day or second.",
)
recorded_option = click.option(
    "--recorded",
    metavar="WHEN",
    callback=parsed_by(read_recorded, RecordPoint),
    shell_complete=completion.dates,
    help="Record time: a position in the log (a plain number), a day or a timestamp.",
)


def record_clocks(command: Command) -> Command:
    """Add `--known` and `--recorded`."""
    return known_option(recorded_option(command))


def clocks(command: Command) -> Command:
    """Add all three clocks."""
    return on_option(record_clocks(command))


during_option = click.option(
    "--during",
    "span",
    metavar="DATE..DATE",
    callback=parsed_by(read_during, lambda: None),
    help="Everything in the state on some day of a span, and on which days.",
)


def base_url_option(help_: str) -> Callable[[Command], Command]:
    """Return the option `--base-url`, an address of the web."""
    return click.option("--base-url", metavar="URL", callback=_read_address, help=help_)


def _read_address(_ctx: click.Context, _param: click.Parameter, text: str | None) -> str | None:
    """Return an address of the web as it was given."""
    if text is None:
        return None
    try:
        parts = urlsplit(text)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in text
    except ValueError:
        is_web = False
    if not is_web or not text.isascii() or not text.isprintable() or set(text) & set(' "<>#'):
        raise click.BadParameter(f"{text}: not an address such as https://example.org/record")
    return text
