"""`mission find`: search the states of all missions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import click

from cli.failures import NegativeAnswer, printable_text
from cli.inquiry import as_recorded, clock_columns, end_of, from_sources, legend, title_of
from cli.ledger import reading
from cli.options import completion
from cli.options.clocks import PublicationLimit, RecordPoint, ValidDay
from cli.options.common import (
    Facets,
    check_one_of,
    clocks,
    during_option,
    facets_option,
    format_option,
    ledger_option,
)
from cli.options.ranges import DaySpan
from cli.render import columns, presences, state_rows
from cli.render.counting import count
from cli.render.legend import Legend
from cli.render.output import put
from cli.render.page import Block, Group, Mark, Page, Row, Table
from events.errors import LookupFailure
from events.facets import FACETS
from events.names import contains, suggestion_or
from projections import names
from projections.find import (
    FindFilter,
    FoundEntry,
    candidate_views,
    find,
    find_during,
    named,
    places,
)
from projections.question import ClaimStore
from projections.spans import Presence
from projections.view import View
from projections.weighing.occurrence import ANY_DAY


@click.command(name="find")
@click.option(
    "--who",
    metavar="NAME",
    shell_complete=completion.parties,
    help="Only entries of this nation (Denmark, DNK, dansk) or body (NATO).",
)
@click.option("--what", metavar="TEXT", help="Only entries with TEXT in a name, key or capability.")
@click.option("--where", metavar="TEXT", help="Only entries with TEXT in a location or place.")
@facets_option
@during_option
@clocks
@format_option()
@ledger_option
def command(
    *,
    who: str | None,
    what: str | None,
    where: str | None,
    facets: Facets,
    span: DaySpan | None,
    on: ValidDay,
    known: PublicationLimit,
    recorded: RecordPoint,
    form: str,
    ledger: str | None,
) -> None:
    """Search the states of all missions for entries that match all filters.

    At least one of --who, --what, --where and --facet is required.

    \b
    Examples:
      mission find --who Denmark --what helicopters --on 2021
      mission find --where Kuwait --on 2021-06-15
      mission find --who danish --during 2018..2022
    """  # noqa: D301
    check_one_of(span)
    if not any((who, what, where, facets)):
        raise click.UsageError("give at least one of --who, --what, --where and --facet")
    with reading(ledger) as store:
        party = None if who is None else names.party(store, who)
        query = _FindQuery(store, FindFilter(facets, party, what, where), on, span, known, recorded)
        views = list(query.views())
        if span:
            found = list(find_during(views, query.filter, span.days))
        else:
            found = list(find(views, query.filter, on.day))
        if not found:
            _check_names(query)
        put(
            form,
            records=[each.to_json() for each in found],
            columns=(*columns.ENTRY, *(columns.DAYS if span else ())),
            page=lambda: _page(query, found, {each.mission: title_of(each) for each in views}),
            heading={"mission": None, **(span or on).heading, **query.clocks},
            sheet=lambda: [{"mission": each.mission, **_row(each)} for each in found],
        )
    if not found:
        raise NegativeAnswer


@dataclass(frozen=True)
class _FindQuery:
    """A filter, the day or span, and the clocks it is applied through."""

    store: ClaimStore
    filter: FindFilter
    on: ValidDay
    span: DaySpan | None
    known: PublicationLimit
    recorded: RecordPoint

    @cached_property
    def end(self) -> int:
        """The position up to which the log is read."""
        return end_of(self.store, self.recorded)

    @property
    def clocks(self) -> dict[str, object]:
        """The clocks as columns of data formats."""
        return clock_columns(self.known, self.recorded, self.end)

    @property
    def heading(self) -> tuple[str, ...]:
        """The lines under the title of a page."""
        left_out = self.store.possibly_public(self.known.seconds, upto=self.end)
        return (
            str(self.span or self.on),
            from_sources(self.known, left_out),
            as_recorded(self.store, self.end, self.recorded),
        )

    def views(self, *, ever: bool = False) -> Iterator[View]:
        """Yield views of the missions that may match, on the day asked about or, `ever`, on any."""
        day = None if ever or self.span else self.on.day
        return candidate_views(
            self.store, self.filter, day, known=self.known.seconds, upto=self.end
        )


def _row(each: FoundEntry) -> dict[str, object]:
    found = each.what
    return presences.row(found) if isinstance(found, Presence) else columns.row(found)


def _page(query: _FindQuery, found: Sequence[FoundEntry], titles: Mapping[str, str]) -> Page:
    if not found:
        return Page("Nothing found", query.heading, _matches_elsewhere(query))
    key = legend(query.store, entries=(each.entry for each in found), upto=query.end)
    blocks: list[Block] = []
    missions = list(dict.fromkeys(each.mission for each in found))
    for mission in missions:
        entries = [each for each in found if each.mission == mission]
        blocks += [Mark(titles[mission]), _table(entries, key, over=query.span is not None)]
    where = count(len(missions), "mission", "missions")
    return Page(
        f"{len(found)} found in {where}",
        query.heading,
        (
            *blocks,
            *state_rows.disputes([each.entry for each in found], key),
            *key.notes(),
        ),
    )


def _matches_elsewhere(query: _FindQuery) -> Sequence[Block]:
    """Return the matches on other days through the same clocks, or else through none."""
    if matches := _on_any_day(query.views(ever=True), query.filter):
        return presences.on_other_days(matches)
    if matches := _on_any_day(candidate_views(query.store, query.filter), query.filter):
        return presences.on_other_days(matches, presences.LATER)
    return ["Nothing in the record fits all of that, on any day."]


def _on_any_day(views: Iterable[View], wanted: FindFilter) -> list[tuple[str, Presence]]:
    found = find_during(views, wanted, ANY_DAY)
    return [(f"{e.mission}: ", e.what) for e in found if isinstance(e.what, Presence)]


def _table(found: Sequence[FoundEntry], key: Legend, *, over: bool) -> Table:
    """Lay out what was found in one mission, by facet."""
    rows: list[Row | Group] = []
    for facet in FACETS:
        of_facet = [each.what for each in found if each.entry.facet == facet]
        if of_facet:
            rows.append(Group(facet.upper()))
        rows.extend(
            presences.row_of(each, key) if isinstance(each, Presence) else state_rows.row(each, key)
            for each in of_facet
        )
    return Table(presences.COLUMNS if over else state_rows.COLUMNS, rows)


def _check_names(query: _FindQuery) -> None:
    """Check that each text of the filter occurs somewhere, whatever the clocks.

    Raises LookupFailure with the nearest names.
    """
    what, where = query.filter.what, query.filter.where
    texts = [("--what", what, named), ("--where", where, places)]
    views = list(candidate_views(query.store, FindFilter())) if what or where else []
    for option, text, names_in in texts:
        if text is None:
            continue
        things = list(names_in(views))
        if not any(contains(name, text) for each in things for name in (each.key, *each.names)):
            raise LookupFailure(
                f"{option} {printable_text(text)}: nothing in the record is called that",
                hint=suggestion_or("part of a name is enough", text, things),
            )
