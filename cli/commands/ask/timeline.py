"""`mission timeline`: what happened by date, in one mission or of one party in all."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import click

from cli.failures import NegativeAnswer
from cli.inquiry import Inquiry, inquiry, title_of
from cli.options import completion
from cli.options.clocks import today
from cli.options.common import during_option, facets_option, mission_optional, record_clocks
from cli.options.ranges import DaySpan, read_from_to
from cli.options.request import Request, asks
from cli.render import columns, entry_values, field_text, presences, wording
from cli.render.counting import count
from cli.render.legend import Legend
from cli.render.output import put
from cli.render.page import Block, Cell, Line, Mark, Page, Row, Table
from events import nations
from events.dates.days import BEGINNING, FOREVER
from events.facets import FACETS, MEASURES, Role
from events.names import NamedThing
from projections import names
from projections.find import FindFilter, candidate_views, of_party
from projections.question import Question, SpanQuestion
from projections.spans import Presence, presences_during
from projections.state_object import StateEntry
from projections.timeline import TimelineRow, timeline
from projections.view import View
from projections.weighing.claims import dates_of
from projections.weighing.occurrence import ANY_DAY, Days

ROW = (
    *("earliest", "latest", "edtf", "role", "facet", "key", "period", "label", "basis"),
    *("disputed", "sources", "events"),
    *(f"{measure}.{field}" for measure in MEASURES for field in columns.QUANTITY),
)


def _columns() -> tuple[str, ...]:
    """Return the columns of what happened."""
    return (*ROW, *columns.stated(), "variants")


def _columns_over_days() -> tuple[str, ...]:
    """Return the columns where what was in force in a span is listed, too."""
    over = ("standing", *columns.value(), *columns.DAYS, "planned_fields")
    return (*_columns(), *over)


ROLES = {
    Role.START: "begins",
    Role.END: "ends",
    Role.ATTESTATION: "attested",
}


@click.command(name="timeline")
@mission_optional
@click.option(
    "--who",
    metavar="NAME",
    shell_complete=completion.parties,
    help="Only this nation or body; without MISSION, in all missions.",
)
@facets_option
@click.option(
    "--key",
    metavar="KEY",
    shell_complete=completion.keys,
    help="Only this key, given by its beginning or by name.",
)
@click.option("--from", "since", metavar="DATE", help="Only what may fall on this day or later.")
@click.option("--to", "until", metavar="DATE", help="Only what may fall on this day or earlier.")
@during_option
@click.option("--all", "everything", is_flag=True, help="Include attestations.")
@click.option("--no-bars", is_flag=True, help="Do not draw bars.")
@record_clocks
@asks
def command(
    request: Request,
    *,
    mission: str | None,
    who: str | None,
    key: str | None,
    since: str | None,
    until: str | None,
    everything: bool,
    no_bars: bool,
) -> None:
    """List the starts, ends, counts and happenings of MISSION by date, including planned ones.

    If the terminal is wide enough, draws periods as bars, up to today. With --during, also lists
    what was in force on some day of a span.

    \b
    Examples:
      mission timeline nmi
      mission timeline nmi --facet command --from 2020
      mission timeline --who Denmark
      mission timeline nmi --key helicopters
    """  # noqa: D301
    if mission is None and who is None:
        raise click.UsageError("name a MISSION, or a nation or body with --who")
    span = request.span
    if span and (since is not None or until is not None):
        raise click.UsageError("--during cannot be combined with --from or --to")
    if key is not None and mission is None:
        raise click.UsageError("--key requires a MISSION")
    days = span or read_from_to(since, until)
    with inquiry(request) as asked:
        store, known, end = asked.store, asked.known.seconds, asked.end
        party = None if who is None else names.party(store, who)
        query = _TimelineQuery(request, party, key, days, everything)
        if mission is None:
            found = candidate_views(store, FindFilter(who=party), known=known, upto=end)
            parts = [part for seen in found if (part := _part(seen, query)).rows or part.by_facet]
            left_out = store.possibly_public(known, upto=end)
        else:
            drawn = request.form == "table" and not no_bars
            one = asked.of_mission(mission, None if drawn else query.question)
            parts = [_part(one.seen, query)]
            left_out = one.seen.visible.possibly_public
        when = [str(days)] if str(days) else []
        put(
            request.form,
            records=[each for part in parts for each in part.records(presences.record)],
            columns=_columns if span is None else _columns_over_days,
            sheet=lambda: [
                _in_words(each) for part in parts for each in part.records(presences.row)
            ],
            page=lambda: Page(
                _title(parts, party if mission is None else None),
                (*when, *asked.clocks(left_out)),
                list(_blocks(asked, parts, days.days, bars=not no_bars, over=span is not None)),
            ),
            heading={"mission": None, **days.heading, **asked.columns},
        )
    if not any(part.rows or part.in_force for part in parts):
        raise NegativeAnswer


@dataclass(frozen=True)
class _TimelineQuery:
    """Which happenings and periods of a mission to show."""

    request: Request
    who: str | None
    key: str | None
    days: DaySpan
    everything: bool

    @property
    def shown(self) -> bool:
        """Whether to show what was in force, in addition to what happened."""
        return self.request.form in ("table", "markdown") or self.request.span is not None

    @property
    def question(self) -> Question | None:
        """The part of the record that the answer depends on; None for all of it."""
        narrowed = self.request.span or self.who or self.key is not None
        return None if self.days.days == ANY_DAY or narrowed else SpanQuestion(*self.days.days)


@dataclass(frozen=True)
class _Part:
    """The timeline of one mission: what happened by date, and what was in force by facet.

    `by_facet` holds what was in force on some of the days; it is drawn as bars and, if `over` is
    set (with --during), listed too.
    """

    seen: View
    rows: list[TimelineRow]
    by_facet: dict[str, list[Presence]]
    over: bool

    @property
    def in_force(self) -> list[Presence]:
        """What was in force on some day of --during; empty without it."""
        return [each for held in self.by_facet.values() for each in held] if self.over else []

    def records(
        self, to_record: Callable[[Presence], dict[str, object]]
    ) -> Iterator[dict[str, object]]:
        """Yield records of what happened and, with --during, of what was in force."""
        for row in self.rows:
            yield {"mission": self.seen.mission, **row.to_json()}
        for each in self.in_force:
            yield {"mission": self.seen.mission, "role": "in-force", **to_record(each)}


def _in_words(record: dict[str, object]) -> dict[str, object]:
    """Return a record for a spreadsheet, with the other values of its fields in words."""
    variants = wording.as_mapping(record.get("variants"))
    return {**record, "variants": columns.variants(variants)} if variants else record


def _part(seen: View, query: _TimelineQuery) -> _Part:
    key = None if query.key is None else names.key(seen, query.key)
    of_who = of_party(seen, query.who) if query.who else None

    def matches(each: TimelineRow | StateEntry) -> bool:
        return (
            query.request.takes(each.facet)
            and key in (None, each.key)
            and (of_who is None or (each.facet, each.key, each.period) in of_who)
        )

    everything = (
        presences_during(seen, query.days.days)
        if query.shown and seen.complete_periods is None
        else {}
    )
    by_facet = {
        facet: [each for each in held if matches(each.entry)] for facet, held in everything.items()
    }
    rows = [
        row
        for row in timeline(seen)
        if matches(row)
        and (query.everything or row.role is not Role.ATTESTATION)
        and query.days.days.narrowed(row.days)
    ]
    return _Part(seen, rows, by_facet, query.request.span is not None)


def _title(parts: Sequence[_Part], party: str | None) -> str:
    if party is None:
        return title_of(parts[0].seen)
    name = str(nations.known().get(party, NamedThing(party)))
    return f"{name} in {count(len(parts), 'mission', 'missions')}"


def _blocks(
    asked: Inquiry, parts: Sequence[_Part], days: Days, *, bars: bool, over: bool
) -> Iterator[Block]:
    shown = [each for part in parts for held in part.by_facet.values() for each in held]
    cited = [source for part in parts for row in part.rows for source in row.sources]
    key = asked.legend(cited, (each.entry for each in shown))
    if not over:
        key = key.beginning_with(cited, only=True)
    first, last = presences.axis(shown, today().day)
    first = first if days.first == BEGINNING else days.first
    last = last if days.last == FOREVER else days.last
    for part in parts:
        if len(parts) > 1:
            yield Mark(title_of(part.seen))
        periods = {facet: held for facet, held in part.by_facet.items() if FACETS[facet].lasting}
        if bars and any(periods.values()):
            titled = {FACETS[facet].label.upper(): held for facet, held in periods.items()}
            yield presences.bars(titled, key, first, last)
        if part.in_force:
            yield presences.table(part.by_facet, key)
        yield _table(part.rows, key) if part.rows else _NOTHING
    yield from key.notes()


_NOTHING = "Nothing in the record begins, ends, happens or is counted there."


def _table(rows: Sequence[TimelineRow], key: Legend) -> Table:
    return Table(
        ("when", "what", "", "sources"),
        [Row((_when(row), _what(row), _name(row, key), key.cited(row.sources))) for row in rows],
    )


def _when(row: TimelineRow) -> Cell:
    if row.disputed:
        return [wording.dates(row.claims), wording.disputed()]
    claims = sorted(row.claims, key=wording.by_window)
    return [line for each in dates_of(claims) for line in wording.date_lines(each)]


def _what(row: TimelineRow) -> Cell:
    basis = wording.basis_mark(row.basis)
    what = _happened(row)
    return f"{what}, {basis}" if basis else what


def _happened(row: TimelineRow) -> str:
    facet = wording.facet(row.facet)
    if row.role is Role.HAPPENING:
        return str(row.value.get("kind") or facet)
    return f"{facet} {FACETS[row.facet].read_as if row.role is Role.READING else ROLES[row.role]}"


def _name(row: TimelineRow, key: Legend) -> Cell:
    period = f", period {row.period}" if row.period > 1 else ""
    name: list[Line] = [Mark(row.label)]
    for measure, amount in row.quantities.items():
        words = wording.quantity(amount.to_json(), key.foreign(row.claims[0].source))
        name.append(entry_values.measure_lead(measure) + words)
    if row.label != row.key or period:
        name.append(f"{row.key}{period}")
    value = {n: v for n, v in row.value.items() if n not in ("name", "kind")}
    if value:
        facts = (field_text.phrase(each, value[each]) for each in field_text.ordered([*value]))
        name.append(", ".join(facts))
    name += (field_text.also_given(each, others) for each, others in row.variants.items())
    return name
