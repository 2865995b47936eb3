"""Check stored bytes: whether they are a valid entry at its position.

An entry is valid if encoding it again gives the same bytes (`events.encoding.strict_decode`) and it
states the position where it is stored. Invalid bytes go through a slower check that finds out why.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from events.encoding.codec import Entry, canonical, from_data, read_instant
from events.encoding.strict_decode import DECODE_ERRORS, strict_decode
from events.errors import EventError
from ledger.decide import LARGEST_ENTRY
from ledger.merkle.tree import leaf_hash
from ledger.storage.entry_index import EntryRow, alias_rows, entry_row
from ledger.upkeep.findings import LedgerFinding


@dataclass(frozen=True, slots=True)
class EntryCheck:
    """The result of checking a run of entries: leaf hashes, and the rows of the derived tables.

    An invalid entry has a leaf hash and findings, and is not among the `entries`.
    """

    entries: list[Entry]
    leaves: list[bytes]
    rows: list[EntryRow]
    aliases: dict[tuple[str, str], int]
    findings: list[LedgerFinding]


def check_entries(run: Sequence[tuple[int, bytes]]) -> EntryCheck:
    """Check stored bytes, given with the positions where they are stored."""
    valid: list[Entry] = []
    findings: list[LedgerFinding] = []
    for position, raw in run:
        entry = _valid_entry(position, raw)
        if entry is None:
            findings.extend(_faults(position, raw))
        else:
            valid.append(entry)
    return EntryCheck(
        valid,
        [leaf_hash(raw) for _, raw in run],
        [entry_row(entry) for entry in valid],
        alias_rows(valid),
        findings,
    )


def _valid_entry(position: int, raw: bytes) -> Entry | None:
    """Decode an entry; None if it is not valid, or not at this position."""
    entry = strict_decode(raw) if len(raw) <= LARGEST_ENTRY else None
    return entry if entry and entry.position == position else None


def _faults(position: int, raw: bytes) -> list[LedgerFinding]:
    """Find out why bytes are not a valid entry at this position."""
    findings: list[LedgerFinding] = []

    def add(code: str, message: str) -> None:
        findings.append(
            LedgerFinding(code, f"the entry at position {position} {message}", position)
        )

    if len(raw) > LARGEST_ENTRY:
        add("too-large", f"has {len(raw):,} bytes; the limit is {LARGEST_ENTRY:,}")
    try:
        envelope = orjson.loads(raw)
        stated_position, stated_id, data = envelope["position"], envelope["id"], envelope["data"]
        derived_id = hashlib.sha256(canonical(data)).hexdigest()
        from_data(data)
        read_instant(envelope["time"])
    except DECODE_ERRORS as error:
        reason = error.message if isinstance(error, EventError) else type(error).__name__
        add("unreadable", f"cannot be decoded: {reason}")
        return findings
    if stated_position != position:
        add("misplaced", f"states another position, {stated_position}")
    if stated_id != derived_id:
        add("id", "has an id that is not the SHA-256 of its data: it was changed")
    if not findings:
        add("form", "is not in canonical form (RFC 8785): it was changed")
    return findings
