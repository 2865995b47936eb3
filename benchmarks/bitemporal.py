"""Answers as of two clocks (valid time and record time), compared with other databases.

The same facts are recorded in all of them. Then each is queried at random points (the state on a
day, as recorded at a step), and the answers must be equal. The time of our whole answer is compared
with the time in which a peer reads its facts.
"""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from random import Random

from benchmarks.answers import answer
from benchmarks.bare_rows import BareRows
from benchmarks.facts import DAYS, FIRST, SIZES, STEPS, Change, Peer, Point, changes
from benchmarks.figures import Figure, a_bare_query, p50, timed
from benchmarks.peers import SERVERS, Postgres
from events.catalogue import ContributionDeployed, ContributionWithdrawn
from events.claim_event import ClaimEvent, Event
from events.encoding.codec import event_id
from events.record_events import ClaimCorrected
from ledger.log import Batch
from projections.question import DayQuestion, Selection
from projections.record import Record, create_record, open_record
from projections.state_object import State

POINTS = 2000
MEASURED = ("ten", "five-hundred")


class Ours:
    """A ledger in a SQLite file."""

    def __init__(self, store: Record) -> None:
        self._store = store
        self._ends: list[int] = []
        self._withdrawn: dict[tuple[str, str], str] = {}

    def record(self, step: int, made: list[Change]) -> None:
        """Append the changes as one batch."""
        del step
        events = tuple(self._event(each) for each in made)
        if events:
            self._store.append(Batch(events), by="anna")
        self._ends.append(self._store.position())

    def _event(self, made: Change) -> Event:
        fields: dict[str, object] = {"mission": made.mission, "contribution": made.key}
        if made.until is None:
            on = date.fromordinal(made.since).isoformat()
            return ContributionDeployed.model_validate(
                {**fields, "on": on, "contributor": "DNK", "capability": "staff"}
            )
        on = date.fromordinal(made.until).isoformat()
        event: ClaimEvent | ClaimCorrected
        event = claim = ContributionWithdrawn.model_validate({**fields, "on": on})
        if before := self._withdrawn.get((made.mission, made.key)):
            event = ClaimCorrected(
                mission=made.mission, target=before, claim=claim, reason="it was later"
            )
        self._withdrawn[made.mission, made.key] = event_id(event)
        return event

    def read(self, point: Point) -> State:
        """Return the whole answer."""
        return answer(self._store, point.mission, point.day, upto=self._ends[point.step])

    def keys(self, found: State) -> frozenset[str]:
        """Return the keys of the contributions in the state."""
        return frozenset(each.key for each in found.facets["contribution"])

    def select(self, point: Point) -> Selection:
        """Return the claims that the answer rests on."""
        upto = self._ends[point.step]
        return self._store.select(point.mission, DayQuestion(point.day), upto=upto)


def figures(events: int, folder: Path) -> Iterator[Figure | str]:
    """Record the facts in all databases, query all of them, and compare answers and times."""
    del events
    by_step: list[list[Change]] = [[] for _ in range(STEPS)]
    for each in changes():
        by_step[each.step].append(each)
    with ExitStack() as stack:
        path = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=folder))) / "ledger.sqlite"
        create_record(path)
        ours = Ours(stack.enter_context(open_record(path, write=True)))
        peers: dict[str, Peer] = {"ours": ours}
        for name, (reason, server) in SERVERS.items():
            if missing := reason():
                yield f"not compared with {name}: {missing}"
            else:
                peers[name] = stack.enter_context(server())
        for step, some in enumerate(by_step):
            for peer in peers.values():
                peer.record(step, some)
        if isinstance(in_postgres := peers.get("PostgreSQL"), Postgres):
            in_postgres.analyze()
        yield from _compare(peers, ours, stack.enter_context(BareRows(path)))


def _compare(peers: dict[str, Peer], ours: Ours, bare: BareRows) -> Iterator[Figure]:
    random, different = Random(8), 0
    names = [*peers, "ours, claims alone", "bare"]
    taken: dict[str, dict[str, list[float]]] = {kind: {n: [] for n in names} for kind in SIZES}
    for number in range(POINTS):
        kind = list(SIZES)[number % len(SIZES)]
        point = Point(
            f"{kind}-{random.randrange(SIZES[kind][0])}",
            FIRST + random.randrange(-100, DAYS + 500),
            random.randrange(STEPS),
        )
        answers = set()
        for name, peer in peers.items():
            took, found = timed(peer.read, point)
            taken[kind][name].append(took)
            answers.add(peer.keys(found))
        different += len(answers) > 1
        took, selection = timed(ours.select, point)
        taken[kind]["ours, claims alone"].append(took)
        taken[kind]["bare"].append(bare.seconds([(point.mission, selection)]))
    yield Figure(f"answers that differ, of {POINTS:,} random points", different, "", 0)
    for kind in MEASURED:
        _, contributions = SIZES[kind]
        times = {name: p50(found) * 1e3 for name, found in taken[kind].items()}
        least = a_bare_query(times.pop("bare") / 1e3)
        said = "; ".join([*(f"{name} {each:.2f} ms" for name, each in times.items()), least])
        name = f"answer on {contributions} facts as of two clocks"
        if "PostgreSQL" in times:
            ratio = times["ours"] / times["PostgreSQL"]
            yield Figure(f"{name}, of PostgreSQL", ratio, "times", 2, beside=said)
        else:
            yield Figure(name, times["ours"], "ms", beside=said)
