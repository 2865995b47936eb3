"""Answers in another language: every text has a translation, and English is as it was."""

import ast
import csv
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path
from string import Formatter
from typing import get_args

import jinja2
import pytest
from jinja2 import nodes

from cli.render import (
    diff_table,
    entry_values,
    field_text,
    ground_rows,
    legend,
    plan_rows,
    presences,
    state_rows,
    wording,
)
from cli.render.languages import danish_changes, danish_pages
from cli.render.languages.danish import TEXTS
from cli.render.languages.danish_terms import TERMS
from cli.render.languages.translation import TermKind, in_language, language, term, tr
from events import units
from events.catalogue import CLAIM_TYPES
from events.claim_event import value_fields
from events.facets import FACETS, Basis, Role
from events.fields import Sex, Vote
from events.source_description import SourceDescription
from projections.summary import Topic
from projections.weighing.amendments import Kind
from projections.weighing.period import Standing
from projections.why import Part

ROOT = Path(__file__).parents[3]
MODULES = [
    path
    for path in sorted((ROOT / "cli").rglob("*.py"))
    if "cli.render.languages.translation import" in path.read_text("utf-8")
]
"""The modules that tell something in the reader's language."""

TEMPLATES = sorted((ROOT / "cli/site/templates").glob("*.html"))
"""The templates of pages, which tell it in the words of `tr`, too."""


def given(path: Path) -> Iterator[tuple[str, frozenset[str] | None]]:
    """Yield each text that a module has translated, with the names of its values; None: a count."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        literal = [each.value for each in node.args if isinstance(each, ast.Constant)]
        if node.func.id == "tr" and path.name != "counting.py":
            (text,) = literal
            yield str(text), frozenset(str(each.arg) for each in node.keywords)
        elif node.func.id == "count":
            _, one, many = node.args
            assert isinstance(one, ast.Constant)
            assert isinstance(many, ast.Constant)
            yield from ((str(each.value), None) for each in (one, many))


def given_in_template(source: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield each text that a template has translated, with the names of its values."""
    for call in jinja2.Environment(autoescape=True).parse(source).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "tr":
            (text,) = call.args
            named = {str(each.key) for each in call.kwargs}
            if isinstance(call.dyn_kwargs, nodes.Dict):
                named |= {str(each.key.as_const()) for each in call.dyn_kwargs.items}
            yield str(text.as_const()), frozenset(named)


def terms_in_template(source: str) -> Iterator[tuple[str, str]]:
    """Yield the kind and the word of each term that a template has translated."""
    for call in jinja2.Environment(autoescape=True).parse(source).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "term":
            kind, word = (str(each.as_const()) for each in call.args)
            yield kind, word


