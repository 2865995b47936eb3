"""What is found in a record of every facet: by whom, where, on which day, and by which name."""

import json

import pytest

from tests.cli.facets import ON, Run, said, sheet


def keys(facets: Run, *args: str, on: str = ON) -> list[str]:
    """Return the keys that `find` finds."""
    return [each["key"] for each in said(facets, "find", *args, "--on", on)]


def test_happenings_are_in_the_timeline_with_the_reasons_of_ends(facets: Run) -> None:
    """By date, with what is said of them."""
    rows = {(row["key"], row["role"]): row for row in said(facets, "timeline", "tm")}
    assert rows["attack", "happening"]["value"]["nations"] == ["USA", "DNK"]
    assert rows["deu-mech", "end"]["value"] == {"reason": "the task was done"}
    page = facets("timeline", "tm", "--from", "2020", columns=120).stdout
    assert "2020-01-08  attack " in page
    assert "of United States and Denmark, place erbil" in page
    assert "ceremony, planned" in page
    assert "reason: promoted" in page
    by_key = {(r["key"], r["role"]): r for r in sheet(facets, "timeline", "tm")}
    assert by_key["deu-mech", "end"]["value.reason"] == "the task was done"


def test_a_happening_is_found_on_its_day(facets: Run) -> None:
    """Certain on it, possible in a window, expected where it is only planned."""

    def standing(key: str, on: str) -> list[str]:
        result = facets("find", "--facet", "happening", "--on", on, "--format", "json")
        return [each["standing"] for each in json.loads(result.stdout) if each["key"] == key]

    assert standing("attack", "2020-01-08") == ["certain"]
    assert standing("attack", "2020-01-09") == []
    assert standing("visit", "2020-02-29") == ["possible"]
    assert standing("visit", "2020-03-01") == []
    assert standing("parade", "2020-06-10") == ["expected"]
    during = said(facets, "find", "--who", "Denmark", "--during", "2020-01", "--facet", "happening")
    assert [(each["key"], each["days"][0]["first"]) for each in during] == [
        ("attack", "2020-01-08")
    ]


def test_a_party_is_found_in_every_part_it_has(facets: Run) -> None:
    """Its counts in every category, what it leads jointly, what happened to it."""
    of_germany = said(facets, "find", "--who", "Germany", "--on", ON)
    assert [(each["facet"], each["key"]) for each in of_germany] == [
        ("command", "DEU"),
        *(("strength", key) for key in ("DEU", "DEU", "DEU/police", "DEU/police/female")),
        ("ceiling", "DEU"),
        ("contribution", "deu-mech"),
    ]
    assert keys(facets, "--who", "NLD") == ["DEU", "NLD"]
    assert keys(facets, "--who", "USA", on="2020-01-08") == ["attack"]


def test_a_place_is_found_by_its_name_and_by_its_country(facets: Run) -> None:
    """In any language; what is at a place is there still where that has closed since."""
    assert keys(facets, "--where", "Irak", "--who", "Norway") == ["airlift"]
    assert keys(facets, "--where", "runway") == ["airlift"]
    assert keys(facets, "--where", "Erbil base", on="2020-01-08") == ["airlift", "erbil", "attack"]
    assert keys(facets, "--where", "Iraq", on="2021") == ["training-mission", "airlift"]
    assert keys(facets, "--what", "86th") == ["airlift"]
    assert keys(facets, "--what", "B 108") == ["b-108"]


def test_a_filter_without_a_match_is_told(facets: Run) -> None:
    """With the nearest names, or the days on which there was something."""
    told = facets("find", "--where", "Erbill")
    assert told.exit_code == 1
    assert "did you mean Erbil base (erbil)?" in told.stderr
    other_day = facets("find", "--what", "attack", "--on", "2020-02-01", columns=120)
    assert other_day.exit_code == 1
    assert "happening Attack on the base: 2020-01-08" in other_day.stdout
    planned = facets("find", "--what", "parade", "--on", "2020-02-01", columns=120)
    assert "happening parade: 2020-06-01 to 2020-06-30" in planned.stdout


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("force-commander", "force-commander/kazura"),
        ("Force Commander", "force-commander/kazura"),
        ("kazura", "force-commander/kazura"),
        ("FORCE-COMMANDER/KAZURA", "force-commander/kazura"),
        ("commander", "lollesgaard"),
        ("deu/POLICE", "DEU/police"),
        ("Germany police", "DEU/police"),
        ("tysk, police", "DEU/police"),
        ("Tyskland police female", "DEU/police/female"),
        ("B 108", "b-108"),
        ("b 21", "b-108"),
        ("86th brigade", "airlift"),
        ("tactical", "airlift"),
        ("attack on", "attack"),
        ("Money", "fl-2020"),
    ],
)
def test_a_key_goes_by_post_person_category_number_or_formation(
    facets: Run, text: str, key: str
) -> None:
    """In any case."""
    assert said(facets, "why", "tm", text)["claims"][0]["key"] == key


def test_a_name_of_several_categories_is_asked_back(facets: Run) -> None:
    """It is not guessed which of them is meant."""
    refused = facets("why", "tm", "Germany, p")
    assert refused.exit_code == 1
    assert "Germany, p may be Germany, police, female (DEU/police/female) or" in refused.stderr


def test_why_says_when_it_happened(facets: Run) -> None:
    """On its day, and on any other with that day."""
    assert said(facets, "why", "tm", "attack", "--on", "2020-01-08")["answers"][0]["standing"] == (
        "certain"
    )
    page = facets("why", "tm", "attack", "--on", "2020-02-01").stdout
    assert "attack did not happen on that day." in page
    assert "happening Attack on the base: 2020-01-08" in page
    assert "kind attack, name Attack on the base, nations United States and Denmark" in page
