"""What a schema has against an event, said at its place in the file and in the file's words."""

import re
from collections.abc import Iterable

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from events.dates.phrases import understand
from events.errors import DateError
from events.facets import Basis
from events.fields import Quantity
from events.files.node_values import QUANTITY_HINT
from events.files.yaml_text import BrokenNode, Document, Items, Mapping, Node, Text
from events.names import did_you_mean

_MEMBER = re.compile("<[^:>]*: ('[^']*')>")
"""A member of an enumeration, as pydantic shows it in a message."""

_HINTS = {
    "date-interval": "write two events, a start and an end",
    "date-set": "write [2020-11,2020-12] for one of several days",
    "quantity": QUANTITY_HINT,
    "slug": "write it like dnk-helicopters",
    "nation": "nations by their three letters (DNK), bodies by their acronym (NATO)",
    "value_error": "see `mission types`",
}


def complain(
    error: ValidationError, node: Mapping, document: Document, known: Iterable[str] = ()
) -> None:
    """Note what a schema has against a mapping; `known` are the keys it could have had."""
    names = list(known)
    for wrong in error.errors(include_url=False, include_input=False):
        if document.full:
            return
        holder, place, name = _found(wrong["loc"], node)
        if isinstance(place, BrokenNode):
            continue
        if wrong["type"] == "missing":
            if name not in holder.values:
                document.fault(
                    "missing-key",
                    f"{name} is missing",
                    f"add a line {name}: …",
                    holder.line,
                    holder.column,
                )
        elif wrong["type"] == "extra_forbidden":
            key = holder.keys[name]
            could = names if holder is node else list(Quantity.model_fields)
            could = [each for each in could if each not in holder.values]
            document.fault(
                "unknown-key",
                f"nothing here is called {name[:100]}",
                did_you_mean(name, could) or f"what it can be: {', '.join(could)}",
                key.line,
                key.column,
            )
        else:
            code, message, hint = _said(wrong, name, _written(place))
            document.fault(code, message, hint, place.line, place.column)


def _found(steps: tuple[int | str, ...], node: Mapping) -> tuple[Mapping, Node, str]:
    """Follow an error's steps into the file: the mapping, the value or its holder, the key."""
    holder, name = node, ""
    place: Node = node
    for step in steps:
        if isinstance(place, Mapping):
            holder, name = place, str(step)
            place = place.values.get(name, place)
        elif isinstance(place, Items) and isinstance(step, int) and step < len(place.items):
            place = place.items[step]
    return holder, place, name


def _written(place: Node) -> str:
    if isinstance(place, Text):
        return place.value
    if isinstance(place, Items):
        return f"[{','.join(item.value for item in place.items if isinstance(item, Text))}]"
    return ""


def _said(wrong: ErrorDetails, name: str, written: str) -> tuple[str, str, str]:
    """Return a complaint's code, its message and what to do."""
    sort, message = wrong["type"], wrong["msg"]
    in_sentence = f"{name}: {message[0].lower()}{message[1:]}" if name else message
    match sort:
        case "date":
            return sort, *_about_date(written, message)
        case "enum":
            code = "basis" if name == "basis" else "choice"
            could = "write " + ", ".join(Basis) if name == "basis" else in_sentence
            return code, f"{written[:100]!r} is no {name}", did_you_mean(written, Basis) or could
        case "literal_error":
            shown = _MEMBER.sub(r"\1", in_sentence)
            return "choice", shown, "write one of those"
        case "string_too_long":
            most = wrong["ctx"]["max_length"]
            return "too-long", f"{name} has {len(written)} characters, {most} at most", "shorten it"
        case "greater_than_equal" | "less_than_equal":
            return "integer", in_sentence, "write a number in that range"
        case "too_short":
            return "shape", f"{name} has nothing in it", f"write {name}: [one, another]"
    code = "value" if "_" in sort else sort
    return code, message.removeprefix("Value error, "), _HINTS.get(sort, "")


def _about_date(text: str, otherwise: str) -> tuple[str, str]:
    """Say what is wrong with a date; where it is words that are understood, what to write."""
    try:
        date, phrase = understand(text)
    except DateError as error:
        return error.message, error.hint
    if phrase is None:
        return otherwise, ""
    still = ", with still: true on what starts then" if phrase.still else ""
    return (
        f"{text!r} is words, not a date",
        f"write {date.text}{still}; the words can stand beside it as as_stated",
    )
