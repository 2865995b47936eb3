"""An event that uses nothing new is written as before, so that it keeps its id."""

import hashlib

import pytest

from events.catalogue import CLAIM_TYPES
from events.encoding.codec import canonical, from_data, to_data, write
from events.encoding.schema_versions import FIRST_FIELDS
from events.files.announcement import read_announcement
from events.record_events import ALL_TYPES
from events.source import Source
from ledger.append import append_announcement
from ledger.log import Batch
from tests.plain_store import PlainStore

TAKEN_OVER = {
    "type": "command-taken-over", "mission": "nmi", "source": "s", "on": "2021-05",
    "basis": "reported", "period": 1, "by": "DNK",
}  # fmt: skip
DEPLOYED = {
    "type": "contribution-deployed", "mission": "nmi", "source": "s", "on": "2021-05",
    "basis": "reported", "period": 1, "contribution": "x", "contributor": "DNK",
}  # fmt: skip

FILE = b"""\
mission: nmi
source: {id: s, publisher: P, title: T, language: en, published: 2021-06-01}
events:
  - {type: participation-joined, participant: DNK, on: 2019-05/2020-05}
  - {type: command-taken-over, by: DNK, on: 2020-11, still: true}
  - {type: strength-reported, counted: DNK, quantity: 100}
"""
AS_FIRST_WRITTEN = (
    {"type": "participation-joined", "on": "2019-05", "participant": "DNK"},
    {"type": "participation-left", "on": "2020-05", "participant": "DNK"},
    {"type": "command-taken-over", "on": "2020-11", "by": "DNK"},
    {"type": "command-attested", "on": "2021-06-01", "by": "DNK"},
    {"type": "strength-reported", "on": "2021-06-01", "counted": "DNK", "quantity": {
        "approximate": False, "max": 100, "min": 100,
    }},
)  # fmt: skip
COMMON = {"mission": "nmi", "source": "s", "basis": "reported", "period": 1, "version": 1}


@pytest.mark.parametrize(
    ("data", "version"),
    [
        (TAKEN_OVER, 1),
        (TAKEN_OVER | {"jointly_with": ["NLD"]}, 2),
        (DEPLOYED, 1),
        (DEPLOYED | {"contributor": ["DNK"]}, 1),
        (DEPLOYED | {"contributor": ["DNK", "NOR"]}, 2),
        (DEPLOYED | {"formation": "a battalion"}, 2),
    ],
)
def test_an_event_has_the_first_version_that_can_say_it(
    data: dict[str, object], version: int
) -> None:
    """The version that is written follows from the fields that are used."""
    assert to_data(from_data(data | {"version": 2}))["version"] == version


def test_the_id_of_what_was_there_is_what_it_was() -> None:
    """The id is that of the canonical bytes that the first version wrote."""
    written = write(from_data(TAKEN_OVER | {"version": 1}))
    first = canonical(TAKEN_OVER | {"version": 1})
    assert (written.data, written.id) == (first, hashlib.sha256(first).hexdigest())


def test_every_type_of_the_first_version_is_still_there() -> None:
    """Its fields, too."""
    for name, fields in FIRST_FIELDS.items():
        kind = {**ALL_TYPES, "source-recorded": Source}[name]
        assert fields <= {about.alias or each for each, about in kind.model_fields.items()}, name
    assert CLAIM_TYPES.keys() - FIRST_FIELDS.keys(), "some types are new"


def test_an_announcement_recorded_by_an_earlier_version_adds_nothing() -> None:
    """Dates and bases that follow from the source were written out then, without a mark."""
    first = [from_data(each | COMMON) for each in AS_FIRST_WRITTEN]
    announcement = read_announcement(FILE, "a.yaml")
    assert announcement.source
    store = PlainStore()
    store.append(Batch((announcement.source, *first)), by="anna")
    receipt = append_announcement(store, announcement, by="anna")
    assert not receipt.appended
    assert len(receipt.already) == 6
