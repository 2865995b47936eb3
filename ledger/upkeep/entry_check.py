"""Check stored bytes: whether they are a valid entry at its position.

An entry is valid if encoding it again gives the same bytes (`events.encoding.strict_decode`) and it
states the position where it is stored. Invalid bytes go through a slower check that finds out why.

    {"announcement":"5f…","data":{…},"datacontenttype":"application/json","id":"9b…","position":7,…}

`stated_id` checks position and id in that layout alone, without decoding.
"""

import hashlib

import orjson

from events.encoding.codec import canonical, from_data, read_instant
from events.encoding.strict_decode import DECODE_ERRORS, strict_decode
from events.entry import Entry
from events.errors import EventError
from ledger.decide import LARGEST_ENTRY
from ledger.upkeep.findings import AddFinding

_DATA = b',"data":'
_ID = b',"datacontenttype":"application/json","id":"'


def checked_entry(position: int, raw: bytes, add: AddFinding) -> Entry | None:
    """Decode an entry strictly; where it is not valid at this position, report why."""
    entry = strict_decode(raw) if len(raw) <= LARGEST_ENTRY else None
    if entry and entry.position == position:
        return entry
    _report(position, raw, add)
    return None


def stated_id(position: int, raw: bytes) -> bytes | None:
    """Return the id that an entry of this position states, if it is the SHA-256 of its data."""
    head, _, tail = raw.rpartition(_ID)
    data = head.partition(_DATA)[2]
    id_ = hashlib.sha256(data).digest()
    is_it = tail.startswith(b'%b","position":%d,' % (id_.hex().encode(), position))
    return id_ if is_it and len(raw) <= LARGEST_ENTRY else None


def _report(position: int, raw: bytes, add: AddFinding) -> None:
    """Report why bytes are not a valid entry at this position."""
    faults: list[tuple[str, str]] = []
    if len(raw) > LARGEST_ENTRY:
        faults.append(("too-large", f"has {len(raw):,} bytes; the limit is {LARGEST_ENTRY:,}"))
    try:
        envelope = orjson.loads(raw)
        stated_position, stated, data = envelope["position"], envelope["id"], envelope["data"]
        derived = hashlib.sha256(canonical(data)).hexdigest()
        from_data(data)
        read_instant(envelope["time"])
    except DECODE_ERRORS as error:
        reason = error.message if isinstance(error, EventError) else type(error).__name__
        faults.append(("unreadable", f"cannot be decoded: {reason}"))
    else:
        if stated_position != position:
            faults.append(("misplaced", f"states another position, {stated_position}"))
        if stated != derived:
            faults.append(("id", "has an id that is not the SHA-256 of its data: it was changed"))
        if not faults:
            faults.append(("form", "is not in canonical form (RFC 8785): it was changed"))
    for code, message in faults:
        add(code, f"the entry at position {position} {message}", position)
