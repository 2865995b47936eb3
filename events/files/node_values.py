"""Convert the text nodes of a file to the plain data a schema expects.

The pydantic class determines what each field takes: text, a whole number, true or false, a list,
a mapping. A whole number consists of ASCII digits only; pydantic would accept more.
"""

import re
from functools import cache
from types import NoneType
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel

from events.fields import Quantity
from events.files.yaml_text import BrokenNode, Document, Items, Mapping, Node, Text

_INTEGER = re.compile("[0-9]{1,18}")
QUANTITY_HINT = (
    "about 500 is {min: 500, max: 500, approximate: true, stated: about 500};"
    " up to 140 is {max: 140, stated: up to 140}"
)
_DATES = ("on", "published")


@cache
def fields_of(kind: type[BaseModel]) -> dict[str, Any]:
    """Return the bare type of each field, by its name in a file."""
    return {
        field.alias or name: _bare(field.annotation) for name, field in kind.model_fields.items()
    }


def _bare(annotation: Any) -> Any:  # noqa: ANN401 (an annotation is anything)
    """Strip Annotated and Optional from a type; `tuple` stands for any list."""
    while True:
        if get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
        elif get_origin(annotation) is tuple:
            return tuple
        else:
            inner = [part for part in get_args(annotation) if part is not NoneType]
            if len(inner) != 1 or len(get_args(annotation)) == 1:
                return annotation
            annotation = inner[0]


def field_values(kind: type[BaseModel], node: Mapping, document: Document) -> dict[str, object]:
    """Return a mapping's values as the fields of a class expect them; omit invalid ones."""
    fields = fields_of(kind)
    data: dict[str, object] = {}
    for name, value in node.values.items():
        converted = _value(name, fields.get(name, str), value, document)
        if converted is not None:
            data[name] = converted
    return data


def _value(name: str, expected: object, node: Node, document: Document) -> object:
    """Convert one value; report a fault and return None if it is invalid."""
    if isinstance(node, BrokenNode):
        return None
    if expected is Quantity and not isinstance(node, Mapping):
        return _bare_quantity(node, document)
    if isinstance(expected, type) and issubclass(expected, BaseModel):
        if isinstance(node, Mapping):
            return field_values(expected, node, document)
        _report_shape(name, "a mapping", node, document)
        return None
    if expected is tuple:
        if not isinstance(node, Items):
            _report_shape(name, "a list", node, document)
            return None
        return [read for item in node.items if (read := _value(name, str, item, document))]
    if name in _DATES and isinstance(node, Items):
        # [2020-11,2020-12] without quotes is a YAML list, and an EDTF set.
        parts = [item.value for item in node.items if isinstance(item, Text)]
        if len(parts) == len(node.items):
            return f"[{','.join(parts)}]"
    if not isinstance(node, Text):
        _report_shape(name, "text", node, document)
        return None
    if expected is int:
        return integer(name, node, document)
    if expected is bool:
        return boolean(name, node, document)
    return node.value


def _report_shape(name: str, expected: str, node: Node, document: Document) -> None:
    found = {Text: "text", Items: "a list", Mapping: "a mapping"}[type(node)]
    hint = "put quotes around it" if expected == "text" else f"write {expected}"
    if expected == "a list":
        hint = f"write {name}: [one, another]"
    document.report(
        "shape", f"{name} must be {expected}, not {found}", hint, node.line, node.column
    )


def _bare_quantity(node: Node, document: Document) -> object:
    if isinstance(node, Text) and _INTEGER.fullmatch(node.value):
        return {"min": int(node.value), "max": int(node.value)}
    document.report(
        "quantity",
        "a quantity must be a whole number or a mapping",
        QUANTITY_HINT,
        node.line,
        node.column,
    )
    return None


def integer(name: str, node: Text, document: Document) -> int | None:
    """Return a whole number; report a fault and return None for anything else."""
    if _INTEGER.fullmatch(node.value):
        return int(node.value)
    document.report(
        "integer",
        f"{name} must be a whole number",
        "write digits only: 1500",
        node.line,
        node.column,
    )
    return None


def boolean(name: str, node: Node, document: Document) -> bool | None:
    """Return a boolean; report a fault and return None for anything else."""
    if isinstance(node, BrokenNode):
        return None
    if isinstance(node, Text) and node.value in ("true", "false"):
        return node.value == "true"
    document.report(
        "boolean",
        f"{name} must be true or false",
        "write true, or remove the line",
        node.line,
        node.column,
    )
    return None
