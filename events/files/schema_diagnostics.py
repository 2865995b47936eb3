"""Translate pydantic's validation errors into diagnostics at places in an announcement file."""

import re
from collections.abc import Iterable

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from events.catalogue import CLAIM_TYPES
from events.dates.phrases import parse_date
from events.errors import DateError
from events.facets import Basis, Role
from events.fields import Quantity, Vote
from events.files.document import BrokenNode, Document, Items, Mapping, Node, Text
from events.files.node_values import QUANTITY_HINT, fields_of
from events.names import did_you_mean

_MEMBER = re.compile("<[^:>]*: ('[^']*')>")
"""An enumeration member as it appears in pydantic's messages."""

_OTHER_FORM = {("tuple_type", Text), ("string_type", Items)}
"""Errors of a field that takes a text or a list, about the form that it is not written in."""

_HINTS = {
    "date-interval": "write [2021-05..2021-06] for some day of these months",
    "date-set": "write [2020-11,2020-12] for one of several dates",
    "quantity": QUANTITY_HINT,
    "event-id": "an event further up in this file goes by its label: =x",
    "slug": "write it like dnk-helicopters",
    "nation": "write a nation as three letters (DNK), a body as its acronym (NATO)",
    "value_error": "`mission types` describes the event types",
}


_INTERVAL_HINTS = {
    Role.START: "write two events, a start and an end",
    Role.END: "write the interval on a start; or two events, a start and an end",
    Role.ATTESTATION: "write a start and an end; or attest one day",
    Role.READING: "write its first day, and until: with the day from which on it holds no more",
}
"""What to write for an interval as the date of an event, by its role."""


def report_errors(
    error: ValidationError, node: Mapping, document: Document, known: Iterable[str] = ()
) -> None:
    """Report a mapping's validation errors; `known` are the keys it may have."""
    names = list(known)
    for details in _without_other_forms(error.errors(include_url=False, include_input=False)):
        if document.full:
            return
        holder, place, name = _located(details["loc"], node)
        if isinstance(place, BrokenNode) or (details["type"], type(place)) in _OTHER_FORM:
            continue
        if details["type"] == "missing":
            if name not in holder.values:
                hint = f"add a line {name}: …"
                document.report(holder, "missing-key", f"{name} is missing", hint)
        elif details["type"] == "extra_forbidden":
            nested = Vote if "vote" in details["loc"] else Quantity
            possible = names if holder is node else list(fields_of(nested))
            unused = [each for each in possible if each not in holder.values]
            hint = did_you_mean(name, unused) or f"possible keys: {', '.join(unused)}"
            document.report(holder.keys[name], "unknown-key", f"unknown key {name[:100]}", hint)
        else:
            code, message, hint = _described(details, name, _source_text(place))
            if code == "date-interval" and name == "on":
                hint = _about_interval(node) or hint
            document.report(place, code, message, hint)


def _without_other_forms(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """Leave out that a value is not of another form, where one form has an error of its own.

    A field that is one word or a list has errors of both forms.
    """
    other_form = ("tuple_type", "string_type")
    told = {each["loc"][0] for each in errors if each["loc"] and each["type"] not in other_form}
    return [
        each
        for each in errors
        if each["type"] not in other_form
        or each["loc"][0] not in told
        or "[" not in str(each["loc"][-1])  # the step to a form: "tuple[…]"
    ]


def _located(steps: tuple[int | str, ...], node: Mapping) -> tuple[Mapping, Node, str]:
    """Follow an error's location in the file to a mapping, the value (or mapping) and the key."""
    holder, name = node, ""
    place: Node = node
    for step in steps:
        if isinstance(place, Mapping):
            holder, name = place, str(step)
            place = place.values.get(name, place)
        elif isinstance(place, Items) and isinstance(step, int) and step < len(place.items):
            place = place.items[step]
    return holder, place, name


def _source_text(place: Node) -> str:
    if isinstance(place, Text):
        return place.value
    if isinstance(place, Items):
        return f"[{','.join(item.value for item in place.items if isinstance(item, Text))}]"
    return ""


def _described(details: ErrorDetails, name: str, written: str) -> tuple[str, str, str]:
    """Return the code, message and hint for a validation error."""
    error_type, message = details["type"], details["msg"]
    in_sentence = f"{name}: {message[0].lower()}{message[1:]}" if name else message
    match error_type:
        case "date":
            return error_type, *_about_date(written, message)
        case "enum":
            code = "basis" if name == "basis" else "choice"
            choices = "write reported, decided or planned" if name == "basis" else in_sentence
            message = f"{written[:100]!r} is not a {name}"
            return code, message, did_you_mean(written, Basis) or choices
        case "literal_error":
            return "choice", _MEMBER.sub(r"\1", in_sentence), "write one of these"
        case "string_too_long":
            limit = details["ctx"]["max_length"]
            return "too-long", f"{name} has {len(written)} characters (max. {limit})", "shorten it"
        case "greater_than_equal" | "less_than_equal":
            return "integer", in_sentence, "write a number in this range"
        case "too_short":
            return "shape", f"{name} is empty", f"write {name}: [one, another]"
    code = "value" if "_" in error_type else error_type
    return code, message.removeprefix("Value error, "), _HINTS.get(error_type, "")


def _about_interval(event: Mapping) -> str:
    """Return what to write for an interval as the date of an event; empty if nothing special."""
    name = event.values.get("type")
    kind = CLAIM_TYPES.get(name.value) if isinstance(name, Text) else None
    return _INTERVAL_HINTS.get(kind.bears[0].role, "") if kind else ""


def _about_date(text: str, otherwise: str) -> tuple[str, str]:
    """Return the message and hint for an invalid date; for a known phrase, what to write."""
    try:
        date, phrase = parse_date(text)
    except DateError as error:
        return error.message, error.hint
    if phrase is None:
        return otherwise, ""
    still = ", with still: true on the start" if phrase.still else ""
    return (
        f"{text!r} is a phrase, not an EDTF date",
        f"write {date.text}{still}; as_stated can keep the words",
    )
