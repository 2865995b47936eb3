"""A chain of corrections, retracted as a whole or at its last link."""

import pytest

from tests.cli.desk import NEWS, Desk, id_at

ASKED = ("state", "nmi-test", "--on", "2021-06-01", "--facet", "contribution")


@pytest.fixture
def chained(desk: Desk) -> Desk:
    """A claim at position 2, corrected at 4 and 5, the second time by a source."""
    later = NEWS.replace("id: news", "id: later").replace("2021-05-10", "2022-05-10")
    only = later.partition("events:")[0] + "events:\n  - {type: place-opened, place: x, on: 2020}\n"
    for file in (desk.file(NEWS), desk.file(only, "later.yaml")):
        assert desk("add", file).exit_code == 0
    assert desk("correct", "2", "--set", "on=2021-05-02", "--reason", "misread").exit_code == 0
    again = ("--set", "on=2021-05-03", "--source", "later", "--reason", "it says the third")
    assert desk("correct", id_at(desk, 6), *again).exit_code == 0
    assert desk.position() == 7
    return desk


def starts(desk: Desk) -> list[str]:
    """Return the start of the one contribution; empty if there is none."""
    return [
        on for each in desk.json(*ASKED)["facets"]["contribution"] for on in each["start"]["edtf"]
    ]


@pytest.mark.parametrize("link", ["2", "6", "7"])
def test_a_chain_is_retracted_whole(chained: Desk, link: str) -> None:
    """Whichever link is named, all go in one announcement, newest first, and come back singly."""
    links = [id_at(chained, position) for position in (7, 6, 2)]
    told = chained("retract", link, "--chain", "--reason", "never happened")
    assert told.exit_code == 0, told.output
    assert told.stderr.count(" is ") == 3
    entries = [chained.json("show", str(position)) for position in (8, 9, 10)]
    assert chained.position() == 10
    assert [entry["data"]["target"] for entry in entries] == links
    assert len({entry["announcement"] for entry in entries}) == 1
    assert starts(chained) == []
    for position, start in ((10, "2021-05-01"), (9, "2021-05-02"), (8, "2021-05-03")):
        assert chained("retract", str(position), "--reason", "it did").exit_code == 0
        assert starts(chained) == [start]


def test_the_last_link_brings_back_what_it_corrected(chained: Desk) -> None:
    """Without --chain one link is retracted; the chain is then what is left of it."""
    assert chained("retract", "7", "--reason", "x").exit_code == 0
    assert starts(chained) == ["2021-05-02"]
    assert chained("retract", "2", "--chain", "--reason", "y").exit_code == 0
    assert chained.position() == 10
    assert starts(chained) == []
    refused = chained("retract", "7", "--chain", "--reason", "z")
    assert refused.exit_code == 2
    assert "was already retracted by" in refused.stderr


@pytest.mark.parametrize("link", ["2", "6"])
def test_a_link_that_is_not_the_last_is_refused(chained: Desk, link: str) -> None:
    """The hint names what undoes the correction of it, and what undoes all."""
    refused = chained("retract", link, "--reason", "x")
    assert refused.exit_code == 2
    assert "was already corrected by" in refused.stderr
    assert "--chain" in refused.stderr
    assert chained.position() == 7


def test_a_chain_can_be_retracted_by_a_source(chained: Desk) -> None:
    """Each of the retractions is then of that source."""
    told = chained.json("retract", "7", "--chain", "--source", "later", "--reason", "x")
    assert [each["source"] for each in told["appended"]] == ["later"] * 3


def test_an_event_that_was_never_corrected_is_a_chain_of_one(chained: Desk) -> None:
    """--chain retracts it."""
    assert chained("retract", "3", "--chain", "--reason", "x").exit_code == 0
    assert chained.position() == 8


def test_two_corrections_of_one_claim_are_in_its_chain(chained: Desk) -> None:
    """A file can correct what is corrected already: none of them is left."""
    head = NEWS.partition("events:")[0].replace("id: news", "id: third")
    claim = (
        "{type: contribution-deployed, contribution: dnk-helicopters, contributor: DNK, on: 2021}"
    )
    event = f"{{type: claim-corrected, target: {id_at(chained, 2)}, reason: r, claim: {claim}}}"
    file = chained.file(f"{head}events:\n  - {event}\n", "third.yaml")
    added = chained("add", file)
    assert added.exit_code == 0, added.output
    assert chained("retract", "2", "--chain", "--reason", "x").exit_code == 0
    assert starts(chained) == []


def test_what_is_left_of_a_chain_is_retracted(chained: Desk) -> None:
    """Whichever link is named, also one that was retracted: none twice, and those are told."""
    last = id_at(chained, 7)[:12]
    assert chained("retract", "7", "--reason", "x").exit_code == 0
    told = chained("retract", "7", "--chain", "--reason", "y", "--format", "json")
    assert told.exit_code == 0, told.output
    targets = [chained.json("show", str(position))["data"]["target"] for position in (9, 10)]
    assert targets == [id_at(chained, 6), id_at(chained, 2)]
    assert f"{last} was already retracted by {id_at(chained, 8)[:12]}" in told.stderr
    assert f"{last} is " not in told.stderr
    assert starts(chained) == []


def test_a_link_that_counts_again_is_retracted_alone(chained: Desk) -> None:
    """After the whole chain was retracted and one link taken back, the first names it as well."""
    assert chained("retract", "2", "--chain", "--reason", "x").exit_code == 0
    assert chained("retract", "8", "--reason", "it did").exit_code == 0
    assert starts(chained) == ["2021-05-03"]
    refused = chained("retract", "2", "--reason", "y")
    assert refused.exit_code == 2
    first = id_at(chained, 2)[:12]
    assert f"a correction of it still counts: `mission retract {first} --chain`" in refused.stderr
    assert chained("retract", "2", "--chain", "--reason", "y").exit_code == 0
    assert chained.position() == 12
    assert chained.json("show", "12")["data"]["target"] == id_at(chained, 7)
    assert starts(chained) == []
    again = chained("retract", "2", "--chain", "--reason", "z")
    assert again.exit_code == 2
    assert "was already retracted by" in again.stderr
    assert chained.position() == 12


def test_the_hint_about_a_corrected_claim_can_be_followed(chained: Desk) -> None:
    """It names the last correction, which counts, and not one that was corrected itself."""
    refused = chained("retract", "2", "--reason", "x")
    last = id_at(chained, 7)[:12]
    assert f"was already corrected by {id_at(chained, 6)[:12]}" in refused.stderr
    assert f"`mission retract {last}` undoes it" in refused.stderr
    assert chained("retract", last, "--reason", "x").exit_code == 0
