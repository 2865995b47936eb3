"""The oracle answers what follows from a source's date, as worked out by hand."""

import pytest

from events.catalogue import (
    MissionEstablished,
    ParticipationJoined,
    ParticipationLeft,
    PlaceAttested,
    PlaceClosed,
    PlaceOpened,
)
from events.publication import close_of_day
from events.record_events import SourceCorrected, SourceWithdrawn
from tests.projections.build import MISSION, Record, day
from tests.projections.oracle import World
from tests.projections.worlds.told import recorded, told


def test_an_end_that_may_lie_ahead_is_planned() -> None:
    """An end of an interval is reported where its source surely came out no earlier."""
    record = recorded().source("s1", "[2023-03..2024-02]")
    record.say(ParticipationJoined, participant="DNK", on="2020-01")
    record.say(ParticipationLeft, participant="DNK", on="2023-12", basis="unless-ahead")
    assert told(record, "2024-02-01") == {"DNK": "presumed-ended"}
    record.source("s2", "2024-01-01")
    record.say(ParticipationLeft, participant="DNK", on="2023-12", basis="unless-ahead")
    assert told(record, "2024-02-01") == {}


def test_what_is_reported_in_advance_is_planned() -> None:
    """A source does not report what lies after it came out, whatever it says."""
    record = recorded().source("s1", "2020-01-01")
    record.say(PlaceOpened, place="x", on="2020-02-01")
    record.say(PlaceAttested, place="y", on="2020-02-01")
    assert told(record, "2020-02-01") == {"x": "expected", "y": "possible"}


def described() -> Record:
    """Write down the record of docs/tables.md on corrected sources, to position 10."""
    record = Record().source("s1", "2019-01-05")
    record.say(MissionEstablished, on="2019-01-01")
    record.source("s2", "2020-03-10")
    record.say(PlaceOpened, place="x", on="2020-02-01")
    record.say(PlaceAttested, place="x", on="2020-03-10", dated_by_source=True)
    record.say(PlaceOpened, place="y", on="2020-02-01")
    record.say(PlaceClosed, place="y", on="2020-04-15", basis="unless-ahead")
    record.source("s3", "2020-03-05").say(PlaceAttested, place="x", on="2020-02-25")
    record.source("t", "2020-07-01")
    return record


LETTERS = {"certain": "c", "assumed": "a", "possible": "p", "presumed-ended": "u"}


def letters(record: Record, known: str, upto: int | None = None) -> str:
    """Return the standings of x and of y on three days, as docs/tables.md writes them."""
    seen = World(record.entries, record.sources, MISSION, close_of_day(day(known)), upto)
    days = [seen.on(day(on)).periods for on in ("2020-02-10", "2020-03-07", "2020-05-01")]
    return " ".join(
        "".join(LETTERS.get(each.get(("place", key, 1), ("", False))[0], "-") for each in days)
        for key in ("x", "y")
    )


BEFORE = ("--- ---", "cca aau", "cca aau")


@pytest.mark.parametrize(
    ("published", "source", "wanted"),
    [
        ("2020-02-20", None, ("caa aau", "caa aau", "caa aau")),
        ("2020-02-20", "t", ("--- ---", "cca aau", "caa aau")),
        ("2020-05-20", None, ("--- ---", "paa ---", "ccc cc-")),
        ("2020-05-20", "t", ("--- ---", "cca aau", "ccc cc-")),
        (None, None, ("--- ---", "paa ---", "paa ---")),
        (None, "t", ("--- ---", "cca aau", "paa ---")),
    ],
)
def test_a_source_corrected_withdrawn_and_reinstated(
    published: str | None, source: str | None, wanted: tuple[str, str, str]
) -> None:
    """The table that docs/tables.md has worked out by hand."""
    record = described()
    before = record.position
    fields = {"mission": MISSION, "about": "s2", "source": source, "reason": "looked up"}
    change = (
        SourceCorrected.model_validate({**fields, "published": published})
        if published
        else SourceWithdrawn.model_validate(fields)
    )
    target = record.add(change)
    after = record.position
    record.retract(target)
    knowns = ("2020-03-01", "2020-04-01", "2020-08-01")
    assert tuple(letters(record, known, before) for known in knowns) == BEFORE
    assert tuple(letters(record, known, after) for known in knowns) == wanted
    assert tuple(letters(record, known) for known in knowns) == BEFORE
