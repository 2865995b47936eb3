"""What is odd across missions is found once: documents recorded twice, or from the future."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime

import pytest

from events.catalogue import ContributionWithdrawn, MissionEstablished
from events.claim_event import Event
from events.encoding.codec import encode, write
from events.record_events import SourceCorrected, SourceWithdrawn
from events.source import Source
from ledger.announcements import announcement_id
from ledger.append import append_announcement
from ledger.log import Receipt
from projections.checks.registry import checks
from projections.checks.whole_ledger import ledger_findings
from projections.record import Record, record_in_memory
from projections.view import view
from tests.docs.codes import listed
from tests.ledger.test_append import Announcement

NOW = datetime(2024, 2, 28, 12, tzinfo=UTC)
SOURCE = Source(
    id="one", publisher="An office", title="News", language="en", published="2024-01-10"
)


@pytest.fixture
def record() -> Iterator[Record]:
    """Give an empty record whose clock stands still."""
    with closing(record_in_memory(clock=lambda: NOW)) as store:
        yield store


def add(store: Record, source: Source, *events: Event) -> Receipt:
    """Append a source with events, or with the beginning of a mission of its own."""
    stated = events or (established(source.id),)
    by_source = tuple(each.model_copy(update={"source": source.id}) for each in stated)
    return append_announcement(store, Announcement(source, by_source), by="anna")


def established(mission: str, **fields: object) -> Event:
    """Return the beginning of a mission."""
    return MissionEstablished.model_validate({"mission": mission, "on": "2018", **fields})


def another(**fields: str) -> Source:
    """Return a source with nothing in common with the first but what is given."""
    given = {
        **{"id": "two", "publisher": "Another", "title": "Other news", "language": "en"},
        **{"published": "2024-01-10", **fields},
    }
    return Source.model_validate(given)


def as_before(store: Record, source: Source, *events: Event) -> None:
    """Continue a log by entries that were recorded before today's rules were."""
    written = [write(each) for each in (source, *events)]
    digest = announcement_id(each.id for each in written)
    last = store.position()
    store.continue_with(
        [encode(each, last + n, NOW, "anna", digest) for n, each in enumerate(written, 1)]
    )


def found(store: Record, sources: Sequence[str] | None = None) -> list[tuple[str, str]]:
    """Return the codes and keys of the findings."""
    findings = ledger_findings(store, sources)
    assert all(each.code in listed("Findings") and each.events for each in findings)
    return [(each.code, each.key) for each in findings]


URL = "https://www.example.org/a"
DIGEST = f"sha256:{'ab' * 32}"
TITLE = {"publisher": "an Office", "title": "NEWS"}


@pytest.mark.parametrize(
    ("first", "second", "is_found"),
    [
        ({"url": URL}, {"url": URL}, True),
        ({"url": URL}, {"url": f"{URL}b"}, False),
        ({"digest": DIGEST}, {"digest": DIGEST}, True),
        ({}, TITLE, True),
        ({}, {**TITLE, "published": "2024-01"}, True),
        ({}, {**TITLE, "published": "2024-01-11"}, False),
        ({}, {"title": "News"}, False),
        ({"url": URL}, {"url": URL, "reprints": "one"}, False),
        ({"url": URL, "reprints": "two"}, {"url": URL}, False),
        ({"url": URL, "reprints": "three"}, {"url": URL, "reprints": "three"}, False),
        ({"url": URL, "reprints": "three"}, {"url": URL, "reprints": "four"}, True),
    ],
)
def test_one_document_under_two_ids(
    record: Record, first: dict[str, str], second: dict[str, str], is_found: bool
) -> None:
    """Two sources of one document are found across missions, unless one reprints the other."""
    add(record, SOURCE.model_copy(update=first))
    add(record, another(**second))
    assert found(record) == [("same-document", "two")] * is_found
    assert found(record, ["one"]) == [("same-document", "two")] * is_found
    assert found(record, ["three"]) == []


@pytest.mark.parametrize(
    "settled",
    [
        SourceWithdrawn(mission="m", about="two", reason="entered twice"),
        SourceCorrected(mission="m", about="two", reprints="one", reason="it says so"),
        SourceCorrected(mission="m", about="one", url=f"{URL}b", reason="misread"),
    ],
)
def test_a_likeness_that_is_settled(record: Record, settled: Event) -> None:
    """Sources are compared as they are described by now; one that is withdrawn is not."""
    add(record, SOURCE.model_copy(update={"url": URL}))
    add(record, another(url=URL))
    assert found(record) == [("same-document", "two")]
    append_announcement(record, Announcement(None, (settled,)), by="anna")
    assert found(record) == []


def test_a_source_recorded_before_it_came_out(record: Record) -> None:
    """A log from before the rule is taken as it is; what it has from the future is found."""
    for name, published in (("one", "2024-02-29"), ("two", "2024-03-01")):
        source = another(id=name, title=name, published=published)
        event = established(name).model_copy(update={"source": name})
        as_before(record, source, event)
    assert found(record) == [("published-in-future", "two")]


def test_a_source_read_before_it_came_out(record: Record) -> None:
    """It is found as it is described by now, and not once it is corrected or withdrawn."""
    add(record, SOURCE.model_copy(update={"retrieved": "2024-01-09"}))
    assert found(record) == [("retrieved-before-published", "one")]
    corrected = SourceCorrected(
        mission="one", about="one", retrieved="2024-01-19", reason="misread"
    )
    append_announcement(record, Announcement(None, (corrected,)), by="anna")
    assert found(record) == []


def test_a_circle_of_reprints(record: Record) -> None:
    """It is found once, and does not hide what else is odd about its sources."""
    add(record, SOURCE.model_copy(update={"reprints": "two"}))
    add(record, another(reprints="one", retrieved="2023"))
    assert found(record) == [("reprints-in-circle", "one"), ("retrieved-before-published", "two")]


def test_a_report_in_advance_in_an_older_log(record: Record) -> None:
    """It is taken, found, and weighed as a plan."""
    event = ContributionWithdrawn(mission="m", source="one", contribution="x", on="2030-01-01")
    as_before(record, SOURCE, event)
    codes = {each.code for each in checks(view(record, "m"), NOW.toordinal())}
    assert "reported-in-advance" in codes
    (period,) = view(record, "m").periods["contribution"]
    assert period.only_planned


@pytest.mark.parametrize(
    ("one", "other", "key"),
    [
        (established("eutm-mali"), established("eutm-malli"), "eutm-malli"),
        (established("eutm-malli"), established("eutm-mali"), "eutm-mali"),
        (established("eutm", name="EU training"), established("mali", name="Eu Training"), "mali"),
        (established("minusma", aliases=["mali-un"]), established("mali-um"), "mali-um"),
        (established("isaf-1"), established("isaf-2"), None),
        (established("kfor"), established("sfor"), None),
    ],
)
def test_missions_that_look_alike(
    record: Record, one: Event, other: Event, key: str | None
) -> None:
    """The mission that was recorded later is found to look like the earlier one, once."""
    add(record, SOURCE, one)
    add(record, another(), other)
    assert found(record) == ([("near-twin", key)] if key else [])
