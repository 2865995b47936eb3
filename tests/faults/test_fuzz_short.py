"""The readers given inputs that are nearly right, in short; `fuzz_readers.py` goes on longer."""

import pytest

from tests.faults.fuzz_readers import tried
from tests.faults.readers import READERS

SHORT = {"announcement": 300, "cloudevents": 300, "proof": 500, "note": 1000, "key": 1000,
         "date": 2000}  # fmt: skip


@pytest.mark.parametrize("name", READERS)
def test_what_is_nearly_right_is_taken_whole_or_refused(name: str) -> None:
    """A reader takes an input whole or refuses it plainly, soon, and with nothing done."""
    tally = tried(name, 1, range(SHORT[name]))
    assert tally.failed == 0, tally.faults
    assert tally.refused
