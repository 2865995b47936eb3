"""The template and the examples of types can be filled in to files that read."""

import re

import pytest
from pydantic import BaseModel

from events.fields import Quantity, Vote
from events.files.announcement import Announcement, read_announcement
from events.files.diagnostics import AnnouncementError
from events.files.field_help import AT_LEAST_ONE, FIELDS, help_of
from events.files.file_fields import file_fields
from events.files.template import example, template
from events.record_events import ALL_TYPES
from events.source import Source

HEAD = """\
mission: nmi
source: {id: a, publisher: P, title: T, language: en, published: 2023}
"""
OPTIONAL = re.compile(r"^( {2,4})# ([a-z_]+: .*?)(  +# .*)?$", re.MULTILINE)


def read(text: str) -> Announcement:
    """Read a file; its faults are the message of the test."""
    try:
        return read_announcement(text.encode(), "f.yaml")
    except AnnouncementError as error:
        raise AssertionError("\n".join(map(str, error.faults))) from None


def filled(text: str) -> str:
    """Fill in the required fields of a template with examples, as its comments say."""
    lines, kind = [], "source-recorded"
    for line in text.splitlines():
        if found := re.match(r"  - type: ([a-z-]+)", line):
            kind = found[1]
        if (found := re.match(r"( *([a-z_]+):)  ", line)) and found[2] != "type":
            of = Source if kind == "source-recorded" else ALL_TYPES[kind]
            lines.append(f"{found[1]} {help_of(of, found[2]).example}")
        else:
            lines.append(line)
    return "\n".join(lines)


@pytest.mark.parametrize("name", ALL_TYPES)
def test_the_example_of_a_type_is_an_event(name: str) -> None:
    """What `mission types` shows for a type reads as one event of it."""
    lines = example(ALL_TYPES[name])
    (event,) = read(f"{HEAD}events:\n" + "\n".join(f"  {line}" for line in lines)).events
    assert event.type == name


def test_the_example_of_a_source_is_a_source() -> None:
    """It stands where a file has its source."""
    events = "events:\n- {type: place-opened, place: x, on: 2020}"
    text = "\n".join(["mission: nmi", *example(Source), events])
    assert read(text).source is not None


@pytest.mark.parametrize("name", ALL_TYPES)
def test_a_template_filled_in_reads(name: str) -> None:
    """With the examples in the fields that are required it reads; as it is it does not."""
    text = template([ALL_TYPES[name]])
    with pytest.raises(AnnouncementError) as raised:
        read_announcement(text.encode(), "new.yaml")
    assert {fault.code for fault in raised.value.faults} == {"empty"}
    (event,) = read(filled(text)).events
    assert event.type == name
    assert max(map(len, text.splitlines())) <= 90


@pytest.mark.parametrize("name", ALL_TYPES)
def test_all_a_template_offers_reads(name: str) -> None:
    """Every commented field, uncommented, is taken as it stands there."""
    head, _, rest = template([ALL_TYPES[name]]).partition("\nsource:\n")
    uncommented = OPTIONAL.sub(r"\1\2", rest)
    text = filled(f"{head}\nsource:\n{uncommented}")
    events = read(text).events
    assert events[0].type == name
    fields = {*file_fields(ALL_TYPES[name])} - {"label", "still"}
    named = {(field.alias or each) for each, field in type(events[0]).model_fields.items()}
    assert fields <= named
    assert all(f" {each}:" in text for each in file_fields(ALL_TYPES[name]))


def test_a_template_of_no_types_has_a_true_example() -> None:
    """The worked example, uncommented, is a start and an end."""
    head, _, example_lines = template().partition("events:\n")
    text = filled(head) + "\nevents:\n" + re.sub("^# ", "  ", example_lines, flags=re.MULTILINE)
    assert [event.type for event in read(text).events] == [
        "contribution-deployed",
        "contribution-withdrawn",
    ]


def test_a_template_has_its_types_in_order() -> None:
    """Each as often as it is named."""
    names = ["strength-reported", "command-attested", "strength-reported"]
    text = template([ALL_TYPES[name] for name in names])
    assert re.findall("- type: (.*)", text) == names
    assert len(read(filled(text).replace("counted: DNK", "counted: NLD", 1)).events) == 3


def test_every_field_is_explained_once() -> None:
    """A field that is added to a type has a line of help, and no line is left over."""
    kinds: list[type[BaseModel]] = [*ALL_TYPES.values(), Source, Quantity, Vote]
    used = {
        id(help_of(kind, field)) for kind in kinds for field in file_fields(kind) if field != "type"
    }
    assert {name for name, each in FIELDS.items() if id(each) not in used} == {"type"}
    assert all(each.meaning and each.example for each in FIELDS.values())


@pytest.mark.parametrize("name", AT_LEAST_ONE)
def test_of_several_fields_one_is_required(name: str) -> None:
    """Without any of them the example is refused."""
    lines = [
        line
        for line in example(ALL_TYPES[name])
        if line.partition(":")[0].strip() not in AT_LEAST_ONE[name]
    ]
    with pytest.raises(AnnouncementError):
        read_announcement(f"{HEAD}events:\n{chr(10).join(lines)}".encode(), "f.yaml")
