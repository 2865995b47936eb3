"""The catalogue of types is whole, and its schemas say what is stored."""

import re
from functools import cache
from typing import Any, ClassVar

import jsonschema
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.catalogue import CLAIM_TYPES, type_bearing
from events.encoding.codec import to_data
from events.errors import LookupFailure
from events.facets import FACETS, Role
from events.files.announcement import Announcement
from events.files.announcement_text import write_announcement
from events.files.field_help import help_of
from events.files.file_fields import file_fields
from events.files.json_schema import announcement_schema, schema_of
from events.files.template import example
from events.record_events import ALL_TYPES
from tests.strategies import announcements, events_of, sources


def test_every_period_can_start_end_and_be_attested() -> None:
    """Each facet has a type for each of its roles: some are only read, or happen."""
    other = {"strength": Role.READING, "ceiling": Role.READING, "happening": Role.HAPPENING}
    for facet, kind in FACETS.items():
        assert kind.lasting == (facet not in other)
        lasting = (Role.START, Role.END, Role.ATTESTATION)
        for role in lasting if kind.lasting else (other[facet],):
            assert type_bearing(facet, role) is not None, (facet, role)


def test_bearings_name_fields_that_exist() -> None:
    """A bearing's key and period are fields of its type, or put together from some of them."""
    for kind in CLAIM_TYPES.values():
        for bearing in kind.bears:
            assert bearing.facet in FACETS
            assert bearing.period in kind.model_fields
            assert bearing.key in kind.model_fields or hasattr(kind, bearing.key)
            assert {*kind.key_fields} <= {*kind.model_fields}


@cache
def checker_of(name: str) -> jsonschema.Draft202012Validator:
    """Return what checks by a type's schema, once that is checked itself."""
    jsonschema.Draft202012Validator.check_schema(schema_of(name))
    return jsonschema.Draft202012Validator(schema_of(name))


@pytest.mark.parametrize("name", sorted(ALL_TYPES))
@given(st.data())
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
def test_schema_fits_what_is_stored(name: str, data: st.DataObject) -> None:
    """Each type's schema takes its own events and refuses a key it does not know."""
    checker = checker_of(name)
    stored = to_data(data.draw(events_of(ALL_TYPES[name], "um", "nmi")))
    checker.validate(stored)
    assert not checker.is_valid({**stored, "surprise": 1})
    assert not checker.is_valid({key: stored[key] for key in stored if key != "version"})


@given(sources)
def test_schema_fits_sources(source: object) -> None:
    """A source's schema takes every source."""
    checker_of("source-recorded").validate(to_data(source))  # type: ignore[arg-type]


def test_unknown_type() -> None:
    """A name that is nearly a type's gets that type suggested."""
    with pytest.raises(LookupFailure) as raised:
        schema_of("command-atested")
    assert "command-attested" in raised.value.hint


def test_schema_of_files_is_a_schema() -> None:
    """Editors can load it."""
    jsonschema.Draft202012Validator.check_schema(announcement_schema())


FILE_SCHEMA = announcement_schema()
FILES = jsonschema.Draft202012Validator(FILE_SCHEMA)


@given(announcements())
@settings(max_examples=30, deadline=None)
def test_schema_of_files_fits_files(announcement: Announcement) -> None:
    """An editor that checks by the schema has nothing against a file that reads."""
    loaded = in_an_editor(write_announcement(announcement))
    del loaded["events"][1:]
    FILES.validate(loaded)


class EditorLoader(yaml.SafeLoader):
    """Reads what YAML 1.2 calls a number or a truth value as such, as an editor does."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}


EditorLoader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile("[0-9]+$"), [*"0123456789"])
EditorLoader.add_constructor("tag:yaml.org,2002:int", lambda _, node: int(node.value))
EditorLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true$|false$"), [*"tf"])


def in_an_editor(text: str) -> Any:  # noqa: ANN401 (YAML)
    """Return what an editor checks of a file by its schema."""
    return yaml.load(text, EditorLoader)


HEAD = "source: {id: a, publisher: P, title: T, language: en, published: 2023}\nevents:\n"


@pytest.mark.parametrize("name", ALL_TYPES)
def test_examples_fit_the_schema_of_files(name: str) -> None:
    """What `mission types` shows, and each example that an editor offers for a field."""
    kind = ALL_TYPES[name]
    FILES.validate(in_an_editor("\n".join([HEAD, *example(kind)])))
    definitions = FILE_SCHEMA["$defs"]
    properties = definitions[name]["properties"]
    assert properties.keys() == {"type", *file_fields(kind)}
    for field, part in properties.items():
        if field != "type":
            assert part["description"] == help_of(kind, field).meaning
            (given,) = part["examples"]
            jsonschema.Draft202012Validator({**part, "$defs": definitions}).validate(given)


@pytest.mark.parametrize(
    ("event", "place"),
    [
        ("{type: command-taken-over, on: 2020}", "'by' is a required property"),
        ("{type: command-taken-over, by: DNK, on: 2020, too: x}", "'too' was unexpected"),
        ("{type: command-takn-over, by: DNK}", "'command-takn-over' is not one of"),
        ("{by: DNK}", "'type' is a required property"),
        ("{type: command-attested, by: DNK, basis: planned}", "'planned' is not one of"),
        ("{type: mandate-extended, mandate: x, on: 2022, basis: reported}", "is not one of"),
        ("{type: command-taken-over, by: DNK, on: 2020, basis: unless-ahead}", "is not one of"),
        ("{type: strength-reported, counted: DNK, quantity: {unit: x}}", "is not valid"),
        ("{type: strength-reported, counted: DNK, quantity: 1, sex: x}", "'x' is not one of"),
        ("{type: command-taken-over, by: DNK, on: 2020, dated_by_source: true}", "unexpected"),
        ("{type: command-relinquished, by: DNK, on: 2020, still: true}", "'still' was unexpected"),
        ("{type: contribution-strength-reported, contribution: x}", "is not valid under any"),
        (
            "{type: claim-corrected, target: abcd, reason: r,"
            " claim: {type: command-taken-over, by: DNK, on: 2020, still: true}}",
            "False schema does not allow True",
        ),
        (
            "{type: claim-corrected, target: abcd, reason: r, claim: {type: claim-retracted}}",
            "is not one of",
        ),
    ],
)
def test_schema_of_files_points_at_what_is_wrong(event: str, place: str) -> None:
    """One error, about the event of that type, not one for each of all types."""
    (error,) = FILES.iter_errors(in_an_editor(f"{HEAD}- {event}"))
    assert place in error.message


@pytest.mark.parametrize(
    "event",
    [
        "{type: command-relinquished, by: DNK, on: 2020, basis: unless-ahead}",
        "{type: command-taken-over, by: DNK, on: [2020-11,2020-12], still: true, label: x}",
        "{type: contribution-deployed, contribution: x, contributor: [DNK, NLD], on: 2020}",
        "{type: contribution-deployed, contribution: x, contributor: DNK, on: 2020, quantity: 2}",
        "{type: mandate-adopted, mandate: x, on: 2020, vote: {for: 2, against: 1}}",
        "{type: claim-retracted, target: =x, reason: r}",
        "{type: strength-reported, counted: DNK, quantity: {max: 3}, until: [..2024-02]}",
    ],
)
def test_schema_of_files_takes_short_forms(event: str) -> None:
    """What the reader takes, an editor takes."""
    FILES.validate(in_an_editor(f"{HEAD}- {event}"))
