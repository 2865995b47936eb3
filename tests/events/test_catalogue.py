"""The catalogue of types is whole, and its schemas say what is stored."""

from functools import cache

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
from events.files.json_schema import announcement_schema, schema_of
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


FILES = jsonschema.Draft202012Validator(announcement_schema())


@given(announcements())
@settings(max_examples=30, deadline=None)
def test_schema_of_files_fits_files(announcement: Announcement) -> None:
    """An editor that checks by the schema has nothing against a file that reads."""
    loaded = yaml.load(write_announcement(announcement), Loader=yaml.BaseLoader)
    del loaded["events"][1:]
    FILES.validate(_numbered(loaded))


def _numbered(value: object) -> object:
    """Read what YAML 1.2 calls a number or a truth as such, as an editor does."""
    if isinstance(value, dict):
        return {name: _numbered(held) for name, held in value.items()}
    if isinstance(value, list):
        return [_numbered(held) for held in value]
    if value in ("true", "false"):
        return value == "true"
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value
