"""What is recalled is what `decode` would read; what is not sound is told as `decode` tells it."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime

import orjson
import pytest

from events.catalogue import CommandAttested
from events.encoding.codec import Content, canonical, decode, encode, to_data, write
from events.encoding.fast_decode import decode_content, fast_decode
from events.encoding.upcasters import STEPS
from events.entry import Entry
from events.errors import EventError
from tests.projections.drawing import draw

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def entry(content: Content) -> Entry:
    """Make an entry."""
    return encode(write(content), 7, NOON, "Åse", "0" * 64)


@pytest.mark.parametrize("seed", range(8))
def test_it_is_what_decode_reads(seed: int) -> None:
    """Every kind of event and source comes back equal, field by field, and writes the same."""
    for content in draw(seed, 150):
        raw = entry(content).raw
        recalled, decoded = fast_decode(raw), decode(raw)
        assert recalled == decoded
        assert list(vars(recalled.content).items()) == list(vars(decoded.content).items())
        assert recalled.content.model_fields_set == decoded.content.model_fields_set
        assert to_data(recalled.content) == to_data(decoded.content)


ATTESTED = CommandAttested(mission="nmi", source="um", on="2021-05", by="DNK", note="Ærø")


def outcome(read: Callable[[bytes], Entry], raw: bytes) -> Entry | str:
    """Return what reading comes to: an entry, or what is wrong."""
    try:
        return read(raw)
    except EventError as error:
        return error.message


def test_a_flipped_bit_is_read_as_decode_reads_it() -> None:
    """Wherever one is flipped, it is refused in the same words, or makes the same of it."""
    raw = entry(ATTESTED).raw
    for at in range(len(raw)):
        for bit in range(8):
            flipped = bytearray(raw)
            flipped[at] ^= 1 << bit
            assert outcome(fast_decode, bytes(flipped)) == outcome(decode, bytes(flipped)), (
                at,
                bit,
            )


@pytest.mark.parametrize(
    "change",
    [
        {"by": None},
        {"extra": "x"},
        {"type": "unknown"},
        {"type": 5},
        {"basis": "guessed"},
        {"on": 7},
        {"on": "20x1"},
        {"note": 7},
        {"period": 1.5},
    ],
)
def test_data_with_an_id_of_its_own_is_not_taken_on_trust(change: dict[str, object]) -> None:
    """Where a field is missing, too many or of no known value, `decode` says what is wrong."""
    data = {**to_data(ATTESTED), **change}
    data = {name: value for name, value in data.items() if value is not None}
    envelope = orjson.loads(entry(ATTESTED).raw)
    id_ = hashlib.sha256(canonical(data)).hexdigest()
    raw = canonical({**envelope, "data": data, "id": id_})
    assert isinstance(outcome(fast_decode, raw), str)
    assert outcome(fast_decode, raw) == outcome(decode, raw)


def test_an_older_version_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    """Data of an earlier schema version passes through the same steps."""
    monkeypatch.setattr(CommandAttested, "version", 2)
    monkeypatch.setitem(STEPS, ("command-attested", 1), lambda data: {**data, "note": "raised"})
    raised = decode_content({**to_data(ATTESTED), "version": 1})
    assert isinstance(raised, CommandAttested)
    assert raised.note == "raised"
