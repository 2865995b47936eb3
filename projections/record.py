"""The record: a ledger with its claims, which questions are put to.

    with closing(open_record("ledger.sqlite")) as record:
        record.select("nato-mission-iraq", DayQuestion(day))

The ledger knows no claims. Here they are named as its inline projection, so that every append
updates them, and asked for what an answer rests on.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path

from events.bearings import PeriodKey
from events.encoding.codec import Entry
from events.record_events import sources_among
from ledger import backends
from ledger.clock import utc_now
from ledger.log import MissionNames
from ledger.progress import Progress, no_progress
from ledger.storage import log_queries
from ledger.storage.log_queries import index_mismatch
from ledger.storage.sql_store import SqlStore
from ledger.storage.transaction import Transaction
from ledger.storage.trial import rolled_back, temporary_copy
from projections.claims_table import missions
from projections.claims_table.projection import Claims
from projections.claims_table.reader import (
    RelevantEntries,
    missions_of,
    possibly_public,
    select_each,
)
from projections.question import Question, Selection

PROJECTIONS = (*backends.PROJECTIONS, Claims())
"""The inline projections of a record."""

MISSIONS_AT_ONCE = 100
"""Missions whose entries one transaction selects."""


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

    def of_mission(self, mission: str, *, upto: int | None = None) -> Iterator[Entry]:
        """Yield one mission's events in order."""
        with self.reading() as reader:
            end = log_queries.last_position(reader) if upto is None else upto
            found = missions.entries_of(reader, mission, end)
            if wrong := next((each for each in found if each.mission != mission), None):
                raise index_mismatch(wrong.position)
        yield from found

    def select(
        self,
        mission: str,
        question: Question | None = None,
        *,
        known: int | None = None,
        upto: int | None = None,
    ) -> Selection:
        """Return the events of a mission that the answer to a question can rest on."""
        if question:
            ((_, selection),) = self.select_each({mission: question}, known=known, upto=upto)
            return selection
        with self.reading() as reader:
            end = log_queries.last_position(reader) if upto is None else upto
            whole = RelevantEntries(missions.entries_of(reader, mission, end))
            return self._selections(reader, {mission: whole}, end)[mission]

    def select_each(
        self,
        questions: Mapping[str, Question],
        *,
        known: int | None = None,
        upto: int | None = None,
    ) -> Iterator[tuple[str, Selection]]:
        """Yield what `select` returns for each of these missions."""
        remaining = iter(questions.items())
        while batch := dict(islice(remaining, MISSIONS_AT_ONCE)):
            with self.reading() as reader:
                end = upto = log_queries.last_position(reader) if upto is None else upto
                with log_queries.sound_index(self.place):
                    relevant = select_each(reader, batch, known=known, upto=end)
                whole = {
                    mission: found or RelevantEntries(missions.entries_of(reader, mission, end))
                    for mission, found in relevant.items()
                }
                selections = self._selections(reader, whole, end)
            yield from selections.items()

    def _selections(
        self, reader: Transaction, relevant: Mapping[str, RelevantEntries], end: int
    ) -> dict[str, Selection]:
        """Add the publications of the sources that the entries name."""
        named: dict[str, set[str]] = {}
        for mission, each in relevant.items():
            if wrong := next((entry for entry in each.entries if entry.mission != mission), None):
                raise index_mismatch(wrong.position)
            named[mission] = sources_among([entry.content for entry in each.entries])
        published = log_queries.published(reader, set().union(*named.values()), end)
        return {
            mission: Selection(
                end,
                each.entries,
                {name: published[name] for name in named[mission] if name in published},
                each.periods,
                each.possibly_public,
            )
            for mission, each in relevant.items()
        }

    def missions_of(
        self, party: str, day: int | None, *, known: int | None = None, upto: int | None = None
    ) -> Mapping[str, frozenset[PeriodKey] | None]:
        """Return the missions in whose state a nation or body can be on a day."""
        with self.reading() as reader:
            end = log_queries.last_position(reader) if upto is None else upto
            with log_queries.sound_index(self.place):
                return missions_of(reader, party, day, known=known, upto=end)

    def possibly_public(self, known: int | None, *, upto: int | None = None) -> frozenset[str]:
        """Return the sources named by events that were perhaps, not certainly, public by then."""
        if known is None:
            return frozenset()
        with self.reading() as reader:
            end = log_queries.last_position(reader) if upto is None else upto
            with log_queries.sound_index(self.place):
                return possibly_public(reader, known, end)

    def periods(self, mission: str) -> Sequence[PeriodKey]:
        """Return the periods of a mission that any claim bears on."""
        with self.reading() as reader:
            return missions.periods_of(reader, mission)

    def missions_citing(self, source: str) -> Sequence[str]:
        """Return the missions with an event that rests on a source."""
        with self.reading() as reader:
            return missions.citing(reader, source)

    def parties(self) -> Sequence[str]:
        """Return the nations and bodies that any claim names."""
        with self.reading() as reader:
            return missions.parties_named(reader)

    def missions(self, *, upto: int | None = None) -> Sequence[MissionNames]:
        """Return every mission, by short name."""
        with self.reading() as reader:
            end = log_queries.last_position(reader) if upto is None else upto
            counts = missions.event_counts(reader, end)
            names = log_queries.alias_names(reader, end)
        return [
            MissionNames(mission, tuple(names.get(mission, ())), events)
            for mission, events in counts.items()
        ]

    def names(self) -> Mapping[str, Sequence[str]]:
        """Return the aliases of every mission, by short name."""
        with self.reading() as reader:
            names = log_queries.alias_names(reader, log_queries.last_position(reader))
            return {mission: names.get(mission, ()) for mission in missions.short_names(reader)}

    def mission_named(self, name: str) -> Sequence[str]:
        """Return the missions with this name; a short name takes precedence over an alias."""
        return self.read(lambda reader: missions.named(reader, name))
