"""Stored bytes looked at closely, to tell whether they are what was appended at their position.

An entry is sound when writing it again gives the same bytes (`events.encoding.strict_decode`) and
it says the position it stands at. What is not sound is looked at again, slowly, to say why.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from events.encoding.codec import Entry, canonical, from_data, read_instant
from events.encoding.strict_decode import NO_ENTRY, reread
from events.errors import EventError
from ledger.decide import LARGEST_ENTRY
from ledger.merkle.tree import leaf_hash
from ledger.storage.entry_rows import EntryRow, alias_rows, entry_row
from ledger.upkeep.findings import LedgerFinding


@dataclass(frozen=True, slots=True)
class EntryCheck:
    """What a run of stored bytes comes to: leaf hashes, and what the derived tables should say.

    An entry that is not sound has a leaf and findings, and is not among the `entries`.
    """

    entries: list[Entry]
    leaves: list[bytes]
    rows: list[EntryRow]
    aliases: dict[tuple[str, str], int]
    findings: list[LedgerFinding]


def check_entries(run: Sequence[tuple[int, bytes]]) -> EntryCheck:
    """Look closely at entries, given with the positions they stand at."""
    sound: list[Entry] = []
    findings: list[LedgerFinding] = []
    for position, raw in run:
        entry = _sound(position, raw)
        if entry is None:
            findings.extend(_faults(position, raw))
        else:
            sound.append(entry)
    return EntryCheck(
        sound,
        [leaf_hash(raw) for _, raw in run],
        [entry_row(entry) for entry in sound],
        alias_rows(sound),
        findings,
    )


def _sound(position: int, raw: bytes) -> Entry | None:
    """Return the entry that these bytes are, if it is one and belongs at this position."""
    entry = reread(raw) if len(raw) <= LARGEST_ENTRY else None
    return entry if entry and entry.position == position else None


def _faults(position: int, raw: bytes) -> list[LedgerFinding]:
    """Say what is wrong with bytes that are not sound."""
    found: list[LedgerFinding] = []

    def add(code: str, message: str) -> None:
        found.append(LedgerFinding(code, f"the entry at position {position} {message}", position))

    if len(raw) > LARGEST_ENTRY:
        add("too-large", f"has {len(raw):,} bytes; no entry has more than {LARGEST_ENTRY:,}")
    try:
        envelope = orjson.loads(raw)
        said_position, said_id, data = envelope["position"], envelope["id"], envelope["data"]
        derived = hashlib.sha256(canonical(data)).hexdigest()
        from_data(data)
        read_instant(envelope["time"])
    except NO_ENTRY as error:
        said = error.message if isinstance(error, EventError) else type(error).__name__
        add("unreadable", f"cannot be read as an event: {said}")
        return found
    if said_position != position:
        add("misplaced", f"says of itself that it is number {said_position}")
    if said_id != derived:
        add("id", "does not have the id that its data gives (SHA-256): it was changed")
    if not found:
        add("form", "is not written as mission writes one (RFC 8785): it was changed")
    return found
