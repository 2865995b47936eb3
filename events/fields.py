"""The types of event fields, with validators.

Every validator's message says what to write; the announcement reader adds the place.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)
from pydantic_core import PydanticCustomError

from events import nations
from events.dates.days import day_number
from events.dates.edtf import parse
from events.dates.edtf_date import Edtf
from events.errors import DateError
from events.facets import FACETS

FIRST_DAY = day_number(1, 1, 1)
LAST_DAY = day_number(9999, 12, 31)
LARGEST_COUNT = 10**12

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_EVENT_ID = re.compile(r"[0-9a-f]{4,64}")
_COORDINATES = re.compile(r"(-?[0-9]{1,2}(?:\.[0-9]{1,6})?), (-?[0-9]{1,3}(?:\.[0-9]{1,6})?)")


def _refuse(code: str, message: str) -> PydanticCustomError:
    # Pass the message as data: braces in user input must not act as placeholders.
    return PydanticCustomError(code, "{message}", {"message": message})


def _matching(pattern: re.Pattern[str], code: str, message: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        if not pattern.fullmatch(text):
            raise _refuse(code, message)
        return text

    return check


def _nation_or_body(code: str) -> str:
    if problem := nations.problem_with(code):
        raise _refuse("nation", problem)
    return code


def _facet_name(text: str) -> str:
    if text not in FACETS:
        raise _refuse("facet", f"unknown facet {text[:100]}: write one of {', '.join(FACETS)}")
    return text


def _plain_text(text: str) -> str:
    if not text.strip():
        raise _refuse("text", "the value is empty: write a value, or remove the line")
    if text.isprintable():  # fast path for most text
        return text
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cs"):
            raise _refuse("text", f"remove the control character U+{ord(character):04X}")
    return text


def _dated(text: str, what: str) -> Edtf:
    """Parse the date of a single event: no interval, no set of several days."""
    try:
        date = parse(text)
    except DateError as error:
        message = f"{error.message}; {error.hint}" if error.hint else error.message
        raise _refuse("date", message) from None
    if date.kind == "interval":
        raise _refuse("date-interval", f"{what} falls on one day: an interval cannot be its date")
    if date.kind == "all-of":
        raise _refuse("date-set", f"{what} falls on one day: write [...] for one of several")
    if "unknown" in (date.start_is, date.end_is) or any(
        day is not None and not FIRST_DAY <= day <= LAST_DAY
        for day in (date.window.first, date.window.last)
    ):
        raise _refuse("date-range", f"the date of {what} must be within the years 0001 to 9999")
    return date


def _event_date(text: str) -> str:
    return _dated(text, "an event").text


def _publication_date(text: str) -> str:
    return _dated(text, "a publication").text


def _web_address(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s<>\"']+", text):
        raise _refuse("url", "a web address must start with http:// or https:// and have no spaces")
    return text


def _coordinates(text: str) -> str:
    found = _COORDINATES.fullmatch(text)
    if not found or abs(float(found[1])) > 90 or abs(float(found[2])) > 180:
        raise _refuse(
            "coordinates",
            "write coordinates as degrees north and east (WGS 84), with a minus for south and west"
            " and at most six decimals: 33.31, -44.37",
        )
    return ", ".join(map(_shortest, found.groups()))


def _shortest(number: str) -> str:
    """Return a decimal number without zeros that say nothing: -0.50 is -0.5, and -0 is 0."""
    sign, digits = ("-", number[1:]) if number.startswith("-") else ("", number)
    whole, _, decimals = digits.partition(".")
    whole, decimals = whole.lstrip("0") or "0", decimals.rstrip("0")
    short = f"{whole}.{decimals}" if decimals else whole
    return short if short == "0" else sign + short


def _distinct(listed: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(listed)) < len(listed):
        raise _refuse("list", "the list names one twice: remove one of them")
    return listed


def _one_or_more(given: object) -> object:
    """Take a list of one for that one, so that one claim has one form."""
    return given[0] if isinstance(given, list | tuple) and len(given) == 1 else given


def _counted(text: str) -> str:
    return text if _SLUG.fullmatch(text) else _nation_or_body(text)


def _limited(limit: int) -> Any:  # noqa: ANN401 (the return type of pydantic.Field)
    return Field(max_length=limit)


Slug = Annotated[
    str,
    _limited(80),
    AfterValidator(
        _matching(
            _SLUG, "slug", "a short name has only lower-case letters, digits and single hyphens"
        )
    ),
]
"""A short name that users type: `dnk-helicopters`."""

NationOrBody = Annotated[str, _limited(16), AfterValidator(_nation_or_body)]
"""`DNK`, `NATO`."""

NationsOrBodies = Annotated[
    tuple[NationOrBody, ...], Field(min_length=1), AfterValidator(_distinct)
]
"""`[DNK, NLD]`, each of them once."""

OneOrMore = Annotated[NationOrBody | NationsOrBodies, BeforeValidator(_one_or_more)]
"""`DNK`, or `[BEL, NOR, PRT]`."""

Counted = Annotated[str, _limited(80), AfterValidator(_counted)]
"""What a strength counts: a nation, a body, or a mission or contingent by its short name."""

EventDate = Annotated[str, _limited(200), AfterValidator(_event_date)]
"""An EDTF date or one-of set, stored as written; `edtf.parse` gives its window."""

PublicationDate = Annotated[str, _limited(200), AfterValidator(_publication_date)]
"""An event date that may have a time."""

ShortPhrase = Annotated[str, _limited(80), AfterValidator(_plain_text)]
"""A few words quoted from the source, never a sentence."""

Line = Annotated[str, _limited(300), AfterValidator(_plain_text)]
"""A title or a name."""

Note = Annotated[str, _limited(2000), AfterValidator(_plain_text)]
"""The record-keeper's own words."""

