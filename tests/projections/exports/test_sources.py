"""The sources as CSL-JSON and as BibTeX."""

import json
import re
import warnings
from io import BytesIO
from typing import Any

import pytest
from pybtex.database import BibliographyData, parse_string

from events.printable import printable
from projections.exports import bibtex, csl_json
from projections.exports.extract import Extract
from projections.exports.publication_dates import csl_date, is_plain
from projections.exports.references import references
from projections.record import Record
from tests.projections.exports.hostile import extract_of
from tests.projections.exports.outside import needs_module


def csl(extract: Extract) -> dict[str, Any]:
    """Return the items of CSL-JSON by id."""
    target = BytesIO()
    csl_json.write(extract, target)
    return {each["id"]: each for each in json.loads(target.getvalue())}


def bib(extract: Extract) -> BibliographyData:
    """Return BibTeX as pybtex reads it."""
    target = BytesIO()
    bibtex.write(extract, target)
    found: BibliographyData = parse_string(target.getvalue().decode(), "bibtex")
    return found


@pytest.mark.parametrize(
    ("edtf", "expected"),
    [
        ("2022-05-24", {"date-parts": [[2022, 5, 24]]}),
        ("2022-05-24T10:00:00Z", {"date-parts": [[2022, 5, 24]]}),
        ("2022-05", {"date-parts": [[2022, 5]]}),
        ("2022?", {"date-parts": [[2022]], "circa": True}),
        ("2021-22", {"date-parts": [[2021]], "season": 2}),
        ("2021-24~", {"date-parts": [[2021]], "season": 4, "circa": True}),
        ("2020-33", {"date-parts": [[2020, 1], [2020, 3]], "circa": True}),
        ("2020-1X", {"date-parts": [[2020, 10], [2020, 12]], "circa": True}),
        ("[2020-11-03..2021-05-31]", {"date-parts": [[2020, 11, 3], [2021, 5, 31]], "circa": True}),
        ("[2019,2021]", {"date-parts": [[2019], [2021]], "circa": True}),
        ("[..2024-02]", {"literal": "[..2024-02]"}),
    ],
)
def test_a_publication_date_is_no_more_exact_than_it_was(
    edtf: str, expected: dict[str, object]
) -> None:
    """It has the parts that are known; what is vague is marked, and only the rest is plain."""
    assert csl_date(edtf) == expected
    assert is_plain(edtf) == (set(expected) == {"date-parts"})


def test_sources_are_described_as_they_are_by_now(odd: Record) -> None:
    """A correction applies once it is known, and a withdrawal is told where it is."""
    now, then = csl(extract_of(odd)), csl(extract_of(odd, known="2022"))
    assert (now["odd-1898"]["title"], then["odd-1898"]["title"]) == ("Gone again", "Gone")
    assert now["odd-1898"]["note"].startswith("corrected by odd-2023 at position")
    assert "withdrawn by odd-2023" in now["odd-2022"]["note"]
    assert "note" not in then["odd-2022"]
    assert "odd-2023" not in then
    assert set(csl(extract_of(odd, known="2019-03"))) == {"odd-1898"}  # 2019 is only possible
    assert set(csl(extract_of(odd, "odd-mission"))) == {"odd-2019", "odd-2021"}
    assert "withdrawn by odd-2023" in bib(extract_of(odd)).entries["odd-2022"].fields["note"]


def test_csl_has_what_is_recorded_of_a_source(odd: Record) -> None:
    """Its publisher, language, address, the day it was read, the snapshot and the digest."""
    item = csl(extract_of(odd))["odd-2019"]
    assert item["issued"] == {"date-parts": [[2019, 3], [2019, 4]], "circa": True}
    assert item["URL"] == "https://odd.example/a_b?x=1&y=%7B#c"
    assert item["accessed"] == {"date-parts": [[2020, 5, 6]]}
    assert item["archive"] == "web.archive.org"
    assert item["archive_location"].startswith("https://web.archive.org/web/2020/")
    assert (item["type"], item["language"]) == ("webpage", "da")
    assert "sha256:aaaa" in item["note"]
    assert "published [2019-03..2019-04] (EDTF)" in item["note"]
    assert item["custom"]["position"] == odd.position()


@pytest.mark.parametrize(
    ("edtf", "year"), [("2020-22", "{2020}"), ("2020-24", None), ("2020-33", "{2020}")]
)
def test_a_year_is_sure(edtf: str, year: str | None) -> None:
    """BibTeX has a year only where the source came out in it for sure: a winter has two."""
    assert dict(bibtex.dates(edtf)).get("year") == year


def test_no_text_of_csl_is_markup(odd: Record) -> None:
    """Angle brackets are others, since some processors hand all tags on to a page."""
    target = BytesIO()
    csl_json.write(extract_of(odd), target)
    assert b"<" not in target.getvalue()
    assert "‹script›alert(1)‹/script›" in csl(extract_of(odd))["odd-2019"]["title"]


def test_pybtex_reads_back_what_was_written(odd: Record) -> None:
    """Whatever a title has in it, LaTeX shows it; no entry is made by text in another."""
    extract = extract_of(odd)
    found = {each.id: each for each in references(extract)}
    entries = bib(extract).entries
    assert set(entries) == set(found)
    for name, entry in entries.items():
        described = found[name].described
        for field, text in (("title", described.title), ("howpublished", described.publisher)):
            assert unescaped(entry.fields[field]) == printable(text)
            commands = r"\\text[a-z]+\{\}|\\[&%$#_]|^\{|\}$"
            assert not set(re.sub(commands, "", entry.fields[field])) & set("\\{}~^&%$#_<>")
    assert entries["odd-2019"].fields["url"] == "https://odd.example/a_b?x=1&y=%7B#c"
    assert (entries["odd-2023"].fields["year"], entries["odd-2023"].fields["month"]) == (
        *("2023", "January"),
    )
    assert entries["odd-2019"].fields["year"] == "2019"
    assert "month" not in entries["odd-2019"].fields
    assert "year" not in entries["odd-2021"].fields  # 2021 is only about right


def unescaped(text: str) -> str:
    """Return a text of LaTeX as it is shown."""
    text = re.fullmatch(r"\{(.*)\}", text)[1] if text.startswith("{") else text  # type: ignore[index]
    shown = {
        **{"backslash": "\\", "braceleft": "{", "braceright": "}", "less": "<", "greater": ">"},
        **{"asciitilde": "~", "asciicircum": "^"},
    }
    text = re.sub(r"\\text([a-z]+)\{\}", lambda found: f"\0{shown[found[1]]}", text)
    return re.sub(r"(?<!\0)\\([&%$#_])", r"\1", text).replace("\0", "")


@needs_module("citeproc")
def test_a_csl_processor_makes_a_bibliography(odd: Record, shipped: Record) -> None:
    """It takes every item, shows the vague dates, and no markup of a title is alive in HTML."""
    from citeproc import (
        Citation,
        CitationItem,
        CitationStylesBibliography,
        CitationStylesStyle,
        formatter,
    )
    from citeproc.source.json import CiteProcJSON

    for store, many in ((odd, 5), (shipped, 5)):
        items = csl(extract_of(store))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # it does not know `custom`
            warnings.simplefilter("ignore", DeprecationWarning)
            style = CitationStylesStyle("harvard-cite-them-right", validate=False)
            source = CiteProcJSON(list(items.values()))
            made = CitationStylesBibliography(style, source, formatter.html)
            for name in items:
                made.register(Citation([CitationItem(name)]))
            lines = list(map(str, made.bibliography()))
        assert len(lines) == len(items) >= many
        assert not [line for line in lines if "<script" in line]
