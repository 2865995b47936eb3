"""No statement of a record reads through a table: the databases' own plans say so.

What is looked at is what runs: an event of the Engine notes every statement with its values, while
every kind of question is put, through all clocks and through none, and while entries are appended.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa

from events.catalogue import CommandAttested
from events.dates.days import FOREVER
from events.encoding.codec import encode, write
from events.publication import close_of_day
from events.record_events import sources_among
from events.source import Source
from ledger.log import Batch
from ledger.storage import log_queries
from ledger.storage.schema import metadata
from ledger.storage.transaction import Transaction
from projections.claims_table import index, queries, sources, touched_periods
from projections.question import DayQuestion, PeriodsQuestion, PlansQuestion, Question, SpanQuestion
from projections.record import Record, open_record
from tests.postgres import Server
from tests.projections.drawing import DAYS, FIRST, append_drawn, draw
from tests.ready import empty_ledger

MIDDLE = FIRST + DAYS // 2
SMALL = {"projection", "alembic_version", "tree"}
"""Tables of a few rows whatever is recorded."""
LISTINGS = (
    *(log_queries._MISSIONS, log_queries._SHORT_NAMES, log_queries._DESCRIBED),
    *(log_queries._ALIASES, queries.PARTIES, log_queries._LAST_RECORDED_BY),
)
"""Queries whose answer is about every row: all missions, sources, aliases, parties, times."""
STATED_EARLY = CommandAttested(mission="alpha", source="late", on="2021-05", by="DNK")
FRESH = CommandAttested(mission="gamma", on="2021-05", by="DNK")
"""An event on a period that nothing was said of."""
DESCRIBED_LATE = Source(
    id="late", publisher="A ministry", title="Late", language="en", published="2021-06"
)
"""An event, and the source that states it, which is described after it."""
PARTS = (queries._of_record, log_queries._OF_ENTRIES)
"""What other queries are made of."""
RARE = (log_queries._RECORDED_THEN,)
"""Queries of an append that was not acknowledged, which read what was recorded since."""


class Executed(NamedTuple):
    """A statement that ran: its text, its values, and what it was built as, if it was."""

    text: str
    values: Any
    built: object


@contextmanager
def noted(store: Record) -> Iterator[list[Executed]]:
    """Note every statement that runs on a store's Engine, once for each text."""
    engine: sa.Engine = store._backend.engine  # type: ignore[attr-defined]
    found: dict[str, Executed] = {}
    running: list[object] = []

    def note(*noted: Any) -> None:  # noqa: ANN401 (as the event gives it)
        _, _, text, values, _, many = noted
        built = running[-1] if running else None
        found.setdefault(text, Executed(text, values[0] if many else values, built))

    def of(run: Callable[..., Any]) -> Callable[..., Any]:
        def noting(transaction: Transaction, statement: object, *args: Any) -> Any:  # noqa: ANN401
            running.append(statement)
            try:
                return run(transaction, statement, *args)
            finally:
                running.pop()

        return noting

    executed: list[Executed] = []
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        with pytest.MonkeyPatch.context() as patched:
            for name in ("_query", "execute"):
                patched.setattr(Transaction, name, of(getattr(Transaction, name)))
            yield executed
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
        executed += found.values()


