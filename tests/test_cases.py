"""The cases whose answers are known, put to the command line from the first file to the answer."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.desk import Desk
from tests.ready import empty_ledger

CASES = Path(__file__).parents[2] / "shared" / "cases.json"

if not CASES.exists():
    pytest.skip("the known answers are kept outside the project", allow_module_level=True)

KNOWN: list[dict[str, Any]] = json.loads(CASES.read_text(encoding="utf-8"))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An empty ledger."""
    made = Desk(tmp_path)
    empty_ledger(made.place)
    return made


@pytest.mark.parametrize("case", KNOWN, ids=lambda case: case["id"])
def test_the_command_line_answers_as_is_known(desk: Desk, case: dict[str, Any]) -> None:
    """Each answer, finding and refusal is what the definition says."""
    files = [
        desk.file(text, f"{number}.yaml") for number, text in enumerate(case["announcements"], 1)
    ]
    if "refused" in case:
        assert case["refused"] in refused(desk, files[-1], given=files[:-1])
        return
    for file in files:
        added = desk("add", file)
        assert added.exit_code == 0, added.output
    for question in case["questions"]:
        check_state(desk, question)
    for asked in case.get("find", ()):
        found = desk.json("find", "--who", asked["who"], "--on", asked["on"])
        assert {each["key"] for each in found} == set(asked["keys"])
    if "finding" in case:
        assert case["finding"] in list(findings(desk))


def refused(desk: Desk, file: str, given: list[str]) -> list[str]:
    """Return the codes with which `check` refuses a file; `add` refuses it as well."""
    for each in given:
        assert desk("add", each).exit_code == 0
    position = desk.position()
    assert desk("add", file).exit_code == 2
    assert desk.position() == position
    checked = desk("check", file, "--format", "json")
    assert checked.exit_code == 1
    return [fault["code"] for fault in json.loads(checked.stdout)["faults"]]


def findings(desk: Desk) -> Iterator[str]:
    """Yield the codes of what is odd in the record."""
    found = json.loads(desk("check", "--format", "json").stdout)
    yield from (each["code"] for each in found)


def check_state(desk: Desk, question: dict[str, Any]) -> None:
    """Check standings, absence, quantities and disputes of one facet on one day."""
    known = ["--known", question["known"]] if question["known"] else []
    state = desk.json("state", question["mission"], "--on", question["on"], *known)
    entries = {each["key"]: each for each in state["facets"][question["facet"]]}
    standings = {key: each["standing"] for key, each in entries.items()}
    for key, standing in question["expect"].items():
        assert standings.get(key) == standing, (question, standings)
    assert not entries.keys() & set(question["absent"]), question
    for key in question.get("disputed", ()):
        assert entries[key]["disputed"] is True, question
    for key, bounds in question.get("quantity", {}).items():
        quantity = entries[key]["value"]["quantity"]
        assert [quantity["min"], quantity["max"]] == bounds, question


def test_there_are_cases() -> None:
    """The file was not empty."""
    assert len(KNOWN) >= 24
