"""Differences between two states as a table: entries added, removed and changed."""

from collections.abc import Iterable, Iterator, Sequence

from cli.render import columns, entry_values, state_rows, wording
from cli.render.languages.translation import term, terms
from cli.render.legend import Legend
from cli.render.page import Cell, Line, Mark, Row, Table, grouped
from projections.diff import Difference
from projections.state_object import StateEntry

COLUMNS = ("", "change", "before", "after")


def table(found: Sequence[Difference], legend: Legend) -> Table:
    """Lay out differences by facet, with both sides next to each other."""
    rows: dict[str, list[Row]] = {}
    for each in found:
        rows.setdefault(wording.facet_heading(each.facet), []).append(_row(each, legend))
    return grouped(terms("column", COLUMNS), rows)


def entries_of(found: Iterable[Difference]) -> Iterator[StateEntry]:
    """Yield the entries on either side of each difference."""
    for difference in found:
        yield from (each for each in (difference.before, difference.after) if each)


def row(found: Difference) -> dict[str, object]:
    """Return a difference as a CSV record."""
    sides = {"before": found.before, "after": found.after}
    return found.to_json() | {name: entry and columns.row(entry) for name, entry in sides.items()}


def _row(found: Difference, legend: Legend) -> Row:
    entry = found.after or found.before
    assert entry is not None  # noqa: S101 (a difference has a side)
    word = term("change", found.change)
    change: Line = word if found.change == "changed" else Mark(word)
    return Row(
        (
            state_rows.name(entry, legend),
            change,
            _side(found.before, found, legend),
            _side(found.after, found, legend),
        )
    )


def _side(entry: StateEntry | None, found: Difference, legend: Legend) -> Cell:
    """Show one side: all of it if added or removed, the differing fields if changed."""
    if entry is None:
        return ""
    fields = found.fields or ("standing", "start", "value")
    lines: list[Line] = []
    if "standing" in fields or "disputed" in fields:
        lines.extend(wording.entry_standing(entry))
    if {"start", "end", "last_attested"} & {*fields}:
        lines.extend(state_rows.when(entry))
    if {"value", "label"} & {*fields}:
        lines.extend(entry_values.carried(entry, legend))
    return [*lines, legend.cited(entry.sources)]
