"""Elements of SVG: what is appended is escaped when it is written."""

from collections.abc import Mapping
from xml.etree import ElementTree as Xml

NOTHING: Mapping[str, str | float] = {}


def add(
    parent: Xml.Element,
    tag: str,
    attributes: Mapping[str, str | float] = NOTHING,
    text: str | None = None,
) -> Xml.Element:
    """Append an element with attributes and text; return it."""
    shown = {name: _shown(value) for name, value in attributes.items()}
    found = Xml.SubElement(parent, tag, shown)
    found.text = text
    return found


def add_text(parent: Xml.Element, x: float, y: float, text: str, kind: str = "") -> None:
    """Append a line of text at a place, in a class of the style."""
    of_kind: Mapping[str, str | float] = {"class": kind} if kind else NOTHING
    add(parent, "text", {**of_kind, "x": x, "y": y}, text)


def written(root: Xml.Element) -> str:
    """Return an element as text."""
    Xml.indent(root)
    return Xml.tostring(root, encoding="unicode")


def _shown(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")
