"""Which claims take part: the record and publication clocks, retractions and corrections."""

from events.catalogue import CommandAttested, CommandTakenOver
from events.facets import Role
from tests.projections.build import Record


def dates(record: Record, known: str | None = None, upto: int | None = None) -> list[str]:
    """Return the dates of the claims that take part."""
    return sorted(claim.edtf for claim in record.view(known, upto).visible.claims)


def taken_over(record: Record, on: str) -> str:
    """Record that Denmark took command, by the latest source."""
    return record.say(CommandTakenOver, by="DNK", on=on)


def test_a_source_counts_from_the_last_day_it_can_have_come_out() -> None:
    """What was only possibly public is left out, and counted; what surely was not is neither."""
    record = Record().source("may", "2021-05")
    taken_over(record, "2021-05-03")
    for known, seen, perhaps in (
        ("2021-04-30", [], 0),
        ("2021-05-01", [], 1),
        ("2021-05-30", [], 1),
        ("2021-05-31", ["2021-05-03"], 0),
    ):
        view = record.view(known)
        assert dates(record, known) == seen
        assert len(view.visible.possibly_public) == perhaps
        assert record.state("2021-05-03", known).to_json()["left_out"] == {
            "possibly_known_sources": perhaps
        }


def test_publication_to_the_second() -> None:
    """A moment sees what came out by that second, and a day what came out by its close."""
    record = Record().source("s", "2022-05-24T10:00:00Z")
    taken_over(record, "2022-05-24")
    assert dates(record, "2022-05-24T09:59:59Z") == []
    assert dates(record, "2022-05-24T10:00:00Z") == ["2022-05-24"]
    assert dates(record, "2022-05-24") == ["2022-05-24"]
    assert dates(record, "2022-05-23") == []


def test_a_day_of_publication_is_over_at_its_last_second() -> None:
    """A source published on a day was not certainly public at its noon."""
    record = Record().source("s", "2022-05-24")
    taken_over(record, "2022-05-24")
    assert dates(record, "2022-05-24T12:00:00Z") == []
    assert len(record.view("2022-05-24T12:00:00Z").visible.possibly_public) == 1
    assert dates(record, "2022-05-24T23:59:59Z") == ["2022-05-24"]


def test_windows_open_on_a_side() -> None:
    """Published "by May" was public at its end; published "from May on" never surely was."""
    record = Record().source("by", "[..2021-05]")
    taken_over(record, "2021-05-03")
    record.source("from", "[2021-05..]")
    taken_over(record, "2021-05-04")
    assert dates(record, "2021-05-31") == ["2021-05-03"]
    assert dates(record, "2099-12-31") == ["2021-05-03"]
    assert record.view("2001-01-01").visible.possibly_public == {"by"}
    assert dates(record) == ["2021-05-03", "2021-05-04"]


def test_record_time_is_a_position() -> None:
    """At a position, what came after it is not there: not even a retraction."""
    record = Record().source("s", "2021-05-01")
    event = taken_over(record, "2021-05-03")
    before = record.position
    record.retract(event)
    assert dates(record) == []
    assert dates(record, upto=before) == ["2021-05-03"]
    assert dates(record, upto=before - 1) == []


def test_a_retraction_without_a_source_takes_effect_from_the_beginning() -> None:
    """Our own misreading was never publicly known."""
    record = Record().source("s", "2021-05-01")
    record.retract(taken_over(record, "2021-05-03"))
    assert dates(record, "2021-05-01") == []


def test_a_retraction_with_a_source_takes_effect_when_that_came_out() -> None:
    """Until then the claim stood; while it may have come out, it still stands, and is counted."""
    record = Record().source("s", "2021-05-01")
    event = taken_over(record, "2021-05-03")
    record.source("denial", "2021-07").retract(event, source="denial")
    assert dates(record, "2021-06-30") == ["2021-05-03"]
    assert dates(record, "2021-07-15") == ["2021-05-03"]
    assert record.view("2021-07-15").visible.possibly_public == {"denial"}
    assert dates(record, "2021-07-31") == []


def test_a_retraction_can_be_retracted() -> None:
    """And that again: an odd number of retractions undoes the claim, an even one does not."""
    record = Record().source("s", "2021-05-01")
    event = taken_over(record, "2021-05-03")
    for number in range(5):
        assert dates(record) == (["2021-05-03"] if number % 2 == 0 else [])
        event = record.retract(event)


def test_two_retractions_of_one_claim_are_undone_one_by_one() -> None:
    """While either stands the claim does not."""
    record = Record().source("s", "2021-05-01")
    event = taken_over(record, "2021-05-03")
    first, second = record.retract(event), record.retract(event, reason="twice")
    record.retract(first)
    assert dates(record) == []
    record.retract(second)
    assert dates(record) == ["2021-05-03"]


