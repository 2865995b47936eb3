"""Units: words that count the same kind of thing are one kind, whatever the language."""

import csv
from pathlib import Path

import pytest

from events import units
from events.units import PEOPLE, kind_of


@pytest.mark.parametrize(
    "unit",
    ["people", "soldiers", "Soldater", "troops", "personer", "mand", "military  personnel"],
)
def test_people_are_people_whatever_they_are_called(unit: str) -> None:
    """In English and in Danish, in any case."""
    assert kind_of(unit) == PEOPLE


def test_those_of_a_category_are_people_in_it_alone() -> None:
    """A count of police officers says nothing of how many people there are in all."""
    assert kind_of("police officers") != PEOPLE
    assert kind_of("police officers", in_category=True) == PEOPLE


def test_what_is_in_no_row_is_a_kind_of_its_own() -> None:
    """Nothing is taken for another thing that it may not be."""
    assert kind_of("field hospitals") == "field hospitals"
    assert kind_of("helikoptere") == kind_of("helicopters") != PEOPLE
    assert kind_of(None) == ""


def test_a_row_is_one_word() -> None:
    """No row lists several words, none of which it would find, and none is there twice."""
    with Path(units.__file__).with_name("units.csv").open(encoding="utf-8", newline="") as file:
        words = [row["word"] for row in csv.DictReader(file)]
    assert max(len(word.split()) for word in words) <= 3
    assert len(set(words)) == len(words)
