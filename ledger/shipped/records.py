"""Records shipped with the program as announcement files: data, not Python.

`ledger/records/NAME/` holds one YAML file for each announcement, appended in order of file name,
and `record-keeper.yaml`, the record-keeper's own events (`ledger.shipped.record_keeper`), appended
last.
"""

from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from importlib.resources.abc import Traversable

from events.claim_event import Event
from events.encoding.codec import write
from events.errors import LookupFailure
from events.files.announcement import Announcement, read_announcement
from ledger.append import RecordKeeperEvents, append_announcement
from ledger.log import Receipt, Store
from ledger.shipped.moves import Move, moves
from ledger.shipped.record_keeper import StatedEvent, own_events

RECORDER = "mission-ledger"
"""The recorder of a shipped record's entries."""

KEEPER_FILE = "record-keeper.yaml"
"""The file of a record that is no announcement."""


def shipped() -> tuple[str, ...]:
    """Return the names of the records shipped with the program."""
    return tuple(sorted(each.name for each in _records().iterdir() if each.is_dir()))


def load(store: Store, name: str, *, by: str = RECORDER) -> list[Receipt]:
    """Append a shipped record; entries already in the log are skipped.

    Claims that the log holds in an older form are corrected (`ledger.shipped.moves`). Raises
    LookupFailure where no record has this name.
    """
    if name not in shipped():
        raise LookupFailure(
            f"there is no shipped record {name}", hint=f"choose from: {', '.join(shipped())}"
        )
    receipts = []
    stated: list[StatedEvent] = []
    moved: list[Move] = []
    for announcement in _announcements(name):
        older = moves(store, announcement.events)
        moved += older
        rest = [
            event for event in announcement.events if event not in {each.claim for each in older}
        ]
        receipts.append(
            append_announcement(store, replace(announcement, events=tuple(rest)), by=by)
        )
        stated += [StatedEvent(event, _id_in(store, event)) for event in rest]
    if corrections := tuple(each.correction for each in moved if each.correction):
        receipts.append(append_announcement(store, RecordKeeperEvents(corrections), by=by))
        stated += [
            StatedEvent(each.claim, write(each.correction).id) for each in moved if each.correction
        ]
    if own := own_events(_keeper_text(name), stated):
        receipts.append(append_announcement(store, RecordKeeperEvents(own), by=by))
    return receipts


def _announcements(name: str) -> Iterator[Announcement]:
    for file in sorted((_records() / name).iterdir(), key=lambda file: file.name):
        if file.name.endswith(".yaml") and file.name != KEEPER_FILE:
            yield read_announcement(file.read_bytes(), file.name)


def _keeper_text(name: str) -> str:
    file: Traversable = _records() / name / KEEPER_FILE
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def _id_in(store: Store, event: Event) -> str:
    """Return the id under which an event is in the log, where an earlier program recorded it."""
    written = write(event)
    known = store.known([written.id])
    return written.id if known or written.earlier_id is None else written.earlier_id


def _records() -> Traversable:
    return files("ledger") / "records"