FacetName = Annotated[str, AfterValidator(_facet_name)]
"""One of `events.facets.FACETS`."""

Sex = Literal["female", "male", "other"]
"""The sex of those counted."""

Coordinates = Annotated[str, AfterValidator(_coordinates)]
"""Degrees north and east in WGS 84, decimal, in their shortest form: `33.31, 44.37`."""

Language = Annotated[
    str,
    AfterValidator(_matching(_LANGUAGE, "language", "write a language as a BCP 47 tag: da, en")),
]
Digest = Annotated[
    str, AfterValidator(_matching(_DIGEST, "digest", "write a digest as sha256: and 64 hex digits"))
]
EventId = Annotated[
    str,
    AfterValidator(
        _matching(
            _EVENT_ID,
            "event-id",
            "write an event id as 4 to 64 hex digits, as `mission log` shows it",
        )
    ),
]
WebAddress = Annotated[str, _limited(2000), AfterValidator(_web_address)]
Count = Annotated[int, Field(ge=0, le=LARGEST_COUNT)]


class Quantity(BaseModel):
    """How many, as vaguely as the source says it: "up to 140" has no lower bound.

    `min` and `max` are inclusive counts of `unit`; at least one is given. `approximate` marks
    "about"; `stated` keeps the source's words.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    min: Count | None = None
    max: Count | None = None
    unit: ShortPhrase | None = None
    approximate: bool = False
    stated: ShortPhrase | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_a_bare_number(cls, given: object) -> object:
        return {"min": given, "max": given} if isinstance(given, str | int) else given

    @model_validator(mode="after")
    def _bounds_in_order(self) -> "Quantity":
        if self.min is None and self.max is None:
            raise _refuse("quantity", "a quantity needs min, max or both")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise _refuse("quantity", f"min {self.min} is more than max {self.max}")
        return self


class Vote(BaseModel):
    """How many voted for and against a mandate, abstained from it, or were absent."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    for_: Count = Field(alias="for")
    against: Count
    abstained: Count | None = None
    absent: Count | None = None
