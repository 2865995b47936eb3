"""Reading entries that were taken in before, without checking their schema once more.

What is in a log was checked against its schema when it was appended or imported, and its id is
the hash of what it says. So an entry that still has the id of its data is as it was: it only has
to be put together again, at a third of the time that `codec.decode` takes. The two give equal
entries, `verify` and `import` go by
`rereading.reread`, and `rebuild` by `decode`.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin

import orjson
from pydantic import BaseModel

from events.catalogue import CLAIM_TYPES
from events.dates.edtf import parse
from events.encoding.codec import Content, Entry, decode, raised, read_instant
from events.errors import DateError, EventError
from events.facets import Basis, Role

_BEFORE = re.compile(rb'{"announcement":"([0-9a-f]{64})","data":')
_DATA = len('{"announcement":"","data":') + 64
"""Where an entry's data begins."""
_AFTER = b',"datacontenttype":"application/json","id":"'

Put = Callable[[Any], object]


def recall(raw: bytes) -> Entry:
    """Read an entry from stored bytes, its id compared with its data, its schema not checked.

    Raises EventError where the bytes are not an entry, or its id is not that of its data.
    """
    try:
        # What is read is what was hashed: no second key of the same name gets in between.
        end = raw.rindex(_AFTER)
        rest = orjson.loads(b"{" + raw[end + 1 :])
        id_ = rest["id"]
        data = raw[_DATA:end]
        head = _BEFORE.match(raw)
        if head is None or hashlib.sha256(data).hexdigest() != id_:
            return decode(raw)  # which says what is wrong, or reads what is written otherwise
        return Entry(
            rest["position"],
            id_,
            read_instant(rest["time"]),
            rest["recordedby"],
            head[1].decode(),
            content_of(orjson.loads(data)),
            raw,
        )
    except (ValueError, KeyError, TypeError, AttributeError, EventError, DateError):
        return decode(raw)  # which says what is wrong


def content_of(data: Mapping[str, object]) -> Content:
    """Put an event together from its data. Raises KeyError where the data lacks a field."""
    kind, content = raised(data)
    made: Content = _put_together(kind, content)
    return made


def _put_together(kind: type[BaseModel], content: Mapping[str, Any]) -> Any:  # noqa: ANN401
    form = _form(kind, tuple(content))
    if tuple(map(type, content.values())) != form.types:
        raise TypeError("a field of another kind")
    fields = form.defaults | dict(zip(form.names, content.values(), strict=True))
    for name, put in form.puts:
        fields[name] = put(fields[name])
    made = kind.__new__(kind)
    # As BaseModel.model_construct does it, which goes through every field once more.
    object.__setattr__(made, "__dict__", fields)
    object.__setattr__(made, "__pydantic_fields_set__", set(form.names))
    object.__setattr__(made, "__pydantic_extra__", None)
    object.__setattr__(made, "__pydantic_private__", None)
    return made


@dataclass(frozen=True, slots=True)
class _ModelLayout:
    """What is needed to put a model together of data that has certain keys.

    The fields' names and the types of their values, in the order of the keys; the values of all
    other fields, in the model's order; and what makes a field's value of its JSON.
    """

    names: tuple[str, ...]
    types: tuple[type, ...]
    defaults: dict[str, object]
    puts: list[tuple[str, Put]]


@cache
def _form(kind: type[BaseModel], keys: tuple[str, ...]) -> _ModelLayout:
    """Work out a form. Raises KeyError where a field is missing, or a key is no field's."""
    fields = kind.model_fields
    called = {field.alias or name: name for name, field in fields.items()}
    names = tuple(called[key] for key in keys)
    needed = {name for name, field in fields.items() if field.is_required()}
    if not needed <= set(names):
        raise KeyError("a field is missing")
    made = {name: _put(name, fields[name].annotation) for name in names}
    return _ModelLayout(
        names,
        tuple(made[name][0] for name in names),
        {name: None if name in needed else field.default for name, field in fields.items()},
        [(name, put) for name, (_, put) in made.items() if put],
    )


def _plain(annotation: Any) -> type:  # noqa: ANN401 (any type)
    """Return the type of a field whose value is as JSON has it."""
    options = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else [annotation]
    for option in options:
        if get_origin(option) is Literal:
            return type(get_args(option)[0])
        bare = option.__origin__ if get_origin(option) is Annotated else option
        if bare in (str, int, bool):
            return cast("type", bare)
    raise TypeError("a field of no known kind")


def _put(name: str, annotation: Any) -> tuple[type, Put | None]:  # noqa: ANN401 (any type)
    """Return the type of a field's JSON, and what makes its value of that if it is another."""
    if name in ("on", "published"):
        return str, _dated
    if name == "target":
        return str, _id
    for part in (annotation, *get_args(annotation)):
        origin = get_origin(part) or part
        if origin is tuple:
            return list, _list
        if origin is Literal and isinstance(get_args(part)[0], Role):
            return str, Role
        if not isinstance(origin, type) or origin is NoneType:
            continue
        if issubclass(origin, Basis):
            return str, _BASES.__getitem__
        if issubclass(origin, BaseModel):
            return dict, _claim if "type" in origin.model_fields else partial(_put_together, origin)
    return _plain(annotation), None


def _dated(text: str) -> str:
    """Return a date as it is. Raises DateError where it is none: every answer reads it."""
    parse(text)
    return text


def _id(text: str) -> str:
    """Return an event's id as it is. Raises ValueError where it is none."""
    bytes.fromhex(text)
    return text


def _list(values: list[str]) -> tuple[str, ...]:
    if not all(type(each) is str for each in values):
        raise TypeError("not a list of texts")
    return tuple(values)


def _claim(data: Mapping[str, object]) -> Content:
    if data["type"] not in CLAIM_TYPES:
        raise TypeError("not a claim")
    return content_of(data)


_BASES = {basis.value: basis for basis in Basis}
