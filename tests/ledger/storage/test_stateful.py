"""Each kind of ledger beside a store in memory, through whatever befalls it, drawn at random.

After every step the two must hold the same log byte for byte, and answer alike. Steps are
announcements, repetitions, events about the record, refusals, crashes, lost connections.
Set MISSION_LEDGER_EXAMPLES=500 for a long run.
"""

import itertools
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from events.catalogue import MissionEstablished
from events.claim_event import ClaimEvent, Event
from events.entry import Entry
from events.errors import MissionLedgerError
from events.facets import Role
from events.files.announcement import Announcement
from events.record_events import ClaimCorrected, ClaimRetracted, ReadingPreferred
from ledger.append import append_announcement
from ledger.log import Receipt, Store
from ledger.merkle.tree import Tree, grow, leaf_hash
from ledger.upkeep.verify import verify
from projections.record import open_record
from tests.faults.numbered import numbered
from tests.plain_store import PlainStore
from tests.postgres import Server
from tests.ready import empty_ledger
from tests.roles import owned
from tests.strategies import announcements, any_events, dates, lines, slugs

LONG = int(os.environ.get("MISSION_LEDGER_EXAMPLES", "0"))

people = st.sampled_from(("anna", "bo", "Ærø"))
nth = st.integers(0, 10**6)


UNPREFERRED = (Role.ATTESTATION, Role.HAPPENING)
"""The roles among whose claims there is no preference."""


