"""The table `monthly`: what is counted, and authorised, at the close of each month.

A row is a count that answers at the close of a month's last day, from its first reading up to the
day asked about. Where several may answer (their order is unknown, or a window is open), each has a
row, and `answers` says how many there are: they are never to be added up. A month without an answer
has no row, and a month whose last day is still ahead of the day asked about has none either.
"""

from collections import Counter
from collections.abc import Iterator

from events.dates.days import BEGINNING, civil_day, day_number, days_in_month, iso_day
from events.facets import COUNT_PARTS, FACETS, key_parts
from projections.exports import words
from projections.exports.periods import BASES, STANDINGS
from projections.exports.table import Column, Row, Table
from projections.spans import answered_over_time
from projections.state import label_of
from projections.state_object import day_json
from projections.view import View
from projections.weighing.occurrence import Days
from projections.weighing.readings import Answer

COUNTED = tuple(name for name, facet in FACETS.items() if not facet.lasting and facet.in_state)

WHO = (
    Column("mission", "string", "the mission's short name", required=True),
    Column("facet", "string", "counted (strength) or authorised (ceiling)", True, COUNTED),
    Column("key", "string", "who is counted, in which category and of which sex", required=True),
    Column("counted", "string", "the nation, body or mission", required=True),
    Column("category", "string", "which of them: police, troops …; empty: all"),
    Column("sex", "string", "of which sex; empty: all"),
    Column("label", "string", "what the key is called"),
)
"""The columns that say who or what is counted."""

COUNT = (
    Column("kind", "string", "the kind of thing that is counted; empty where none is stated"),
    Column("standing", "string", "how sure it is that this count answers", True, STANDINGS),
    Column("disputed", "boolean", "another report of the same date excludes it", required=True),
    Column("min", "integer", "the least it can be; empty: not stated"),
    Column("max", "integer", "the most it can be; empty: not stated"),
    Column("approximate", "boolean", "the source says: about", required=True),
    Column("unit", "string", "what is counted, as the source says it"),
    Column("stated", "string", "the source's words"),
    Column("reading_edtf", "string", "the date of the count as stated, in EDTF", required=True),
    Column("reading_earliest", "date", "the earliest day of that date; empty: open"),
    Column("reading_latest", "date", "the latest day of that date; empty: open"),
    Column("reading_basis", "string", "whether it is reported", True, BASES),
    Column("beside", "string", "the counts that exclude it, and the last reported beside a plan"),
    Column("source", "string", "the id of its source"),
    Column("event", "string", "the id of the event that states it, shortened", required=True),
)
"""The columns of one count that answers."""

_MONTH = (
    Column("month", "yearmonth", "the month", required=True),
    Column("day", "date", "the month's last day, at whose close the count answers", required=True),
    Column("answers", "integer", "how many rows answer for this key, month and kind", True),
)


def _rows(view: View, on: int) -> Iterator[Row]:
    for facet, key in view.counts:
        by_month = list(_by_month(view, facet, key, on))
        many = Counter((day, answer.reading.kind) for day, answer in by_month)
        for day, answer in by_month:
            yield {
                **who(view, facet, key),
                **{"month": iso_day(day)[:-3], "day": iso_day(day)},
                "answers": many[day, answer.reading.kind],
                **counted(answer),
            }


def who(view: View, facet: str, key: str) -> Row:
    """Return what a row says of who or what is counted."""
    parts = key_parts(facet, key)
    return {
        **{"mission": view.mission, "facet": facet, "key": key},
        **{name: parts.get(name) for name in COUNT_PARTS},
        "label": label_of(view, facet, key, 1),
    }


def counted(answer: Answer) -> Row:
    """Return what a row says of a count that answers."""
    reading = answer.reading
    return {
        "kind": reading.kind,
        "standing": answer.standing.value,
        "disputed": answer.disputed,
        **reading.quantity.to_json(),
        "reading_edtf": reading.claim.edtf,
        "reading_earliest": day_json(reading.days.first),
        "reading_latest": day_json(reading.days.last),
        "reading_basis": reading.claim.basis.value,
        "beside": words.of_readings(answer.supporting[1:]),
        "source": reading.claim.source,
        "event": reading.claim.event,
    }


def _by_month(view: View, facet: str, key: str, on: int) -> Iterator[tuple[int, Answer]]:
    """Yield the readings that answer for a key, each with the last day of each month."""
    for days, answer in answered_over_time(view, facet, key, Days(BEGINNING, on)):
        # A reading of an open date has no first month but that of its last day.
        first = days.first if days.first != BEGINNING else min(days.last, answer.reading.days.last)
        yield from ((day, answer) for day in _closes(first, days.last))


def _closes(first: int, last: int) -> Iterator[int]:
    """Yield the last days of months from a first to a last day."""
    year, month, _ = civil_day(first)
    while (close := day_number(year, month, days_in_month(year, month))) <= last:
        if close >= first:
            yield close
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


MONTHLY = Table(
    "monthly",
    "monthly count",
    "A row for each count that answers at the close of a month, by who is counted and category.",
    (*WHO, *_MONTH, *COUNT),
    ("mission", "facet", "key", "month", "event"),
    _rows,
)
