"""The timeline shows every number that a source states, whatever it counts."""

from tests.cli.desk import Desk
from tests.cli.facets import said, sheet

STRENGTH = """mission: nmi-test
source: {id: count, publisher: A ministry, title: A count, language: en, published: 2021-08-10}
events:
  - type: contribution-strength-reported
    contribution: dnk-helicopters
    personnel: {min: 80, max: 80, unit: people}
    reserve: {max: 20, unit: people}
    on: 2021-08-01
"""


def test_people_and_reserves_are_in_the_timeline(busy: Desk) -> None:
    """A report of people and a reserve alone is shown with both, and as data."""
    assert busy("add", busy.file(STRENGTH, "count.yaml")).exit_code == 0
    page = busy("timeline", "nmi-test", "--no-bars").stdout
    assert "personnel: 80 people" in page
    assert "in reserve: at most 20 people" in page
    (row,) = (each for each in said(busy, "timeline", "nmi-test") if each["role"] == "reading")
    assert (row["quantity"], row["personnel"]["min"], row["reserve"]["max"]) == (None, 80, 20)
    rows = sheet(busy, "timeline", "nmi-test")
    (flat,) = (each for each in rows if each["role"] == "reading")
    assert (flat["quantity.min"], flat["personnel.min"], flat["reserve.max"]) == ("", "80", "20")