def placeholders(text: str) -> frozenset[str]:
    """Return the names in braces of a text."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def test_every_text_has_a_danish_one_with_the_same_places() -> None:
    """What is told has a translation, in which every value that is given has a place."""
    texts = [each for path in MODULES for each in given(path)]
    texts += [each for path in TEMPLATES for each in given_in_template(path.read_text("utf-8"))]
    assert {text for text, _ in texts} == set(TEXTS)
    for english, values in texts:
        assert placeholders(TEXTS[english]) == placeholders(english), english
        assert values in (None, placeholders(english)), english


def test_the_caller_names_every_place(tmp_path: Path) -> None:
    """A place without a value, and a text that is put together, are found in what modules give."""
    path = tmp_path / "some.py"
    path.write_text('tr("by {day}", day=day)\ncount(n, "entry", "entries")\n')
    assert [*given(path)] == [("by {day}", frozenset({"day"})), ("entry", None), ("entries", None)]
    path.write_text('tr(f"by {day}")\n')
    with pytest.raises(ValueError, match="not enough values"):
        list(given(path))


def test_every_term_of_a_template_is_in_its_list() -> None:
    """A word that is in no list would be told in English, and is found."""
    found = [each for path in TEMPLATES for each in terms_in_template(path.read_text("utf-8"))]
    assert ("standing", "certain") in found
    assert [(kind, word) for kind, word in found if word not in TERMS.get(kind, ())] == []


def test_templates_name_every_place() -> None:
    """In templates, too, names of values are found, and a text that is put together is refused."""
    told = """{{ tr("by {day}", day=day) }}{{ tr('{from} on', **{"from": day}) }}"""
    assert [*given_in_template(told)] == [
        ("by {day}", frozenset({"day"})),
        ("{from} on", frozenset({"from"})),
    ]
    with pytest.raises(nodes.Impossible):
        list(given_in_template("{{ tr(text) }}"))


def test_a_text_has_one_danish_text() -> None:
    """No table says otherwise than another of the same text."""
    tables = (danish_changes.TEXTS, danish_pages.TEXTS)
    assert all(TEXTS[text] == table[text] for table in tables for text in table)


def unit_words() -> set[str]:
    """Return the English words for what is counted, other than codes and signs of currencies."""
    with Path(units.__file__).with_name("units.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["language"] == "en"]
    return {row["word"] for row in rows if row["word"].upper() != row["kind"]} - {"$", "€"}


def field_names() -> Iterator[str]:
    """Yield the names of fields as rows show them."""
    for kind in CLAIM_TYPES.values():
        keys = {bearing.key.strip("_") for bearing in kind.bears}
        yield from (*value_fields(kind), *(kind.key_fields[:1] or keys))
    yield from SourceDescription._fields


OUTCOMES = (*plan_rows.OUTCOMES.values(), *plan_rows.OUTCOMES_OF_COUNTS.values())
MODEL = ("troops", "police", "experts-on-mission", "staff-officers", "civilians")
"""The categories that have a name of their own; others are shown as they are written."""

LISTED: Mapping[TermKind, Sequence[str]] = {
    "amendment": ["claimed", *Kind],
    "basis": [*Basis],
    "category": [*MODEL, *get_args(Sex)],
    "change": ["added", "removed", "changed"],
    "column": [
        *(*state_rows.COLUMNS, *presences.COLUMNS, *diff_table.COLUMNS),
        *(*plan_rows.COLUMNS, *ground_rows.COLUMNS),
    ],
    "facet": [each.label for each in FACETS.values()],
    "field": [*field_names()],
    "heading": [presences.OTHER_DAYS, presences.LATER],
    "language": [*legend.LANGUAGES.values()],
    "lead": [*field_text.LEADS.values(), *entry_values.MEASURE_LEADS.values()],
    "month": wording.MONTHS,
    "outcome": OUTCOMES,
    "part": [*ground_rows.PARTS.values()],
    "role": [*Role],
    "standing": [*(set(Standing) - {Standing.ASSUMED}), "still assumed"],
    "topic": [*Topic],
    "unit": [*unit_words()],
    "vote": [info.alias or name for name, info in Vote.model_fields.items()],
}
"""The words of which the program keeps a list; a new one is here without being written here."""

CODED = ("category", "field")
"""Those that have hyphens or underscores for the spaces between their words."""


@pytest.mark.parametrize("kind", get_args(TermKind))
def test_every_word_of_a_list_has_a_danish_one(kind: TermKind) -> None:
    """A standing, a facet or a unit without a translation is found, and one that is no more."""
    listed = {str(word) for word in LISTED[kind] if word}
    if kind in CODED:
        listed = {re.sub("[-_]", " ", word) for word in listed}
    assert set(TERMS[kind]) == listed
    assert all(TERMS[kind].values())


def test_there_is_a_list_of_every_part_and_outcome() -> None:
    """Every part of a claim and every outcome of a plan has words in English to begin with."""
    assert set(ground_rows.PARTS) == set(Part)
    assert {*plan_rows.OUTCOMES} == {*plan_rows.OUTCOMES_OF_COUNTS} == {*plan_rows.Outcome}


def test_english_is_its_own_translation() -> None:
    """Without a language asked for, a text is told as it is, with the values in their places."""
    for text in TEXTS:
        values = {name: f"<{name}>" for name in placeholders(text)}
        assert tr(text, **values) == text.format(**values)
    for kind in get_args(TermKind):
        assert all(term(kind, word) == word for word in TERMS[kind])


def test_a_language_holds_in_its_block_alone() -> None:
    """Another thread and a context from before tell English meanwhile; an error ends the block."""
    before = copy_context()
    with in_language("da"):
        with ThreadPoolExecutor(1) as other_thread:
            assert other_thread.submit(tr, "SOURCES").result() == "SOURCES"
        assert before.run(tr, "SOURCES") == "SOURCES"
        assert tr("SOURCES") == "KILDER"
        with pytest.raises(ZeroDivisionError), in_language("en"):
            _ = 1 / 0
        assert language() == "da"
    assert language() == "en"


def test_a_language_that_is_not_spoken_is_refused() -> None:
    """Whoever asks for one gets an error that names those there are."""
    with pytest.raises(LookupError, match="told in en and da, not in sv"), in_language("sv"):
        pass
    assert language() == "en"


def test_danish_is_loaded_only_where_it_is_asked_for() -> None:
    """No command starts slower for the words of a language that it does not tell."""
    program = """
import sys
from cli.main import main
try:
    main(["state", "nmi", "--brief"])
finally:
    assert "cli.render.languages.translation" in sys.modules
    assert not [name for name in sys.modules if "danish" in name]
"""
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True)
