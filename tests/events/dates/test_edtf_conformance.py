"""Every string of the gathered EDTF cases: what is valid, and which days it means."""

import json
from pathlib import Path
from typing import Any

import pytest

from events.dates.days import Window, iso_day
from events.dates.edtf import parse_uncached
from events.dates.edtf_date import Edtf
from events.errors import DateError

CASES_FILE = Path(__file__).parents[3].parent / "shared" / "conformance" / "edtf_cases.json"
CASES: list[dict[str, Any]] = json.loads(CASES_FILE.read_text()) if CASES_FILE.exists() else []

CHOSEN_OTHERWISE: dict[str, str] = {}
"""Strings whose given answer we do not give, each with our choice and why. There are none."""

pytestmark = pytest.mark.skipif(not CASES, reason="the gathered EDTF cases are not beside us")


def shown(window: Window) -> list[str | None]:
    """Write a window as the cases do."""
    return [None if day is None else iso_day(day) for day in (window.first, window.last)]


def faults(case: dict[str, Any], date: Edtf) -> list[str]:
    """Say where a date differs from what its case gives; a null bound without a kind is none."""
    earliest, latest = shown(date.window)
    wrong = []
    for side, have, why in (
        ("earliest", earliest, date.start_is),
        ("latest", latest, date.end_is),
    ):
        kind = case.get(f"{side}_kind")
        if (case[side] is not None or kind is not None) and have != case[side]:
            wrong.append(f"{side} is {have}, not {case[side]}")
        if kind is not None and why != kind:
            wrong.append(f"{side} is {why}, not {kind}")
    for side, end in (("start", date.start), ("end", date.end)):
        if side in case and (end is None or shown(end.window) != case[side]):
            wrong.append(f"{side} is {end}, not {case[side]}")
    return wrong


@pytest.mark.parametrize("case", CASES, ids=lambda case: repr(case["edtf"]))
def test_a_gathered_case_is_read_as_given(case: dict[str, Any]) -> None:
    """A valid string is read to the very bounds given, and an invalid one is refused."""
    text = case["edtf"]
    if text in CHOSEN_OTHERWISE:
        pytest.skip(CHOSEN_OTHERWISE[text])
    if case["valid"]:
        assert faults(case, parse_uncached(text)) == []
    else:
        with pytest.raises(DateError):
            parse_uncached(text)


def test_the_cases_are_all_there() -> None:
    """No case is lost: there are 788 strings, every exception is one of them and gives a reason."""
    assert len(CASES) == 788
    assert set(CHOSEN_OTHERWISE) <= {case["edtf"] for case in CASES}
    assert all(CHOSEN_OTHERWISE.values())
