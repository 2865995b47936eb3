"""`mission find`: search the states of all missions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import click

from cli.failures import NegativeAnswer
from cli.inquiry import Inquiry, inquiry, title_of
from cli.options import completion
from cli.options.common import clocks, during_option, facets_option
from cli.options.request import Request, asks
from cli.render import columns, disputes, presences, state_rows
from cli.render.counting import count
from cli.render.legend import Legend
from cli.render.output import put
from cli.render.page import Block, Mark, Page, Row, Table, grouped
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
@click.option(
    "--what",
    metavar="TEXT",
    help="Only entries with TEXT in a name, key, capability, formation, kind or task.",
)
@click.option(
    "--where", metavar="TEXT", help="Only entries with TEXT in a location, place or country."
)
@facets_option
@during_option
@clocks
@asks
def command(request: Request, *, who: str | None, what: str | None, where: str | None) -> None:
    """Search the states of all missions, and what happened, for entries that match all filters.

    At least one of --who, --what, --where and --facet is required.

    \b
    Examples:
      mission find --who Denmark --what helicopters --on 2021
      mission find --where Kuwait --on 2021-06-15
      mission find --who danish --during 2018..2022
    """  # noqa: D301
    if not any((who, what, where, request.facets)):
        raise click.UsageError("give at least one of --who, --what, --where and --facet")
    with inquiry(request) as asked:
        party = None if who is None else names.party(asked.store, who)
        query = _FindQuery(asked, request, FindFilter(request.facets, party, what, where))
        views = list(query.views())
        if request.span:
            found = list(find_during(views, query.filter, request.span.days))
        else:
            found = list(find(views, query.filter, request.on.day))
        if not found:
            _check_names(query)
        put(
            request.form,
            records=[each.to_json() for each in found],
            columns=columns.entry_over_days if request.span else columns.entry,
            page=lambda: _page(query, found, {each.mission: title_of(each) for each in views}),
            heading={"mission": None, **request.when.heading, **asked.columns},
            sheet=lambda: [{"mission": each.mission, **presences.row(each.what)} for each in found],
        )
    if not found:
        raise NegativeAnswer


@dataclass(frozen=True)
class _FindQuery:
    """A filter, and the day or span and the clocks that it is applied through."""

    asked: Inquiry
    request: Request
    filter: FindFilter

    @property
    def heading(self) -> tuple[str, ...]:
        """The lines under the title of a page."""
        known, end = self.asked.known.seconds, self.asked.end
        left_out = self.asked.store.possibly_public(known, upto=end)
        return (str(self.request.when), *self.asked.clocks(left_out))

    def views(self, *, ever: bool = False) -> Iterator[View]:
        """Yield views of the missions that may match, on the day asked about or, `ever`, on any."""
        day = None if ever or self.request.span else self.request.on.day
        known, end = self.asked.known.seconds, self.asked.end
        return candidate_views(self.asked.store, self.filter, day, known=known, upto=end)


def _page(query: _FindQuery, found: Sequence[FoundEntry], titles: Mapping[str, str]) -> Page:
    if not found:
        return Page("Nothing found", query.heading, _matches_elsewhere(query))
    key = query.asked.legend(entries=(each.entry for each in found))
    blocks: list[Block] = []
    missions = list(dict.fromkeys(each.mission for each in found))
    for mission in missions:
        entries = [each for each in found if each.mission == mission]
        over = query.request.span is not None
        blocks += [Mark(titles[mission]), _table(entries, key, over=over)]
    where = count(len(missions), "mission", "missions")
    blocks += [*disputes.notes([each.entry for each in found], key), *key.notes()]
    return Page(f"{len(found)} found in {where}", query.heading, blocks)


def _matches_elsewhere(query: _FindQuery) -> Sequence[Block]:
    """Return the matches on other days through the same clocks, or else through none."""
    if matches := _on_any_day(query.views(ever=True), query.filter):
        return presences.on_other_days(matches)
    if matches := _on_any_day(candidate_views(query.asked.store, query.filter), query.filter):
        return presences.on_other_days(matches, presences.LATER)
    return ["Nothing in the record fits all of that, on any day."]


def _on_any_day(views: Iterable[View], wanted: FindFilter) -> list[tuple[str, Presence]]:
    found = find_during(views, wanted, ANY_DAY)
    return [(f"{e.mission}: ", e.what) for e in found if isinstance(e.what, Presence)]


def _table(found: Sequence[FoundEntry], key: Legend, *, over: bool) -> Table:
    """Lay out what was found in one mission, by facet."""
    rows: dict[str, list[Row]] = {facet.label: [] for facet in FACETS.values()}
    for each in found:
        rows[FACETS[each.entry.facet].label].append(presences.row_of(each.what, key))
    names = presences.column_names() if over else state_rows.column_names()
    return grouped(names, rows)


def _check_names(query: _FindQuery) -> None:
    """Check that each text of the filter occurs somewhere, whatever the clocks.

    Raises LookupFailure with the nearest names.
    """
    what, where = query.filter.what, query.filter.where
    texts = [("--what", what, named), ("--where", where, places)]
    views = list(candidate_views(query.asked.store, FindFilter())) if what or where else []
    for option, text, names_in in texts:
        if text is None:
            continue
        things = list(names_in(views))
        if not any(contains(name, text) for each in things for name in (each.key, *each.names)):
            raise LookupFailure(
                f"{option} {text}: nothing in the record is called that",
                hint=suggestion_or("part of a name is enough", text, things),
            )
