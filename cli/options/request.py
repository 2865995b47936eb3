"""What a command that asks is given beside its own options: ledger, format, clocks and facets.

@click.command(name="history")
@mission_argument
@recorded_option
@asks
def command(request: Request, mission: str) -> None:
    with inquiry(request) as asked: …
"""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any

import click
from click.core import ParameterSource

from cli import call
from cli.options.clocks import PublicationLimit, RecordPoint, ValidDay, today
from cli.options.common import Command, Facets, bundled, format_option, ledger_option
from cli.options.ranges import DaySpan


@dataclass(frozen=True, slots=True)
class Request:
    """The options that commands which ask have in common; one that a command lacks has no effect.

    Without `span` the answer is about the day `on`; without `facets` about all of them.
    """

    ledger: str | None
    form: str
    on: ValidDay = field(default_factory=today)
    span: DaySpan | None = None
    known: PublicationLimit = field(default_factory=PublicationLimit)
    recorded: RecordPoint = field(default_factory=RecordPoint)
    facets: Facets = ()

    @property
    def when(self) -> ValidDay | DaySpan:
        """The day, or the span of days, that the answer is about."""
        return self.span or self.on

    def takes(self, facet: str) -> bool:
        """Whether the answer has this facet."""
        return not self.facets or facet in self.facets


def asks(function: Command) -> Command:
    """Add --format and --ledger to a command, and pass it a Request of all its shared options."""
    return asks_in(*call.FORMATS)(function)


def asks_in(*formats: str) -> Callable[[Command], Command]:
    """Do what `asks` does, for a command that answers in these formats."""

    def add(function: Command) -> Command:
        command = bundled(_request, (each.name for each in fields(Request)), function)
        return format_option(*formats)(ledger_option(command))

    return add


def _request(**given: Any) -> Request:  # noqa: ANN401 (of any type)
    """Build a Request. Raises UsageError where both a day and a span are given."""
    source = click.get_current_context().get_parameter_source("on")
    if given.get("span") and source is ParameterSource.COMMANDLINE:
        raise click.UsageError("--on takes one day and --during a span: give only one of them")
    return Request(**given)
