"""Sources corrected, withdrawn and reinstated, through the record and publication clocks.

The records and the answers are those of docs/tables.md, worked out by hand. They are asked of a
ledger in both databases, from its tables, and of the plain reading of everything.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from events.catalogue import MissionEstablished, PlaceAttested, PlaceClosed, PlaceOpened
from events.claim_event import ClaimEvent, Event
from events.dates.days import iso_day
from events.dates.edtf import parse
from events.encoding.codec import Content, event_id
from events.publication import close_of_day
from events.record_events import (
    ClaimCorrected,
    ClaimRetracted,
    SourceCorrected,
    SourceWithdrawn,
)
from events.source import Source
from ledger.log import Batch
from ledger.upkeep.verify import verify
from projections.question import ClaimStore, DayQuestion
from projections.record import Record, open_record
from projections.state import state
from projections.view import view
from projections.weighing.period import Standing
from tests.plain_store import PlainStore
from tests.postgres import Server
from tests.projections.drawing import append_drawn
from tests.ready import empty_ledger

LETTERS = {
    Standing.CERTAIN: "c",
    Standing.ASSUMED: "a",
    Standing.POSSIBLE: "p",
    Standing.PRESUMED_ENDED: "u",
    Standing.EXPECTED: "e",
}
KNOWN = ("2020-03-01", "2020-04-01", "2020-08-01")


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Record]:
    """Give an empty ledger."""
    if request.param == "sqlite":
        place: str | Path = empty_ledger(tmp_path / "ledger.sqlite")
    else:
        server: Server = request.getfixturevalue("postgres")
        place = server.empty_ledger()
    with closing(open_record(place, write=True)) as store:
        yield store


def source(name: str, published: str) -> Source:
    """Describe a source."""
    return Source(id=name, publisher="P", title="T", language="en", published=published)


def claim(kind: type[ClaimEvent], **fields: object) -> ClaimEvent:
    """Make a claim."""
    return kind.model_validate({"mission": "m", **fields})


def retraction(target: Event, stated_by: str | None = None) -> ClaimRetracted:
    """Retract an event."""
    return ClaimRetracted(mission="m", source=stated_by, target=event_id(target), reason="misread")


def day(text: str) -> int:
    """Return the number of a day."""
    return parse(text).window.bounds[0]


def answers(
    store: ClaimStore, keys: Sequence[str], days: Sequence[str], known: str | None, upto: int
) -> str:
    """Return the standings of places on some days: a letter for each, keys apart."""
    second = None if known is None else close_of_day(day(known))
    found = []
    for key in keys:
        letters = []
        for on in map(day, days):
            seen = view(store, "m", known=second, upto=upto, question=DayQuestion(on))
            standings = {
                each.key: LETTERS[each.standing] + ("!" if each.disputed else "")
                for each in state(seen, on).facets["place"]
            }
            letters.append(standings.get(key, "-"))
        found.append("".join(letters))
    return " ".join(found)


def appended(ledger: Record, contents: Sequence[Content]) -> tuple[Record, PlainStore]:
    """Append contents one by one; return the ledger, and its log as a plain store."""
    for each in contents:
        ledger.append(Batch((each,)), by="anna")
    assert verify(ledger).findings == ()
    return ledger, PlainStore(ledger.entries())


DESCRIBED: tuple[Content, ...] = (
    source("s1", "2019-01-05"),
    claim(MissionEstablished, on="2019-01-01", source="s1"),
    source("s2", "2020-03-10"),
    claim(PlaceOpened, place="x", on="2020-02-01", source="s2"),
    claim(PlaceAttested, place="x", on="2020-03-10", source="s2", dated_by_source=True),
    claim(PlaceOpened, place="y", on="2020-02-01", source="s2"),
    claim(PlaceClosed, place="y", on="2020-04-15", source="s2", basis="unless-ahead"),
    source("s3", "2020-03-05"),
    claim(PlaceAttested, place="x", on="2020-02-25", source="s3"),
    source("t", "2020-07-01"),
)
AS_DESCRIBED = ("--- ---", "cca aau", "cca aau")


def correction(published: str, stated_by: str | None = None, about: str = "s2") -> SourceCorrected:
    """Correct the publication date of a source."""
    fields = {"mission": "m", "about": about, "source": stated_by, "reason": "looked up"}
    return SourceCorrected.model_validate({**fields, "published": published})


def withdrawal(stated_by: str | None = None, about: str = "s2") -> SourceWithdrawn:
    """Withdraw a source."""
    return SourceWithdrawn(mission="m", about=about, source=stated_by, reason="not theirs")


@pytest.mark.parametrize(
    ("event", "wanted"),
    [
        (correction("2020-02-20"), ("caa aau", "caa aau", "caa aau")),
        (correction("2020-02-20", "t"), ("--- ---", "cca aau", "caa aau")),
        (correction("2020-05-20"), ("--- ---", "paa ---", "ccc cc-")),
        (correction("2020-05-20", "t"), ("--- ---", "cca aau", "ccc cc-")),
        (withdrawal(), ("--- ---", "paa ---", "paa ---")),
        (withdrawal("t"), ("--- ---", "cca aau", "paa ---")),
    ],
    ids=["earlier", "earlier-by-t", "later", "later-by-t", "withdrawn", "withdrawn-by-t"],
)
def test_a_source_corrected_or_withdrawn(
    ledger: Record, event: Event, wanted: tuple[str, ...]
) -> None:
    """All that follows from its date does so anew, once that is known, until it is retracted."""
    for store in appended(ledger, [*DESCRIBED, event, retraction(event)]):
        for upto, answer in ((10, AS_DESCRIBED), (11, wanted), (12, AS_DESCRIBED)):
            asked = [
                answers(store, "xy", ("2020-02-10", "2020-03-07", "2020-05-01"), known, upto)
                for known in KNOWN
            ]
            assert tuple(asked) == answer, (type(store), upto)


def test_a_source_reinstated_by_another(ledger: Record) -> None:
    """The retraction of a withdrawal counts from when its own source is public."""
    event = withdrawal()
    contents = [*DESCRIBED, event, source("u", "2020-07-15"), retraction(event, "u")]
    for store in appended(ledger, contents):
        for upto, known, answer in (
            (12, "2020-08-01", "paa ---"),
            (13, "2020-04-01", "paa ---"),
            (13, "2020-07-14", "paa ---"),
            (13, "2020-07-15", "cca aau"),
            (13, "2020-08-01", "cca aau"),
            (13, None, "cca aau"),
        ):
            days = ("2020-02-10", "2020-03-07", "2020-05-01")
            assert answers(store, "xy", days, known, upto) == answer, (type(store), upto, known)


OPENED = claim(PlaceOpened, place="x", on="2020-02-01", source="s2")


def _chain() -> tuple[list[Content], list[Event]]:
    """Return a claim that is corrected three times, and all four of its versions."""
    chain: list[Event] = [OPENED]
    for on, stated_by in (("2020-02-11", None), ("2020-02-21", "t"), ("2020-03-02", None)):
        chain.append(
            ClaimCorrected(
                mission="m",
                target=event_id(chain[-1]),
                source=stated_by,
                claim=PlaceOpened(mission="m", place="x", on=on, source="s2"),
                reason="misread",
            )
        )
    before = [*DESCRIBED[:3], OPENED, source("t", "2020-07-01")]
    return [*before, *chain[1:]], chain


DAYS_OF_CHAIN = ("2020-02-05", "2020-02-15", "2020-02-25")


@pytest.mark.parametrize(
    ("upto", "in_april", "in_august"),
    [
        (4, "aaa", "aaa"),
        (6, "-aa", "-aa"),
        (7, "-aa", "--a"),
        (8, "-aa", "---"),
        (9, "-aa", "--a"),
        (10, "-aa", "-aa"),
        (11, "aaa", "aaa"),
        (12, "---", "---"),
    ],
)
def test_a_chain_of_corrections(tmp_path: Path, upto: int, in_april: str, in_august: str) -> None:
    """Each correction counts once all it builds on is public; each retraction brings one back."""
    contents, chain = _chain()
    with closing(open_record(empty_ledger(tmp_path / "l.sqlite"), write=True)) as ledger:
        undone = [retraction(each) for each in reversed(chain)]
        for store in appended(ledger, [*contents, *undone]):
            for known, answer in zip(KNOWN, ("---", in_april, in_august), strict=True):
                assert answers(store, "x", DAYS_OF_CHAIN, known, upto) == answer, known


@pytest.mark.parametrize(("link", "in_august"), [(2, "-p!p!"), (1, "p!p!p!")])
def test_a_link_that_is_not_the_last_retracted(ledger: Record, link: int, in_august: str) -> None:
    """What it corrected is back, beside the correction of it, which stands."""
    contents, chain = _chain()
    for store in appended(ledger, [*contents, retraction(chain[link])]):
        assert answers(store, "x", DAYS_OF_CHAIN, "2020-08-01", 9) == in_august


def test_three_corrections_of_a_source_retracted_at_each_link(ledger: Record) -> None:
    """Each replaces the fields it states, so that a retraction takes back its own fields alone."""
    first, second, third = (
        correction(published, stated_by)
        for published, stated_by in (
            ("2020-03-20", None),
            ("2020-04-20", "t"),
            ("2020-05-20", None),
        )
    )
    contents = [*DESCRIBED, first, second, third]
    contents += [retraction(second), retraction(third), retraction(first)]
    # The last day on which x is attested, and so certain: that of the source in force.
    wanted = {
        10: ("2020-03-10", "2020-03-10"),
        11: ("2020-03-20", "2020-03-20"),
        12: ("2020-03-20", "2020-04-20"),
        13: ("2020-05-20", "2020-05-20"),
        14: ("2020-05-20", "2020-05-20"),
        15: ("2020-03-20", "2020-03-20"),
        16: ("2020-03-10", "2020-03-10"),
    }
    for store in appended(ledger, contents):
        for upto, lasts in wanted.items():
            for known, last in zip(("2020-06-30", "2020-08-01"), lasts, strict=True):
                days = (last, iso_day(day(last) + 1))
                assert answers(store, "x", days, known, upto) == "ca", (type(store), upto, known)


def test_what_a_withdrawn_source_says_of_another_does_not_count(ledger: Record) -> None:
    """Neither its corrections nor its withdrawals; and they do again when it is reinstated."""
    gone = withdrawal(about="t")
    contents = [*DESCRIBED, correction("2020-02-20", "t"), gone, retraction(gone)]
    for store in appended(ledger, contents):
        for upto, answer in ((11, "caa aau"), (12, "cca aau"), (13, "caa aau")):
            days = ("2020-02-10", "2020-03-07", "2020-05-01")
            assert answers(store, "xy", days, "2020-08-01", upto) == answer, (type(store), upto)


def test_sources_that_depend_on_each_other(ledger: Record) -> None:
    """In a log from elsewhere, the entry that closes a circle does not count."""
    contents = [*DESCRIBED, withdrawal("t"), withdrawal("s2", about="t")]
    for store in appended(ledger, contents):
        days = ("2020-02-10", "2020-03-07", "2020-05-01")
        assert answers(store, "xy", days, "2020-08-01", 12) == "paa ---"
        seen = view(store, "m", upto=12)
        assert seen.published.circular == {event_id(contents[-1])}


def test_a_source_that_came_out_in_the_future_is_weighed_as_planned(ledger: Record) -> None:
    """A source cannot have come out later than the day after it was recorded."""
    contents = [
        *DESCRIBED[:2],
        source("s9", "2131-05-01"),
        claim(PlaceOpened, place="x", on="2020-02-01", source="s9"),
        claim(PlaceAttested, place="x", on="2020-02-10", source="s9"),
        correction("2020-02-20", about="s9"),
    ]
    append_drawn(ledger, contents)
    for store in (ledger, PlainStore(ledger.entries())):
        assert answers(store, "x", ("2020-02-10", "2131-05-02"), None, 5) == "-e"
        assert answers(store, "x", ("2020-02-10", "2020-02-11"), None, 6) == "ca"


def test_an_instant_with_an_offset_falls_on_its_day_as_written(ledger: Record) -> None:
    """`--known` with a day takes every source of that day or before; a timestamp is an instant."""
    contents = [
        *DESCRIBED[:2],
        source("early", "2020-05-14T00:30:00+03:00"),
        claim(PlaceOpened, place="x", on="2020-02-01", source="early"),
        source("late", "2020-05-14T23:30:00-03:00"),
        claim(PlaceOpened, place="y", on="2020-02-01", source="late"),
    ]
    end = len(contents)
    for store in appended(ledger, contents):
        for known, answer in (("2020-05-13", "- -"), ("2020-05-14", "a a"), ("2020-05-15", "a a")):
            assert answers(store, "xy", ("2020-03-01",), known, end) == answer, known
        for known, keys in (
            ("2020-05-13T21:29:00Z", set()),
            ("2020-05-13T21:30:00Z", {"x"}),
            ("2020-05-15T02:29:00Z", {"x"}),
            ("2020-05-15T02:30:00Z", {"x", "y"}),
        ):
            on = day("2020-03-01")
            seen = view(store, "m", known=parse(known).instant, question=DayQuestion(on))
            assert {each.key for each in state(seen, on).facets["place"]} == keys, known


def test_a_withdrawn_source_is_not_left_out(ledger: Record) -> None:
    """What never came out is not counted among the sources that were perhaps public."""
    contents = [
        *DESCRIBED[:2],
        source("s4", "2020-05"),
        claim(PlaceOpened, place="x", on="2020-02-01", source="s4"),
        withdrawal(about="s4"),
        correction("2020-05-02", about="s1"),
    ]
    for store in appended(ledger, contents):
        for upto, number in ((4, 1), (5, 0)):
            on = day("2020-03-01")
            known = close_of_day(day("2020-05-15"))
            seen = view(store, "m", known=known, upto=upto, question=DayQuestion(on))
            assert state(seen, on).to_json()["left_out"] == {"possibly_known_sources": number}
            assert len(store.possibly_public(known, upto=upto)) == number
