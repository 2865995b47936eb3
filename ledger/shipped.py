"""Records shipped with the program as announcement files: data, not Python.

`ledger/records/NAME/` holds one YAML file for each announcement, appended in order of file name,
and `preferences.yaml`, the record-keeper's own choices between sources that disagree:

    - mission: nato-mission-iraq
      facet: mission
      key: nato-mission-iraq
      role: start
      sources: [forsvaret-nmi-2020-03, fmn-nmi-2023]
      reason: Both say July, of the same summit as the third.
"""

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable

from events.bearings import can_be_preferred
from events.errors import LookupFailure
from events.facets import Role
from events.files.announcement import read_announcement
from events.record_events import ReadingPreferred
from ledger.append import RecordKeeperEvents, append_announcement
from ledger.log import Receipt, Store

RECORDER = "mission-ledger"
"""The recorder of a shipped record's entries."""


def shipped() -> tuple[str, ...]:
    """Return the names of the records shipped with the program."""
    return tuple(sorted(each.name for each in _records().iterdir() if each.is_dir()))


def load(store: Store, name: str, *, by: str = RECORDER) -> list[Receipt]:
    """Append a shipped record; entries already in the log are skipped.

    Raises LookupFailure where no record has this name.
    """
    if name not in shipped():
        raise LookupFailure(
            f"there is no shipped record {name}", hint=f"choose from: {', '.join(shipped())}"
        )
    folder = _records() / name
    receipts = [
        append_announcement(store, read_announcement(file.read_bytes(), file.name), by=by)
        for file in sorted(folder.iterdir(), key=lambda file: file.name)
        if file.name.endswith(".yaml") and file.name != "preferences.yaml"
    ]
    if events := tuple(_preferences(store, folder / "preferences.yaml")):
        receipts.append(append_announcement(store, RecordKeeperEvents(events), by=by))
    return receipts


def _records() -> Traversable:
    return files("ledger") / "records"


def _preferences(store: Store, file: Traversable) -> Iterator[ReadingPreferred]:
    import yaml  # noqa: PLC0415 (start-up)

    if not file.is_file():
        return
    for choice in yaml.safe_load(file.read_text(encoding="utf-8")):
        role = Role(choice["role"])
        facet, key, period = choice["facet"], choice["key"], int(choice.get("period", 1))
        chosen = [
            entry.id
            for entry in store.of_mission(choice["mission"])
            if entry.source in choice["sources"]
            and can_be_preferred(entry.content, (facet, key, period), role)
        ]
        yield ReadingPreferred(
            mission=choice["mission"],
            facet=facet,
            key=key,
            period=period,
            role=role,
            claims=tuple(chosen),
            reason=choice["reason"].strip(),
        )
