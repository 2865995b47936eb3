"""Convert the text nodes of a file to the plain data a schema expects.

The pydantic class determines what each field takes: text, a whole number, true or false, a list,
a mapping. A whole number consists of ASCII digits only; pydantic would accept more.
"""

import re
from functools import cache
from types import NoneType
from typing import Annotated, Any, TypeVar, get_args, get_origin

from pydantic import BaseModel

from events.fields import OneOrMore, Quantity
from events.files.document import BrokenNode, Document, Items, Mapping, Node, Text

_INTEGER = re.compile("[0-9]{1,18}")
QUANTITY_HINT = (
    "about 500 is {min: 500, max: 500, approximate: true, stated: about 500};"
    " up to 140 is {max: 140, stated: up to 140}"
)
DATES = ("on", "until", "published", "retrieved")
"""The fields that hold a date: one of several may be written as a list."""
_SHAPES: dict[type[Node], tuple[str, str]] = {
    Text: ("text", "put quotes around it"),
    Items: ("a list", "write [one, another]"),
    Mapping: ("a mapping", "write key: value, indented, on lines of its own"),
}
"""What each kind of node is called, and how it is written."""

Expected = TypeVar("Expected", Text, Items, Mapping)


def shaped(
    name: str, kind: type[Expected], node: Node | None, document: Document, hint: str = ""
) -> Expected | None:
    """Return a node of the expected kind; report a fault and return None for another."""
    if isinstance(node, kind):
        return node
    if node is not None and not isinstance(node, BrokenNode):
        expected, how = _SHAPES[kind]
        message = f"{name} must be {expected}, not {_SHAPES[type(node)][0]}"
        document.report(node, "shape", message, hint or how)
    return None


@cache
def fields_of(kind: type[BaseModel]) -> dict[str, Any]:
    """Return the bare type of each field, by its name in a file."""
    return {
        field.alias or name: _bare(field.annotation) for name, field in kind.model_fields.items()
    }


def _bare(annotation: Any) -> Any:  # noqa: ANN401 (an annotation is anything)
    """Strip Annotated and Optional from a type; `tuple` stands for any list.

    `OneOrMore` stands for one text or a list of them.
    """
    while True:
        if get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
        elif get_origin(annotation) is tuple:
            return tuple
        else:
            inner = [part for part in get_args(annotation) if part is not NoneType]
            if [_bare(part) for part in inner] == [str, tuple]:
                return OneOrMore
            if len(inner) != 1 or len(get_args(annotation)) == 1:
                return annotation
            annotation = inner[0]


def field_values(kind: type[BaseModel], node: Mapping, document: Document) -> dict[str, object]:
    """Return a mapping's values as the fields of a class expect them; omit invalid ones."""
    fields = fields_of(kind)
    converted = (
        (name, _value(name, fields.get(name, str), value, document))
        for name, value in node.values.items()
        if not isinstance(value, BrokenNode)
    )
    return {name: value for name, value in converted if value is not None}


def _value(name: str, expected: object, node: Node, document: Document) -> object:
    """Convert one value; report a fault and return None if it is invalid."""
    if expected is Quantity and not isinstance(node, Mapping):
        return _bare_quantity(node, document)
    if isinstance(expected, type) and issubclass(expected, BaseModel):
        mapping = shaped(name, Mapping, node, document)
        return mapping and field_values(expected, mapping, document)
    if expected is tuple or (expected is OneOrMore and isinstance(node, Items)):
        items = shaped(name, Items, node, document)
        texts = (shaped(name, Text, item, document) for item in items.items) if items else ()
        return items and [text.value for text in texts if text]
    if name in DATES and isinstance(node, Items):
        # [2020-11,2020-12] without quotes is a YAML list, and an EDTF set.
        parts = [item.value for item in node.items if isinstance(item, Text)]
        if len(parts) == len(node.items):
            return f"[{','.join(parts)}]"
    if expected is bool:
        return boolean(name, node, document)
    text = shaped(name, Text, node, document)
    return _integer(name, text, document) if text and expected is int else text and text.value


def _bare_quantity(node: Node, document: Document) -> object:
    if isinstance(node, Text) and _INTEGER.fullmatch(node.value):
        return {"min": int(node.value), "max": int(node.value)}
    message = "a quantity must be a whole number or a mapping"
    document.report(node, "quantity", message, QUANTITY_HINT)
    return None


def _integer(name: str, node: Text, document: Document) -> int | None:
    if _INTEGER.fullmatch(node.value):
        return int(node.value)
    message = f"{name} must be a whole number"
    document.report(node, "integer", message, "write digits only: 1500")
    return None


def boolean(name: str, node: Node, document: Document) -> bool | None:
    """Return a boolean; report a fault and return None for anything else."""
    if isinstance(node, Text) and node.value in ("true", "false"):
        return node.value == "true"
    if not isinstance(node, BrokenNode):
        message = f"{name} must be true or false"
        document.report(node, "boolean", message, "write true, or remove the line")
    return None
