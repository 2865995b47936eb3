"""The bytes that are stored are the bytes that are hashed, and read back to the same event."""

import json
from datetime import UTC, datetime

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from events.catalogue import CommandAttested
from events.encoding.codec import (
    Content,
    canonical,
    decode,
    encode,
    event_id,
    from_data,
    read_instant,
    to_data,
    write,
    write_instant,
)
from events.errors import EventError
from events.record_events import ClaimCorrected
from tests.strategies import any_events, sources

CONTENTS = any_events() | any_events(source=None) | sources
WHEN = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
INSTANTS = st.datetimes(datetime(1970, 1, 1), datetime(9999, 1, 1), timezones=st.just(UTC))


@given(CONTENTS, st.integers(1, 10**9), INSTANTS)
@settings(deadline=None)
def test_decode_undoes_encode(content: Content, position: int, when: datetime) -> None:
    """Every kind of event, and every source, comes back as it went in."""
    made = encode(write(content), position, when, "anna", "5f" * 32)
    entry = decode(made.raw)
    assert entry == made
    assert (entry.content, entry.position, entry.recorded_at) == (content, position, when)
    assert (entry.recorded_by, entry.announcement) == ("anna", "5f" * 32)
    assert entry.id == event_id(content)
    assert from_data(to_data(content)) == content


@given(CONTENTS)
@settings(deadline=None)
def test_bytes_are_canonical(content: Content) -> None:
    """Our bytes are those of another implementation of RFC 8785."""
    assert canonical(to_data(content)) == rfc8785.dumps(to_data(content))  # type: ignore[arg-type]
    raw = encode(write(content), 7, WHEN, 'Åse "Ö" \\', "5f" * 32).raw
    assert raw == rfc8785.dumps(json.loads(raw))


def test_ids_stay_the_same() -> None:
    """The id of a claim is the same in every ledger and every version of this program."""
    event = CommandAttested(mission="nmi", source="um", on="2021-05", by="DNK")
    assert event_id(event) == "bd7621106e8e5552703be0d291c6ff9c9733f9079863f8fabd64c533a19ae5a1"


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b"null", b"\xff", b'{"position":1}', b"1"])
def test_refuses_what_is_no_entry(raw: bytes) -> None:
    """Bytes that are not an entry are refused as such."""
    with pytest.raises(EventError):
        decode(raw)


def test_refuses_unknown_types_and_lone_surrogates() -> None:
    """A type of a later version, or text that is not Unicode, is named."""
    with pytest.raises(EventError, match="unknown event type 'x'"):
        from_data({"type": "x"})
    with pytest.raises(EventError, match="not valid Unicode"):
        canonical("\ud800")


def test_instants() -> None:
    """A moment is written in UTC to the microsecond and read back."""
    assert write_instant(WHEN) == "2026-01-05T09:30:00.000000Z"
    assert read_instant(write_instant(WHEN)) == WHEN


def test_a_corrected_claim_keeps_its_own_version() -> None:
    """The claim inside a correction says which version of its schema it was written under."""
    claim = CommandAttested(mission="nmi", source="um", on="2021-05", by="DNK")
    correction = ClaimCorrected(mission="nmi", target="5f" * 32, claim=claim, reason="misread")
    data = to_data(correction)
    assert data["claim"] == to_data(claim)
    with pytest.raises(EventError, match="schema version 9"):
        from_data({**data, "claim": {**to_data(claim), "version": 9}})
