"""`mission find`: who had what where, across missions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import click

from cli.failures import NegativeAnswer, shown
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
from events.names import contains, nearest_or
from ledger.log import Store
from projections import names
from projections.find import (
    FindFilter,
    FoundEntry,
    find,
    find_during,
    named,
    places,
    places_to_look,
)
from projections.spans import Presence
from projections.view import View
from projections.weighing.occurrence import ANY_DAY


@click.command(name="find")
@click.option(
    "--who",
    metavar="NAME",
    shell_complete=completion.parties,
    help="A nation (Denmark, DNK, dansk) or body (NATO).",
)
@click.option("--what", metavar="TEXT", help="Part of a name, key or capability.")
@click.option("--where", metavar="TEXT", help="Part of a location or place.")
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
    """Find entries in the state of every mission; whatever is given must fit.

    \b
    Examples:
      mission find --who Denmark --what helicopters --on 2021
      mission find --where Kuwait --on 2021-06-15
      mission find --who danish --during 2018..2022
    """  # noqa: D301
    check_one_of(span)
    if not any((who, what, where, facets)):
        raise click.UsageError("say what to look for: --who, --what, --where or --facet")
    with reading(ledger) as store:
        party = None if who is None else names.party(store, who)
        asked = _FindQuery(store, FindFilter(facets, party, what, where), on, span, known, recorded)
        views = list(asked.views())
        if span:
            found = list(find_during(views, asked.wanted, span.days))
        else:
            found = list(find(views, asked.wanted, on.day))
        if not found:
            _need_names(asked)
        put(
            form,
            records=[each.to_json() for each in found],
            columns=(*columns.ENTRY, *(columns.DAYS if span else ())),
            page=lambda: _page(asked, found, {each.mission: title_of(each) for each in views}),
            heading={"mission": None, **(span or on).heading, **asked.clocks},
            sheet=lambda: [{"mission": each.mission, **_row(each)} for each in found],
        )
    if not found:
        raise NegativeAnswer


@dataclass(frozen=True)
class _FindQuery:
    """What is looked for, and through which clocks."""

    store: Store
    wanted: FindFilter
    on: ValidDay
    span: DaySpan | None
    known: PublicationLimit
    recorded: RecordPoint

    @cached_property
    def end(self) -> int:
        """The position up to which the log is asked."""
        return end_of(self.store, self.recorded)

    @property
    def clocks(self) -> dict[str, object]:
        """The clocks as every file has them."""
        return clock_columns(self.known, self.recorded, self.end)

    @property
    def heading(self) -> tuple[str, ...]:
        """The lines under a page's title."""
        left_out = self.store.possibly_public(self.known.seconds, upto=self.end)
        return (
            str(self.span or self.on),
            from_sources(self.known, left_out),
            as_recorded(self.store, self.end, self.recorded),
        )

    def views(self, *, ever: bool = False) -> Iterator[View]:
        """Yield views of the missions that what is wanted can be in, then or on any day."""
        day = None if ever or self.span else self.on.day
        return places_to_look(self.store, self.wanted, day, known=self.known.seconds, upto=self.end)


def _row(each: FoundEntry) -> dict[str, object]:
    found = each.what
    return presences.row(found) if isinstance(found, Presence) else columns.row(found)


def _page(asked: _FindQuery, found: Sequence[FoundEntry], titles: Mapping[str, str]) -> Page:
    if not found:
        return Page("Nothing found", asked.heading, _otherwise(asked))
    key = legend(asked.store, entries=(each.entry for each in found), upto=asked.end)
    blocks: list[Block] = []
    missions = list(dict.fromkeys(each.mission for each in found))
    for mission in missions:
        some = [each for each in found if each.mission == mission]
        blocks += [Mark(titles[mission]), _table(some, key, over=asked.span is not None)]
    where = count(len(missions), "mission", "missions")
    return Page(
        f"{len(found)} found in {where}",
        asked.heading,
        (
            *blocks,
            *state_rows.disputes([each.entry for each in found], key),
            *key.notes(),
        ),
    )


def _otherwise(asked: _FindQuery) -> Sequence[Block]:
    """Say when there is something, by the same clocks or else by none."""
    if there := _over_all(asked.views(ever=True), asked.wanted):
        return presences.on_other_days(there)
    if there := _over_all(places_to_look(asked.store, asked.wanted), asked.wanted):
        return presences.on_other_days(there, presences.LATER)
    return ["Nothing in the record fits all of that, on any day."]


def _over_all(views: Iterable[View], wanted: FindFilter) -> list[tuple[str, Presence]]:
    found = find_during(views, wanted, ANY_DAY)
    return [(f"{e.mission}: ", e.what) for e in found if isinstance(e.what, Presence)]


def _table(found: Sequence[FoundEntry], key: Legend, *, over: bool) -> Table:
    """Lay out what was found in one mission, by facet as its state is."""
    rows: list[Row | Group] = []
    for facet in FACETS:
        some = [each.what for each in found if each.entry.facet == facet]
        if some:
            rows.append(Group(facet.upper()))
        rows.extend(
            presences.row_of(each, key) if isinstance(each, Presence) else state_rows.row(each, key)
            for each in some
        )
    return Table(presences.COLUMNS if over else state_rows.COLUMNS, rows)


def _need_names(asked: _FindQuery) -> None:
    """Make sure that each text looked for is found somewhere, whatever the clocks.

    Raises LookupFailure with the nearest names.
    """
    wanted = asked.wanted
    texts = [("--what", wanted.what, named), ("--where", wanted.where, places)]
    views = list(places_to_look(asked.store, FindFilter())) if wanted.what or wanted.where else []
    for option, text, there in texts:
        if text is None:
            continue
        things = list(there(views))
        if not any(contains(name, text) for each in things for name in (each.key, *each.names)):
            raise LookupFailure(
                f"{option} {shown(text)}: nothing in the record is called that",
                hint=nearest_or("a part of a name is enough", text, things),
            )
