"""How a source is described by now, and what an answer says of one that was withdrawn."""

import pytest

from events.catalogue import PlaceOpened
from events.dates.edtf import parse
from events.encoding.codec import event_id
from events.publication import close_of_day
from events.record_events import ClaimRetracted, SourceCorrected, SourceWithdrawn
from events.source import Source
from ledger.log import Batch
from projections.record import Record, record_in_memory
from projections.sources import sources_in_force
from projections.view import view
from projections.why import Part, why
from tests.plain_store import PlainStore

OPENED = PlaceOpened(mission="m", place="x", on="2020-02-01", source="s")
TITLE = SourceCorrected(mission="m", about="s", title="U", url="https://example.org", reason="typo")
DATE = SourceCorrected(mission="m", about="s", source="t", published="2020-04-01", reason="late")
GONE = SourceWithdrawn(mission="m", about="s", source="t", reason="not theirs")
MAY = close_of_day(parse("2020-05-01").window.bounds[0])


def source(name: str, published: str) -> Source:
    """Describe a source."""
    return Source(id=name, publisher="P", title="T", language="en", published=published)


@pytest.fixture(params=["tables", "plain"])
def store(request: pytest.FixtureRequest) -> Record | PlainStore:
    """Give a log in which a source is corrected twice, and withdrawn."""
    taken_back = ClaimRetracted(mission="m", target=event_id(TITLE), reason="no typo")
    contents = (source("s", "2020-03-01"), OPENED, source("t", "2020-06-01"))
    made: Record | PlainStore = record_in_memory() if request.param == "tables" else PlainStore()
    made.append(Batch((*contents, TITLE, DATE, GONE, taken_back)), by="anna")
    return made


@pytest.mark.parametrize(
    ("known", "upto", "described", "kinds"),
    [
        (None, 3, ("T", "2020-03-01"), []),
        (None, 4, ("U", "2020-03-01"), ["source-corrected"]),
        (None, 5, ("U", "2020-04-01"), ["source-corrected"] * 2),
        (MAY, 5, ("U", "2020-03-01"), ["source-corrected"]),
        (None, 6, ("U", "2020-04-01"), ["source-corrected"] * 2 + ["source-withdrawn"]),
        (None, 7, ("T", "2020-04-01"), ["source-corrected", "source-withdrawn"]),
        (MAY, 7, ("T", "2020-03-01"), []),
    ],
)
def test_the_description_in_force(
    store: Record | PlainStore,
    known: int | None,
    upto: int,
    described: tuple[str, str],
    kinds: list[str],
) -> None:
    """Each correction replaces the fields it states; the log's own description stays as it was."""
    found = sources_in_force(store, ["s", "unheard-of"], known=known, upto=upto)
    assert found.keys() == {"s"}
    by_now = found["s"].description
    assert (by_now.title, by_now.published) == described
    assert [each.kind.value for each in found["s"].changes] == kinds
    assert store.descriptions(["s"])["s"].title == "T"


def test_why_tells_that_a_source_was_withdrawn(store: Record | PlainStore) -> None:
    """Its claims are shown, with the reason; and it is not called unpublished."""
    explained = why(store, view(store, "m"), "x", parse("2020-03-01").window.bounds[0])
    assert [(each.part, each.reason) for each in explained.grounds] == [
        (Part.SOURCE_WITHDRAWN, "not theirs")
    ]
    assert explained.answers == explained.unpublished == ()
    before = why(store, view(store, "m", upto=5), "x", parse("2020-05-01").window.bounds[0])
    assert [each.part for each in before.grounds] == [Part.COUNTED]
