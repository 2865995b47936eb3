"""Pages of a record whose texts try to be markup, programs, formulas and invisible."""

import csv
import io
import json
from itertools import cycle
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml
from click.testing import CliRunner

from cli.main import cli
from cli.render.columns import BESIDE
from events.printable import printable
from tests.cli.facets import EARLIER, LATER, ON
from tests.cli.site.browsing import Site, Visits, published, shows
from tests.cli.site.conftest import TODAY

TEXTS = (
    "=cmd()|' /C calc'!A0",
    "<script>alert(1)</script>",
    "</script><script>alert(2)</script><!--",
    "\"'><img src=x onerror=alert(3)>",
    "{{7*7}} {% raw %} ${7*7} {site}",
    "\u202eright to left\u2066",
    "zero\u200bwidth",
    "line\u2028paragraph\u2029end",
    "javascript:alert(4)",
    "&lt;b&gt; \\u003cscript>",
    "@import '//evil.example/x'; ]]>",
)
"""What each free text is made of, in turn."""

FREE = (
    *("publisher", "title", "name", "task", "issuer", "number", "rank", "capability", "formation"),
    *("rotation", "location", "reason", "unit", "as_stated", "at", "note", "stated"),
)
"""The fields that take any text, as long as it is one line."""

HIDDEN = r"/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/"


def hostile(text: str) -> tuple[str, list[str]]:
    """Return an announcement with other texts in all its free fields, and these."""
    turn, given = cycle(TEXTS), list[str]()

    def put(value: Any) -> Any:  # noqa: ANN401 (YAML)
        if isinstance(value, list):
            return [put(each) for each in value]
        if not isinstance(value, dict):
            return value if isinstance(value, int) else str(value)
        changed = {name: put(each) for name, each in value.items()}
        for name in FREE:
            if isinstance(value.get(name), str):
                changed[name] = next(turn)
                given.append(changed[name])
        return changed

    read = yaml.load(text, yaml.BaseLoader)
    for event in read["events"]:
        event |= {"at": "page", "note": "note", "as_stated": "words"}
    return json.dumps(put(read)), given


WHO = "<b onclick=alert(5)>anna</b>\u202e"
TITLE = f"{WHO}\x1b[31m \x1b]0;title\x07"
"""Who recorded it, and the name of the site: neither is an announcement's."""

FOREIGN = f"""() => {{
  const made = [...document.querySelectorAll(
    "script:not([src]), style, b, iframe, object, img[src=x], a[href^='javascript:' i]")]
    .map((each) => each.outerHTML);
  for (const each of document.querySelectorAll("*")) {{
    if ([...each.attributes].some(({{ name }}) => name.startsWith("on"))) made.push(each.outerHTML);
  }}
  const hidden = document.documentElement.outerHTML.match({HIDDEN});
  return hidden ? [...made, `hidden: ${{hidden[0].codePointAt(0).toString(16)}}`] : made;
}}"""
"""What is in a page that no template and no script makes."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Publish a record of hostile texts in every facet."""
    texts = [hostile(each)[0] for each in (EARLIER, LATER)]
    return published(texts, tmp_path_factory.mktemp("hostile"), TODAY, by=WHO, title=TITLE)


def test_every_page_shows_them_as_text(site: Site, visits: Visits) -> None:
    """No page makes an element of a text or runs it; what would hide is shown as escapes."""
    pages = [str(each.relative_to(site.folder)) for each in site.folder.glob("??/**/*.html")]
    assert len(pages) > 20
    with visits.reader(site) as reader:
        page = reader.context.new_page()
        for path in pages:
            page.goto(site.url(path))
            assert (path, page.evaluate(FOREIGN)) == (path, [])


@pytest.mark.parametrize("language", ["en", "da"])
def test_every_entry_opens_as_text(language: str, site: Site, visits: Visits) -> None:
    """Nor does any claim that is opened, through any clock, nor the timeline, nor a citation."""
    from playwright.sync_api import expect

    with visits.reader(site) as reader:
        page = reader.open(f"{language}/missions/training-mission/index.html#on={ON}")
        page.locator("#clocks").wait_for()
        for view in (f"#on={ON}", f"#on={ON}&known=2021-01-01", "#on=2021-06-15"):
            page.evaluate(f"location.hash = '{view}'")
            page.get_by_text(view[4:14]).first.wait_for()
            page.evaluate(
                """document.querySelectorAll("button.name[aria-expanded=false]")
                  .forEach((each) => each.click())"""
            )
            expect(page.locator("tr.claims:not(:has(li))")).to_have_count(0)
            assert page.evaluate(FOREIGN) == []
        shown = page.locator("body").inner_text()
        for text in TEXTS:
            assert printable(text) in shown, text


def test_what_it_writes_is_safe(site: Site, visits: Visits) -> None:
    """A view's JSON and CSV are those of `mission state`; no cell is a formula; Atom is XML."""
    with visits.reader(site) as reader:
        page = reader.open(f"en/missions/training-mission/index.html#on={ON}")
        shows(page, ON)
        saved = {}
        for form in ("json", "csv"):
            with page.expect_download() as saving:
                page.locator(f"#download-{form}").click()
            saved[form] = Path(saving.value.path()).read_bytes().decode("utf-8")
    answer = {form: _answer(site, form) for form in saved}
    assert json.loads(saved["json"]) == json.loads(answer["json"])
    found, expected = (
        [*csv.DictReader(io.StringIO(each["csv"], newline=""))] for each in (saved, answer)
    )
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        # The command puts quantities beside another into words.
        shared = {each for each in one.keys() & other.keys() if not each.endswith(BESIDE)}
        assert {each: one[each] for each in shared} == {each: other[each] for each in shared}
        assert not [each for each in one.values() if each.startswith(("=", "+", "-", "@"))]
    today = site.folder / "missions/training-mission"
    assert json.loads((today / "state.json").read_bytes())["mission"] == "training-mission"
    feed = ET.fromstring((site.folder / "changes.atom").read_bytes())
    assert not {each.tag.rpartition("}")[2] for each in feed.iter()} & {"script", "img", "b"}


def _answer(site: Site, form: str) -> str:
    options = ["--on", ON, "--format", form]
    environment = {"MISSION_LEDGER": str(site.ledger)}
    result = CliRunner().invoke(cli, ["state", "training-mission", *options], env=environment)
    assert result.exit_code == 0, result.output
    return result.stdout_bytes.decode("utf-8")
