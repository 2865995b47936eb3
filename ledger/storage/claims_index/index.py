"""The claims index: kept with each append, so that an answer reads only the claims that can matter.

    claims      one row for each claim on a period, and for each reading by how vague its date is
    periods     each period's life, and from when on its end is settled
    (`ledger.storage.claims_index.lifespan`) parties     the same by the nation or body a period
    names stretches   where in a series of readings something was public, and recorded, by when
    undone      which retraction or correction is of which entry citations   which missions rest on
    which source, and when that can have come out

All of it is a function of the log, made anew by `rebuild`. What is read out of it is only ever a
choice of entries: what they say is read from the log itself.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from events.catalogue import Event
from events.encoding.codec import Content, Entry
from events.facets import Role
from events.record_events import (
    ClaimCorrected,
    ClaimRetracted,
    ReadingPreferred,
    RecordEvent,
    sources_of,
    statement_of,
)
from events.source import Publication, Source
from ledger.storage import log_queries
from ledger.storage.claims_index.claim_rows import claim_rows, known_from, period_of
from ledger.storage.claims_index.lifespan import (
    PREFERRED,
    RECORD,
    REVISED,
    ClaimRow,
    MissionPeriodKey,
    width_of,
)
from ledger.storage.claims_index.period_rows import (
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
from ledger.storage.schema import citations, claims, parties, periods, stretches, undone
from ledger.storage.transaction import Transaction

UNSURE = -1
"""In place of a width in `citations`: nothing described the source before it was named. There, and
where an event undoes NOTHING that came before it, the mission is read whole."""

NOTHING = ""
"""In place of a source in `citations`."""

OPEN_SECONDS = 2**42
"""What stands in for an open side of a publication, in seconds: further off than any date."""

_PLACE = ("mission", "facet", "key", "period")

_PERIODS = (
    "SELECT p.* FROM wanted w CROSS JOIN periods p WHERE p.mission = w.mission"
    " AND p.facet = w.facet AND p.key = w.key AND p.period = w.period"
)
_BOUNDING = (
    "SELECT c.* FROM wanted w CROSS JOIN claims c WHERE c.mission = w.mission"
    " AND c.facet = w.facet AND c.key = w.key AND c.period = w.period AND c.width < 0"
)
_STRETCHES = (
    "SELECT s.mission, s.facet, s.key, s.period, s.width, s.stretch, min(s.known)"
    " FROM wanted w CROSS JOIN stretches s WHERE s.mission = w.mission AND s.facet = w.facet"
    " AND s.key = w.key AND s.period = w.period AND s.width = w.width AND s.stretch = w.stretch"
    " GROUP BY s.mission, s.facet, s.key, s.period, s.width, s.stretch"
)
_CITATIONS = (
    "SELECT c.source, c.mission FROM wanted w CROSS JOIN citations c"
    " WHERE c.source = w.source AND c.mission = w.mission"
)


def index(transaction: Transaction, made: Sequence[Entry]) -> None:
    """Add to the index what new entries bring."""
    brought = IndexRows(transaction, made)
    transaction.insert(claims, brought.claims)
    transaction.insert(undone, brought.undone)
    _write_citations(transaction, brought)
    _write_stretches(transaction, brought)
    _write_periods(transaction, brought)


class IndexRows:
    """What a run of entries, which are in `log` and `entries`, brings to the index.

    `claims` and `undone` are rows of these tables, `citations` those of each source and mission,
    as if they had not been named before.
    """

    def __init__(self, transaction: Transaction, made: Sequence[Entry]) -> None:
        self._transaction = transaction
        self._made = {entry.id: entry for entry in made}
        self._published: dict[str, tuple[int, Publication] | None] = {}
        self.claims: list[ClaimRow] = []
        self.undone: list[tuple[int, int, int]] = []
        self.citations: dict[tuple[str, str], tuple[object, ...]] = {}
        for entry in made:
            self._take(entry)

    def _take(self, entry: Entry) -> None:
        content = entry.content
        if isinstance(content, Source):
            self._published[content.id] = (entry.position, content.publication)
            return
        published = partial(self._publication, before=entry.position)
        named = sources_of(content)
        for name in named:
            self._cite(name, entry, published(name))
        known = known_from(self._needed(content, named, entry.position), published)
        marks = list(self._marks(entry, known))
        for place, kind in marks:
            more = int(kind != RECORD)
            row = ClaimRow(*place, kind, 0, entry.position, 0, known, 0, 0, None, more)
            self.claims.append(row)
        if statement := statement_of(content):
            rows = claim_rows(
                content.mission,
                statement,
                published,
                position=entry.position,
                known=known,
                more=int(bool(marks)),
            )
            self.claims.extend(rows)

    def _marks(self, entry: Entry, known: int) -> Iterator[tuple[MissionPeriodKey, int]]:
        """Yield what an event about the record bears on besides what it claims, itself first."""
        content = entry.content
        if not isinstance(content, RecordEvent):
            return
        yield (content.mission, "", "", 0), RECORD
        if isinstance(content, ReadingPreferred):
            yield (content.mission, content.facet, content.key, content.period), PREFERRED
        elif isinstance(content, ClaimRetracted | ClaimCorrected):
            if target := self._target(content, entry.position):
                self.undone.append((target.position, entry.position, known))
                yield from self._concerned(target)
            else:
                # Of an event that comes later, perhaps: nothing here would tell when it does.
                self._cite(NOTHING, entry, None)

    def _needed(self, content: Content, named: Iterable[str], position: int) -> set[str]:
        """Name the sources that must be public: what corrects a correction waits for the same."""
        needed = set(named)
        while isinstance(content, ClaimCorrected):
            target = self._target(content, position)
            if target is None or not isinstance(target.content, ClaimCorrected):
                break
            content, position = target.content, target.position
            needed.update(sources_of(content))
        return needed

    def _concerned(self, entry: Entry) -> Iterator[tuple[MissionPeriodKey, int]]:
        """Yield the periods that undoing an event can change, through what it undid itself."""
        seen: set[tuple[MissionPeriodKey, int]] = set()
        undone: Entry | None = entry
        while undone:
            content, position = undone.content, undone.position
            if isinstance(content, ReadingPreferred):
                seen.add(((content.mission, content.facet, content.key, content.period), PREFERRED))
            if isinstance(content, Event) and (statement := statement_of(content)):
                seen.update(
                    (period_of(content.mission, statement, bearing), REVISED)
                    for bearing in statement.bears
                    if bearing.role is not Role.READING
                )
            undone = None
            if isinstance(content, ClaimRetracted | ClaimCorrected):
                undone = self._target(content, position)
        yield from sorted(seen)

    def _target(self, event: ClaimRetracted | ClaimCorrected, position: int) -> Entry | None:
        """Return what an event at a position undoes: an earlier event of its own mission."""
        id_ = event.target
        if id_ not in self._made and (found := log_queries.with_id(self._transaction, id_)):
            self._made[id_] = found
        target = self._made.get(id_)
        ours = target and target.mission == event.mission and target.position < position
        return target if ours else None

    def _publication(self, name: str, *, before: int) -> Publication | None:
        if name not in self._published:
            self._published[name] = log_queries.publication(self._transaction, name)
        position, publication = self._published[name] or (before, None)
        return publication if position < before else None

    def _cite(self, source: str, entry: Entry, said: Publication | None) -> None:
        mission = entry.mission or ""
        if (source, mission) in self.citations:
            return
        if said is None:
            row = (source, mission, UNSURE, 0, 0, entry.position)
        else:
            first = -OPEN_SECONDS if said.first is None else said.first
            last = OPEN_SECONDS if said.last is None else said.last
            row = (source, mission, width_of(last - first), first, last, entry.position)
        self.citations[source, mission] = row


def _write_citations(transaction: Transaction, brought: IndexRows) -> None:
    named = brought.citations
    there = {(*row,) for row in transaction.query_for(_CITATIONS, ("source", "mission"), named)}
    transaction.insert(citations, [row for pair, row in named.items() if pair not in there])


def _write_stretches(transaction: Transaction, brought: IndexRows) -> None:
    """Tell of each stretch of a series what was known the earliest, where that is news."""
    readings = [row for row in brought.claims if row.width >= 0]
    wanted = dict.fromkeys(stretch_of(row) for row in readings)
    least: dict[StretchKey, int] = {}
    for row in transaction.query_for(_STRETCHES, (*_PLACE, "width", "stretch"), wanted):
        least[row[:6]] = row[6]
    transaction.insert(stretches, list(news(readings, least)))


def _write_periods(transaction: Transaction, brought: IndexRows) -> None:
    touched: dict[MissionPeriodKey, list[ClaimRow]] = defaultdict(list)
    for claim in brought.claims:
        touched[claim.place].append(claim)
    there = {row[:4]: PeriodRow(*row) for row in transaction.query_for(_PERIODS, _PLACE, touched)}
    weighed = [
        place for place, old in there.items() if any(can_change(old, row) for row in touched[place])
    ]
    bounding: dict[MissionPeriodKey, list[ClaimRow]] = {place: [] for place in weighed}
    for row in transaction.query_for(_BOUNDING, _PLACE, weighed):
        bounding[row[:4]].append(ClaimRow(*row))
    changes = _Changes()
    for place, rows in touched.items():
        if place in there:
            changes.change(there[place], rows, bounding.get(place))
        else:
            changes.add(rows)
    changes.write(transaction)


class _Changes:
    """New rows of `periods` and `parties`, and old ones that say otherwise now."""

    def __init__(self) -> None:
        self._periods: list[PeriodRow] = []
        self._moved_periods: list[tuple[object, ...]] = []
        self._parties: list[tuple[object, ...]] = []
        self._moved_parties: list[tuple[object, ...]] = []

    def add(self, rows: Sequence[ClaimRow]) -> None:
        """Add a period that these are the first rows of."""
        seen = PeriodSummary()
        for row in rows:
            seen.add(row)
        if seen.anything:
            made = period_row(rows[0].place, seen, [row for row in rows if row.width < 0])
            self._periods.append(made)
            self._parties += [made.of_party(party) for party in parties_of(made.place, rows)]

    def change(
        self, old: PeriodRow, new: Sequence[ClaimRow], bounding: Sequence[ClaimRow] | None
    ) -> None:
        """Change what is said of a period, after new rows; `bounding` has those among them."""
        made = changed_row(old, new, bounding)
        if made != old:
            self._moved_periods.append((*made[4:], *made.place))
        latest = new[0].position
        before = parties_of(old.place, (row for row in bounding or () if row.position < latest))
        after = before | parties_of(old.place, (*(bounding or ()), *new))
        self._parties += [made.of_party(party) for party in after - before]
        if made.of_party("") != old.of_party(""):
            self._moved_parties += [
                (*made.of_party(party), *old.of_party(party)[:7]) for party in before
            ]

    def write(self, transaction: Transaction) -> None:
        """Write them."""
        transaction.insert(periods, self._periods)
        transaction.insert(parties, self._parties)
        transaction.execute_many(
            "UPDATE periods SET width = ?, begins = ?, ends = ?, known_from = ?, known_to = ?,"
            " known_width = ?, first_position = ?, last_position = ?, position_width = ?,"
            " planned = ?, widths = ?"
            " WHERE mission = ? AND facet = ? AND key = ? AND period = ?",
            self._moved_periods,
        )
        transaction.execute_many(
            "UPDATE parties SET party = ?, width = ?, begins = ?, mission = ?, facet = ?, key = ?,"
            " period = ?, ends = ?, known_to = ?, last_position = ?"
            " WHERE party = ? AND width = ? AND begins = ? AND mission = ? AND facet = ?"
            " AND key = ? AND period = ?",
            self._moved_parties,
        )
