"""A record of every facet, as the commands that ask show it: on a page, as data and in sheets."""

import json

import pytest

from events.facets import FACETS, STATE_FACETS
from tests.cli.desk import Desk
from tests.cli.facets import ON, Run, said, sheet


def test_every_facet_but_happenings_is_in_the_state(facets: Run) -> None:
    """Empty or not, in the order of the facets; entries by key, period and what is counted."""
    of_day = said(facets, "state", "tm", "--on", ON)["facets"]
    assert tuple(of_day) == STATE_FACETS
    assert all(of_day.values())
    assert not any(said(facets, "state", "tm", "--on", "1999")["facets"].values())
    assert tuple(said(facets, "state", "tm", "--on", "1999")["facets"]) == STATE_FACETS
    counted = [(e["key"], e["value"]["quantity"]["unit"]) for e in of_day["strength"]]
    assert counted == [
        *(("DEU", "soldater"), ("DEU", "tanks")),
        *(("DEU/police", "police officers"), ("DEU/police/female", "police officers")),
    ]


def test_a_heading_is_the_label_of_its_facet(facets: Run) -> None:
    """On a page, in markdown, and where a choice of facets is offered."""
    page = facets("state", "tm", "--on", ON).stdout
    markdown = facets("state", "tm", "--on", ON, "--format", "markdown").stdout
    for name in STATE_FACETS:
        assert f"\n{FACETS[name].label.upper()}\n" in page
        assert f"## {FACETS[name].label.upper()}\n" in markdown
    assert "ceiling" in facets("state", "--help").stdout


def test_a_state_of_happenings_is_refused_with_where_they_are(facets: Run) -> None:
    """They are in no state, so that an empty answer would say too much."""
    refused = facets("state", "tm", "--facet", "happening")
    assert refused.exit_code == 2
    assert "mission find" in refused.stderr


def test_quantities_of_several_kinds_are_all_shown(facets: Run) -> None:
    """The one first stated answers, the others stand beside it; none takes another's place."""
    entries = said(facets, "state", "tm", "--on", ON, "--facet", "contribution")["facets"]
    value = entries["contribution"][0]["value"]
    assert (value["quantity"]["min"], value["quantity"]["unit"]) == (2, "helicopters")
    (people,) = value["quantity"]["also"]
    assert (people["min"], people["unit"], people["until"]) == (75, "people", "2021")
    assert value["personnel"]["stated"] == "80 mand"
    assert "until" not in value
    page = facets("state", "tm", "--on", ON, "--facet", "contribution").stdout
    assert "2 helicopters\n" in page
    assert "75 people, until 2021\n" in page
    assert "personnel: 80 personer (“80 mand”)" in page
    (row, *_) = sheet(facets, "state", "tm", "--on", ON, "--facet", "contribution")
    assert row["value.quantity.also"] == "75 people (2020-02-01, ministry-2020)"
    later = said(facets, "state", "tm", "--on", "2022", "--facet", "contribution")
    assert "also" not in later["facets"]["contribution"][0]["value"]["quantity"]


def test_a_number_that_answers_no_more_is_shown_of_the_days_on_which_it_did(facets: Run) -> None:
    """Over a span, with until when it answered."""
    found = said(facets, "state", "tm", "--during", "2020..2023", "--facet", "contribution")
    quantity = found["facets"]["contribution"][0]["value"]["quantity"]
    assert [each["until"] for each in quantity["also"]] == ["2021"]


def test_what_two_sources_say_differently_is_shown_with_both(facets: Run) -> None:
    """As data, on the page and in a sheet; and found by either."""
    entries = said(facets, "state", "tm", "--on", ON, "--facet", "contribution")["facets"]
    (airlift, _) = entries["contribution"]
    assert airlift["value"]["contributor"] == ["BEL", "SWE"]
    assert airlift["variants"]["contributor"] == [["BEL", "NOR", "PRT"]]
    page = facets("state", "tm", "--on", ON, "--facet", "contribution").stdout
    assert "Belgium and Sweden" in page
    assert "contributor also given as Belgium, Norway and Portugal" in page
    (row, *_) = sheet(facets, "state", "tm", "--on", ON, "--facet", "contribution")
    assert row["value.contributor"] == "BEL; SWE"
    assert row["variants"] == "contributor: BEL, NOR, PRT"
    for nation in ("Sweden", "Norge", "portugisisk", "BEL"):
        found = said(facets, "find", "--who", nation, "--on", ON)
        assert "airlift" in [each["key"] for each in found]


def test_posts_and_categories_are_shown_plainly(facets: Run) -> None:
    """A key that is put together is shown by its parts, and has a column for each."""
    page = facets("state", "tm", "--on", ON, "--full", columns=120).stdout
    assert "Andrzej Kazura, force commander" in page
    assert "Germany, police, female" in page
    by_key = {row["key"]: row for row in sheet(facets, "state", "tm", "--on", ON)}
    kazura = by_key["force-commander/kazura"]
    assert (kazura["value.post"], kazura["value.commander"]) == ("force-commander", "kazura")
    assert by_key["lollesgaard"]["value.post"] == "commander"
    women = by_key["DEU/police/female"]
    parts = [women[f"value.{part}"] for part in ("counted", "category", "sex")]
    assert parts == ["DEU", "police", "female"]


