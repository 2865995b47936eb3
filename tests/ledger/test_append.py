"""From an announcement to entries: what record events may refer to, and what is filled in."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from pydantic import ValidationError

from events.catalogue import (
    CommandAttested,
    CommandHandedOver,
    CommandTakenOver,
    MissionEstablished,
)
from events.claim_event import ClaimEvent, Event
from events.encoding.codec import event_id
from events.entry import Entry
from events.errors import (
    EventError,
    LookupFailure,
    PositionConflictError,
    PublishedInFutureError,
    ReportedInAdvanceError,
    RetrievedInFutureError,
    SourceConflictError,
)
from events.facets import Basis, Role
from events.record_events import (
    ClaimCorrected,
    ClaimRetracted,
    ReadingPreferred,
    SourceCorrected,
)
from events.source import Source
from ledger.announcements import announcement_id
from ledger.append import append_announcement
from ledger.log import Receipt, Store
from projections.record import open_record
from tests.plain_store import PlainStore
from tests.ready import empty_ledger

NMI = "nato-mission-iraq"
UM = Source(
    id="um-handover-2022-05",
    publisher="Ministry of Foreign Affairs of Denmark",
    title="Denmark hands over command of NATO Mission Iraq to Italy",
    language="en",
    published="2022-05",
)
ERRATUM = UM.model_copy(update={"id": "um-erratum-2022-06", "published": "2022-06"})
TAKEN = CommandTakenOver(mission=NMI, source=UM.id, on="2020-11", by="DNK")
HANDED = CommandHandedOver.model_validate(
    {"mission": NMI, "source": UM.id, "on": "2022-05", "from": "DNK", "to": "ITA"}
)


@dataclass(frozen=True)
class Announcement:
    """One source, or none, and the events it states."""

    source: Source | None
    events: tuple[Event, ...]


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Give a log that holds UM's two claims at positions 2 and 3, after UM itself."""
    with ExitStack() as stack:
        store: Store
        if request.param == "memory":
            store = stack.enter_context(PlainStore())
        else:
            place = empty_ledger(tmp_path / "ledger.sqlite")
            store = stack.enter_context(open_record(place, write=True))
        append_announcement(store, Announcement(UM, (TAKEN, HANDED)), by="anna")
        yield store


def add(store: Store, *events: Event, source: Source | None = None) -> Receipt:
    """Append events as one announcement."""
    return append_announcement(store, Announcement(source, events), by="anna")


def last(store: Store) -> Entry:
    """Return the newest entry."""
    return list(store.entries())[-1]


def retracted(target: str, mission: str = NMI) -> ClaimRetracted:
    """Make a retraction."""
    return ClaimRetracted(mission=mission, target=target, reason="misread")


def corrected(target: str, claim: ClaimEvent, source: str | None = None) -> ClaimCorrected:
    """Make a correction."""
    return ClaimCorrected(mission=NMI, source=source, target=target, claim=claim, reason="misread")


def preferred(*claims: str, **change: object) -> ReadingPreferred:
    """Make a preference among starts of Denmark's command."""
    given = {"facet": "command", "key": "DNK", "role": Role.START, **change}
    return ReadingPreferred.model_validate(
        {"mission": NMI, "claims": claims, "reason": "nearer to the event", **given}
    )


def test_no_mission_is_made_under_anothers_name(store: Store) -> None:
    """A file that calls a mission by its alias is refused, and told the name to write."""
    add(store, MissionEstablished(mission=NMI, source=UM.id, on="2018-07", aliases=("nmi",)))
    with pytest.raises(EventError, match="nmi is an alias of nato-mission-iraq") as caught:
        add(store, TAKEN.model_copy(update={"mission": "nmi"}))
    assert NMI in caught.value.hint
    assert [each.mission for each in store.missions()] == [NMI]


def test_an_announcement_is_its_source_and_then_its_events(store: Store) -> None:
    """The source stands before the first event it states, all under one announcement id."""
    entries = list(store.entries())
    assert [entry.content for entry in entries] == [UM, TAKEN, HANDED]
    assert {entry.announcement for entry in entries} == {
        announcement_id(map(event_id, (UM, TAKEN, HANDED)))
    }


def test_the_same_announcement_again(store: Store) -> None:
    """An announcement that is there already adds nothing and is told so."""
    again = add(store, TAKEN, HANDED, source=UM)
    assert again.appended == ()
    assert again.already == tuple(event_id(content) for content in (UM, TAKEN, HANDED))


