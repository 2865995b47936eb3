"""What is told in Danish: all of a record, without an English word."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from cli.account.account import account
from cli.inquiry import Inquiry, MissionInquiry, through
from cli.options.clocks import PublicationLimit, RecordPoint, read_on
from cli.render import (
    diff_table,
    disputes,
    entry_text,
    ground_rows,
    headlines,
    local_names,
    plan_rows,
    presences,
    state_rows,
    wording,
)
from cli.render.languages.translation import in_language
from cli.render.page import Block, Line, Notes, Row, Table, grouped, lines, plain
from events import nations
from events.dates.days import BEGINNING, FOREVER
from events.facets import FACETS
from projections import names
from projections.diff import diff
from projections.labels import labels as labels_of
from projections.plans.listing import plans
from projections.record import Record, open_record
from projections.spans import presences_during
from projections.state import state
from projections.state_object import StateEntry
from projections.weighing.occurrence import ANY_DAY
from projections.why import why
from tests.cli.english_words import EnglishWords, english_words
from tests.ready import shipped_ledger

DAYS = ("2015-01-01", "2018-08-01", "2020-03-05", "2021-06-15", "2022-05-15", "2026-11-01")
KNOWN = PublicationLimit(1_622_505_599, "2021-05-31")


def told(block: Block) -> Iterator[str]:
    """Yield the lines of a block as plain text."""
    if isinstance(block, Table):
        yield from block.columns
        for row in block.rows:
            if isinstance(row, Row):
                shown: list[Line] = [line for cell in row.cells for line in lines(cell)]
                yield from map(plain, (*shown, *row.below))
            else:
                yield row.title
    elif isinstance(block, Notes):
        yield block.title
        for lead, line in block.lines:
            yield f"{lead} {plain(line)}"
    else:
        assert isinstance(block, str | tuple)
        yield plain(block)


def limiting(facet: str, entries: Sequence[StateEntry]) -> list[StateEntry]:
    """Return the entries of what limits a facet."""
    return [each for each in entries if FACETS[each.facet].limits == facet]


def blocks(asked: MissionInquiry) -> Iterator[Block]:
    """Yield all that is told of a mission: states, spans, plans, differences and claims."""
    key = asked.legend(
        (claim.source for claim in asked.seen.claims),
        (each.entry for held in presences_during(asked.seen, ANY_DAY).values() for each in held),
    )
    yield from key.notes()
    days = [read_on(text) for text in DAYS]
    states = [state(asked.seen, each.day) for each in days]
    for day, found in zip(days, states, strict=True):
        yield from asked.under(day)
        shown = [entry for held in found.facets.values() for entry in held]
        first = headlines.fitting_headlines(found, key)
        yield headlines.notes(first, found.mission, key)
        rows = {
            wording.facet_heading(name): [
                row
                for fold in (True, False)
                for row in state_rows.rows(held, key, fold=fold, ceilings=limiting(name, shown))
            ]
            for name, held in found.facets.items()
        }
        yield grouped(state_rows.column_names(), rows)
        yield from disputes.notes(shown, key)
        yield plan_rows.table(plans(asked.seen, day.day), key)
    for before, after in pairwise(states):
        yield diff_table.table(diff(before, after), key)
    during = presences_during(asked.seen, ANY_DAY)
    yield presences.table(during, key)
    for title in (presences.OTHER_DAYS, presences.LATER):
        yield from presences.on_other_days(
            [("", each) for held in during.values() for each in held], title
        )
    for name in dict.fromkeys(claim.key for claim in asked.seen.claims):
        grounds = why(asked.store, asked.seen, name, days[0].day).grounds
        claims = [ground_rows.row(each, key) for each in grounds]
        yield Table(ground_rows.column_names(), claims)


def everything(store: Record) -> set[str]:
    """Return the lines of all that is told of a ledger."""
    found: set[str] = set()
    for known in (PublicationLimit(), KNOWN):
        asked = Inquiry(store, known, RecordPoint(), store.position())
        for mission in store.names():
            for block in blocks(asked.of_mission(mission)):
                found.update(told(block))
    entries = list(store.entries())
    labels = labels_of(store, entries)
    found.update(entry_text.summary(entry, labels) for entry in entries)
    for each in account(store, after=0, upto=store.position(), day=read_on(DAYS[3]).day):
        found.update((each.title, *(f"{lead} {text}" for lead, text in each.lines)))
    return found


@pytest.fixture(scope="module", params=["shipped", "of every facet"])
def record(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, of_every_facet: Path
) -> Iterator[Record]:
    """Open the shipped record, and one that has something in every facet."""
    place = of_every_facet
    if request.param == "shipped":
        place = shipped_ledger(tmp_path_factory.mktemp("shipped") / "ledger.sqlite")
    with open_record(place) as store:
        yield store


def test_what_is_told_in_danish_has_no_english_word(record: Record) -> None:
    """But for what the record itself states, no row, line or heading has an English word."""
    assert {"by", "from", "possible", "planned", "sources"} <= english_words()
    with in_language("da"):
        shown = everything(record)
    assert any("Danmark" in line for line in shown)
    assert EnglishWords(record).left(shown) == {}


def test_english_is_the_same_before_in_and_after_another_language(record: Record) -> None:
    """What is told outside of the block, or in English inside of it, is not changed by it."""
    before = everything(record)
    with in_language("da"):
        danish = everything(record)
        with in_language("en"):
            assert everything(record) == before
    assert everything(record) == before
    assert danish != before


@pytest.mark.parametrize(
    ("facet", "key", "english", "danish"),
    [
        ("command", "UN", "United Nations", "FN"),
        ("command", "NATO", "NATO", "NATO"),
        ("command", "CAN", "Canada", "Canada"),
        ("strength", "DEU/police/female", "Germany, police, female", "Tyskland, politi, kvinder"),
        ("strength", "DEU/all/female", "Germany, female", "Tyskland, kvinder"),
        ("ceiling", "DEU/field-medics", "Germany, field medics", "Tyskland, field medics"),
        ("strength", "tm/police", "Training Mission, police", "Training Mission, politi"),
        ("commander", "force-commander/kazura", "A. Kazura, force commander", None),
        ("contribution", "dnk-staff", "staff", None),
        ("place", "XYZ", "Germany", None),
    ],
)
def test_nations_and_what_is_counted_have_danish_names(
    facet: str, key: str, english: str, danish: str | None
) -> None:
    """What the program names is named in Danish; what sources name stays as it is."""
    assert local_names.label(facet, key, english) == english
    with in_language("da"):
        assert local_names.label(facet, key, english) == (danish or english)


def test_every_body_has_a_danish_name_or_the_same() -> None:
    """A body is found by the name that it has in Danish."""
    for body in nations.BODIES:
        assert nations.label(body.key) == body.names[0]
        assert nations.label(body.key, "da") in body.names
    assert nations.label("OSCE", "da") == "Organisationen for Sikkerhed og Samarbejde i Europa"
    assert nations.label("XYZ", "da") == "XYZ"


def quantity(**fields: object) -> str:
    """Return a quantity in words."""
    source_language = str(fields.pop("language", ""))
    return wording.quantity({"min": None, "max": None, **fields}, source_language)


@pytest.mark.parametrize(
    ("fields", "danish"),
    [
        ({"max": 140, "unit": "people"}, "højst 140 personer"),
        ({"min": 2, "max": 2, "unit": "Helicopters"}, "2 helikoptere"),
        ({"min": 2, "max": 3, "approximate": True}, "ca. 2 til 3"),
        ({"min": 5, "unit": "million DKK"}, "mindst 5 million DKK"),
        ({"min": 5, "max": 5, "unit": "DKK"}, "5 DKK"),
        ({"min": 9, "max": 9, "stated": "ni", "unit": "mand"}, "9 mand (”ni”)"),
        ({"min": 2, "max": 2, "stated": "two", "language": "engelsk"}, "2 (”two”, på engelsk)"),
    ],
)
def test_quantities_in_danish(fields: dict[str, object], danish: str) -> None:
    """Units have Danish words where the program knows them; what a source says is quoted."""
    with in_language("da"):
        assert quantity(**fields) == danish


@pytest.mark.parametrize(
    ("english", "danish"),
    [
        ("[..2024-02] (by Feb 2024)", "[..2024-02] (senest feb. 2024)"),
        ("[2024-05..] (May 2024 or later)", "[2024-05..] (maj 2024 eller senere)"),
        ("2020-33 (Jan–Mar 2020)", "2020-33 (jan.–mar. 2020)"),
        (
            "[2020-03-04..2020-07-06] (2020-03-04 to 2020-07-06)",
            "[2020-03-04..2020-07-06] (2020-03-04 til 2020-07-06)",
        ),
        ("2021-05? (uncertain)", "2021-05? (usikkert)"),
        ("2021~ (approximate)", "2021~ (omtrentligt)"),
    ],
)
def test_dates_in_danish(english: str, danish: str) -> None:
    """A date is shown as it is written; its meaning is told."""
    edtf, _, _ = english.partition(" ")
    assert wording.date(edtf) == english
    with in_language("da"):
        assert wording.date(edtf) == danish


@pytest.mark.parametrize(
    ("days", "danish"),
    [
        ((BEGINNING, 737791), "til og med 2021-01-01"),
        ((737791, FOREVER), "fra 2021-01-01 og frem"),
        ((BEGINNING, FOREVER), "på en hvilken som helst dag"),
    ],
)
def test_days_in_danish(days: tuple[int, int], danish: str) -> None:
    """A last day is in force."""
    with in_language("da"):
        assert presences.days(days) == danish


def test_a_source_in_the_readers_language_is_not_foreign(record: Record) -> None:
    """To a Danish reader an English source is, and a Danish one is not."""
    asked = through(record, PublicationLimit(), RecordPoint())
    sources = record.descriptions(record.source_ids())
    key = asked.legend(sources)
    by_tag = {each.language: each.id for each in sources.values()}
    assert [key.foreign(by_tag[tag]) for tag in ("en", "da")] == ["", "Danish"]
    with in_language("da"):
        assert [key.foreign(by_tag[tag]) for tag in ("en", "da")] == ["engelsk", ""]


def test_a_name_in_danish_is_that_of_the_same_party() -> None:
    """Every Danish name that is shown finds the nation or body it is the name of."""
    for code in nations.known():
        shown = nations.label(code, "da")
        found = names.matching(shown, list(nations.known().values()))
        assert code in {each.key for each in found}