def test_joint_leads_and_votes_read_as_sentences(facets: Run) -> None:
    """No list and no mapping is printed as a program writes it."""
    page = facets("state", "tm", "--on", ON, columns=120).stdout
    assert "jointly with Netherlands" in page
    assert "Folketinget, number B 108, voted 102 for, 0 against, 3 abstained" in page
    assert "rests on unscr-2170" in page
    assert "on its end: number B 21, voted 88 for, 12 against" in page
    assert "in Iraq, at 36.19, 44.01" in page
    assert "host Iraq and Syria, task: Train the security forces" in page
    for command in (("log",), ("timeline", "tm"), ("why", "tm", "b-108"), ("show", "3")):
        text = facets(*command).stdout
        assert "{" not in text
        assert "['" not in text
    row = next(r for r in sheet(facets, "state", "tm", "--on", ON) if r["key"] == "b-108")
    assert [row[f"value.vote.{side}"] for side in ("for", "against", "absent")] == ["102", "0", ""]


def test_a_ceiling_stands_beside_what_is_counted(facets: Run) -> None:
    """Beside the count of people, not beside that of tanks, nor in place of either."""
    page = facets("state", "tm", "--on", ON, "--facet", "strength,ceiling").stdout
    people, tanks, *_ = page.partition("STRENGTH")[2].split("\nDEU\n")[1:]
    assert "430 soldater" in people
    assert "authorised: at most 500 people, still assumed, as of 2020-01-01 [1]" in people
    assert "8 tanks" in tanks
    assert "authorised" not in tanks.split("Germany")[0]
    assert "ceiling authorised" in facets("timeline", "tm").stdout


@pytest.mark.parametrize(
    "args",
    [
        ("state", "tm", "--on", ON),
        ("state", "tm", "--during", "2020"),
        ("timeline", "tm", "--all"),
        ("timeline", "tm", "--during", "2020"),
        ("plans", "tm"),
        ("find", "--who", "DEU", "--during", "2020"),
        ("why", "tm", "airlift"),
        ("diff", "tm", "--on", "2019..2021"),
        ("log",),
        ("show", "ministry-2020"),
        ("history", "tm", "b-108"),
    ],
    ids=" ".join,
)
def test_a_sheet_has_one_value_a_cell(facets: Run, args: tuple[str, ...]) -> None:
    """Lists are joined and mappings have columns: no cell holds JSON."""
    for row in sheet(facets, *args):
        assert not [cell for cell in row.values() if cell.startswith(("{", "["))]
    lines = facets(*args, "--format", "jsonl").stdout.splitlines()
    assert lines
    assert all(isinstance(json.loads(line), dict) for line in lines)


def test_a_line_of_a_page_is_no_wider_than_the_terminal(facets: Run) -> None:
    """Votes, tasks and coordinates wrap."""
    for args in (("state", "tm", "--on", ON), ("timeline", "tm"), ("log",)):
        assert max(map(len, facets(*args).stdout.splitlines())) <= 80


def test_the_headlines_tell_of_a_phase_and_of_joint_leads(facets: Run) -> None:
    """A mission that is suspended is not summed up without that."""
    page = facets("state", "tm", "--on", ON, "--brief", columns=120).stdout
    assert "Training suspended, since 2020-01-05 (still assumed)" in page
    assert "Germany jointly with Netherlands, since 2019-06-01" in page


def test_the_log_says_who_is_counted_and_what_is_meant(facets: Run) -> None:
    """By the names of fields as they are written in a file."""
    text = " ".join(facets("log", columns=120).stdout.split())
    assert "counted Germany, police, female (DEU/police/female)" in text
    assert "commander-relieved: Andrzej Kazura, force commander (force-commander/kazura)" in text
    assert "jointly with Netherlands" in text
    assert "planned if after its source" in text


def test_a_planned_happening_is_a_plan(facets: Run) -> None:
    """With what came of it."""
    (plan,) = said(facets, "plans", "tm", "--facet", "happening", "--on", "2021")
    assert (plan["key"], plan["role"], plan["outcome"]) == ("parade", "happening", "unconfirmed")


def test_the_log_says_what_became_of_a_source(busy: Desk) -> None:
    """That it is described anew, or withdrawn, and why."""
    news = """mission: nmi-test
source: {id: notice, publisher: A ministry, title: A notice, language: en, published: 2022-02}
events:
  - {type: source-corrected, about: news, published: 2021-05-12, title: New, reason: misread}
  - {type: source-withdrawn, about: other, reason: taken back}
"""
    assert busy("add", busy.file(news, "notice.yaml")).exit_code == 0
    text = " ".join(busy("log", "--last", "2").stdout.split())
    assert "corrects source news to title New, published 2021-05-12: misread" in text
    assert "withdraws source other: taken back" in text
    page = " ".join(busy("show", "other").stdout.split())
    assert "SINCE THEN - withdrawn by notice at position" in page
    assert "SINCE THEN" not in busy("show", "notice").stdout