class Clock:
    """A clock that stands where it is put, and lets something happen when it is looked at."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 5, 12, tzinfo=UTC)
        self.meanwhile: list[Callable[[], object]] = []

    def __call__(self) -> datetime:
        """Return where it stands. An append looks at it half way through."""
        while self.meanwhile:
            self.meanwhile.pop()()
        return self.now


@dataclass(frozen=True)
class Place:
    """Where a ledger is, how its connections are cut (a file has none), how it is taken away.

    `steps` is how many an append makes with the database, about: a crash comes at one of them.
    """

    place: str
    steps: int
    disconnect: Callable[[], None]
    drop: Callable[[], None]


class Beside(RuleBasedStateMachine):
    """A ledger that outlives its process, and a store in memory that is given the same."""

    def __init__(self, new_place: Callable[[], Place]) -> None:
        super().__init__()
        self.at = new_place()
        self.clock = Clock()
        self.memory = PlainStore(clock=self.clock)
        self.store = open_record(self.at.place, write=True, clock=self.clock)
        self.given: list[Announcement] = []

    # What is appended.

    @rule(announcement=announcements(), by=people)
    def announce(self, announcement: Announcement, by: str) -> None:
        """An announcement comes in."""
        self.add(announcement, by=by)

    @precondition(lambda self: self.given)
    @rule(which=nth, by=people)
    def repeat(self, which: int, by: str) -> None:
        """An announcement comes in again."""
        self.add(self.given[which % len(self.given)], by=by)

    @precondition(lambda self: self.given)
    @rule(which=nth, more=any_events(), first=st.booleans())
    def repeat_with_more(self, which: int, more: Event, first: bool) -> None:
        """An announcement comes in again, with one event more than before."""
        earlier = self.given[which % len(self.given)]
        source = earlier.source.id if earlier.source else None
        new = more.model_copy(update={"source": source})
        self.add(Announcement(earlier.source, (*earlier.events, new)[:: -1 if first else 1]))

    @precondition(lambda self: self.memory.position())
    @rule(which=nth, length=st.integers(4, 64), reason=lines, right=st.booleans())
    def retract(self, which: int, length: int, reason: str, right: bool) -> None:
        """An event is retracted by the beginning of its id; sources cannot be."""
        entry = self.entry(which)
        mission = entry.mission if entry.mission and right else "nmi"
        event = ClaimRetracted(mission=mission, target=entry.id[:length], reason=reason)
        self.add(Announcement(None, (event,)))

    @precondition(lambda self: any(map(claim_of, self.memory.entries())))
    @rule(which=nth, on=dates)
    def correct(self, which: int, on: str) -> None:
        """A claim is corrected, and so may the correction be; maybe nothing changes by it."""
        entry, claim = self.claim(which)
        better = claim.model_copy(update={"on": on})
        event = ClaimCorrected(
            mission=claim.mission, target=entry.id, claim=better, reason="misread"
        )
        self.add(Announcement(None, (event,)))

    @precondition(lambda self: any(map(claim_of, self.memory.entries())))
    @rule(which=nth, twice=st.booleans())
    def prefer(self, which: int, twice: bool) -> None:
        """One claim of an occurrence is preferred."""
        entry, claim = self.claim(which)
        bearing = claim.bears[0]
        event = ReadingPreferred(
            mission=claim.mission,
            facet=bearing.facet,
            key=getattr(claim, bearing.key),
            period=getattr(claim, bearing.period),
            role=Role.START if bearing.role in UNPREFERRED else bearing.role,
            claims=(entry.id[:12],) * (2 if twice else 1),
            reason="the older document",
        )
        self.add(Announcement(None, (event,)))

    @rule(announcement=announcements(), off=st.sampled_from((-1, 0, 0, 0, 1)))
    def expect(self, announcement: Announcement, off: int) -> None:
        """A writer says where the log ends, rightly or wrongly."""
        self.add(announcement, expected=self.memory.position() + off)

    @rule(announcement=announcements(), by=people)
    def take_over(self, announcement: Announcement, by: str) -> None:
        """Entries come in as another ledger recorded them."""
        receipt = outcome(append_announcement, self.memory, announcement, by=by)
        if isinstance(receipt, Receipt):
            assert self.store.continue_with(receipt.appended) == self.memory.position()

    # What is refused.

    @precondition(lambda self: any(each.source for each in self.given))
    @rule(which=nth, title=lines, new=any_events())
    def describe_otherwise(self, which: int, title: str, new: Event) -> None:
        """A source comes in under an id that names another document."""
        sources = [each.source for each in self.given if each.source]
        source = sources[which % len(sources)].model_copy(update={"title": title})
        self.add(Announcement(source, (new.model_copy(update={"source": source.id}),)))

    @rule(announcement=announcements())
    def give_too_much(self, announcement: Announcement) -> None:
        """The last of an announcement's events is too large for the log."""
        names = tuple(f"{'n' * 70}-{number}" for number in range(900))
        large = MissionEstablished(mission="nmi", on="2018", aliases=names)
        self.add(Announcement(announcement.source, (*announcement.events, large)))

    @rule(announcement=announcements(), by=st.sampled_from(("", " ", "a\nb", "x" * 101)))
    def be_nobody(self, announcement: Announcement, by: str) -> None:
        """Whoever records has no name that can be recorded."""
        self.add(announcement, by=by)

    # What goes wrong.

    @rule(announcement=announcements(), step=nth)
    def crash(self, announcement: Announcement, step: int) -> None:
        """A process dies within an append; its user gives the announcement again."""
        before = self.memory.position()
        wanted = outcome(append_announcement, self.memory, announcement, by="anna")
        die_while_appending(self.at.place, self.clock, announcement, step % self.at.steps)
        assert self.store.position() in (before, self.memory.position())
        found = outcome(append_announcement, self.store, announcement, by="anna")
        if isinstance(wanted, Receipt):
            assert isinstance(found, Receipt)
            assert found.position == wanted.position
            assert found.appended in ((), wanted.appended)
        else:
            assert found == wanted

    @rule(announcement=announcements())
    def interrupt(self, announcement: Announcement) -> None:
        """Somebody presses Ctrl-C within an append: nothing of it is there."""
        before = self.memory.position()
        self.clock.meanwhile = [press_ctrl_c]
        with pytest.raises((KeyboardInterrupt, MissionLedgerError)):
            append_announcement(self.store, announcement, by="anna")
        self.clock.meanwhile = []
        assert self.store.position() == before

    @rule()
    def lose_the_connection(self) -> None:
        """The connections break between two appends."""
        self.at.disconnect()

    @rule(announcement=announcements())
    def lose_the_connection_within(self, announcement: Announcement) -> None:
        """The connection breaks within an append, which tries again and comes through."""
        wanted = outcome(append_announcement, self.memory, announcement, by="anna")
        self.clock.meanwhile = [self.at.disconnect]
        assert outcome(append_announcement, self.store, announcement, by="anna") == wanted
        self.clock.meanwhile = []

    @rule()
    def reopen(self) -> None:
        """The ledger is closed, and opened again."""
        self.store.close()
        self.store = open_record(self.at.place, write=True, clock=self.clock)

    @rule()
    def rebuild(self) -> None:
        """All but the log is made anew, by the owner, while the writer has it open."""
        with owned(self.store) as theirs:
            theirs.rebuild()

    @rule(microseconds=st.integers(-(10**7), 10**9))
    def wait(self, microseconds: int) -> None:
        """Time passes, or the clock is put back."""
        self.clock.now += timedelta(microseconds=microseconds)

    # What is asked.

    @rule(after=nth, upto=st.none() | nth, which=nth, length=st.integers(0, 64), name=slugs)
    def read(self, after: int, upto: int | None, which: int, length: int, name: str) -> None:
        """Every question has the same answer, as of any position."""
        end = self.memory.position() + 2
        after, upto = after % end, upto if upto is None else upto % end
        entry = self.entry(which) if end > 2 else None
        ids = [entry.source] if entry and entry.source else [name]
        start = entry.id[:length] if entry else name[:length]
        missions = {mission.mission: mission for mission in self.memory.missions()}
        names = {name, *missions, *(alias for each in missions.values() for alias in each.aliases)}
        instant = entry.recorded_at if entry else self.clock.now
        questions: list[Callable[[Store], object]] = [
            lambda store: list(store.entries(after=after, upto=upto)),
            lambda store: [list(store.of_mission(each, upto=upto)) for each in missions],
            lambda store: sorted(entry.id for entry in store.of_sources(ids, upto=upto)),
            lambda store: list(store.starting_with(start, limit=3)),
            lambda store: list(store.missions(upto=upto)),
            lambda store: [(each, list(store.mission_named(each))) for each in sorted(names)],
            lambda store: [store.position_at(instant + timedelta(seconds=s)) for s in (-1, 0, 1)],
        ]
        for question in questions:
            assert question(self.store) == question(self.memory)

    @invariant()
    def they_hold_the_same_log(self) -> None:
        """The entries, the stored bytes, the missions and the tree are the same."""
        entries = list(self.memory.entries())
        assert list(self.store.entries()) == entries
        assert list(self.store.stored()) == [(entry.position, entry.raw) for entry in entries]
        assert self.store.position() == self.memory.position()
        assert list(self.store.missions()) == list(self.memory.missions())
        assert self.store.tree() == grow(Tree(), [leaf_hash(entry.raw) for entry in entries])[0]

    def teardown(self) -> None:
        """Verify the ledger, and take it away."""
        try:
            assert verify(self.store).findings == ()
        finally:
            self.store.close()
            self.at.drop()

    def add(
        self, announcement: Announcement, *, by: str = "anna", expected: int | None = None
    ) -> None:
        """Give both the same; they do, or refuse, the same."""
        act = partial(outcome, append_announcement, announcement=announcement)
        wanted = act(self.memory, by=by, expected=expected)
        assert act(self.store, by=by, expected=expected) == wanted
        if isinstance(wanted, Receipt):
            self.given.append(announcement)

    def entry(self, which: int) -> Entry:
        """Return some entry of the log."""
        return list(self.memory.entries())[which % self.memory.position()]

    def claim(self, which: int) -> tuple[Entry, ClaimEvent]:
        """Return some entry that makes a claim, and the claim."""
        claims = [(each, claim) for each in self.memory.entries() if (claim := claim_of(each))]
        return claims[which % len(claims)]


