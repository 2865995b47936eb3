"""The site's scripts and templates: they fit together, and put text into pages as text alone."""

import re
from pathlib import Path

import pytest

from cli.site.publish import SCRIPT

SITE = Path(__file__).parents[3] / "cli/site"
SCRIPTS = sorted((SITE / "assets").glob("*.js"))
TEMPLATES = sorted((SITE / "templates").glob("*.html"))

MARKUP_FROM_TEXT = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser"
    r"|\beval\b|\bnew Function\b|\bset(?:Timeout|Interval)\([\"'`]|setAttribute\([\"'`]on"
)
"""What would make markup, or a program, from text."""

CONNECTIONS = re.compile(r"fetch\(|XMLHttpRequest|WebSocket|sendBeacon|\bimport\b")
"""What would ask a server, which a page from a disk does not have."""

INLINE = re.compile(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|\|\s*safe\b|javascript:")
"""What the pages' content security policy forbids, and what would let text be markup."""

CALL = re.compile(r"\bword\(\s*([^,()]+)[,)]")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda each: each.name)
def test_a_script_makes_no_markup_from_text_and_asks_no_server(script: Path) -> None:
    """Whatever a source says is text in the page, and the page works from a disk."""
    text = script.read_text("utf-8")
    assert MARKUP_FROM_TEXT.findall(text) == []
    assert CONNECTIONS.findall(text) == []
    assert '"use strict";' in text


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda each: each.name)
def test_a_template_has_nothing_inline(template: Path) -> None:
    """Scripts and styles are files of the site, as its content security policy demands."""
    assert INLINE.findall(template.read_text("utf-8")) == []


def test_a_page_has_the_words_that_scripts_show() -> None:
    """Each text that a script shows is in the page, and the page has no text for nothing."""
    said = re.findall(r'data-word="([a-z-]+)"', (SITE / "templates/words.html").read_text("utf-8"))
    wanted: set[str] = set()
    for script in SCRIPTS:
        for call in CALL.findall(script.read_text("utf-8")):
            wanted |= set(re.findall(r'"([a-z-]+)"', call))
            if named := re.fullmatch(r"`([a-z]+)-\$\{\w+\}`", call):
                wanted |= {each for each in said if each.startswith(f"{named[1]}-")}
    assert sorted(said) == sorted(wanted)


def test_the_script_has_every_part_in_an_order_that_works() -> None:
    """The pages' script is all parts; what the others build on is first, the start last."""
    names = SCRIPT
    assert sorted(names) == [each.stem for each in SCRIPTS]
    assert (names[0], names[-1]) == ("elements", "start")
    classes = {name: set[str]() for name in names}
    for name in names:
        text = (SITE / f"assets/{name}.js").read_text("utf-8")
        classes[name] = set(re.findall(r"^class (\w+)", text, re.MULTILINE))
        known = set[str]().union(*(classes[each] for each in names[: names.index(name) + 1]))
        assert set(re.findall(r"^class \w+ extends (\w+)", text, re.MULTILINE)) <= known
