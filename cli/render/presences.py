"""The entries in the state on some day of a span, with their days, as `--during` shows them.

            standing   on these days           sources
COMMAND
Denmark     possible   2020-11-01..2020-12-30  [1-3]
DNK         certain    2020-12-31..2022-04-30
  from 2020-11 / 2020-12, disputed; until 2022-05
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from cli.render import columns, entry_values, local_names, state_rows, wording
from cli.render.languages.translation import term, terms, tr
from cli.render.legend import Legend
from cli.render.page import Bar, Bars, Cell, Line, Notes, Row, Table, grouped, parts
from events.dates.days import BEGINNING, FOREVER, iso_day
from projections.spans import DayRun, Presence, hull
from projections.state_object import StateEntry, day_json

COLUMNS = ("", "standing", "on these days", "sources")


def column_names() -> tuple[str, ...]:
    """Return the names of the columns in the reader's language."""
    return terms("column", COLUMNS)


OTHER_DAYS = "ON OTHER DAYS, FOR SURE OR PERHAPS"
LATER = "NOT CERTAINLY KNOWN OR RECORDED BY THEN"

MOST_LISTED = 8
"""The most entries of other days listed when there is none on the requested day."""


def table(found: Mapping[str, Sequence[Presence]], legend: Legend) -> Table:
    """Lay out entries with their days, by facet."""
    rows = {
        wording.facet_heading(facet): [row_of(each, legend) for each in held]
        for facet, held in found.items()
    }
    return grouped(column_names(), rows)


def row_of(each: StateEntry | Presence, legend: Legend) -> Row:
    """Return an entry as a row of `state_rows`; one of a span with its days as a row of COLUMNS."""
    if not isinstance(each, Presence):
        return state_rows.row(each, legend)
    entry = each.entry
    standings: list[Line] = [wording.standing(run.standing) for run in each.runs]
    if entry.disputed:
        standings.append(wording.disputed())
    dates: tuple[Line, ...] = tuple(state_rows.when(entry))
    cells: tuple[Cell, ...] = (
        state_rows.name(entry, legend),
        standings,
        [_days(run) for run in each.runs],
        legend.cited(entry.sources),
    )
    return Row(cells, below=[_joined(dates), *entry_values.carried(entry, legend, is_dated=True)])


def _joined(lines: Sequence[Line]) -> Line:
    joined: list[object] = []
    for line in lines:
        joined += ["; ", *parts(line)] if joined else parts(line)
    return tuple(joined)  # type: ignore[arg-type]


def bars(groups: Mapping[str, Sequence[Presence]], legend: Legend, first: int, last: int) -> Bars:
    """Return the bars of periods over an axis of days; counts are not periods."""
    drawn = [
        (title, [_bar(each, legend) for each in sorted(group, key=lambda each: hull(each.runs))])
        for title, group in groups.items()
        if group
    ]
    return Bars(first, last, drawn)


def axis(presences: Iterable[Presence], today: int) -> tuple[int, int]:
    """Return the first and last day of an axis: all known days, extended to today."""
    runs = [run for each in presences for run in each.runs]
    days = [day for run in runs for day in (run.first, run.last) if BEGINNING < day < FOREVER]
    return min(days, default=today), max([*days, today])


def _bar(each: Presence, legend: Legend) -> Bar:
    entry = each.entry
    number = f" ({entry.period})" if entry.period > 1 else ""
    return Bar(f"{state_rows.title(entry, legend)}{number}", tuple(_looks(each)))


def _looks(each: Presence) -> Iterator[tuple[int, int, str]]:
    """Yield the runs to draw; days on which sources disagree are drawn again as disputed."""
    for first, last, standing in each.runs:
        yield first, last, standing.value
    for run in each.disputed_runs:
        yield run.first, run.last, "disputed"


def _days(run: DayRun) -> str:
    """Write a run of days as `--during` accepts it, without spaces so that it does not wrap."""
    first, last = (day_json(day) or "" for day in (run.first, run.last))
    return first if first == last and first else f"{first}..{last}"


def days(run: DayRun | tuple[int, int]) -> str:
    """Return days in words: `2020-11-01 to 2020-12-30`, `2020-03-04`, `until …`, `from … on`."""
    first, last, *_ = run
    if first == last:
        return iso_day(first)
    if first == BEGINNING:
        return tr("on any day") if last == FOREVER else tr("until {day}", day=iso_day(last))
    if last == FOREVER:
        return tr("from {day} on", day=iso_day(first))
    return tr("{first} to {last}", first=iso_day(first), last=iso_day(last))


def on_other_days(
    presences: Iterable[tuple[str, Presence]], title: str = OTHER_DAYS
) -> list[Notes]:
    """List on which days entries are, or may be, in the state, each after a lead."""
    found = sorted(presences, key=lambda each: hull(each[1].runs))
    lines: list[tuple[str, Line]] = [
        ("-", f"{lead}{what} {label}: {days(hull(each.runs))}")
        for lead, each in found[:MOST_LISTED]
        for entry in [each.entry]
        for what in [wording.facet(entry.facet)]
        for label in [local_names.label(entry.facet, entry.key, entry.label)]
    ]
    if len(found) > MOST_LISTED:
        how = tr(": `--during ..` shows them") if title == OTHER_DAYS else ""
        lines.append(("-", tr("and {number} more", number=len(found) - MOST_LISTED) + how))
    return [Notes(term("heading", title), lines)] if lines else []


def record(each: StateEntry | Presence) -> dict[str, object]:
    """Return an entry, with its days if it is one of a span, as a JSON object with its facet."""
    entry = each.entry if isinstance(each, Presence) else each
    return {"facet": entry.facet, **each.to_json()}


def row(each: StateEntry | Presence) -> dict[str, object]:
    """Return an entry, with its days if it is one of a span, as a CSV record."""
    if not isinstance(each, Presence):
        return columns.row(each)
    first, last = hull(each.runs)
    standings = [f"{run.standing.value}: {days(run)}" for run in each.runs]
    days_of = {"first": day_json(first), "last": day_json(last), "standings": standings}
    return {**columns.row(each.entry), "days": days_of}