def claim_of(entry: Entry) -> ClaimEvent | None:
    """Return the claim that an entry makes, a correction's included."""
    content = entry.content
    claim = content.claim if isinstance(content, ClaimCorrected) else content
    return claim if isinstance(claim, ClaimEvent) else None


def outcome(act: Callable[..., object], *args: Any, **kwargs: Any) -> object:  # noqa: ANN401
    """Return what came of something: what it returned, or how it was refused."""
    try:
        return act(*args, **kwargs)
    except MissionLedgerError as error:
        return type(error), error.message, error.hint


def press_ctrl_c() -> NoReturn:
    """Do what Python does on SIGINT."""
    raise KeyboardInterrupt


def die_while_appending(place: str, clock: Clock, announcement: Announcement, step: int) -> None:
    """Append in a process of its own that ends, untidied, at its n-th step with the database.

    A step is the beginning or the end of a call to the driver.
    """
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    left = itertools.count(step, -1)

    def watch(frame: FrameType, event: str, called: Any) -> None:  # noqa: ANN401
        name = called.__name__ if event.startswith("c_") else frame.f_code.co_name
        if name in ("execute", "executemany", "commit") and next(left) <= 0:
            os._exit(9)

    try:
        store = open_record(place, write=True, clock=clock)
        sys.setprofile(watch)
        append_announcement(store, announcement, by="anna")
    finally:
        os._exit(0)


def nothing() -> None:
    """Do nothing."""


@pytest.fixture(params=["sqlite", "postgresql"])
def new_place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Place]]:
    """Give a function that makes an empty ledger."""
    number = itertools.count()
    if request.param == "sqlite":

        def make() -> Place:
            copy = empty_ledger(tmp_path / f"{next(number)}.sqlite")
            return Place(str(copy), 32, nothing, copy.unlink)

        yield make
    else:
        server: Server = request.getfixturevalue("postgres")

        def make_there() -> Place:
            url = server.empty_ledger()
            return Place(
                url, 40, partial(server.disconnect, url), partial(server.drop_database, url)
            )

        yield make_there


def test_a_ledger_does_what_a_store_in_memory_does(new_place: Callable[[], Place]) -> None:
    """Through appends, refusals, crashes and lost connections a ledger holds just the same log."""
    run_state_machine_as_test(
        lambda: Beside(new_place),
        settings=settings(
            max_examples=LONG or 6,
            stateful_step_count=20,
            derandomize=not LONG,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_a_crash_at_every_step_of_an_append(new_place: Callable[[], Place]) -> None:
    """Wherever in an append its process dies, the announcement is there whole or not at all."""
    beside = Beside(new_place)
    for step in range(beside.at.steps):
        beside.crash(announcement=numbered(1, step, most=3), step=step)
        beside.they_hold_the_same_log()
    beside.teardown()
