"""Decode stored bytes strictly: encoding the entry again must give the same bytes.

So an entry has exactly one encoding (RFC 8785: sorted keys, no duplicate keys, no white space,
integers only) and its content one id. `verify` and `import` check every entry this way; they check
an entry that fails again, slowly, to report why.
"""

import hashlib

import orjson

from events.encoding.codec import (
    EncodedContent,
    canonical,
    encode,
    from_data,
    is_canonical,
    read_instant,
)
from events.entry import Entry
from events.errors import EventError

# Everything that decoding JSON, or an event from it, may raise.
DECODE_ERRORS = (EventError, ValueError, KeyError, TypeError, AttributeError, OverflowError)


def strict_decode(raw: bytes) -> Entry | None:
    """Return the entry these bytes encode; None if encoding it again gives other bytes."""
    try:
        envelope = orjson.loads(raw)
        data, position = envelope["data"], envelope["position"]
        by, announcement = envelope["recordedby"], envelope["announcement"]
        written = canonical(data)
        event = EncodedContent(from_data(data), written, hashlib.sha256(written).hexdigest())
        entry = encode(event, position, read_instant(envelope["time"]), by, announcement)
        same = entry.raw == raw and is_canonical(event, data)
    except DECODE_ERRORS:
        return None
    valid_types = type(position) is int and type(by) is type(announcement) is str
    return entry if same and valid_types else None
