"""Text from outside is shown with nothing hidden in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.printable import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Hærens helikoptere", "Hærens helikoptere"),
        ("over\u202eto", "over\\u202eto"),
        ("\x1b[31m", "\\u001b[31m"),
        ("a\nb\tc", "a\\u000ab\\u0009c"),
        ("\x85\x7f", "\\u0085\\u007f"),
        ("\u2066x\u2069", "\\u2066x\\u2069"),
        ("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"),
        ("\u2028\u2029", "\\u2028\\u2029"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
        ("a\u00a0b", "a\u00a0b"),
    ],
)
def test_shows_what_hides(text: str, shown: str) -> None:
    """Each kind of hidden character becomes an escape, and nothing else changes."""
    assert printable(text) == shown


@given(st.text(st.characters(exclude_categories=())))
def test_is_one_line_that_can_be_written(text: str) -> None:
    """Whatever comes in, one line of UTF-8 comes out."""
    shown = printable(text)
    shown.encode()
    assert len(shown.splitlines()) <= 1
