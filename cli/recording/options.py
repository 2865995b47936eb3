"""The options of the commands that append."""

import getpass
from dataclasses import dataclass, fields

import click
from pydantic import TypeAdapter, ValidationError

from cli.options import completion
from cli.options.clocks import ValidDay, read_on
from cli.options.common import Command, bundled, format_option, ledger_option, parsed_by
from events.errors import MissionLedgerError
from events.fields import Note


@dataclass(frozen=True, slots=True)
class RecordingOptions:
    """The options that commands which append have in common.

    The event is appended only if the log still ends at `expect`. `on` is the day on which answers
    are compared, None for those that the events name.
    """

    ledger: str | None
    form: str
    by: str
    expect: int | None
    on: ValidDay | None


def _recorder(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str:
    """Return the recorder's name, by default the login name. Raises MissionLedgerError."""
    try:
        return value or getpass.getuser()
    except (OSError, KeyError):
        raise MissionLedgerError(
            "no name is given for the recorder", hint="give one with --by NAME or MISSION_BY"
        ) from None


compared_option = click.option(
    "--on",
    metavar="DATE",
    callback=parsed_by(read_on, lambda: None),
    shell_complete=completion.dates,
    help="The day on which answers are compared.  [the days that the events name, and today]",
)
by_option = click.option(
    "--by",
    metavar="NAME",
    envvar="MISSION_BY",
    callback=_recorder,
    help="Who records this  [env: MISSION_BY; default: your login name]",
)
expect_option = click.option(
    "--expect",
    metavar="POSITION",
    type=click.IntRange(min=0),
    help="Append only if the log still ends at this position.",
)


def records(function: Command) -> Command:
    """Add the options of every command that appends, and pass them as RecordingOptions."""
    command = bundled(RecordingOptions, (each.name for each in fields(RecordingOptions)), function)
    for option in (ledger_option, format_option(), expect_option, by_option, compared_option):
        command = option(command)
    return command


def _reason(_ctx: click.Context, _param: click.Parameter, value: str) -> str:
    """Reject a reason that an event cannot hold."""
    if not value.strip():
        raise click.BadParameter("it is empty: give a reason, which is recorded")
    try:
        return TypeAdapter[str](Note).validate_python(value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise click.BadParameter(first["msg"]) from None


reason_option = click.option(
    "--reason", metavar="WHY", required=True, callback=_reason, help="The reason; it is recorded."
)
source_option = click.option(
    "--source",
    metavar="ID",
    shell_complete=completion.sources,
    help="The source of the change; without one it corrects our own misreading.",
)
