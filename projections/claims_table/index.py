"""Add the rows of new entries to the tables of the claims.

They are a function of the log; `rebuild` derives them again. Of the periods that new claims bear
on, the stored rows are read, and the starts and ends of those whose lifespan can change.
"""

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence

import orjson
from sqlalchemy import bindparam, func, select

from events.facets import FACETS
from ledger.storage import log_queries, names
from ledger.storage.given_rows import as_given, given_values
from ledger.storage.schema import NAMES, entry, source
from ledger.storage.transaction import Transaction
from projections.claims_table import touched_periods
from projections.claims_table.codes import MEANINGS, STARTS_AND_ENDS, series_number
from projections.claims_table.entry_parts import ClaimParts, names_in
from projections.claims_table.lifespan import (
    Addition,
    extended,
    opened,
    redated,
    unsearchable,
    with_lifespan,
)
from projections.claims_table.period_row import PeriodRow
from projections.claims_table.queries import NAMED, OF_KEY
from projections.claims_table.sources import versions
from projections.claims_table.tables import claim, party, period, record
from projections.claims_table.touched_periods import MissionPlace
from projections.weighing.amendments import Amendment
from projections.weighing.claims import Claim
from projections.weighing.sources import UNDESCRIBED

_LAST_K = select(func.max(period.c.k))
_STARTS_AND_ENDS = select(
    claim.c.k, claim.c.says, claim.c.first, claim.c.last, claim.c.source
).where(claim.c.k.in_(given_values()), claim.c.series == STARTS_AND_ENDS)
_PARTIES = select(party).select_from(as_given(party, ["party", "k"]))
_NAMED_BEFORE = select(source.c.number).where(
    source.c.number.in_(given_values()), source.c.says == NAMES
)
_CHANGED = (
    select(entry.c.about)
    .distinct()
    .where(
        entry.c.about.in_(given_values()),
        *(entry.c.about.is_not(None), entry.c.position <= bindparam("upto")),
    )
)
_CHANGING = PeriodRow._fields[5:]
_CHANGE = (
    period.update()
    .where(period.c.k == bindparam("changed"))
    .values({name: bindparam(f"new_{name}") for name in _CHANGING})
)


def index(transaction: Transaction, new: Sequence[ClaimParts]) -> None:
    """Add the rows of new entries: the same ones, however many are added at a time."""
    late = _named_before(transaction, new)
    for together in _divided(new, late):
        _index(transaction, together, late)


def _named_before(transaction: Transaction, new: Sequence[ClaimParts]) -> dict[str, int]:
    """Return those sources, of those described here, that entries before that name, by number."""
    numbers = names.numbers_of(transaction, [each.described for each in new if each.described])
    late = {row.number for row in transaction.rows_among(_NAMED_BEFORE, numbers.values())}
    return {source_: number for source_, number in numbers.items() if number in late}


def _divided(
    new: Sequence[ClaimParts], named_before: Container[str | None]
) -> Iterator[Sequence[ClaimParts]]:
    """Divide new entries before each that describes a source which earlier ones name."""
    first = 0
    for at, each in enumerate(new):
        if at and each.described in named_before:
            yield new[first:at]
            first = at
    yield new[first:]


def _index(
    transaction: Transaction, new: Sequence[ClaimParts], named_before: Mapping[str, int]
) -> None:
    numbers = names.numbered(transaction, names_in(new))
    amended = [(each, each.amendment) for each in new if each.amendment]
    transaction.insert(record, [row for each in amended for row in _record_rows(*each, numbers)])
    added = _additions(transaction, new, numbers)
    about = touched_periods.about(transaction, new)
    named = {row.target.hex() for row in about}
    touched = touched_periods.touched(transaction, new, numbers, named)
    preferred = touched_periods.preferred(new, numbers, about)
    moved = touched_periods.redated_by(transaction, new, named_before, added)
    rows = _PeriodRows(transaction, [*added, *touched, *preferred, *moved])
    rows.add(added)
    rows.change(opened, touched)
    rows.change(opened, rows.with_other_periods())
    rows.change(unsearchable, preferred)
    rows.change(redated, moved)
    transaction.insert(
        claim,
        [
            row
            for place, of_place in added.items()
            for each in of_place
            for row in _claim_rows(rows.rows[place].k, each, numbers)
        ],
    )
    rows.weigh(added, new[-1].position)
    rows.write()
    _add_parties(transaction, rows, added)


def _record_rows(
    parts: ClaimParts, amendment: Amendment, numbers: Mapping[str, int]
) -> Iterator[tuple[object, ...]]:
    more = amendment.place or parts.corrections
    data = orjson.dumps(more).decode() if more else None
    for target in dict.fromkeys(amendment.targets or ("",)):
        yield (
            # What is no whole id is that of no entry, but the event has its sources all the same.
            bytes.fromhex(target) if log_queries.is_id(target) else target.encode(),
            *(parts.position, numbers[parts.mission or ""], str(amendment.kind)),
            amendment.source and numbers[amendment.source],
            amendment.claim_source and numbers[amendment.claim_source],
            *(data, amendment.reason),
        )