def test_retracting_a_retraction_from_a_later_source() -> None:
    """Each takes effect on the publication clock by its own source."""
    record = Record().source("s", "2021-05-01")
    event = taken_over(record, "2021-05-03")
    denial = record.source("denial", "2021-07-01").retract(event, source="denial")
    record.source("again", "2021-09-01").retract(denial, source="again")
    assert dates(record, "2021-06-30") == ["2021-05-03"]
    assert dates(record, "2021-08-01") == []
    assert dates(record, "2021-09-01") == ["2021-05-03"]


def test_a_correction_puts_another_claim_in_place() -> None:
    """Without a source it was always so; the claim that was corrected is kept to be shown."""
    record = Record().source("s", "2021-05-01")
    event = taken_over(record, "2021-05-03")
    record.correct(event, record.claim(CommandTakenOver, by="ITA", on="2021-05-04"))
    assert dates(record, "2021-05-01") == ["2021-05-04"]
    assert [claim.event for claim in record.view().visible.withdrawn] == [event]


def test_a_correction_needs_its_source_and_its_claims_source_public() -> None:
    """Until both are, what it corrects stands."""
    record = Record().source("s", "2021-05-01")
    event = taken_over(record, "2021-05-03")
    record.source("erratum", "2021-07-01").source("evidence", "2021-09-01")
    new = record.claim(CommandTakenOver, by="DNK", on="2021-05-04")
    record.correct(event, new, source="erratum")
    assert dates(record, "2021-08-31") == ["2021-05-03"]
    assert dates(record, "2021-09-01") == ["2021-05-04"]
    assert record.view("2021-07-01").visible.unpublished == {"evidence"}


def test_a_correction_of_a_correction_keeps_the_first_claim_out() -> None:
    """Only the last one stands; retracting it brings the one before back."""
    record = Record().source("s", "2021-05-01")
    first = taken_over(record, "2021-05-03")
    second = record.correct(first, record.claim(CommandTakenOver, by="DNK", on="2021-05-04"))
    third = record.correct(second, record.claim(CommandTakenOver, by="DNK", on="2021-05-05"))
    assert dates(record) == ["2021-05-05"]
    record.retract(third)
    assert dates(record) == ["2021-05-04"]
    record.retract(second)
    assert dates(record) == ["2021-05-03"]


def test_a_correction_of_a_correction_waits_for_the_first_ones_source() -> None:
    """It stands in its place, so it takes effect no earlier on the publication clock."""
    record = Record().source("s", "2021-05-01")
    first = taken_over(record, "2021-05-03")
    new = record.claim(CommandTakenOver, by="DNK", on="2021-05-04")
    record.source("erratum", "2021-07-01")
    second = record.correct(first, new, source="erratum")
    record.correct(second, new.model_copy(update={"on": "2021-05-05"}))
    assert dates(record, "2021-06-30") == ["2021-05-03"]
    assert dates(record, "2021-07-01") == ["2021-05-05"]


def test_a_preference_waits_for_the_claims_it_chose_between() -> None:
    """A choice made with a later source in hand settles nothing before that was public."""
    record = Record().source("s", "2021-05-01")
    first, other = taken_over(record, "2021-04-03"), taken_over(record, "2021-04-05")
    late = taken_over(record.source("late", "2021-07-01"), "2021-04-03")
    record.prefer(("command", "DNK", 1, Role.START), first, late)
    assert record.standings("command", "2021-04-03", known="2021-06-01") == {"DNK": "possible!"}
    assert record.standings("command", "2021-04-03", known="2021-07-01") == {"DNK": "certain"}
    assert other


def test_a_long_chain_of_corrections() -> None:
    """Corrected a thousand times, one claim stands."""
    record = Record().source("s", "2021-05-01")
    event = taken_over(record, "2021-05-03")
    for number in range(1000):
        claim = record.claim(CommandTakenOver, by="DNK", on="2021-05-04", note=f"{number}")
        event = record.correct(event, claim)
    (claim,) = record.view().visible.claims
    assert claim.event == event


def test_an_earlier_position_sees_the_correction_of_its_time() -> None:
    """Record time gives each state of our understanding back."""
    record = Record().source("s", "2021-05-01")
    first = taken_over(record, "2021-05-03")
    positions = [record.position]
    for on in ("2021-05-04", "2021-05-05"):
        first = record.correct(first, record.claim(CommandTakenOver, by="DNK", on=on))
        positions.append(record.position)
    assert [dates(record, upto=at) for at in positions] == [
        ["2021-05-03"],
        ["2021-05-04"],
        ["2021-05-05"],
    ]


def test_the_three_clocks_compose() -> None:
    """What was known by a date, by the record of a position, of a day."""
    record = Record().source("s", "2020-04-01")
    taken_over(record, "2020-03-01")
    before = record.position
    record.source("later", "2021-06-01").say(CommandAttested, by="DNK", on="2021-06-01")
    day = "2021-05-01"
    assert record.standings("command", day) == {"DNK": "certain"}
    assert record.standings("command", day, known="2020-04-30") == {"DNK": "assumed"}
    assert record.standings("command", day, upto=before) == {"DNK": "assumed"}
    assert record.standings("command", day, known="2020-03-31") == {}
    assert record.standings("command", day, known="2021-06-01", upto=before) == {"DNK": "assumed"}
