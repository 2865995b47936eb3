"""The claims index: updated with each append, so that an answer reads only entries that can matter.

    claims      a row for each claim on a period, and for each measure of a reading
    periods     the lifespan of each period (`projections.claims_table.lifespan`)
    parties     the same, by the nation or body that a period names
    stretches   from which second and position on a stretch of readings has any
    undone      the entries that were retracted or corrected, and by which entries
    citations   the sources that each mission rests on, and when each can have been published

The index is a function of the log; `rebuild` derives it again. It only selects entries. What they
state is always read from the log itself.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import takewhile
from typing import NamedTuple

from sqlalchemy import bindparam, func, select

from events.bearings import bearings_of, period_keys_of
from events.encoding.codec import Entry
from events.facets import Role
from events.record_events import (
    ClaimCorrected,
    ReadingPreferred,
    RecordEvent,
    sources_of,
    statement_of,
)
from events.source import Publication, Source
from ledger.storage import log_queries
from ledger.storage.given_rows import as_given
from ledger.storage.transaction import SourceRecord, Transaction
from projections.claims_table.claim_rows import claim_rows, known_from
from projections.claims_table.lifespan import (
    PREFERRED,
    RECORD,
    REVISED,
    ClaimRow,
    MissionPeriodKey,
    length_class_of,
)
from projections.claims_table.period_rows import (
    PeriodRow,
    PeriodSummary,
    StretchKey,
    can_change,
    changed_row,
    news,
    parties_of,
    period_row,
    stretch_of,
)
from projections.claims_table.tables import (
    NOTHING,
    OPEN_SECONDS,
    UNSURE,
    citations,
    claims,
    parties,
    periods,
    stretches,
    undone,
)
from projections.weighing.undoing import sources_needed, undone_by, undone_in_turn

_PERIOD_KEY = tuple(column.name for column in periods.primary_key)
_PARTY_KEY = tuple(column.name for column in parties.primary_key)
_STRETCH_KEY = (*_PERIOD_KEY, "row_class", "stretch")

_PERIODS = select(*(periods.c[name] for name in PeriodRow._fields)).select_from(
    as_given(periods, _PERIOD_KEY)
)
_BOUNDING = select(*(claims.c[name] for name in ClaimRow._fields)).select_from(
    as_given(claims, _PERIOD_KEY, claims.c.row_class < 0)
)
_STRETCHES = (
    select(
        *(stretches.c[name] for name in _STRETCH_KEY), func.min(stretches.c.known).label("known")
    )
    .select_from(as_given(stretches, _STRETCH_KEY))
    .group_by(*(stretches.c[name] for name in _STRETCH_KEY))
)
_CITATIONS = select(citations.c.source, citations.c.mission).select_from(
    as_given(citations, ("source", "mission"))
)
_CHANGE_PERIOD = periods.update().where(
    *(periods.c[name] == bindparam(f"old_{name}") for name in _PERIOD_KEY)
)
_CHANGE_PARTY = parties.update().where(
    *(parties.c[name] == bindparam(f"old_{name}") for name in _PARTY_KEY)
)


def index(transaction: Transaction, new_entries: Sequence[Entry]) -> None:
    """Add the index rows of new entries."""
    new = IndexRows(transaction, new_entries)
    transaction.insert(claims, new.claims)
    transaction.insert(undone, new.undone)
    _write_citations(transaction, new)
    _write_stretches(transaction, new)
    _write_periods(transaction, new)


class UndoneRow(NamedTuple):
    """A row of `undone`: the entry at `position` retracts or corrects the one at `target`."""

    target: int
    position: int
    known: int


class CitationRow(NamedTuple):
    """A row of `citations`: an event of a mission names a source, first at `position`.

    `length_class` is that of the seconds in which the source can have been published, or UNSURE.
    """

    source: str
    mission: str
    length_class: int
    published_first: int
    published_last: int
    position: int


class IndexRows:
    """The index rows of a run of entries, which must be in `log` and `entries` already.

    `claims` and `undone` are rows of these tables. `citations` are rows for each source and
    mission, as if no earlier entry had named them.
    """

    def __init__(self, transaction: Transaction, new_entries: Sequence[Entry]) -> None:
        self._transaction = transaction
        self._entries = {entry.id: entry for entry in new_entries}
        self._published: dict[str, SourceRecord | None] = {}
        self.claims: list[ClaimRow] = []
        self.undone: list[UndoneRow] = []
        self.citations: dict[tuple[str, str], CitationRow] = {}
        for entry in new_entries:
            self._add(entry)

    def _add(self, entry: Entry) -> None:
        content = entry.content
        if isinstance(content, Source):
            self._published[content.id] = SourceRecord(entry.position, content.publication)
            return
        published = partial(self._publication, before=entry.position)
        named = sources_of(content)
        for name in named:
            self._cite(name, entry, published(name))
        known = known_from(self._sources_needed(entry), published)
        about_the_record = list(self._about_the_record(entry, known))
        for place, row_class in about_the_record:
            more = int(row_class != RECORD)
            row = ClaimRow(*place, row_class, 0, entry.position, 0, known, 0, 0, None, more)
            self.claims.append(row)
        if statement := statement_of(content):
            rows = claim_rows(
                content.mission,
                statement,
                published,
                position=entry.position,
                known=known,
                more=int(bool(about_the_record)),
            )
            self.claims.extend(rows)

    def _about_the_record(self, entry: Entry, known: int) -> Iterator[tuple[MissionPeriodKey, int]]:
        """Yield period and row class of the rows of an event about the record, RECORD first.

        The rows of the claim that it may make itself are not among them.
        """
        content = entry.content
        if not isinstance(content, RecordEvent):
            return
        yield (content.mission, "", "", 0), RECORD
        if isinstance(content, ReadingPreferred):
            yield from (((content.mission, *each), PREFERRED) for each in period_keys_of(content))
        elif undone_by(content):
            if target := self._undone(entry):
                self.undone.append(UndoneRow(target.position, entry.position, known))
                yield from self._changed_periods(target)
            else:
                # The target may be appended later, and the index would not be updated then.
                self._cite(NOTHING, entry, None)

    def _sources_needed(self, entry: Entry) -> tuple[str, ...]:
        """Return the sources that must be public before an entry counts."""
        in_turn = undone_in_turn(entry, self._undone)
        corrections = list(takewhile(lambda e: isinstance(e.content, ClaimCorrected), in_turn))
        needed: tuple[str, ...] = ()
        for each in reversed(corrections or [entry]):
            needed = sources_needed(each.content, needed)
        return needed

    def _changed_periods(self, entry: Entry) -> Iterator[tuple[MissionPeriodKey, int]]:
        """Yield the periods that undoing an entry can change, and the row class of each row.

        Includes the periods of the entries that it had undone itself.
        """
        changed: set[tuple[MissionPeriodKey, int]] = set()
        for each in undone_in_turn(entry, self._undone):
            content, mission = each.content, each.mission or ""
            if isinstance(content, ReadingPreferred):
                changed.update(((mission, *place), PREFERRED) for place in period_keys_of(content))
            elif statement := statement_of(content):
                changed.update(
                    ((mission, *place), REVISED)
                    for place, role in bearings_of(statement)
                    if role is not Role.READING
                )
        yield from sorted(changed)

    def _undone(self, entry: Entry) -> Entry | None:
        """Return the entry that an entry undoes.

        None where the target is not an earlier entry of the same mission.
        """
        id_ = undone_by(entry.content)
        if id_ is None:
            return None
        if id_ not in self._entries and (found := log_queries.with_id(self._transaction, id_)):
            self._entries[id_] = found
        target = self._entries.get(id_)
        valid = target and target.mission == entry.mission and target.position < entry.position
        return target if valid else None

    def _publication(self, name: str, *, before: int) -> Publication | None:
        if name not in self._published:
            self._published[name] = log_queries.publication(self._transaction, name)
        source = self._published[name]
        return source.publication if source and source.position < before else None

    def _cite(self, source: str, entry: Entry, publication: Publication | None) -> None:
        mission = entry.mission or ""
        if (source, mission) in self.citations:
            return
        if publication is None:
            row = CitationRow(source, mission, UNSURE, 0, 0, entry.position)
        else:
            first = -OPEN_SECONDS if publication.first is None else publication.first
            last = OPEN_SECONDS if publication.last is None else publication.last
            length_class = length_class_of(last - first)
            row = CitationRow(source, mission, length_class, first, last, entry.position)
        self.citations[source, mission] = row


def _write_citations(transaction: Transaction, new: IndexRows) -> None:
    """Insert the sources and missions that no earlier entry names together."""
    found = transaction.rows_for(_CITATIONS, new.citations)
    stored = {(row.source, row.mission) for row in found}
    rows = [row for pair, row in new.citations.items() if pair not in stored]
    transaction.insert(citations, rows)


def _write_stretches(transaction: Transaction, new: IndexRows) -> None:
    """Insert the readings that were known earlier than all others of their stretch."""
    readings = [row for row in new.claims if row.row_class >= 0]
    keys = dict.fromkeys(stretch_of(row) for row in readings)
    least: dict[StretchKey, int] = {}
    for row in transaction.rows_for(_STRETCHES, keys):
        key = (row.mission, row.facet, row.key, row.period, row.row_class, row.stretch)
        least[key] = row.known
    transaction.insert(stretches, list(news(readings, least)))


def _write_periods(transaction: Transaction, new: IndexRows) -> None:
    new_rows: dict[MissionPeriodKey, list[ClaimRow]] = defaultdict(list)
    for claim in new.claims:
        new_rows[claim.place].append(claim)
    found = transaction.rows_for(_PERIODS, new_rows)
    stored = {row.place: row for row in map(PeriodRow._make, found)}
    changeable = [
        place
        for place, old in stored.items()
        if any(can_change(old, row) for row in new_rows[place])
    ]
    bounding: dict[MissionPeriodKey, list[ClaimRow]] = {place: [] for place in changeable}
    for claim in map(ClaimRow._make, transaction.rows_for(_BOUNDING, changeable)):
        bounding[claim.place].append(claim)
    changes = _Changes()
    for place, rows in new_rows.items():
        if place in stored:
            changes.change(stored[place], rows, bounding.get(place))
        else:
            changes.add(rows)
    changes.write(transaction)


class _Changes:
    """The inserts and updates of `periods` and `parties` for a run of entries."""

    def __init__(self) -> None:
        self._periods: list[PeriodRow] = []
        self._changed_periods: list[dict[str, object]] = []
        self._parties: list[tuple[object, ...]] = []
        self._changed_parties: list[dict[str, object]] = []

    def add(self, rows: Sequence[ClaimRow]) -> None:
        """Insert a period, given its first rows in `claims`."""
        seen = PeriodSummary()
        for row in rows:
            seen.add(row)
        if seen.anything:
            new = period_row(rows[0].place, seen, [row for row in rows if row.row_class < 0])
            self._periods.append(new)
            self._parties += [new.of_party(party) for party in parties_of(new.place, rows)]

    def change(
        self, old: PeriodRow, rows: Sequence[ClaimRow], bounding: Sequence[ClaimRow] | None
    ) -> None:
        """Update a period, given its new rows in `claims`; `bounding` includes those among them."""
        new = changed_row(old, rows, bounding)
        if new != old:
            self._changed_periods.append(new._asdict() | _old(_PERIOD_KEY, old.place))
        first_new = rows[0].position
        before = parties_of(old.place, (row for row in bounding or () if row.position < first_new))
        after = before | parties_of(old.place, (*(bounding or ()), *rows))
        self._parties += [new.of_party(party) for party in after - before]
        if new.of_party("") != old.of_party(""):
            self._changed_parties += [
                dict(zip(parties.c.keys(), new.of_party(party), strict=True))
                | _old(_PARTY_KEY, old.of_party(party))
                for party in before
            ]

    def write(self, transaction: Transaction) -> None:
        """Write the inserts and updates."""
        transaction.insert(periods, self._periods)
        transaction.insert(parties, self._parties)
        transaction.execute(_CHANGE_PERIOD, self._changed_periods)
        transaction.execute(_CHANGE_PARTY, self._changed_parties)


def _old(names: Sequence[str], row: Sequence[object]) -> dict[str, object]:
    """Return the first values of a row, its key, as those by which an update finds it."""
    return {f"old_{name}": value for name, value in zip(names, row, strict=False)}