def _additions(
    transaction: Transaction, new: Sequence[ClaimParts], numbers: Mapping[str, int]
) -> dict[MissionPlace, list[Addition]]:
    """Return the new claims by period."""
    named = {numbers[one.source] for each in new for one in each.claims if one.source}
    end = new[-1].position
    stated_by = versions(transaction, named, end)
    changed = {row.about for row in transaction.rows_among(_CHANGED, named, upto=end)}
    kinds = names.numbers_of(transaction, _kinds_in(new))
    found: dict[MissionPlace, list[Addition]] = defaultdict(list)
    for each in new:
        for one in each.claims:
            place = (numbers[each.mission or ""], *one.place)
            number = numbers[one.source] if one.source else 0
            _, version = stated_by.get(number, ("", UNDESCRIBED))
            series = tuple(
                series_number(measure, kinds[kind] if kind else 0) for measure, kind in one.counted
            )
            addition = Addition(
                *(each.position, one, version, series if one.is_reading else (one.series,)),
                number in changed,
            )
            found[place].append(addition)
    return found


def _kinds_in(new: Iterable[ClaimParts]) -> Iterator[str]:
    for each in new:
        yield from (kind for one in each.claims for _, kind in one.counted if kind)


class _PeriodRows:
    """The rows of `period` that new entries bear on: as stored, and as they become."""

    def __init__(self, transaction: Transaction, places: Iterable[MissionPlace]) -> None:
        self._transaction = transaction
        rows = (PeriodRow._make(row) for row in transaction.rows_for(NAMED, places))
        self.stored = {(row.mission, *row.place): row for row in rows}
        self.rows = dict(self.stored)

    def add(self, added: Mapping[MissionPlace, Sequence[Addition]]) -> None:
        """Add new claims, and number the periods that had none."""
        new = [place for place in added if place not in self.rows]
        last = (self._transaction.scalar(_LAST_K) or 0) if new else 0
        for k, place in enumerate(new, last + 1):
            self.rows[place] = PeriodRow(k, *place)
        for place, of_place in added.items():
            self.rows[place] = extended(self.rows[place], of_place)

    def with_other_periods(self) -> set[MissionPlace]:
        """Return the periods of keys that have a new period besides others.

        They are weighed together, so that the lifespan of none can be told by its own claims.
        """
        new = {key: key[:3] for key in self.rows.keys() - self.stored.keys()}
        lasting = {key for key in new.values() if FACETS[key[1]].lasting}
        for row in map(PeriodRow._make, self._transaction.rows_for(OF_KEY, lasting)):
            place = (row.mission, *row.place)
            self.stored[place] = row
            self.rows.setdefault(place, row)
        of_key: dict[tuple[int, str, str], set[MissionPlace]] = defaultdict(set)
        for place in self.rows:
            if place[:3] in lasting:
                of_key[place[:3]].add(place)
        return {place for places in of_key.values() if len(places) > 1 for place in places}

    def change(
        self, changed: Callable[[PeriodRow], PeriodRow], places: Iterable[MissionPlace]
    ) -> None:
        """Change the rows of these periods, as far as any claim bears on them."""
        for place in places:
            if place in self.rows:
                self.rows[place] = changed(self.rows[place])

    def weigh(self, added: Mapping[MissionPlace, Sequence[Addition]], upto: int) -> None:
        """Weigh the lifespans that new claims, up to a position, can change; these are stored."""
        changed = {
            self.rows[place].k: place
            for place, of_place in added.items()
            if self.rows[place].can_be_told and any(one.stated.bounds for one in of_place)
        }
        stored = [*self._transaction.rows_among(_STARTS_AND_ENDS, changed)]
        named = {row.source for row in stored if row.source}
        stated_by = versions(self._transaction, named, upto)
        bounds: dict[int, list[Claim]] = {k: [] for k in changed}
        for row in stored:
            role, basis, _ = MEANINGS[row.says]
            _, facet, key, number = changed[row.k]
            _, version = stated_by.get(row.source, ("", UNDESCRIBED))
            published = version.published
            claim_ = Claim(
                *("", 0, facet, key, number, role, row.first, row.last, basis, None, published, {})
            )
            bounds[row.k].append(claim_.as_weighed(version))
        for k, place in changed.items():
            self.rows[place] = with_lifespan(self.rows[place], bounds[k])

    def write(self) -> None:
        """Write the rows that are new or changed."""
        new = [row for place, row in self.rows.items() if place not in self.stored]
        self._transaction.insert(period, new)
        changed = [
            {f"new_{name}": value for name, value in zip(_CHANGING, row[5:], strict=True)}
            | {"changed": row.k}
            for place, row in self.rows.items()
            if place in self.stored and row != self.stored[place]
        ]
        self._transaction.execute(_CHANGE, changed)


def _claim_rows(k: int, each: Addition, numbers: Mapping[str, int]) -> Iterator[tuple[object, ...]]:
    stated = each.stated
    source_number = stated.source and numbers[stated.source]
    for series in each.series:
        yield (
            *(k, series, stated.last, each.position, stated.says, stated.first),
            *(source_number, stated.data),
        )


def _add_parties(
    transaction: Transaction,
    rows: _PeriodRows,
    added: Mapping[MissionPlace, Sequence[Addition]],
) -> None:
    named = {
        (name, rows.rows[place].k): place in rows.stored
        for place, of_place in added.items()
        for each in of_place
        for name in each.stated.parties
    }
    # A period that is new has no parties yet.
    asked = [each for each, is_stored in named.items() if is_stored]
    there = {(row.party, row.k) for row in transaction.rows_for(_PARTIES, asked)}
    transaction.insert(party, [each for each in named if each not in there])
