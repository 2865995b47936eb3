"""`mission correct`: replace a wrong claim by another, or describe a source anew, with a reason."""

import click

from cli.ledger import writing
from cli.options import completion
from cli.recording import drafts
from cli.recording.append import append_own, check_source_exists
from cli.recording.effective import effective_event, source_meant
from cli.recording.options import RecordingOptions, reason_option, records, source_option
from cli.recording.settings import changed, parsed, without_lines
from cli.recording.source_events import correction
from cli.render.entry_text import short
from cli.render.messages import say_fault
from events.claim_event import ClaimEvent
from events.errors import MissionLedgerError
from events.files.announcement import Announcement, FileLine, read_announcement
from events.files.announcement_text import write_announcement
from events.files.diagnostics import AnnouncementError
from events.files.template import MODELINE
from events.record_events import ClaimCorrected, statement_of
from events.source import Source
from projections.question import ClaimStore
from projections.source_slips import source_slips


@click.command(name="correct")
@click.argument("event", metavar="EVENT|SOURCE", shell_complete=completion.entries)
@reason_option
@click.option("--set", "settings", metavar="FIELD=VALUE", multiple=True, help="Set a field.")
@click.option("--unset", metavar="FIELD", multiple=True, help="Remove a field.")
@click.option("--published", metavar="DATE", help="Of a source: when it came out.")
@click.option("--title", metavar="TEXT", help="Of a source: its title.")
@source_option
@records
def command(
    options: RecordingOptions,
    *,
    event: str,
    reason: str,
    settings: tuple[str, ...],
    unset: tuple[str, ...],
    published: str | None,
    title: str | None,
    source: str | None,
) -> None:
    """Record that the claim of EVENT is replaced by another, or that SOURCE is described wrongly.

    EVENT is an id, the beginning of one, or a position. Nothing is deleted: the correction is an
    event of its own. Fields are named as in a file, nested ones with a dot. Without --set or
    --unset, opens an editor on the claim.

    SOURCE is the id of a source, or what its title begins with. The fields that are set take the
    place of its first ones, and all that follows from its date is worked out anew. --published and
    --title are short for --set published=… and --set title=….

    \b
    Examples:
      mission correct 17 --set on=2020-12 --reason "misread"
      mission correct 17 --set quantity.max=3 --reason why
      mission correct um-2 --published 2022-05-24 --reason why
    """  # noqa: D301
    named = {"published": published, "title": title}
    of_source = {name: value for name, value in named.items() if value is not None}
    with writing(options.ledger) as store:
        check_source_exists(store, source)
        if about := source_meant(store, event):
            if unset:
                raise click.UsageError(
                    "a correction cannot remove a field of a source: leave out --unset"
                )
            fields = dict(map(parsed, settings)) | of_source
            try:
                corrected = correction(store, about, fields, source=source, reason=reason)
            except AnnouncementError as error:
                raise without_lines(error) from None
            for slip in source_slips(store, corrected, FileLine("", 0)):
                say_fault(slip)
            append_own(store, (corrected,), options)
            return
        if of_source:
            raise click.UsageError(f"--{next(iter(of_source))} is of a source, and not of an event")
        mission, target = effective_event(store, event)
        old = statement_of(target.content)
        if old is None:
            raise MissionLedgerError(
                f"{event} is a {target.content.type}, which makes no claim to correct",
                hint="retract it instead",
            )

        def append(claim: ClaimEvent) -> None:
            corrected = ClaimCorrected(
                mission=mission, source=source, target=target.id, claim=claim, reason=reason
            )
            append_own(store, (corrected,), options)

        document = _described(store, old)
        if settings or unset:
            text = changed(document, old, settings, unset)
            try:
                claim = _claim(document, old, text.encode(), "the corrected claim")
            except AnnouncementError as error:
                raise without_lines(error) from None
            append(claim)
        else:
            text = write_announcement(Announcement(document, (old,)))
            drafts.edit_draft(
                f"{MODELINE}# Change only the event. This corrects {short(target.id)}.\n{text}",
                "correction",
                lambda typed, name: append(_claim(document, old, typed, name)),
            )


def _described(store: ClaimStore, old: ClaimEvent) -> Source:
    described = [entry.content for entry in store.of_sources([old.source or ""])]
    for source in described:
        if isinstance(source, Source):
            return source
    raise MissionLedgerError(f"the source of this claim, {old.source}, is not in the ledger")


def _claim(source: Source, old: ClaimEvent, text: bytes, name: str) -> ClaimEvent:
    """Read the single claim in a text. Raises AnnouncementError or MissionLedgerError."""
    announcement = read_announcement(text, name)
    events = announcement.events
    if len(events) != 1 or not isinstance(events[0], ClaimEvent):
        raise MissionLedgerError(
            f"{name}: a correction must be one claim, not {len(events)} events",
            hint="write the end of an interval as a separate event; `mission add` appends it",
        )
    if announcement.source != source or events[0].mission != old.mission:
        raise MissionLedgerError(
            f"{name}: a correction must not change the source or the mission",
            hint="change only the event, or retract it and add the right one",
        )
    return events[0]
