"""Differences between two states as a table: what came, what went, what is answered otherwise."""

from collections.abc import Iterator, Mapping, Sequence

from cli import entries, wording
from cli.page import Cell, Group, Line, Mark, Row, Table
from projections.diff import Difference
from projections.state import StateEntry


def table(found: Sequence[Difference], marks: Mapping[str, int]) -> Table:
    """Lay differences out by facet, both sides beside each other."""
    rows: list[Row | Group] = []
    for facet in dict.fromkeys(each.facet for each in found):
        rows.append(Group(facet.upper()))
        rows.extend(_row(each, marks) for each in found if each.facet == facet)
    return Table(("", "change", "before", "after"), rows)


def sources(found: Sequence[Difference]) -> Iterator[str]:
    """Name the sources under either side of each difference."""
    for difference in found:
        for entry in (difference.before, difference.after):
            yield from entry.sources if entry else ()


def _row(found: Difference, marks: Mapping[str, int]) -> Row:
    entry = found.after or found.before
    assert entry is not None  # noqa: S101 (a difference has a side)
    change: Line = found.change if found.change == "changed" else Mark(found.change)
    return Row(
        (
            entries.name(entry),
            change,
            _side(found.before, found, marks),
            _side(found.after, found, marks),
        )
    )


def _side(entry: StateEntry | None, found: Difference, marks: Mapping[str, int]) -> Cell:
    """Show one side: all of it where it came or went, what differs where it changed."""
    if entry is None:
        return ""
    fields = found.fields or ("standing", "start", "value")
    said: list[Line] = []
    if "standing" in fields or "disputed" in fields:
        said.extend(wording.standing(entry))
    if {"start", "end", "last_attested"} & {*fields}:
        said.extend(entries.when(entry))
    if {"value", "label"} & {*fields}:
        said.extend(entries.carried(entry))
    return [*said, wording.cited(entry.sources, marks)]
