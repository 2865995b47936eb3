"""A summary of a state in a few headlines.

They say who leads and commands, how many there are, what is contributed, what is disputed, what
has lapsed or is only planned. A headline stands for entries of the state, and has the weakest of
their standings.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from events.facets import counted_in, parties_named
from events.units import PEOPLE
from projections.quantities import kind_counted
from projections.state_object import State, StateEntry
from projections.weighing.period import SUREST_FIRST, Standing, weakest

MAX_HEADLINES = 10
"""The maximum number of headlines of a state."""


class Topic(StrEnum):
    """What a headline is about, in order of output."""

    MISSION = "mission"
    PHASE = "phase"
    LEAD = "led by"
    COMMANDER = "commander"
    STRENGTH = "strength"
    CONTRIBUTED = "contributed"
    DISPUTED = "disputed"
    LAPSED = "lapsed"
    PLANNED = "only planned"


@dataclass(frozen=True, slots=True)
class Headline:
    """One line on entries of a state: it names `entries`, and only counts `more`."""

    topic: Topic
    entries: tuple[StateEntry, ...]
    more: tuple[StateEntry, ...] = ()

    @property
    def standing(self) -> Standing:
        """The weakest standing of its entries."""
        return weakest(entry.standing for entry in (*self.entries, *self.more))

    @property
    def disputed(self) -> bool:
        """Whether any of its entries is disputed."""
        return any(entry.disputed for entry in (*self.entries, *self.more))

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources of its entries."""
        entries = (*self.entries, *self.more)
        return tuple(dict.fromkeys(source for entry in entries for source in entry.sources))


def headline_versions(state: State) -> Iterator[list[Headline]]:
    """Yield the headlines of a state in three versions, each with fewer and broader headlines."""
    yield list(_headlines(state, lead=2, others=2))
    yield list(_headlines(state, lead=2, others=1))
    yield list(_headlines(state, lead=1, others=1))


def _headlines(state: State, *, lead: int, others: int) -> Iterator[Headline]:
    """Yield headlines: up to `lead` on each of command and commander, `others` per other topic."""
    facets = state.facets
    weak = [entry for entry in facets["mission"] if not _unremarkable(entry)]
    yield from _headline_per_group(Topic.MISSION, _one_group_each(weak), others)
    yield from _headline_per_group(Topic.PHASE, _one_group_each(facets["phase"]), others)
    yield from _lead(facets["command"], lead)
    yield from _headline_per_group(Topic.COMMANDER, _one_group_each(facets["commander"]), lead)
    yield from _headline_per_group(Topic.STRENGTH, _counts(state), others)
    groups = _by_standing(facets["contribution"])
    for group in groups[: others - 1]:
        yield Headline(Topic.CONTRIBUTED, tuple(group))
    yield from _one_headline(Topic.CONTRIBUTED, chain.from_iterable(groups[others - 1 :]))
    everything = [entry for entries in facets.values() for entry in entries]
    yield from _one_headline(Topic.DISPUTED, (entry for entry in everything if entry.disputed))
    rest = [entry for entry in everything if entry.facet not in _NAMED_APART]
    for topic, standing in (
        (Topic.LAPSED, Standing.PRESUMED_ENDED),
        (Topic.PLANNED, Standing.EXPECTED),
    ):
        yield from _one_headline(topic, (entry for entry in rest if entry.standing is standing))


_CONTRIBUTING = (Standing.CERTAIN, Standing.ASSUMED, Standing.POSSIBLE)
_NAMED_APART = ("mission", "phase", "command", "commander", "strength")
"""Facets whose entries have their own headline whatever their standing."""


def _unremarkable(entry: StateEntry) -> bool:
    """Whether a mission's entry needs no headline."""
    return entry.standing in (Standing.CERTAIN, Standing.ASSUMED) and not entry.disputed


def _surest(entry: StateEntry) -> int:
    return SUREST_FIRST.index(entry.standing)


def _one_group_each(entries: Iterable[StateEntry]) -> list[list[StateEntry]]:
    return [[entry] for entry in sorted(entries, key=_surest)]


def _lead(entries: Iterable[StateEntry], at_most: int) -> Iterator[Headline]:
    """Yield a headline on each who leads; those who lead jointly since the same day share one."""
    groups: list[list[StateEntry]] = []
    for entry in sorted(entries, key=_surest):
        joint = next((group for group in groups if _led_jointly(group[0], entry)), None)
        if joint:
            joint.append(entry)
        else:
            groups.append([entry])
    for group in groups[: at_most - 1]:
        yield Headline(Topic.LEAD, tuple(group))
    if last := groups[at_most - 1 :]:
        yield Headline(Topic.LEAD, tuple(last[0]), tuple(chain.from_iterable(last[1:])))


def _led_jointly(one: StateEntry, other: StateEntry) -> bool:
    named = (
        each.key in parties_named(by.value.get("jointly_with"))
        for each, by in ((one, other), (other, one))
    )
    return any(named) and _began(one) == _began(other)


def _began(entry: StateEntry) -> object:
    return entry.start and (entry.start.days, entry.start.basis)


def _counts(state: State) -> list[list[StateEntry]]:
    """Return the strength entries by key and kind: those of the mission first, people first."""
    groups: dict[tuple[bool, bool, str, str], list[StateEntry]] = {}
    for entry in sorted(state.facets["strength"], key=_surest):
        kind, counted = kind_counted(entry), counted_in(entry.key)
        order = (counted != state.mission, kind not in (PEOPLE, ""), entry.key, kind)
        groups.setdefault(order, []).append(entry)
    return [groups[order] for order in sorted(groups)]


def _by_standing(entries: Sequence[StateEntry]) -> list[list[StateEntry]]:
    """Return the entries grouped by standing, the surest first, if certain, assumed or possible."""
    groups = [[e for e in entries if e.standing is standing] for standing in _CONTRIBUTING]
    return [group for group in groups if group]


def _headline_per_group(
    topic: Topic, groups: Sequence[Sequence[StateEntry]], at_most: int
) -> Iterator[Headline]:
    """Yield a headline that names the first entry of each group; the last covers all the rest."""
    for number, (first, *more) in enumerate(groups, 1):
        if number == at_most:
            yield Headline(topic, (first,), (*more, *chain.from_iterable(groups[number:])))
            return
        yield Headline(topic, (first,), tuple(more))


def _one_headline(topic: Topic, entries: Iterable[StateEntry]) -> Iterator[Headline]:
    if found := tuple(entries):
        yield Headline(topic, found)
