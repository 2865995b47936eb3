"""The record: a ledger with its claims, which questions are put to.

    with closing(open_record("ledger.sqlite")) as record:
        record.select("nato-mission-iraq", DayQuestion(day))

The ledger knows no claims. Here they are named as its inline projection, so that every append
updates them, and asked for what an answer rests on.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path

from events.facets import PeriodKey
from ledger import backends
from ledger.clock import utc_now
from ledger.progress import Progress, no_progress
from ledger.storage import log_queries
from ledger.storage.sql_store import SqlStore
from ledger.storage.transaction import Transaction
from ledger.storage.trial import rolled_back, temporary_copy
from projections.claims_table import reader as claim_reader
from projections.claims_table import sources
from projections.claims_table.projection import Claims
from projections.question import Question, Selection
from projections.weighing.sources import Sources

PROJECTIONS = (*backends.PROJECTIONS, Claims())
"""The inline projections of a record."""

MISSIONS_AT_ONCE = 100
"""Missions whose claims one transaction reads."""


def open_record(
    place: str | Path,
    *,
    write: bool = False,
    check: bool = True,
    clock: Callable[[], datetime] = utc_now,
    verifying: Progress | None = None,
) -> "Record":
    """Open a record; unless `write` is set, the database itself refuses every change.

    With `check`, its projections must include all of the log; and if there is a write-ahead log
    beside the file that is not known to be its own, all of the ledger is verified. `verifying`
    reports how far that is; with it, a long log is distributed to other processes. Raises
    NoLedgerError, NotALedgerError, OlderLedgerError, NewerLedgerError or StoreError.
    """
    if check and (path := backends.with_unfamiliar_log(place)):
        from ledger.upkeep.foreign_log import check_foreign_log  # noqa: PLC0415 (start-up)

        check_foreign_log(
            path,
            partial(open_record, path, check=False),
            progress=verifying or no_progress,
            share_out=verifying is not None,
        )
    record = Record(
        backends.open_database(place, write=write),
        PROJECTIONS,
        clock=clock,
        opener=partial(open_record, place, check=False),
    )
    if check:
        try:
            record.check_positions()
        except BaseException:
            record.close()
            raise
    return record


def create_record(
    place: str | Path, fill: Callable[["Record"], object] | None = None
) -> str | Path:
    """Create a record, empty or with what `fill` appends to it; return its place.

    A file appears only once it is complete. In a PostgreSQL database the application role is
    created too, as far as the user's rights allow, and an interrupted `fill` leaves what it had
    appended. Raises StoreError where something exists at that place.
    """
    return backends.create(
        place, PROJECTIONS, fill and (lambda database: fill(Record(database, PROJECTIONS)))
    )


def missing_grants(place: str | Path) -> tuple[str, ...]:
    """Return the SQL that an administrator still has to run for the application role."""
    return backends.missing_grants(place, PROJECTIONS)


def record_in_memory(*, clock: Callable[[], datetime] = utc_now) -> "Record":
    """Return an empty record without a file."""
    return Record(backends.memory(PROJECTIONS), PROJECTIONS, clock=clock)


class Record(SqlStore):
    """A ledger with its claims."""

    @contextmanager
    def trial(self) -> Iterator["Record"]:
        """Yield the record for appends and questions, and roll all appends back at the end.

        Print nothing and ask nobody meanwhile: other writers wait. During a trial of a record in
        memory, use only the yielded record. Raises BusyLedgerError and ReadOnlyLedgerError before
        anything is appended.
        """
        with self._writing() as writer, rolled_back(writer, self.place) as database:
            yield Record(database, self.projections, clock=self._clock)

    @contextmanager
    def temporary_copy(self) -> Iterator["Record"]:
        """Yield a copy to append to, as of now, which is deleted at the end."""
        stored = self.stored(upto=self.position())
        with temporary_copy(self._backend, stored, self.projections) as database:
            yield Record(database, self.projections, clock=self._clock)

    def select(
        self,
        mission: str,
        question: Question | None = None,
        *,
        known: int | None = None,
        upto: int | None = None,
    ) -> Selection:
        """Return the claims of a mission that the answer to a question can rest on."""
        ((_, selection),) = self.select_each({mission: question}, known=known, upto=upto)
        return selection

    def select_each(
        self,
        questions: Mapping[str, Question | None],
        *,
        known: int | None = None,
        upto: int | None = None,
    ) -> Iterator[tuple[str, Selection]]:
        """Yield what `select` returns for each of these missions."""
        remaining = iter(questions.items())
        while batch := dict(islice(remaining, MISSIONS_AT_ONCE)):
            with self._asking(upto) as (reader, end):
                upto = end
                selections = claim_reader.select_each(reader, batch, known=known, upto=end)
            yield from selections.items()

    @contextmanager
    def _asking(self, upto: int | None) -> Iterator[tuple[Transaction, int]]:
        """Begin to read up to a position, by default the last one."""
        with self.reading() as reader, log_queries.sound_index(self.place):
            yield reader, log_queries.last_position(reader) if upto is None else upto

    def missions_of(
        self, party: str, day: int | None, *, known: int | None = None, upto: int | None = None
    ) -> Mapping[str, frozenset[PeriodKey]]:
        """Return the missions in whose state a nation or body can be on a day."""
        with self._asking(upto) as (reader, end):
            return claim_reader.missions_of(reader, party, day, known=known, upto=end)

    def possibly_public(self, known: int | None, *, upto: int | None = None) -> frozenset[str]:
        """Return the sources named by events that were perhaps, not certainly, public by then."""
        if known is None:
            return frozenset()
        with self._asking(upto) as (reader, end):
            return sources.possibly_public(reader, known, end)

    def sources(self, names: Iterable[str], *, upto: int | None = None) -> Sources:
        """Return sources with all events about them, and the sources that these rest on."""
        wanted = list(names)
        with self._asking(upto) as (reader, end):
            return sources.named(reader, wanted, end)

    def periods(self, mission: str) -> Sequence[PeriodKey]:
        """Return the periods of a mission that any claim bears on."""
        with self.reading() as reader:
            return claim_reader.periods_of(reader, mission)

    def missions_citing(self, source: str) -> Sequence[str]:
        """Return the missions with an event that rests on a source."""
        with self.reading() as reader:
            return sources.missions_citing(reader, source)

    def parties(self) -> Sequence[str]:
        """Return the nations and bodies that any claim names."""
        with self.reading() as reader:
            return claim_reader.parties(reader)
