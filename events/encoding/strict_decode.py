"""Stored bytes taken at no more than their word: an entry is what writing it again gives.

That leaves one way to spell an entry (RFC 8785: keys in order, none twice, no white space, no
number but whole ones) and one id for what it says. `verify` and `import` ask this of every entry;
what is not sound they look at once more, slowly, to say why.
"""

import hashlib

import orjson

from events.encoding.codec import (
    EncodedContent,
    Entry,
    canonical,
    encode,
    from_data,
    is_as_written,
    read_instant,
)
from events.errors import EventError

# What reading JSON, or an event from it, can raise.
NO_ENTRY = (EventError, ValueError, KeyError, TypeError, AttributeError, OverflowError)


def reread(raw: bytes) -> Entry | None:
    """Return the entry that these bytes are, if writing it again gives the same bytes."""
    try:
        envelope = orjson.loads(raw)
        data, position = envelope["data"], envelope["position"]
        by, announcement = envelope["recordedby"], envelope["announcement"]
        written = canonical(data)
        event = EncodedContent(from_data(data), written, hashlib.sha256(written).hexdigest())
        entry = encode(event, position, read_instant(envelope["time"]), by, announcement)
        same = entry.raw == raw and is_as_written(event, data)
    except NO_ENTRY:
        return None
    kinds = type(position) is int and type(by) is type(announcement) is str
    return entry if same and kinds else None
