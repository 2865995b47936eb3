"""The claims behind an answer as table rows, each with the part it plays.

says    when      part                                    source
start   2020-11   counted                                 [2]
  paragraph 1
  event 86f4e85f74b6, position 31
"""

from collections.abc import Iterator

from cli.render import entry_text, wording
from cli.render.languages.translation import term, terms, tr
from cli.render.legend import Legend
from cli.render.page import Line, Mark, Row
from projections.why import Ground, Part

COLUMNS = ("says", "when", "part", "source")

PARTS = {
    Part.COUNTED: "counted",
    Part.SUPERSEDED: "a plan since revised or overtaken by reports",
    Part.PASSED_OVER: "passed over by a preference",
    Part.RETRACTED: "retracted",
    Part.CORRECTED: "corrected",
    Part.SOURCE_WITHDRAWN: "its source was withdrawn",
}
"""The parts in words."""


def column_names() -> tuple[str, ...]:
    """Return the names of the columns in the reader's language."""
    return terms("column", COLUMNS)


def row(ground: Ground, legend: Legend) -> Row:
    """Return a claim as a row of COLUMNS, with what it states below."""
    claim = ground.claim
    says = term("role", claim.role.value) + wording.period_mark(claim.period)
    basis = wording.basis_mark(claim.basis)
    when = wording.date(claim.edtf) + (f", {basis}" if basis else "")
    words = part(ground.part)
    shown: Line = words if ground.part is Part.COUNTED else Mark(words)
    return Row((says, when, shown, legend.cited([claim.source])), list(details(ground)))


def part(found: Part) -> str:
    """Return the part that a claim plays in an answer, in words."""
    return term("part", PARTS[found])


def details(ground: Ground) -> Iterator[str]:
    """Yield the lines on what a claim states: its words, its values, and what is known of it."""
    claim = ground.claim
    words = wording.quoted(ground.statement.as_stated) if ground.statement.as_stated else ""
    place = ground.statement.at or ""
    if words or place:
        yield ", ".join(each for each in (words, place) if each)
    if values := entry_text.values(ground.statement):
        yield ", ".join(values)
    if ground.reason:
        yield tr("because: {reason}", reason=ground.reason)
    if ground.statement.note:
        yield tr("note: {note}", note=ground.statement.note)
    event = entry_text.short(claim.event)
    yield tr("event {event}, position {position}", event=event, position=claim.position)
