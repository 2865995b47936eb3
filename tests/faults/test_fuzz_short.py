"""A short run of `fuzz_readers.py`."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.broken_readers import CONTROLS
from tests.faults.fuzz_readers import Tally, too_little, tried
from tests.faults.readers import READERS

SHORT = {"announcement": 300, "cloudevents": 300, "proof": 500, "note": 1000, "key": 1000,
         "date": 2000}  # fmt: skip
SCRIPT = [sys.executable, str(Path(__file__).with_name("fuzz_readers.py"))]


@pytest.mark.parametrize("name", READERS)
def test_what_is_nearly_right_is_taken_whole_or_refused(name: str) -> None:
    """A reader accepts an input completely, or rejects it clearly, quickly and without effect."""
    tally = tried(name, 1, range(SHORT[name]))
    assert tally.failed == 0, tally.faults
    assert not too_little(name, SHORT[name], tally)


@pytest.mark.parametrize("control", CONTROLS)
def test_a_reader_that_is_broken_is_found_out(control: str) -> None:
    """A reader that breaks one promise fails with the expected fault."""
    ended = subprocess.run(
        [*SCRIPT, "--inputs", "400", "--control", control],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert CONTROLS[control].shows in ended.stdout


def test_a_reader_that_takes_or_refuses_all_is_not_tried() -> None:
    """A run in which all inputs, or none, are accepted fails."""
    assert len(too_little("date", 1000, Tally(accepted=1000))) == 1
    assert len(too_little("date", 1000, Tally(refused=1000))) == 1
    assert len(too_little("date", 1000, Tally())) == 2
