"""`mission retract`: record that an event no longer counts, or a source as a whole."""

import click

from cli.ledger import writing
from cli.options import completion
from cli.recording.append import append_own, check_source_exists
from cli.recording.effective import effective_chain, effective_event, source_meant
from cli.recording.options import RecordingOptions, reason_option, records, source_option
from cli.recording.source_events import withdrawal
from cli.render.entry_text import short, summary
from cli.render.messages import say
from events.record_events import ClaimRetracted
from projections.labels import labels as labels_of


@click.command(name="retract")
@click.argument("event", metavar="EVENT|SOURCE", shell_complete=completion.entries)
@click.option(
    "--chain",
    is_flag=True,
    help="Retract the claim and all its corrections, whichever of them EVENT is.",
)
@reason_option
@source_option
@records
def command(
    options: RecordingOptions, *, event: str, chain: bool, reason: str, source: str | None
) -> None:
    """Record that EVENT no longer counts, or nothing of what SOURCE states.

    EVENT is an id, the beginning of one, or a position. Nothing is deleted: the retraction is an
    event of its own, and can itself be retracted. Prints a summary of EVENT to standard error.

    Retracting a correction brings back what it corrected. With --chain, the claim goes as well:
    each link of the chain that was not retracted yet is, the newest first, all at once or nothing.

    SOURCE is the id of a source, or what its title begins with. It is withdrawn, with all that it
    states, in every mission: claims, corrections, retractions and preferences.

    \b
    Examples:
      mission retract 86f4e85f74b6 --reason "entered twice"
      mission retract 17 --reason "withdrawn" --source um-2
      mission retract 17 --chain --reason "never happened"
      mission retract um-handover-2022-05 --reason "a forgery"
    """  # noqa: D301
    with writing(options.ledger) as store:
        check_source_exists(store, source)
        if meant := source_meant(store, event):
            if chain:
                raise click.UsageError("--chain requires an event; a source is withdrawn whole")
            withdrawn = withdrawal(store, meant, source=source, reason=reason)
            say(f"{meant.id} is {meant.title}, by {meant.publisher}")
            append_own(store, (withdrawn,), options)
            return
        if chain:
            mission, targets, retracted = effective_chain(store, event)
        else:
            mission, target = effective_event(store, event)
            targets, retracted = (target,), ()
        labels = labels_of(store, targets)
        say(*(f"{short(target.id)} is {summary(target, labels)}" for target in targets))
        if retracted:
            say(*(f"{short(e.event)} was already retracted by {short(e.by)}" for e in retracted))
        retractions = [
            ClaimRetracted(mission=mission, source=source, target=target.id, reason=reason)
            for target in targets
        ]
        append_own(store, retractions, options)
