"""`mission retract`: record that an event no longer counts, with a reason."""

import click

from cli.ledger import writing
from cli.recording.append import append_own, check_source_exists
from cli.recording.effective import effective_event
from cli.recording.options import (
    RecordingOptions,
    event_argument,
    reason_option,
    records,
    source_option,
)
from cli.render.entry_text import short, summary
from cli.render.messages import say
from events.record_events import ClaimRetracted
from projections.labels import labels as labels_of


@click.command(name="retract")
@event_argument
@reason_option
@source_option
@records
def command(options: RecordingOptions, *, event: str, reason: str, source: str | None) -> None:
    """Record that EVENT no longer counts.

    EVENT is an id, the beginning of one, or a position. Nothing is deleted: the retraction is an
    event of its own, and can itself be retracted. Prints a summary of EVENT to standard error.

    \b
    Examples:
      mission retract 86f4e85f74b6 --reason "entered twice"
      mission retract 17 --reason "withdrawn" --source um-2
    """  # noqa: D301
    with writing(options.ledger) as store:
        check_source_exists(store, source)
        mission, target = effective_event(store, event)
        text = summary(target, labels_of(store, (target,)))
        say(f"{short(target.id)} is {text}")
        retraction = ClaimRetracted(mission=mission, source=source, target=target.id, reason=reason)
        append_own(store, retraction, options)