def test_a_source_without_events(store: Store) -> None:
    """A source may be recorded before anything is read from it."""
    assert [entry.content for entry in add(store, source=ERRATUM).appended] == [ERRATUM]


def test_an_announcement_of_a_conflicting_source(store: Store) -> None:
    """An announcement that describes a known source otherwise is refused whole."""
    new = TAKEN.model_copy(update={"on": "2020-12"})
    with pytest.raises(SourceConflictError, match="title"):
        add(store, new, source=UM.model_copy(update={"title": "Another"}))
    assert store.position() == 3


def test_the_position_a_writer_expects(store: Store) -> None:
    """A writer that looked before somebody else appended is told, and appends nothing."""
    announcement = Announcement(None, (retracted(event_id(TAKEN)),))
    with pytest.raises(PositionConflictError):
        append_announcement(store, announcement, by="anna", expected=2)
    assert append_announcement(store, announcement, by="anna", expected=3).position == 4


@pytest.mark.parametrize("length", [12, 13, 40, 64])
def test_shortened_ids_are_made_whole(store: Store, length: int) -> None:
    """What is stored names its target in full, however short it was written."""
    add(store, retracted(event_id(TAKEN)[:length]))
    assert last(store).content == retracted(event_id(TAKEN))


def test_a_shortened_and_a_whole_id_are_the_same_event(store: Store) -> None:
    """A retraction written with a short id and again with the whole one is one event."""
    add(store, retracted(event_id(TAKEN)[:12]))
    assert add(store, retracted(event_id(TAKEN))).appended == ()


def test_a_retraction_can_be_retracted(store: Store) -> None:
    """A retraction is an event: another can take it back, and adding it again is no new event."""
    add(store, retracted(event_id(TAKEN)))
    add(store, retracted(last(store).id))
    assert add(store, retracted(event_id(TAKEN))).appended == ()
    assert store.position() == 5


def test_a_target_nobody_has(store: Store) -> None:
    """An id that fits nothing is refused, and nothing is appended."""
    absent = next(d * 12 for d in "0123456789abcdef" if not store.starting_with(d * 12))
    with pytest.raises(LookupFailure, match=absent):
        add(store, retracted(absent))
    assert store.position() == 3


def test_a_target_that_could_be_several(store: Store) -> None:
    """An id that fits several entries is refused, and the error lists them."""
    many = (TAKEN.model_copy(update={"note": f"no. {number}"}) for number in range(1500))
    add(store, *many)
    ids = sorted(entry.id for entry in store.entries())
    prefix, other = next(
        (first[:4], second) for first, second in pairwise(ids) if first[:4] == second[:4]
    )
    with pytest.raises(LookupFailure) as caught:
        add(store, retracted(prefix))
    assert other[:8] in caught.value.message
    assert caught.value.hint


def test_a_target_of_another_mission(store: Store) -> None:
    """A record event is about an event of its own mission."""
    with pytest.raises(LookupFailure, match=NMI):
        add(store, retracted(event_id(TAKEN), mission="kfor"))


def test_a_source_is_no_target(store: Store) -> None:
    """A source makes no claim, so there is nothing of it to take back."""
    with pytest.raises(LookupFailure, match="source"):
        add(store, retracted(event_id(UM)))
    with pytest.raises(LookupFailure, match="source"):
        add(store, corrected(event_id(UM), TAKEN))


def test_one_bad_reference_stops_the_whole_announcement(store: Store) -> None:
    """Where one event refers to nothing, none of the announcement is appended."""
    with pytest.raises(LookupFailure):
        add(store, TAKEN.model_copy(update={"on": "2020-12"}), retracted(event_id(UM)))
    assert store.position() == 3


@pytest.mark.parametrize(
    ("claims", "corrections", "stored"),
    [
        (None, None, UM.id),
        (None, ERRATUM.id, ERRATUM.id),
        ("elsewhere", None, "elsewhere"),
        ("elsewhere", ERRATUM.id, "elsewhere"),
    ],
)
def test_whose_claim_a_correction_is(
    store: Store, claims: str | None, corrections: str | None, stored: str
) -> None:
    """A corrected claim has its own source, else the correction's, else that of its target."""
    better = TAKEN.model_copy(update={"on": "2020-12", "source": claims})
    source = ERRATUM if corrections else None
    add(store, corrected(event_id(TAKEN)[:12], better, corrections), source=source)
    content = last(store).content
    assert isinstance(content, ClaimCorrected)
    assert content.target == event_id(TAKEN)
    assert content.claim == better.model_copy(update={"source": stored})
    assert content.source == corrections


