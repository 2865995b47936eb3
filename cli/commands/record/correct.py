"""`mission correct`: replace a wrong claim by another, with a reason."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import click
import yaml

from cli.ledger import writing
from cli.recording import drafts
from cli.recording.append import append_own, check_source_exists
from cli.recording.effective import effective_event
from cli.recording.options import (
    RecordingOptions,
    event_argument,
    reason_option,
    records,
    source_option,
)
from cli.render.entry_text import short
from events.claim_event import ClaimEvent
from events.errors import MissionLedgerError
from events.files.announcement import Announcement, read_announcement
from events.files.announcement_text import write_announcement
from events.files.diagnostics import AnnouncementError
from events.files.document import Items, Mapping, Node, Text
from events.files.template import MODELINE
from events.files.yaml_text import read_yaml
from events.names import did_you_mean
from events.record_events import ClaimCorrected, statement_of
from events.source import Source
from projections.question import ClaimStore

FIXED = ("type", "mission", "source")


@click.command(name="correct")
@event_argument
@reason_option
@click.option("--set", "settings", metavar="FIELD=VALUE", multiple=True, help="Set a field.")
@click.option("--unset", metavar="FIELD", multiple=True, help="Remove a field.")
@source_option
@records
def command(
    options: RecordingOptions,
    *,
    event: str,
    reason: str,
    settings: tuple[str, ...],
    unset: tuple[str, ...],
    source: str | None,
) -> None:
    """Record that the claim of EVENT is replaced by another.

    EVENT is an id, the beginning of one, or a position. Nothing is deleted: the correction is an
    event of its own. Fields are named as in a file, nested ones with a dot. Without --set or
    --unset, opens an editor on the claim.

    \b
    Examples:
      mission correct 17 --set on=2020-12 --reason "misread"
      mission correct 17 --set quantity.max=3 --reason why
    """  # noqa: D301
    with writing(options.ledger) as store:
        check_source_exists(store, source)
        mission, target = effective_event(store, event)
        old = statement_of(target.content)
        if old is None:
            raise MissionLedgerError(
                f"{event} is a {target.content.type}, which makes no claim to correct",
                hint="retract it instead",
            )

        def append(claim: ClaimEvent) -> None:
            correction = ClaimCorrected(
                mission=mission, source=source, target=target.id, claim=claim, reason=reason
            )
            append_own(store, correction, options)

        document = _described(store, old)
        if settings or unset:
            text = _changed(document, old, settings, unset)
            try:
                claim = _claim(document, old, text.encode(), "the corrected claim")
            except AnnouncementError as error:
                raise _without_lines(error) from None
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


def _changed(source: Source, old: ClaimEvent, settings: Sequence[str], unset: Sequence[str]) -> str:
    """Write a claim as a file, with fields set and removed. Raises MissionLedgerError."""
    data = old.model_dump(mode="json", by_alias=True, exclude_none=True, exclude={"source"})
    for setting in settings:
        path, equals, value = setting.partition("=")
        if not equals:
            raise MissionLedgerError(f"--set {setting}: write FIELD=VALUE")
        holder, name = _field_at(data, old, path)
        holder[name] = _value(path, value)
    for path in unset:
        holder, name = _field_at(data, old, path)
        if holder.pop(name, None) is None:
            raise MissionLedgerError(f"--unset {path}: the claim has no {path}")
    described = source.model_dump(mode="json", exclude_none=True, exclude={"type"})
    return yaml.safe_dump(
        {"source": described, "events": [data]}, sort_keys=False, allow_unicode=True, width=10_000
    )


def _without_lines(error: AnnouncementError) -> AnnouncementError:
    """Return the faults without their lines, which are of a generated text."""
    moved = AnnouncementError(
        replace(fault, line=0, column=0, text="", caret=0) for fault in error.faults
    )
    moved.hint = "nothing was appended"
    return moved


def _field_at(data: dict[str, Any], old: ClaimEvent, path: str) -> tuple[dict[str, Any], str]:
    """Return the mapping that holds a field, and the name of the field in it.

    Raises MissionLedgerError if the event type has no such field.
    """
    first, dot, nested = path.partition(".")
    known = [
        field.alias or name for name, field in type(old).model_fields.items() if name not in FIXED
    ]
    if first not in known:
        raise MissionLedgerError(
            f"a {old.type} has no field {first} to change",
            hint=did_you_mean(first, known) or f"its fields are {', '.join(known)}",
        )
    if not dot:
        return data, first
    mapping = data.setdefault(first, {})
    if not isinstance(mapping, dict):
        raise MissionLedgerError(f"{first} has no nested fields")
    return mapping, nested


def _value(path: str, text: str) -> object:
    """Read a value as in a file: a mapping in braces, a list for aliases, else text."""
    if not (text.startswith("{") or path == "aliases"):
        return text
    document = read_yaml(text.encode(), f"--set {path}")
    if document.faults:
        raise AnnouncementError(tuple(document.faults))
    return _plain(document.root)


def _plain(node: Node | None) -> object:
    match node:
        case Text():
            return node.value
        case Items():
            return [_plain(each) for each in node.items]
        case Mapping():
            return {name: _plain(each) for name, each in node.values.items()}
    return None


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