def every_question(store: Record) -> None:
    """Put every kind of question, through all clocks and through none."""
    end = store.position()
    questions: list[Question] = [
        DayQuestion(MIDDLE),
        PlansQuestion(),
        SpanQuestion(FIRST, MIDDLE),
        SpanQuestion(FIRST, FOREVER),
        PeriodsQuestion(frozenset({("command", "DNK", 1)})),
    ]
    for known, upto in ((None, end), (close_of_day(MIDDLE), end // 2)):
        for question in questions:
            both = {"alpha": question, "beta": question}
            assert dict(store.select_each(both, known=known, upto=upto))["alpha"]
        for day in (MIDDLE, None):
            assert store.missions_of("DNK", day, known=known, upto=upto)
        for day in range(FIRST, FIRST + DAYS, 100):
            store.select("alpha", DayQuestion(day), known=known, upto=upto)
    store.possibly_public(close_of_day(MIDDLE))
    assert store.select("alpha")
    some = list(store.of_mission("alpha"))
    assert store.missions()
    assert store.names()
    assert store.mission_named("alpha") == ["alpha"]
    assert store.mission_named("no such name") == []
    assert "DNK" in store.parties()
    assert store.periods("alpha")
    assert store.source_ids()
    named = sources_among([entry.content for entry in some])
    assert any(store.missions_citing(name) for name in named)
    assert list(store.of_sources(named))
    assert store.about_sources(store.source_ids())
    assert store.known([some[0].id])
    assert store.starting_with(some[0].id) == [some[0]]
    assert store.position_at(datetime.now(UTC)) == end
    assert list(islice(store.entries(after=end // 2), 10))
    assert store.nodes(0, 0, 10)
    assert store.tree(end // 2)


def everything(store: Record) -> list[Executed]:
    """Append to a ledger, ask it everything, and return what ran."""
    contents = draw(0, 1000)
    append_drawn(store, contents[:600])
    with noted(store) as executed:
        for start in range(600, len(contents), 50):
            append_drawn(store, contents[start : start + 50])
        store.append(Batch((FRESH,)), by="anna")
        store.append(Batch((STATED_EARLY,)), by="anna")
        store.append(Batch((DESCRIBED_LATE,)), by="anna")
        brought = write(DESCRIBED_LATE.model_copy(update={"id": "brought"}))
        at = store.position() + 1
        store.continue_with([encode(brought, at, datetime.now(UTC), "bo", "a" * 64)])
        every_question(store)
    return executed


def plans(
    store: Record, executed: list[Executed], explain: str, setting: str = ""
) -> Iterator[tuple[Executed, list[str]]]:
    """Yield each statement that reads tables with the lines of its plan."""
    with store.reading() as reader:
        if setting:
            reader.connection.exec_driver_sql(setting)
        for each in executed:
            if re.match(r"\s*(SELECT|WITH|UPDATE)\b", each.text) and each.built not in LISTINGS:
                rows = reader.connection.exec_driver_sql(f"{explain} {each.text}", each.values)
                yield each, [row[-1] for row in rows]


def tables_in(text: str) -> set[str]:
    """Return the tables that a statement reads, by the names that its plan has for them."""
    large = metadata.tables.keys() - SMALL
    return large | set(re.findall(rf"\b(?:{'|'.join(large)}) AS (\w+)", text))


def test_sqlite_searches_and_never_scans(tmp_path: Path) -> None:
    """Every table is searched by an index; what is scanned are the values asked for."""
    with open_record(empty_ledger(tmp_path / "ledger.sqlite"), write=True) as store:
        found = list(plans(store, everything(store), "EXPLAIN QUERY PLAN"))
    assert len(found) > 40
    for each, plan in found:
        scanned = {line.split()[1] for line in plan if line.startswith("SCAN")}
        assert not scanned & tables_in(each.text), (each.text, plan)
        sorted_ = [line for line in plan if "TEMP B-TREE" in line and "GROUP BY" not in line]
        assert not sorted_, (each.text, plan)


def test_postgresql_searches_and_never_scans(postgres: Server) -> None:
    """Wherever an index can be used, one can: nothing is left that only a sequential scan does."""
    with open_record(postgres.empty_ledger(), write=True) as store:
        executed = everything(store)
        found = list(plans(store, executed, "EXPLAIN", "SET enable_seqscan = off"))
    assert len(found) > 40
    for each, plan in found:
        scanned = {name for line in plan for name in re.findall(r"Seq Scan on (\w+)", line)}
        assert scanned <= SMALL, (each.text, plan)


def statements_of(module: ModuleType) -> Mapping[str, sa.Select[Any]]:
    """Return the queries that a module has as constants."""
    named = vars(module).items()
    return {name: each for name, each in named if isinstance(each, sa.Select)}


def test_every_query_is_looked_at(tmp_path: Path) -> None:
    """There is no query whose plan is not looked at here."""
    with open_record(empty_ledger(tmp_path / "ledger.sqlite"), write=True) as store:
        executed = {id(each.built) for each in everything(store)}
    parts = {*map(id, (*PARTS, *RARE))}
    for module in (queries, index, touched_periods, sources, log_queries):
        found = statements_of(module)
        assert found
        missed = [name for name, each in found.items() if id(each) not in executed | parts]
        assert missed == [], module
