"""The rows of an exported SQLite file: plain values by column, one function a table."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from events.entry import Entry
from events.facets import PeriodKey
from events.record_events import statement_of
from events.redaction import without_private_keys
from events.source import Source
from projections.exports import sqlite_tables as tables
from projections.exports.extract import Extract
from projections.exports.monthly import counted, who
from projections.exports.references import described
from projections.exports.table import Cell, Table, cell
from projections.spans import answered_over_time
from projections.state_object import day_json
from projections.view import View
from projections.weighing.claims import Claim
from projections.why import parts_of_claims

CellsOfRow = dict[str, Cell]


def about(extract: Extract, limits: Iterable[str]) -> Iterator[CellsOfRow]:
    """Yield the facts of an extract, what the file cannot hold, and what each column means."""
    facts = [*extract.clocks.items(), ("root", extract.root), *extract.facts.items()]
    facts += [("what it cannot hold", limit) for limit in limits]
    for table in tables.metadata.sorted_tables:
        named = ((f"{table.name}.{each.name}", each.comment) for each in table.columns)
        facts += [(name, meaning) for name, meaning in named if meaning]
    yield from (_cells({"name": name, "value": value}) for name, value in facts)


def of_table(table: Table, extract: Extract, view: View) -> Iterator[CellsOfRow]:
    """Yield the rows of a tidy table, without the clocks, which the table `about` has."""
    for row in table.of_mission(view, extract.on):
        yield {column.name: cell(row.get(column.name)) for column in table.own}


def of_sources(extract: Extract, view: View, names: Sequence[str]) -> Iterator[CellsOfRow]:
    """Yield the sources of these names, whether any entry describes them or not."""
    found = {each.id: each for each in described(extract, names)}
    for name in names:
        row: dict[str, object] = dict.fromkeys(column.name for column in tables.source.columns)
        if each := found.get(name):
            publication = each.described.publication
            row |= {**each.shown._asdict(), "changes": each.changes}
            del row["id"]
            row["published_earliest"] = day_json(publication.since)
            row["published_latest"] = day_json(publication.until)
        yield _cells({**row, "source": name, "counts": view.visible.sources.is_public(name)})


def of_entry(found: Entry) -> CellsOfRow:
    """Return an entry of the log."""
    return _cells(
        {
            "position": found.position,
            "id": found.id,
            "recorded_at": f"{found.recorded_at:%Y-%m-%d %H:%M:%S.%f}",
            "recorded_by": found.recorded_by,
            "type": found.content.type,
            "mission": found.mission,
            "source": found.content.id if isinstance(found.content, Source) else found.source,
            "announcement": found.announcement,
            "content": _json(json.loads(found.raw)["data"]),
        }
    )


def of_claims(
    view: View, entries: Iterable[Entry], ids: Mapping[PeriodKey, int]
) -> Iterator[CellsOfRow]:
    """Yield the claims that can be heard, and what became of each; `ids` are those of periods.

    One whose source was not certainly public by `known` is not among them.
    """
    stated = {each.id: statement_of(each.content) for each in entries}
    for claim, part, reason in sorted(parts_of_claims(view), key=lambda found: _order(found[0])):
        statement = stated.get(claim.event)
        undone = view.visible.cancelled.get(claim.event)
        withdrawn = view.visible.sources.withdrawal(claim.source) if claim.source else None
        yield _cells(
            {
                **{"event": claim.event, "position": claim.position, "mission": view.mission},
                **{"facet": claim.facet, "key": claim.key, "period": claim.period},
                **{"period_id": ids.get(claim.place), "role": claim.role.value},
                **{"basis": claim.basis.value, "edtf": claim.edtf},
                **{"earliest": day_json(claim.first), "latest": day_json(claim.last)},
                **{"as_stated": statement and statement.as_stated},
                **{"at": statement and statement.at, "value": _json(claim.value)},
                **{"source": claim.source, "part": part.value, "reason": reason},
                "undone_by": undone.by if undone else withdrawn and withdrawn.event,
            }
        )


def _order(claim: Claim) -> tuple[object, ...]:
    return claim.position, claim.facet, claim.key, claim.role


def of_readings(view: View) -> Iterator[CellsOfRow]:
    """Yield the counts that answer, each with the consecutive days on which it does."""
    for facet, key in view.counts:
        for days, answer in answered_over_time(view, facet, key):
            first, last = map(day_json, days)
            row = {**who(view, facet, key), "first_day": first, "last_day": last}
            yield {name: cell(value) for name, value in {**row, **counted(answer)}.items()}


def _cells(row: Mapping[str, object]) -> CellsOfRow:
    return {name: cell(value, whole_ids=True) for name, value in row.items()}


def _json(value: object) -> str:
    """Return a value as JSON, escaped to ASCII if it has characters that cannot be seen."""
    text = without_private_keys(json.dumps(value, ensure_ascii=False))
    return text if text.isprintable() else without_private_keys(json.dumps(value))
