"""The template of an announcement file, and examples of events.

`example(CommandTakenOver)` is an event as it stands in a file, with the fields that it must have:

    - type: command-taken-over
      by: DNK
      on: 2021-05

`template([CommandTakenOver])` is a whole file to fill in. An event in it has every field that its
type can have: those that it must have first, the others as comments.
"""

import textwrap
from collections.abc import Iterable, Iterator

from pydantic import BaseModel

from events.claim_event import Event
from events.files.field_help import AT_LEAST_ONE, help_of
from events.files.file_fields import file_fields
from events.files.json_schema import summary_of
from events.source import Source

SCHEMA_FILE = "announcement.schema.json"
"""The name of the JSON Schema, which editors read from the folder of the file."""

MODELINE = f"# yaml-language-server: $schema={SCHEMA_FILE}\n"
"""The comment by which an editor finds the schema of a file."""

_HEAD = f"""\
{MODELINE}\
# For completion and checks in an editor that knows this line, once in this folder:
#   mission types --format json > {SCHEMA_FILE}
#
# One announcement: what one source states. What follows a # is not read.
# Dates are EDTF: 2021, 2021-05, 2021-05-18, 2021-05?, [..2024-02], 2022-38 (May to
# August).

"""

_WORKED_EXAMPLE = """\
# - type: contribution-deployed        # `mission types` lists them all
#   contribution: dnk-helicopters      # a short name, the same every time
#   contributor: DNK
#   capability: transport helicopters
#   quantity: {max: 3, unit: helicopters, stated: up to three}
#   on: 2021-05/2022-05                # a start and an end
#   basis: planned                     # or decided; left out: reported
#   as_stated: until May 2022          # the words the source has for the date
#   at: paragraph 2                    # where in the source
"""

_COMMENTS_AT, _WIDTH = 26, 80
"""The column at which comments begin, unless the line is longer, and the one by which they end."""


def template(kinds: Iterable[type[Event]] = ()) -> str:
    """Return a file to fill in with events of these types; without any, one with an example."""
    events = [line for kind in kinds for line in ("", *_event(kind))]
    lines = [
        *_commented("mission:", "the mission's short name, such as nato-mission-iraq"),
        "source:",
        *_fields(Source, "  "),
        "events:",
        *events[1:],
    ]
    return _HEAD + "".join(f"{line}\n" for line in lines) + ("" if events else _WORKED_EXAMPLE)


def example(kind: type[BaseModel]) -> list[str]:
    """Return the lines of an event, or of a source, with the fields that it must have."""
    lines = [f"{name}: {help_of(kind, name).example}" for name in _needed(kind)]
    if kind is Source:
        return ["source:", *(f"  {line}" for line in lines)]
    return [f"- type: {kind.model_fields['type'].default}", *(f"  {line}" for line in lines)]


def _needed(kind: type[BaseModel]) -> list[str]:
    """Return the fields that are required, and the first of those of which one is."""
    required = [name for name, is_required in file_fields(kind).items() if is_required]
    return [*required, *AT_LEAST_ONE.get(kind.model_fields["type"].default, ())[:1]]


def _event(kind: type[Event]) -> Iterator[str]:
    yield from _wrapped(summary_of(kind), "  # ")
    yield f"  - type: {kind.model_fields['type'].default}"
    yield from _fields(kind, "    ")


def _fields(kind: type[BaseModel], indent: str) -> Iterator[str]:
    needed = _needed(kind)
    for name in needed:
        yield from _commented(f"{indent}{name}:", _meaning(kind, name))
    for name in file_fields(kind):
        if name not in needed:
            found = help_of(kind, name)
            yield from _commented(f"{indent}# {name}: {found.example}", found.meaning)


def _meaning(kind: type[BaseModel], name: str) -> str:
    """Return what a field means, with an example unless that is in it."""
    found = help_of(kind, name)
    example_given = found.example in found.meaning
    return found.meaning if example_given else f"{found.meaning}; such as {found.example}"


def _commented(line: str, comment: str) -> Iterator[str]:
    """Yield a line and a comment on it, which goes on below where it is long."""
    column = max(_COMMENTS_AT, len(line) + 2)
    if column > _WIDTH // 2:
        yield line
        line, column = "", _COMMENTS_AT
    first, *rest = _wrapped(comment, " " * column + "# ")
    yield line + first[len(line) :]
    yield from rest


def _wrapped(text: str, lead: str) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=lead,
        subsequent_indent=lead,
        break_long_words=False,
        break_on_hyphens=False,
    )
