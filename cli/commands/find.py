"""`mission find`: who had what where, across missions."""

import click

from cli import entries, wording
from cli.failures import AnswerIsNo
from cli.ledger import as_recorded, described, from_sources, position_of, reading, title_of
from cli.options import Known, On, Recorded, clocks, facet_option, format_option, ledger_option
from cli.output import put
from cli.page import Group, Page, Row, Table
from ledger.store import Store
from projections.find import Found, Wanted, find, places_to_look


@click.command(name="find", short_help="Find who had what where, across missions.")
@click.option("--who", metavar="CODE", help="A nation (DNK) or body (NATO).")
@click.option("--what", metavar="TEXT", help="Part of a name, key or capability.")
@click.option("--where", metavar="TEXT", help="Part of a location or place.")
@facet_option
@clocks
@format_option()
@ledger_option
def command(
    *,
    who: str | None,
    what: str | None,
    where: str | None,
    facet: str | None,
    on: On,
    known: Known,
    recorded: Recorded,
    form: str,
    ledger: str | None,
) -> None:
    """Find entries in the state of every mission; whatever is given must fit.

    \b
    Examples:
      mission find --who DNK --what helicopters --on 2021
      mission find --where Kuwait --on 2021-06-15
    """  # noqa: D301
    if not any((who, what, where, facet)):
        raise click.UsageError("say what to look for: --who, --what, --where or --facet")
    wanted = Wanted(facet=facet, who=who, what=what, where=where)
    with reading(ledger) as store:
        upto = position_of(store, recorded)
        end = store.position() if upto is None else upto
        seen = list(places_to_look(store, wanted, on.day, known=known.seconds, upto=end))
        left_out = store.possibly_public(known.seconds, upto=end)
        heading = (str(on), from_sources(known, left_out), as_recorded(store, end, recorded))
        found = list(find(seen, wanted, on.day))
        titles = {each.mission: title_of(each) for each in seen}
        data = [each.to_json() for each in found]

        put(
            form,
            data=data,
            records=data,
            columns=("mission", *entries.CSV_COLUMNS),
            page=lambda: _page(found, heading, titles, store, end),
        )
    if not found:
        raise AnswerIsNo


def _page(
    found: list[Found],
    heading: tuple[str, ...],
    titles: dict[str, str],
    store: Store,
    end: int,
) -> Page:
    if not found:
        return Page("Nothing found", heading, ())
    marks = wording.numbered(source for each in found for source in each.entry.sources)
    rows: list[Row | Group] = []
    missions = dict.fromkeys(each.mission for each in found)
    for mission in missions:
        rows.append(Group(titles[mission]))
        rows.extend(entries.row(each.entry, marks) for each in found if each.mission == mission)
    where = "1 mission" if len(missions) == 1 else f"{len(missions)} missions"
    return Page(
        f"{len(found)} found in {where}",
        heading,
        (
            Table(entries.COLUMNS, rows),
            *entries.disputes([each.entry for each in found], marks),
            *wording.source_notes(marks, described(store, marks, end)),
        ),
    )
