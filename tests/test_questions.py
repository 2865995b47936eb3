"""The questions whose answers are known, put to the shipped record."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from events.publication import publication
from ledger.shipped.records import load
from projections.state import state
from projections.view import view
from tests.plain_store import PlainStore

QUESTIONS = Path(__file__).parents[2] / "shared" / "questions.json"

if not QUESTIONS.exists():
    pytest.skip("the known answers are kept outside the project", allow_module_level=True)

ASKED: list[dict[str, Any]] = json.loads(QUESTIONS.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def record() -> PlainStore:
    """The shipped record."""
    store = PlainStore()
    load(store, "nmi")
    return store


@pytest.mark.parametrize("question", ASKED, ids=lambda question: question["id"])
def test_the_record_answers_as_is_known(record: PlainStore, question: dict[str, Any]) -> None:
    """Standing, absence, quantity and dispute are what the sources bear out."""
    known = question["known"]
    seen = view(
        record, question["mission"], known=publication(known).last if known is not None else None
    )
    found = state(seen, date.fromisoformat(question["on"]).toordinal())
    entries = {entry.key: entry.to_json() for entry in found.facets[question["facet"]]}
    for key, standing in question["expect"].items():
        assert entries[key]["standing"] == standing, key
    for key in question["absent"]:
        assert key not in entries
    for key in question.get("disputed", []):
        assert entries[key]["disputed"] is True, key
    for key, bounds in question.get("quantity", {}).items():
        value: Any = entries[key]["value"]
        assert [value["quantity"]["min"], value["quantity"]["max"]] == bounds, key


def test_there_are_questions() -> None:
    """The file was not empty."""
    assert len(ASKED) >= 18
