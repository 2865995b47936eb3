"""The words of a published timeline: all that a picture says, in the language of its page."""

from pathlib import Path
from xml.etree import ElementTree as Xml

from cli.inquiry import through
from cli.options.clocks import PublicationLimit, RecordPoint
from cli.render.languages.translation import in_language
from cli.render.legend import Legend
from cli.site.timeline import picture_words
from events.catalogue import CLAIM_TYPES
from events.dates.days import BEGINNING, day_number
from projections.exports.bars import WORDS, Bar, Group, PictureWords, Piece, groups_of
from projections.exports.timeline_svg import drawn
from projections.record import open_record
from projections.weighing.occurrence import Days
from projections.weighing.period import Standing
from tests.projections.build import Record

ON = day_number(2021, 6, 15)

FIXED = {
    *("disputed", "any time", "ended by {day}", "{standing}: {first} to {last}"),
    "only planned, up to {day}",
    *("sources disagree on some of these days", "periods up to the close of {day}"),
    "Nothing is in the state on any day up to then.",
}
"""What pictures say besides standings and facets."""


def test_all_that_a_picture_says_has_words(of_every_facet: Path) -> None:
    """Whatever is drawn, each of its texts is known, and none is known that is not drawn."""
    asked = set[str]()
    with in_language("da"):
        danish = picture_words(Legend([], {}))

    def text(english: str) -> str:
        asked.add(english)
        return danish.text(english)

    words = PictureWords(text, danish.name)
    facets = set[str]()
    with open_record(of_every_facet) as store:
        for mission in store.names():
            seen = through(store, PublicationLimit(), RecordPoint()).of_mission(mission).seen
            facets.update(group.title for group in groups_of(seen, ON))
            drawn("A", groups_of(seen, ON, words), ON, [], text)
    plan = Record().source("plan", "2019-01-01")
    for kind, on in (("phase-begun", "2019-02-01"), ("phase-ended", "2019-03")):
        plan.say(CLAIM_TYPES[kind], phase="transition", on=on, basis="planned")
    drawn("A", groups_of(plan.view(), ON, words), ON, [], text)
    pieces = tuple(Piece(BEGINNING, ON, each, ON) for each in Standing)
    drawn("A", [Group("A", (Bar("A", pieces, (Days(ON, ON),), ""),))], ON, [], text)
    drawn("A", [], ON, [], text)
    assert len(facets) > 5
    assert asked == {*WORDS.values(), *FIXED, *facets}


def test_a_picture_is_told_in_danish() -> None:
    """Labels, days and the key are Danish, and the names of places in a text are filled in."""
    bar = Bar("Danmark", (Piece(BEGINNING, ON, Standing.POSSIBLE, ON),), (Days(ON, ON),), "mulig")
    with in_language("da"):
        words = picture_words(Legend([], {})).text
        picture = Xml.fromstring(drawn("A", [Group("Kommando", (bar,))], ON, [], words))
    told = [str(each.text) for each in picture.iter() if each.text]
    described = "Kommando: Danmark: mulig: når som helst til 2021-06-15;"
    assert f"{described} kilderne er uenige om nogle af disse dage." in told
    assert {"perioder til udgangen af 2021-06-15", "antages fortsat", "omstridt"} <= {*told}
