"""From the text of a file to the plain data a schema wants.

What a field takes is read off the pydantic class once: text, a whole number, true or false, a
list, a mapping. Whole numbers are ASCII digits and nothing else; pydantic would take more.
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
    """Return what each field takes, by its name in a file: a type without its wrappings."""
    return {
        field.alias or name: _bare(field.annotation) for name, field in kind.model_fields.items()
    }


def _bare(annotation: Any) -> Any:  # noqa: ANN401 (an annotation is anything)
    """Take Annotated and Optional off a type; a tuple stands for every list."""
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


def plain(kind: type[BaseModel], node: Mapping, document: Document) -> dict[str, object]:
    """Return a mapping's values as the class's fields want them; what is broken is left out."""
    fields = fields_of(kind)
    data: dict[str, object] = {}
    for name, value in node.values.items():
        made = _value(name, fields.get(name, str), value, document)
        if made is not None:
            data[name] = made
    return data


def _value(name: str, wanted: object, node: Node, document: Document) -> object:
    """Read one value; None where it cannot be read, and then the fault is noted."""
    if isinstance(node, BrokenNode):
        return None
    if wanted is Quantity and not isinstance(node, Mapping):
        return _bare_quantity(node, document)
    if isinstance(wanted, type) and issubclass(wanted, BaseModel):
        if isinstance(node, Mapping):
            return plain(wanted, node, document)
        _misshapen(name, "a mapping", node, document)
        return None
    if wanted is tuple:
        if not isinstance(node, Items):
            _misshapen(name, "a list", node, document)
            return None
        return [read for item in node.items if (read := _value(name, str, item, document))]
    if name in _DATES and isinstance(node, Items):
        # [2020-11,2020-12] without quotes is a list to YAML and one of several days to EDTF.
        parts = [item.value for item in node.items if isinstance(item, Text)]
        if len(parts) == len(node.items):
            return f"[{','.join(parts)}]"
    if not isinstance(node, Text):
        _misshapen(name, "text", node, document)
        return None
    if wanted is int:
        return integer(name, node, document)
    if wanted is bool:
        return boolean(name, node, document)
    return node.value


def _misshapen(name: str, wanted: str, node: Node, document: Document) -> None:
    found = {Text: "text", Items: "a list", Mapping: "a mapping"}[type(node)]
    hint = "put quotes round it" if wanted == "text" else f"write {wanted}"
    if wanted == "a list":
        hint = f"write {name}: [one, another]"
    document.fault("shape", f"{name} takes {wanted}, not {found}", hint, node.line, node.column)


def _bare_quantity(node: Node, document: Document) -> object:
    if isinstance(node, Text) and _INTEGER.fullmatch(node.value):
        return {"min": int(node.value), "max": int(node.value)}
    document.fault(
        "quantity",
        "a quantity is a whole number or a mapping",
        QUANTITY_HINT,
        node.line,
        node.column,
    )
    return None


def integer(name: str, node: Text, document: Document) -> int | None:
    """Read a whole number; None where it is none, and then the fault is noted."""
    if _INTEGER.fullmatch(node.value):
        return int(node.value)
    document.fault(
        "integer", f"{name} takes a whole number", "write digits only: 1500", node.line, node.column
    )
    return None


def boolean(name: str, node: Node, document: Document) -> bool | None:
    """Read true or false; None where it is neither, and then the fault is noted."""
    if isinstance(node, BrokenNode):
        return None
    if isinstance(node, Text) and node.value in ("true", "false"):
        return node.value == "true"
    document.fault(
        "boolean",
        f"{name} is true or false",
        "write true, or leave the line out",
        node.line,
        node.column,
    )
    return None
