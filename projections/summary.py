"""What most who ask for a state want to know first, in a few headlines.

Who leads and commands, how many there are, what is contributed, what is disputed, what has lapsed
or is only planned. A headline stands for entries of the state, and is as weak as the weakest.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from projections.state_object import State, StateEntry
from projections.weighing.period import SUREST_FIRST, Standing, weakest

MOST = 10
"""Headlines of one state, at the most."""


class Topic(StrEnum):
    """What a headline is about, in the order they are told."""

    MISSION = "mission"
    LEAD = "led by"
    COMMANDER = "commander"
    STRENGTH = "strength"
    CONTRIBUTED = "contributed"
    DISPUTED = "disputed"
    LAPSED = "lapsed"
    PLANNED = "only planned"


@dataclass(frozen=True, slots=True)
class Headline:
    """One line about some entries of a state; `more` are those it does not name."""

    topic: Topic
    entries: tuple[StateEntry, ...]
    more: tuple[StateEntry, ...] = ()

    @property
    def standing(self) -> Standing:
        """The weakest standing of all that it stands for."""
        return weakest(entry.standing for entry in (*self.entries, *self.more))

    @property
    def disputed(self) -> bool:
        """Whether anything it stands for is."""
        return any(entry.disputed for entry in (*self.entries, *self.more))

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources of all that it stands for."""
        entries = (*self.entries, *self.more)
        return tuple(dict.fromkeys(source for entry in entries for source in entry.sources))


def shorter_and_shorter(state: State) -> Iterator[list[Headline]]:
    """Yield the headlines of a state, then fewer that stand for more entries each, and fewer."""
    yield list(_headlines(state, lead=2, others=2))
    yield list(_headlines(state, lead=2, others=1))
    yield list(_headlines(state, lead=1, others=1))


def _headlines(state: State, *, lead: int, others: int) -> Iterator[Headline]:
    """Yield headlines: so many at the most on who leads and commands, so many on other topics."""
    facets = state.facets
    weak = [entry for entry in facets["mission"] if not _unremarkable(entry)]
    yield from _headline_per_group(Topic.MISSION, _one_group_each(weak), others)
    yield from _headline_per_group(Topic.LEAD, _one_group_each(facets["command"]), lead)
    yield from _headline_per_group(Topic.COMMANDER, _one_group_each(facets["commander"]), lead)
    yield from _headline_per_group(Topic.STRENGTH, _counts(state), others)
    given = _by_standing(facets["contribution"])
    for group in given[: others - 1]:
        yield Headline(Topic.CONTRIBUTED, tuple(group))
    yield from _one_headline(Topic.CONTRIBUTED, chain.from_iterable(given[others - 1 :]))
    everything = [entry for entries in facets.values() for entry in entries]
    yield from _one_headline(Topic.DISPUTED, (entry for entry in everything if entry.disputed))
    rest = [entry for entry in everything if entry.facet not in _NAMED_APART]
    for topic, standing in (
        (Topic.LAPSED, Standing.PRESUMED_ENDED),
        (Topic.PLANNED, Standing.EXPECTED),
    ):
        yield from _one_headline(topic, (entry for entry in rest if entry.standing is standing))


_CONTRIBUTING = (Standing.CERTAIN, Standing.ASSUMED, Standing.POSSIBLE)
_NAMED_APART = ("mission", "command", "commander", "strength")
"""Facets whose entries have a headline of their own whatever their standing is."""


def _unremarkable(entry: StateEntry) -> bool:
    """Whether nothing has to be said of a mission but its name."""
    return entry.standing in (Standing.CERTAIN, Standing.ASSUMED) and not entry.disputed


def _surest(entry: StateEntry) -> int:
    return SUREST_FIRST.index(entry.standing)


def _one_group_each(entries: Iterable[StateEntry]) -> list[list[StateEntry]]:
    return [[entry] for entry in sorted(entries, key=_surest)]


def _counts(state: State) -> list[list[StateEntry]]:
    """Return the counts of each who or what is counted, the mission itself first."""
    entries = sorted(state.facets["strength"], key=_surest)
    keys = sorted({entry.key for entry in entries}, key=lambda key: (key != state.mission, key))
    return [[entry for entry in entries if entry.key == key] for key in keys]


def _by_standing(entries: Sequence[StateEntry]) -> list[list[StateEntry]]:
    """Return the entries of each standing that is given, the surest first."""
    groups = [[e for e in entries if e.standing is standing] for standing in _CONTRIBUTING]
    return [group for group in groups if group]


def _headline_per_group(
    topic: Topic, groups: Sequence[Sequence[StateEntry]], at_most: int
) -> Iterator[Headline]:
    """Yield a headline that names the first of each group; the last allowed stands for the rest."""
    for number, (first, *more) in enumerate(groups, 1):
        if number == at_most:
            yield Headline(topic, (first,), (*more, *chain.from_iterable(groups[number:])))
            return
        yield Headline(topic, (first,), tuple(more))


def _one_headline(topic: Topic, entries: Iterable[StateEntry]) -> Iterator[Headline]:
    if found := tuple(entries):
        yield Headline(topic, found)
