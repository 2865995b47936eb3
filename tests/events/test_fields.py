"""What a field takes, and the one form in which it is kept."""

import pytest
from pydantic import ValidationError

from events.catalogue import PlaceOpened
from events.encoding.codec import encode, event_id, write
from events.encoding.strict_decode import strict_decode
from ledger.clock import utc_now


def opened(coordinates: str) -> PlaceOpened:
    """Return the opening of a place there."""
    return PlaceOpened(mission="m", source="s", on="2020", place="p", coordinates=coordinates)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("33.31, 44.37", "33.31, 44.37"),
        ("-0, -0", "0, 0"),
        ("-0.00, 000.0", "0, 0"),
        ("33.310, -044.500000", "33.31, -44.5"),
        ("05, 10", "5, 10"),
        ("-0.50, 180.0", "-0.5, 180"),
        ("90, 100", "90, 100"),
    ],
)
def test_coordinates_have_one_form(written: str, kept: str) -> None:
    """One place is one claim, however many zeros it is written with."""
    assert opened(written).coordinates == kept
    assert event_id(opened(written)) == event_id(opened(kept))


@pytest.mark.parametrize(
    "written",
    [
        *("+5, 5", "1e1, 5", "5, 5E0", "5., 5", ".5, 5", "90.1, 0", "0, -180.000001"),
        *("0.1234567, 0", "5,5", "5; 5", "٥, 5", "5, 5 ", "nan, 0", ""),
    ],
)
def test_other_coordinates_are_refused(written: str) -> None:
    """They are told what to write."""
    with pytest.raises(ValidationError, match="degrees north and east") as caught:
        opened(written)
    assert [each["type"] for each in caught.value.errors()] == ["coordinates"]


def test_an_entry_with_other_coordinates_is_damage() -> None:
    """The log keeps that form only: an entry with another is none."""
    entry = encode(write(opened("33.31, 44.37")), 1, utc_now(), "anna", "0" * 64)
    assert strict_decode(entry.raw)
    assert strict_decode(entry.raw.replace(b"33.31,", b"33.310,")) is None