def test_a_correction_is_of_the_mission_it_is_appended_to(store: Store) -> None:
    """The new claim is about the mission of the event it corrects."""
    better = TAKEN.model_copy(update={"on": "2020-12", "mission": "kfor"})
    add(store, corrected(event_id(TAKEN), better))
    content = last(store).content
    assert isinstance(content, ClaimCorrected)
    assert content.claim.mission == NMI


def test_a_correction_of_a_correction(store: Store) -> None:
    """A correction can be corrected, and what it leaves out comes from the claim it made."""
    add(store, corrected(event_id(TAKEN), TAKEN.model_copy(update={"on": "2020-12"})))
    better = TAKEN.model_copy(update={"on": "2021-01", "source": None})
    add(store, corrected(last(store).id, better))
    content = last(store).content
    assert isinstance(content, ClaimCorrected)
    assert content.claim == TAKEN.model_copy(update={"on": "2021-01"})


def test_a_correction_that_changes_nothing(store: Store) -> None:
    """A correction to what is there already is refused, also where that is a correction."""
    better = TAKEN.model_copy(update={"on": "2020-12"})
    with pytest.raises(EventError, match="changes nothing"):
        add(store, corrected(event_id(TAKEN), TAKEN.model_copy(update={"source": None})))
    add(store, corrected(event_id(TAKEN), better))
    with pytest.raises(EventError, match="changes nothing"):
        add(store, corrected(last(store).id, better))
    assert store.position() == 4


def test_what_claims_nothing_cannot_be_corrected(store: Store) -> None:
    """A retraction makes no claim about the world, so there is none to correct."""
    add(store, retracted(event_id(TAKEN)))
    with pytest.raises(LookupFailure, match="claim-retracted"):
        add(store, corrected(last(store).id, TAKEN))


def test_preferring_readings(store: Store) -> None:
    """A preference names claims of the occurrence in full, each once; a correction's claim too."""
    add(store, corrected(event_id(TAKEN), TAKEN.model_copy(update={"on": "2020-12"})))
    correction = last(store).id
    taken = event_id(TAKEN)
    add(store, preferred(taken[:12], correction[:12], taken))
    content = last(store).content
    assert isinstance(content, ReadingPreferred)
    assert content.claims == (taken, correction)


@pytest.mark.parametrize(
    "change",
    [
        *({"key": "ITA"}, {"period": 2}, {"role": Role.END}, {"role": Role.READING}),
        {"facet": "participation"},
    ],
)
def test_preferring_what_bears_on_something_else(store: Store, change: dict[str, object]) -> None:
    """A claim about another occurrence cannot settle this one."""
    with pytest.raises(LookupFailure):
        add(store, preferred(event_id(TAKEN), **change))


def test_a_handover_bears_on_two_occurrences(store: Store) -> None:
    """A handover can be preferred for the giver's end and for the taker's start."""
    add(store, preferred(event_id(HANDED), key="DNK", role=Role.END))
    add(store, preferred(event_id(HANDED), key="ITA", role=Role.START))
    with pytest.raises(LookupFailure):
        add(store, preferred(event_id(HANDED), key="ITA", role=Role.END))
    with pytest.raises(LookupFailure):
        add(store, preferred(event_id(HANDED), key="DNK", role=Role.START))


def test_an_attestation_is_no_start(store: Store) -> None:
    """An attestation says nothing of a start, so it cannot be preferred for one."""
    add(store, CommandAttested(mission=NMI, source=UM.id, on="2021-05", by="DNK"))
    with pytest.raises(LookupFailure):
        add(store, preferred(last(store).id))


def test_a_facet_there_is_not() -> None:
    """A preference about an unknown facet cannot be made, and the facets are listed."""
    with pytest.raises(ValidationError, match=r"unknown facet mood: write one of .*command"):
        preferred(event_id(TAKEN), facet="mood")


# What the date of a source rules out -------------------------------------------------------------

LATER = CommandTakenOver(mission=NMI, source=UM.id, on="2022-06-01", by="ITA")


def test_a_report_in_advance_is_refused(store: Store) -> None:
    """A source cannot report what lies surely after it came out, whenever it was described."""
    before = store.position()
    for source in (None, UM):
        with pytest.raises(ReportedInAdvanceError, match="2022-05-31 at the latest") as caught:
            add(store, LATER, source=source)
        assert caught.value.code == "reported-in-advance"
        assert "basis: planned" in caught.value.hint
    assert store.position() == before
    add(store, LATER.model_copy(update={"on": "2022-05-31"}))
    add(store, LATER.model_copy(update={"basis": Basis.PLANNED}))
    add(store, LATER.model_copy(update={"on": "[2022-05-31,2022-06-01]"}))
    assert store.position() == before + 3


