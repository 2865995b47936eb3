"""What `mission state` opens with: at most ten lines, none surer than the table under them."""

import re
from textwrap import wrap

import pytest
from hypothesis import given

from cli.render import headlines, state_rows, wording
from cli.render.legend import Legend
from cli.render.page import lines, plain
from events.catalogue import (
    CommanderAppointed,
    CommandTakenOver,
    ContributionAttested,
    ContributionDeployed,
    MissionAttested,
    StrengthReported,
)
from events.publication import close_of_day
from ledger.shipped.records import load
from projections.state import state
from projections.state_object import State
from projections.summary import MAX_HEADLINES, Topic
from projections.view import view
from projections.weighing.period import SUREST_FIRST
from tests.plain_store import PlainStore
from tests.projections.build import Record
from tests.projections.oracle import CALENDAR
from tests.projections.small_records import Line, records, write
from tests.projections.test_state_property import examples

ON = [
    *("2018-06-20", "2018-08-31", "2018-12-15", "2020-03-04", "2020-12-15", "2021-05-15"),
    *("2021-06-15", "2022-05-15", "2022-06-01", "2024-06-01", "2026-11-29"),
]
KNOWN = [None, "2020-03-04", "2020-04-01", "2021-05-31", "2022-05-31", "2024-02-29"]


def day(text: str) -> int:
    """Return the number of a day."""
    from cli.options.clocks import read_on

    return read_on(text).day


def no_surer(found: State) -> list[str]:
    """Check the headlines of a state against its entries, and return their lines."""
    sources = [each for some in found.facets.values() for entry in some for each in entry.sources]
    legend = Legend(sources, {})
    told = headlines.fitting_headlines(found, legend)
    assert len(told) <= MAX_HEADLINES
    assert bool(told) == any(found.facets.values()) or not any(
        found.facets[name] for name in ("command", "commander", "strength", "contribution")
    )
    in_state = {id(entry) for some in found.facets.values() for entry in some}
    shown = headlines.notes(told, found.mission, legend)
    assert len(shown.lines) == len(told)
    for each, (_, line) in zip(told, shown.lines, strict=True):
        some = (*each.entries, *each.more)
        said = plain(line)
        assert {id(entry) for entry in some} <= in_state
        weakest = max(some, key=lambda entry: SUREST_FIRST.index(entry.standing)).standing
        assert f"({wording.standing(weakest)}" in said
        assert ("disputed)" in said) == any(entry.disputed for entry in some)
        assert said.endswith(f" {legend.cited(each.sources)}".rstrip())
        if "since 0" in said or re.search(r"since \d", said):
            assert each.entries[0].start
            assert each.entries[0].start.reported
        for date in re.findall(r"\d{4}-\d\d-\d\d", said):
            table = [
                plain(part)
                for entry in some
                for cell in state_rows.row(entry, legend).cells
                for part in lines(cell)
            ]
            assert any(date in part for part in table), (date, table)
    return [plain(line) for _, line in shown.lines]


@pytest.mark.parametrize("known", KNOWN)
@pytest.mark.parametrize("on", ON)
def test_the_shipped_record_opens_with_nothing_surer(on: str, known: str | None) -> None:
    """On disputed, possible, expected, planned and empty days, by every source's date."""
    store = PlainStore()
    load(store, "nmi")
    public = None if known is None else close_of_day(day(known))
    for mission in store.names():
        no_surer(state(view(store, mission, known=public), day(on)))


