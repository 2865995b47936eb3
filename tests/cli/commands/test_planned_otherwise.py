"""What a plan that stands says of a field is shown beside what is reported, and found by."""

import pytest

from tests.cli.desk import Desk
from tests.cli.facets import said, sheet

PLAN = """mission: nmi-test
source: {id: plan, publisher: A ministry, title: A plan, language: en, published: 2020-03-01}
events:
  - type: contribution-deployed
    contribution: hospital
    contributor: SWE
    on: 2020-04
    basis: planned
"""
REPORT = """mission: nmi-test
source: {id: report, publisher: A paper, title: A report, language: en, published: 2020-05-01}
events:
  - {type: contribution-attested, contribution: hospital, contributor: FIN, on: 2020-04-03}
"""


@pytest.fixture
def desk(busy: Desk) -> Desk:
    """Give a ledger in which a nation is planned to give what another is reported to give."""
    for name, text in (("plan.yaml", PLAN), ("report.yaml", REPORT)):
        assert busy("add", busy.file(text, name)).exit_code == 0
    return busy


@pytest.mark.parametrize("nation", ["SWE", "FIN"])
@pytest.mark.parametrize("when", [("--on", "2020-04-10"), ("--during", "2020-04")])
def test_it_is_found_by_either(desk: Desk, nation: str, when: tuple[str, str]) -> None:
    """On a day and over a span alike."""
    assert [each["key"] for each in said(desk, "find", "--who", nation, *when)] == ["hospital"]


def test_both_are_shown_and_the_plan_is_marked(desk: Desk) -> None:
    """On the page, as data and in a sheet; what is reported goes before what is planned."""
    asked = ("state", "nmi-test", "--on", "2020-04-10", "--facet", "contribution")
    (entry,) = said(desk, *asked)["facets"]["contribution"]
    assert entry["value"]["contributor"] == "FIN"
    assert (entry["variants"], entry["planned_variants"]) == ({}, {"contributor": ["SWE"]})
    assert "contributor also given as Sweden (planned)" in desk(*asked).stdout
    (row,) = sheet(desk, *asked)
    assert row["variants"] == "contributor: SWE (planned)"


def test_what_a_revised_plan_said_is_shown_no_more(desk: Desk) -> None:
    """Of plans the one published last stands."""
    revised = PLAN.replace("SWE", "NOR").replace("id: plan", "id: later").replace("03-01", "03-15")
    revised = revised.replace("A plan", "A later plan")
    assert desk("add", desk.file(revised, "later.yaml")).exit_code == 0
    asked = ("state", "nmi-test", "--on", "2020-04-10", "--facet", "contribution")
    (entry,) = said(desk, *asked)["facets"]["contribution"]
    assert entry["planned_variants"] == {"contributor": ["NOR"]}
    assert desk("find", "--who", "SWE", "--on", "2020-04-10").exit_code == 1