def test_a_correction_in_advance_is_refused(store: Store) -> None:
    """The new claim of a correction is held against the source that states it."""
    claim = TAKEN.model_copy(update={"source": None, "on": "2022-06-15"})
    correction = ClaimCorrected(mission=NMI, target=event_id(TAKEN), claim=claim, reason="misread")
    with pytest.raises(ReportedInAdvanceError):
        add(store, correction)
    by_erratum = claim.model_copy(update={"source": ERRATUM.id})
    add(store, correction.model_copy(update={"claim": by_erratum}), source=ERRATUM)


def test_an_attestation_in_advance_is_not_told_to_be_a_plan(store: Store) -> None:
    """What was not so yet cannot be attested; an attestation cannot be planned."""
    claim = CommandAttested(mission=NMI, source=UM.id, on="2022-06-01", by="ITA")
    with pytest.raises(ReportedInAdvanceError) as caught:
        add(store, claim)
    assert "planned" not in caught.value.hint


@pytest.fixture(params=["memory", "sqlite"])
def dated(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Give an empty log whose clock stands still, just before midnight."""
    now = datetime(2024, 2, 28, 23, 59, tzinfo=UTC)
    with ExitStack() as stack:
        if request.param == "memory":
            yield stack.enter_context(PlainStore(clock=lambda: now))
        else:
            place = empty_ledger(tmp_path / "ledger.sqlite")
            yield stack.enter_context(open_record(place, write=True, clock=lambda: now))


@pytest.mark.parametrize(
    ("published", "is_refused"),
    [
        ("2024-02-29", False),
        ("2024-03-01", True),
        ("2024-02", False),
        ("2024-03", True),
        ("2024", False),
        ("[2024-02-29,2031]", False),
        ("2024-02-29T23:30:00+14:00", False),
        ("2024-03-01T00:30:00+14:00", True),
    ],
)
def test_a_source_from_the_future_is_refused(
    dated: Store, published: str, is_refused: bool
) -> None:
    """A source cannot have come out later than the day after it is recorded, as written."""
    source = UM.model_copy(update={"published": published})
    claim = TAKEN.model_copy(update={"on": "2020"})
    if not is_refused:
        assert add(dated, claim, source=source).position == 2
        return
    with pytest.raises(PublishedInFutureError, match="today is 2024-02-28") as caught:
        add(dated, claim, source=source)
    assert caught.value.code == "published-in-future"
    assert dated.position() == 0


def test_a_source_is_not_moved_into_the_future(dated: Store) -> None:
    """A correction of a publication date is held to the same day."""
    source = UM.model_copy(update={"published": "2024-02"})
    add(dated, TAKEN, source=source)
    moved = SourceCorrected(mission=NMI, about=UM.id, published="2024-03-01", reason="misread")
    with pytest.raises(PublishedInFutureError):
        add(dated, moved)
    add(dated, moved.model_copy(update={"published": "2024-02-29"}))


@pytest.mark.parametrize(
    ("retrieved", "is_refused"),
    [("2024-02-29", False), ("2024-03-01", True), ("2024", False), ("2131-05-01T10:00:00Z", True)],
)
def test_a_source_read_in_the_future_is_refused(
    dated: Store, retrieved: str, is_refused: bool
) -> None:
    """A source cannot have been read later than the day after that is recorded."""
    source = UM.model_copy(update={"published": "2022-05", "retrieved": retrieved})
    moved = SourceCorrected(mission=NMI, about=UM.id, retrieved=retrieved, reason="misread")
    if is_refused:
        with pytest.raises(RetrievedInFutureError, match="today is 2024-02-28") as caught:
            add(dated, TAKEN, source=source)
        assert caught.value.code == "retrieved-in-future"
        assert dated.position() == 0
    add(dated, TAKEN, source=UM if is_refused else source)
    if is_refused:
        with pytest.raises(RetrievedInFutureError):
            add(dated, moved)
    assert dated.position() == 2


def test_what_is_in_the_log_is_not_refused_again(dated: Store) -> None:
    """Adding once more what an older log holds adds nothing, and is no error."""
    source = UM.model_copy(update={"published": "2024-02-29"})
    add(dated, TAKEN, source=source)
    assert add(dated, TAKEN, source=source).appended == ()
