"""The selections of a store without a claims index: all events of each mission."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from events.bearings import PeriodKey, period_keys_of
from events.record_events import sources_among, sources_of, statement_of
from events.source import Publication, Source
from projections.claims_table.claim_rows import claim_rows
from projections.question import ClaimStore, Question, Selection
from projections.weighing.claims import possibly_public as doubtful


class FullScan:
    """The methods of the store protocol that a claims index makes fast, by full scans."""

    def select(
        self: ClaimStore,
        mission: str,
        question: Question | None = None,  # noqa: ARG002 (all events are enough for any question)
        *,
        known: int | None = None,  # noqa: ARG002
        upto: int | None = None,
    ) -> Selection:
        """Return all of a mission's events."""
        # Read the position first, so that later appends are left out of all that follows.
        position = self.position() if upto is None else upto
        entries = tuple(self.of_mission(mission, upto=position))
        names = sources_among([entry.content for entry in entries])
        contents = (entry.content for entry in self.of_sources(names, upto=position))
        published = {each.id: each.publication for each in contents if isinstance(each, Source)}
        return Selection(position, entries, published)

    def select_each(
        self: ClaimStore,
        questions: Mapping[str, Question],
        *,
        known: int | None = None,
        upto: int | None = None,
    ) -> Iterator[tuple[str, Selection]]:
        """Yield all events of each of these missions."""
        for mission, question in questions.items():
            yield mission, self.select(mission, question, known=known, upto=upto)

    def missions_of(
        self: ClaimStore,
        party: str,  # noqa: ARG002
        day: int | None,  # noqa: ARG002
        *,
        known: int | None = None,  # noqa: ARG002
        upto: int | None = None,
    ) -> Mapping[str, None]:
        """Return all missions."""
        return {each.mission: None for each in self.missions(upto=upto)}

    def names(self: ClaimStore) -> Mapping[str, Sequence[str]]:
        """Return the aliases of every mission, by short name."""
        return {each.mission: each.aliases for each in self.missions()}

    def source_ids(self: ClaimStore) -> Sequence[str]:
        """Return the ids of all sources that are described."""
        contents = (entry.content for entry in self.entries())
        return sorted({each.id for each in contents if isinstance(each, Source)})

    def known(self: ClaimStore, ids: Iterable[str]) -> frozenset[str]:
        """Return which of these ids are in the log."""
        return frozenset(id_ for id_ in ids if self.starting_with(id_, limit=1))

    def periods(self: ClaimStore, mission: str) -> Sequence[PeriodKey]:
        """Return the periods of a mission that any claim bears on."""
        claims = (statement_of(entry.content) for entry in self.of_mission(mission))
        return sorted({place for claim in claims if claim for place in period_keys_of(claim)})

    def missions_citing(self: ClaimStore, source: str) -> Sequence[str]:
        """Return the missions with an event that rests on a source."""
        named = (e.mission for e in self.entries() if e.mission and source in sources_of(e.content))
        return sorted(set(named))

    def parties(self: ClaimStore) -> Sequence[str]:
        """Return the nations and bodies that any claim names."""
        return sorted(
            {
                row.party
                for entry in self.entries()
                if entry.mission and (claim := statement_of(entry.content))
                for row in claim_rows(entry.mission, claim, lambda _: None)
                if row.party
            }
        )

    def possibly_public(
        self: ClaimStore, known: int | None, *, upto: int | None = None
    ) -> frozenset[str]:
        """Return the sources that were perhaps, but not certainly, public by `known`."""
        if known is None:
            return frozenset()
        published: dict[str, Publication] = {}
        named: set[str] = set()
        for entry in self.entries(upto=upto):
            named.update(sources_of(entry.content))
            if isinstance(entry.content, Source):
                published[entry.content.id] = entry.content.publication
        return doubtful(named, published, known)