@given(records(size=10))
@examples(60)
def test_no_headline_is_surer_than_the_table(lines: list[Line]) -> None:
    """In any record, on any day, by any sources."""
    record = write(lines)
    for known in (None, close_of_day(CALENDAR[len(CALENDAR) // 2])):
        seen = record.view(known)
        for on in CALENDAR[:: len(CALENDAR) // 6]:
            no_surer(state(seen, on))


def test_headlines_are_told_in_order() -> None:
    """Who leads comes first, then who commands, how many, what is given, what is in doubt."""
    store = PlainStore()
    load(store, "nmi")
    found = state(view(store, "nato-mission-iraq"), day("2024-06-01"))
    sources = [each for some in found.facets.values() for entry in some for each in entry.sources]
    told = headlines.fitting_headlines(found, Legend(sources, {}))
    topics = list(dict.fromkeys(each.topic for each in told))
    assert topics == [Topic.LEAD, Topic.STRENGTH, Topic.CONTRIBUTED, Topic.LAPSED]
    found = state(view(store, "nato-mission-iraq"), day("2021-06-15"))
    assert no_surer(found)[0].startswith("Denmark, since 2020-11 / 2020-12 (certain, disputed) [")


def opening(record: Record, on: str) -> list[str]:
    """Return the lines a record's state opens with, held against its entries."""
    return no_surer(state(record.view(), day(on)))


def test_who_contributes_is_no_surer_than_the_table() -> None:
    """Where sources differ on it, only a plan says it or none does, the headline says as much."""
    record = Record().source("a", "2019-06").source("b", "2019-07")
    given = {"contribution": "ships", "on": "2019-05", "capability": "ships"}
    record.say(ContributionAttested, source="a", contributor="DNK", **given)
    record.say(ContributionAttested, source="b", contributor="NOR", **given)
    (line,) = opening(record, "2019-08")
    assert line.startswith(("by Norway or Denmark: ships", "by Denmark or Norway: ships"))

    record = Record().source("a", "2019-06")
    record.say(ContributionAttested, contribution="cars", contributor="DNK", on="2019-05-01")
    record.say(ContributionAttested, contribution="tents", on="2019-05-01")
    (line,) = opening(record, "2019-08")
    assert line.startswith("by Denmark and by whom is not sure: cars")

    record = Record().source("a", "2019-02").source("b", "2019-06")
    record.say(
        ContributionDeployed,
        source="a",
        contribution="cars",
        contributor="SWE",
        on="2019-05",
        basis="planned",
    )
    record.say(ContributionAttested, source="b", contribution="cars", on="2019-05")
    (line,) = opening(record, "2019-08")
    assert line.startswith("by Sweden, planned: cars")


def test_a_commander_is_no_surer_of_one_nation_than_the_table() -> None:
    """A nation that sources give otherwise is not told as if they agreed."""
    record = Record().source("a", "2019-06").source("b", "2019-07")
    for source, nation in (("a", "NOR"), ("b", "SWE")):
        record.say(
            CommanderAppointed,
            source=source,
            commander="ola",
            name="Ola",
            nation=nation,
            on="2019-05",
        )
    (line,) = opening(record, "2019-08")
    assert line.startswith(("Ola (Norway or Sweden)", "Ola (Sweden or Norway)"))


def test_a_busy_state_opens_with_ten_lines_at_the_most() -> None:
    """However much there is to tell first, it is told in fewer words, not in more lines."""
    record = Record().source("a", "2019-06").source("b", "2019-07")
    record.say(MissionAttested, on="[..2019-12]")
    for nation in ("CAN", "DNK", "ITA"):
        record.say(CommandTakenOver, by=nation, on="[2019-05..2020-01]")
    for name in ("Ada Adamson", "Bo Boson", "Carl Carlson"):
        key = name.lower().replace(" ", "-")
        record.say(
            CommanderAppointed, commander=key, name=name, nation="DNK", on="[2019-05..2020-01]"
        )
    for nation, many in (("DNK", 100), ("NOR", 50), ("SWE", 20)):
        record.say(StrengthReported, counted=nation, quantity=many, on="2019-05")
    for number in range(9):
        for key, on, basis in (
            ("here", "2019-05", "reported"),
            ("perhaps", "[2019-05..2020-01]", "reported"),
            ("planned", "2019-08", "planned"),
        ):
            record.say(
                ContributionDeployed,
                contribution=f"{key}-{number}",
                contributor="DNK",
                capability=f"capability of kind {number}",
                on=on,
                basis=basis,
            )
    said = opening(record, "2019-09-01")
    assert len(said) <= MAX_HEADLINES
    rows = [line for each in said for line in wrap(each, headlines.WIDTH)]
    assert len(rows) <= MAX_HEADLINES, rows
