"""No question put to the claims index reads through a table: the databases' own plans say so."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from events.dates.days import FOREVER
from events.record_events import sources_of
from events.source import close_of_day
from ledger.log import Batch
from ledger.storage import log_queries
from ledger.storage.entry_index import microseconds
from ledger.storage.transaction import Transaction
from projections.claims_table import queries
from projections.claims_table.reader import missions_of, possibly_public, select_each
from projections.question import DayQuestion, PlansQuestion, Question, SpanQuestion
from projections.record import Record, open_record
from tests.postgres import Server
from tests.projections.drawing import DAYS, FIRST, draw
from tests.ready import empty_ledger

TABLES = "log|entries|claims|periods|parties|stretches|undone|citations|tree|aliases"
MIDDLE = FIRST + DAYS // 2


class Noted(Transaction):
    """Statements that notes what is asked, with its values."""

    def noting(self) -> "Noted":
        """Begin to note."""
        self.asked: list[tuple[str, Sequence[object]]] = []
        return self

    def query(self, statement: str, values: Sequence[object] = ()) -> list[Any]:
        """Note and ask."""
        self.asked.append((statement, values))
        return super().query(statement, values)


@contextmanager
def noting(store: Record) -> Iterator[Noted]:
    """Give statements over a store's own connection."""
    with store.reading() as statements:
        yield Noted(statements._cursor, statements._placeholder).noting()


def every_question(store: Record, statements: Noted) -> None:
    """Put every kind of question, through all clocks and through none."""
    end = store.position()
    questions: list[Question] = [
        DayQuestion(MIDDLE),
        PlansQuestion(),
        SpanQuestion(FIRST, MIDDLE),
        SpanQuestion(FIRST, FOREVER),
    ]
    for known, upto in ((None, end), (close_of_day(MIDDLE), end // 2)):
        for question in questions:
            both = {"alpha": question, "beta": question}
            assert select_each(statements, both, known=known, upto=upto)["alpha"]
        for day in (MIDDLE, None):
            assert missions_of(statements, "DNK", day, known=known, upto=upto)
    possibly_public(statements, close_of_day(MIDDLE), end)
    assert "alpha" in log_queries.missions(statements)
    assert "DNK" in log_queries.parties(statements)
    assert log_queries.source_ids(statements)
    some = log_queries.of_mission(statements, "alpha", end)
    assert some
    assert log_queries.known(statements, [some[0].id])
    assert log_queries.with_id(statements, some[0].id) == some[0]
    log_queries.described(
        statements, {name for each in some for name in sources_of(each.content)}, end
    )
    assert log_queries.recorded_then(statements, microseconds(some[0].recorded_at))
    assert log_queries.hashes_at(statements, range(10))


def filled(place: str | Path) -> Record:
    """Append enough to an empty ledger that every question has an answer."""
    store = open_record(place, write=True)
    store.append(Batch(tuple(draw(0, 1000))), by="anna")
    return store


def test_sqlite_searches_and_never_scans(tmp_path: Path) -> None:
    """Every table is searched by an index; what is scanned are the values asked for."""
    with filled(empty_ledger(tmp_path / "ledger.sqlite")) as store, noting(store) as statements:
        every_question(store, statements)
        for query, values in list(statements.asked):
            plan = [row[3] for row in statements.query(f"EXPLAIN QUERY PLAN {query}", values)]
            scanned = [line for line in plan if re.match(r"SCAN", line)]
            aliased = re.findall(rf"\b(?:{TABLES}) (\w)\b", query)
            for line in scanned:
                assert line.split()[1] not in {*TABLES.split("|"), *aliased}, (query, plan)
            assert not any("TEMP B-TREE" in line for line in plan if "BY" in line) or (
                "GROUP BY" in query
            ), (query, plan)


def test_postgresql_searches_and_never_scans(postgres: Server) -> None:
    """Wherever an index can be used, one can: nothing is left that only a sequential scan does."""
    with filled(postgres.empty_ledger()) as store, noting(store) as statements:
        statements.execute("SET enable_seqscan = off")
        every_question(store, statements)
        for query, values in list(statements.asked):
            plan = [row[0] for row in statements.query(f"EXPLAIN {query}", values)]
            scanned = [line for line in plan if "Seq Scan on" in line]
            assert not scanned, (query, plan)


def test_every_question_is_looked_at(tmp_path: Path) -> None:
    """There is no question to the index whose plan is not looked at here."""
    with filled(empty_ledger(tmp_path / "ledger.sqlite")) as store, noting(store) as statements:
        every_question(store, statements)
        asked = "\n".join(query for query, _ in statements.asked)
    questions = {
        name: said
        for name, said in vars(queries).items()
        if name.isupper() and isinstance(said, str) and "SELECT" in said
    }
    assert len(questions) > 15
    assert [name for name, said in questions.items() if said not in asked] == []
