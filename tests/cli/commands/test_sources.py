"""The list of sources shows every field of a source, as it is described by now."""

from events.source_description import SourceDescription
from tests.cli.desk import Desk
from tests.cli.facets import said, sheet

REPRINT = """mission: nmi-test
source:
  id: reprint
  publisher: A newspaper
  title: Helicopters go home
  language: en
  published: 2021-06
  archived: https://web.example.org/1
  retrieved: 2021-07-01
  reprints: news
events:
  - {type: command-attested, by: DNK, on: 2021-06-01}
"""


def test_every_field_of_a_source_is_listed(busy: Desk) -> None:
    """On a page, as data and in a sheet: also where it is kept, and what it reprints."""
    assert busy("add", busy.file(REPRINT, "reprint.yaml")).exit_code == 0
    page = busy("sources").stdout
    for words in ("archived: https://web.example.org/1", "retrieved 2021-07-01", "reprints news"):
        assert words in page
    fields = {
        "archived": "https://web.example.org/1",
        "retrieved": "2021-07-01",
        "reprints": "news",
    }
    for rows in (said(busy, "sources"), sheet(busy, "sources")):
        assert rows[-1].items() >= fields.items()
        assert rows[-1].keys() >= set(SourceDescription._fields)


def test_a_source_is_listed_as_it_is_described_by_now(busy: Desk) -> None:
    """A corrected title takes the place of the one before, in data as on the page."""
    corrected = busy("correct", "news", "--title", "Helicopters stay", "--reason", "misread")
    assert corrected.exit_code == 0, corrected.output
    titles = {each["id"]: each["title"] for each in said(busy, "sources")}
    assert titles["news"] == "Helicopters stay"
    assert "“Helicopters stay”" in busy("sources").stdout
