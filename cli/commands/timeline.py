"""`mission timeline`: what happened when."""

import click

from cli import describing, wording
from cli.ledger import Asked, ask, reading
from cli.options import (
    Known,
    Recorded,
    Span,
    facet_option,
    format_option,
    ledger_option,
    mission_argument,
    read_span,
    record_clocks,
)
from cli.output import put
from cli.page import Cell, Line, Mark, Page, Row, Table
from events.days import BEGINNING, FOREVER
from events.facets import Role
from ledger.scope import Within
from projections.timeline import Happening, timeline

CSV_COLUMNS = (
    *("earliest", "latest", "edtf", "role", "facet", "key", "period", "label", "basis"),
    *("disputed", "sources", "events"),
)

ROLES = {
    Role.START: "begins",
    Role.END: "ends",
    Role.ATTESTATION: "attested",
    Role.READING: "counted",
}


@click.command(name="timeline", short_help="Show what happened when.")
@mission_argument
@facet_option
@click.option("--key", help="Only this key.")
@click.option("--from", "since", metavar="DATE", help="Only what can be on this day or later.")
@click.option("--to", "until", metavar="DATE", help="Only what can be on this day or earlier.")
@click.option("--all", "everything", is_flag=True, help="Attestations too.")
@record_clocks
@format_option()
@ledger_option
def command(
    *,
    mission: str,
    facet: str | None,
    key: str | None,
    since: str | None,
    until: str | None,
    everything: bool,
    known: Known,
    recorded: Recorded,
    form: str,
    ledger: str | None,
) -> None:
    """Show every start, end and count of MISSION by date, plans among them.

    \b
    Examples:
      mission timeline nmi
      mission timeline nmi --facet command --from 2020
    """  # noqa: D301
    span = read_span(since, until)
    with reading(ledger) as store:
        asked = ask(store, mission, known, recorded, _scope(span))
        rows = [
            row
            for row in timeline(asked.seen)
            if facet in (None, row.facet)
            and key in (None, row.key)
            and (everything or row.role is not Role.ATTESTATION)
            and span.meets(row.days.first, row.days.last)
        ]
        data = [row.to_json() for row in rows]
        put(
            form,
            data=data,
            records=data,
            columns=CSV_COLUMNS,
            page=lambda: _page(asked, rows, span),
        )


def _scope(span: Span) -> Within | None:
    if span == Span():
        return None
    first = BEGINNING if span.first is None else span.first
    return Within(first, FOREVER if span.last is None else span.last)


def _page(asked: Asked, rows: list[Happening], span: Span) -> Page:
    marks = wording.numbered(source for row in rows for source in row.sources)
    table = Table(
        ("when", "what", "", "sources"),
        [
            Row((_when(row), _what(row), _name(row), wording.cited(row.sources, marks)))
            for row in rows
        ],
    )
    return Page(
        asked.title,
        (*([str(span)] if str(span) else []), *asked.clocks),
        (
            table if rows else "Nothing in the record fits.",
            *wording.source_notes(marks, asked.described(marks)),
        ),
    )


def _when(row: Happening) -> Cell:
    claims = sorted(row.claims, key=lambda claim: (claim.first, claim.last))
    dates = list(dict.fromkeys(claim.edtf for claim in claims))
    if row.disputed:
        return [" / ".join(map(wording.date, dates)), Mark("disputed", "alert")]
    return [line for each in dates for line in wording.date_lines(each)]


def _what(row: Happening) -> Cell:
    basis = wording.basis_mark(row.basis)
    said = f"{row.facet} {ROLES[row.role]}"
    return f"{said}, {basis}" if basis else said


def _name(row: Happening) -> Cell:
    period = f", period {row.period}" if row.period > 1 else ""
    name: list[Line] = [Mark(row.label)]
    if row.role is Role.READING:
        counts = (getattr(claim.statement, "quantity", None) for claim in row.claims)
        name.extend(describing.carried(count) for count in counts)
    if row.label != row.key or period:
        name.append(f"{row.key}{period}")
    return name
